"""How far forecasts miss: errors at rolling origins, and the intervals made from them."""

import numpy as np
from numpy.typing import NDArray

from workforce.forecasting.methods import METHODS, point_forecasts

# Origins looked back on; more costs time, and old errors tell less about the years ahead.
ORIGINS = 12


def rolling_errors(
    name: str, values: NDArray[np.float64], season: int, horizon: int
) -> NDArray[np.float64]:
    """Errors that a method would have made at the latest origins.

    Parameters
    ----------
    name : str
        A name in `methods.METHODS`.
    values : numpy.ndarray, shape (period,)
        Observations, NaN in gaps.
    season, horizon : int
        Periods in a season and periods ahead. [periods]

    Returns
    -------
    numpy.ndarray, shape (origin, horizon)
        Observation minus forecast, each made from what was known at the origin; NaN where there is
        no observation yet. No rows where the series is too short. [unit of the series]

    Notes
    -----
    Form and parameters are estimated at the first origin, and the state of the method is carried
    on over what came after it: no origin knows more than the last observation before it, and one
    estimation serves them all.
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
    """Estimate the standard error of a forecast per horizon, with its degrees of freedom.

    The root mean square of the errors at rolling origins, made to not fall with the horizon
    (isotonic regression of the mean squares, weighted by their number). Horizons without errors go
    on with the square root of the horizon. A series too short for rolling origins takes the
    differences between its observations.

    Parameters
    ----------
    errors : numpy.ndarray, shape (origin, horizon)
        See `rolling_errors`.
    values : numpy.ndarray, shape (period,)
        Observations, NaN in gaps.
    season : int
        Periods in a season. [periods]

    Returns
    -------
    standard_error : numpy.ndarray, shape (horizon,)
        [unit of the series]
    freedom : numpy.ndarray, shape (horizon,)
        Degrees of freedom for Student's t: the number of errors over the square root of the
        horizon, since errors of overlapping forecasts tell partly the same; at least 2.
    """
    from scipy.optimize import isotonic_regression

    horizon = errors.shape[1]
    ahead = np.arange(1, horizon + 1)
    counts = np.isfinite(errors).sum(axis=0)
    if counts[0] < 3:
        changes = _changes(values, season)
        return np.sqrt(np.mean(changes**2) * ahead), np.full(horizon, float(len(changes)))
    seen = counts > 0
    squares = np.nansum(errors[:, seen] ** 2, axis=0) / counts[seen]
    smooth = isotonic_regression(squares, weights=counts[seen].astype(np.float64)).x
    last = int(seen.sum())
    square = np.interp(ahead, ahead[seen], smooth) * np.maximum(1.0, ahead / last)
    freedom = np.maximum(2.0, counts / np.sqrt(ahead))
    return np.sqrt(square), freedom


def half_width(
    standard_error: NDArray[np.float64], freedom: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Half the width of a central interval: Student's quantile times the standard error."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, 0.5 + level / 2) * standard_error, dtype=np.float64)


def _changes(values: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """Differences over a season, or between neighbours where there are fewer than two."""
    for lag in (season, 1):
        changes = values[lag:] - values[:-lag] if lag < len(values) else np.empty(0)
        changes = changes[np.isfinite(changes)]
        if len(changes) >= 2:
            return changes
    return np.diff(values[np.isfinite(values)])
