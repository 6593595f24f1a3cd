"""What is shown of those who leave and come, by sector over fixed years."""

from dataclasses import dataclass

import polars as pl

from workforce.disclosure.inside import POST
from workforce.disclosure.national import EXITS, ORIGINS
from workforce.disclosure.stocks import OWN, Keys, Place, ShownStaff, counted, trees
from workforce.disclosure.tree import (
    HUNDREDTHS,
    LEAST_BASE,
    Coin,
    coins,
    round_below,
    round_tree,
    sums,
)

PERIOD = 3
"""Years that flows are counted over: 2019 to 2021, 2022 to 2024, and so on, never overlapping."""
LEAST_STAFF = 20
"""Persons shown of a sector on each 1 January of a period, from which its flows are told."""
LEAST_MOVES = 10
"""Exits, and recruits, shown of a sector in a period, from which they are told. [persons]"""
MOST_DRIFT = 5
"""Persons by which stocks, exits and recruits shown may miss their balance and still be told."""
MOST_POST_DRIFT = 10
"""The same of an occupation, whose recruits are the sum of two that are shown."""
LEFT = "left"
"""Stands for all causes together where exits are told by occupation."""
YOUNG = 35
"""Age from which recruits are no longer young. [completed years]"""
CAME = ("came_young", "came_older")
"""Recruits under `YOUNG`, and older, of all origins together."""
KEY = ["region", "first", "sector"]
TOLD = [*KEY, "years"]


@dataclass(frozen=True, eq=False)
class ShownFlows:
    """What is shown of those who leave and come.

    ``moves`` has region, first (year of the period), sector, years (how many), flow, post and
    persons: by cause and by origin of the sector (no post), and those who left and who came, young
    and older, by post (an occupation, or "" for the others of the sector). ``years`` has region and
    year, for each that flows were delivered of.
    """

    moves: pl.DataFrame
    years: pl.DataFrame


def show_flows(
    flows: pl.DataFrame, staff: ShownStaff, keys: Keys, *, base: int = LEAST_BASE
) -> ShownFlows:
    """Round exits and recruits of a sector along trees of their own, over whole periods.

    Exits by occupation are one tree, by cause another division to its sum; recruits by age and
    occupation are one, by origin another division to its sum. Of occupations that show `OWN`
    persons or more what is shown leaves by itself, of the others together.

    Periods are three fixed years, of which those count that were delivered; they are told when all
    three are over, so that no year is counted twice.

    Stock, exits, recruits and the stock at the end are bound by a sum. Each of the four is shown
    within a base of the truth; where what is shown misses the sum by more than a base, the four
    together would narrow each of them, and the flows of that sector and period are left out. So
    are those of few people, and an occupation that misses its own sum by far is told with the
    others. What is left out follows from what would have been shown alone, so that it tells less
    than showing it.

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
    """
    here = flows.filter(pl.col("region").is_in(list(keys)) & (pl.col("persons") > 0))
    here = here.with_columns(pl.col("flow").cast(pl.String))
    years = flows.filter(pl.col("region").is_in(list(keys))).select("region", "year").unique()
    moves = _moves(_in_periods(here, years, staff), keys, base)
    moves = moves.join(_told(moves, staff), on=TOLD, how="semi")
    moves = moves.join(_posts(moves, staff), on=POST, how="left").with_columns(
        pl.col("post").fill_null("")
    )
    moves = moves.group_by([*TOLD, "flow", "post"]).agg(pl.col("persons").sum())
    return ShownFlows(moves.sort(*TOLD, "flow", "post"), years.sort("region", "year"))


def _in_periods(here: pl.DataFrame, years: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Name the period of each row: the years delivered of three fixed ones that are over."""
    over = staff.latest().rename({"year": "latest"})
    of = pl.col("year") // PERIOD * PERIOD
    periods = years.join(over, on="region").group_by("region", block=of).agg(
        first=pl.col("year").min(), years=pl.len().cast(pl.Int64),
        last=pl.col("year").max(), latest=pl.col("latest").first(),
    )  # fmt: skip
    periods = periods.filter(
        (pl.col("block") + PERIOD <= pl.col("latest"))
        & (pl.col("last") - pl.col("first") + 1 == pl.col("years"))
    )
    here = here.with_columns(block=of).join(periods, on=["region", "block"])
    return here.select("region", "sector", "occupation", "age", "flow", "persons", "first", "years")


def _moves(here: pl.DataFrame, keys: Keys, base: int) -> pl.DataFrame:
    """Round what is in each sector and period."""
    step = base * HUNDREDTHS
    young = pl.when(pl.col("age") < YOUNG).then(pl.lit(CAME[0])).otherwise(pl.lit(CAME[1]))
    out = here.filter(pl.col("flow").is_in(EXITS)).with_columns(way=pl.lit(LEFT))
    came = here.filter(pl.col("flow").is_in(ORIGINS)).with_columns(way=young)
    rows: list[Place] = []
    for name, part in (("exits", out), ("recruits", came)):
        kinds = trees(part, "persons", TOLD, ("flow",))
        for at, tree in trees(part, "persons", TOLD, ("way", "occupation")).items():
            coin = _coins(keys, name, at)
            shown = round_tree(tree, coin, base=step)
            other = round_below(
                kinds[at], sums(shown, 0), _coins(keys, f"{name} by kind", at), base=step
            )
            rows += [(*at, *path, count) for path, count in shown.items()]
            rows += [(*at, flow, "", count) for (flow,), count in other.items()]
    return counted(rows, [*TOLD, "flow", "occupation", "persons"])


def _coins(keys: Keys, table: str, at: Place) -> Coin:
    """Coins of a sector, alike in all periods."""
    region, _, sector, _ = at
    return coins(keys[region], f"{table} of {sector}")


def _told(shown: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Sectors and periods whose flows are told, by what is shown alone."""
    moves = shown.group_by(TOLD).agg(exits=of_flows(LEFT), recruits=of_flows(*CAME))
    steps = moves.select(TOLD).with_columns(step=pl.int_ranges(0, pl.col("years") + 1))
    steps = steps.explode("step").with_columns(year=pl.col("first") + pl.col("step"))
    stocks = staff.sectors.rename({"persons": "stock"})
    steps = steps.join(stocks, on=["region", "year", "sector"], how="left")
    ends = steps.group_by(TOLD).agg(
        least=pl.col("stock").fill_null(0.0).min(),
        start=pl.col("stock").filter(pl.col("step") == 0).sum(),
        end=pl.col("stock").filter(pl.col("step") == pl.col("years")).sum(),
    )
    return moves.join(ends, on=TOLD).filter(
        (pl.col("least") >= LEAST_STAFF)
        & (pl.col("exits") >= LEAST_MOVES)
        & (pl.col("recruits") >= LEAST_MOVES)
        & (_drift().abs() <= MOST_DRIFT)
    )


def _posts(moves: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Occupations whose moves are told by themselves: region, sector, occupation, post."""
    large = staff.cells.filter(pl.col("persons") >= OWN).select(POST)
    each = moves.join(large, on=POST, how="semi")
    each = each.group_by([*TOLD, "occupation"]).agg(exits=of_flows(LEFT), recruits=of_flows(*CAME))
    stocks = staff.large.select(*POST, first="year", start="persons")
    each = each.join(stocks, on=[*POST, "first"]).with_columns(
        first=pl.col("first") + pl.col("years")
    )
    each = each.join(stocks.rename({"start": "end"}), on=[*POST, "first"])
    far = each.filter(_drift().abs() > MOST_POST_DRIFT)
    return large.join(far, on=POST, how="anti").with_columns(post=pl.col("occupation"))


def of_flows(*flows: str) -> pl.Expr:
    """Sum the persons of some flows."""
    return pl.col("persons").filter(pl.col("flow").is_in(flows)).sum()


def _drift() -> pl.Expr:
    return pl.col("start") - pl.col("exits") + pl.col("recruits") - pl.col("end")
