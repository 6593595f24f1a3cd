"""The single forecasting methods: from an array of observations to an array of point forecasts."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workforce.forecasting.seasonality import is_seasonal, seasonal_indices

Points = NDArray[np.float64]


def seasonal_naive(values: Points, season: int, horizon: int) -> Points:
    """Repeat the latest observation of each place in the season.

    A place that was never observed takes the latest observation of all.
    """
    latest = np.full(season, values[np.isfinite(values)][-1])
    for place in range(min(season, len(values))):
        seen = values[len(values) - 1 - place :: -season]
        seen = seen[np.isfinite(seen)]
        if len(seen):
            latest[season - 1 - place] = seen[0]
    return np.asarray(np.resize(latest, horizon), dtype=np.float64)


def naive(values: Points, season: int, horizon: int) -> Points:  # noqa: ARG001
    """Repeat the latest observation."""
    return np.full(horizon, values[np.isfinite(values)][-1])


def drift(values: Points, season: int, horizon: int) -> Points:  # noqa: ARG001
    """Go on along the line from the first to the last observation."""
    slope = (values[-1] - values[0]) / (len(values) - 1)
    return np.asarray(values[-1] + slope * np.arange(1, horizon + 1), dtype=np.float64)


def naive2(values: Points, season: int, horizon: int) -> Points:
    """Repeat the latest observation, adjusted for season where the series is seasonal.

    The yardstick of the M competitions: test for season, classical decomposition (multiplicative
    for positive series), last seasonally adjusted value, season put back.
    """
    if np.isnan(values).any():
        return seasonal_naive(values, season, horizon)
    if not is_seasonal(values, season):
        return naive(values, season, horizon)
    positive = bool((values > 0).all())
    indices = seasonal_indices(values, season, multiplicative=positive)
    last = (len(values) - 1) % season
    ahead = indices[(len(values) + np.arange(horizon)) % season]
    if positive:
        return np.asarray(values[-1] / indices[last] * ahead)
    return np.asarray(values[-1] - indices[last] + ahead)


def ets(values: Points, season: int, horizon: int) -> Points:
    """Exponential smoothing in state-space form, chosen by corrected AIC.

    Candidates: no trend or damped trend; no season, additive or (positive series) multiplicative
    season; multiplicative error for positive series, else additive. An undamped trend is left out:
    it runs away after a break. The form is chosen with heuristic start values, a tenth of the time
    of estimated ones, and then fitted with estimated ones. Hyndman et al. (2008),
    doi:10.1007/978-3-540-71918-2.
    """
    positive = bool((values > 0).all())
    seasons: tuple[str | None, ...] = (None,)
    if season > 1:
        seasons = (None, "add", "mul") if positive else (None, "add")
    error = "mul" if positive else "add"
    form: tuple[str, str | None, str | None] = (error, None, None)
    best, points = np.inf, np.full(horizon, np.nan)
    for seasonal in seasons:
        for trend in (None, "add"):
            aicc, ahead = _smooth(values, season, horizon, (error, trend, seasonal), "heuristic")
            if np.isfinite(ahead).all() and aicc < best:
                best, points, form = aicc, ahead, (error, trend, seasonal)
    if not np.isfinite(best):
        return points
    refined = _smooth(values, season, horizon, form, "estimated")[1]
    return refined if np.isfinite(refined).all() else points


def theta(values: Points, season: int, horizon: int) -> Points:
    """Theta method: half of the linear trend on top of simple exponential smoothing.

    Assimakopoulos and Nikolopoulos (2000), doi:10.1016/S0169-2070(00)00066-2.
    """
    from statsmodels.tsa.forecasting.theta import ThetaModel

    # Adjusted whenever three seasons are there: the autocorrelation test of the M competitions
    # overlooks the season of a series with a break, and adjusting for none costs little.
    indices = np.zeros(season)
    positive = bool((values > 0).all())
    if positive:
        indices = np.ones(season)
    if season > 1 and len(values) >= 3 * season:
        indices = seasonal_indices(values, season, multiplicative=positive)
    past = indices[np.arange(len(values)) % season]
    ahead = indices[(len(values) + np.arange(horizon)) % season]
    adjusted = values / past if positive else values - past
    with _quiet():
        fit = ThetaModel(adjusted, period=1, deseasonalize=False).fit()
        points = np.asarray(fit.forecast(horizon), dtype=np.float64)
    return np.asarray(points * ahead if positive else points + ahead)


def arima(values: Points, season: int, horizon: int) -> Points:
    """Airline model: ARIMA (0,1,1)(0,1,1) with season, (0,1,1) without. Gaps are allowed."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
    with _quiet():
        fit = SARIMAX(values, order=(0, 1, 1), seasonal_order=seasonal).fit(disp=False, maxiter=200)
        return np.asarray(fit.forecast(horizon), dtype=np.float64)


def uc(values: Points, season: int, horizon: int) -> Points:
    """Unobserved components: local level with a stochastic season. Gaps are allowed."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    with _quiet():
        model = UnobservedComponents(
            values, level="local level", seasonal=season if season > 1 else None
        )
        fit = model.fit(disp=False, maxiter=200)
        return np.asarray(fit.forecast(horizon), dtype=np.float64)


@dataclass(frozen=True)
class Method:
    """A method and what it asks of a series.

    Attributes
    ----------
    points : callable
        From observations, season and horizon to point forecasts, shape (horizon,).
    least : callable
        From season to the fewest observations it takes.
    gaps : bool
        Whether it takes a series with gaps.
    """

    points: Callable[[Points, int, int], Points]
    least: Callable[[int], int]
    gaps: bool


METHODS = {
    "ets": Method(ets, lambda season: max(10 + 2 * (season // 2), 2 * season + 2), gaps=False),
    "theta": Method(theta, lambda season: max(6, 2 * season), gaps=False),
    "arima": Method(arima, lambda season: max(10, 3 * season), gaps=True),
    "uc": Method(uc, lambda season: max(10, 2 * season + 2), gaps=True),
    "naive2": Method(naive2, lambda season: max(2, season), gaps=False),
    "seasonal_naive": Method(seasonal_naive, lambda season: season, gaps=True),
    "drift": Method(drift, lambda season: 2, gaps=True),  # noqa: ARG005
    "naive": Method(naive, lambda season: 1, gaps=True),  # noqa: ARG005
}


def point_forecast(name: str, values: Points, season: int, horizon: int) -> Points:
    """Points of one method, kept in memory: rolling origins ask for the same ones again."""
    return _kept_points(name, values.tobytes(), season, horizon)


@lru_cache(maxsize=20_000)
def _kept_points(name: str, content: bytes, season: int, horizon: int) -> Points:
    values = np.frombuffer(content, dtype=np.float64).copy()
    seen = values[np.isfinite(values)]
    # A series that has not moved yet gives an optimiser nothing to work on.
    still = bool((seen == seen[0]).all())
    points = (naive if still else METHODS[name].points)(values, season, horizon)
    points.flags.writeable = False
    return points


def _smooth(
    values: Points,
    season: int,
    horizon: int,
    form: tuple[str, str | None, str | None],
    start: str,
) -> tuple[float, Points]:
    """Corrected AIC and points of one form (error, trend, season) of exponential smoothing."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    error, trend, seasonal = form
    with _quiet():
        fit = ETSModel(
            values,
            error=error,
            trend=trend,
            damped_trend=trend is not None,
            seasonal=seasonal,
            seasonal_periods=season if seasonal else None,
            initialization_method=start,
        ).fit(disp=False, maxiter=200)
        return float(fit.aicc), np.asarray(fit.forecast(horizon), dtype=np.float64)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what an optimiser says on its way; a poor fit shows in the backtest errors."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", category=ConvergenceWarning)
        warnings.filterwarnings("ignore", message="Non-(stationary|invertible) starting")
        warnings.filterwarnings("ignore", message="Too few observations to estimate starting")
        yield
