"""How many work part time, and how many of them want more, as rows of a results table."""

import polars as pl

from workforce.contract.folder import Folder
from workforce.inputs.regions import members
from workforce.results.rows import lay_rows


def part_time_rows(
    folder: Folder, *, region: str, base_year: int, scenario: str = "baseline"
) -> pl.DataFrame:
    """Lay out the part-timers of each service in the base year, and what they want.

    A region without rows of its own is the sum of its municipalities, in services of which every
    one with staff told; what they want is then the mean over part-timers, where all have asked.

    Parameters
    ----------
    folder : Folder
        From `open_folder`.
    region : str
        Code.
    base_year : int
        1 January.
    scenario : str
        Name that the rows go under.

    Returns
    -------
    polars.DataFrame
        ``part_time_staff`` and ``part_time_wants`` by sector; none without the table.
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
    here = staff.filter(pl.col("region").is_in(towns) & (pl.col("persons") > 0))
    each = here.select(cell).unique().join(told, on=cell, how="left").with_columns(
        wants=pl.col("part_timers") * pl.col("wants_more")
    )  # fmt: skip
    sums = each.group_by("sector").agg(
        pl.col("part_timers", "wants").sum(),
        known=pl.col("part_timers").is_not_null().all(),
        asked=pl.col("wants").is_not_null().all(),
    )
    rows = []
    for row in sums.filter("known").sort("sector").iter_rows(named=True):
        same = {"sector": row["sector"], "persons": row["part_timers"]}
        rows.append({"variable": "part_time_staff", "central": row["part_timers"], **same})
        if row["asked"] and row["part_timers"] > 0:
            share = row["wants"] / row["part_timers"]
            rows.append({"variable": "part_time_wants", "central": share, **same})
    return lay_rows(rows, scenario=scenario, region=region, year=base_year)
