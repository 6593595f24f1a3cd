"""Packaged national patterns, which stand in for whatever is too small to be told of a place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import workforce
from workforce.contract.arrays import Numbers

BANDS = {"under_35": (0, 34), "35_54": (35, 54), "55_61": (55, 61), "62_plus": (62, 200)}
"""Bands of age of table B, as on the pages. [completed years]"""
AGES = (18, 74)
"""Ages that patterns are laid over. [completed years]"""
WOMEN = 0.77
"""Share of women where the occupation is not in the list: KS, 1 December 2023, municipalities."""
EXITS = ("retired", "left_sector", "moved_municipality", "other")
ORIGINS = ("graduate", "other_municipality", "other_sector", "outside_work", "return")
Numbered = NDArray[np.intp]
Flags = NDArray[np.bool_]
_TEXT = {"limit_group": pl.String, "group": pl.String, "occupation": pl.String,
         "styrk08": pl.String}  # fmt: skip


@cache
def national(table: str) -> pl.DataFrame:
    """Read a table of the national rates that are packaged with the library."""
    package = Path(workforce.__file__).parent
    places = [package.parents[1] / "data" / "national", package / "data" / "national"]
    folder = next(place for place in places if place.is_dir())
    return pl.read_csv(folder / f"{table}.csv", schema_overrides=_TEXT)


@cache
def branches() -> dict[str, str]:
    """Group of each packaged occupation, along which counts are rounded.

    Dental care and culture are rounded with those whose codes are nearest: a branch of their own
    would round people of municipalities with codes alike a second time.
    """
    known = national("occupations").filter(~pl.col("group").is_in(["dental", "culture"]))
    return dict(known.select("occupation", "group").sort("occupation").iter_rows())


@cache
def branch_of(occupation: str) -> str:
    """Group in which an occupation is rounded, by its code alone.

    Of a list of one's own it is that of the packaged occupation whose code begins alike the
    longest, and none where no code begins alike. Were it the group that the list names, another
    list would round the same people a second time.
    """
    known = branches()
    for length in range(len(occupation), 0, -1):
        for code, group in known.items():
            if code.startswith(occupation[:length]):
                return group
    return ""


@cache
def women() -> dict[str, float]:
    """Share of women by occupation, modelled on published levels."""
    table = pl.read_csv(Path(__file__).parent / "women.csv", schema_overrides=_TEXT)
    return dict(table.select("occupation", "women").iter_rows())


SEXES = ("female", "male")


@dataclass(frozen=True, eq=False)
class Patterns:
    """Patterns of the nation by occupation, whose row is in ``at``, and by age of `AGES`.

    ``ages`` is how staff of an occupation would spread if people came, by the mean of the origins'
    profiles, and stayed by its exit rates [occupation, age: sums to 1]. ``leaving`` is exits per
    person-year, by age limit and group [occupation, age, cause of `EXITS` in order of names],
    ``sexes`` the share of each [occupation, sex of `SEXES`].
    """

    at: Mapping[str, int]
    ages: Numbers
    leaving: Numbers
    sexes: Numbers

    def rows(self, occupations: Iterable[str]) -> Numbered:
        """Give the row of each occupation, -1 of one that is not there."""
        return np.array([self.at.get(code, -1) for code in occupations], dtype=np.intp)


def patterns(occupations: pl.DataFrame) -> Patterns:
    """Look the patterns of a list of occupations up; they are made once."""
    names = ("occupation", "limit_group", "group")
    return _patterns(tuple(occupations.select(pl.col(names).cast(pl.String)).iter_rows()))


@lru_cache(maxsize=8)
def _patterns(listed: tuple[tuple[str, str, str], ...]) -> Patterns:
    rates = national("exit_rates").select("limit_group", "group", "age", "cause", "rate")
    by_kind: dict[tuple[str, str], Numbers] = {}
    for (limit, group, age, cause), rate in ((row[:4], row[4]) for row in rates.iter_rows()):
        none = np.zeros((AGES[1] - AGES[0] + 1, len(EXITS)))
        of_kind = by_kind.setdefault((limit, group), none)
        of_kind[age - AGES[0], sorted(EXITS).index(cause)] = rate
    found = {
        code: by_kind.get((limit, group), by_kind.get((limit, "all")))
        for code, limit, group in listed
    }
    known = sorted(code for code, of_code in found.items() if of_code is not None)
    leaving = np.array([found[code] for code in known]).reshape(len(known), *none.shape)
    profile = national("inflow_profile").filter(pl.col("age").is_between(*AGES))
    came = profile.group_by("age").agg(pl.col("share").mean()).sort("age")["share"].to_numpy()
    # Summed over cohorts: who came at any age and has stayed until this one.
    stay = np.exp(np.cumsum(-leaving.sum(2), axis=1))
    weight = np.cumsum(came / stay, axis=1) * stay
    share = np.array([women().get(code, WOMEN) for code in known])
    at = {code: row for row, code in enumerate(known)}
    ages = weight / weight.sum(1, keepdims=True)
    return Patterns(at, ages, leaving, np.stack([share, 1.0 - share], axis=1))


@cache
def position_shares() -> dict[str, Numbers]:
    """FTE per person by sector, at each age of `AGES`; the sector "" is the mean of all."""
    known = national("position_share").sort("sector", "age")
    shares = {code: rows["share"].to_numpy() for (code,), rows in known.group_by("sector")}
    return shares | {"": np.mean([shares[code] for code in sorted(shares)], axis=0)}


@cache
def by_sector(table: str, value: str) -> tuple[dict[str, float], float]:
    """Give a national rate by sector, and its mean, for a sector that is not in the list."""
    rows = national(table)
    if "kind" in rows.columns:
        rows = rows.filter(pl.col("kind") == "total")
    means = rows.group_by("sector").agg(pl.col(value).mean()).sort("sector")
    found = dict(means.iter_rows())
    return found, sum(found.values()) / len(found)
