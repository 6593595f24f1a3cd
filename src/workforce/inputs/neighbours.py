"""Which municipalities lie close enough to share a post."""

import polars as pl

from workforce.contract.folder import Folder


def neighbourhoods(folder: Folder, region: str) -> dict[str, list[str]]:
    """Find the places that could share posts with a region, or within it, by name.

    For a municipality: itself and its neighbours, or where none is given its labour region. For a
    county: its labour regions. Empty where neither is given, for other levels, and for a place
    alone.
    """
    regions = folder.tables["regions"]
    for column in ("neighbours", "labour_region", "county"):
        if column not in regions.columns:
            regions = regions.with_columns(pl.lit(None, pl.String).alias(column))
    towns = regions.filter(pl.col("level") == "municipality")
    own = regions.filter(pl.col("region") == region).row(0, named=True)
    if own["level"] == "municipality":
        named = [code.strip() for code in (own["neighbours"] or "").split(";")]
        near = [code for code in towns["region"].to_list() if code in named and code != region]
        if not near and own["labour_region"]:
            same = towns.filter(pl.col("labour_region") == own["labour_region"])["region"]
            near = [code for code in same.to_list() if code != region]
        return {region: [region, *near]} if near else {}
    if own["level"] != "county":
        return {}
    inside = towns.filter((pl.col("county") == region) & pl.col("labour_region").is_not_null())
    found = {
        str(name[0]): rows["region"].to_list()
        for name, rows in inside.group_by("labour_region", maintain_order=True)
    }
    return {name: codes for name, codes in found.items() if len(codes) > 1}
