"""Rows of exits and recruits, made of what is shown of them and of national patterns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.flows import CAME, LEFT, PERIOD, TOLD, YOUNG, ShownFlows
from workforce.disclosure.inside import (
    EVERY_AGE,
    Posts,
    Under,
    by_codes,
    in_years,
    inside,
    laid_out,
    numbered,
    whole_of,
)
from workforce.disclosure.national import (
    AGES,
    EXITS,
    ORIGINS,
    Flags,
    Numbered,
    Patterns,
    national,
    patterns,
)
from workforce.disclosure.stocks import Place, ShownStaff

RETIRING = 56
"""Age from which every age has rows of its own: rates change from one to the next."""
LEAST_PROFILE = 0.001
"""Share of recruits below which an age is left out."""
ROUNDS = 12
"""Rounds in which the level of the rates is found."""
MISSED = 15.0
"""Persons by which an occupation misses its balance, as people move between occupations, at which
the recruits told of it count as much as those that the stocks ask for."""
FITS = 6
"""Rounds of fitting to two divisions that sum to the same."""
MOST_TIMES = 2.0
"""Most that the level rises in a round, where more are shown to leave than there are."""
CAUSES, FROM = sorted(EXITS), sorted(ORIGINS)
FLOWS = sorted((*EXITS, *ORIGINS))
SEX = EVERY_AGE // PERIOD % 2
"""Sex with which those who left at an age stand."""
WAY = (EVERY_AGE >= YOUNG).astype(np.intp)
"""Whether recruits of an age are young or older ones, as in `CAME`."""


class Move(NamedTuple):
    """Persons who left or came of a post in a period, whose first year is that of three fixed."""

    under: Under
    first: int
    flow: str
    persons: float


@dataclass(frozen=True, eq=False)
class Periods:
    """Who left and came of each post of a sector in a period, sorted by region and first year.

    ``stock`` is that of all its years, ``length`` how many these are.
    """

    under: list[Under]
    first: Numbered
    stock: Numbers
    length: Numbered
    exits: Numbers
    recruits: Numbers

    def sector(self) -> list[tuple[str, str]]:
        """Region and sector of each."""
        return [one[:2] for one in self.under]

    def key(self) -> Numbered:
        """Give sectors and periods a number."""
        return numbered(zip(self.sector(), self.first.tolist(), strict=True))

    def turn(self) -> Numbered:
        """Which third of the ages stands for all in a period."""
        turn: Numbered = self.first // PERIOD % PERIOD
        return turn


def flow_rows(shown: ShownFlows, staff: ShownStaff, occupations: pl.DataFrame) -> pl.DataFrame:
    """Make the table ``staff_flows`` of a folder from what is shown.

    As many leave as are shown; in a period of a sector that is not told as in those that are, per
    person employed. As many come as the stocks shown ask for: those at the end, less those at the
    beginning, and those who left, so that of roundings of many years no more is left than that of
    the first stock and of the last. Of an occupation by itself, between which and others people
    move, the more of those told the farther these lie from its balance.

    Exposure is what the stock shown of each year lives, spread as the staff of the latest year.
    Exits are spread over it by the national rates, recruits over occupations as those who leave,
    over sexes and ages by national patterns, with as many young ones as are shown. Each age stands
    in one year of a period, with all its years' exposure and moves, and for exits with one sex.
    """
    moves = [
        Move((region, sector, post), first // PERIOD * PERIOD, flow, persons)
        for region, first, sector, _, flow, post, persons in shown.moves.iter_rows()
    ]
    pattern = patterns(occupations)
    posts = _posts(moves, staff)
    periods = _periods(moves, shown, staff, posts)
    posts = _aged(shown, staff, posts, periods, pattern)
    # Each post of a sector that is an occupation, in each period.
    at = {one: i for i, one in enumerate(zip(periods.under, periods.first.tolist(), strict=True))}
    firsts = sorted(set(periods.first.tolist()))
    pairs = [
        (i, at[one, first]) for i, one in enumerate(posts.under()) for first in firsts
        if (one, first) in at
    ]  # fmt: skip
    post, period = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    row = pattern.rows(code for *_, code in posts.codes)[post]
    part = _parts(posts)[post, periods.turn()[period]]
    rates = np.where((part > 0)[..., None], pattern.leaving[row], 0.0)
    lived = _lived(periods.stock[period, None] * part, rates.sum(2), period, periods.exits)
    leaving = lived[..., None] * rates
    left = _left(moves, periods, leaving, rates > 0, period)
    came, told = _came(moves, periods, leaving, pattern.sexes[row], period)
    told &= (rates.sum((1, 2)) > 0)[:, None, None, None]
    rows = []
    for flows, whole, there in ((CAUSES, left, left > 0), (FROM, came, told)):
        cell, sex, age, flow = np.nonzero(there)
        one = period[cell]
        turned = EVERY_AGE[age] // (1 if flows is CAUSES else PERIOD)
        year = periods.first[one] + turned % periods.length[one]
        alive = (sex == SEX[age]) & (
            year == periods.first[one] + EVERY_AGE[age] % periods.length[one]
        )
        named = np.array([FLOWS.index(name) for name in flows])[flow]
        rows.append((post[cell], sex, age, year, named, whole[cell, sex, age, flow],
                     np.where(alive, lived[cell, age], 0.0)))  # fmt: skip
    found = [np.concatenate(both) for both in zip(*rows, strict=True)]
    place = np.zeros(len(found[0]), dtype=np.int64)
    for column in found[:5]:
        place = place * (column.max(initial=0) + 1) + column
    order = np.argsort(place, kind="stable")
    post, sex, age, year, flow, persons, exposure = (column[order] for column in found)
    return laid_out(posts, post, sex, age).with_columns(
        year=year, flow=pl.Series(FLOWS)[flow], persons=persons, exposure=exposure
    )


def _posts(moves: Sequence[Move], staff: ShownStaff) -> Posts:
    """Occupations of the sectors that are told."""
    named = {move.under for move in moves}
    sectors = {one[:2] for one in named}
    cells = sorted(row for row in staff.cells.drop("group").iter_rows() if row[:2] in sectors)
    own = [post if (*sector, post) in named else "" for *sector, post, _ in cells]
    return Posts([row[:3] for row in cells], own, np.array([row[3] for row in cells]), np.empty(0))


def _sums(
    moves: Sequence[Move], flows: Sequence[str], depth: int
) -> dict[tuple[str, ...], Numbers]:
    """Persons of some flows by the first codes of their posts, over all periods that are told."""
    found: dict[tuple[str, ...], Numbers] = {}
    for move in moves:
        if move.flow in flows:
            of_post = found.setdefault(move.under[:depth], np.zeros(len(flows)))
            of_post[flows.index(move.flow)] += move.persons
    return found


def _shares(
    moves: Sequence[Move], flows: Sequence[str], keys: Sequence[tuple[str, ...]]
) -> Numbers:
    """Part of each flow of some, over all periods that are told; nan of keys that have none."""
    known = _sums(moves, flows, len(keys[0])) if keys else {}
    unknown = np.full(len(flows), np.nan)
    found = [known[key] / known[key].sum() if key in known else unknown for key in keys]
    return np.array(found).reshape(len(keys), len(flows))


def _periods(moves: Sequence[Move], shown: ShownFlows, staff: ShownStaff, posts: Posts) -> Periods:
    """Sum up who left and came in each period, with those that are not told."""
    stocks = _stocks(staff, posts)
    latest = staff.latest()
    told: set[tuple[str, str, int]] = {
        (region, sector, year)
        for region, first, sector, years in set(shown.moves.select(TOLD).iter_rows())
        for year in range(first, first + years)
    }  # fmt: skip
    years: dict[str, list[int]] = {}
    for region, year in shown.years.select("region", "year").iter_rows():
        if year < latest.get(region, 0):
            years.setdefault(region, []).append(year)
    # Stock, years, stock that is not told, change.
    found: dict[tuple[str, int, str, str], list[float]] = {}
    known: dict[Under, float] = dict.fromkeys(stocks, 0.0)
    for (region, sector, post), by_year in stocks.items():
        for year in years.get(region, ()):
            sums = found.setdefault((region, year // PERIOD * PERIOD, sector, post), [0.0] * 4)
            now = by_year.get(year, 0.0)
            is_told = (region, sector, year) in told
            of_year = (now, 1, 0.0 if is_told else now, by_year.get(year + 1, 0.0) - now)
            sums[:] = [a + b for a, b in zip(sums, of_year, strict=True)]
            known[region, sector, post] += now if is_told else 0.0
    keys = sorted(found)
    stock, length, missing, change = np.array([found[key] for key in keys]).reshape(-1, 4).T
    under = [(region, sector, post) for region, _, sector, post in keys]
    own: dict[tuple[Under, int, bool], float] = {}
    for move in moves:
        if move.flow in (LEFT, *CAME):
            of = (move.under, move.first, move.flow == LEFT)
            own[of] = own.get(of, 0.0) + move.persons
    over = np.array([known[one] for one in under])
    part = np.divide(missing, over, out=np.zeros_like(over), where=over > 0)

    def moved(*flows: str) -> Numbers:
        every = _sums(moves, flows, 3)
        none = np.zeros(1)
        return np.array([
            own.get((one, key[1], flows == (LEFT,)), 0.0) + every.get(one, none).sum() * missed
            for one, key, missed in zip(under, keys, part, strict=True)
        ])  # fmt: skip

    exits, recruits = moved(LEFT), moved(*CAME)
    asked = change + exits
    balance = np.maximum(asked, 0.0)
    missed = whole_of(recruits - balance, numbered(under)) ** 2
    recruits = balance + missed / (missed + MISSED**2) * (recruits - balance)
    key = numbered(one[:3] for one in keys)
    came = whole_of(recruits, key)
    recruits = recruits * np.maximum(whole_of(asked, key), 0.0)
    recruits = np.divide(recruits, came, out=np.zeros_like(came), where=came > 0)
    first = np.array([one[1] for one in keys], dtype=np.intp)
    return Periods(under, first, stock, length.astype(np.intp), exits, recruits)


def _stocks(staff: ShownStaff, posts: Posts) -> dict[Under, dict[int, float]]:
    """Persons shown of each post by year; of one that was small, its part of the sector."""
    under = posts.under()
    part = whole_of(posts.persons, numbered(under)) / whole_of(
        posts.persons, numbered(posts.sectors())
    )
    in_sector: dict[tuple[str, str], dict[str, float]] = {}
    for (region, sector, own), of_post in zip(under, part.tolist(), strict=True):
        in_sector.setdefault((region, sector), {})[own] = of_post
    large = by_codes(staff.large)
    found: dict[Under, dict[int, float]] = {}
    for region, year, sector, whole in staff.sectors.iter_rows():
        rest = whole
        for own, of_post in sorted(in_sector.get((region, sector), {}).items()):
            if own:
                stock = large.get((region, year, sector, own), whole * of_post)
                found.setdefault((region, sector, own), {})[year] = stock
                rest -= stock
        if "" in in_sector.get((region, sector), {}):
            found.setdefault((region, sector, ""), {})[year] = max(rest, 0.0)
    return found


def _aged(
    shown: ShownFlows, staff: ShownStaff, posts: Posts, periods: Periods, pattern: Patterns
) -> Posts:
    """Spread each post over occupations and ages as it was in the years of the flows together."""
    stock: dict[Under, float] = {}
    for one, of_period in zip(periods.under, periods.stock.tolist(), strict=True):
        stock[one] = stock.get(one, 0.0) + of_period
    under = posts.under()
    of_post = posts.persons / whole_of(posts.persons, numbered(under))
    kept = [i for i, one in enumerate(under) if stock.get(one, 0.0) > 0]
    years = set(shown.years.iter_rows())
    bands, aged = (in_years(table, years) for table in (staff.bands, staff.aged))
    # Of the years in which an occupation was small its ages are as in the others.
    known: dict[Place, float] = {}
    for codes, n in aged.items():
        known[codes[:3]] = known.get(codes[:3], 0.0) + n
    aged = {
        codes: n / known[codes[:3]] * stock[codes[0], codes[1], codes[2]]
        for codes, n in aged.items() if codes[:3] in stock
    }  # fmt: skip
    persons = np.array([stock[under[i]] for i in kept]) * of_post[kept]
    return inside([posts.codes[i] for i in kept], [posts.own[i] for i in kept], persons,
                  bands, aged, pattern)  # fmt: skip


def _parts(posts: Posts) -> Numbers:
    """Part of each occupation and age of the posts of a sector [post, turn, age].

    Before people retire a third of the ages stands for all in a period.
    """
    at_age = posts.aged.sum(1)
    parts = np.zeros((len(at_age), PERIOD, len(EVERY_AGE)))
    for turn in range(PERIOD):
        for age in EVERY_AGE.tolist():
            stands = age if age >= RETIRING else max(age + (turn - age + 1) % PERIOD - 1, AGES[0])
            parts[:, turn, stands - AGES[0]] += at_age[:, age - AGES[0]]
    under = numbered(posts.under())
    return parts / whole_of(at_age.sum(1), under)[:, None, None]


def _lived(stock: Numbers, rate: Numbers, whole: Numbered, asked: Numbers) -> Numbers:
    """Person-years that stocks live in a year when a multiple of the rates has so many leave.

    With s persons and the rate h there are s (1 - exp(-h)) exits in s (1 - exp(-h)) / h years.
    """
    times: Numbers = np.ones_like(stock)
    exits = asked[whole]
    for _ in range(ROUNDS):
        left = whole_of((stock * -np.expm1(-rate * times)).sum(1), whole)
        more = np.divide(exits, left, out=np.zeros_like(left), where=left > 0)
        times = times * np.minimum(more, MOST_TIMES)[:, None]
    hazard = rate * times
    # Where nobody leaves everybody stays the year.
    part = np.divide(-np.expm1(-hazard), hazard, out=np.ones_like(hazard), where=hazard > 0)
    lived: Numbers = stock * part
    return lived


def _left(
    moves: Sequence[Move], periods: Periods, leaving: Numbers, there: Flags, period: Numbered
) -> Numbers:
    """Persons who left [post in a period, sex, age, cause of `CAUSES`]."""
    usual, known = np.zeros((2, len(periods.under), len(CAUSES)))
    np.add.at(usual, period, leaving.sum(1))
    np.add.at(known, period, there.sum(1))
    shares = _shares(moves, CAUSES, periods.sector())
    total = _fitted(usual, known > 0, periods.exits, shares, periods.key())[period]
    among = usual[period, None]
    each = np.divide(leaving, among, out=np.zeros_like(leaving), where=there & (among > 0))
    by_sex: Numbers = (total[:, None] * each)[:, None] * (SEX == [[0], [1]])[None, :, :, None]
    return by_sex


def _came(
    moves: Sequence[Move], periods: Periods, leaving: Numbers, sexes: Numbers, period: Numbered
) -> tuple[Numbers, Flags]:
    """Persons who came [post in a period, sex, age, origin of `FROM`], and which have a row."""
    share, of_way = _profile()
    usual = np.stack([share[:, way == WAY].sum(1) for way in range(len(CAME))], axis=1)
    ways = _shares(moves, CAME, periods.under)
    ways = np.where(np.isnan(ways), _shares(moves, CAME, periods.sector()), ways)
    turn, origins = periods.turn(), _shares(moves, FROM, periods.sector())
    whole = (periods.recruits[:, None] * np.nan_to_num(ways)).ravel()
    both = np.repeat(np.arange(len(turn)), len(CAME))
    start = usual[turn].reshape(len(both), len(FROM))
    total = _fitted(start, start > 0, whole, origins[both], periods.key()[both])
    by_age = total.reshape(len(turn), len(CAME), len(FROM))[:, WAY]
    who = leaving.sum((1, 2))
    among = np.bincount(period, who, len(turn))[period]
    part = np.divide(who, among, out=np.zeros_like(who), where=among > 0)
    weight = part[:, None, None] * of_way[turn[period]]
    told = ((by_age > 0) & (share[turn] > 0))[period, None]
    by_sex = by_age[period, None] * (weight[:, None] * sexes[:, :, None, None])
    return by_sex, np.broadcast_to(told, by_sex.shape).copy()


def _fitted(
    usual: Numbers, there: Flags, whole: Numbers, shares: Numbers, key: Numbered
) -> Numbers:
    """Divide what each row sums to (``whole``) so that flows have their shares of the sector.

    Starts from ``usual``; rows and flows that are not ``there`` have nobody.
    """
    total: Numbers = np.where(there, usual, 0.0)
    of_key = whole_of(np.where(there.any(1), whole, 0.0), key)
    asked = np.nan_to_num(shares) * of_key[:, None]
    flow = key[:, None] * total.shape[1] + np.arange(total.shape[1])
    for _ in range(FITS):
        for goal, over in ((asked, flow), (whole[:, None], np.arange(len(key))[:, None])):
            group = np.broadcast_to(over, total.shape).ravel()
            of_group = whole_of(total.ravel(), group).reshape(total.shape)
            total = np.divide(total * goal, of_group, out=np.zeros_like(total), where=of_group > 0)
    return total


@cache
def _profile() -> tuple[Numbers, Numbers]:
    """Spread of recruits over ages by origin, a third of the ages at a time [turn, age, origin].

    Of all, and of those who are as young; without the ages at which hardly any come.
    """
    share = np.zeros((PERIOD, len(EVERY_AGE), len(FROM)))
    rows = national("inflow_profile").select("origin", "age", "share")
    for origin, age, of_age in rows.filter(pl.col("share") >= LEAST_PROFILE).iter_rows():
        share[-age % PERIOD, age - AGES[0], FROM.index(origin)] = of_age
    of_way = np.zeros_like(share)
    for way in range(len(CAME)):
        whole = share[:, way == WAY].sum(1, keepdims=True)
        of_way[:, way == WAY] = share[:, way == WAY] / np.where(whole > 0, whole, 1.0)
    return share, of_way
