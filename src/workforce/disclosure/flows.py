"""What is shown of those who leave and come, by sector over fixed years, and rows made of it."""

from functools import partial

import polars as pl

from workforce.disclosure.inside import POST, at_ages, nearest
from workforce.disclosure.national import EXITS, ORIGINS, exit_rates, national
from workforce.disclosure.stocks import Keys, Place, ShownStaff, rounded
from workforce.disclosure.tree import LEAST_BASE, Coin, coins

PERIOD = 3
"""Years that flows are counted over: 2019 to 2021, 2022 to 2024, and so on, never overlapping."""
LEAST_STAFF = 20
"""Persons shown of a sector on each 1 January of a period, from which its flows are told."""
LEAST_MOVES = 10
"""Exits, and recruits, shown of a sector in a period, from which they are told. [persons]"""
MOST_DRIFT = 5
"""Persons by which stocks, exits and recruits shown may miss their balance and still be told."""
FEW_AGES = (22, 30, 40, 50, 57, 61, 64, 67, 70)
"""Ages that stand for those around them."""
LEAST_POST = 10
"""Persons shown of an occupation from which it has flows of its own; others' count as theirs."""
LEAST_PROFILE = 0.08
"""Share of recruits below which an age is left out."""
FLOWS = [*POST, "sex", "age", "year", "flow", "persons", "exposure"]
KEY = ["region", "first", "sector"]


def show_flows(
    flows: pl.DataFrame, staff: ShownStaff, keys: Keys, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Round exits by cause and recruits by origin along place and sector, over whole periods.

    Stock, exits, recruits and the stock at the end are bound by a sum. Each of the four is shown
    within a base of the truth; where what is shown misses the sum by more than a base, the four
    together would narrow each of them, and the flows of that sector and period are left out. So
    are those of few people. What is left out follows from what would have been shown alone, so
    that it tells less than showing it.

    Parameters
    ----------
    flows
        Rows of the table of municipalities.
    staff
        What is shown of the stocks, from `show_staff`.
    keys
        Of the places.
    base
        [persons]

    Returns
    -------
    polars.DataFrame
        region, first (year of the period), sector, flow, persons in all years of the period.
    """
    here = flows.filter(pl.col("region").is_in(list(keys)))
    here = here.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    whole = here.group_by("region", "first").agg(years=pl.col("year").n_unique())
    here = here.join(whole.filter(pl.col("years") == PERIOD), on=["region", "first"])
    table = pl.concat(
        [
            rounded(
                here.filter(pl.col("flow").is_in(kinds)), "persons", ["region", "first"],
                ("sector", "flow"), partial(_coins, keys, name), base,
            )
            for name, kinds in (("exits", EXITS), ("recruits", ORIGINS))
        ]
    )  # fmt: skip
    return table.join(_told(table, staff), on=KEY, how="semi").sort(*KEY, "flow")


def _coins(keys: Keys, table: str, at: Place) -> Coin:
    return coins(keys[at[0]], table)


def _told(shown: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Sectors and periods whose flows are told, by what is shown alone."""
    out = pl.col("flow").is_in(EXITS)
    moves = shown.group_by(KEY).agg(
        exits=pl.col("persons").filter(out).sum(), recruits=pl.col("persons").filter(~out).sum()
    )
    stocks = staff.sectors.rename({"persons": "stock"})
    years = moves.select(KEY).join(pl.DataFrame({"step": range(PERIOD + 1)}), how="cross")
    years = years.with_columns(year=pl.col("first") + pl.col("step"))
    years = years.join(stocks, on=["region", "year", "sector"], how="left")
    ends = years.group_by(KEY).agg(
        least=pl.col("stock").fill_null(0.0).min(),
        start=pl.col("stock").filter(pl.col("step") == 0).sum(),
        end=pl.col("stock").filter(pl.col("step") == PERIOD).sum(),
    )
    drift = pl.col("start") - pl.col("exits") + pl.col("recruits") - pl.col("end")
    return moves.join(ends, on=KEY).filter(
        (pl.col("least") >= LEAST_STAFF)
        & (pl.col("exits") >= LEAST_MOVES)
        & (pl.col("recruits") >= LEAST_MOVES)
        & (drift.abs() <= MOST_DRIFT)
    )


def flow_rows(
    shown: pl.DataFrame, staff: ShownStaff, whole: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    """Make the table ``staff_flows`` of a folder from what is shown.

    Exposure is the stock shown of each year, spread as the staff of the latest year; exits are
    spread over it by the national rates, recruits over occupations as those who leave, over ages
    by the national profile of their origin.

    Parameters
    ----------
    shown
        From `show_flows`.
    staff
        From `show_staff`.
    whole
        Staff of the latest year by sex and age, from `inside`.
    occupations
        With limit groups and groups.
    """
    lived = _exposure(shown, staff, whole)
    exits = shown.filter(pl.col("flow").is_in(EXITS))
    rates = exit_rates(occupations).rename({"cause": "flow"})
    left = lived.join(exits.rename({"persons": "total"}), on=KEY)
    left = left.join(rates, on=["occupation", "age", "flow"]).filter(pl.col("rate") > 0)
    left = left.with_columns(weight=pl.col("exposure") * pl.col("rate"))
    came = lived.join(
        shown.filter(pl.col("flow").is_in(ORIGINS)).rename({"persons": "total"}), on=KEY
    )
    every = rates.group_by("occupation", "age").agg(pl.col("rate").sum())
    leaving = (
        lived.join(every, on=["occupation", "age"])
        .group_by([*KEY, "occupation", "sex"])
        .agg(leaving=(pl.col("exposure") * pl.col("rate")).sum())
    )
    came = came.join(_profile(), on=["flow", "age"]).join(leaving, on=[*KEY, "occupation", "sex"])
    came = came.with_columns(weight=pl.col("leaving") * pl.col("share"))
    names = [*POST, "sex", "age", "year", "flow", "exposure", "total", "first", "weight"]
    rows = pl.concat([left.select(names), came.select(names)])
    part = pl.col("weight") / pl.col("weight").sum().over([*KEY, "flow"])
    rows = rows.with_columns(persons=pl.col("total") * part)
    return rows.select(FLOWS).sort([*POST, "year", "flow", "sex", "age"])


def _exposure(shown: pl.DataFrame, staff: ShownStaff, whole: pl.DataFrame) -> pl.DataFrame:
    """Person-years of the years told, by occupation, sex and a few ages."""
    most = pl.col("persons").max().over("region", "sector")
    large = pl.col("persons") >= pl.min_horizontal(most, pl.lit(LEAST_POST))
    posts = staff.cells.filter(large).select(POST)
    few = at_ages(whole.join(posts, on=POST, how="semi"), FEW_AGES)
    part = pl.col("persons") / pl.col("persons").sum().over("region", "sector")
    few = few.with_columns(part=part).drop("persons")
    years = shown.select(KEY).unique().join(pl.DataFrame({"step": range(PERIOD)}), how="cross")
    years = years.with_columns(year=pl.col("first") + pl.col("step")).drop("step")
    stocks = years.join(staff.sectors, on=["region", "year", "sector"])
    lived = stocks.join(few, on=["region", "sector"])
    return lived.with_columns(exposure=pl.col("persons") * pl.col("part")).drop("persons", "part")


def _profile() -> pl.DataFrame:
    """Spread of recruits over a few ages by origin, without the ages at which hardly any come."""
    rows = national("inflow_profile").rename({"origin": "flow"})
    rows = rows.with_columns(age=pl.col("age").replace_strict(nearest(FEW_AGES)))
    rows = rows.group_by("flow", "age").agg(pl.col("share").sum())
    rows = rows.filter(pl.col("share") >= LEAST_PROFILE)
    return rows.with_columns(share=pl.col("share") / pl.col("share").sum().over("flow"))
