"""Recruits: how many a year by origin, and of which sex and age."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.exits import ExitRates
from workforce.inputs.flows import (
    CAUSES,
    ORIGINS,
    POSTS,
    REGION_K,
    AllFlows,
    Cells,
    Flows,
    border_share,
    by_region,
    counts_inner_moves,
    flows_at,
    group_of,
    of_groups,
    of_towns,
    own_weight,
    relative_sd,
    without_own,
)
from workforce.inputs.regions import at_level
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink_rates
from workforce.sources.tables.files import national_folder

WHOM = ["sex", "working_age"]
WORKING_AGES = (20, 66)  # Inhabitants that recruits are counted against.
PROFILE_K = 20.0  # Recruits at which an occupation's own spread over sex and age counts for half.


def estimate_inflow(
    tables: dict[str, pl.DataFrame],
    flows: Flows,
    everywhere: AllFlows,
    cells: Cells,
    base_year: int,
    staff: xr.DataArray,
    together: xr.DataArray,
    exits: ExitRates,
    graduate_ages: xr.DataArray | None = None,
) -> dict[str, xr.DataArray]:
    """Recruits a year per inhabitant of working age, by post, sex, age and origin.

    A post's recruits per person-year are drawn to those that its expected exits ask for: as many as
    the wider group recruits for each who leaves. The steps and weights are those of the exits,
    from a nation that replaces its leavers, so that where as many come as go the rates, too, let
    as many come as go. Its own recruits count in the last step alone.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        ``regions`` and ``population``.
    flows : Flows
        Of the regions and of the municipalities that they are made up of.
    everywhere : AllFlows
    cells : mapping
        Labels of region, sector, occupation, sex and working_age.
    base_year : int
    staff : DataArray
        Persons on 1 January of the base year, dims as ``cells``. [persons]
    together : DataArray
        Exit rates of all places, from `all_places`. [per person-year]
    exits : ExitRates
        From `estimate_exits`.
    graduate_ages : DataArray, optional
        As for `entry_profile`.

    Returns
    -------
    dict of str to DataArray
        ``inflow_rate``, ``inflow_relative_sd`` of what is the post's own and ``inflow_shared_sd``
        of what it shares with the region's other posts.
    """
    regions = tables["regions"]
    codes = [str(code) for code in cells["region"]]
    posts = {dim: cells[dim] for dim in ("region", *POSTS)}
    here = flows_at(flows, regions, codes)
    own = _count(here, posts, exits.expected)
    ratio = _others_replacement(flows, everywhere, regions, cells, together)
    inside = counts_inner_moves(flows, regions, codes)
    ratio = ratio * border_share(own["came"], ratio * own["leaving"], "other_municipality", inside)
    ratio = _replacement(without_own(own.sum(POSTS), own), ratio)
    years = own["years"]
    prior = ratio * own["leaving"] / years.where(years > 0, 1.0)
    rate = shrink_rates(own["came"].where(years > 0, 0.0), years, prior, k=REGION_K)["rate"]
    a_year = at_level(_yearly(flows.lived, flows, "exposure"), regions, codes)
    came = at_level(_yearly(_recruits(flows.events), flows, "persons"), regions, codes)
    expected = ratio * (staff * -np.expm1(-exits.expected.sum("cause"))).sum(WHOM)
    part = _years_at_drawn_rate(here, posts, exits.inputs["exit_rate"])
    recruits = (rate * part * to_array(a_year, posts, "exposure")).where(
        years > 0, expected + to_array(came, {**posts, "origin": ORIGINS}, "persons")
    )
    profile = entry_profile(_recruits(everywhere.together.events), cells, graduate_ages)
    residents = _working_age_residents(tables, codes, everywhere.years, base_year)
    inflow: xr.DataArray = recruits / residents * profile
    every = own.sum(POSTS)
    of_all = (ratio * own["leaving"]).sum(POSTS) / every["years"].where(every["years"] > 0, 1.0)
    shared = (1.0 - own_weight(years)) * relative_sd(every["came"], of_all)
    return {
        "inflow_rate": inflow.transpose(*cells, "origin"),
        "inflow_relative_sd": relative_sd(own["came"], prior).transpose(*posts, "origin"),
        "inflow_shared_sd": shared.transpose(*posts, "origin"),
    }


def entry_profile(
    entries: pl.DataFrame, cells: Cells, graduate_ages: xr.DataArray | None = None
) -> xr.DataArray:
    """How recruits of each origin spread over sex and age, by occupation.

    The occupation's own spread is drawn to that of the others and this to the published one
    of the origin, which knows no sex: 20 recruits of the wider group are added to those seen. Where
    programmes lead to the occupation its graduates are drawn to the ages at which these end.

    Parameters
    ----------
    entries : polars.DataFrame
        occupation, sex, working_age, origin, persons.
    cells : mapping
        Labels of ``occupation`` and ``working_age``.
    graduate_ages : DataArray, optional
        Dims (occupation, working_age); sums to 1, or to 0 where no programme is known. [share]

    Returns
    -------
    DataArray
        Dims (occupation, sex, working_age, origin); sums to 1 over sex and age. [share]
    """
    whom = ["sex", "working_age"]
    coords = {"occupation": cells["occupation"], "sex": SEXES, "working_age": cells["working_age"]}
    seen = to_array(entries, {**coords, "origin": ORIGINS}, "persons")
    by_sex = seen.sum(["occupation", "working_age", "origin"])
    total = by_sex.sum()
    by_sex = (by_sex / total) if float(total) > 0 else xr.full_like(by_sex, 1.0 / len(SEXES))
    nation = _national_profile([int(age) for age in cells["working_age"]]) * by_sex
    every = without_own(seen.sum("occupation"), seen) + PROFILE_K * nation
    every = every / every.sum(whom)
    if graduate_ages is not None:
        taught = graduate_ages * every.sel(origin="graduate", drop=True).sum("working_age")
        straight = (every["origin"] == "graduate") & (graduate_ages.sum("working_age") > 0)
        every = every.where(~straight, taught)
    profile = seen + PROFILE_K * every
    return (profile / profile.sum(whom)).transpose(*coords, "origin")


def _national_profile(ages: list[int]) -> xr.DataArray:
    """Read the published spread of recruits over age, by origin; sums to 1."""
    rows = pl.read_csv(national_folder() / "inflow_profile.csv").rename({"age": "working_age"})
    rows = rows.filter(pl.col("working_age").is_in(ages))
    profile = to_array(rows, {"origin": ORIGINS, "working_age": ages}, "share")
    return profile / profile.sum("working_age")


def _others_replacement(
    flows: Flows,
    everywhere: AllFlows,
    regions: pl.DataFrame,
    cells: Cells,
    together: xr.DataArray,
) -> xr.DataArray:
    """Recruits by origin for each who leaves, in the others of a comparison group, or elsewhere.

    No table tells the nation's recruits: it replaces its leavers, from where all recruits come.
    """
    codes = [str(code) for code in cells["region"]]
    groups = group_of(regions, codes)
    names = sorted(set(groups) - {""})
    posts = {dim: cells[dim] for dim in POSTS}
    every = _count(everywhere.together, posts, together)
    theirs = flows_at(of_towns(flows, regions), regions, codes)
    own = _count(theirs, {"region": codes, **posts}, together)
    elsewhere = without_own(every, own)
    # Where no other place has recruits those of the region say where from, not how many.
    split = _split(elsewhere["came"], _split(every["came"], 1.0 / len(ORIGINS)))
    ratio = _replacement(without_own(elsewhere.sum(POSTS), elsewhere), split)
    ratio = _replacement(elsewhere, ratio)
    if not names:
        return ratio
    near = _count(of_groups(everywhere.groups, names), {"region": names, **posts}, together)
    return _replacement(without_own(by_region(near, groups, codes), own), ratio)


def _split(came: xr.DataArray, otherwise: xr.DataArray | float) -> xr.DataArray:
    """Part of all recruits that each origin has; something else where there are none."""
    by_origin = came.sum(POSTS)
    total = by_origin.sum("origin")
    return (by_origin / total.where(total > 0, 1.0)).where(total > 0, otherwise)


def _replacement(counts: xr.Dataset, wider: xr.DataArray) -> xr.DataArray:
    """Recruits by origin for each who leaves, recruits and exits drawn alike to the wider group."""
    years = counts["years"]
    expected = counts["leaving"] / years.where(years > 0, 1.0)
    came, gone = (
        shrink_rates(counts[name].where(years > 0, 0.0), years, prior, k=REGION_K)["rate"]
        for name, prior in (("came", expected * wider), ("gone", expected))
    )
    # Where nobody was there to leave the wider group tells all.
    return (came / gone.where(gone > 0, 1.0)).where((gone > 0) & (years > 0), wider)


def _years_at_drawn_rate(flows: Flows, posts: Cells, rate: xr.DataArray) -> xr.DataArray:
    """Person-years that those there at the start live at the drawn exit rates, over those lived.

    Who leaves has lived half a year: where a post's many exits are drawn to fewer, more is lived.
    """
    cells = {**posts, "sex": SEXES, "working_age": rate["working_age"].values.tolist()}
    there = to_array(flows.lived, cells, "exposure")
    gone = to_array(flows.events.filter(pl.col("flow").is_in(CAUSES)), cells, "persons")
    total = rate.sum("cause")
    leaving = ((there + gone / 2.0) * -np.expm1(-total)).sum(WHOM)
    expected = (there * total).sum(WHOM)
    return (leaving / expected.where(expected > 0, 1.0)).where(expected > 0, 1.0)


def _count(flows: Flows, posts: Cells, rate: xr.DataArray) -> xr.Dataset:
    """Recruits by origin, exits, person-years, and the exits that a rate expects, by post."""
    whom = {"sex": SEXES, "working_age": rate["working_age"].values.tolist()}
    there = to_array(flows.lived, {**posts, **whom}, "exposure")
    return xr.Dataset(
        {
            "came": to_array(_recruits(flows.events), {**posts, "origin": ORIGINS}, "persons"),
            "gone": to_array(flows.events.filter(pl.col("flow").is_in(CAUSES)), posts, "persons"),
            "years": there.sum(WHOM),
            "leaving": xr.dot(there, rate.sum("cause"), dim=WHOM),
        }
    )


def _recruits(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col("flow").is_in(ORIGINS)).rename({"flow": "origin"})


def _yearly(table: pl.DataFrame, flows: Flows, value: str) -> pl.DataFrame:
    """Divide by the years that each place has flows of: its mean year."""
    years = flows.years.group_by("region").agg(n=pl.col("year").n_unique())
    return table.join(years, on="region").with_columns(pl.col(value) / pl.col("n"))


def borrowed_flows(
    staff: xr.Dataset, national: xr.DataArray, population: xr.Dataset
) -> dict[str, xr.DataArray]:
    """National exit rates, and an inflow that replaces the exits they give.

    Without flows nobody knows where recruits come from: they are spread evenly over origins.
    """
    persons = staff["staff"]
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
        result[f"{flow}_relative_sd"] = relative_sd(none, of_post)
        result[f"{flow}_shared_sd"] = relative_sd(none, of_all) * ones
    return result


def _working_age_residents(
    tables: dict[str, pl.DataFrame], codes: list[str], years: Sequence[int], base_year: int
) -> xr.DataArray:
    """Mean number of inhabitants aged 20-66 in the years that the flows were observed."""
    people = tables["population"].filter(
        pl.col("age").is_between(*WORKING_AGES) & pl.col("year").is_in([*years, base_year])
    )
    rows = at_level(people, tables["regions"], codes)
    seen = rows["year"].n_unique()
    return to_array(rows, {"region": codes}, "persons") / seen
