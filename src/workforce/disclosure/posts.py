"""What is shown of posts: unfilled, filled without the qualification, bought in, and funded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.inside import POST, Posts
from workforce.disclosure.national import by_sector
from workforce.disclosure.stocks import A_PATH, OWN, Keys, ShownStaff, counted, trees
from workforce.disclosure.tree import HUNDREDTHS, LEAST_BASE, coins, round_alone, round_tree

RELATIVE_SD = 0.5
"""How far a place's rate lies from what is expected of it, over what is expected."""
OPEN = "unfilled"
"""Line of which the nation's rates are published."""
KINDS = dict.fromkeys(POST, pl.String) | {"year": pl.Int64, "fte": pl.Float64}
Pair = tuple[str, str]
"""Two codes: region and sector or line, sector and occupation."""


class Post(NamedTuple):
    """An occupation of a sector in the latest year of its place, as it is shown."""

    region: str
    sector: str
    occupation: str
    year: int
    persons: float
    fte: float


def posts_now(staff: ShownStaff, posts: Posts, each: Numbers) -> list[Post]:
    """Persons shown of every post in the latest year, with the FTE made of them (`fte_each`)."""
    latest, fte = staff.latest(), (posts.aged.sum(1) * each).sum(1)
    every = zip(posts.codes, posts.persons.tolist(), fte.tolist(), strict=True)
    return [Post(*codes, latest[codes[0]], persons, n) for codes, persons, n in every if n > 0]


def shortage_rows(
    shortage: pl.DataFrame, posts: Sequence[Post], keys: Keys, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Make the table ``shortage``: each line rounded along the tree, and drawn to what is expected.

    A line of a sector is told as ``w x shown + (1 - w) x expected``, where w = t^2 / (t^2 + b^2/6)
    weighs how much places differ (t is half of what is expected) against the rounding: a place of
    40 has the nation's vacancies, one of 4 000 its own. Expected of a sector is what is usual in
    the nation, at the level of the place, which is drawn in the same way from all its sectors. Of
    the lines that nobody publishes for the nation what is shown stands. Occupations that show `OWN`
    persons or more are drawn in the same way to their part of the sector, by FTE; others have that
    part. That a line has rows in a sector tells that it was counted there, and stays: where nothing
    of it shows there is one row of 0. In a place that writes no zeros it tells that somebody is
    there, and stays where something shows.
    """
    latest = {post.region: post.year for post in posts}
    in_sector: dict[Pair, list[Post]] = {}
    for post in posts:
        in_sector.setdefault(post[:2], []).append(post)
    here = shortage.filter(pl.col("region").is_in(list(latest)))
    at = ["region", "year", "line"]
    named: dict[Pair, set[str]] = {}
    zeros = set()
    for region, year, line, sector, fte in here.select(*at, "sector", "fte").iter_rows():
        if year == latest[region]:
            named.setdefault((region, line), set()).add(sector)
            zeros |= {region} if fte == 0 else set()
    shown: dict[Pair, dict[Pair, float]] = {}
    for where, tree in trees(here.filter(pl.col("fte") > 0), "fte", at, A_PATH).items():
        region, year, line = where
        if year == latest[region]:
            of_line = round_tree(tree, coins(keys[region], line), base=base * HUNDREDTHS)
            shown[region, line] = {
                (path[0], path[2]): n / HUNDREDTHS for path, n in of_line.items()
            }
    rows = []
    for (region, line), listed in named.items():
        of_post = shown.get((region, line), {})
        told = listed if region in zeros else {sector for sector, _ in of_post}
        there = {one: in_sector[region, one] for one in sorted(told) if (region, one) in in_sector}
        rows += [
            (*post[:4], fte, line)
            for post, fte in _expected(there, of_post, base, odds=line == OPEN)
        ]
    return pl.DataFrame(rows, schema=KINDS | {"line": pl.String}, orient="row")


def _expected(
    told: Mapping[str, list[Post]], shown: Mapping[Pair, float], base: int, *, odds: bool
) -> Iterator[tuple[Post, float]]:
    """Lay a line of a place over all posts of the sectors that counted it."""
    whole = {sector: sum(post.fte for post in posts) for sector, posts in told.items()}
    total = {one: sum(n for (sector, _), n in shown.items() if sector == one) for one in told}
    if odds and told:
        # The level of the place first, which more is known of than of each of its service areas.
        usual = {sector: _odds(sector) * fte for sector, fte in whole.items()}
        of_place = sum(usual.values())
        level = _drawn(sum(total.values()), of_place, base) / of_place
        total = {sector: _drawn(n, usual[sector] * level, base) for sector, n in total.items()}
    for sector, posts in told.items():
        parts = [total[sector] * (post.fte / whole[sector]) for post in posts]
        fte = [
            _drawn(shown.get((sector, post.occupation), 0.0), n, base) if post.persons >= OWN else n
            for post, n in zip(posts, parts, strict=True)
        ]
        every = sum(fte)
        scaled = zip(posts, fte, strict=True)
        yield from [(post, n * total[sector] / every) for post, n in scaled if n > 0] or [
            (posts[0], 0.0)
        ]


def _drawn(shown: float, expected: float, base: int) -> float:
    spread = (RELATIVE_SD * expected) ** 2
    weight = spread / (spread + base**2 / 6.0)
    return weight * shown + (1.0 - weight) * expected


def _odds(sector: str) -> float:
    """Vacancies over jobs that are filled."""
    rates, mean = by_sector("vacancy_rate", "rate")
    rate = rates.get(sector, mean)
    return rate / (1.0 - rate)


def funded_rows(
    funded: pl.DataFrame,
    posts: Sequence[Post],
    shortage: pl.DataFrame | None,
    keys: Keys,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``funded_posts``: FTE in post and unfilled posts as they are shown.

    Funded posts less unfilled ones are the FTE in post: shown for themselves they would give them
    back. Of later years of a plan the change of each sector is rounded.
    """
    latest = {post.region: post.year for post in posts}
    given: dict[Pair, dict[int, float]] = {}
    for region, sector, year, fte in funded.select("region", "sector", "year", "fte").iter_rows():
        if region in latest:
            by_year = given.setdefault((region, sector), {})
            by_year[year] = by_year.get(year, 0.0) + fte
    of_now = {region for (region, _), by_year in given.items() if latest[region] in by_year}
    unfilled: dict[tuple[str, ...], float] = {}
    if shortage is not None:
        here = shortage.filter(pl.col("line") == OPEN).select(*POST, "fte")
        unfilled = {row[:3]: row[3] for row in here.iter_rows()}
    told = {codes[:2] for codes in unfilled}
    now: dict[Post, float] = {}
    total: dict[Pair, float] = {}
    for post in posts:
        if post.region in of_now:
            at = post[:2]
            missing = unfilled.get(post[:3], 0.0) if at in told else post.fte * _odds(post.sector)
            now[post] = post.fte + missing
            total[at] = total.get(at, 0.0) + now[post]
    grown: dict[Pair, list[tuple[int, float]]] = {}
    for at in total:
        by_year, coin = given.get(at, {}), coins(keys[at[0]], "funded")
        for year in sorted(one for one in by_year if one > latest[at[0]]):
            change = round((by_year[year] - by_year.get(latest[at[0]], 0.0)) * HUNDREDTHS)
            shown = round_alone(change, coin, at[1], base=base * HUNDREDTHS) / HUNDREDTHS
            grown.setdefault(at, []).append((year, 1.0 + shown / total[at]))
    rows = [
        (*post[:3], year, fte * growth) for post, fte in now.items()
        for year, growth in ((post.year, 1.0), *grown.get(post[:2], ()))
    ]  # fmt: skip
    return pl.DataFrame([row for row in rows if row[-1] > 0], schema=KINDS, orient="row")


def fte_in_post_rows(
    table: pl.DataFrame, staffed: set[str], keys: Keys, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Make the table ``fte_in_post`` of places without staff by age, in their latest year.

    Where a place has staff, its FTE are those made of the persons shown.
    """
    there = pl.col("region").is_in(list(keys.keys() - staffed))
    every = trees(table.filter(there & (pl.col("fte") > 0)), "fte", ["region", "year"], A_PATH)
    latest: dict[str, int] = dict(every.keys())
    rows = [
        (region, sector, code, year, count) for (region, year), tree in every.items()
        if latest[region] == year
        for (sector, _, code), count in round_tree(
            tree, coins(keys[region], "fte_in_post"), base=base * HUNDREDTHS).items()
    ]  # fmt: skip
    return counted(rows, [*POST, "year", "fte"])
