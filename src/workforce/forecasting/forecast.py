"""Forecasts of a table of series, with intervals from what the same method missed before."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from workforce.contract.results import LEVEL
from workforce.errors import ParameterError
from workforce.forecasting.combine import AUTO, check_method, predict
from workforce.forecasting.intervals import half_width, spread
from workforce.forecasting.observations import Observed, read_observations
from workforce.forecasting.periods import Calendar, write_period


def forecast(
    series: pl.DataFrame,
    *,
    method: str = AUTO,
    horizon: int,
    season: int,
    levels: Sequence[float] = (LEVEL,),
    bounds: tuple[float, float] | None = None,
) -> pl.DataFrame:
    """Forecast every series of a table, each from its own latest observation.

    Parameters
    ----------
    series : polars.DataFrame
        Columns series, period ("2024Q3", "2024K3", "2024M05", "2024T1", "2024" or an integer) and
        value. Periods between two observations that are not there are gaps.
    method : str
        "auto" (mean of ETS, SES with drift and seasonal naive, weighted by their errors at rolling
        origins; where both bounds are finite, of ETS, Theta, seasonal mean and seasonal naive),
        "ets", "theta", "ses_drift", "arima", "uc", "naive2", "seasonal_naive", "seasonal_mean",
        "drift" or "naive".
    horizon : int
        Periods ahead. [periods]
    season : int
        Periods in a season: 4 for quarters, 12 for months, 1 for none. [periods]
    levels : sequence of float
        Central probabilities of the intervals, between 0 and 1.
    bounds : tuple of float, optional
        Least and greatest possible value, such as (0, 1) for a rate; means and intervals are
        clipped to them at the very end. [unit of the series]

    Returns
    -------
    polars.DataFrame
        Columns series, period, method, level, mean, lower, upper, ordered by series, period and
        level. `method` names what made the forecast: "constant" where all observations are equal,
        "theta", "uc" (gaps), "seasonal_naive" or "naive" where the series could not bear the method
        asked for. [unit of the series]

    Notes
    -----
    The half width of an interval is Student's quantile times a standard error from the absolute
    errors at up to 12 rolling origins, see `intervals.spread`. A series that never moved gets an
    interval of no width.
    """
    check_request((method,), horizon=horizon, levels=levels, bounds=bounds)
    observed, calendar = read_observations(series, season=season, bounds=bounds)
    tables = [
        forecast_one(
            one,
            calendar,
            method=method,
            horizon=horizon,
            season=season,
            levels=levels,
            bounds=bounds,
        )
        for one in observed
    ]
    if not tables:
        label = pl.Int64 if calendar.whole else pl.String
        labels = {"series": pl.String, "period": label, "method": pl.String}
        numbers = dict.fromkeys(("level", "mean", "lower", "upper"), pl.Float64)
        return pl.DataFrame(schema={**labels, **numbers})
    return pl.concat(tables)


def forecast_one(
    one: Observed,
    calendar: Calendar,
    *,
    method: str,
    horizon: int,
    season: int,
    levels: Sequence[float],
    bounds: tuple[float, float] | None,
) -> pl.DataFrame:
    """Forecast one series that was read before; parameters and table as in `forecast`."""
    low, high = bounds or (-np.inf, np.inf)
    rate = bool(np.isfinite([low, high]).all())
    prediction = predict(method, one.values, season, horizon, rate=rate)
    standard_error, freedom = spread(prediction.errors, one.values, season)
    after = one.start + len(one.values)
    periods = [write_period(after + step, calendar) for step in range(horizon)]
    tables = []
    for level in sorted(levels):
        half = half_width(standard_error, freedom, level)
        tables.append(
            pl.DataFrame(
                {
                    "step": np.arange(horizon),
                    "series": [one.name] * horizon,
                    "period": periods,
                    "method": [prediction.used] * horizon,
                    "level": np.full(horizon, float(level)),
                    "mean": np.clip(prediction.points, low, high),
                    "lower": np.clip(prediction.points - half, low, high),
                    "upper": np.clip(prediction.points + half, low, high),
                }
            )
        )
    return pl.concat(tables).sort("step", "level").drop("step")


def check_request(
    methods: Sequence[str],
    *,
    horizon: int,
    levels: Sequence[float],
    bounds: tuple[float, float] | None,
) -> None:
    """Refuse methods, horizons, levels and bounds that make no sense."""
    for method in methods:
        check_method(method)
    if horizon < 1:
        raise ParameterError(f"horizon={horizon}: forecast at least 1 period ahead.")
    if not levels or not all(0 < level < 1 for level in levels):
        raise ParameterError(f"levels={tuple(levels)}: give probabilities between 0 and 1.")
    if bounds is not None and not bounds[0] < bounds[1]:
        raise ParameterError(f"bounds={bounds}: the first must be below the second.")
