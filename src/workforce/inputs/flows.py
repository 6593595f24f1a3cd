"""Flows of staff as they were observed: their labels, their person-years and where they count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.regions import at_level
from workforce.inputs.rules import under_old_rules

CAUSES = ["retired", "left_sector", "moved_municipality", "other"]
ORIGINS = ["graduate", "other_municipality", "other_sector", "outside_work", "return"]
POSTS = ["sector", "occupation"]
CELL = ["region", "sector", "occupation", "sex", "working_age", "year"]
# Person-years at which a region's own figures count for half against the wider group: some 25 exits
# and 25 recruits, as where places, and the posts of a place, differ by a fifth.
REGION_K = 200.0
GROUP_K = 200.0
LEAST_LEFT = 1e-6  # Persons or person-years; less is the rounding of a sum.
MOST_SD = 0.4  # Relative; a rate drawn from others is known better than a few events tell.

Figures = TypeVar("Figures", xr.DataArray, xr.Dataset)
Cells = Mapping[str, Sequence[str] | Sequence[int]]


@dataclass(frozen=True, eq=False)
class Flows:
    """Flows of staff, summed over the years that they were observed in.

    Parameters
    ----------
    events
        region, sector, occupation, sex, working_age, flow, old_rules, persons.
    lived
        region, sector, occupation, sex, working_age, old_rules, exposure. [person-years]
    years
        region and year, for each that has flows.

    ``old_rules`` tells those whose retirement follows the rules before the reform. All places
    together have no ``region``; of a comparison group it is the group.
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
    """Sum rows of flows over years; a cell repeats its person-years for every flow."""
    rows = rows.with_columns(old_rules=under_old_rules())
    whom = [*(name for name in CELL if name != "year"), "old_rules"]
    cells = rows.group_by(*CELL, "old_rules").agg(lived())
    return Flows(
        rows.group_by(*whom, "flow").agg(pl.col("persons").sum()),
        cells.group_by(whom).agg(pl.col("exposure").sum()),
        rows.select("region", "year").unique(),
    )


def pool_flows(rows: pl.DataFrame, regions: pl.DataFrame) -> AllFlows:
    """Sum the flows of all municipalities, and of those of each comparison group."""
    towns = rows.filter(pl.col("region").is_in(municipalities(regions)))
    each = sum_over_years(towns)
    names = sorted(set(group_of(regions, municipalities(regions))) - {""})
    return AllFlows(
        _added_up(each.events.drop("region"), each.lived.drop("region"), each.years),
        _added_up(
            in_groups(each.events, regions, names),
            in_groups(each.lived, regions, names),
            each.years,
        ),
        frozenset(each.years["region"].unique()),
        tuple(sorted(rows["year"].unique())),
    )


def _added_up(events: pl.DataFrame, lived: pl.DataFrame, years: pl.DataFrame) -> Flows:
    """Add up the rows of places that have one name, or none."""
    return Flows(
        events.group_by(pl.exclude("persons")).agg(pl.col("persons").sum()),
        lived.group_by(pl.exclude("exposure")).agg(pl.col("exposure").sum()),
        years,
    )


def flows_at(flows: Flows, regions: pl.DataFrame, codes: Sequence[str]) -> Flows:
    """Rows of each region; a region without rows of its own takes those of its municipalities."""
    return Flows(
        at_level(flows.events, regions, codes),
        at_level(flows.lived, regions, codes),
        at_level(flows.years, regions, codes),
    )


def of_groups(groups: Flows, names: Sequence[str]) -> Flows:
    """Keep the rows of some comparison groups."""
    asked = pl.col("region").is_in(list(names))
    return Flows(groups.events.filter(asked), groups.lived.filter(asked), groups.years)


def of_towns(flows: Flows, regions: pl.DataFrame) -> Flows:
    """Leave out the rows that regions above the municipalities have of their own."""
    towns = pl.col("region").is_in(municipalities(regions))
    return Flows(*(part.filter(towns) for part in (flows.events, flows.lived, flows.years)))


def cell_exposure(flows: pl.DataFrame) -> pl.DataFrame:
    """Person-years of each cell once: a cell repeats them for every flow.

    Take them before municipalities are named by their county or group, whose cells add up.
    """
    return flows.group_by(CELL).agg(lived())


def lived() -> pl.Expr:
    """Person-years of a cell, which repeats them; half a year for each who left where it has none.

    Who left was there.
    """
    years = pl.col("exposure").max()
    left = pl.col("persons").filter(pl.col("flow").is_in(CAUSES)).sum()
    return pl.when(years > 0).then(years).otherwise(left / 2.0).alias("exposure")


def observed_years(flows: Flows, codes: Sequence[str]) -> xr.DataArray:
    """Years that each region, or the municipalities of it together, has flows of."""
    seen = dict(flows.years.group_by("region").agg(pl.col("year").n_unique()).iter_rows())
    years = [float(seen.get(code, 0)) for code in codes]
    return xr.DataArray(years, dims="region", coords={"region": list(codes)})


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


def municipalities(regions: pl.DataFrame) -> list[str]:
    """Codes of the municipalities, whose sum is all places in the data."""
    return regions.filter(pl.col("level") == "municipality")["region"].to_list()


def group_of(regions: pl.DataFrame, codes: Sequence[str]) -> list[str]:
    """Comparison group of each region; empty for one that is in none, as a county."""
    if "comparison_group" not in regions.columns:
        return [""] * len(codes)
    groups = dict(regions.select("region", "comparison_group").iter_rows())
    return [str(groups.get(code) or "") for code in codes]


def in_groups(table: pl.DataFrame, regions: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    """Rows of the municipalities of some comparison groups, the group named as the region."""
    found = pl.DataFrame(
        {"region": municipalities(regions)}, schema={"region": pl.String}
    ).with_columns(group=pl.Series(group_of(regions, municipalities(regions)), dtype=pl.String))
    found = found.filter(pl.col("group").is_in(list(groups)) & (pl.col("group") != ""))
    return table.join(found, on="region").drop("region").rename({"group": "region"})


def own_weight(years: xr.DataArray) -> xr.DataArray:
    """Credibility weight of a region's own person-years against the wider group."""
    return years / (years + REGION_K)


def relative_sd(events: xr.DataArray, prior: xr.DataArray) -> xr.DataArray:
    """Relative standard deviation of a rate drawn to others, by the events that it stands on.

    Those seen and those that the weight of the others is worth: the gamma distribution of a rate
    with that many events. [share of the rate]
    """
    worth = events + REGION_K * prior
    return (worth.clip(min=1.0) ** -0.5).clip(max=MOST_SD)


def without_own(every: Figures, own: Figures) -> Figures:
    """Take a region's own from what all have; nothing where only rounding would be left."""
    rest = every - own
    return rest.where(rest > LEAST_LEFT, 0.0)


def by_region(groups: Figures, names: Sequence[str], codes: Sequence[str]) -> Figures:
    """Lay the figures of comparison groups out by the regions in them; none for one in no group."""
    picked = groups.reindex(region=list(names), fill_value=0.0)
    return picked.assign_coords(region=list(codes))


def border_share(
    own: xr.DataArray, expected: xr.DataArray, flow: str, inside: Sequence[bool]
) -> xr.DataArray:
    """Part of the moves between municipalities that cross the border of a wider region.

    The rates of all places hold every move out of a municipality. A county with rows of its own
    counts those out of the county only; in a closed one there are none. Municipalities, and
    regions whose inner moves are not known (``inside`` true), keep them all.

    Parameters
    ----------
    own, expected : DataArray
        Events seen, and those that the rates of all places would give, dims (region, ..., cause or
        origin). [persons]
    flow : str
        Label of the moves.
    inside : sequence of bool
        Whether moves inside the region count, by region.

    Returns
    -------
    DataArray
        Dims (region, cause or origin); 1 for every other flow. [share]
    """
    kind = "cause" if "cause" in own.dims else "origin"
    over = [dim for dim in own.dims if dim not in ("region", kind)]
    seen, wide = own.sum(over), expected.sum(over)
    share = (seen / wide.where(wide > 0, 1.0)).clip(0.0, 1.0).where(wide > 0, 1.0)
    keep = xr.DataArray(np.array(inside, dtype=bool), dims="region", coords={"region": own.region})
    return share.where((share[kind] == flow) & ~keep, 1.0).transpose("region", kind)


def counts_inner_moves(flows: Flows, regions: pl.DataFrame, codes: Sequence[str]) -> list[bool]:
    """Whether moves inside a region are among its flows: no rows of its own, or a municipality."""
    towns, own = set(municipalities(regions)), set(flows.years["region"].unique())
    return [code in towns or code not in own for code in codes]
