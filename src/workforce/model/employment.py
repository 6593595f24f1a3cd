"""FTE from positions, leave and paid hours, by the convention that decides what counts as staff."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import check_bounds, check_dims, check_labels
from workforce.errors import DataError

FULL_TIME_HOURS = 1950.0  # Paid hours of a full-time year: 37.5 hours in 52 weeks.
FORMS = ("permanent", "temporary", "substitute", "apprentice", "hourly")


def agreed_fte(
    position_size: xr.DataArray,
    form: xr.DataArray,
    long_leave: xr.DataArray,
    paid_hours: xr.DataArray,
    extra_hours: xr.DataArray,
    *,
    full_time_hours: float = FULL_TIME_HOURS,
) -> xr.Dataset:
    """Count agreed FTE without long leave, and the hours paid beyond it.

        fte       = paid_hours / full_time_hours         hourly
        fte       = position_size * (1 - long_leave)     all others
        extra_fte = extra_hours / full_time_hours

    Substitutes count and the person they replace on long leave (sickness over 16 days, parental,
    unpaid) does not, so that a post is counted once. Apprentices count by the share that is agreed
    for them. Hours beyond the agreed ones, paid as extra hours or overtime, stand apart: they are
    one of the lines of the measured shortage. DataError where a form is not known, a figure
    negative or leave outside 0 to 1.
    """
    named = {
        "position_size": position_size,
        "long_leave": long_leave,
        "paid_hours": paid_hours,
        "extra_hours": extra_hours,
    }
    for name, array in named.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name, lower=0, upper=1 if name == "long_leave" else None)
    check_labels(*(array.rename(name) for name, array in named.items()), form.rename("form"))
    if full_time_hours <= 0:
        raise DataError(
            f"full_time_hours is {full_time_hours}; give the hours of a full-time year."
        )
    unknown = sorted(set(form.values.ravel().tolist()) - set(FORMS))
    if unknown:
        raise DataError(f"form: {unknown[0]!r} is not one of {', '.join(FORMS)}.")
    hourly = form == "hourly"
    on_leave = (position_size * long_leave).where(~hourly, 0.0)
    counted = (position_size * (1.0 - long_leave)).where(~hourly, paid_hours / full_time_hours)
    return xr.Dataset(
        {"fte": counted, "on_leave_fte": on_leave, "extra_fte": extra_hours / full_time_hours}
    )


def position_growth(
    persons: xr.DataArray,
    agreed_fte: xr.DataArray,
    gain: xr.DataArray,
    extra_hours: xr.DataArray | float = 0.0,
) -> xr.DataArray:
    """Factor on agreed FTE when positions go a part of the way, ``gain``, to full posts.

    factor = 1 + (gain - min(extra_hours, max(gain, 0))) * max(persons - agreed, 0) / agreed.

    Part-timers who get larger positions first agree on the hours that they worked beyond their
    positions before: those hours were worked already, and add no hands. No post goes beyond one
    FTE per person, unless it was there already.
    """
    check_bounds(persons, name="persons", lower=0)
    check_bounds(agreed_fte, name="agreed_fte", lower=0)
    check_bounds(gain, name="gain", upper=1)
    slack = (persons - agreed_fte).clip(min=0.0)
    more = giving_hands(gain, extra_hours) * slack / agreed_fte.where(agreed_fte > 0, np.inf)
    return (1.0 + more).clip(min=0.0)


def giving_hands(gain: xr.DataArray, extra_hours: xr.DataArray | float = 0.0) -> xr.DataArray:
    """Part of the way to full posts that gives hands: what is gone, less what was worked."""
    return gain - np.minimum(gain.clip(min=0.0), extra_hours)
