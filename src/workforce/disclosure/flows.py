"""What is shown of those who leave and come, by sector over fixed years."""

from dataclasses import dataclass

import numpy as np
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
MOVES = [*TOLD, "flow", "post", "persons"]


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
    """
    here = flows.filter(pl.col("region").is_in(list(keys)))
    years = here.select("region", "year").unique().sort("region", "year")
    every = _moves(here.join(_periods(years, staff), on=["region", "year"]), keys, base)
    told = _told(every, staff)
    own = _posts(every.filter([row in told for row in every.select(TOLD).iter_rows()]), staff)
    moves: dict[Place, float] = {}
    for *at, flow, occupation, persons in every.iter_rows():
        if tuple(at) in told:
            region, _, sector, _ = at
            row = (*at, flow, occupation if (region, sector, occupation) in own else "")
            moves[row] = moves.get(row, 0.0) + persons
    shown = counted([(*row, n * HUNDREDTHS) for row, n in moves.items()], MOVES)
    return ShownFlows(shown, years)


def _periods(years: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Name the period of each year: those delivered of three fixed ones that are over."""
    latest = staff.latest()
    periods: dict[Place, list[int]] = {}
    for region, year in years.iter_rows():
        if year // PERIOD * PERIOD + PERIOD <= latest.get(region, 0):
            periods.setdefault((region, year // PERIOD), []).append(year)
    rows = [
        (region, year, of[0], len(of)) for (region, _), of in periods.items()
        if of[-1] - of[0] + 1 == len(of) for year in of
    ]  # fmt: skip
    schema = years.schema | dict.fromkeys(("first", "years"), pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _moves(here: pl.DataFrame, keys: Keys, base: int) -> pl.DataFrame:
    """Round what is in each sector and period."""
    step = base * HUNDREDTHS
    flow = pl.col("flow").cast(pl.String)
    young = pl.when(pl.col("age") < YOUNG).then(pl.lit(CAME[0])).otherwise(pl.lit(CAME[1]))
    way = pl.when(flow.is_in(EXITS)).then(pl.lit(LEFT)).when(flow.is_in(ORIGINS)).then(young)
    here = here.filter(pl.col("persons") > 0).with_columns(flow, way=way)
    every = trees(here, "persons", TOLD, ("way", "occupation", "flow"))
    rows: list[Place] = []
    for at, tree in every.items():
        for name, ways in (("exits", (LEFT,)), ("recruits", CAME)):
            part = {path: count for path, count in tree.items() if path[0] in ways}
            shown = round_tree(sums(part, 2), _coins(keys, name, at), base=step)
            kinds = sums({path[::-1]: count for path, count in part.items()}, 1)
            other = round_below(
                kinds, sums(shown, 0), _coins(keys, f"{name} by kind", at), base=step
            )
            rows += [(*at, *path, count) for path, count in shown.items()]
            rows += [(*at, flow, "", count) for (flow,), count in other.items()]
    return counted(rows, [*TOLD, "flow", "occupation", "persons"])


def _coins(keys: Keys, table: str, at: Place) -> Coin:
    """Coins of a sector, alike in all periods."""
    region, _, sector, _ = at
    return coins(keys[region], f"{table} of {sector}")


def _told(moves: pl.DataFrame, staff: ShownStaff) -> set[Place]:
    """Sectors and periods (`TOLD`) whose flows are told, by what is shown alone."""
    stock = {row[:3]: row[3] for row in staff.sectors.iter_rows()}
    told = set()
    for at, (exits, recruits) in _both(moves, TOLD).items():
        region, first, sector, years = at
        stocks = [stock.get((region, first + step, sector), 0.0) for step in range(years + 1)]
        many = min(stocks) >= LEAST_STAFF and min(exits, recruits) >= LEAST_MOVES
        if many and abs(stocks[0] - exits + recruits - stocks[-1]) <= MOST_DRIFT:
            told.add(at)
    return told


def _posts(moves: pl.DataFrame, staff: ShownStaff) -> set[Place]:
    """Occupations (`POST`) whose moves are told by themselves."""
    large = {row[:3] for row in staff.cells.select(*POST, "persons").iter_rows() if row[3] >= OWN}
    stock = {row[:4]: row[4] for row in staff.large.iter_rows()}
    for (region, first, sector, years, post), (exits, recruits) in _both(
        moves, [*TOLD, "occupation"]
    ).items():
        start, end = (
            stock.get((region, year, sector, post), np.nan) for year in (first, first + years)
        )
        if abs(start - exits + recruits - end) > MOST_POST_DRIFT:  # Not where one is unknown.
            large.discard((region, sector, post))
    return large


def _both(moves: pl.DataFrame, by: list[str]) -> dict[Place, tuple[float, float]]:
    """Sum exits and recruits shown of each sector and period, or of each post of them."""
    found: dict[Place, tuple[float, float]] = {}
    for *at, flow, persons in moves.select(*by, "flow", "persons").iter_rows():
        exits, recruits = found.get(tuple(at), (0.0, 0.0))
        exits, recruits = exits + persons * (flow == LEFT), recruits + persons * (flow in CAME)
        found[tuple(at)] = exits, recruits
    return found
