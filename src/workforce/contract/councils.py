"""County councils: employers whose inhabitants are those of their county."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.packed import kept

COUNCIL = "county_council"
PEOPLE = ("population", "population_projection")
"""Tables of inhabitants, which a county council has in common with its county."""


def county_of(regions: pl.DataFrame) -> dict[str, str]:
    """Give the county of each county council that names one."""
    if not {"region", "level", "county"} <= set(regions.columns):
        return {}
    every = zip(*(regions[name].to_list() for name in ("region", "level", "county")), strict=True)
    return {
        code: county for code, level, county in every if level == COUNCIL and county is not None
    }


def council_sectors(sectors: pl.DataFrame) -> list[str]:
    """Codes of the sectors that county councils have as a task; the others are municipalities'."""
    if "provided_by" not in sectors.columns:
        return []
    return sectors.filter(pl.col("provided_by").cast(pl.String) == COUNCIL)["sector"].to_list()


def sources_of(regions: pl.DataFrame, county: str, there: set[str]) -> list[str]:
    """Places whose inhabitants add up to a county's: itself, else its municipalities."""
    towns = regions.filter(
        (pl.col("level").cast(pl.String) == "municipality") & (pl.col("county") == county)
    )["region"]
    return [county] if county in there else [town for town in towns if town in there]


def with_councils(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Give county councils the inhabitants of their county, where they have no rows themselves."""
    found = dict(kept(tables))
    councils = county_of(tables["regions"]) if "regions" in found else {}
    for name in PEOPLE if councils else ():
        if name not in found:
            continue
        table = tables[name]
        there = set(table["region"].unique())
        parts = [table]
        for council, county in councils.items():
            if council in there:
                continue
            here = table.filter(
                pl.col("region").is_in(sources_of(tables["regions"], county, there))
            )
            keys = [key for key in table.columns if key not in ("region", "persons")]
            rows = here.group_by(keys, maintain_order=True).agg(pl.col("persons").sum())
            rows = rows.with_columns(region=pl.lit(council)).select(table.columns)
            parts.append(rows.cast(table.schema))
        found[name] = pl.concat(parts)
    return found
