"""Working lives from the rates of a projection: where a person is a year later, at each age."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    age_dim,
    check_bounds,
    check_dims,
    check_labels,
    check_transition,
)
from workforce.model.competing_risks import leave_and_stay


def career_transition(
    exit_rate: xr.DataArray, *, transition: xr.DataArray | None = None
) -> xr.DataArray:
    """Probabilities of being in each occupation, or gone by each cause, one year later.

        P[o, c]  = (h_c / h)(1 - exp(-h))       gone by cause c
        P[o, o'] = exp(-h) * transition[o, o']  still in post

    which is one year of `project_workforce` for one person. Hand the result to
    `expected_working_years` for the years that a person of an age and occupation still gives. Who
    has left does not come back: those who return are recruits.

    Parameters
    ----------
    exit_rate : DataArray
        Dims (..., occupation, age or working_age, cause); choose one year and put the factors of
        the year on first. [per person-year]
    transition : DataArray, optional
        Dims (..., occupation, occupation_to), of those who stay; rows sum to 1. None keeps
        everybody in the occupation. [probability]

    Returns
    -------
    DataArray
        Dims (..., age, state, state_to): the states are the occupations, and state_to has the
        causes too. Rows sum to 1. [probability in a year]
    """
    age = age_dim(exit_rate, name="exit_rate")
    check_dims(exit_rate, ["occupation", age, "cause"], name="exit_rate")
    check_bounds(exit_rate, name="exit_rate", lower=0)
    leave, stay = leave_and_stay(
        np.asarray(exit_rate.values, dtype=np.float64), exit_rate.get_axis_num("cause")
    )
    gone = exit_rate.copy(data=leave).rename(occupation="state", cause="state_to")
    stays = exit_rate.copy(data=np.broadcast_to(stay, leave.shape)).isel(cause=0, drop=True)
    if transition is None:
        codes = exit_rate["occupation"].values
        transition = xr.DataArray(
            np.eye(len(codes)),
            dims=["occupation", "occupation_to"],
            coords={"occupation": codes, "occupation_to": codes},
        )
    check_transition(transition, name="transition")
    check_labels(exit_rate.rename("exit_rate"), transition.rename("transition"))
    remain = (stays * transition).rename(occupation="state", occupation_to="state_to")
    gone = gone.broadcast_like(remain.isel(state_to=0, drop=True))
    joined = xr.concat([remain, gone], dim="state_to", join="exact")
    return joined.transpose(..., age, "state", "state_to").rename("career_transition")
