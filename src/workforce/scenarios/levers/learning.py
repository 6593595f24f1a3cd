"""Lever on learning: people trained from one occupation to another, and away while they learn."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Unpack

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.staffing import OLDEST_TRAINEE
from workforce.model.study_time import study_fte, study_years
from workforce.scenarios.levers.declared import STAFF, WHOLE_SERVICES, lever
from workforce.scenarios.levers.reach import (
    Bounds,
    Reach,
    flow_share,
    known_words,
    ordered,
    reached,
    share_under_way,
)


def wrong_path(options: Mapping[str, Any]) -> dict[str, str]:
    """Say where `reskilling` goes from an occupation to itself."""
    occupation = options.get("occupation")
    if occupation is None or occupation != options.get("occupation_to"):
        return {}
    return {"occupation_to": f"occupation and occupation_to are both {occupation!r}."}


@lever(*STAFF, takes=WHOLE_SERVICES, agree=wrong_path)
def reskilling(
    inputs: xr.Dataset,
    *,
    persons: float,
    occupation: str,
    occupation_to: str,
    weeks: Annotated[float, Bounds(0, 520)],
    study_pace: Annotated[float, Bounds(0.01, 1)] = 1.0,
    study_share: Annotated[float, Bounds(0, 1)] = 1.0,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let so many persons a year begin training from one occupation to another of their sector.

    They spread over places and sectors that have both occupations as the staff under 55 do. Who
    begins in year y moves at the end of year y + d, with d the whole years before the one in which
    the study ends (`study_years`); until then each is away for the part of their FTE that it takes
    (`study_fte`), spread evenly over d + 1 years. ``weeks`` are of full-time study, ``study_pace``
    and ``study_share`` as in the table of training. More than are there are not trained.
    """
    for code in (occupation, occupation_to):
        known = inputs["occupation"].values.astype(str).tolist()
        if code not in known:
            raise ParameterError(f"there is no occupation {code!r}.{known_words(code, known)}")
    if persons < 0:
        raise ParameterError(f"persons is {persons:g}; it cannot be below 0.")
    years = study_years(weeks, study_pace=study_pace)
    lost = study_fte(weeks, study_pace=study_pace, study_share=study_share)
    if not persons:
        return inputs
    where = reached(inputs, reach)
    staff = inputs["staff"].sel(working_age=slice(None, OLDEST_TRAINEE)).sum(["sex", "working_age"])
    goal = staff.sel(occupation=occupation_to, drop=True) > 0
    able = staff.sel(occupation=occupation, drop=True) * where * goal
    there = float(able.sum())
    if persons > there:
        raise ParameterError(
            f"{persons:g} persons a year are more than the {there:.0f} under {OLDEST_TRAINEE + 1} "
            f"in {occupation} who work in sectors that also have {occupation_to}."
        )
    spread = able / there * persons
    wait = max(math.ceil(years) - 1, 0)
    one = _label(inputs, "occupation", occupation)
    pair = one * _label(inputs, "occupation", occupation_to).rename(occupation="occupation_to")
    moving = spread * pair * flow_share(inputs, reach, lag=wait)
    position = _mean_position(inputs).sel(occupation=occupation, drop=True)
    away = spread * one * position * lost * share_under_way(inputs, reach, years=wait + 1)
    for name, array in (("retrained", moving), ("training_fte", away)):
        inputs = inputs.assign({name: ordered(array + inputs.get(name, 0.0))})
    return inputs


def _label(inputs: xr.Dataset, dim: str, code: str) -> xr.DataArray:
    return (inputs[dim] == code) * 1.0


def _mean_position(inputs: xr.Dataset) -> xr.DataArray:
    over = ["sex", "working_age"]
    heads = inputs["staff"].sum(over)
    agreed = (inputs["staff"] * inputs["position_share"]).sum(over)
    return agreed / heads.where(heads > 0, 1.0)
