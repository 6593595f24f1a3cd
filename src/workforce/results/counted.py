"""Lay what has been counted, inhabitants so far and key figures, in rows like those of results."""

from __future__ import annotations

import polars as pl
import xarray as xr

from workforce.contract.about import Break, about
from workforce.contract.folder import Folder
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.regions import at_level
from workforce.model.projection import AGE_BANDS
from workforce.results.rows import lay_rows

BANDS = {"all": (0, 200), "20-66": AGE_BANDS["20-66"], "80+": AGE_BANDS["80+"]}
PUPILS = (6, 15)
HEADS = ("home_service_users", "home_service_users_80_plus", "long_stay_residents")
"""Key figures that count people; the others are shares or sums over many."""


def counted_rows(inputs: xr.Dataset, folder: Folder, *, region: str, scenario: str) -> pl.DataFrame:
    """Collect inhabitants by year up to the base year, and key figures (no sums), of one region.

    Inhabitants are public statistics and have no ``persons``.
    """
    base_year = int(inputs.attrs["base_year"])
    tables = with_single_ages(folder).tables
    people = tables["population"].filter(pl.col("year") <= base_year)
    people = at_level(people, tables["regions"], [region])
    rows = []
    for band, (low, high) in BANDS.items():
        inside = people.filter(pl.col("age").is_between(low, high))
        sums = inside.group_by("year").agg(central=pl.col("persons").sum()).sort("year")
        labels = {"dimension": "age_band", "category": band, "variable": "population_observed"}
        rows += [labels | one for one in sums.iter_rows(named=True)]
    if "kostra_figures" in tables:
        pupils = people.filter(pl.col("age").is_between(*PUPILS) & (pl.col("year") == base_year))
        told = pl.col("figure")
        figures = tables["kostra_figures"].filter(
            (pl.col("region") == region) & (pl.col("year") <= base_year)
        )
        rows += figures.select(
            "sector",
            "year",
            dimension=pl.lit("key_figure"),
            category="key_figure",
            variable=pl.lit("key_figure_value"),
            central=told,
            persons=pl.when(pl.col("key_figure").is_in(HEADS))
            .then(told)
            .otherwise(float(pupils["persons"].sum())),
        ).to_dicts()
    return lay_rows(rows, scenario=scenario, region=region)


def breaks_of(inputs: xr.Dataset, region: str) -> tuple[Break, ...]:
    """Give the breaks in the borders of a region, in order of years."""
    found = (one for one in about(inputs).breaks if one.region == region)
    return tuple(sorted(found, key=lambda one: one.year))
