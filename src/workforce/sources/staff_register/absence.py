"""Absence by quarter from a file of spells: lost days over agreed days, both in FTE."""

import polars as pl

from workforce.sources.staff_register.doubts import note
from workforce.sources.staff_register.mapping import Mapping
from workforce.sources.staff_register.values import (
    NEXT_TO_NOTHING,
    code,
    dates,
    shares,
)
from workforce.sources.staff_register.vocabulary import meanings

KINDS = pl.Enum(["doctor_certified", "self_certified"])
POST = ["region", "sector"]


def absence_table(
    rows: pl.DataFrame, spells: pl.DataFrame, mapping: Mapping
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Table `absence`: share of agreed days lost, by region, sector, quarter and kind.

    A lost day is a calendar day away times the share away times the person's agreed shares. An
    agreed day is a calendar day times agreed FTE, long sickness included, parental and unpaid
    leave not; FTE between two extracts lie on a straight line. Quarters that the spells do not
    reach are left out.
    """
    kinds = meanings("absence_kind", mapping.absence_kinds)
    away = spells.with_columns(
        dates(spells["start"]).alias("start"),
        dates(spells["end"]).alias("end"),
        code(spells["kind"], kinds, KINDS).alias("kind"),
        share=(
            shares(spells["share"], mapping.spell_share_in)
            if "share" in spells.columns
            else pl.lit(1.0)
        ),
    )
    readable = pl.col("kind").is_not_null() & (pl.col("start") <= pl.col("end"))
    outside = ~pl.col("share").is_between(0, 1)
    doubts = [
        note(away, "spell unreadable", ~readable.fill_null(False)),
        note(away, "spell share out of range", outside),
        note(
            away,
            "spell share next to nothing",
            (pl.col("share") > 0) & (pl.col("share") <= NEXT_TO_NOTHING),
        ),
    ]
    away = away.with_columns(share=pl.when(~outside).then("share").fill_null(1.0))
    away = away.filter(readable).drop_nulls("person")
    posts = rows.filter("counted").select(*POST, "person", "day", "agreed", "at_work")
    placed = _place(away, posts)
    doubts.append(note(away.join(placed, on=["file", "row"], how="anti"), "spell of nobody"))
    if placed.is_empty():
        return pl.DataFrame(schema=_SCHEMA), doubts
    lost = _by_quarter(placed)
    agreed = _agreed_days(posts, lost["quarter_start"].unique().sort())
    every = agreed.join(pl.DataFrame({"kind": KINDS.categories}), how="cross")
    rates = every.join(
        lost.with_columns(pl.col("kind").cast(pl.String)),
        on=[*POST, "quarter_start", "kind"],
        how="left",
    ).with_columns(pl.col("lost").fill_null(0.0))
    total = rates.group_by(*POST, "quarter_start").agg(
        kind=pl.lit("total"), lost=pl.col("lost").sum(), days=pl.col("days").first()
    )
    start = pl.col("quarter_start")
    table = pl.concat([rates.select(total.columns), total]).select(
        pl.col(POST).cast(pl.String),
        quarter=pl.format("{}Q{}", start.dt.year(), start.dt.quarter()),
        kind="kind",
        absence_rate=(pl.col("lost") / pl.col("days")).clip(0, 1).round(6),
    )
    return table.sort(*POST, "quarter", "kind"), doubts


_SCHEMA = {
    "region": pl.String,
    "sector": pl.String,
    "quarter": pl.String,
    "kind": pl.String,
    "absence_rate": pl.Float64,
}


def _place(away: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Give each spell the positions the person has in the extract before it, else in the next."""
    held = posts.group_by("person", "day", *POST).agg(pl.col("agreed").sum())
    days = held.select("person", "day").unique().sort("day").with_columns(seen="day")
    spells = away.select("file", "row", "person", "start", "end", "kind", "share").sort("start")
    ahead = spells.join_asof(
        days, left_on="start", right_on="day", by="person", check_sortedness=False
    ).drop("day", strict=False)
    behind = spells.join_asof(
        days,
        left_on="start",
        right_on="day",
        by="person",
        strategy="forward",
        check_sortedness=False,
    ).select("file", "row", later="seen")
    seen = ahead.join(behind, on=["file", "row"]).with_columns(day=pl.coalesce("seen", "later"))
    return seen.drop("seen", "later").join(held, on=["person", "day"])


def _by_quarter(placed: pl.DataFrame) -> pl.DataFrame:
    """Lost days in FTE of each quarter that a spell touches."""
    quarters = placed.with_columns(
        quarter_start=pl.date_ranges(
            pl.col("start").dt.truncate("1q"), pl.col("end"), interval="1q"
        )
    ).explode("quarter_start")
    first = pl.max_horizontal("start", "quarter_start")
    last = pl.min_horizontal("end", pl.col("quarter_start").dt.offset_by("3mo").dt.offset_by("-1d"))
    days = (last - first).dt.total_days() + 1
    return quarters.group_by(*POST, "quarter_start", "kind").agg(
        lost=(days * pl.col("share") * pl.col("agreed")).sum()
    )


def _agreed_days(posts: pl.DataFrame, quarters: pl.Series) -> pl.DataFrame:
    """Agreed days in FTE of each quarter, by the FTE at its middle."""
    fte = posts.group_by(*POST, "day").agg(fte=pl.col("at_work").sum()).sort(*POST, "day")
    middles = pl.DataFrame({"quarter_start": quarters}).with_columns(
        middle=pl.col("quarter_start").dt.offset_by("45d"),
        length=(
            pl.col("quarter_start").dt.offset_by("3mo") - pl.col("quarter_start")
        ).dt.total_days(),
    )
    asked = fte.select(POST).unique().join(middles, how="cross").sort("middle")
    known = fte.sort("day")
    before = asked.join_asof(
        known, left_on="middle", right_on="day", by=POST, check_sortedness=False, coalesce=False
    )
    both = before.join_asof(
        known,
        left_on="middle",
        right_on="day",
        by=POST,
        strategy="forward",
        suffix="_next",
        check_sortedness=False,
        coalesce=False,
    )
    span = (pl.col("day_next") - pl.col("day")).dt.total_days()
    passed = (pl.col("middle") - pl.col("day")).dt.total_days()
    part = pl.when(span > 0).then(passed / span).otherwise(0.0)
    line = pl.col("fte") + part * (pl.col("fte_next") - pl.col("fte"))
    return (
        both.with_columns(at=pl.coalesce(line, "fte", "fte_next"))
        .filter(pl.col("at") > 0)
        .select(*POST, "quarter_start", days=pl.col("at") * pl.col("length"))
    )
