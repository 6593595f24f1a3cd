"""Estimate rates where persons are few, and turn rates into probabilities."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import check_bounds, check_dims, check_labels
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
    if bool(((events > 0) & (exposure == 0)).any()):
        raise DataError("events: there are events in cells where exposure is 0; give the exposure.")
    total = exposure + constant
    weight = exposure / total.where(total > 0, 1.0)
    observed = events / exposure.where(exposure > 0, 1.0)
    # Without exposure and with k = 0 nothing speaks against the prior.
    rate = weight * observed + (1.0 - weight) * prior
    return xr.Dataset({"rate": rate, "weight": weight.broadcast_like(rate)})


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
