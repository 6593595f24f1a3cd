"""What is doubtful in an extract: which rows, how many persons, and what was done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from workforce.contract.dictionary import read_rows
from workforce.contract.problems import many
from workforce.sources.staff_register.vocabulary import PACKAGE

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
    outcome: str
    text: str


_SUM = r"(?i)^(sum|totalt?|i alt|antall|antal)\b"
HIDDEN_COLUMN = "hidden column: "
"""Begins the name of the doubt about a hidden column, which ends with the field."""
RULES = {
    row["rule"]: Rule(row["column"], row["outcome"], row["text"])
    for row in read_rows("doubts.csv", PACKAGE)
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
