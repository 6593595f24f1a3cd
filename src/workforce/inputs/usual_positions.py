"""Compare the FTE that employees have each with what the nation's have at the same ages."""

import math
from collections.abc import Mapping

import polars as pl

from workforce.inputs.jumps import LEAST
from workforce.sources.tables.files import read_national

FAR, WRONG = 1.5, 4.0
"""Factor from the nation beyond which a place or sector is yellow, and red."""
OCCUPATION = 2.0
"""The same for an occupation, which may rightly have small posts, and is never red."""


def with_national_fte(staff: pl.DataFrame) -> pl.DataFrame:
    """Add the FTE that the persons would have at the nation's FTE per person of their age.

    A sector that the nation has no figures for takes the mean of all sectors; the youngest and
    oldest ages take the nearest that it has. An occupation whose posts are small by nature, such as
    firefighters on call, takes its own at every age.
    """
    small = read_national("small_posts").select("occupation", small="share")
    share = read_national("position_share").select("sector", "age", "share")
    mean = share.group_by("age").agg(mean=pl.col("share").mean())
    ages = pl.col("age").clip(share["age"].min(), share["age"].max())  # type: ignore[arg-type]
    return (
        staff.with_columns(own_age="age", age=ages)
        .join(share, on=["sector", "age"], how="left", maintain_order="left")
        .join(mean, on="age", how="left", maintain_order="left")
        .join(small, on="occupation", how="left", maintain_order="left")
        .with_columns(
            age="own_age", national_fte=pl.col("persons") * pl.coalesce("small", "share", "mean")
        )
        .drop("own_age", "share", "mean", "small")
    )


def position_findings(here: Mapping[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Judge the FTE per person of one region: in all, by sector, and by sector and occupation."""
    if "staff" not in here:
        return []
    found = []
    for check, cells, far, wrong in (
        ("position", ([], ["sector"]), FAR, WRONG),
        ("occupation_position", (["sector", "occupation"],), OCCUPATION, math.inf),
    ):
        judged = pl.concat([_factors(here["staff"], cell) for cell in cells])
        if judged.is_empty():
            continue
        factor, sector, year = judged.sort("factor", "year", descending=True).row(0)
        light = "red" if factor > wrong else "yellow" if factor > far else "green"
        where = (
            {"sector": "", "year": None} if light == "green" else {"sector": sector, "year": year}
        )
        found.append({"table": "staff", "check": check, "light": light, **where})
    return found


def _factors(staff: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """Give the factor, 1 or more, between the FTE of each cell and year and the nation's."""
    sums = staff.group_by(*cell, "year").agg(pl.col("persons", "fte", "national_fte").sum())
    ratio = (pl.col("fte") / pl.col("national_fte")).log().abs().exp()
    sector = pl.col("sector") if "sector" in cell else pl.lit("")
    return sums.filter(pl.col("persons") >= LEAST).select(
        factor=ratio, sector=sector, year=pl.col("year").cast(pl.Int64)
    )
