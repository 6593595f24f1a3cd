"""A table of series at the door: checked, sorted and cut into one array per series."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workforce.contract.problems import many
from workforce.errors import DataError, MissingDataError
from workforce.forecasting.periods import Calendar, check_season, number_periods, write_period

# With fewer observations nothing can be said about how far a forecast misses.
LEAST_OBSERVATIONS = 3


@dataclass(frozen=True)
class Observed:
    """One series, from the number of its first period to its last observation; NaN in gaps."""

    name: str
    start: int
    values: NDArray[np.float64]


def read_observations(
    series: pl.DataFrame, *, season: int, bounds: tuple[float, float] | None
) -> tuple[list[Observed], Calendar]:
    """Check a table of series and cut it into one array per series, in order of name.

    A row without a value is a gap, and so is a missing row between two observations.
    """
    missing = [name for name in ("series", "period", "value") if name not in series.columns]
    if missing:
        raise DataError(f"Series table: columns are missing ({', '.join(missing)}); add them.")
    if not series["value"].dtype.is_numeric():
        raise DataError(
            f"Series table, column value: {series['value'].dtype} is not a number; convert it."
        )
    numbers, calendar = number_periods(series["period"])
    check_season(season, calendar)
    table = series.select(
        pl.col("series").cast(pl.String),
        pl.Series("number", numbers, dtype=pl.Int64),
        pl.col("value").cast(pl.Float64).fill_nan(None),
    )
    _check_rows(table, calendar, bounds)
    observed = [
        _one(str(name), rows)
        for (name,), rows in table.drop_nulls("value")
        .sort("series", "number")
        .group_by("series", maintain_order=True)
    ]
    counts = {one.name: int(np.isfinite(one.values).sum()) for one in observed}
    short = sorted(
        name
        for name in table["series"].unique().to_list()
        if counts.get(name, 0) < LEAST_OBSERVATIONS
    )
    if short:
        raise MissingDataError(
            f"Series table: {len(short)} series have fewer than {LEAST_OBSERVATIONS} observations "
            f"({', '.join(short[:5])}); leave them out or borrow a series."
        )
    return observed, calendar


def _check_rows(
    table: pl.DataFrame, calendar: Calendar, bounds: tuple[float, float] | None
) -> None:
    problems = []
    if table["series"].null_count():
        problems.append(f"column series: no name in {many(table['series'].null_count(), 'row')}")
    twice = table.filter(pl.struct("series", "number").is_duplicated())
    if twice.height:
        first = twice.row(0)
        problems.append(
            f"rows repeated: {twice.height} rows share series and period, "
            f"first {first[0]} {write_period(first[1], calendar)}"
        )
    if table["value"].is_infinite().any():
        problems.append("column value: infinite values")
    if bounds is not None:
        low, high = bounds
        outside = table.filter((pl.col("value") < low) | (pl.col("value") > high))
        if outside.height:
            first = outside.row(0)
            problems.append(
                f"column value: {many(outside.height, 'row')} outside the bounds {low} to {high}, "
                f"first {first[0]} {write_period(first[1], calendar)}"
            )
    if problems:
        raise DataError("Series table: " + "; ".join(problems) + ". Mend the rows and run again.")


def _one(name: str, rows: pl.DataFrame) -> Observed:
    numbers = rows["number"].to_numpy()
    values = np.full(int(numbers[-1] - numbers[0]) + 1, np.nan)
    values[numbers - numbers[0]] = rows["value"].to_numpy()
    return Observed(name, int(numbers[0]), values)
