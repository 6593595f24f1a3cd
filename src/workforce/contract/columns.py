"""Check each column of a table by itself: presence, kind, empty cells, bounds and codes."""

import csv
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from workforce.contract.dictionary import Column, Kind, Table, Variable
from workforce.contract.municipalities import two_places, what_became_of
from workforce.contract.persons import may_be_name, quoted
from workforce.contract.problems import ROWS_SHOWN, Problem, shorten

if TYPE_CHECKING:
    import pandera.polars as pa

DTYPES: dict[Kind, type[pl.DataType]] = {
    "code": pl.String,
    "text": pl.String,
    "quarter": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
}
CODES_SHOWN = 25
"""Codes of a list up to which a message names them all."""
_ORDER = ("missing value", "not finite", "negative", "out of bounds", "unknown code")


def check_columns(
    frame: pl.DataFrame,
    table: Table,
    *,
    file: str,
    known: Mapping[tuple[str, str], Collection[str]],
    unreadable: Mapping[str, pl.Series],
) -> list[Problem]:
    """Check the columns of one table against the dictionary, with a pandera schema built from it.

    A foreign key is checked where ``known`` has its codes; cells of ``unreadable`` are told
    already.
    """
    from pandera.errors import SchemaErrors

    allowed = {column.name: allowed_codes(column, known) for column in table.columns}
    present = [column for column in table.columns if column.name in frame.columns]
    problems = _check_names(frame, table, file) + [
        _wrong_kind(column, frame[column.name], file)
        for column in present
        if frame[column.name].dtype != DTYPES[column.variable.dtype]
        and frame[column.name].null_count() < frame.height
    ]
    right = [
        column for column in present if frame[column.name].dtype == DTYPES[column.variable.dtype]
    ]
    try:
        _schema(right, allowed).validate(frame.select([c.name for c in right]), lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases
        for column in right:
            problems += _column_problems(
                failures.filter(pl.col("column") == column.name),
                frame,
                column,
                file,
                allowed[column.name],
                unreadable.get(column.name),
            )
    return problems


def allowed_codes(
    column: Column, known: Mapping[tuple[str, str], Collection[str]]
) -> Collection[str] | None:
    """Codes that a column may hold; None where any code is allowed."""
    if column.refers_to:
        return known.get(column.refers_to)
    return column.codes or None


def _schema(columns: list[Column], allowed: Mapping[str, Collection[str] | None]) -> Any:
    """Build the pandera schema of the columns; the name of each check is the rule it tells."""
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                DTYPES[column.variable.dtype],
                checks=_checks(column, allowed[column.name]),
                nullable=not column.required,
            )
            for column in columns
        }
    )


def _checks(column: Column, codes: Collection[str] | None) -> list["pa.Check"]:
    import pandera.polars as pa

    variable = column.variable
    checks = []
    if variable.dtype == "number":
        checks.append(pa.Check(_is_finite, error="not finite"))
    if variable.lower is not None:
        rule = "negative" if variable.lower == 0 else "out of bounds"
        checks.append(pa.Check.ge(variable.lower, error=rule))
    if variable.upper is not None:
        checks.append(pa.Check.le(variable.upper, error="out of bounds"))
    if codes is not None:
        checks.append(pa.Check.isin(list(codes), error="unknown code"))
    return checks


def _is_finite(data: Any) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).is_finite())  # type: ignore[no-any-return]


def _check_names(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    names = [column.name for column in table.columns]
    extra = [name for name in frame.columns if name not in names]
    missing = [
        column for column in table.columns if column.required and column.name not in frame.columns
    ]
    problems = []
    # Where no name is known there are none, and what stands in their place may be a person.
    shown = {
        name: f"number {place}" if len(extra) == frame.width and may_be_name(name) else name
        for place, name in enumerate(frame.columns, start=1)
    }
    for column in missing:
        variable = column.variable
        message = f"Add the column: {variable.description} [{variable.unit}]"
        problems.append(
            Problem(table.name, file, column.name, "missing column", 1, (), message + ".")
        )
    for name in extra:
        near = meant(name, names) or next(
            iter(get_close_matches(name.strip().lower(), names, n=1, cutoff=0.6)), None
        )
        message = f"Rename it to {near}, or remove it." if near else "Remove it."
        if not near and missing:
            absent = ", ".join(column.name for column in missing)
            message = (
                f"Rename it where it is one of those that are missing ({absent}), or remove it."
            )
        message = f"The table {table.name} has the columns {', '.join(names)}. " + message
        problems.append(Problem(table.name, file, shown[name], "unknown column", 1, (), message))
    return problems


def _wrong_kind(column: Column, cells: pl.Series, file: str) -> Problem:
    kinds = {"code": "text", "quarter": "text", "integer": "whole numbers", "number": "numbers"}
    wanted = kinds.get(column.variable.dtype, column.variable.dtype)
    return Problem(
        table=column.table,
        file=file,
        column=column.name,
        rule="wrong kind",
        count=len(cells),
        rows=(),
        message=f"The column holds {cells.dtype}; give {wanted}.",
    )


def _column_problems(
    failures: pl.DataFrame,
    frame: pl.DataFrame,
    column: Column,
    file: str,
    codes: Collection[str] | None,
    unreadable: pl.Series | None,
) -> list[Problem]:
    """Make one problem of the failures of each rule in a column."""
    rules = failures.with_columns(rule=pl.col("check").replace({"not_nullable": "missing value"}))
    problems = []
    for rule in _ORDER:
        rows = rules.filter(pl.col("rule") == rule)["index"].cast(pl.Int64).unique().sort()
        cells = frame[column.name]
        if rule == "missing value":
            # pandera counts NaN as missing too; the check for finite numbers tells those.
            rows = rows.filter(cells.gather(rows).is_null())
            if unreadable is not None:
                rows = rows.filter(~unreadable.gather(rows))
        if rule in ("negative", "out of bounds") and column.variable.dtype == "number":
            rows = rows.filter(cells.gather(rows).is_finite())
        if len(rows):
            wrong = cells.gather(rows)
            problems.append(
                Problem(
                    table=column.table,
                    file=file,
                    column=column.name,
                    rule="missing value" if rule == "not finite" else rule,
                    count=len(rows),
                    rows=tuple(row + 2 for row in rows.head(ROWS_SHOWN).to_list()),
                    message=_message(rule, wrong, column, codes),
                )
            )
    return problems


def _message(rule: str, wrong: pl.Series, column: Column, codes: Collection[str] | None) -> str:
    variable = column.variable
    if rule == "missing value":
        return (
            f"Fill the cell, or leave the row out where the table allows it: "
            f"{variable.description} [{variable.unit}]."
        )
    if rule == "unknown code":
        return _name_unknown_codes(wrong, column, sorted(codes or ()))
    values = [f"{value:g}" for value in wrong.unique(maintain_order=True)]
    said = f"The {'cell says' if len(wrong) == 1 else 'cells say'} {shorten(values)}. "
    if rule == "not finite":
        return said + "Write a finite number."
    if rule == "negative":
        return said + f"{column.name} cannot be below 0: correct the figure."
    lower, upper = variable.lower, variable.upper
    if lower is not None and upper is not None:
        bounds = f"between {lower:g} and {upper:g}"
    else:
        bounds = f"at least {lower:g}" if lower is not None else f"at most {upper:g}"
    return (
        said + f"{column.name} must be {bounds} ({variable.unit}): correct the figure. "
        f"{variable.description}" + _as_percent(wrong, variable)
    )


def _as_percent(wrong: pl.Series, variable: Variable) -> str:
    """Say what figures above 1 in a column of shares are where they are per cent."""
    if (variable.lower, variable.upper, variable.dtype) != (0.0, 1.0, "number"):
        return ""
    if not wrong.is_between(1.0, 100.0).all():
        return ""
    return (
        f" Read as a share {wrong[0]:g} is {100 * wrong[0]:g} %, read as per cent it is "
        f"{wrong[0] / 100:g}. Where it is per cent, see the other rows too: one under 1 passes."
    )


def _name_unknown_codes(wrong: pl.Series, column: Column, codes: list[str]) -> str:
    """Name the unknown codes, each with what it has become or the nearest known one."""
    defined = ".".join(column.refers_to) if column.refers_to else ", ".join(codes)
    unknown = [str(code) for code in wrong.unique(maintain_order=True)]
    former = {}
    if column.refers_to and column.refers_to[0] == "regions":
        former = {code: told for code in unknown
                  for told in [what_became_of(code) or two_places(code)] if told}  # fmt: skip
    named = [
        f"{code!r} (did you mean {near!r}?)" if near else quoted(code)
        for code in unknown
        for near in [None if code in former else nearest_code(code, codes)]
    ]
    message = f"Not among {defined}: {shorten(dict.fromkeys(named))}. "
    if former:
        message += f"{shorten(former.values(), mark='; ')}. "
    if column.refers_to:
        every = f" It has {', '.join(codes)}." if len(codes) <= CODES_SHOWN else ""
        return message + f"Correct the code, or add it to {column.refers_to[0]}.{every}"
    return message + "Use one of these codes."


def nearest_code(code: str, codes: Collection[str]) -> str | None:
    """Find the known code that an unknown one is likely meant to be.

    A code that has lost its leading zeros, or has spaces around it, comes before its name in
    Norwegian, and this before one spelt alike.
    """
    plain = code.strip()
    for known in codes:
        if known.lower() == plain.lower() or known.lstrip("0") == plain.lstrip("0") != "":
            return known
    near = get_close_matches(plain, codes, n=1, cutoff=0.6)
    return meant(plain, codes) or (near[0] if near else None)


def meant(word: str, names: Collection[str]) -> str | None:
    """Find the column or code that a Norwegian word stands for."""
    plain = word.strip().lower()
    return next((name for name in _norwegian().get(plain, ()) if name in names), None)


def word_for(name: str, language: str) -> str:
    """Give the word that a column or code is written as in a language; in English its own name."""
    rows = (
        row for row in _words() if row["name"] == name and language in row["written_in"].split()
    )
    return next((row["word"] for row in rows), name)


@cache
def _norwegian() -> Mapping[str, list[str]]:
    """Find what Norwegian words at the head of a column, or for a code, stand for."""
    meant: dict[str, list[str]] = {}
    for row in _words():
        meant.setdefault(row["word"], []).append(row["name"])
    return meant


@cache
def _words() -> list[dict[str, str]]:
    text = files("workforce.contract").joinpath("norwegian.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
