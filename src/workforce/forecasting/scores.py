"""Scores of backtests: each metric is a plain function of a table of forecasts and outcomes."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workforce.errors import DataError, ParameterError

Metric = Callable[[pl.DataFrame], float | None]


def score(
    backtests: pl.DataFrame,
    *,
    metrics: Sequence[str | Metric] = ("smape", "mase", "owa", "coverage"),
    by: Sequence[str] = (),
) -> pl.DataFrame:
    """Score the methods of a backtest.

    Parameters
    ----------
    backtests : polars.DataFrame
        From `workforce.backtest`.
    metrics : sequence of str or callable
        Names ("smape", "mase", "owa", "coverage", "above", "scaled_bias", "median_smape", "mae",
        "width") or functions from such a table to a number.
    by : sequence of str
        Further columns to keep apart, such as "series".

    Returns
    -------
    polars.DataFrame
        One row per method, level and `by`: the number of forecasts, all of the same weight, and a
        column per metric; null where it is not defined (no scale, Naive2 without error).
    """
    functions = {_name(metric): _function(metric) for metric in metrics}
    keys = ["method", *by, "level"]
    needed = {*keys, "mean", "lower", "upper", "actual", "scale", "naive2"}
    missing = sorted(needed - set(backtests.columns))
    if missing:
        raise DataError(f"Backtest table: columns are missing ({', '.join(missing)}).")
    rows = []
    for key, group in backtests.group_by(keys, maintain_order=True):
        figures = {name: function(group) for name, function in functions.items()}
        rows.append(dict(zip(keys, key, strict=True)) | {"forecasts": group.height} | figures)
    schema = {key: backtests.schema[key] for key in keys} | {"forecasts": pl.Int64()}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(functions, pl.Float64()), orient="row")


def smape(table: pl.DataFrame) -> float | None:
    """Symmetric mean absolute percentage error, 200 |y - f| / (|y| + |f|), 0 where both are 0.

    In per cent. Makridakis and Hibon (2000), doi:10.1016/S0169-2070(00)00057-1.
    """
    return _smape(table, "mean")


def mase(table: pl.DataFrame) -> float | None:
    """Mean absolute scaled error: |y - f| over the mean absolute seasonal difference before it.

    Forecasts of a series that never moved have no scale and are left out. Hyndman and Koehler
    (2006), doi:10.1016/j.ijforecast.2006.03.001.
    """
    return _mase(table, "mean")


def owa(table: pl.DataFrame) -> float | None:
    """Overall weighted average: mean of sMAPE and MASE, each relative to Naive2; below 1 is better.

    Naive2 is `methods.naive2`, made here from the same observations, and not the forecasts that
    were handed in to M3 under that name: an OWA against those is another figure. sMAPE and MASE
    are means over all forecasts before the ratio is taken. Makridakis, Spiliotis and
    Assimakopoulos (2020), doi:10.1016/j.ijforecast.2019.04.014.
    """
    ours = (_smape(table, "mean"), _mase(table, "mean"))
    theirs = (_smape(table, "naive2"), _mase(table, "naive2"))
    ratios = [
        our / their
        for our, their in zip(ours, theirs, strict=True)
        if our is not None and their is not None and their > 0
    ]
    return sum(ratios) / 2 if len(ratios) == 2 else None


def coverage(table: pl.DataFrame) -> float | None:
    """Share of outcomes within their interval, ends included; to be held against the level."""
    inside = table["actual"].is_between(table["lower"], table["upper"])
    return _number(inside.mean())


def above(table: pl.DataFrame) -> float | None:
    """Share of outcomes above their interval; half of what `coverage` leaves where it is even."""
    return _number((table["actual"] > table["upper"]).mean())


def scaled_bias(table: pl.DataFrame) -> float | None:
    """Mean of outcome less forecast over the scale of `mase`; above 0 where forecasts are low."""
    return _number(((table["actual"] - table["mean"]) / table["scale"]).mean())


def median_smape(table: pl.DataFrame) -> float | None:
    """Median over series and cutoffs of the sMAPE of each, which a few odd series do not sway.

    In per cent.
    """
    each = [_smape(one, "mean") for _, one in table.group_by("series", "cutoff")]
    return float(np.median([one for one in each if one is not None])) if each else None


def mae(table: pl.DataFrame) -> float | None:
    """Mean absolute error, in the unit of the series."""
    return _number((table["actual"] - table["mean"]).abs().mean())


def width(table: pl.DataFrame) -> float | None:
    """Mean width of the intervals, in the unit of the series."""
    return _number((table["upper"] - table["lower"]).mean())


METRICS: dict[str, Metric] = {
    one.__name__: one
    for one in (smape, mase, owa, coverage, above, scaled_bias, median_smape, mae, width)
}


def seasonal_scale(values: NDArray[np.float64], season: int) -> float | None:
    """Mean absolute difference over a season, the scale of MASE; None where there is none or 0."""
    if len(values) <= season:
        return None
    changes = np.abs(values[season:] - values[:-season])
    changes = changes[np.isfinite(changes)]
    scale = float(changes.mean()) if len(changes) else 0.0
    return scale if scale > 0 else None


def _smape(table: pl.DataFrame, column: str) -> float | None:
    size = table["actual"].abs() + table[column].abs()
    miss = 200 * (table["actual"] - table[column]).abs()
    # Where both are zero the forecast is right, and the quotient undefined.
    return _number((miss / size).fill_nan(0.0).mean())


def _mase(table: pl.DataFrame, column: str) -> float | None:
    return _number(((table["actual"] - table[column]).abs() / table["scale"]).mean())


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _name(metric: str | Metric) -> str:
    return metric if isinstance(metric, str) else getattr(metric, "__name__", "metric")


def _function(metric: str | Metric) -> Metric:
    if not isinstance(metric, str):
        return metric
    if metric not in METRICS:
        raise ParameterError(
            f"metric {metric!r} does not exist; choose one of {', '.join(METRICS)}."
        )
    return METRICS[metric]
