"""Exits per person-year, drawn step by step from the nation to the region's own figures."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.contract.arrays import Numbers
from workforce.inputs.arrays import labelled, lay, to_array
from workforce.inputs.flows import (
    CAUSES,
    GROUP_K,
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
    lay_around,
    lay_out,
    left_over,
    own_weight,
    relative_sd,
    summed,
    without_own,
)
from workforce.inputs.regions import employers, members
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink
from workforce.sources.tables.files import read_national

POOL_K = 50.0  # Person-years at an age at which all places count for half against the nation.
POOL_LEVEL_K = 200.0  # Person-years at which their level does.
SEX_K = 25.0  # Exits expected at which the difference between the sexes counts for half.
RETIRED = CAUSES.index("retired")
UNKNOWN_RATE = 0.05  # Stands in for the size of a rate where a post has no person-years.


def national_exits(
    tables: Mapping[str, pl.DataFrame], occupations: list[str], ages: list[int]
) -> xr.DataArray:
    """Read published rates per person-year by limit group of the post, age and cause."""
    rates = read_national("exit_rates").rename({"age": "working_age"})
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


class Risk(NamedTuple):
    """Exits of some places by cause, the last axis; retirement under the old rules only."""

    events: Numbers
    years: Numbers
    expected: Numbers
    """Exits that some rates let one expect. [persons]"""


class ExitRates(NamedTuple):
    """Exit rates as inputs, and what they were drawn to."""

    inputs: dict[str, xr.DataArray]
    expected: Numbers
    """Rates before the post's own figures, all causes together, shape as the staff of the regions.
    [per person-year]"""
    around: Around


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
    """
    codes = [str(code) for code in cells["region"]]
    around = lay_around(flows, everywhere, regions, cells)
    rates = together.transpose("occupation", *WHOM, "cause").values
    level = _others_level(around, rates, national)
    own = _at_risk(around.here, rates)
    scale = level * _group_ratio(around, rates, own, level)
    inside = counts_inner_moves(flows, regions, codes)
    moved = CAUSES.index("moved_municipality")
    scale = scale * border_share(own.events, own.expected * scale, moved, inside)
    drawn = own._replace(expected=own.expected * scale)
    beside = without_own(summed(drawn, POST_AXES), drawn)
    scale = scale * _ratio(beside, REGION_K)
    drawn = own._replace(expected=own.expected * scale)
    everyone = summed(drawn, POST_AXES)
    prior, of_all = (divided(risk.expected, risk.years, UNKNOWN_RATE) for risk in (drawn, everyone))
    rest, other = 1.0 - own_weight(own.years), CAUSES.index("other")
    total, others = (part.years[..., other] for part in (own, beside))
    ratio = (scale * _ratio(drawn, REGION_K))[..., np.newaxis, np.newaxis, :]
    posts = {dim: cells[dim] for dim in ("region", *POSTS)}
    found = {
        "exit_rate": labelled(rates * ratio, {**cells, "cause": CAUSES}),
        "exit_relative_sd": labelled(relative_sd(own.events, prior), {**posts, "cause": CAUSES}),
        "exit_shared_sd": labelled(
            rest * relative_sd(everyone.events, of_all), {**posts, "cause": CAUSES}
        ),
        "exit_weight": labelled(
            1.0 - (1.0 - own_weight(total)) * (1.0 - own_weight(others)), posts
        ),
    }
    return ExitRates(found, np.einsum("oxac,rsoc->rsoxa", rates, scale), around)


def all_places(flows: Flows, cells: Cells, national: xr.DataArray) -> xr.DataArray:
    """Rates of all places by occupation, sex, age and cause, drawn from the nation's.

    Of the nation the curve over ages counts, at the level of all places by cause and occupation;
    50 person-years of an age count as much. The nation's rates know no sex. The sexes' difference
    is that of the occupation, drawn towards that of the others and this towards none; it
    leaves the exits of both together as they are.
    """
    coords = {"occupation": cells["occupation"], "sex": SEXES, "working_age": cells["working_age"]}
    flow = {**coords, "cause": CAUSES}
    exits = flows.events.filter(pl.col("flow").is_in(CAUSES)).rename({"flow": "cause"})
    exits = exits.filter((pl.col("cause") != "retired") | pl.col("old_rules"))
    events = lay(exits, flow, "persons")
    laid = lay_out(flows, coords)
    years = np.stack([laid.under_old_rules, *[laid.years] * (len(CAUSES) - 1)], axis=-1)
    nation = national.transpose("occupation", "working_age", "cause").values
    by_age = years.sum(axis=1)
    expected = (by_age * nation).sum(axis=1)
    level = _level(Risk(events.sum(axis=(1, 2)), by_age.sum(axis=1), expected))
    pool, _ = shrink(events.sum(axis=1), by_age, nation * level[:, np.newaxis], POOL_K)
    drawn = divided(expected * level, (by_age * pool).sum(axis=1), 1.0)
    pool = (pool * drawn[:, np.newaxis])[:, np.newaxis]
    seen, expected = events.sum(axis=2), (years * pool).sum(axis=2)
    left, due = (left_over(part.sum(axis=0), part) for part in (seen, expected))
    of_others, _ = shrink(left, due, np.ones(1), SEX_K)
    ratio, _ = shrink(seen, expected, of_others, SEX_K)
    both = divided(expected.sum(axis=1), (expected * ratio).sum(axis=1), 1.0)
    ratio = ratio * both[:, np.newaxis]
    return labelled(pool * ratio[:, :, np.newaxis], flow)


def others_part(
    staff: xr.DataArray, weight: xr.DataArray, everywhere: AllFlows, regions: pl.DataFrame
) -> list[Mark]:
    """Mark regions by whether their rates are mostly, or in part, those of others.

    Where no other place has flows they are the nation's.
    """
    alone = {
        code
        for code in staff["region"].values
        if not everywhere.places - set(members(regions, code))
    }
    persons = staff.sum(["sex", "working_age"])
    over = ["sector", "occupation"]
    mean = (persons * weight).sum(over) / persons.sum(over).clip(min=1e-9)
    return [
        Mark(
            "exit_rate_partly" if own < 0.5 else "exit_rate_in_part",
            str(code),
            "",
            f"own figures count for {float(own):.0%}",
            source="nation" if code in alone else "all regions in the data",
            share=1.0 - float(own),
        )
        for code, own in zip(staff["region"].values, mean.values, strict=True)
        if own < 1.0
    ]


def inner_moves(flows: Flows, regions: pl.DataFrame, codes: list[str]) -> list[Mark]:
    """Mark sums of municipalities whose own moves count as exits and recruits, for want of rows."""
    towns = employers(regions)
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


def _at_risk(laid: Laid, rates: Numbers) -> Risk:
    """Count exits and person-years by cause, with the exits that rates of all places expect."""
    events = laid.by_flow[..., : len(CAUSES)].copy()
    events[..., RETIRED] = laid.retired
    old, every = (part.sum(axis=(-2, -1)) for part in (laid.under_old_rules, laid.years))
    years = np.repeat(every[..., np.newaxis], len(CAUSES), axis=-1)
    years[..., RETIRED] = old
    return Risk(events, years, _expected(laid, rates))


def _expected(laid: Laid, rates: Numbers) -> Numbers:
    """Expect exits by rates (occupation, sex, age, cause) from the person-years lived."""
    left: Numbers = np.einsum("...oxa,oxac->...oc", laid.years, rates)
    old = np.einsum("...oxa,oxa->...o", laid.under_old_rules, rates[..., RETIRED])
    left[..., RETIRED] = old
    return left


def _ratio(risk: Risk, k: float) -> Numbers:
    """Divide what was seen by what was expected, drawn towards 1."""
    prior = risk.expected / np.where(risk.years > 0, risk.years, 1.0)
    rate, _ = shrink(risk.events, risk.years, prior, k)
    return divided(rate, prior, 1.0)


def _others_level(around: Around, rates: Numbers, national: xr.DataArray) -> Numbers:
    """Level of the rates without the region's own exits beside that of all places.

    By region, occupation and cause. The nation's level is drawn to that of the other places in
    other occupations and this to theirs in the occupation; without other places it is the nation's.
    """
    every, own = (summed(_at_risk(laid, rates), -3) for laid in (around.every, around.theirs))
    others = without_own(every, own)
    by_age = national.transpose("occupation", "working_age", "cause").values
    both = np.broadcast_to(by_age[:, np.newaxis], rates.shape)
    nation = divided(_expected(around.every, both).sum(axis=-3), every.expected, 1.0)
    return nation * _level(others._replace(expected=others.expected * nation))


def _level(risk: Risk) -> Numbers:
    """Level by occupation and cause over what was expected, drawn to that of other occupations."""
    of_others = _ratio(without_own(summed(risk, -2), risk), POOL_LEVEL_K)
    return of_others * _ratio(risk._replace(expected=risk.expected * of_others), POOL_LEVEL_K)


def _group_ratio(around: Around, rates: Numbers, own: Risk, level: Numbers) -> Numbers | float:
    """How the others of a region's comparison group differ from all others, by post and cause."""
    if around.near is None:
        return 1.0
    others = without_own(_at_risk(around.near, rates), own)
    return _ratio(others._replace(expected=others.expected * level), GROUP_K)
