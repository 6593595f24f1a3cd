"""Flows of staff as they were observed: their labels, their person-years and where they count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.inputs.arrays import labelled, lay, to_array
from workforce.inputs.pooled import KEPT, rows_by_place
from workforce.inputs.regions import at_level, employers
from workforce.inputs.rules import under_old_rules
from workforce.inputs.stocks import SEXES

CAUSES = ["retired", "left_sector", "moved_municipality", "other"]
ORIGINS = ["graduate", "other_municipality", "other_sector", "outside_work", "return"]
POSTS = ["sector", "occupation"]
POST_AXES = (-3, -2)
"""Of arrays whose last axis is the cause or origin."""
WHOM = ["sex", "working_age"]
CELL = ["region", "sector", "occupation", "sex", "working_age", "year"]
# Person-years at which a region's own figures count for half against the wider group: some 25 exits
# and 25 recruits, as where places, and the posts of a place, differ by a fifth.
REGION_K = 200.0
GROUP_K = 200.0
LEAST_LEFT = 1e-6  # Persons or person-years; less is the rounding of a sum.
MOST_SD = 0.4  # Relative; a rate drawn from others is known better than a few events tell.

BLOCK = 200_000
"""Rows of flows that are summed over years at a time."""

Figures = TypeVar("Figures", bound=tuple[Numbers, ...])
Cells = Mapping[str, Sequence[str] | Sequence[int]]


@dataclass(frozen=True, eq=False)
class Flows:
    """Flows of staff, summed over the years that they were observed in.

    ``events`` [persons] and ``lived`` [person-years] are by region, sector, occupation, sex,
    working_age and ``old_rules``, which tells those whose retirement follows the rules before the
    reform; events by flow, too. ``years`` are those of each region. All places together have no
    region; of a comparison group it is the group.
    """

    events: pl.DataFrame
    lived: pl.DataFrame
    years: pl.DataFrame


@dataclass(frozen=True, eq=False)
class AllFlows:
    """Flows of all municipalities of a folder together and by comparison group."""

    together: Flows
    groups: Flows
    places: frozenset[str]
    """Municipalities that have flows."""
    years: tuple[int, ...]
    """Years that any place has flows of."""


def sum_over_years(rows: pl.DataFrame) -> Flows:
    """Sum rows of flows over years; a cell repeats its person-years for every flow.

    In the order of the rows, so that one folder gives the same figures to the last bit.
    """
    # Codes are few and rows are many: as numbers they take a tenth of the memory.
    codes = ("region", "sector", "occupation", "sex")
    texts = {name: rows[name].unique().cast(pl.String) for name in codes}
    kinds = {name: pl.Enum(text.sort()) for name, text in texts.items()}
    kinds["flow"] = pl.Enum([*CAUSES, *ORIGINS])
    return joined(
        [
            _sum_over_years(
                block.with_columns(
                    *(pl.col(name).cast(pl.String).cast(kind) for name, kind in kinds.items()),
                    pl.col("working_age").cast(pl.Int16),
                )
            )
            for block in _blocks(rows)
        ]
    )


def _sum_over_years(rows: pl.DataFrame) -> Flows:
    rows = rows.with_columns(old_rules=under_old_rules())
    whom = [*(name for name in CELL if name != "year"), "old_rules"]
    cells = rows.group_by(*CELL, "old_rules", maintain_order=True).agg(lived())
    return Flows(
        rows.group_by(*whom, "flow", maintain_order=True).agg(pl.col("persons").sum()),
        cells.group_by(whom, maintain_order=True).agg(pl.col("exposure").sum()),
        rows.select("region", "year").unique(),
    )


def _blocks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Cut rows where a place ends, so that sums of many places need not all be held at once."""
    parts, length = list(rows_by_place(rows).values()), 0
    block: list[pl.DataFrame] = []
    for part in parts:
        block.append(part)
        length += len(part)
        if length > BLOCK:
            yield pl.concat(block)
            block, length = [], 0
    yield pl.concat(block) if block else rows.clear()


def joined(parts: Sequence[Flows]) -> Flows:
    """Put the flows of places under one another."""
    return Flows(
        *(pl.concat(getattr(part, field.name) for part in parts) for field in fields(Flows))
    )


def in_words(flows: Flows) -> Flows:
    """Give flows of few places with their region as text and ages as other tables have them."""
    text, whole = pl.col("^region$").cast(pl.String), pl.col("^working_age|year$").cast(pl.Int64)
    return Flows(*(getattr(flows, one.name).with_columns(text, whole) for one in fields(Flows)))


def flows_by_place(flows: Flows) -> dict[str, Flows]:
    """Sort flows by their place."""
    events, lived, years = map(rows_by_place, (flows.events, flows.lived, flows.years))
    return {place: Flows(events[place], lived[place], years[place]) for place in events}


def pool_flows(each: Flows, regions: pl.DataFrame) -> AllFlows:
    """Sum the flows of all municipalities, and of those of each comparison group."""
    own = pl.col("region").is_in(employers(regions))
    towns = Flows(each.events.filter(own), each.lived.filter(own), each.years.filter(own))
    names = sorted(set(group_of(regions, employers(regions))) - {""})
    together = _added_up(towns.events.drop("region"), towns.lived.drop("region"), towns.years)
    events, lived = (in_groups(part, regions, names) for part in (towns.events, towns.lived))
    return AllFlows(
        in_words(together),
        in_words(_added_up(events, lived, towns.years)),
        frozenset(towns.years["region"].unique()),
        tuple(sorted(each.years["year"].unique())),
    )


def _added_up(events: pl.DataFrame, lived: pl.DataFrame, years: pl.DataFrame) -> Flows:
    """Add up the rows of places that have one name, or none."""
    return Flows(
        events.group_by(pl.exclude("persons"), maintain_order=True).agg(pl.col("persons").sum()),
        lived.group_by(pl.exclude("exposure"), maintain_order=True).agg(pl.col("exposure").sum()),
        years,
    )


def flows_at(flows: Flows, regions: pl.DataFrame, codes: Sequence[str]) -> Flows:
    """Rows of each region; a region without rows of its own takes those of its municipalities."""
    return Flows(
        at_level(flows.events, regions, codes),
        at_level(flows.lived, regions, codes),
        at_level(flows.years, regions, codes),
    )


class Laid(NamedTuple):
    """Flows as arrays, axes (region where there is one, sector, occupation, ...)."""

    by_flow: Numbers
    """Events, the last axis the causes and then the origins. [persons]"""
    retired: Numbers
    """Those who retired under the old rules. [persons]"""
    years: Numbers
    """Person-years by sex and age. [person-years]"""
    under_old_rules: Numbers
    """Those of them under the old rules. [person-years]"""


class Around(NamedTuple):
    """Flows of regions, and of those whose rates they are drawn to."""

    here: Laid
    theirs: Laid
    """Of the municipalities of each region, without rows that it has of its own."""
    every: Laid
    """Of all places together, without an axis of regions."""
    near: Laid | None
    """Of the comparison group of each region, nobody for one in no group; None without groups."""


def lay_out(flows: Flows, cells: Cells) -> Laid:
    """Lay flows out by region, sector, occupation, sex and age, those that ``cells`` has."""
    posts = {dim: labels for dim, labels in cells.items() if dim not in WHOM}
    retired = flows.events.filter((pl.col("flow") == "retired") & pl.col("old_rules"))
    return Laid(
        lay(flows.events, {**posts, "flow": [*CAUSES, *ORIGINS]}, "persons"),
        lay(retired, posts, "persons"),
        lay(flows.lived, cells, "exposure"),
        lay(flows.lived.filter("old_rules"), cells, "exposure"),
    )


def lay_around(flows: Flows, everywhere: AllFlows, regions: pl.DataFrame, cells: Cells) -> Around:
    """Lay out the flows of regions and of the places that they are drawn to."""
    codes = [str(code) for code in cells["region"]]
    own = pl.col("region").is_in(employers(regions))
    towns = Flows(*(part.filter(own) for part in (flows.events, flows.lived, flows.years)))
    here = lay_out(flows_at(flows, regions, codes), cells)
    of_towns = len(towns.years) == len(flows.years)
    theirs = here if of_towns else lay_out(flows_at(towns, regions, codes), cells)
    labels = (tuple(cells[dim]) for dim in (*POSTS, "working_age"))
    names, every, groups = _lay_pool(everywhere, *labels)
    place_of = {name: place for place, name in enumerate(names)}
    at = np.array([place_of.get(group, len(names)) for group in group_of(regions, codes)])
    near = None if (at == len(names)).all() else Laid(*(part[at] for part in groups))
    return Around(here, theirs, every, near)


@lru_cache(maxsize=KEPT)
def _lay_pool(
    everywhere: AllFlows,
    sectors: tuple[str, ...],
    occupations: tuple[str, ...],
    ages: tuple[int, ...],
) -> tuple[list[str], Laid, Laid]:
    """Lay out the flows of all places, and of each group with nobody after the last one."""
    posts: Cells = {"sector": sectors, "occupation": occupations}
    cells: Cells = {**posts, "sex": SEXES, "working_age": ages}
    names = sorted(everywhere.groups.events["region"].unique())
    return (
        names,
        lay_out(everywhere.together, cells),
        lay_out(everywhere.groups, {"region": [*names, ""], **cells}),
    )


def cell_exposure(flows: pl.DataFrame) -> pl.DataFrame:
    """Person-years of each cell once: a cell repeats them for every flow.

    Take them before municipalities are named by their county or group, whose cells add up.
    """
    return flows.group_by(CELL, maintain_order=True).agg(lived())


def lived() -> pl.Expr:
    """Person-years of a cell, which repeats them; half a year for each who left where it has none.

    Who left was there.
    """
    years = pl.col("exposure").max()
    left = pl.col("persons").filter(pl.col("flow").is_in(CAUSES)).sum()
    return pl.when(years > 0).then(years).otherwise(left / 2.0).alias("exposure")


def observed_years(flows: Flows, codes: Sequence[str]) -> xr.DataArray:
    """Years that each region, or the municipalities of it together, has flows of.

    The attribute ``until`` is the last of them, where there are any.
    """
    known = flows.years.filter(pl.col("region").is_in(codes))
    seen = dict(known.group_by("region").agg(pl.col("year").n_unique()).iter_rows())
    found = labelled(np.array([float(seen.get(code, 0)) for code in codes]), {"region": codes})
    return found.assign_attrs(
        {"until": int(known["year"].to_numpy().max())} if known.height else {}
    )


def observed_events(
    flows: Flows, codes: Sequence[str], sectors: Sequence[str]
) -> dict[str, xr.DataArray]:
    """``observed_exits`` and ``observed_recruits`` of each region and sector. [persons]."""
    return {
        f"observed_{name}": to_array(
            flows.events.filter(pl.col("flow").is_in(kinds)),
            {"region": codes, "sector": sectors},
            "persons",
        )
        for name, kinds in (("exits", CAUSES), ("recruits", ORIGINS))
    }


def group_of(regions: pl.DataFrame, codes: Sequence[str]) -> list[str]:
    """Comparison group of each region; empty for one that is in none, as a county."""
    if "comparison_group" not in regions.columns:
        return [""] * len(codes)
    groups = dict(regions.select("region", "comparison_group").iter_rows())
    return [str(groups.get(code) or "") for code in codes]


def in_groups(table: pl.DataFrame, regions: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    """Rows of the municipalities of some comparison groups, the group named as the region."""
    found = pl.DataFrame({"region": employers(regions)}, schema={"region": pl.String}).with_columns(
        group=pl.Series(group_of(regions, employers(regions)), dtype=pl.String)
    )
    found = found.filter(pl.col("group").is_in(list(groups)) & (pl.col("group") != ""))
    found = found.cast({"group": pl.Enum(groups)})
    found = found.with_columns(pl.col("region").cast(table.schema["region"], strict=False))
    return table.join(found, on="region").drop("region").rename({"group": "region"})


def own_weight(years: Numbers) -> Numbers:
    """Credibility weight of a region's own person-years against the wider group."""
    weight: Numbers = years / (years + REGION_K)
    return weight


def relative_sd(events: Numbers, prior: Numbers) -> Numbers:
    """Relative standard deviation of a rate drawn to others, by the events that it stands on.

    Those seen and those that the weight of the others is worth: the gamma distribution of a rate
    with that many events. [share of the rate]
    """
    worth: Numbers = np.maximum(events + REGION_K * prior, 1.0)
    return np.minimum(worth**-0.5, MOST_SD)


def divided(number: Numbers, by: Numbers, otherwise: Numbers | float) -> Numbers:
    """Divide where there is something to divide by."""
    return np.where(by > 0, number / np.where(by > 0, by, 1.0), otherwise)


def without_own(every: Figures, own: Figures) -> Figures:
    """Take a region's own from what all have; nothing where only rounding would be left."""
    return type(every)(*map(left_over, every, own))


def left_over(every: Numbers, own: Numbers) -> Numbers:
    """Take a region's own, or an occupation's, from what all have, as `without_own` does."""
    rest = every - own
    return np.where(rest > LEAST_LEFT, rest, 0.0)


def summed(counts: Figures, axes: int | tuple[int, ...]) -> Figures:
    """Sum counts over axes, which stay with one label; posts are -3 and -2."""
    return type(counts)(*(part.sum(axis=axes, keepdims=True) for part in counts))


def border_share(own: Numbers, expected: Numbers, flow: int, inside: Sequence[bool]) -> Numbers:
    """Part of the moves between municipalities that cross the border of a wider region.

    The rates of all places hold every move out of a municipality. A county with rows of its own
    counts those out of the county only; in a closed one there are none. Municipalities, and
    regions whose inner moves are not known (``inside`` true), keep them all.
    """
    seen, wide = (part.sum(axis=POST_AXES, keepdims=True)[..., flow] for part in (own, expected))
    share = np.ones((len(own), 1, 1, own.shape[-1]))
    kept = np.array(inside, dtype=bool)[:, np.newaxis, np.newaxis]
    share[..., flow] = np.where(kept, 1.0, np.clip(divided(seen, wide, 1.0), 0.0, 1.0))
    return share


def counts_inner_moves(flows: Flows, regions: pl.DataFrame, codes: Sequence[str]) -> list[bool]:
    """Whether moves inside a region are among its flows: no rows of its own, or a municipality."""
    towns, own = set(employers(regions)), set(flows.years["region"].unique())
    return [code in towns or code not in own for code in codes]
