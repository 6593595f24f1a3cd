"""What an FTE of each occupation costs: the place's own figures, else national ones."""

from collections.abc import Mapping, Sequence

import polars as pl

from workforce.contract.about import Wage
from workforce.sources.tables.files import read_national

EVERYBODY = "all"
"""Row of the packaged table for occupations that it has no figure of."""
ZONE = "I"
"""Zone of the employer's contribution where none is told."""
_PARTS = ("pay", "pension", "contribution")


def contribution_zones(
    tables: Mapping[str, pl.DataFrame], towns: Sequence[str], year: int
) -> tuple[tuple[str, ...], float]:
    """Tell the zones of the employer's contribution of municipalities, and their mean rate."""
    regions, here = tables["regions"], pl.col("region").is_in(list(towns))
    if "contribution_zone" not in regions.columns:
        regions = regions.with_columns(contribution_zone=pl.lit(None, pl.String))
    zones = regions.filter(here).select(
        "region", zone=pl.col("contribution_zone").cast(pl.String).fill_null("")
    )
    each = zones.with_columns(of_rate=pl.col("zone").replace("", ZONE)).join(
        read_national("contribution_zones").select("zone", "rate"),
        left_on="of_rate",
        right_on="zone",
        how="left",
    )
    if each["rate"].n_unique() == 1:
        return tuple(sorted(set(each["zone"]))), float(each["rate"][0])
    people = tables["population"].filter(here & (pl.col("year") == year))
    each = each.join(
        people.group_by("region").agg(pl.col("persons").sum()), on="region", how="left"
    )
    weight = each["persons"].fill_null(0.0)
    weight = weight if weight.sum() > 0 else weight + 1.0
    mean = float((each["rate"] * weight).sum()) / float(weight.sum())
    return tuple(sorted(set(each["zone"]))), mean


def read_wages(
    tables: Mapping[str, pl.DataFrame], occupations: Sequence[str], contribution: float
) -> tuple[Wage, ...]:
    """Give what an FTE of each occupation costs the employer a year.

    ``wages`` of the folder come before the packaged table; what a row of them leaves out of pension
    is the packaged figure. ``contribution`` is that of `contribution_zones`, where the table has
    none.
    """
    national = {row["occupation"]: row for row in read_national("wages").to_dicts()}
    own = (
        {row["occupation"]: row for row in tables["wages"].to_dicts()} if "wages" in tables else {}
    )
    found = []
    for code in occupations:
        borrowed = {**national.get(code, national[EVERYBODY]), "contribution": contribution}
        given = own.get(code, {})
        parts = {
            name: float(borrowed[name] if given.get(name) is None else given[name])
            for name in _PARTS
        }
        found.append(
            Wage(
                occupation=code,
                **parts,
                bought=given.get("bought"),
                source=str(given.get("source") or borrowed["source"]),
                own=bool(given),
                overtime_share=given.get("overtime_share"),
            )
        )
    return tuple(found)
