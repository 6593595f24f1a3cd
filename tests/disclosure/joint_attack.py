"""Least and greatest value of each count of a place, by linear programs over all its tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from workforce.disclosure.flows import CAME, LEFT, PERIOD, YOUNG, ShownFlows
from workforce.disclosure.national import BANDS, EXITS, ORIGINS, branch_of
from workforce.disclosure.stocks import OWN, ShownStaff, band_of

BASE = 5
Name = tuple[str | int, ...]


def with_branch(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the group in which each occupation is rounded, whatever its list says."""
    branch = {code: branch_of(code) for code in rows["occupation"].unique().to_list()}
    return rows.with_columns(group=pl.col("occupation").replace_strict(branch))


def base_sectors(shown: ShownStaff) -> pl.DataFrame:
    """Persons shown by region and sector in the latest year."""
    by = ("region", "sector")
    return shown.cells.group_by(by, maintain_order=True).agg(pl.col("persons").sum())


@dataclass
class System:
    """What is known of the counts of one place: bounds, and sums that lie between two values."""

    bounds: dict[Name, tuple[float, float]] = field(default_factory=dict)
    sums: list[tuple[dict[Name, float], float, float]] = field(default_factory=list)

    def count(self, name: Name, shown: float, *, exact: bool = False) -> None:
        """Add a count that is shown within a base, or exactly."""
        near = 0 if exact else BASE - 1
        self.bounds[name] = (max(0.0, shown - near), shown + near)

    def total(self, names: Iterable[Name], shown: float, *, exact: bool = False) -> None:
        """Add a sum of counts that is shown within a base, or exactly."""
        near = 0 if exact else BASE - 1
        self.sums.append((dict.fromkeys(names, 1.0), shown - near, shown + near))

    def same(self, names: Iterable[Name], whole: Name) -> None:
        """Add that counts sum to another one."""
        self.sums.append((dict.fromkeys(names, 1.0) | {whole: -1.0}, 0.0, 0.0))

    def within(self, names: Iterable[Name], whole: Name) -> None:
        """Add that counts are part of another one."""
        self.sums.append((dict.fromkeys(names, 1.0) | {whole: -1.0}, -1e9, 0.0))

    def values(self, target: Name) -> int:
        """Count the whole values that a count can have."""
        names = {name: place for place, name in enumerate(self.bounds)}
        rows, columns, data, lower, upper = [], [], [], [], []
        for number, (weights, low, high) in enumerate(self.sums):
            rows += [number] * len(weights)
            columns += [names[name] for name in weights]
            data += list(weights.values())
            lower.append(low)
            upper.append(high)
        shape = (len(self.sums), len(names))
        matrix = coo_array((data, (rows, columns)), shape=shape).tocsr()
        both = np.concatenate([np.array(upper), -np.array(lower)])
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(names))
            goal[names[target]] = sign
            found = linprog(
                goal, A_ub=vstack([matrix, -matrix]).tocsr(), b_ub=both,
                bounds=list(self.bounds.values()), method="highs",
            )  # fmt: skip
            assert found.success, found.message
            ends.append(sign * found.fun)
        return floor(ends[1] + 1e-6) - ceil(ends[0] - 1e-6) + 1


def system_of(
    region: str,
    shown: ShownStaff,
    flows: ShownFlows,
    posts: Mapping[str, list[tuple[str, str]]],
    *,
    known: Mapping[Name, float] | None = None,
) -> System:
    """Everything that the tables of a place say together.

    Parameters
    ----------
    region
        The place.
    shown, flows
        From `show_staff` and `show_flows`.
    posts
        Groups and occupations that each sector may have.
    known
        Counts known exactly from elsewhere, or that a weak variant shows, by name.
    """
    system = System()
    here = pl.col("region") == region
    sector_of = told_of(base_sectors(shown).filter(here), "sector")
    last = int(shown.sectors.filter(here)["year"].max())
    cells = told_of(shown.cells.filter(here), "sector", "group", "occupation")
    fte = told_of(shown.fte.filter(here), "sector", value="fte")
    large_fte = told_of(shown.large_fte.filter(here), "sector", "occupation", value="fte")
    for sector, inside in posts.items():
        stock: Name = ("stock", sector, last)
        system.count(stock, sector_of.get((sector,), 0.0))
        if sector_of.get((sector,), 0.0) >= OWN:
            # Nobody holds more than one full post.
            hours = min(fte[(sector,)], sector_of[(sector,)])
            system.sums.append(({stock: 1.0}, hours - 5 + 1e-9, 1e9))
        own: list[Name] = []
        for group in sorted({one for one, _ in inside}):
            names = [("A", sector, group, post) for one, post in inside if one == group]
            for name in names:
                system.count(name, cells.get(name[1:], 0.0))
                hours = min(large_fte.get((sector, name[3]), 0.0), cells.get(name[1:], 0.0))
                system.sums.append(({name: 1.0}, hours - 5 + 1e-9, 1e9))
            system.total(names, sum(cells.get(name[1:], 0.0) for name in names))
            own += names
        system.same(own, stock)
    years = shown.sectors.filter(here)
    groups = {sector: {post: group for group, post in inside} for sector, inside in posts.items()}
    for (year,), rows in years.group_by("year"):
        told = told_of(rows, "sector")
        for sector in posts:
            system.count(("stock", sector, year), told.get((sector,), 0.0))
            add_ages(system, shown, region, sector, year, groups[sector], last)
        system.total([("stock", sector, year) for sector in posts], sum(told.values()))
    for (first, sector, length), rows in flows.moves.filter(here).group_by(
        "first", "sector", "years"
    ):
        add_moves(system, rows, sector, first, length, len(posts[sector]))
    for name, value in (known or {}).items():
        system.sums.append(({name: 1.0}, value, value))
    return system


def told_of(rows: pl.DataFrame, *by: str, value: str = "persons") -> dict[Name, float]:
    return {row[:-1]: row[-1] for row in rows.select(*by, value).rows()}


def add_ages(
    system: System,
    shown: ShownStaff,
    region: str,
    sector: str,
    year: int,
    group: Mapping[str, str],
    last: int,
) -> None:
    """Large occupations of a year, and bands of age of them and of the sector."""
    here = (pl.col("region") == region) & (pl.col("year") == year) & (pl.col("sector") == sector)
    bands = told_of(shown.bands.filter(here), "band")
    large = told_of(shown.large.filter(here), "occupation")
    aged = told_of(shown.aged.filter(here), "occupation", "band")
    stock: Name = ("stock", sector, year)
    for band in BANDS:
        system.count(("B", sector, band, year), bands.get((band,), 0.0))
    system.same([("B", sector, band, year) for band in BANDS], stock)
    for (post,), told in large.items():
        name: Name = ("A", sector, group[post], post) if year == last else ("P", sector, post, year)
        if year < last:
            system.count(name, told)
        inner: list[Name] = [("PB", sector, post, band, year) for band in BANDS]
        for one in inner:
            system.count(one, aged.get((post, one[3]), 0.0))
        system.same(inner, name)
    for band in BANDS:
        # What is left of a band is of the others of the sector, and no less than nobody.
        inner = [("PB", sector, post, band, year) for (post,) in large]
        system.within(inner, ("B", sector, band, year))
    if year < last:
        system.within([("P", sector, post, year) for (post,) in large], stock)


def add_moves(
    system: System, rows: pl.DataFrame, sector: str, first: int, length: int, most: int
) -> None:
    """Exits and recruits of a sector in a period, and their balance with the stocks."""
    ends: list[Name] = []
    for ways, kinds in (((LEFT,), EXITS), (CAME, ORIGINS)):
        whole: Name = ("moves", sector, first, ways[0] + " in all", "")
        by_way: list[Name] = []
        for way in ways:
            told = told_of(rows.filter(pl.col("flow") == way), "post")
            of_way: Name = ("moves", sector, first, way, "all")
            system.count(of_way, sum(told.values()))
            inner: list[Name] = [("moves", sector, first, way, post) for (post,) in told]
            for name in inner:
                system.count(name, told[(name[4],)])
                if name[4] == "":
                    # What is left is a sum of cells that are not told one by one.
                    system.bounds[name] = (0.0, told[("",)] + BASE * most)
            system.same(inner, of_way) if ("",) in told else system.within(inner, of_way)
            by_way.append(of_way)
        shown = told_of(rows.filter(pl.col("flow").is_in(kinds)), "flow")
        by_kind: list[Name] = [("moves", sector, first, kind, "") for kind in kinds]
        for name in by_kind:
            system.count(name, shown.get((name[3],), 0.0))
        system.count(whole, sum(shown.values()))
        system.same(by_way, whole)
        system.same(by_kind, whole)
        ends.append(whole)
    begin, end = ("stock", sector, first), ("stock", sector, first + length)
    system.sums.append(({begin: 1.0, ends[0]: -1.0, ends[1]: 1.0, end: -1.0}, 0.0, 0.0))


def few_of(staff: pl.DataFrame, flows: pl.DataFrame, region: str, system: System) -> list[Name]:
    """Names of the counts of 1 to 4 of a place: posts, bands of age, and moves that are told."""
    here = staff.filter((pl.col("region") == region) & (pl.col("persons") > 0))
    last = here["year"].max()
    here = with_branch(here).with_columns(band=band_of())
    moved = flows.filter((pl.col("region") == region) & (pl.col("persons") > 0)).with_columns(
        pl.col("flow").cast(pl.String), first=pl.col("year") // PERIOD * PERIOD,
        way=pl.when(pl.col("flow").is_in(EXITS)).then(pl.lit(LEFT))
        .when(pl.col("age") < YOUNG).then(pl.lit(CAME[0])).otherwise(pl.lit(CAME[1])),
    )  # fmt: skip
    now = here.filter(pl.col("year") == last)
    found = [
        *(("A", *row) for row in few(now, "sector", "group", "occupation")),
        *(("B", *row) for row in few(here, "sector", "band", "year")),
        *(("PB", *row) for row in few(here, "sector", "occupation", "band", "year")),
        *(("moves", *row, "") for row in few(moved, "sector", "first", "flow")),
        *(("moves", *row, "all") for row in few(moved, "sector", "first", "way")),
        *(("moves", *row) for row in few(moved, "sector", "first", "way", "occupation")),
    ]
    return [name for name in found if name in system.bounds]


def few(rows: pl.DataFrame, *by: str) -> list[Name]:
    counts = rows.group_by(by).agg(pl.col("persons").sum()).sort(by)
    return counts.filter(pl.col("persons").is_between(1, BASE - 1)).drop("persons").rows()
