"""Levers on who comes: recruits from every origin, graduates, people outside work."""

import math
from typing import Annotated, Literal, Unpack

import numpy as np
import xarray as xr

from workforce.contract.evidence import reached_a_post
from workforce.errors import ParameterError
from workforce.model.study_time import study_fte, study_years
from workforce.scenarios.levers.declared import GRADUATES, STAFF, lever
from workforce.scenarios.levers.leaving import CHANGEABLE, base_hazard
from workforce.scenarios.levers.reach import (
    Bounds,
    Codes,
    Reach,
    flow_share,
    known_words,
    on_flow,
    ordered,
    reached,
    share_under_way,
)

APPRENTICE_YEARS = 2  # Apprentices are two years at the workplace after two at school.
JOBSEEKER: Literal["jobseeker"] = "jobseeker"
CELLS = ["sex", "working_age"]
WORKING_AGES = slice(20, 66)  # Inhabitants that recruits are counted against.


@lever("inflow_rate", on_flows=True)
def recruitment(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Change the inflow from every origin by so many per cent; -100 is no recruitment."""
    if percent < -100:
        raise ParameterError(f"percent is {percent}; an inflow cannot fall by more than 100 %.")
    factor = inputs["inflow_factor"] * (1.0 + on_flow(inputs, reach) * percent / 100.0)
    return inputs.assign(inflow_factor=ordered(factor))


@lever("inflow_rate", takes=())
def replace_exits(inputs: xr.Dataset, *, percent: float = 100.0) -> xr.Dataset:
    """Replace so many per cent of every year's exits from a post, in place of the observed inflow.

    With 100 a sector keeps its headcount; its occupations change by the moves between them only.
    """
    if percent < 0:
        raise ParameterError(f"percent is {percent}; a share of exits cannot be below 0.")
    years = inputs["flow_year"]
    return inputs.assign(replaced_share=xr.ones_like(years, dtype=float) * (percent / 100.0))


@lever(*GRADUATES, on_flows=True, after_study=True)
def education_intake(
    inputs: xr.Dataset,
    *,
    percent: float,
    educations: Codes | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Take in so many per cent more students; graduates come the length of the study later.

    Recruits straight from education grow as the graduates of the programmes that lead to their
    occupation do: the employers' share of them is held.
    """
    if percent < -100:
        raise ParameterError(f"percent is {percent}; an intake cannot fall by more than 100 %.")
    chosen = _programmes(inputs, educations)
    parts = [
        flow_share(inputs, reach, lag=int(years)) * float(code in chosen) * percent / 100.0
        for code, years in zip(_codes(inputs), inputs["programme_years"].values, strict=True)
    ]
    return _more_graduates(inputs, 1.0 + xr.concat(parts, dim=inputs["education"]), reach)


@lever(*GRADUATES, on_flows=True)
def completion(
    inputs: xr.Dataset,
    *,
    points: float,
    educations: Codes | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let percentage points more of the students complete, nowhere more than all of them."""
    rate = inputs["programme_completion"]
    chosen = inputs["education"].isin(_programmes(inputs, educations))
    wanted = (rate + chosen * points / 100.0).clip(0.0, 1.0)
    more = (wanted / rate.where(rate > 0, 1.0)).where(rate > 0, 1.0) - 1.0
    return _more_graduates(inputs, 1.0 + more * flow_share(inputs, reach), reach)


@lever("inflow_rate", "population", *STAFF, on_flows=True)
def inclusion(
    inputs: xr.Dataset,
    *,
    persons: float,
    outside: Annotated[float | None, Bounds(0, None)] = None,
    group: Literal["jobseeker", "reduced_capacity"] = JOBSEEKER,
    weeks: Annotated[float, Bounds(0, 520)] = 0.0,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Recruit so many persons more a year from outside work, over all that the lever reaches.

    They spread over posts, ages and places as those who come from outside work do today, and the
    number follows the inhabitants of working age from the base year on. Where it is told how many
    leave NAV's registers a year nearby (``outside``), no more are recruited than the part of the
    ``group`` that had a post half a year on in the county (`reachable`). Each learns for so many
    ``weeks`` in full time first, and is away meanwhile.
    """
    if persons < 0:
        raise ParameterError(f"persons is {persons:g}; give 0 or more.")
    if outside is not None and persons > (most := reachable(inputs, outside, group)):
        raise ParameterError(
            f"of the {outside:g} who leave NAV's registers a year {most:.1f} had a post half a "
            f"year on; all employers together cannot recruit {persons:g} of them."
        )
    changed = _more_from(inputs, "outside_work", persons, reach)
    if not weeks or changed is inputs:
        return changed
    coming = _coming(inputs, "outside_work", reach)
    heads, agreed = (
        inputs["staff"].sum(CELLS),
        (inputs["staff"] * inputs["position_share"]).sum(CELLS),
    )
    each = agreed / heads.where(heads > 0, 1.0) * study_fte(weeks)
    years = max(math.ceil(study_years(weeks)), 1)
    away = coming / coming.sum() * persons * each * share_under_way(inputs, reach, years=years)
    return changed.assign(training_fte=ordered(away + inputs.get("training_fte", 0.0)))


def reachable(inputs: xr.Dataset, outside: float, group: str) -> float:
    """Persons a year who reach a post, of so many who leave NAV's registers.

    The part of the county where all regions lie in one that NAV's table has, else the nation's.
    """
    share, nation = reached_a_post()[group], ""
    counties = {str(code)[:2] for code in inputs["region"].values}
    county = counties.pop() if len(counties) == 1 else nation
    return outside * share.get(county, share[nation]) / 100.0


def _coming(inputs: xr.Dataset, origin: str, reach: Reach) -> xr.DataArray:
    """Persons who come from an origin in a year, by the rates of today and post reached."""
    residents = inputs["population"].sel(age=WORKING_AGES).sum(["sex", "age"])
    today = inputs["inflow_rate"].sel(origin=origin).sum(CELLS) * residents
    return today * reached(inputs, reach)


def _more_from(
    inputs: xr.Dataset, origin: str, persons: float, reach: Reach, *, lag: int = 0
) -> xr.Dataset:
    """Recruit so many persons more a year from an origin, by the pattern of those of today."""
    if not persons or not float(reached(inputs, reach).sum()):
        return inputs
    yearly = float(_coming(inputs, origin, reach).sum())
    if yearly <= 0:
        raise ParameterError(
            f"nobody comes from {origin} to the posts reached, so that there is no pattern to "
            "follow. Name more sectors or occupations."
        )
    own = inputs["origin"] == origin
    more = 1.0 + on_flow(inputs, reach, lag=lag) * own * persons / yearly
    return inputs.assign(inflow_factor=ordered(inputs["inflow_factor"] * more))


@lever(
    *("inflow_rate", "exit_rate", "retirement_factor"),
    on_flows=True,
    ceiling=lambda options: options.get("first_year"),
)
def onboarding(
    inputs: xr.Dataset,
    *,
    points: float,
    first_year: Annotated[float | None, Bounds(0, 100)] = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let percentage points fewer (points below zero) of recruits leave within their first year.

    Those who stay are a year later as many more recruits: inflow is multiplied by 1 - points / 100
    from the year after. The most that can be kept is ``first_year``, the per cent of those in their
    first year who leave, which an import of the register tells; where it is left out, those who
    leave by the rates at the ages of recruits (`first_year_leavers`).
    """
    if first_year is None and points < -(leaving := first_year_leavers(inputs, reach)):
        raise ParameterError(
            f"by the rates at their ages {leaving:.1f} % of those recruited leave for other jobs "
            f"within a year; it cannot fall by {-points:g} percentage points."
        )
    factor = 1.0 - on_flow(inputs, reach, lag=1) * points / 100.0
    return inputs.assign(inflow_factor=ordered(inputs["inflow_factor"] * factor))


def first_year_leavers(inputs: xr.Dataset, reach: Reach) -> float:
    """Part of recruits who leave for other reasons within a year, by the rates at their ages."""
    free = base_hazard(inputs).sel(cause=list(CHANGEABLE)).sum("cause")
    coming = inputs["inflow_rate"].sum("origin") * reached(inputs, reach)
    total = float(coming.sum())
    return 100.0 * float((coming * -np.expm1(-free)).sum()) / total if total else 0.0


@lever("inflow_rate", "population", on_flows=True)
def apprentices(
    inputs: xr.Dataset,
    *,
    persons: float,
    completes: Annotated[float, Bounds(0, 100)],
    stays: Annotated[float, Bounds(0, 100)],
    years: Annotated[int, Bounds(1, 6)] = APPRENTICE_YEARS,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let so many persons a year begin as apprentices, or on a way in such as Menn i helse.

    ``completes`` per cent of them have the certificate after so many ``years``, and ``stays`` per
    cent of these are then employed, as recruits straight from education are spread today over the
    posts, ages and places reached. The number follows the inhabitants of working age.
    """
    if persons < 0:
        raise ParameterError(f"persons is {persons:g}; give 0 or more.")
    employed = persons * completes / 100.0 * stays / 100.0
    return _more_from(inputs, "graduate", employed, reach, lag=years)


def _codes(inputs: xr.Dataset) -> list[str]:
    codes: list[str] = inputs["education"].values.astype(str).tolist()
    return codes


def _programmes(inputs: xr.Dataset, educations: Codes | None) -> list[str]:
    """Programmes named, all where none is."""
    known = _codes(inputs)
    if educations is None:
        return known
    named = [educations] if isinstance(educations, str) else list(educations)
    for code in named:
        if code not in known:
            raise ParameterError(f"there is no education {code!r}.{known_words(code, known)}")
    return named


def _more_graduates(inputs: xr.Dataset, factor: xr.DataArray, reach: Reach) -> xr.Dataset:
    """Multiply recruits from education by what the graduates to each occupation are multiplied by.

    ``factor`` is by education and flow year.
    """
    lead = inputs["graduates_path"] * inputs["education_share"]
    before = lead.sum("education")
    grown = (lead * factor).sum("education") / before.where(before > 0, 1.0)
    change = (grown.where(before > 0, 1.0) - 1.0) * reached(inputs, reach)
    more = 1.0 + change * (inputs["origin"] == "graduate")
    return inputs.assign(inflow_factor=ordered(inputs["inflow_factor"] * more))
