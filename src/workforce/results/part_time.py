"""How many work part time, and how many of them want more, as rows of a results table."""

import polars as pl

from workforce.contract.folder import Folder
from workforce.inputs.regions import members
from workforce.results.rows import lay_rows

MOST_STAFF = 0.9
"""Share of the staff of a service that municipalities must have told of for those of a county."""


def part_time_rows(folder: Folder, *, region: str, base_year: int) -> pl.DataFrame:
    """Lay out the part-timers of each service in the base year, and what they want.

    A region without rows of its own is the sum of its municipalities. Where those that told have
    `MOST_STAFF` of the staff of a service the others are taken to be like them, and with less
    nothing is told. What they want is the mean over part-timers, where all that told have asked.
    """
    tables = folder.tables
    if "part_time" not in tables or "staff" not in tables:
        return lay_rows([])
    cell = ["region", "sector"]
    now = [tables[name].filter(pl.col("year") == base_year) for name in ("part_time", "staff")]
    told, staff = (one.with_columns(pl.col(cell).cast(pl.String)) for one in now)
    towns = [region] if region in told["region"] else members(tables["regions"], region)
    if "wants_more" not in told.columns:
        told = told.with_columns(wants_more=pl.lit(None, pl.Float64))
    here = staff.filter(pl.col("region").is_in(towns)).group_by(cell).agg(pl.col("persons").sum())
    each = here.filter(pl.col("persons") > 0).join(told, on=cell, how="left")
    told_of = pl.col("persons").filter(pl.col("part_timers").is_not_null()).sum()
    sums = each.group_by("sector").agg(
        pl.col("part_timers").sum(),
        wants=(pl.col("part_timers") * pl.col("wants_more")).sum(),
        asked=(pl.col("wants_more").is_not_null() | pl.col("part_timers").is_null()).all(),
        share=told_of / pl.col("persons").sum(),
    )
    rows = []
    for row in sums.filter(pl.col("share") >= MOST_STAFF).sort("sector").iter_rows(named=True):
        count = row["part_timers"] / row["share"]
        same = {"sector": row["sector"], "persons": count}
        rows.append({"variable": "part_time_staff", "central": count, **same})
        if row["asked"] and row["part_timers"] > 0:
            share = row["wants"] / row["part_timers"]
            rows.append({"variable": "part_time_wants", "central": share, **same})
    return lay_rows(rows, scenario="baseline", region=region, year=base_year)
