"""Seasonal indices by classical decomposition, and the test whether a series is seasonal at all."""

import numpy as np
from numpy.typing import NDArray

# One-sided 90 per cent, as in the M competitions.
_CRITICAL = 1.645


def is_seasonal(values: NDArray[np.float64], season: int) -> bool:
    """Test the autocorrelation at the seasonal lag, as in the M3 and M4 competitions.

    Seasonal where abs(r_m) > 1.645 sqrt((1 + 2 (r_1^2 + … + r_{m-1}^2)) / n), with at least three
    seasons observed. Makridakis, Spiliotis and Assimakopoulos (2020),
    doi:10.1016/j.ijforecast.2019.04.014.
    """
    if season < 2 or len(values) < 3 * season:
        return False
    seasonal, limit = _seasonal_autocorrelation(values, season)
    return abs(seasonal) > limit


def hides_season(values: NDArray[np.float64], season: int) -> bool:
    """Test for a season that a trend or a break hides from `is_seasonal`.

    The same test on the ranks of the differences from one observation to the next, and for a
    positive autocorrelation only: differences have no trend, and a break is one rank among others.
    """
    from scipy.stats import rankdata

    if season < 2 or len(values) < 3 * season:
        return False
    seasonal, limit = _seasonal_autocorrelation(rankdata(np.diff(values)), season)
    return seasonal > limit


def _seasonal_autocorrelation(values: NDArray[np.float64], season: int) -> tuple[float, float]:
    """Autocorrelation at the seasonal lag, and what it must exceed; zeros for equal values."""
    centred = values - values.mean()
    variance = float(centred @ centred)
    if variance == 0.0:
        return 0.0, 0.0
    lags = np.array([centred[k:] @ centred[:-k] for k in range(1, season + 1)]) / variance
    limit = _CRITICAL * np.sqrt((1 + 2 * (lags[:-1] ** 2).sum()) / len(values))
    return float(lags[-1]), float(limit)


def seasonal_indices(
    values: NDArray[np.float64], season: int, *, multiplicative: bool
) -> NDArray[np.float64]:
    """Seasonal indices by ratio (mean 1) or difference (mean 0) to a centred moving average."""
    if season % 2:
        weights = np.ones(season) / season
    else:
        weights = np.r_[0.5, np.ones(season - 1), 0.5] / season
    trend = np.convolve(values, weights, mode="valid")
    start = len(weights) // 2
    middle = values[start : start + len(trend)]
    detrended = np.full(len(values), np.nan)
    detrended[start : start + len(trend)] = middle / trend if multiplicative else middle - trend
    indices = np.array([np.nanmean(detrended[place::season]) for place in range(season)])
    adjusted = indices / indices.mean() if multiplicative else indices - indices.mean()
    return np.asarray(adjusted, dtype=np.float64)
