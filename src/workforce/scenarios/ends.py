"""Ends of intervals from draws: read off a line through the draws around them, even over years."""

from functools import lru_cache

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers

CENTRAL, LOWER, UPPER = "central", "lower", "upper"
BANDWIDTH = 0.6
"""Normal scores on either side of an end within which draws count. [standard deviations]"""
ROUGH = 3.0
"""Weight of the squared second differences over years against the squared changes of the ends."""
ORDER = 2
MOST_ALIKE = 0.25
"""Part of the draws that count which may be one and the same figure."""
LEAST_SPREAD = 1e-9
"""Standard deviation over draws below which a figure is the same in all of them."""


def with_ends(centre: xr.DataArray, draws: xr.DataArray, level: float) -> xr.DataArray:
    """Put the ends of an interval beside its centre, dims (bound, ...); see `ends`."""
    year = [dim for dim in centre.dims if dim in ("year", "flow_year")]
    dims = [*(dim for dim in centre.dims if dim not in year), *year]
    middle = centre.transpose(*dims).values
    found = [middle] * 3
    if draws.variable.values.strides[draws.get_axis_num("draw")] != 0:  # Not the same in all draws.
        values = draws.transpose("draw", *dims).values
        found = [middle, *ends(values, middle, level, by_year=bool(year))]
    coords = {**centre.coords, "bound": [CENTRAL, LOWER, UPPER]}
    whole = xr.DataArray(np.stack(found), dims=["bound", *dims], coords=coords)
    return whole.transpose("bound", *centre.dims)


def ends(draws: Numbers, centre: Numbers, level: float, *, by_year: bool) -> Numbers:
    """Find the lower and the upper end between which a part of the draws lies.

    An end of probability p is the height at p of a straight line through the ordered draws around
    it, the i-th of n standing at the normal score of i / (n + 1), with tricube weights (local
    linear regression). It errs by less than the one draw at the rank p (n + 1), and as with that,
    one draw more lies within as often as the level says. It never lies beyond the draws that have
    half and one and a half times the probability outside, so that a figure that most draws cut at
    zero stays there; and where many of them are the same, as those cut are, it is the draw at the
    rank, since no line is near to both these and the rest.

    Over years, the distance of an end from the centre, in standard deviations of the draws of the
    year, is smoothed (Whittaker and Henderson): what changes with the draws that happen to lie at
    the end in a year goes, and what the draws all do stays. A year without spread is as it is.
    The centre is within the interval.

    Source: Cleveland (1979), Journal of the American Statistical Association 74(368), 829-836.
    doi:10.1080/01621459.1979.10481038
    Whittaker (1923), Proceedings of the Edinburgh Mathematical Society 41, 63-75.
    doi:10.1017/S0013091500077853
    """
    ordered = np.sort(draws, axis=0)
    tail = (1.0 - level) / 2.0
    lower, least, most = _line(ordered, tail)
    # From the other end the same: what is said of the lower end holds of the upper one.
    upper, highest, lowest = (-found for found in _line(-ordered[::-1], tail))
    raw, low, high = (np.stack(pair) for pair in ((lower, upper), (least, lowest), (most, highest)))
    raw = np.clip(raw, low, high)
    if by_year:
        spread = draws.std(axis=0, ddof=1)
        there = spread > LEAST_SPREAD
        distance = (raw - centre) / np.where(there, spread, 1.0)
        smooth = _smoothed(distance, np.broadcast_to(there, raw.shape))
        raw = np.where(there, np.clip(centre + spread * smooth, low, high), raw)
    found = np.stack([np.minimum(raw[0], centre), np.maximum(raw[1], centre)])
    # Draws that are not a number sort last.
    whole: Numbers = np.where(np.isnan(ordered[-1]), np.nan, found)
    return whole


def _line(ordered: Numbers, tail: float) -> tuple[Numbers, Numbers, Numbers]:
    """Height of the line at a probability, and the draws at half and one and a half times it."""
    weights = _weights(len(ordered), tail)
    least, at, most = (_at_rank(ordered, part * tail) for part in (0.5, 1.0, 1.5))
    used = ordered[weights != 0.0]
    alike = np.maximum((used == used[0]).mean(axis=0), (used == used[-1]).mean(axis=0))
    line: Numbers = np.where(alike > MOST_ALIKE, at, _sum(weights, ordered))
    return line, least, most


def _at_rank(ordered: Numbers, probability: float) -> Numbers:
    """Height at the rank p (n + 1) of n ordered draws (`ENDS`), on the line between two."""
    last = len(ordered) - 1
    rank = min(max(probability * (last + 2) - 1.0, 0.0), float(last))
    below = ordered[int(rank)]
    height: Numbers = below + (rank - int(rank)) * (ordered[min(int(rank) + 1, last)] - below)
    return height


def _sum(weights: Numbers, parts: Numbers) -> Numbers:
    """Sum parts by weight, one after the other: to the bit the same whatever stands beside."""
    total = np.zeros(parts.shape[1:])
    for place in np.flatnonzero(weights):
        total += weights[place] * parts[place]
    return total


@lru_cache
def _weights(draws: int, tail: float) -> Numbers:
    """Weights of the ordered draws in the local linear regression on normal scores."""
    from scipy.special import ndtri

    off = ndtri(np.arange(1, draws + 1) / (draws + 1)) - ndtri(tail)
    # With few draws in the tail the window reaches those that are there.
    width = max(BANDWIDTH, 2.0 * np.sort(abs(off))[1])
    kernel = np.maximum(1.0 - abs(off / width) ** 3, 0.0) ** 3
    none, first, second = (float((kernel * off**power).sum()) for power in range(3))
    found = kernel * (second - off * first) / (none * second - first**2)
    return np.asarray(found, dtype=np.float64)


def _smoothed(distance: Numbers, there: Numbers) -> Numbers:
    """Smooth over the last axis, the years that have a spread."""
    years = distance.shape[-1]
    flat, known = distance.reshape(-1, years), there.reshape(-1, years)
    patterns, place = np.unique(known, axis=0, return_inverse=True)
    found = flat.copy()
    for number, pattern in enumerate(patterns):
        if pattern.sum() > ORDER:
            rows = place == number
            smoother = _smoother(tuple(pattern.tolist()))
            found[rows] = np.stack([_sum(weights, flat[rows].T) for weights in smoother], axis=1)
    return found.reshape(distance.shape)


@lru_cache
def _smoother(there: tuple[bool, ...]) -> Numbers:
    """Matrix of Whittaker and Henderson's graduation, (year, year observed)."""
    weight = np.diag(np.array(there, dtype=float))
    differences = np.diff(np.eye(len(there)), ORDER, axis=0)
    found = np.linalg.solve(weight + ROUGH * differences.T @ differences, weight)
    return np.asarray(found, dtype=np.float64)
