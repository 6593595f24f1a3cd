"""What is doubtful in an extract: which rows, how many persons, and what was done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from workforce.contract.problems import many

SHOWN = 20
OUTCOMES = {
    "left out": "Left out, in no figure",
    "counted": "Counted, but look at them",
    "assumed": "Assumed, since the extract does not say",
}
SCHEMA = {
    "rule": pl.String,
    "outcome": pl.String,
    "column": pl.String,
    "file": pl.String,
    "count": pl.Int64,
    "persons": pl.Int64,
    "rows": pl.List(pl.Int64),
}


@dataclass(frozen=True)
class Rule:
    """One kind of doubt: the column to look at, what was done with the rows, and in words."""

    column: str
    outcome: Literal["left out", "counted", "assumed"]
    text: str


_SUM = r"(?i)^(sum|totalt?|i alt|antall|antal)\b"
HIDDEN_COLUMN = "hidden column: "
"""Begins the name of the doubt about a hidden column, which ends with the field."""
RULES: dict[str, Rule] = {
    "sum row": Rule(
        "identity", "left out", "The row says that it is a sum of the others, and is no person."
    ),
    "no identity": Rule(
        "identity", "left out", "The cell is empty, so no other row can be joined."
    ),
    "no birth date": Rule("birth_date", "left out", "No row of the person has a date of birth."),
    "no sex": Rule("sex", "left out", "No row of the person has a sex that the mapping knows."),
    "age outside staff": Rule(
        "birth_date", "left out", "The person is under 14 by the date of birth."
    ),
    "no reference date": Rule(
        "reference_date", "left out", "The date is empty or unreadable; write it as 2025-12-01."
    ),
    "unknown organisation": Rule(
        "organisation", "left out", "Add the number under organisations in the mapping."
    ),
    "unknown function": Rule(
        "kostra_function",
        "left out",
        "The function belongs to no sector and the workplace has none: add one of them.",
    ),
    "unknown occupation": Rule(
        "occupation", "left out", "Add the code under occupations in the mapping."
    ),
    "no position share": Rule(
        "position_share", "left out", "Empty or unreadable, and the post is not paid by the hour."
    ),
    "position share out of range": Rule(
        "position_share", "left out", "Below 0 or above 150 %: is position_share_in right?"
    ),
    "position share next to nothing": Rule(
        "position_share", "counted", "At most 1.5 % of a post, which as a fraction is usual."
    ),
    "same row twice": Rule(
        "identity", "left out", "Every column read is as in an earlier row, which is counted."
    ),
    "never employed": Rule(
        "end_reason", "left out", "The reason says that the employment was reported by mistake."
    ),
    "form left out": Rule(
        "employment_form", "left out", "The mapping leaves this form of employment out."
    ),
    "starts later": Rule("start", "left out", "The position begins after the date of the extract."),
    "another date in the year": Rule(
        "reference_date", "left out", "Another date of the extract is nearer to 1 January."
    ),
    "hidden row": Rule(
        "all", "counted", "The workbook hides the row, as a filter does: show it, or delete it."
    ),
    "hidden column": Rule(
        "", "counted", "The workbook hides the column: show it, and see that it is the right one."
    ),
    "two birth dates": Rule(
        "birth_date", "counted", "The person has another date of birth in more or later rows."
    ),
    "two sexes": Rule("sex", "counted", "The person has another sex in more or later rows."),
    "leading zero lost": Rule(
        "identity", "counted", "Ten digits among numbers of eleven: a zero was put in front."
    ),
    "over 80 years": Rule("birth_date", "counted", "Counted at age 80, the open group of staff."),
    "overlapping positions": Rule(
        "position_share",
        "counted",
        "The positions of the person sum to more than 120 %; all of it is counted.",
    ),
    "gap under three months": Rule(
        "start",
        "counted",
        "The person began again within three months. Where the date of an extract falls in the "
        "gap, that is one who left and one who returned.",
    ),
    "end before start": Rule("end", "counted", "The last day is set aside: the position lasts."),
    "unreadable date": Rule(
        "start, end, leave_start or birth_date", "counted", "The date is taken as empty."
    ),
    "unknown sex": Rule("sex", "counted", "The sex of the person's other rows is used."),
    "unknown employment form": Rule(
        "employment_form", "counted", "Counted by the agreed share. Add it under employment_forms."
    ),
    "unknown leave": Rule(
        "leave_kind", "counted", "Counted as at work. Add the kind under leave_kinds."
    ),
    "unknown reason": Rule(
        "end_reason", "counted", "Counted as no reason. Add it under end_reasons."
    ),
    "unknown origin": Rule("recruited_from", "counted", "Counted as no origin. Add it to origins."),
    "leave share out of range": Rule(
        "leave_share", "counted", "Not between 0 and 100 %: the leave is taken as whole."
    ),
    "leave share next to nothing": Rule(
        "leave_share", "counted", "At most 1.5 % of the position, which as a fraction is usual."
    ),
    "spell share out of range": Rule(
        "share", "counted", "Not between 0 and 100 %: the absence is taken as whole."
    ),
    "spell share next to nothing": Rule(
        "share", "counted", "At most 1.5 % of the position, which as a fraction is usual."
    ),
    "hours as of a month": Rule(
        "paid_hours",
        "counted",
        "Hardly anyone paid by the hour has an eighth of full time: is full_time_hours that of "
        "the time which the hours are of, 1950 a year or 162.5 a month?",
    ),
    "hours missing": Rule(
        "paid_hours", "counted", "Paid by the hour, without hours: one person, no FTE."
    ),
    "hours below zero": Rule(
        "paid_hours",
        "counted",
        "Less than nothing, as where pay is corrected: one person, no FTE. Sum the hours of a "
        "position before the extract is taken.",
    ),
    "host municipality": Rule(
        "organisation",
        "counted",
        "The workplace serves other municipalities too; its staff are counted with the employer.",
    ),
    "far from 1 January": Rule(
        "reference_date", "counted", "More than 45 days from the 1 January that it stands for."
    ),
    "changed employer inside": Rule(
        "end_reason", "counted", "The reason is a move inside, but the person is gone."
    ),
    "retired young": Rule(
        "end_reason", "counted", "Retired under 50 by the reason: is it disability?"
    ),
    "spell unreadable": Rule(
        "start, end or kind", "left out", "A spell needs two dates in order and a known kind."
    ),
    "spell of nobody": Rule(
        "identity", "left out", "The extracts hold no position of the person in these years."
    ),
    "sector by workplace": Rule(
        "kostra_function", "assumed", "Function empty or in no sector: the workplace's sector."
    ),
    "sickness without first day": Rule(
        "leave_start", "assumed", "Sickness without a first day is taken as over 16 days."
    ),
    "leave without share": Rule("leave_share", "assumed", "Leave without a share is whole."),
    "retired by age": Rule(
        "end_reason", "assumed", "Left without a reason at an age to retire: counted as retired."
    ),
    "left, not known where": Rule("end_reason", "assumed", "Divided by left_split of the mapping."),
    "came, not known from where": Rule(
        "recruited_from", "assumed", "Divided by origin_split of the mapping."
    ),
    "last day not known": Rule("end", "assumed", "Left during the year: half a year is counted."),
    "moved sector": Rule(
        "kostra_function",
        "assumed",
        "Moved between two sectors of the municipality: other among exits, other_sector among "
        "recruits.",
    ),
    "moved from or to a post left out": Rule(
        "occupation",
        "assumed",
        "The person is in the extract, in a post left out: other among exits, other_sector among "
        "recruits.",
    ),
    "second position moved": Rule(
        "position_share",
        "assumed",
        "FTE of a second position where nobody of that age has a main position: given to the "
        "nearest age in the post, else to the main position.",
    ),
}


def note(frame: pl.DataFrame, rule: str, where: pl.Expr | pl.Series | None = None) -> pl.DataFrame:
    """Note the rows of a frame that a rule concerns, by file and row."""
    rows = frame if where is None else frame.filter(where)
    return rows.select(pl.lit(rule).alias("rule"), "file", "row")


def note_hidden(cells: pl.DataFrame, unseen: Sequence[str], *, file: int) -> list[pl.DataFrame]:
    """Note the rows, and by their heading the columns, that a workbook hides and that are read."""
    frame = cells.with_columns(file=pl.lit(file, dtype=pl.UInt16))
    headings = pl.DataFrame({"file": [file], "row": [1]}, schema=_PLACE)
    return [
        note(frame, "hidden row", pl.col("hidden")),
        *(note(headings, HIDDEN_COLUMN + field) for field in unseen),
    ]


def without_sums(cells: pl.DataFrame, *, file: int) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Take out rows that have a word for a sum in the place of an identity."""
    sums = cells["identity"].str.contains(_SUM).fill_null(value=False)
    frame = cells.with_columns(file=pl.lit(file, dtype=pl.UInt16))
    return cells.filter(~sums), [note(frame, "sum row", sums)]


def _rule(name: str) -> Rule:
    field = name.removeprefix(HIDDEN_COLUMN)
    return RULES[name] if field == name else replace(RULES["hidden column"], column=field)


def doubts_table(
    noted: Sequence[pl.DataFrame], rows: pl.DataFrame, files: Sequence[str]
) -> pl.DataFrame:
    """Gather what was noted: a row by rule and file, with counts and row numbers."""
    found = pl.concat([frame.unique() for frame in noted if frame.height] or [_NOTHING])
    order = {rule: place for place, rule in enumerate(RULES)}
    gathered = (
        found.join(rows, on=["file", "row"], how="left")
        .group_by("rule", "file")
        .agg(
            count=pl.len().cast(pl.Int64),
            persons=pl.col("person").drop_nulls().n_unique().cast(pl.Int64),
            rows=pl.col("row").cast(pl.Int64).sort(),
        )
        .sort(
            pl.col("rule").replace_strict(order, default=len(order), return_dtype=pl.Int64),
            "rule",
            "file",
        )
    )
    told = [_rule(rule) for rule in gathered["rule"]]
    return gathered.with_columns(
        pl.Series("outcome", [rule.outcome for rule in told], dtype=pl.String),
        pl.Series("column", [rule.column for rule in told], dtype=pl.String),
        pl.Series("file", [files[place] for place in gathered["file"]], dtype=pl.String),
    ).select(SCHEMA.keys())


_PLACE = {"file": pl.UInt16, "row": pl.UInt32}
_NOTHING = pl.DataFrame(schema={"rule": pl.String, **_PLACE})


def describe_doubts(doubts: pl.DataFrame) -> str:
    """Tell the doubts as a page of text: what was left out, what to look at, what was assumed."""
    parts = []
    for outcome, heading in OUTCOMES.items():
        lines = [
            _line(row) for row in doubts.filter(pl.col("outcome") == outcome).iter_rows(named=True)
        ]
        parts += [f"## {heading}", "", *(lines or ["Nothing."]), ""]
    return "\n".join(parts)


def _line(row: dict[str, Any]) -> str:
    numbers = row["rows"]
    shown = ", ".join(map(str, numbers[:SHOWN]))
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    about = f"{many(row['count'], 'row')}, {many(row['persons'], 'person')}"
    return (
        f"- **{row['rule']}** ({about}), {row['file']}, column {row['column']}: "
        f"{_rule(str(row['rule'])).text}\n  Rows {shown}{more}"
    )
