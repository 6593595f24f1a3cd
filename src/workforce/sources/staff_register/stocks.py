"""Count the staff on 1 January: heads once by the main position, FTE where the work is done."""

import polars as pl

from workforce.sources.staff_register.doubts import note

POST = ["region", "year", "sector", "occupation"]
FULL_POST = 0.995
"""Less of a post than this is part time: shares are written with two decimals."""
CELL = ["region", "sector", "occupation", "sex", "age", "year"]


def main_positions(rows: pl.DataFrame) -> pl.DataFrame:
    """Find the main position of each person in each region and year.

    It is the one with the most FTE; among equals the greater agreed share, then the oldest, then
    the first by sector and occupation.
    """
    key = ["person", "region", "year"]
    several = pl.len().over(key) > 1
    rows = rows.with_columns(several=several)
    chosen = (
        rows.filter("several")
        .sort(
            "fte",
            "agreed",
            "start",
            "sector",
            "occupation",
            descending=[True, True, False, False, False],
            nulls_last=True,
        )
        .unique(key, keep="first", maintain_order=True)
    )
    # Most have one position only, and need not be sorted.
    return pl.concat([rows.filter(~pl.col("several")), chosen]).drop("several")


def staff_table(rows: pl.DataFrame, heads: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Table `staff`: each person once, FTE of every position.

    Heads are not additive over posts, so a person is counted at the main position only. The FTE
    of a second position stands at its own post; where nobody of that sex and age has a main
    position there, with the nearest age in the post, and where nobody has, with the main position.
    """
    persons = heads.group_by(CELL).agg(persons=pl.len().cast(pl.Int64))
    home = heads.select(
        "person", "region", "year", home_sector="sector", home_occupation="occupation"
    )
    there = persons.select(CELL)
    cells = rows.group_by(CELL).agg(pl.col("fte").sum())
    own = cells.join(there, on=CELL, how="semi")
    rest = (
        rows.select("file", "row", "person", *CELL, "fte")
        .join(cells.join(there, on=CELL, how="anti"), on=CELL, how="semi")
        .filter(pl.col("fte") > 0)
        .join(home, on=["person", "region", "year"])
    )
    same_sex = _nearest(rest, there, [*POST, "sex"])
    any_sex = _nearest(same_sex.filter(pl.col("to_age").is_null()), there, POST)
    found = pl.col("to_age").is_not_null()
    moved = [
        part.filter(found).with_columns(age="to_age", sex="to_sex") for part in (same_sex, any_sex)
    ]
    homeless = any_sex.filter(~found).with_columns(
        sector="home_sector", occupation="home_occupation"
    )
    fte = (
        pl.concat([part.select(*CELL, "fte") for part in (own, *moved, homeless)])
        .group_by(CELL)
        .agg(pl.col("fte").sum())
    )
    table = persons.join(fte, on=CELL, how="left").with_columns(
        pl.col("fte").fill_null(0.0).round(6)
    )
    return table.select(*CELL, "persons", "fte").sort(CELL), [note(rest, "second position moved")]


def part_time_table(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Table `part_time`: who holds less than a full post, by the service of the main position.

    All positions of a person count together; who is paid by the hour holds what those hours are.
    """
    whose = ["person", "region", "year"]
    held = rows.group_by(whose).agg(held=pl.col("agreed").sum())
    part = pl.col("held").is_between(0.0, FULL_POST, closed="none")
    each = heads.select(*whose, "sector").join(held, on=whose)
    place = ["region", "sector", "year"]
    return each.group_by(place).agg(part_timers=part.sum().cast(pl.Int64)).sort(place)


def _nearest(rows: pl.DataFrame, there: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Find the nearest age, and its sex, that has a head in the same post; empty where none has."""
    found = there.sort("age").select(*by, to_age="age", to_sex="sex")
    return (
        rows.drop("to_age", "to_sex", strict=False)
        .sort("age", "row")
        .join_asof(
            found, left_on="age", right_on="to_age", by=by, strategy="nearest", coalesce=False,
            check_sortedness=False,
        )
    )  # fmt: skip
