"""Link the rows of one person, in memory only, and settle who is counted on which 1 January."""

from datetime import date

import polars as pl

from workforce.sources.staff_register.doubts import note
from workforce.sources.staff_register.mapping import Mapping

OLDEST, YOUNGEST = 80, 14
FAR_DAYS = 45
FIRST_MONTH_OF_NEXT = 7  # A date from July on is nearer to the next 1 January.
MOST_FTE = 1.2
SHORT_GAP = "3mo"


def number_persons(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Put a number in the place of each identity; nothing keeps which number is whose.

    A number of ten digits among those of eleven has lost a leading zero on its way.
    """
    written = rows.select("identity").unique()
    plain = pl.col("identity").str.replace_all(r"[\s.\-]", "")
    written = written.with_columns(plain=pl.when(plain != "").then(plain))
    ten = pl.col("plain").str.contains(r"^\d{10}$")
    eleven = written["plain"].str.contains(r"^\d{11}$").any()
    written = written.with_columns(short=ten.fill_null(False) & pl.lit(bool(eleven)))
    padded = pl.when("short").then("0" + pl.col("plain")).otherwise("plain")
    written = written.select("identity", "short", person=padded.rank("dense").cast(pl.UInt32))
    rows = rows.join(
        written, on="identity", how="left", nulls_equal=True, maintain_order="left"
    ).drop("identity")
    doubts = [
        note(rows, "no identity", pl.col("person").is_null()),
        note(rows, "leading zero lost", pl.col("short")),
    ]
    return rows.drop("short"), doubts


def align_dates(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Give each row the 1 January it stands for, and keep the date nearest to it in each place.

    A date from July on stands for the next 1 January, so 1 December is that of the year after.
    """
    day = pl.col("day")
    rows = rows.with_columns(
        year=day.dt.year().cast(pl.Int64) + (day.dt.month() >= FIRST_MONTH_OF_NEXT)
    )
    seen = rows.select("region", "year", "day").unique().drop_nulls("day")
    apart = (pl.date(pl.col("year"), 1, 1) - day).dt.total_days().abs()
    nearest = (
        seen.with_columns(apart=apart)
        .sort("apart", "day")
        .unique(["region", "year"], keep="first", maintain_order=True)
    )
    used = nearest.select("region", "year", "day", used=pl.lit(True), apart="apart")
    rows = rows.join(
        used, on=["region", "year", "day"], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.col("used").fill_null(False))
    doubts = [
        note(rows, "no reference date", day.is_null()),
        note(rows, "another date in the year", ~pl.col("used") & day.is_not_null()),
        note(rows, "far from 1 January", pl.col("used") & (pl.col("apart") > FAR_DAYS)),
    ]
    return rows.drop("apart"), doubts


def settle_persons(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Give each person one birth and one sex: that of most rows, among equals of the latest.

    Age is that at the end of the year before, as in the population statistics: all who were born
    in a year have the same age on 1 January.
    """
    settled = _settled(rows, "birth").join(
        _settled(rows, "sex"), on="person", how="full", coalesce=True
    )
    rows = rows.rename({"birth": "own_birth", "sex": "own_sex"}).join(
        settled, on="person", how="left", maintain_order="left"
    )
    doubts = [
        note(rows, "two birth dates", pl.col("own_birth") != pl.col("birth")),
        note(rows, "two sexes", pl.col("own_sex") != pl.col("sex")),
    ]
    rows = rows.drop("own_birth", "own_sex")
    age = pl.col("year") - pl.col("birth").dt.year() - 1
    known = pl.col("person").is_not_null()
    rows = rows.with_columns(age=age.clip(upper_bound=OLDEST))
    doubts += [
        note(rows, "no birth date", known & pl.col("birth").is_null()),
        note(rows, "no sex", known & pl.col("sex").is_null()),
        note(rows, "age outside staff", age < YOUNGEST),
        note(rows, "over 80 years", age > OLDEST),
    ]
    return rows.drop("birth"), doubts


def _settled(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Find the value of most rows of each person, among equals of the latest."""
    known = rows.select("person", column, "year").drop_nulls(["person", column])
    differs = pl.col(column).to_physical()
    spans = known.group_by("person").agg(
        pl.col(column).first(), several=differs.min() != differs.max()
    )
    some = spans.filter("several").select("person")
    counted = (
        known.join(some, on="person", how="semi")
        .group_by("person", column)
        .agg(n=pl.len(), last=pl.col("year").max())
        .sort("n", "last", column, descending=True, nulls_last=True)
        .unique("person", keep="first", maintain_order=True)
    )
    alike = spans.filter(~pl.col("several")).select("person", column)
    return pl.concat([alike, counted.select("person", column)])


def mark_rows(rows: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Mark who is employed on the date (``there``), and whose row can be counted (``counted``)."""
    void = (pl.col("reason") == "void").fill_null(False)
    out = pl.col("form").cast(pl.String).is_in(mapping.leave_out).fill_null(False)
    later = (pl.col("start") > pl.col("day")).fill_null(False)
    ended = (pl.col("end") < pl.col("day")).fill_null(False)
    placed = pl.all_horizontal(
        pl.col(name).is_not_null()
        for name in ("person", "region", "sector", "occupation", "sex", "age", "agreed", "day")
    ) & (pl.col("age") >= YOUNGEST)
    content = pl.struct(pl.exclude("file", "row", "place"))
    # A row that is not placed may be like another only because both are empty.
    some = pl.len().over("person", "day") > 1
    rows = rows.with_columns(usable=pl.col("used") & ~void & ~out).with_row_index("place")
    twins = rows.filter(some & placed).filter(~content.is_first_distinct())["place"]
    rows = rows.with_columns(
        there=pl.col("usable") & ~later & ~ended & pl.col("person").is_not_null(),
        again=pl.col("place").is_in(twins.to_list()),
    ).drop("place")
    rows = rows.with_columns(counted=pl.col("there") & placed & ~pl.col("again"))
    total = pl.when("counted").then("fte").otherwise(0.0).sum().over("person", "year")
    doubts = [
        note(rows, "never employed", void),
        note(rows, "form left out", out),
        note(rows, "starts later", later & ~void),
        note(rows, "same row twice", pl.col("again") & pl.col("usable")),
        note(rows, "overlapping positions", pl.col("counted") & (total > MOST_FTE + 1e-9)),
    ]
    return rows, [*doubts, _short_gaps(rows)]


def _short_gaps(rows: pl.DataFrame) -> pl.DataFrame:
    """Note the rows in which a person begins again less than three months after an end."""
    key = ["person", "region", "start"]
    rows = rows.filter("usable").drop_nulls(key).select(*key, "file", "row", "year", "end")
    # One who began once has no gap.
    who = ["person", "region"]
    begun = rows.group_by(who).agg(first=pl.col("start").min(), last=pl.col("start").max())
    rows = rows.join(begun.filter(pl.col("first") < pl.col("last")), on=who, how="semi")
    latest = rows.filter(pl.col("year") == pl.col("year").max().over(key))
    spells = (
        latest.with_columns(pl.col("end").fill_null(date(2200, 1, 1)))
        .group_by(key)
        .agg(pl.col("end").max())
        .sort(key)
    )
    before = pl.col("end").cum_max().shift(1).over("person", "region")
    begins_again = pl.col("start") > before.dt.offset_by("1d")
    soon = pl.col("start") < before.dt.offset_by(SHORT_GAP)
    again = spells.filter(begins_again & soon)
    first = rows.join(again.select(key), on=key, how="semi")
    return note(
        first.filter(pl.col("year") == pl.col("year").min().over(key)), "gap under three months"
    )
