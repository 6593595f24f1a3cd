"""Rolling-origin backtests: what the methods would have said at earlier cutoffs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from workforce.contract.results import LEVEL
from workforce.errors import MissingDataError, ParameterError
from workforce.forecasting.forecast import check_request, forecast_one
from workforce.forecasting.methods import point_forecast
from workforce.forecasting.observations import LEAST_OBSERVATIONS, Observed, read_observations
from workforce.forecasting.periods import Calendar, write_period
from workforce.forecasting.scores import seasonal_scale


def backtest(
    series: pl.DataFrame,
    methods: Sequence[str],
    *,
    horizon: int,
    windows: int,
    season: int,
    levels: Sequence[float] = (LEVEL,),
    bounds: tuple[float, float] | None = None,
) -> pl.DataFrame:
    """Forecast every series from its latest cutoffs, knowing only what came before each.

    Parameters
    ----------
    series, horizon, season, levels, bounds
        As in `workforce.forecast`.
    methods : sequence of str
        Names of methods, "auto" among them.
    windows : int
        Cutoffs per series, one period apart, the last `horizon` periods before the end; fewer where
        the series is short.

    Returns
    -------
    polars.DataFrame
        The columns of `forecast`, with `method` the one asked for, and

        - cutoff: last period known
        - used: the method that made the forecast, see `forecast`
        - actual: what came [unit of the series]
        - scale: mean absolute seasonal difference up to the cutoff; null where there is none
          [unit of the series]
        - naive2: forecast of Naive2 for the same period [unit of the series]

        Periods without an observation are left out.
    """
    check_request(methods, horizon=horizon, levels=levels, bounds=bounds)
    if windows < 1:
        raise ParameterError(f"windows={windows}: look back on at least 1 cutoff.")
    if not methods:
        raise ParameterError("methods is empty: name at least one.")
    observed, calendar = read_observations(series, season=season, bounds=bounds)
    tables = []
    for one in observed:
        for known in _cutoffs(one, horizon, windows):
            part = replace(one, values=one.values[:known])
            after = _after_cutoff(one, calendar, known, horizon, season)
            for method in methods:
                ahead = forecast_one(
                    part,
                    calendar,
                    method=method,
                    horizon=horizon,
                    season=season,
                    levels=levels,
                    bounds=bounds,
                )
                tables.append(
                    ahead.rename({"method": "used"})
                    .with_columns(method=pl.lit(method))
                    .join(after, on="period", how="left", maintain_order="left")
                    .filter(pl.col("actual").is_not_null())
                )
    if not tables:
        raise MissingDataError(
            f"Series table: no series reaches {horizon} periods past {LEAST_OBSERVATIONS} "
            "observations; ask for a shorter horizon or bring longer series."
        )
    return pl.concat(tables).select(
        "series",
        "period",
        "method",
        "level",
        "mean",
        "lower",
        "upper",
        "cutoff",
        "used",
        "actual",
        "scale",
        "naive2",
    )


def _cutoffs(one: Observed, horizon: int, windows: int) -> list[int]:
    """Numbers of periods known at each cutoff; the last known one is always observed."""
    last = len(one.values) - horizon
    observed = np.isfinite(one.values)
    return [
        known
        for known in range(max(1, last - windows + 1), last + 1)
        if observed[known - 1] and observed[:known].sum() >= LEAST_OBSERVATIONS
    ]


def _after_cutoff(
    one: Observed, calendar: Calendar, known: int, horizon: int, season: int
) -> pl.DataFrame:
    values = one.values[:known]
    cutoff = one.start + known - 1
    scale = seasonal_scale(values, season)
    return pl.DataFrame(
        {
            "period": [write_period(cutoff + step, calendar) for step in range(1, horizon + 1)],
            "cutoff": [write_period(cutoff, calendar)] * horizon,
            "actual": one.values[known : known + horizon],
            "scale": pl.Series([scale] * horizon, dtype=pl.Float64),
            "naive2": point_forecast("naive2", values, season, horizon),
        }
    ).with_columns(pl.col("actual").fill_nan(None))
