"""Recruits: how many a year by origin, and of which sex and age."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.flows import (
    CAUSES,
    GROUP_K,
    MOST_SD,
    ORIGINS,
    REGION_K,
    Cells,
    border_share,
    by_region,
    cell_exposure,
    counts_inner_moves,
    group_of,
    in_groups,
    municipalities,
    without_own,
)
from workforce.inputs.regions import at_level
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink_rates
from workforce.sources.tables.files import national_folder

WORKING_AGES = (20, 66)  # Inhabitants that recruits are counted against.
PROFILE_K = 20.0  # Recruits at which an occupation's own spread over sex and age counts for half.


def estimate_inflow(
    tables: dict[str, pl.DataFrame],
    flows: pl.DataFrame,
    cells: Cells,
    base_year: int,
    staff: xr.DataArray,
    national: xr.DataArray,
    graduate_ages: xr.DataArray | None = None,
) -> dict[str, xr.DataArray]:
    """Recruits a year per inhabitant of working age, by post, sex, age and origin.

    Recruits per person-year of staff that would replace the exits of the ``national`` rates are
    drawn to those of the other places, these to those of the others in the comparison group and
    these to the region's own, by exposure / (exposure + 200 person-years). Its own recruits count
    in the last step alone.
    """
    regions = tables["regions"]
    codes = [str(code) for code in cells["region"]]
    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    entries = flows.filter(pl.col("flow").is_in(ORIGINS)).rename({"flow": "origin"})
    exposed = cell_exposure(flows)
    n_years = flows["year"].n_unique()
    own = to_array(at_level(entries, regions, codes), {**posts, "origin": ORIGINS}, "persons")
    own_years = to_array(at_level(exposed, regions, codes), posts, "exposure")
    prior = _others_inflow(entries, exposed, regions, cells, national)
    inside = counts_inner_moves(flows, regions, codes)
    prior = prior * border_share(own, prior * own_years, "other_municipality", inside)
    safe = own.where(own_years > 0, 0.0)
    rate = shrink_rates(safe, own_years, prior, k=REGION_K)["rate"]
    yearly: xr.DataArray = (rate * own_years / n_years).where(
        own_years > 0, prior * staff.sum(["sex", "working_age"]) + own / n_years
    )
    in_towns = pl.col("region").is_in(municipalities(regions))
    profile = entry_profile(entries.filter(in_towns), cells, graduate_ages)
    residents = _working_age_residents(tables, codes, flows, base_year)
    inflow: xr.DataArray = yearly / residents * profile
    relative = (own + REGION_K * prior).clip(min=1.0) ** -0.5
    relative = relative.clip(max=MOST_SD).transpose(*posts, "origin")
    return {"inflow_rate": inflow.transpose(*cells, "origin"), "inflow_relative_sd": relative}


def entry_profile(
    entries: pl.DataFrame, cells: Cells, graduate_ages: xr.DataArray | None = None
) -> xr.DataArray:
    """How recruits of each origin spread over sex and age, by occupation.

    The occupation's own spread is drawn to that of all occupations and this to the published one
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
    every = seen.sum("occupation") + PROFILE_K * nation
    every = (every / every.sum(whom)).expand_dims(occupation=coords["occupation"])
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


def _others_inflow(
    entries: pl.DataFrame,
    exposed: pl.DataFrame,
    regions: pl.DataFrame,
    cells: Cells,
    national: xr.DataArray,
) -> xr.DataArray:
    """Recruits per person-year in the others of each region's comparison group, or elsewhere."""
    codes = [str(code) for code in cells["region"]]
    groups = group_of(regions, codes)
    names = sorted(set(groups) - {""})
    in_towns = pl.col("region").is_in(municipalities(regions))
    came, lived = entries.filter(in_towns), exposed.filter(in_towns)
    rest = {"sector": cells["sector"], "occupation": cells["occupation"]}
    every = _count(came, lived, rest)
    own = _count(
        at_level(came, regions, codes), at_level(lived, regions, codes), {"region": codes, **rest}
    )
    near = _count(
        in_groups(came, regions, names),
        in_groups(lived, regions, names),
        {"region": names, **rest},
    )
    elsewhere = [without_own(part, mine) for part, mine in zip(every, own, strict=True)]
    beside = [
        without_own(by_region(part, groups, codes), mine)
        for part, mine in zip(near, own, strict=True)
    ]
    rate = _replacement(every[0], lived, cells, national)
    for events, years in (elsewhere, beside):
        rate = shrink_rates(events.where(years > 0, 0.0), years, rate, k=GROUP_K)["rate"]
    return rate.transpose("region", *rest, "origin")


def _count(
    entries: pl.DataFrame, exposed: pl.DataFrame, coords: Cells
) -> tuple[xr.DataArray, xr.DataArray]:
    """Recruits by origin, and person-years."""
    came = to_array(entries, {**coords, "origin": ORIGINS}, "persons")
    return came, to_array(exposed, coords, "exposure")


def _replacement(
    came: xr.DataArray, exposed: pl.DataFrame, cells: Cells, national: xr.DataArray
) -> xr.DataArray:
    """Recruits per person-year who would replace the nation's exits, from where all recruits come.

    No table tells the nation's recruits by post. Without any recruits they are spread evenly over
    origins.
    """
    posts = {dim: cells[dim] for dim in ("sector", "occupation", "working_age")}
    years = to_array(exposed, posts, "exposure")
    leaving = xr.dot(years, national.sum("cause"), dim="working_age")
    lived = years.sum("working_age")
    mean = float(leaving.sum() / lived.sum()) if float(lived.sum()) > 0 else 0.0
    rate = (leaving / lived.where(lived > 0, 1.0)).where(lived > 0, mean)
    by_origin = came.sum(["sector", "occupation"])
    total = float(by_origin.sum())
    even = xr.full_like(by_origin, 1.0 / len(ORIGINS))
    found: xr.DataArray = rate * (by_origin / total if total > 0 else even)
    return found


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
    causes = xr.DataArray(np.full(len(CAUSES), 0.3), dims="cause", coords={"cause": CAUSES})
    origins = xr.DataArray(np.full(len(ORIGINS), 0.3), dims="origin", coords={"origin": ORIGINS})
    return {
        "exit_rate": rate,
        "exit_relative_sd": ones * causes,
        "exit_weight": ones * 0.0,
        "inflow_rate": inflow.transpose(*persons.dims, "origin"),
        "inflow_relative_sd": ones * origins,
    }


def _working_age_residents(
    tables: dict[str, pl.DataFrame], codes: list[str], flows: pl.DataFrame, base_year: int
) -> xr.DataArray:
    """Mean number of inhabitants aged 20-66 in the years that the flows were observed."""
    years = flows["year"].unique().to_list()
    people = tables["population"].filter(
        pl.col("age").is_between(*WORKING_AGES) & pl.col("year").is_in([*years, base_year])
    )
    rows = at_level(people, tables["regions"], codes)
    seen = rows["year"].n_unique()
    return to_array(rows, {"region": codes}, "persons") / seen
