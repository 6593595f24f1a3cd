"""Read a saved table that nobody declared by a mapping of its words to ours, and propose one."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from workforce.contract.columns import meant
from workforce.contract.dictionary import tables
from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank.declared import Declaration
from workforce.sources.statbank_saved.long import Long, head_of, read_long
from workforce.sources.statbank_saved.meaning import TAB, TOTAL, Variable, read_texts
from workforce.sources.tables.fields import read_fields

HEADS = "heads"
"""What a mapping calls the texts above the figures, without the year in them."""
_LEFT_OUT = "leave out"
_CHANGE = "CHANGE"
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_ANY = Declaration("", "", "", (), 0, "", ())
_PARTS = {"region": "region", "age": "age", "year": "time", "flow_year": "time"}
_MOST_SHOWN = 60


class SavedTable(BaseModel):
    """How a saved table becomes one of ours: its columns, values and figures in our words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(description="Table of ours that it becomes.")
    columns: dict[str, str] = Field(description="Our column by its own name.")
    values: dict[str, dict[str, str]] = Field(
        default={}, description="Our value by the text of it, for each of its columns."
    )
    figures: dict[str, str] = Field(
        default={}, description="Our column by the text above figures, or 'leave out'."
    )
    years_later: int = Field(default=0, description="1 where figures are of 31 December.")


def suggest_table(path: Path) -> str:
    """Propose a mapping for a saved table, as YAML to look through; what is open says CHANGE."""
    long = _with_years(read_long(path)[0][0])
    kept = [name for name in long.columns if name in long.frame.columns]
    every = sorted({column.name for table in tables().values() for column in table.columns})
    columns = {name: meant(head_of(name), every) or _CHANGE for name in kept if name != HEADS}
    texts = _texts_above(long)
    figures = {text: meant(text, every) or _CHANGE for text in texts}
    there = set(columns.values())
    counted = [name for name in figures.values() if name != _CHANGE]
    fits = [
        table
        for name, table in tables().items()
        if set(table.key) == there and all(table.column(one) for one in counted)
    ]
    lines = [
        f"# Proposed for {path.name}: {long.title or 'without a title'}.",
        "# Look through it, and write what says CHANGE. workforce schema shows our tables.",
        (
            f"table: {fits[0].name if len(fits) == 1 else _CHANGE}  # By the columns alone: see "
            "that the figures are of this, and not of a part or of something else."
        ),
        "years_later: 0  # 1 where figures are of 31 December: that is 1 January after.",
        "columns:",
        *(f"  {_quoted(head_of(name))}: {ours}" for name, ours in columns.items()),
        "values:  # What is not listed is read as it stands; leave out: rows that do not count.",
    ]
    for name, ours in columns.items():
        if ours in _PARTS:
            continue
        lines.append(f"  {_quoted(head_of(name))}:")
        told = long.frame[name].unique(maintain_order=True)
        ours_of = [column for table in tables().values() if (column := table.column(ours))]
        codes = sorted({code for column in ours_of for code in column.codes})
        for text in told.head(_MOST_SHOWN):
            value = _LEFT_OUT if TOTAL.fullmatch(text) else meant(text, codes) or _CHANGE
            lines.append(f"    {_quoted(text)}: {value}")
        if len(told) > _MOST_SHOWN:
            lines.append(f"    # and {len(told) - _MOST_SHOWN} more: see the file.")
    lines += ["figures:", *(f"  {_quoted(text)}: {ours}" for text, ours in figures.items())]
    return "\n".join(lines) + "\n"


def read_mapped(
    path: Path, mapping: Path, *, known: Mapping[str, str]
) -> tuple[str, pl.DataFrame, list[str]]:
    """Read a saved table as its mapping says."""
    told = _load(mapping)
    long = _with_years(read_long(path)[0][0])
    ours = tables()[told.table]
    names = {head_of(name): name for name in long.columns if name in long.frame.columns}
    wrong = [name for name in told.columns if name not in names]
    strange = [name for name in told.columns.values() if ours.column(name) is None]
    open_ = [name for name in names if name not in told.columns and name != HEADS]
    if wrong or strange or open_:
        raise ParameterError(
            f"{mapping.name} does not fit {path.name}: "
            + "; ".join(
                f"{what} {shorten(which)}"
                for what, which in (
                    ("the file has no column", wrong),
                    (f"table {told.table} has no column", strange),
                    ("nothing is said of column", open_),
                )
                if which
            )
            + "."
        )
    frame, notes = long.frame, list[str]()
    for name, column in told.columns.items():
        read = _read_column(frame[names[name]], name, column, told, known, long, names[name])
        frame = frame.with_columns(
            pl.col(names[name]).replace_strict(read, return_dtype=pl.String).alias(f"our {column}")
        )
    kinds = dict.fromkeys(_texts_above(long)) if HEADS in long.frame.columns else {}
    lacking = [text for text in kinds if text not in told.figures]
    if lacking or (not kinds and len(set(told.figures.values())) != 1):
        raise ParameterError(
            f"{mapping.name}, figures: say which column {shorten(lacking) or 'the figures'} fills, "
            f"or '{_LEFT_OUT}'."
        )
    frame = frame.with_columns(
        kind=pl.col(HEADS).replace_strict(told.figures) if kinds
        else pl.lit(next(iter(told.figures.values())))
    )  # fmt: skip
    keys = [f"our {column}" for column in told.columns.values()]
    marked = frame.filter(pl.col("value").is_null()).height
    if marked:
        notes.append(f"{told.table}: {marked} cells are hidden or empty, and have no row.")
    frame = frame.drop_nulls([*keys, "value"]).filter(pl.col("kind") != _LEFT_OUT)
    wide = frame.pivot("kind", index=keys, values="value", aggregate_function="first")
    return told.table, wide.rename({key: key.removeprefix("our ") for key in keys}), notes


def _load(path: Path) -> SavedTable:
    told = read_fields(path, SavedTable)
    values = [*told.columns.values(), *told.figures.values(), told.table]
    values += [value for each in told.values.values() for value in each.values()]
    if _CHANGE in values:
        raise ParameterError(
            f"{path.name} still says {_CHANGE} in {values.count(_CHANGE)} places. Write what is "
            f"meant, or '{_LEFT_OUT}' for a value or figure that does not count."
        )
    if told.table not in tables():
        raise ParameterError(f"{path.name}: there is no table {told.table}.")
    return told


def _read_column(
    texts: pl.Series,
    name: str,
    ours: str,
    told: SavedTable,
    known: Mapping[str, str],
    long: Long,
    column: str,
) -> dict[str, str | None]:
    """Find our value of each text of a column: as the mapping says, else as it is written."""
    each = texts.unique(maintain_order=True).to_list()
    said = told.values.get(name, {})
    found: dict[str, str | None] = {
        text: None if said[text] == _LEFT_OUT else said[text] for text in each if text in said
    }
    rest = [text for text in each if text not in said]
    if ours not in _PARTS:
        return found | {text: text.partition(TAB)[0] for text in rest}
    read = read_texts(_ANY, Variable(ours, _PARTS[ours], frozenset()), rest, known)
    if read.unclear:
        text, why = next(iter(read.unclear.items()))
        raise SourceError(f"{long.file}, {long.place(column, text)}: {why}.")
    for text, code in read.codes.items():
        if code is not None and ours == "age":
            if "-" in code:
                raise SourceError(
                    f"{long.file}, {long.place(column, text)}: {text!r} is a group of ages. Choose "
                    "single ages on ssb.no."
                )
            code = str(int(code.rstrip("+")))
        elif code is not None and ours == "year":
            code = str(int(code[:4]) + told.years_later)
        found[text] = code.removeprefix("K-") if code else None
    return found


def _with_years(long: Long) -> Long:
    """Take the year out of the heads, and lay the rest together in one column of heads."""
    frame, columns = long.frame, dict(long.columns)
    heads = [name for name, kind in long.columns.items() if kind == "head"]
    if not heads:
        return long
    joined = pl.concat_str(*heads, separator=" ").str.strip_chars()
    frame = frame.with_columns(joined.alias(HEADS)).drop(heads)
    texts = frame[HEADS].unique()
    if all(len(_YEAR.findall(text)) == 1 for text in texts):
        frame = frame.with_columns(
            pl.col(HEADS).str.extract(_YEAR.pattern, 1).alias("år"),
            pl.col(HEADS).str.replace(_YEAR.pattern, "").str.replace_all(r"\s+", " ")
            .str.strip_chars(),
        )  # fmt: skip
        columns["år"] = "stub"
    for name in heads:
        del columns[name]
    columns[HEADS] = "head"
    return Long(
        long.file, long.title, long.notes, long.updated, columns, frame,
        lambda column, text: long.place(column, text) if column in long.columns else repr(text),
    )  # fmt: skip


def _texts_above(long: Long) -> list[str]:
    if HEADS not in long.frame.columns:
        return ["value"]
    return list(long.frame[HEADS].unique(maintain_order=True))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
