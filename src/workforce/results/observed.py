"""Lay absence and vacancies, seen and forecast, in rows like those of the results."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder, some_tables
from workforce.contract.results import LEVEL
from workforce.forecasting.backtest import backtest
from workforce.forecasting.forecast import forecast
from workforce.forecasting.observations import LEAST_OBSERVATIONS
from workforce.results.rows import lay_rows

RATES = {"absence": "absence_rate", "vacancies": "vacancy_rate"}
QUARTERS_AHEAD = 8
ROUNDED = 0.005
"""Step that rates of a year are rounded to in a protected folder. [share]"""
LEAST_QUARTERS = 16  # Three years to learn from, and the one that is judged.


def observed_rows(
    inputs: xr.Dataset, folder: Folder, tables: Sequence[str], *, region: str
) -> pl.DataFrame:
    """Collect quarterly rates of a region from ``absence`` and ``vacancies``, with forecasts."""
    if "staff" not in inputs or not tables:
        return lay_rows([])
    sectors = inputs["sector"].values.astype(str).tolist()
    parts = [
        part
        for table, frame in some_tables(folder, *tables).items()
        for part in _quarters(frame, RATES[table], region, sectors)
    ]
    found = pl.concat(parts, how="diagonal") if parts else pl.DataFrame()
    rows = lay_rows(found, inputs, scenario="baseline", region=region)
    return _with_room(rows) if folder.rounded_to else rows


def _with_room(rows: pl.DataFrame) -> pl.DataFrame:
    """Widen a forecast of what a protected folder has: years to half a point, without own seasons.

    What lies within a year of the place is not there for the forecast to learn from, so that its
    interval would be too narrow.
    """
    ahead = pl.col("dimension") == "quarter_ahead"
    return rows.with_columns(
        lower=pl.when(ahead).then((pl.col("lower") - ROUNDED).clip(0.0)).otherwise("lower"),
        upper=pl.when(ahead)
        .then((pl.col("upper") + ROUNDED).clip(upper_bound=1.0))
        .otherwise("upper"),
    )


def judged_rows(inputs: xr.Dataset, folder: Folder, *, region: str) -> pl.DataFrame:
    """Forecast absence again from four quarters ago, and set what came beside it."""
    if "staff" not in inputs or "absence" not in folder.tables:
        return lay_rows([])
    sectors = inputs["sector"].values.astype(str).tolist()
    series = _series(folder.tables["absence"], "absence_rate", region, sectors)
    series = series.filter(pl.len().over("series") >= LEAST_QUARTERS)
    if series.is_empty():
        return lay_rows([])
    judged = backtest(
        series,
        ["auto"],
        horizon=4,
        windows=1,
        season=4,
        levels=(LEVEL,),
        bounds=(0.0, 1.0),
    )
    both = [
        judged.select(
            "series", "period", "lower", "upper", central="mean", scenario=pl.lit("made_again")
        ),
        judged.select(
            "series",
            "period",
            central="actual",
            lower="actual",
            upper="actual",
            scenario=pl.lit("observed"),
        ),
    ]
    found = pl.concat(both, how="diagonal").sort("series", "period", maintain_order=True)
    rows = _by_quarter(found, "quarter_judged", "absence_rate")
    return lay_rows(rows, inputs, region=region)


def _series(
    table: pl.DataFrame, variable: str, region: str, sectors: Sequence[str]
) -> pl.DataFrame:
    """One series for each sector of the region that has staff."""
    if "kind" in table.columns:
        table = table.filter(pl.col("kind") == "total")
    table = table.filter((pl.col("region") == region) & pl.col("sector").is_in(sectors))
    return table.select(
        pl.col("sector").alias("series"),
        pl.col("quarter").alias("period"),
        pl.col(variable).alias("value"),
    ).sort("series", "period")


def _quarters(
    table: pl.DataFrame, variable: str, region: str, sectors: Sequence[str]
) -> list[pl.DataFrame]:
    """Return the quarters seen and forecast of every sector with enough of them to go by."""
    series = _series(table, variable, region, sectors)
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
    value = {name: pl.col("value") for name in ("central", "lower", "upper")}
    later = ahead.select("series", "period", "lower", "upper", central="mean")
    return [
        _by_quarter(series.select("series", "period", **value), "quarter", variable),
        _by_quarter(later, "quarter_ahead", variable),
    ]


def _by_quarter(series: pl.DataFrame, dimension: str, variable: str) -> pl.DataFrame:
    """Give the figures of each series, a sector, the labels that rows have."""
    return series.with_columns(
        year=pl.col("period").str.slice(0, 4).cast(pl.Int64),
        dimension=pl.lit(dimension),
        variable=pl.lit(variable),
    ).rename({"series": "sector", "period": "category"})
