"""Exits per person-year, drawn step by step from the nation to the region's own figures."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.inputs.arrays import to_array
from workforce.inputs.flows import (
    CAUSES,
    GROUP_K,
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
    municipalities,
    of_groups,
    of_towns,
    own_weight,
    relative_sd,
    without_own,
)
from workforce.inputs.regions import members
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink_rates
from workforce.sources.tables.files import national_folder

POOL_K = 50.0  # Person-years at an age at which all places count for half against the nation.
POOL_LEVEL_K = 200.0  # Person-years at which their level does.
SEX_K = 25.0  # Exits expected at which the difference between the sexes counts for half.
UNKNOWN_RATE = 0.05  # Stands in for the size of a rate where a post has no person-years.


def national_exits(
    tables: Mapping[str, pl.DataFrame], occupations: list[str], ages: list[int]
) -> xr.DataArray:
    """Read published rates per person-year by limit group of the post, age and cause."""
    rates = pl.read_csv(
        national_folder() / "exit_rates.csv",
        schema_overrides={"limit_group": pl.String, "group": pl.String},
    ).rename({"age": "working_age"})
    limit = dict(tables["occupations"].select("occupation", "limit_group").iter_rows())
    group = dict(tables["occupations"].select("occupation", "group").iter_rows())
    arrays = []
    for occupation in occupations:
        rows = rates.filter(pl.col("limit_group") == str(limit[occupation]))
        special = rows.filter(pl.col("group") == group[occupation])
        rows = special if len(special) else rows.filter(pl.col("group") == "all")
        rows = rows.filter(pl.col("working_age").is_in(ages))
        arrays.append(to_array(rows, {"working_age": ages, "cause": CAUSES}, "rate"))
    return xr.concat(arrays, dim=xr.Variable("occupation", occupations))


class ExitRates(NamedTuple):
    """Exit rates as inputs, and what they were drawn to."""

    inputs: dict[str, xr.DataArray]
    expected: xr.DataArray
    """Rates before the post's own figures, dims (region, ..., cause). [per person-year]"""


def estimate_exits(
    flows: Flows,
    everywhere: AllFlows,
    regions: pl.DataFrame,
    cells: Cells,
    together: xr.DataArray,
    national: xr.DataArray,
) -> ExitRates:
    """Rates by cause: those of all places, the comparison group, the region, then the post's own.

    Each step draws what the wider group expects towards what was seen, by exposure / (exposure +
    k). All places (``together``, from `all_places`) settle the curve over ages and how the sexes
    differ. How many leave is told by the others alone in every wider step, so that the exits of a
    region's post count once: the other places draw the nation's level, the others of the
    comparison group scale it by post and cause, the region's other posts by cause, and the post
    itself by cause. Retirement is estimated from those under the old pension rules;
    `retirement_factors` carries it over to later cohorts.

    Returns
    -------
    ExitRates
        With ``exit_rate``; ``exit_relative_sd`` of what is the post's own and ``exit_shared_sd`` of
        what it shares with the region's other posts; ``exit_weight``, the weight of the region's
        own figures, those of the post and of its other posts.
    """
    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    codes = [str(code) for code in cells["region"]]
    level = _others_level(flows, everywhere, regions, cells, together, national)
    shape = together * level * _group_ratio(flows, everywhere, regions, cells, together, level)
    here = flows_at(flows, regions, codes)
    events, years = _seen(here, posts)
    expected = _expected(here, {**posts, **_whom(cells)}, shape)
    inside = counts_inner_moves(flows, regions, codes)
    border = border_share(events, expected, "moved_municipality", inside)
    shape, expected = shape * border, expected * border
    beside = [without_own(part.sum(POSTS), part) for part in (events, expected, years)]
    place = _ratio(beside[0], beside[1], beside[2], REGION_K)
    shape, expected = shape * place, expected * place
    ratio = _ratio(events, expected, years, REGION_K)
    prior = (expected / years.where(years > 0, 1.0)).where(years > 0, UNKNOWN_RATE)
    everyone = [part.sum(POSTS) for part in (events, expected, years)]
    of_all = (everyone[1] / everyone[2].where(everyone[2] > 0, 1.0)).where(
        everyone[2] > 0, UNKNOWN_RATE
    )
    rest = 1.0 - own_weight(years)
    total, others = (part.sel(cause="other", drop=True) for part in (years, beside[2]))
    rates = {
        "exit_rate": (shape * ratio).transpose(*cells, "cause"),
        "exit_relative_sd": relative_sd(events, prior).transpose(*posts, "cause"),
        "exit_shared_sd": (rest * relative_sd(everyone[0], of_all)).transpose(*posts, "cause"),
        "exit_weight": 1.0 - (1.0 - own_weight(total)) * (1.0 - own_weight(others)),
    }
    return ExitRates(rates, shape.transpose(*cells, "cause"))


def all_places(flows: Flows, cells: Cells, national: xr.DataArray) -> xr.DataArray:
    """Rates of all places by occupation, sex, age and cause, drawn from the nation's.

    Of the nation the curve over ages counts, at the level of all places by cause and occupation;
    50 person-years of an age count as much. The nation's rates know no sex. The sexes' difference
    is that of the occupation, drawn towards that of the others and this towards none; it
    leaves the exits of both together as they are.
    """
    wide = {dim: cells[dim] for dim in ("occupation", "working_age")}
    events, years = _seen(flows, wide)
    expected = (years * national).sum("working_age")
    level = _level(events.sum("working_age"), expected, years.sum("working_age"))
    pool = shrink_rates(events, years, national * level, k=POOL_K)["rate"]
    kept, drawn = expected * level, (years * pool).sum("working_age")
    pool = pool * (kept / drawn.where(drawn > 0, 1.0)).where(drawn > 0, 1.0)
    both = {"occupation": cells["occupation"], "sex": SEXES}
    seen, _ = _seen(flows, both)
    expected = _expected(flows, {**both, "working_age": cells["working_age"]}, pool)
    none = xr.ones_like(expected.isel(occupation=0, drop=True))
    others = [without_own(part.sum("occupation"), part) for part in (seen, expected)]
    of_others = shrink_rates(others[0], others[1], none, k=SEX_K)["rate"]
    ratio = shrink_rates(seen, expected, of_others, k=SEX_K)["rate"]
    together = (expected * ratio).sum("sex")
    level = (expected.sum("sex") / together.where(together > 0, 1.0)).where(together > 0, 1.0)
    return pool * ratio * level


def others_part(staff: xr.Dataset, everywhere: AllFlows, regions: pl.DataFrame) -> list[Mark]:
    """Mark regions by whether their rates are mostly, or in part, those of others.

    Where no other place has flows they are the nation's.
    """
    alone = {
        code
        for code in staff["region"].values
        if not everywhere.places - set(members(regions, code))
    }
    persons = staff["staff"].sum(["sex", "working_age"])
    over = ["sector", "occupation"]
    weight = (persons * staff["exit_weight"]).sum(over) / persons.sum(over).clip(min=1e-9)
    return [
        Mark(
            "exit_rate_partly" if own < 0.5 else "exit_rate_in_part",
            str(code),
            "",
            f"own figures count for {float(own):.0%}",
            source="nation" if code in alone else "all regions in the data",
            share=1.0 - float(own),
        )
        for code, own in zip(staff["region"].values, weight.values, strict=True)
        if own < 1.0
    ]


def inner_moves(flows: Flows, regions: pl.DataFrame, codes: list[str]) -> list[Mark]:
    """Mark sums of municipalities whose own moves count as exits and recruits, for want of rows."""
    towns = municipalities(regions)
    inside = counts_inner_moves(flows, regions, codes)
    return [
        Mark(
            "inner_moves",
            code,
            "",
            "the flows have no rows for the region itself",
            source="members",
        )
        for code, inner in zip(codes, inside, strict=True)
        if inner and code not in towns
    ]


def _whom(cells: Cells) -> Cells:
    return {"sex": SEXES, "working_age": cells["working_age"]}


def _seen(flows: Flows, coords: Cells) -> tuple[xr.DataArray, xr.DataArray]:
    """Count exits and person-years by cause: retirement under the old rules only."""
    exits = flows.events.filter(pl.col("flow").is_in(CAUSES)).rename({"flow": "cause"})
    exits = exits.filter((pl.col("cause") != "retired") | pl.col("old_rules"))
    events = to_array(exits, {**coords, "cause": CAUSES}, "persons")
    every = to_array(flows.lived, coords, "exposure")
    old = to_array(flows.lived.filter("old_rules"), coords, "exposure")
    retired = events["cause"] == "retired"
    return events, (every * ~retired + old * retired).transpose(*events.dims)


def _expected(flows: Flows, coords: Cells, rate: xr.DataArray) -> xr.DataArray:
    """Expect exits by some rates from the person-years lived, summed over sex and age."""
    over = [dim for dim in ("sex", "working_age") if dim in coords and dim in rate.dims]
    every = to_array(flows.lived, coords, "exposure")
    old = to_array(flows.lived.filter("old_rules"), coords, "exposure")
    retired = rate["cause"] == "retired"
    left = xr.dot(every, rate.where(~retired, 0.0), dim=over)
    ended = xr.dot(old, rate.where(retired, 0.0), dim=over)
    kept = [dim for dim in coords if dim not in over]
    expected: xr.DataArray = (left + ended).transpose(*kept, "cause")
    return expected


def _ratio(
    events: xr.DataArray, expected: xr.DataArray, years: xr.DataArray, k: float
) -> xr.DataArray:
    """Divide what was seen by what was expected, drawn towards 1."""
    prior = expected / years.where(years > 0, 1.0)
    rate = shrink_rates(events, years, prior, k=k)["rate"]
    return (rate / prior.where(prior > 0, 1.0)).where(prior > 0, 1.0)


def _others_level(
    flows: Flows,
    everywhere: AllFlows,
    regions: pl.DataFrame,
    cells: Cells,
    together: xr.DataArray,
    national: xr.DataArray,
) -> xr.DataArray:
    """Level of the rates without the region's own exits beside that of all places.

    By region, occupation and cause. The nation's level is drawn to that of the other places in
    other occupations and this to theirs in the occupation; without other places it is the nation's.
    """
    codes = [str(code) for code in cells["region"]]
    theirs = flows_at(of_towns(flows, regions), regions, codes)
    wide = {"occupation": cells["occupation"]}

    def count(seen: Flows, coords: Cells) -> list[xr.DataArray]:
        return [*_seen(seen, coords), _expected(seen, {**coords, **_whom(cells)}, together)]

    every = count(everywhere.together, wide)
    own = count(theirs, {"region": codes, **wide})
    events, years, expected = (
        without_own(all_, mine) for all_, mine in zip(every, own, strict=True)
    )
    posts = {**wide, **_whom(cells)}
    nation = _expected(everywhere.together, posts, national.expand_dims(sex=SEXES))
    before = every[2]
    nation = (nation / before.where(before > 0, 1.0)).where(before > 0, 1.0)
    return nation * _level(events, expected * nation, years)


def _level(events: xr.DataArray, expected: xr.DataArray, years: xr.DataArray) -> xr.DataArray:
    """Level by occupation and cause over what was expected, drawn to that of other occupations."""
    beside = [without_own(part.sum("occupation"), part) for part in (events, expected, years)]
    of_others = _ratio(beside[0], beside[1], beside[2], POOL_LEVEL_K)
    return of_others * _ratio(events, expected * of_others, years, POOL_LEVEL_K)


def _group_ratio(
    flows: Flows,
    everywhere: AllFlows,
    regions: pl.DataFrame,
    cells: Cells,
    together: xr.DataArray,
    level: xr.DataArray,
) -> xr.DataArray:
    """How the others of a region's comparison group differ from all others, by post and cause."""
    codes = [str(code) for code in cells["region"]]
    groups = group_of(regions, codes)
    names = sorted(set(groups) - {""})
    if not names:
        return xr.ones_like(level)

    def count(seen: Flows, places: list[str]) -> list[xr.DataArray]:
        posts = {"region": places, "sector": cells["sector"], "occupation": cells["occupation"]}
        return [*_seen(seen, posts), _expected(seen, {**posts, **_whom(cells)}, together)]

    near = count(of_groups(everywhere.groups, names), names)
    own = count(flows_at(flows, regions, codes), codes)
    events, years, expected = (
        without_own(by_region(group, groups, codes), mine)
        for group, mine in zip(near, own, strict=True)
    )
    return _ratio(events, expected * level, years, GROUP_K)
