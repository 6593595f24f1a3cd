"""Lay absence and vacancies, seen and forecast, in rows like those of the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder, some_tables
from workforce.forecasting.backtest import backtest
from workforce.forecasting.forecast import forecast
from workforce.forecasting.observations import LEAST_OBSERVATIONS

RATES = {"absence": "absence_rate", "vacancies": "vacancy_rate"}
QUARTERS_AHEAD = 8
LEVEL = 0.8
ROUNDED = 0.005
"""Step that rates of a year are rounded to in a protected folder. [share]"""
LEAST_QUARTERS = 16  # Three years to learn from, and the one that is judged.
UNITS = {"absence_rate": "share of agreed days", "vacancy_rate": "share of jobs and vacancies"}


def observed_rows(
    inputs: xr.Dataset, folder: Folder, tables: Sequence[str], *, region: str
) -> list[dict[str, Any]]:
    """Collect quarterly rates of one region, with their forecasts.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    folder
        From `open_folder`.
    tables
        Of ``absence`` and ``vacancies``, those to collect.
    region
        Code of the region.

    Returns
    -------
    list of dict
        Rows of the results table, with the dimensions ``quarter`` (seen) and ``quarter_ahead``
        (forecast). `persons` is the staff of the sector in the base year.
    """
    if "staff" not in inputs or not tables:
        return []
    staff = inputs["staff"].sel(region=region).sum(["occupation", "sex", "working_age"])
    persons = {str(code): float(staff.sel(sector=code)) for code in staff["sector"].values}
    rows: list[dict[str, Any]] = []
    for table, frame in some_tables(folder, *tables).items():
        rows += _quarters(frame, RATES[table], region, persons)
    return [_with_room(row) for row in rows] if folder.rounded_to else rows


def _with_room(row: dict[str, Any]) -> dict[str, Any]:
    """Widen a forecast of what a protected folder has: years to half a point, without own seasons.

    What lies within a year of the place is not there for the forecast to learn from, so that its
    interval would be too narrow.
    """
    if row["dimension"] != "quarter_ahead":
        return row
    ends = {"lower": max(row["lower"] - ROUNDED, 0.0), "upper": min(row["upper"] + ROUNDED, 1.0)}
    return {**row, **ends}


def judged_rows(inputs: xr.Dataset, folder: Folder, *, region: str) -> list[dict[str, Any]]:
    """Forecast absence again from four quarters ago, and set what came beside it.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    folder
        From `open_folder`.
    region
        Code of the region.

    Returns
    -------
    list of dict
        Rows of the results table with the dimension ``quarter_judged``: the scenario ``made_again``
        for the forecast, ``observed`` for the outcome.
    """
    if "staff" not in inputs:
        return []
    if "absence" not in folder.tables:
        return []
    staff = inputs["staff"].sel(region=region).sum(["occupation", "sex", "working_age"])
    persons = {str(code): float(staff.sel(sector=code)) for code in staff["sector"].values}
    series = _series(folder.tables["absence"], "absence_rate", region, persons)
    counts = series.group_by("series").len()
    long = counts.filter(pl.col("len") >= LEAST_QUARTERS)["series"].to_list()
    series = series.filter(pl.col("series").is_in(long))
    if series.is_empty():
        return []
    judged = backtest(
        series,
        ["auto"],
        horizon=4,
        windows=1,
        season=4,
        levels=(LEVEL,),
        bounds=(0.0, 1.0),
    )
    unit, rows = UNITS["absence_rate"], list[dict[str, Any]]()
    for one in judged.iter_rows(named=True):
        where = (region, one["series"], "quarter_judged", one["period"], "absence_rate", unit)
        year, heads = int(one["period"][:4]), persons[one["series"]]
        forecast_row = _row(*where, year, one["mean"], one["lower"], one["upper"], heads)
        outcome = _row(*where, year, one["actual"], one["actual"], one["actual"], heads)
        rows += [forecast_row | {"scenario": "made_again"}, outcome | {"scenario": "observed"}]
    return rows


def _series(
    table: pl.DataFrame, variable: str, region: str, persons: dict[str, float]
) -> pl.DataFrame:
    """One series for each sector of the region that has staff."""
    if "kind" in table.columns:
        table = table.filter(pl.col("kind") == "total")
    table = table.filter((pl.col("region") == region) & pl.col("sector").is_in(list(persons)))
    return table.select(
        pl.col("sector").alias("series"),
        pl.col("quarter").alias("period"),
        pl.col(variable).alias("value"),
    ).sort("series", "period")


def _quarters(
    table: pl.DataFrame, variable: str, region: str, persons: dict[str, float]
) -> list[dict[str, Any]]:
    """Return the quarters seen and forecast of every sector with enough of them to go by."""
    series = _series(table, variable, region, persons)
    series = series.filter(pl.len().over("series") >= LEAST_OBSERVATIONS)
    if series.is_empty():
        return []
    ahead = forecast(
        series,
        horizon=QUARTERS_AHEAD,
        season=4,
        levels=(LEVEL,),
        bounds=(0.0, 1.0),
    )
    unit = UNITS[variable]
    seen = [
        _row(region, sector, "quarter", period, variable, unit, int(period[:4]), value,
             value, value, persons[sector])
        for sector, period, value in series.iter_rows()
    ]  # fmt: skip
    later = [
        _row(region, row["series"], "quarter_ahead", row["period"], variable, unit,
             int(row["period"][:4]), row["mean"], row["lower"], row["upper"],
             persons[row["series"]])
        for row in ahead.iter_rows(named=True)
    ]  # fmt: skip
    return seen + later


def _row(
    region: str, sector: str, dimension: str, category: str, variable: str,
    unit: str, year: int, central: float, lower: float, upper: float, persons: float,
) -> dict[str, Any]:  # fmt: skip
    """Return one row of the results table, of the baseline."""
    return {
        "scenario": "baseline", "region": region, "sector": sector, "occupation": "all",
        "dimension": dimension, "category": category, "variable": variable, "unit": unit,
        "year": year, "level": LEVEL, "central": central, "lower": lower, "upper": upper,
        "persons": persons,
    }  # fmt: skip
