"""What a place would have with its own ages at the rates of a wider one: indirect standardisation.

For person-years L(a) of a place and rates m(a) of the next wider place, age by age, the place would
have the rate

    expected = sum_a L(a) m(a) / sum_a L(a)

and those who retire there would be, with m(a) of retirement alone,

    expected = sum_a L(a) m(a) (a + 1) / sum_a L(a) m(a)

years old. Both are told as a ratio to the wider place's own mean, so that they go with whatever
estimate of that mean is used. What a place has beyond it, its ages do not explain.

References
----------
Preston, Heuveline and Guillot (2001), Demography, section 2.3 (indirect standardisation).
"""

import xarray as xr

from workforce.results.benchmark_counts import AGE


def rate_ratio(events: xr.DataArray, years: xr.DataArray) -> xr.DataArray:
    """Rate expected of each place by its ages, over the mean rate of the next wider place, or 1."""
    rate, whole = _rates(events, years)
    expected = xr.dot(_mix(years), _of_wider(rate), dim=AGE)
    wider = _of_wider(whole)
    ratio = expected / wider.where(wider > 0)
    return _narrower(ratio.where(years.sum(AGE) > 0))


def age_ratio(events: xr.DataArray, years: xr.DataArray) -> xr.DataArray:
    """Mean age at exit expected of each place by its ages, over that of the next wider, or 1."""
    rate, _ = _rates(events, years)
    # Exact age in the middle of the year, of those who have the age on 1 January.
    age = events[AGE] + 1.0
    expected = years * _of_wider(rate)
    there = events.sum(AGE)
    wider = _of_wider(xr.dot(events, age, dim=AGE) / there.where(there > 0))
    leaving = expected.sum(AGE)
    return _narrower(xr.dot(expected, age, dim=AGE) / leaving.where(leaving > 0) / wider)


def _rates(events: xr.DataArray, years: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Rates by age, the mean rate at ages that nobody lived, and the mean rate."""
    lived = years.sum(AGE)
    whole = events.sum(AGE) / lived.where(lived > 0, 1.0)
    return (events / years.where(years > 0)).fillna(whole), whole


def _mix(years: xr.DataArray) -> xr.DataArray:
    """Part of the person-years that each age has."""
    lived = years.sum(AGE)
    return years / lived.where(lived > 0, 1.0)


def _of_wider(array: xr.DataArray) -> xr.DataArray:
    """Give each place the figures of the next wider one, and the widest its own."""
    places = list(range(array.sizes["region"]))
    own = array["region"]
    return array.isel(region=[*places[1:], places[-1]]).assign_coords(region=own)


def _narrower(ratio: xr.DataArray) -> xr.DataArray:
    """Leave the widest place and what is not known at 1."""
    last = ratio["region"] == ratio["region"][-1]
    return ratio.where(~last).fillna(1.0)
