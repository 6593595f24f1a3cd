"""Least and greatest value of each count of a place, by linear programs over all its tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from workforce.disclosure.flows import PERIOD
from workforce.disclosure.national import BANDS, EXITS, ORIGINS
from workforce.disclosure.stocks import OWN, ShownStaff, band_of

BASE = 5
Name = tuple[str | int, ...]


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
    flows: pl.DataFrame,
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
    sector_of: dict[str, float] = dict(
        shown.base_sectors().filter(pl.col("region") == region).select("sector", "persons").rows()
    )
    last = int(shown.sectors.filter(pl.col("region") == region)["year"].max())
    cells = {row[1:4]: row[4] for row in shown.cells.rows() if row[0] == region}
    bands = {row[1:3]: row[3] for row in shown.bands.rows() if row[0] == region}
    fte = {row[1]: row[2] for row in shown.fte.rows() if row[0] == region}
    for sector, inside in posts.items():
        stock: Name = ("stock", sector, last)
        system.count(stock, sector_of.get(sector, 0.0))
        if sector_of.get(sector, 0.0) >= OWN:
            # Nobody holds more than one full post.
            system.sums.append(({stock: 1.0}, min(fte[sector], sector_of[sector]) - 5 + 1e-9, 1e9))
        own: list[Name] = []
        for group in sorted({one for one, _ in inside}):
            here = [("A", sector, group, post) for one, post in inside if one == group]
            for name in here:
                system.count(name, cells.get(name[1:], 0.0))
            system.total(here, sum(cells.get(name[1:], 0.0) for name in here))
            own += here
        ages: list[Name] = [("B", sector, band) for band in BANDS]
        for name in ages:
            system.count(name, bands.get(name[1:], 0.0))
        for parts in (own, ages):
            system.sums.append((dict.fromkeys(parts, 1.0) | {stock: -1.0}, 0.0, 0.0))
    system.total([("stock", sector, last) for sector in posts], sum(sector_of.values()))
    for (year,), rows in shown.sectors.filter(
        (pl.col("region") == region) & (pl.col("year") < last)
    ).group_by("year"):
        told = dict(rows.select("sector", "persons").rows())
        for sector in posts:
            system.count(("stock", sector, year), told.get(sector, 0.0))
        system.total([("stock", sector, year) for sector in posts], sum(told.values()))
    for (first, sector, years), rows in flows.filter(pl.col("region") == region).group_by(
        "first", "sector", "years"
    ):
        balance: dict[Name, float] = {
            ("stock", sector, first): 1.0,
            ("stock", sector, first + years): -1.0,
        }
        for kinds, sign in ((EXITS, -1.0), (ORIGINS, 1.0)):
            totals: dict[Name, float] = {}
            for kind in kinds:
                told = dict(rows.filter(pl.col("flow") == kind).select("post", "persons").rows())
                whole: Name = ("moves", sector, first, kind, "all")
                totals[whole] = sum(told.values())
                system.count(whole, totals[whole])
                names: list[Name] = [("moves", sector, first, kind, post) for post in told]
                for name, shown_persons in zip(names, told.values(), strict=True):
                    system.count(name, shown_persons)
                    if name[4] == "":
                        # What is left is a sum of cells that are not told one by one.
                        system.bounds[name] = (0.0, shown_persons + BASE * len(posts[sector]))
                if names:
                    system.sums.append((dict.fromkeys(names, 1.0) | {whole: -1.0}, 0.0, 0.0))
            system.total(totals, sum(totals.values()))
            balance |= dict.fromkeys(totals, sign)
        system.sums.append((balance, 0.0, 0.0))
    for name, value in (known or {}).items():
        system.sums.append(({name: 1.0}, value, value))
    return system


def few_of(
    staff: pl.DataFrame,
    flows: pl.DataFrame,
    occupations: pl.DataFrame,
    region: str,
    told: pl.DataFrame,
) -> list[Name]:
    """Names of the counts of 1 to 4 of a place: posts, bands of age, and moves that are told."""
    here = staff.filter(pl.col("region") == region)
    now = here.filter(pl.col("year") == pl.col("year").max())
    group = occupations.select("occupation", "group")
    few = pl.col("persons").sum().is_between(1, BASE - 1)
    a = now.join(group, on="occupation").group_by("sector", "group", "occupation").agg(few=few)
    b = now.with_columns(band=band_of()).group_by("sector", "band").agg(few=few)
    moved = flows.filter(pl.col("region") == region)
    parts = []
    for years in (1, PERIOD):
        over = moved.with_columns(first=pl.col("year") // years * years)
        here = told.filter((pl.col("region") == region) & (pl.col("years") == years))
        every = over.with_columns(post=pl.lit("all"))
        large = over.rename({"occupation": "post"}).join(
            here, on=["sector", "first", "flow", "post"], how="semi"
        )
        names = ["sector", "first", "flow", "post"]
        for counts in (every, large):
            sums = counts.group_by(names).agg(few=few)
            parts.append(sums.join(here, on=["sector", "first"], how="semi"))
    c = pl.concat(parts)
    return [
        *(("A", *row[:-1]) for row in a.filter("few").sort(a.columns).rows()),
        *(("B", *row[:-1]) for row in b.filter("few").sort(b.columns).rows()),
        *(("moves", *row[:-1]) for row in c.filter("few").sort(c.columns).rows()),
    ]
