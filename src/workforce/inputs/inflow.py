"""Recruits: how many a year by origin, and of which sex and age."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.inputs.arrays import labelled, lay, to_array
from workforce.inputs.exits import ExitRates
from workforce.inputs.flows import (
    CAUSES,
    ORIGINS,
    POST_AXES,
    POSTS,
    REGION_K,
    WHOM,
    AllFlows,
    Around,
    Cells,
    Flows,
    Laid,
    border_share,
    counts_inner_moves,
    divided,
    flows_at,
    left_over,
    own_weight,
    relative_sd,
    summed,
    without_own,
)
from workforce.inputs.regions import at_level
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink
from workforce.sources.tables.files import read_national

WORKING_AGES = (20, 66)  # Inhabitants that recruits are counted against.
PROFILE_K = 20.0  # Recruits at which an occupation's own spread over sex and age counts for half.


def estimate_inflow(
    tables: Mapping[str, pl.DataFrame],
    flows: Flows,
    everywhere: AllFlows,
    cells: Cells,
    base_year: int,
    staff: xr.DataArray,
    together: xr.DataArray,
    exits: ExitRates,
    profile: xr.DataArray | None = None,
) -> dict[str, xr.DataArray]:
    """Recruits a year per inhabitant of working age, by post, sex, age and origin.

    A post's recruits per person-year are drawn to those that its expected exits ask for: as many as
    the wider group recruits for each who leaves. The steps and weights are those of the exits,
    from a nation that replaces its leavers, so that where as many come as go the rates, too, let
    as many come as go. Its own recruits count in the last step alone.
    """
    regions = tables["regions"]
    codes = [str(code) for code in cells["region"]]
    posts, here = {dim: cells[dim] for dim in ("region", *POSTS)}, exits.around.here
    whole = together.transpose("occupation", *WHOM, "cause").values.sum(axis=-1)
    own = _turnover(here, exits.expected)
    ratio = _others_replacement(exits.around, whole)
    at = flows_at(flows, regions, codes)
    inside, moved = counts_inner_moves(flows, regions, codes), ORIGINS.index("other_municipality")
    ratio = ratio * border_share(own.came, ratio * own.leaving, moved, inside)
    ratio = _replacement(without_own(summed(own, POST_AXES), own), ratio)
    prior = ratio * own.leaving / np.where(own.years > 0, own.years, 1.0)
    rate, _ = shrink(np.where(own.years > 0, own.came, 0.0), own.years, prior, REGION_K)
    a_year = at_level(_yearly(flows.lived, flows, "exposure"), regions, codes)
    came = at_level(_yearly(recruits_of(flows.events), flows, "persons"), regions, codes)
    lived = lay(a_year, posts, "exposure")[..., np.newaxis]
    recruits = lay(came, {**posts, "origin": ORIGINS}, "persons")
    persons = staff.transpose(*cells).values
    leaving = (persons * -np.expm1(-exits.expected)).sum(axis=(-2, -1))[..., np.newaxis]
    total = exits.inputs["exit_rate"].values.sum(axis=-1)
    gone = lay(at.events.filter(pl.col("flow").is_in(CAUSES)), cells, "persons")
    part = _years_at_drawn_rate(here.years, gone, total)[..., np.newaxis]
    recruits = np.where(own.years > 0, rate * part * lived, ratio * leaving + recruits)
    if profile is None:
        profile = entry_profile(recruits_of(everywhere.together.events), cells)
    residents = _working_age_residents(tables, codes, everywhere.years, base_year).values
    each = (recruits.T / residents).T[..., np.newaxis, np.newaxis, :]
    every = summed(own, POST_AXES)
    of_all = (ratio * own.leaving).sum(axis=POST_AXES, keepdims=True)
    of_all = of_all / np.where(every.years > 0, every.years, 1.0)
    found = {
        "inflow_rate": each * profile.values,
        "inflow_relative_sd": relative_sd(own.came, prior),
        "inflow_shared_sd": (1.0 - own_weight(own.years)) * relative_sd(every.came, of_all),
    }
    return {
        name: labelled(values, {**(cells if name == "inflow_rate" else posts), "origin": ORIGINS})
        for name, values in found.items()
    }


def entry_profile(
    entries: pl.DataFrame, cells: Cells, graduate_ages: xr.DataArray | None = None
) -> xr.DataArray:
    """How recruits of each origin spread over sex and age, by occupation.

    The occupation's own spread is drawn to that of the others and this to the published one
    of the origin, which knows no sex: 20 recruits of the wider group are added to those seen. Where
    programmes lead to the occupation its graduates are drawn to the ages at which these end.
    """
    whom = ["sex", "working_age"]
    coords = {"occupation": cells["occupation"], "sex": SEXES, "working_age": cells["working_age"]}
    seen = to_array(entries, {**coords, "origin": ORIGINS}, "persons")
    by_sex = seen.sum(["occupation", "working_age", "origin"])
    total = by_sex.sum()
    by_sex = (by_sex / total) if float(total) > 0 else xr.full_like(by_sex, 1.0 / len(SEXES))
    nation = _national_profile([int(age) for age in cells["working_age"]]) * by_sex
    others: xr.DataArray = xr.apply_ufunc(left_over, seen.sum("occupation"), seen)
    every = others + PROFILE_K * nation
    every = every / every.sum(whom)
    if graduate_ages is not None:
        taught = graduate_ages * every.sel(origin="graduate", drop=True).sum("working_age")
        straight = (every["origin"] == "graduate") & (graduate_ages.sum("working_age") > 0)
        every = every.where(~straight, taught)
    profile = seen + PROFILE_K * every
    return (profile / profile.sum(whom)).transpose(*coords, "origin")


def _national_profile(ages: list[int]) -> xr.DataArray:
    """Read the published spread of recruits over age, by origin; sums to 1."""
    rows = read_national("inflow_profile").rename({"age": "working_age"})
    rows = rows.filter(pl.col("working_age").is_in(ages))
    profile = to_array(rows, {"origin": ORIGINS, "working_age": ages}, "share")
    return profile / profile.sum("working_age")


class Turnover(NamedTuple):
    """Who comes and goes at each post, shape (region, sector, occupation, origin or 1)."""

    came: Numbers
    gone: Numbers
    years: Numbers
    leaving: Numbers
    """Exits that a rate lets one expect. [persons]"""


def _turnover(laid: Laid, rate: Numbers) -> Turnover:
    """Count recruits by origin, exits and person-years, and expect exits by a rate."""
    of_causes = len(CAUSES)
    return Turnover(
        laid.by_flow[..., of_causes:],
        laid.by_flow[..., :of_causes].sum(axis=-1, keepdims=True),
        laid.years.sum(axis=(-2, -1))[..., np.newaxis],
        (laid.years * rate).sum(axis=(-2, -1))[..., np.newaxis],
    )


def _others_replacement(around: Around, rate: Numbers) -> Numbers:
    """Recruits by origin for each who leaves, in the others of a comparison group, or elsewhere.

    No table tells the nation's recruits: it replaces its leavers, from where all recruits come.
    """
    every, own = _turnover(around.every, rate), _turnover(around.theirs, rate)
    elsewhere = without_own(every, own)
    # Where no other place has recruits those of the region say where from, not how many.
    split = _split(elsewhere.came, _split(every.came, 1.0 / len(ORIGINS)))
    ratio = _replacement(without_own(summed(elsewhere, POST_AXES), elsewhere), split)
    ratio = _replacement(elsewhere, ratio)
    if around.near is None:
        return ratio
    return _replacement(without_own(_turnover(around.near, rate), own), ratio)


def _split(came: Numbers, otherwise: Numbers | float) -> Numbers:
    """Part of all recruits that each origin has; something else where there are none."""
    by_origin = came.sum(axis=POST_AXES, keepdims=True)
    return divided(by_origin, by_origin.sum(axis=-1, keepdims=True), otherwise)


def _replacement(counts: Turnover, wider: Numbers) -> Numbers:
    """Recruits by origin for each who leaves, recruits and exits drawn alike to the wider group."""
    years, there = counts.years, counts.years > 0
    expected = counts.leaving / np.where(there, years, 1.0)
    came, gone = (
        shrink(np.where(there, seen, 0.0), years, prior, REGION_K)[0]
        for seen, prior in ((counts.came, expected * wider), (counts.gone, expected))
    )
    # Where nobody was there to leave the wider group tells all.
    return np.where(there, divided(came, gone, wider), wider)


def _years_at_drawn_rate(there: Numbers, gone: Numbers, rate: Numbers) -> Numbers:
    """Person-years that those there at the start live at the drawn exit rates, over those lived.

    Who leaves has lived half a year: where a post's many exits are drawn to fewer, more is lived.
    """
    leaving = ((there + gone / 2.0) * -np.expm1(-rate)).sum(axis=(-2, -1))
    return divided(leaving, (there * rate).sum(axis=(-2, -1)), 1.0)


def recruits_of(events: pl.DataFrame) -> pl.DataFrame:
    """Take the recruits among the events of flows, by origin."""
    return events.filter(pl.col("flow").is_in(ORIGINS)).rename({"flow": "origin"})


def _yearly(table: pl.DataFrame, flows: Flows, value: str) -> pl.DataFrame:
    """Divide by the years that each place has flows of: its mean year."""
    years = flows.years.group_by("region").agg(n=pl.col("year").n_unique())
    return table.join(years, on="region").with_columns(pl.col(value) / pl.col("n"))


def borrowed_flows(
    persons: xr.DataArray, national: xr.DataArray, population: xr.Dataset
) -> dict[str, xr.DataArray]:
    """National exit rates, and an inflow that replaces the exits they give.

    Without flows nobody knows where recruits come from: they are spread evenly over origins.
    """
    rate = (xr.ones_like(persons) * national).transpose(*persons.dims, "cause")
    total = rate.sum("cause")
    leavers = (persons * (1.0 - np.exp(-total))).sum(["sex", "working_age"])
    ages = [int(age) for age in persons["working_age"].values]
    profile = _national_profile(ages) / len(ORIGINS)
    by_sex = persons.sum(["region", "working_age", "sector", "occupation"])
    by_sex = by_sex / by_sex.sum()
    low, high = WORKING_AGES
    residents = population["population"].sel(age=slice(low, high)).sum(["sex", "age"])
    inflow = leavers / residents.clip(min=1.0) * profile * by_sex
    ones = xr.ones_like(leavers)
    present = persons.sum(WHOM)
    by_cause = (persons * rate).sum(WHOM)
    by_origin = (by_cause.sum("cause") / len(ORIGINS)).expand_dims(origin=ORIGINS, axis=-1)
    result = {
        "exit_rate": rate,
        "exit_weight": ones * 0.0,
        "inflow_rate": inflow.transpose(*persons.dims, "origin"),
    }
    for flow, expected in (("exit", by_cause), ("inflow", by_origin)):
        none = xr.zeros_like(expected)
        of_post = expected / present.where(present > 0, 1.0)
        of_all = expected.sum(POSTS) / present.sum(POSTS).clip(min=1e-9)
        result[f"{flow}_relative_sd"] = xr.apply_ufunc(relative_sd, none, of_post)
        result[f"{flow}_shared_sd"] = xr.apply_ufunc(relative_sd, none, of_all) * ones
    return result


def _working_age_residents(
    tables: Mapping[str, pl.DataFrame], codes: list[str], years: Sequence[int], base_year: int
) -> xr.DataArray:
    """Mean number of inhabitants aged 20-66 in the years that the flows were observed."""
    people = tables["population"].filter(
        pl.col("age").is_between(*WORKING_AGES) & pl.col("year").is_in([*years, base_year])
    )
    rows = at_level(people, tables["regions"], codes)
    seen = rows["year"].n_unique()
    return to_array(rows, {"region": codes}, "persons") / seen
