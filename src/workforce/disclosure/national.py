"""Packaged national patterns, which stand in for whatever is too small to be told of a place."""

from functools import cache, lru_cache
from pathlib import Path

import polars as pl

import workforce

BANDS = {"under_35": (0, 34), "35_54": (35, 54), "55_61": (55, 61), "62_plus": (62, 200)}
"""Bands of age of table B, as on the pages. [completed years]"""
AGES = (18, 74)
"""Ages that patterns are laid over. [completed years]"""
WOMEN = 0.77
"""Share of women where the occupation is not in the list: KS, 1 December 2023, municipalities."""
EXITS = ("retired", "left_sector", "moved_municipality", "other")
ORIGINS = ("graduate", "other_municipality", "other_sector", "outside_work", "return")
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


Listed = tuple[tuple[str, str, str], ...]
"""Code, limit group and group of each occupation; patterns are kept by it."""


def _listed(occupations: pl.DataFrame) -> Listed:
    names = ("occupation", "limit_group", "group")
    return tuple(occupations.select(pl.col(names).cast(pl.String)).iter_rows())


def exit_rates(occupations: pl.DataFrame) -> pl.DataFrame:
    """Look exits per person-year up by occupation, age and cause: by age limit and group.

    Returns
    -------
    polars.DataFrame
        occupation, age, cause, rate.
    """
    return _exit_rates(_listed(occupations))


@lru_cache(maxsize=8)
def _exit_rates(listed: Listed) -> pl.DataFrame:
    rates = national("exit_rates").select("limit_group", "group", "age", "cause", "rate")
    known = rates.select("limit_group", "group").unique().with_columns(own=pl.lit(True))
    text = dict.fromkeys(("occupation", "limit_group", "group"), pl.String)
    posts = pl.DataFrame(listed, schema=text, orient="row")
    posts = posts.join(known, on=["limit_group", "group"], how="left").with_columns(
        group=pl.when(pl.col("own")).then(pl.col("group")).otherwise(pl.lit("all"))
    )
    return posts.join(rates, on=["limit_group", "group"]).select(
        "occupation", "age", "cause", "rate"
    )


def stationary_ages(occupations: pl.DataFrame) -> pl.DataFrame:
    """How staff of an occupation would spread over ages if people came and left as in the nation.

    Those who come, by the mean of the origins' profiles, stay by the exit rates of the occupation.

    Returns
    -------
    polars.DataFrame
        occupation, age, weight (sums to 1).
    """
    return _stationary_ages(_listed(occupations))


@lru_cache(maxsize=8)
def _stationary_ages(listed: Listed) -> pl.DataFrame:
    came = (
        national("inflow_profile").filter(pl.col("age").is_between(*AGES))
        .group_by("age").agg(came=pl.col("share").mean()).sort("age")
    )  # fmt: skip
    leaving = _exit_rates(listed).group_by("occupation", "age").agg(pl.col("rate").sum())
    rows = leaving.join(came, on="age").sort("occupation", "age")
    # Summed over cohorts: who came at any age and has stayed until this one.
    stay = (-pl.col("rate")).cum_sum().over("occupation").exp()
    rows = rows.with_columns(stay=stay)
    weight = (pl.col("came") / pl.col("stay")).cum_sum().over("occupation") * pl.col("stay")
    return rows.with_columns(weight=weight).select(
        "occupation", "age", weight=pl.col("weight") / pl.col("weight").sum().over("occupation")
    )


@cache
def position_shares() -> pl.DataFrame:
    """FTE per person by sector and age; the sector "" is the mean of all.

    Returns
    -------
    polars.DataFrame
        sector, age, share.
    """
    known = national("position_share").select("sector", "age", "share")
    every = known.group_by("age").agg(pl.col("share").mean()).with_columns(sector=pl.lit(""))
    return pl.concat([known, every.select(known.columns)]).sort("sector", "age")


@cache
def by_sector(table: str, value: str) -> tuple[dict[str, float], float]:
    """Give a national rate by sector, and its mean, for a sector that is not in the list."""
    rows = national(table)
    if "kind" in rows.columns:
        rows = rows.filter(pl.col("kind") == "total")
    means = rows.group_by("sector").agg(pl.col(value).mean()).sort("sector")
    found = dict(means.iter_rows())
    return found, sum(found.values()) / len(found)
