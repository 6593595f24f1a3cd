"""Staff on 1 January, and the rates by which they leave, come, move and hold part of a post."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.contract.packed import kept, plain, rows_of
from workforce.inputs.arrays import fresh, labelled, to_array
from workforce.inputs.education import graduate_factor, load_education
from workforce.inputs.exits import (
    all_places,
    estimate_exits,
    inner_moves,
    national_exits,
    others_part,
)
from workforce.inputs.flows import (
    CAUSES,
    ORIGINS,
    AllFlows,
    Cells,
    Flows,
    flows_at,
    flows_by_place,
    in_words,
    joined,
    observed_events,
    observed_years,
    pool_flows,
    sum_over_years,
)
from workforce.inputs.inflow import borrowed_flows, entry_profile, estimate_inflow, recruits_of
from workforce.inputs.pooled import KEPT, Known, places_of
from workforce.inputs.position import position_by_age, position_share
from workforce.inputs.regions import at_level, employers
from workforce.inputs.retirement import cohort_factors, retirement_factors
from workforce.inputs.rules import AGES
from workforce.inputs.short_absence import short_absence
from workforce.inputs.stocks import SEXES
from workforce.inputs.transitions import move_weights, occupational_moves

NATIONAL_YEARS = 5.0  # Years of turnover that the nation's rates meet (KS, 2017-18 to 2021-22).


@dataclass(frozen=True, eq=False)
class PooledStaff:
    """What the staff of all places of a folder tell: labels, position shares, moves and flows."""

    occupations: list[str]
    ages: list[int]
    position: xr.DataArray
    moves: dict[str, xr.DataArray]
    national: xr.DataArray
    flows: AllFlows | None
    flows_of: Mapping[str, Flows]
    """Flows of each place, of those that have any."""
    exits: xr.DataArray | None
    by_cohort: xr.DataArray | None


@lru_cache(maxsize=KEPT)
def pool_staff(known: Known, sectors: tuple[str, ...], base_year: int) -> PooledStaff:
    """Make of all places what no region has by itself."""
    tables = known.tables
    in_sectors = pl.col("sector").is_in(sectors)
    held = kept(tables)["staff"].group_by("sector", "occupation").agg(pl.col("persons").sum())
    held = plain(held, "staff").filter(in_sectors)
    there = held["occupation"].unique().to_list()
    occupations = [o for o in tables["occupations"]["occupation"].to_list() if o in there]
    ages = _ages(tables)
    profile: Cells = {"sector": list(sectors), "occupation": occupations, "working_age": ages}
    now = rows_of(tables, "staff", pl.col("year") == base_year).filter(in_sectors)
    now = now.rename({"age": "working_age"})
    moves = {}
    if "mobility" in tables:
        moves = {
            "transition": occupational_moves(tables, held, list(sectors), occupations),
            "transition_weight": move_weights(tables, occupations),
        }
    national = national_exits(tables, occupations, ages)
    rows = _flows_before(tables, list(sectors), occupations, base_year)
    flows = exits = by_cohort = None
    flows_of: dict[str, Flows] = {}
    if not rows.is_empty():
        every = sum_over_years(rows)
        flows_of = flows_by_place(every)
        flows = pool_flows(every, tables["regions"])
        exits = all_places(flows.together, {**profile, "sex": SEXES}, national)
        towns = pl.col("region").is_in(employers(tables["regions"]))
        old = rows.filter(pl.col("working_age").is_between(*AGES) & towns)
        by_cohort = cohort_factors(tables, occupations, ages, old, exits)
    position = position_by_age(now, profile)
    return PooledStaff(
        occupations, ages, position, moves, national, flows, flows_of, exits, by_cohort
    )


def load_staff(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    base_year: int,
    horizon: int,
    borrowed: list[Mark],
    population: xr.Dataset,
) -> xr.Dataset:
    """Staff, exit and inflow rates, education, occupational moves, positions and absence."""
    regions = tables["regions"]
    pooled = pool_staff(known, tuple(sectors), base_year)
    occupations, ages = pooled.occupations, pooled.ages
    cells: Cells = {
        "region": codes,
        "sector": sectors,
        "occupation": occupations,
        "sex": SEXES,
        "working_age": ages,
    }
    now = (
        tables["staff"]
        .filter((pl.col("year") == base_year) & pl.col("sector").is_in(sectors))
        .rename({"age": "working_age"})
    )
    own = at_level(now, regions, codes)
    ahead = staff_ahead(known, tuple(sectors), base_year, horizon)
    persons = to_array(own, cells, "persons")
    found = {"staff": persons, "position_share": position_share(pooled.position, own, cells)}
    everywhere, prior = pooled.flows, pooled.national
    if everywhere is None or pooled.exits is None:
        found |= borrowed_flows(persons, prior, population)
        seen_years = labelled(np.full(len(codes), NATIONAL_YEARS), {"region": codes})
        borrowed.extend(
            Mark(variable, code, "", "published national rates")
            for code in codes
            for variable in ("exit_rate", "inflow_rate")
        )
    else:
        flows = _flows_at(pooled.flows_of, places_of(regions, codes))
        exits = estimate_exits(flows, everywhere, regions, cells, pooled.exits, prior)
        found |= exits.inputs
        borrowed.extend(others_part(persons, found["exit_weight"], everywhere, regions))
        borrowed.extend(inner_moves(flows, regions, codes))
        seen = flows_at(flows, regions, codes)
        found |= observed_events(seen, codes, sectors)
        found |= estimate_inflow(
            tables, flows, everywhere, cells, base_year, persons, pooled.exits, exits,
            _entry_profile(known, tuple(sectors), base_year, horizon),
        )  # fmt: skip
        seen_years = observed_years(seen, codes)
    found["observed_flow_years"] = seen_years
    years = list(range(base_year, base_year + horizon + 1))
    found["short_absence"] = short_absence(tables, codes, sectors, years, base_year, borrowed)
    return xr.Dataset(found).merge(fresh(ahead), join="exact")


@lru_cache(maxsize=KEPT)
def staff_ahead(known: Known, sectors: tuple[str, ...], base_year: int, horizon: int) -> xr.Dataset:
    """Take what the staff of every place meet alike: education, retirement, moves, factors of 1."""
    tables, pooled = known.tables, pool_staff(known, sectors, base_year)
    occupations, ages = pooled.occupations, pooled.ages
    flow_years = list(range(base_year, base_year + horizon))
    education = load_education(tables, occupations, ages, flow_years)
    return education.assign(
        {
            **retirement_factors(tables, occupations, ages, flow_years, pooled.by_cohort),
            "exit_factor": _ones(working_age=ages, cause=CAUSES, flow_year=flow_years),
            "inflow_factor": graduate_factor(education, occupations, ORIGINS, flow_years),
            "position_factor": _ones(sector=list(sectors), year=[*flow_years, base_year + horizon]),
            **pooled.moves,
        }
    )


@lru_cache(maxsize=KEPT)
def _entry_profile(
    known: Known, sectors: tuple[str, ...], base_year: int, horizon: int
) -> xr.DataArray | None:
    """Spread the recruits of all places over sex and age, where there are any."""
    pooled = pool_staff(known, sectors, base_year)
    if pooled.flows is None:
        return None
    taught = staff_ahead(known, sectors, base_year, horizon).get("graduate_age_share")
    cells: Cells = {"occupation": pooled.occupations, "working_age": pooled.ages}
    return entry_profile(recruits_of(pooled.flows.together.events), cells, taught)


def _ages(tables: Mapping[str, pl.DataFrame]) -> list[int]:
    seen = [kept(tables)[name]["age"] for name in ("staff", "staff_flows") if name in tables]
    low = min(int(column.min()) for column in seen if len(column))  # type: ignore[arg-type]
    high = max(int(column.max()) for column in seen if len(column))  # type: ignore[arg-type]
    return list(range(min(low, 18), max(high, 74) + 1))


def _flows_before(
    tables: Mapping[str, pl.DataFrame], sectors: list[str], occupations: list[str], base_year: int
) -> pl.DataFrame:
    """Flows of the sectors in the years before the base year; no rows where there are none.

    Without those of occupations that nobody holds on any 1 January: nothing of them is projected.
    They are as they are kept.
    """
    if "staff_flows" not in tables:
        return pl.DataFrame()
    flows = kept(tables)["staff_flows"].rename({"age": "working_age"})
    wanted = (
        pl.col("sector").is_in(sectors)
        & pl.col("occupation").is_in(occupations)
        & (pl.col("year") < base_year)
    )
    # Of the largest table no copy is made where all of it counts.
    return flows if flows.select(wanted.all()).item() else flows.filter(wanted)


def _flows_at(flows_of: Mapping[str, Flows], places: list[str]) -> Flows:
    """Flows of some places under one another; no rows where none of them has any."""
    here = [flows_of[place] for place in places if place in flows_of]
    any_place = next(iter(flows_of.values()))
    none = Flows(any_place.events.clear(), any_place.lived.clear(), any_place.years.clear())
    return in_words(joined(here or [none]))


def _ones(**coords: list[int] | list[str]) -> xr.DataArray:
    return labelled(np.ones([len(labels) for labels in coords.values()]), coords)
