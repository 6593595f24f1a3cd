"""How far forecasts miss: errors at rolling origins, and the intervals made from them."""

import numpy as np
from numpy.typing import NDArray

from workforce.forecasting.methods import METHODS, point_forecasts

# Origins looked back on; more costs time, and old errors tell less about the years ahead.
ORIGINS = 12
# Changes of a series are looked at over this many periods at least.
_LEAST_LAG = 4
# Rolling origins that weigh as much as the changes of the series.
_HALF_TRUST = 6
# What the mean absolute error one period ahead usually is of the mean absolute change.
_SHARE_OF_CHANGE = 0.7


def rolling_errors(
    name: str, values: NDArray[np.float64], season: int, horizon: int
) -> NDArray[np.float64]:
    """Observation minus the forecast of a method at the latest origins, (origin, horizon).

    Form and parameters are estimated at the first origin, and the state of the method is carried
    on over what came after it: no origin knows more than the last observation before it, and one
    estimation serves them all. NaN where there is no observation yet.
    """
    method = METHODS[name]
    observed = np.cumsum(np.isfinite(values))
    origins = [
        origin
        for origin in range(max(1, len(values) - ORIGINS), len(values))
        if observed[origin - 1] >= method.least(season) and np.isfinite(values[origin - 1])
    ]
    errors = np.full((len(origins), horizon), np.nan)
    if not origins:
        return errors
    points = point_forecasts(name, values[: origins[-1]], season, horizon, first=origins[0])
    for row, origin in enumerate(origins):
        actual = values[origin : origin + horizon]
        errors[row, : len(actual)] = actual - points[origin - origins[0], : len(actual)]
    return errors


def spread(
    errors: NDArray[np.float64], values: NDArray[np.float64], season: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate the error of a forecast per horizon, with degrees of freedom for Student's t.

    s_h = sqrt(pi / 2) h^(r / 2) m^w (0.7 d)^(1 - w), where r is the `persistence` of the series:
    errors of noise do not grow with the horizon h, those of a random walk with its root. m is the
    mean of the absolute errors at n rolling origins, each divided by h^(r / 2) and weighing 1 / h
    since forecasts further ahead overlap; d the mean absolute deviation of changes over a season
    from their median; w = n / (n + 6), and sums in place of products where m or d is 0. Means of
    absolute errors, since one break must not widen all that comes after it. A series too short for
    rolling origins takes the root mean square of the changes between its observations, and the root
    of the horizon. Errors of overlapping forecasts tell partly the same: the degrees of freedom are
    half the number of origins, at least 2.
    """
    horizon = errors.shape[1]
    ahead = np.arange(1.0, horizon + 1)
    seen = np.isfinite(errors)
    origins = int(seen.any(axis=1).sum())
    if origins == 0:
        changes = _changes(values, season)
        return np.sqrt(np.mean(changes**2) * ahead), np.full(horizon, float(len(changes)))
    growth = ahead ** (persistence(values, season) / 2)
    missed = np.nansum(np.abs(errors) / (growth * ahead)) / (seen / ahead).sum()
    changes = _changes(values, max(season, _LEAST_LAG))
    usual = _SHARE_OF_CHANGE * np.mean(np.abs(changes - np.median(changes)))
    trust = origins / (origins + _HALF_TRUST)
    if missed > 0 and usual > 0:
        size = missed**trust * usual ** (1 - trust)
    else:
        size = trust * missed + (1 - trust) * usual
    freedom = np.full(horizon, max(2.0, origins / 2))
    return np.asarray(np.sqrt(np.pi / 2) * size * growth), freedom


def persistence(values: NDArray[np.float64], season: int) -> float:
    """Autocorrelation of changes over a season from one period to the next, between 0 and 1.

    Next to 0 for noise around a season, near 1 for a random walk or a trend; 1 where there are
    fewer than four pairs of changes to tell. Changes are over four periods at least: between
    neighbours those of a random walk are noise.
    """
    lag = max(season, _LEAST_LAG)
    changes = values[lag:] - values[:-lag]
    earlier, later = changes[:-1], changes[1:]
    pairs = np.isfinite(earlier) & np.isfinite(later)
    squares = float(np.nansum(changes**2))
    if pairs.sum() < 4 or squares == 0.0:
        return 1.0
    return float(np.clip((earlier[pairs] @ later[pairs]) / squares, 0.0, 1.0))


def half_width(
    standard_error: NDArray[np.float64], freedom: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Half the width of a central interval: Student's quantile times the standard error."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, 0.5 + level / 2) * standard_error, dtype=np.float64)


def _changes(values: NDArray[np.float64], over: int) -> NDArray[np.float64]:
    """Differences over some periods, or between neighbours where there are fewer than two."""
    for lag in (over, 1):
        changes = values[lag:] - values[:-lag] if lag < len(values) else np.empty(0)
        changes = changes[np.isfinite(changes)]
        if len(changes) >= 2:
            return changes
    return np.diff(values[np.isfinite(values)])
