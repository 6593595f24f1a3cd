"""Estimate rates where persons are few, and turn rates into probabilities."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers, check_bounds, check_dims, check_labels
from workforce.errors import DataError
from workforce.model.competing_risks import leave_and_stay


def shrink_rates(
    events: xr.DataArray, exposure: xr.DataArray, prior: xr.DataArray, *, k: float | xr.DataArray
) -> xr.Dataset:
    """Draw observed rates towards those of a larger group, the more so the less is observed.

    Credibility (limited fluctuation of Buhlmann's form):

        weight = exposure / (exposure + k)
        rate   = weight * events / exposure + (1 - weight) * prior

    which is (events + k * prior) / (exposure + k): k person-years of the larger group are added
    to what was seen.

    Parameters
    ----------
    events : DataArray
        Events observed, any dims. [events]
    exposure : DataArray
        Person-years lived by those who could have had the event. [person-years]
    prior : DataArray
        Rate of the larger group; dims that it lacks are broadcast. [per person-year]
    k : float or DataArray
        Person-years at which the own figures count for half. [person-years]

    Returns
    -------
    Dataset
        ``rate`` [per person-year] and ``weight`` of the own figures [share].

    References
    ----------
    Buhlmann and Gisler (2005), A Course in Credibility Theory, Springer, chapter 3.
    doi:10.1007/3-540-29273-X
    """
    constant = k if isinstance(k, xr.DataArray) else xr.DataArray(float(k))
    named = {"events": events, "exposure": exposure, "prior": prior, "k": constant}
    for name, array in named.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name, lower=0)
    check_labels(*(array.rename(name) for name, array in named.items()))
    found = xr.apply_ufunc(
        shrink, events, exposure, prior, constant, output_core_dims=[[], []], join="exact"
    )
    return xr.Dataset(dict(zip(("rate", "weight"), found, strict=True)))


def shrink(
    events: Numbers, exposure: Numbers, prior: Numbers, k: Numbers | float
) -> tuple[Numbers, Numbers]:
    """Draw rates as `shrink_rates` does, in arrays of shapes that fit; give rates and weights.

    DataError where there are events and exposure is 0.
    """
    if ((events > 0) & (exposure == 0)).any():
        raise DataError("events: there are events in cells where exposure is 0; give the exposure.")
    total = exposure + k
    weight = exposure / np.where(total > 0, total, 1.0)
    observed = events / np.where(exposure > 0, exposure, 1.0)
    # Without exposure and with k = 0 nothing speaks against the prior.
    rate = weight * observed + (1.0 - weight) * prior
    return rate, np.broadcast_to(weight, rate.shape)


def rates_at_ages(rates: xr.DataArray, *, log: bool = False) -> xr.DataArray:
    """Rates by single age from rates of groups of ages (..., age), the lowest of each group.

    The rate of a group, from its label to the next, holds at its middle; between two middles it is
    on a straight line (of the logarithm with ``log``), before the first and after the last it is
    held. The width of the oldest group is taken to be that of the one below. [per person-year]
    """
    check_dims(rates, ["age"], name="rates")
    lowest = rates["age"].values.astype(float)
    if len(lowest) < 2 or bool((np.diff(lowest) <= 0).any()):
        raise DataError("rates: give at least two groups of ages, from the youngest to the oldest.")
    if log and bool((rates <= 0).any()):
        raise DataError("rates: a logarithm needs rates above 0; interpolate them as they are.")
    widths = np.diff(lowest)
    widths = np.append(widths, widths[-1])
    ages = np.arange(lowest[0], lowest[-1] + widths[-1])
    return _interpolate(rates, "age", lowest + widths / 2, ages + 0.5, ages.astype(int), log=log)


def rates_at_years(rates: xr.DataArray, years: NDArray[np.int64]) -> xr.DataArray:
    """Rates (..., year) in years between those given, on a straight line; held outside them."""
    check_dims(rates, ["year"], name="rates")
    known = rates["year"].values.astype(float)
    if bool((np.diff(known) <= 0).any()):
        raise DataError("rates: give the years from the first to the last.")
    return _interpolate(rates, "year", known, np.asarray(years, dtype=float), years, log=False)


def probability_from_rate(rates_by_cause: xr.DataArray) -> xr.DataArray:
    """Probability over a year of each of several competing causes.

    With h = sum over causes of h_c, cause c has probability (h_c / h)(1 - exp(-h)).

    Parameters
    ----------
    rates_by_cause : DataArray
        Rates, dims (..., cause). [per person-year]

    Returns
    -------
    DataArray
        Same dims. [probability]

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, section 4.3.
    """
    check_dims(rates_by_cause, ["cause"], name="rates_by_cause")
    check_bounds(rates_by_cause, name="rates_by_cause", lower=0)
    values = np.asarray(rates_by_cause.values, dtype=np.float64)
    leave, _ = leave_and_stay(values, rates_by_cause.get_axis_num("cause"))
    return rates_by_cause.copy(data=leave).rename("probability")


def _interpolate(
    rates: xr.DataArray,
    dim: str,
    known: NDArray[np.float64],
    wanted: NDArray[np.float64],
    labels: NDArray[np.int64],
    *,
    log: bool,
) -> xr.DataArray:
    above = np.clip(np.searchsorted(known, wanted), 1, max(len(known) - 1, 1))
    below = above - 1
    above = np.minimum(above, len(known) - 1)
    span = known[above] - known[below]
    share = np.clip((wanted - known[below]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    others = [other for other in rates.dims if other != dim]
    values = rates.transpose(*others, dim).values.astype(float)
    values = np.log(values) if log else values
    between = values[..., below] * (1 - share) + values[..., above] * share
    coords = {other: rates[other] for other in others if other in rates.coords}
    result = xr.DataArray(
        np.exp(between) if log else between,
        dims=[*others, dim],
        coords={**coords, dim: labels},
        name=rates.name,
    )
    return result.transpose(*rates.dims)
