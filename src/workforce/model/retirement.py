"""Retirement put off: the hazard of those who are older, moved up the ages."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers, check_bounds, check_dims

FIRST_AGE = 58  # Younger people do not retire by age; their hazard stays where it is.


def delay_hazard(hazard: xr.DataArray, years: xr.DataArray) -> xr.DataArray:
    """Hazard of retiring when people of an age retire so many years later.

    h'(x, y) = h(x - d(x, y)), with a straight line between whole ages, from `FIRST_AGE` on; the
    first and last age stand for those beyond them. Hazards have dims (..., working_age), the years
    d (..., working_age, flow_year), below 0 if it comes earlier. [per person-year]
    """
    check_dims(hazard, ["working_age"], name="hazard")
    check_dims(years, ["working_age", "flow_year"], name="years")
    check_bounds(hazard, name="hazard", lower=0)
    ages = hazard["working_age"].values.astype(float)

    def moved(old: Numbers, delay: Numbers) -> Numbers:
        delay = np.where((ages >= FIRST_AGE)[:, np.newaxis], delay, 0.0)
        wanted = np.clip(ages[:, np.newaxis] - delay, ages[0], ages[-1]) - ages[0]
        low = np.minimum(np.floor(wanted).astype(int), len(ages) - 2)
        shape = np.broadcast_shapes((*old.shape, 1), low.shape)
        old, low = np.broadcast_to(old[..., np.newaxis], shape), np.broadcast_to(low, shape)
        part = wanted - low
        younger = np.take_along_axis(old, low, axis=-2)
        older = np.take_along_axis(old, low + 1, axis=-2)
        new: Numbers = younger * (1.0 - part) + older * part
        return new

    over = ["working_age", "flow_year"]
    later: xr.DataArray = xr.apply_ufunc(
        moved, hazard, years, input_core_dims=[over[:1], over], output_core_dims=[over]
    )
    return later
