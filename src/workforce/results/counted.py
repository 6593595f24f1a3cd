"""Lay what has been counted, inhabitants so far and key figures, in rows like those of results."""

from __future__ import annotations

from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.folder import Folder
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.regions import at_level
from workforce.model.projection import AGE_BANDS

BANDS = {"all": (0, 200), "20-66": AGE_BANDS["20-66"], "80+": AGE_BANDS["80+"]}
PUPILS = (6, 15)
HEADS = ("home_service_users", "home_service_users_80_plus", "long_stay_residents")
"""Key figures that count people; the others are shares or sums over many."""


def counted_rows(
    inputs: xr.Dataset, folder: Folder, *, region: str, scenario: str
) -> list[dict[str, Any]]:
    """Collect inhabitants by year up to the base year, and key figures, of one region.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    folder
        From `open_folder`.
    region
        Code; a region without key figures of its own has none, since they are no sums.
    scenario
        Scenario of the page, that the rows are shown under.

    Returns
    -------
    list of dict
        Rows of the results table. Inhabitants are public statistics and have no ``persons``; key
        figures go by the people they count.
    """
    base_year = int(inputs.attrs["base_year"])
    tables = with_single_ages(folder).tables
    people = tables["population"].filter(pl.col("year") <= base_year)
    people = at_level(people, tables["regions"], [region])
    common = {"scenario": scenario, "region": region, "occupation": "all", "level": 0.8}
    rows = []
    for band, (low, high) in BANDS.items():
        inside = people.filter(pl.col("age").is_between(low, high))
        sums = inside.group_by("year").agg(pl.col("persons").sum()).sort("year")
        for year, persons in sums.iter_rows():
            rows.append(
                common
                | _figure("all", "age_band", band, "population_observed", "persons", year, persons)
                | {"persons": None}
            )
    if "kostra_figures" not in tables:
        return rows
    pupils = people.filter(pl.col("age").is_between(*PUPILS) & (pl.col("year") == base_year))
    figures = tables["kostra_figures"].filter(
        (pl.col("region") == region) & (pl.col("year") <= base_year)
    )
    for sector, code, year, value in figures.select(
        "sector", "key_figure", "year", "figure"
    ).iter_rows():
        behind = value if code in HEADS else float(pupils["persons"].sum())
        rows.append(
            common
            | _figure(sector, "key_figure", code, "key_figure_value", "as published", year, value)
            | {"persons": behind}
        )
    return rows


def breaks_of(inputs: xr.Dataset, region: str) -> pl.DataFrame:
    """Give the breaks in the borders of a region: year, reason, first_year."""
    found = [one for one in about(inputs).breaks if one.region == region]
    kinds = {"region": pl.String, "year": pl.Int64, "reason": pl.String, "first_year": pl.Int64}
    return pl.DataFrame(found, schema=kinds).sort("year")


def _figure(
    sector: str, dimension: str, category: str, variable: str, unit: str, year: int, value: float
) -> dict[str, Any]:
    return {
        "sector": sector, "dimension": dimension, "category": category, "variable": variable,
        "unit": unit, "year": year, "central": value, "lower": value, "upper": value,
    }  # fmt: skip
