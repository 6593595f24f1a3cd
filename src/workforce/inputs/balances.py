"""Check that staff, less those who leave and plus those who come, is the staff of the next year."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.between_tables import CAUSES
from workforce.inputs.jumps import LEAST

SURE, WRONG = (3.0, 0.02), (10.0, 0.10)
"""Persons and share of the staff of a sector by which it may be out before it is yellow, red."""
OCCUPATION = (5.0, 0.15)
"""The same for an occupation, which people also leave for another in the same sector."""


def balance_findings(here: Mapping[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Judge whether the staff of one region balances, in each sector and in each occupation.

    The gap of year y is stock(y) - exits(y) + recruits(y) - stock(y + 1) [persons]. It may be as
    large as the larger of a number of persons and a share of the stock. Occupations are never
    red, since people change between them without leaving the sector.
    """
    if "staff" not in here or "staff_flows" not in here:
        return []
    found = []
    for check, cell, red in (
        ("balance", ["sector"], WRONG),
        ("occupation_balance", ["sector", "occupation"], None),
    ):
        gaps = staff_gaps(here["staff"], here["staff_flows"], cell)
        if gaps.is_empty():
            continue
        least, share = OCCUPATION if red is None else SURE
        rows = gaps.filter(_beyond(least, share)).sort("gap", descending=True)
        light = "yellow" if rows.height else "green"
        if red is not None and rows.filter(_beyond(*red)).height:
            rows, light = rows.filter(_beyond(*red)), "red"
        first = rows.row(0, named=True) if rows.height else {"sector": "", "year": None}
        found.append(
            {"table": "staff_flows", "check": check, "light": light, "sector": first["sector"],
             "year": first["year"]}
        )  # fmt: skip
    return found


def staff_gaps(staff: pl.DataFrame, flows: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """Compute by how much each cell does not balance."""
    key = [*cell, "year"]
    stock = staff.group_by(key).agg(stock=pl.col("persons").sum())
    next_stock = stock.select(*cell, pl.col("year") - 1, following="stock")
    sign = pl.when(pl.col("flow").is_in(CAUSES)).then(-1.0).otherwise(1.0)
    net = flows.group_by(key).agg(net=(pl.col("persons") * sign).sum())
    return (
        stock.join(next_stock, on=key)
        .join(net, on=key)
        .filter(pl.max_horizontal("stock", "following") >= LEAST)
        .select(
            *key,
            stock=pl.max_horizontal("stock", "following"),
            gap=(pl.col("stock") + pl.col("net") - pl.col("following")).abs(),
        )
        .sort(key)
    )


def _beyond(least: float, share: float) -> pl.Expr:
    return pl.col("gap") > pl.max_horizontal(pl.lit(least), share * pl.col("stock"))
