"""The staff, person by person: who leaves, moves, changes occupation and arrives in each year."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample.geography import BASE_YEAR, CODES, FIRST_YEAR, MUNICIPALITIES
from tools.sample.occupations import BY_CODE, POSTS, SECTOR_CODES
from tools.sample.positions import position_size
from tools.sample.staff_rates import (
    CAUSES,
    CHANGES,
    ORIGIN_SHARE,
    STAFF_AGES,
    STAY_IN_COUNTY,
    arrival_shares,
    exit_hazards,
)

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

BURN_IN = 45
"""Years run before the first observed one, so that the ages settle."""
SECTOR_OF_POST = np.array([SECTOR_CODES.index(sector) for sector, _ in POSTS])
OCCUPATION_OF_POST = np.array([occupation for _, occupation in POSTS])
RETIRED, MOVED = CAUSES.index("retired"), CAUSES.index("moved_municipality")
OTHER_MUNICIPALITY = 1


@dataclass(frozen=True)
class People:
    """Persons in post, one place in each array per person."""

    place: Counts
    """Place of the municipality in the list of municipalities."""
    post: Counts
    """Place of the sector and occupation in the list of posts."""
    sex: Counts
    """0 female, 1 male."""
    age: Counts
    """Completed years on 1 January."""
    rank: Array
    """Kept for life; decides the size of the post a person holds."""

    def part(self, which: NDArray[np.generic]) -> "People":
        """Those picked by a mask or by places, in order."""
        return People(*(getattr(self, f)[which] for f in self.__dataclass_fields__))


@dataclass(frozen=True)
class Year:
    """What happened to the staff in a calendar year."""

    year: int
    stock: People
    cause: Counts
    """Place of the cause for each person of the stock, -1 for those who stay."""
    within: NDArray[np.bool_]
    """Persons of the stock who move to another municipality in the county."""
    lived: Array
    """Part of the year in the post. [person-years]"""
    new_post: Counts
    """Post of each person of the stock at the end of the year."""
    arrivals: People
    origin: Counts
    """Place of the origin for each arrival."""
    from_county: NDArray[np.bool_]


def simulate_staff(
    wanted: dict[int, Array], rng: np.random.Generator
) -> tuple[list[People], list[Year]]:
    """Stocks on each observed 1 January and the flows of the years between.

    Parameters
    ----------
    wanted
        Year to shape (12, posts): persons that the municipality keeps in the post.
    rng
        Random numbers.

    Returns
    -------
    tuple
        Eight stocks (the first and the last observed year included) and seven years.
    """
    arriving = arrival_shares()
    rounding = rng.random(wanted[FIRST_YEAR].shape)
    stock = _first_staff(wanted[FIRST_YEAR], rng)
    stocks, years = [], []
    for year in range(FIRST_YEAR - BURN_IN, BASE_YEAR):
        target = _whole(wanted[max(year + 1, FIRST_YEAR)], rounding)
        step = _one_year(stock, year, target, arriving, rng)
        if year >= FIRST_YEAR:
            stocks.append(stock)
            years.append(step)
        stock = _after(step)
    return [*stocks, stock], years


def _whole(wanted: Array, rounding: Array) -> Counts:
    """Whole persons to keep in each post; a sector that serves somebody has one at least."""
    target = np.floor(wanted + rounding).astype(np.int64)
    for sector in range(len(SECTOR_CODES)):
        posts = np.flatnonzero(np.equal(SECTOR_OF_POST, sector))
        empty = target[:, posts].sum(axis=1) == 0
        target[empty, posts[wanted[:, posts].argmax(axis=1)[empty]]] = 1
    return target


def _first_staff(wanted: Array, rng: np.random.Generator) -> People:
    number = rng.poisson(wanted)
    place, post = (np.repeat(x.ravel(), number.ravel()) for x in np.indices(number.shape))
    age = rng.integers(25, 62, size=place.size)
    return People(place, post, _sex(post, rng), age, rng.random(place.size))


def _sex(post: Counts, rng: np.random.Generator) -> Counts:
    women = np.array([BY_CODE[code].women for code in OCCUPATION_OF_POST])
    return np.asarray(rng.random(post.size) >= women[post], dtype=np.int64)


def _one_year(
    stock: People, year: int, target: Counts, arriving: Array, rng: np.random.Generator
) -> Year:
    cause, lived = _exits(stock, year, rng)
    moving = cause == MOVED
    within = moving & (rng.random(cause.size) < STAY_IN_COUNTY)
    new_post = _changes(stock, cause, rng)
    stays = cause < 0
    vacant = target.copy()
    np.add.at(vacant, (stock.place[stays], new_post[stays]), -1)
    vacant = np.maximum(vacant, 0)
    movers = _movers(stock.part(within), rng)
    fit = _fit(movers, vacant)
    within[np.flatnonzero(within)[~fit]] = False
    movers = movers.part(fit)
    np.add.at(vacant, (movers.place, movers.post), -1)
    recruits, origin = _recruits(vacant, arriving, rng)
    parts = zip(movers.__dict__.values(), recruits.__dict__.values(), strict=True)
    return Year(
        year,
        stock,
        cause,
        within,
        lived,
        new_post,
        People(*(np.concatenate(pair) for pair in parts)),
        np.concatenate([np.full(movers.age.size, OTHER_MUNICIPALITY), origin]),
        np.arange(movers.age.size + origin.size) < movers.age.size,
    )


def _exits(stock: People, year: int, rng: np.random.Generator) -> tuple[Counts, Array]:
    """Cause of exit and time lived in the post under competing constant hazards."""
    hazards = exit_hazards(year)[stock.post, stock.age - STAFF_AGES[0]]
    total = hazards.sum(axis=1)
    waiting = rng.exponential(1.0 / total)
    # Nobody is older than the oldest staff age on the next 1 January.
    oldest = stock.age == STAFF_AGES[-1]
    waiting = np.where(oldest, rng.random(total.size), waiting)
    picked = rng.random(total.size)[:, None] * total[:, None] > np.cumsum(hazards, axis=1)
    cause = np.where(waiting < 1.0, picked.sum(axis=1), -1)
    cause = np.where(oldest, RETIRED, cause)
    return cause, np.minimum(waiting, 1.0)


def _changes(stock: People, cause: Counts, rng: np.random.Generator) -> Counts:
    """Post at the end of the year: those who stay may change occupation in the sector."""
    new_post = stock.post.copy()
    draw = rng.random(stock.post.size)
    used = np.zeros(stock.post.size)
    for (sector, old, new), chance in CHANGES.items():
        able = (stock.post == POSTS.index((sector, old))) & (cause < 0) & (stock.age < 55)
        moves = able & (draw >= used) & (draw < used + chance)
        new_post[moves] = POSTS.index((sector, new))
        used[able] += chance
    return new_post


def _movers(leaving: People, rng: np.random.Generator) -> People:
    """Those who move within the county, in the municipality they come to, a year older."""
    sizes = np.array([m.inhabitants for m in MUNICIPALITIES], dtype=float)
    near = np.array([[n.code in m.neighbours for n in MUNICIPALITIES] for m in MUNICIPALITIES])
    weight = np.sqrt(sizes) * np.where(near, 3.0, 1.0)
    np.fill_diagonal(weight, 0.0)
    ladder = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
    draw = rng.random(leaving.place.size)[:, None]
    place = np.minimum((draw > ladder[leaving.place]).sum(axis=1), len(CODES) - 1)
    return replace(leaving, place=place, age=leaving.age + 1)


def _fit(movers: People, vacant: Counts) -> NDArray[np.bool_]:
    """Whether a vacant post waits for each mover; those for whom none does leave the county."""
    post = movers.place * len(POSTS) + movers.post
    order = np.argsort(post, kind="stable")
    before = np.empty_like(order)
    before[order] = np.arange(post.size) - np.searchsorted(post[order], post[order])
    return np.asarray(before < vacant.ravel()[post])


def _recruits(vacant: Counts, arriving: Array, rng: np.random.Generator) -> tuple[People, Counts]:
    """Recruits to vacant posts by origin, at the age they have on the next 1 January."""
    place, post = (np.repeat(x.ravel(), vacant.ravel()) for x in np.indices(vacant.shape))
    shares = np.array([ORIGIN_SHARE[BY_CODE[code].qualification] for code in OCCUPATION_OF_POST])
    ladder = np.cumsum(shares, axis=1)
    origin = np.minimum((rng.random(post.size)[:, None] > ladder[post]).sum(axis=1), 4)
    ages = np.cumsum(arriving, axis=2)[post, origin]
    step = (rng.random(post.size)[:, None] > ages).sum(axis=1)
    age = STAFF_AGES[np.minimum(step, STAFF_AGES.size - 1)]
    return People(place, post, _sex(post, rng), age, rng.random(post.size)), origin


def _after(step: Year) -> People:
    stays = step.cause < 0
    kept = replace(step.stock, post=step.new_post, age=step.stock.age + 1).part(stays)
    pairs = zip(kept.__dict__.values(), step.arrivals.__dict__.values(), strict=True)
    return People(*(np.concatenate(pair) for pair in pairs))


def staff_table(stocks: list[People]) -> pl.DataFrame:
    """Table `staff`: persons and FTE of the cells that hold anyone.

    Parameters
    ----------
    stocks
        One per observed year.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, sex, age, year, persons, fte.
    """
    parts = [
        labelled(stock).with_columns(
            year=pl.lit(year, dtype=pl.Int64),
            fte=position_size(stock.post, stock.age, stock.rank),
        )
        for year, stock in zip(range(FIRST_YEAR, BASE_YEAR + 1), stocks, strict=True)
    ]
    keys = ["region", "sector", "occupation", "sex", "age", "year"]
    return (
        pl.concat(parts)
        .group_by(keys)
        .agg(persons=pl.len().cast(pl.Int64), fte=pl.col("fte").sum().round(2))
        .sort(keys)
    )


def part_time_table(stock: People) -> pl.DataFrame:
    """Table `part_time` in the base year; nobody has asked them what they want.

    Parameters
    ----------
    stock
        Of the base year.

    Returns
    -------
    pl.DataFrame
        region, sector, year, part_timers.
    """
    part = position_size(stock.post, stock.age, stock.rank) < 1.0
    return (
        labelled(stock)
        .with_columns(part=pl.Series(part))
        .group_by("region", "sector")
        .agg(part_timers=pl.col("part").sum().cast(pl.Int64))
        .select("region", "sector", pl.lit(BASE_YEAR, dtype=pl.Int64).alias("year"), "part_timers")
        .sort("region", "sector")
    )


def labelled(people: People) -> pl.DataFrame:
    """Persons with the codes of their municipality, sector, occupation and sex.

    Parameters
    ----------
    people
        Persons in post.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, sex, age; one row per person.
    """
    return pl.DataFrame(
        {
            "region": pl.Series(CODES).gather(people.place),
            "sector": pl.Series(SECTOR_CODES).gather(SECTOR_OF_POST[people.post]),
            "occupation": pl.Series(OCCUPATION_OF_POST.tolist()).gather(people.post),
            "sex": pl.Series(["female", "male"]).gather(people.sex),
            "age": people.age,
        }
    )
