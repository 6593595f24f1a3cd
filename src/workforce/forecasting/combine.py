"""Choosing what a series can bear: the combination of methods, or a named simpler one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workforce.errors import ParameterError
from workforce.forecasting.intervals import rolling_errors
from workforce.forecasting.methods import METHODS, point_forecast

AUTO = "auto"
# Each member with its weight before any back-test: smoothing with its trend damped and with the
# whole trend evenly; seasonal naive, which a break sways for a year only, has to earn its weight.
MEMBERS = {"ets": 0.5, "ses_drift": 0.5, "seasonal_naive": 0.0}
# A rate between two bounds cannot go on as it went, and turns back towards where it was: no whole
# trend, and the mean of the two latest years counts.
RATE_MEMBERS = {"ets": 1 / 3, "theta": 1 / 3, "seasonal_mean": 1 / 3, "seasonal_naive": 0.0}
# What a method gives way to, in this order, where a series is too short or has gaps.
_FALLBACKS = ("theta", "uc", "seasonal_naive", "naive")
# Fewer errors than this tell nothing about which member is better.
_LEAST_ORIGINS = 4
# Origins needed before their errors weigh as much as the weights before them.
_HALF_TRUST = 12


@dataclass(frozen=True)
class Prediction:
    """What a method says about one series: points by horizon, and errors by origin and horizon.

    ``used`` differs from the method asked for where that was not possible.
    """

    used: str
    points: NDArray[np.float64]
    errors: NDArray[np.float64]


def check_method(name: str) -> None:
    """Refuse a method that does not exist."""
    if name != AUTO and name not in METHODS:
        raise ParameterError(
            f"method={name!r} does not exist; choose one of {', '.join((AUTO, *METHODS))}."
        )


def predict(
    name: str, values: NDArray[np.float64], season: int, horizon: int, *, rate: bool = False
) -> Prediction:
    """Forecast one series with the method asked for, or with what it gives way to.

    Of a rate, between two finite bounds, "auto" combines `RATE_MEMBERS`; where all observations are
    equal the method is "constant".
    """
    seen = values[np.isfinite(values)]
    if (seen == seen[0]).all():
        return Prediction("constant", np.full(horizon, seen[0]), np.zeros((len(seen), horizon)))
    combined_ones = RATE_MEMBERS if rate else MEMBERS
    wanted = combined_ones if name == AUTO else {name: 1.0}
    if all(_bears(member, values, season) for member in wanted):
        combined = _combine(name, wanted, values, season, horizon)
        if combined is not None:
            return combined
    for fallback in _FALLBACKS:
        if fallback != name and _bears(fallback, values, season):
            single = _combine(fallback, {fallback: 1.0}, values, season, horizon)
            if single is not None:
                return single
    return Prediction("naive", np.full(horizon, seen[-1]), np.empty((0, horizon)))


def weigh(errors: list[NDArray[np.float64]], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the members of a combination, from their errors at rolling origins.

    Inverse to the square of the mean absolute error, which a break sways less than the mean of
    squares, and drawn towards given weights by the number of origins n:
    w = n / (n + 12) w_errors + 12 / (n + 12) w_before.
    """
    origins = len(errors[0])
    if len(errors) == 1 or origins < _LEAST_ORIGINS:
        return before
    misses = np.array([np.nanmean(np.abs(one)) for one in errors])
    if not (misses > 0).all():
        return before
    trust = origins / (origins + _HALF_TRUST)
    # Relative to the least, so that the squares of tiny or huge errors stay finite.
    inverse = (misses.min() / misses) ** 2
    return np.asarray(trust * inverse / inverse.sum() + (1 - trust) * before)


def _bears(name: str, values: NDArray[np.float64], season: int) -> bool:
    method = METHODS[name]
    observed = np.isfinite(values)
    return int(observed.sum()) >= method.least(season) and (method.gaps or bool(observed.all()))


def _combine(
    name: str, members: dict[str, float], values: NDArray[np.float64], season: int, horizon: int
) -> Prediction | None:
    """Points and errors of the weighted mean of members; None where a fit came to nothing."""
    points = [point_forecast(member, values, season, horizon) for member in members]
    if not all(np.isfinite(one).all() for one in points):
        return None
    errors = [rolling_errors(member, values, season, horizon) for member in members]
    shared = min(len(one) for one in errors)
    errors = [one[len(one) - shared :] for one in errors]
    weights = weigh(errors, np.array(list(members.values())))
    return Prediction(
        name,
        np.tensordot(weights, np.stack(points), axes=1),
        np.tensordot(weights, np.stack(errors), axes=1),
    )
