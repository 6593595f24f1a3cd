"""The single forecasting methods: from an array of observations to an array of point forecasts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from workforce.forecasting.fitted import (
    Points,
    carry_arima,
    carry_ets,
    carry_uc,
    estimate_arima,
    estimate_ets,
    estimate_uc,
)
from workforce.forecasting.seasonality import hides_season, is_seasonal, seasonal_indices


def seasonal_naive(values: Points, season: int, horizon: int) -> Points:
    """Repeat the latest observation of each place in the season.

    A place that was never observed takes the latest observation of all.
    """
    return _latest_of_each_place(values, season, horizon, years=1)


def seasonal_mean(values: Points, season: int, horizon: int) -> Points:
    """Repeat the mean of the two latest observations of each place; else as `seasonal_naive`."""
    return _latest_of_each_place(values, season, horizon, years=2)


def _latest_of_each_place(values: Points, season: int, horizon: int, *, years: int) -> Points:
    latest = np.full(season, values[np.isfinite(values)][-1])
    for place in range(min(season, len(values))):
        seen = values[len(values) - 1 - place :: -season]
        seen = seen[np.isfinite(seen)]
        if len(seen):
            latest[season - 1 - place] = seen[:years].mean()
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


def theta(values: Points, season: int, horizon: int) -> Points:
    """Theta method: half of the linear trend on top of simple exponential smoothing.

    The smoothing starts at the first observation, and its weight has the least squared errors. A
    season is taken out where `is_seasonal` or `hides_season` finds one. Assimakopoulos and
    Nikolopoulos (2000), doi:10.1016/S0169-2070(00)00066-2; Hyndman and Billah (2003),
    doi:10.1016/S0169-2070(01)00143-1.
    """
    return _smooth_with_slope(values, season, horizon, share=0.5)


def ses_drift(values: Points, season: int, horizon: int) -> Points:
    """Go on at the whole slope of the linear trend from where smoothing ends; else as `theta`."""
    return _smooth_with_slope(values, season, horizon, share=1.0)


def _smooth_with_slope(values: Points, season: int, horizon: int, *, share: float) -> Points:
    positive = bool((values > 0).all())
    indices = np.ones(season) if positive else np.zeros(season)
    if is_seasonal(values, season) or hides_season(values, season):
        indices = seasonal_indices(values, season, multiplicative=positive)
    count = len(values)
    past = indices[np.arange(count) % season]
    ahead = indices[(count + np.arange(horizon)) % season]
    adjusted = values / past if positive else values - past
    weight, level = _smooth_simply(adjusted)
    centred = np.arange(count) - (count - 1) / 2
    slope = float(centred @ adjusted / (centred @ centred))
    line = np.arange(horizon) + (1 - (1 - weight) ** count) / weight
    points = level + share * slope * line
    return np.asarray(points * ahead if positive else points + ahead, dtype=np.float64)


def _smooth_simply(values: Points) -> tuple[float, float]:
    """Weight with the least squared errors, to three decimals, and the level it ends at."""

    def smooth(weights: Points) -> tuple[float, float]:
        level = np.full(len(weights), values[0])
        squares = np.zeros(len(weights))
        for value in values:
            error = value - level
            squares += error * error
            level += weights * error
        best = int(squares.argmin())
        return float(weights[best]), float(level[best])

    near, _ = smooth(np.linspace(0.01, 1.0, 100))
    return smooth(np.linspace(max(near - 0.01, 0.001), min(near + 0.01, 1.0), 41))


@dataclass(frozen=True)
class Method:
    """A method: the fewest observations that it takes, whether with gaps, and how it forecasts.

    By ``points`` where estimation costs little; else by ``estimate``, whose parameters ``carry``
    takes on to points at each origin from the first, shape (origin, horizon).
    """

    least: Callable[[int], int]
    gaps: bool
    points: Callable[[Points, int, int], Points] | None = None
    estimate: Callable[[Points, int], Any] | None = None
    carry: Callable[[Any, Points, int, int, int], Points] | None = None


METHODS = {
    "ets": Method(
        lambda season: max(10 + 2 * (season // 2), 2 * season + 2),
        gaps=False,
        estimate=estimate_ets,
        carry=carry_ets,
    ),
    "theta": Method(lambda season: max(6, 2 * season), gaps=False, points=theta),
    "ses_drift": Method(lambda season: max(6, 2 * season), gaps=False, points=ses_drift),
    "arima": Method(
        lambda season: max(10, 3 * season), gaps=True, estimate=estimate_arima, carry=carry_arima
    ),
    "uc": Method(
        lambda season: max(10, 2 * season + 2), gaps=True, estimate=estimate_uc, carry=carry_uc
    ),
    "naive2": Method(lambda season: max(2, season), gaps=False, points=naive2),
    "seasonal_naive": Method(lambda season: season, gaps=True, points=seasonal_naive),
    "seasonal_mean": Method(lambda season: 2 * season, gaps=True, points=seasonal_mean),
    "drift": Method(lambda season: 2, gaps=True, points=drift),  # noqa: ARG005
    "naive": Method(lambda season: 1, gaps=True, points=naive),  # noqa: ARG005
}


def point_forecast(name: str, values: Points, season: int, horizon: int) -> Points:
    """Points of one method from the end of a series, shape (horizon,)."""
    return np.asarray(point_forecasts(name, values, season, horizon, first=len(values))[0])


def point_forecasts(name: str, values: Points, season: int, horizon: int, *, first: int) -> Points:
    """Points of one method at each origin from the first to the end of a series, (origin, horizon).

    Parameters are estimated on the ``first`` observations.
    """
    content = np.asarray(values, dtype=np.float64).tobytes()
    return _kept_points(name, content, season, horizon, first).copy()


# A back-test asks for a method by itself soon after the combination that it is a member of.
@lru_cache(maxsize=64)
def _kept_points(name: str, content: bytes, season: int, horizon: int, first: int) -> Points:
    values = np.frombuffer(content, dtype=np.float64).copy()
    method = METHODS[name]
    origins = range(first, len(values) + 1)
    still = [_still(values[:known]) for known in origins]
    if method.points is not None:
        function = method.points
        return np.stack(
            [
                (naive if same else function)(values[:known], season, horizon)
                for known, same in zip(origins, still, strict=True)
            ]
        )
    moved = first + sum(still)
    # A series that has not moved yet gives an optimiser nothing to work on.
    points = np.stack([naive(values[:known], season, horizon) for known in origins])
    if moved <= len(values) and method.carry is not None:
        parameters = _kept_estimate(name, values[:moved].tobytes(), season)
        points[moved - first :] = method.carry(parameters, values, season, horizon, moved)
    return points


def _still(values: Points) -> bool:
    seen = values[np.isfinite(values)]
    return bool((seen == seen[0]).all())


@lru_cache(maxsize=20_000)
def _kept_estimate(name: str, content: bytes, season: int) -> Any:
    """Parameters of one method, kept in memory: backtests ask for the same ones again."""
    estimate = METHODS[name].estimate
    return estimate and estimate(np.frombuffer(content, dtype=np.float64).copy(), season)
