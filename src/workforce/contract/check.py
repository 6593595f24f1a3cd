"""Check tables against the dictionary and tell every problem at once."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

import polars as pl

from workforce.contract import dictionary
from workforce.contract.columns import DTYPES, allowed_codes, check_columns
from workforce.contract.problems import Problem
from workforce.contract.rows import check_rows
from workforce.contract.sense import check_sense
from workforce.contract.units import check_fte_each, check_units

Codes = Mapping[tuple[str, str], Collection[str]]


def check_tables(
    tables: Mapping[str, pl.DataFrame],
    *,
    files: Mapping[str, str] | None = None,
    known: Codes | None = None,
    unreadable: Mapping[str, Mapping[str, pl.Series]] | None = None,
) -> list[Problem]:
    """Check tables against the dictionary: columns, codes, keys, and rows together.

    Rows are in the order of the file. ``files`` names the file of a table for the messages, where
    it is not called as the table. ``known`` are codes by table and column of tables that are not
    among these, as the packaged sectors and occupations; what is in neither is not checked against.
    Cells that are ``unreadable`` were told already.
    """
    codes = {**(known or {}), **defined_codes(tables)}
    problems: list[Problem] = []
    for name, given in tables.items():
        file = (files or {}).get(name, name)
        table = dictionary.tables().get(name)
        if table is None:
            problems.append(unknown_table(name, file))
            continue
        frame = _widen(given, table)
        cells = (unreadable or {}).get(name, {})
        problems += check_columns(frame, table, file=file, known=codes, unreadable=cells)
        right = [
            column.name
            for column in table.columns
            if column.name in frame.columns
            and frame[column.name].dtype == DTYPES[column.variable.dtype]
        ]
        strange = _strange_keys(frame.select(right), table, codes)
        problems += check_rows(frame.select(right), table, file=file, strange=strange)
        problems += check_sense(frame.select(right), table, file=file)
        problems += check_units(frame.select(right), table, file=file)
        problems += check_fte_each(frame.select(right), table, file=file)
    return problems


def unknown_table(name: str, file: str) -> Problem:
    """Say that a table is not one of the dictionary's, and which one is likely meant."""
    near = get_close_matches(name.lower(), dictionary.tables(), n=1, cutoff=0.6)
    message = f"There is no table {name!r}. " + (
        f"Rename it to {near[0]!r}, or remove it."
        if near
        else f"The tables are: {', '.join(dictionary.tables())}."
    )
    return Problem(name, file, "", "unknown table", 1, (), message)


def _widen(frame: pl.DataFrame, table: dictionary.Table) -> pl.DataFrame:
    """Cast narrower numbers and columns without any value to the kinds of the dictionary."""
    casts = []
    for column in table.columns:
        if column.name in frame.columns:
            kind, dtype = column.variable.dtype, frame.schema[column.name]
            number = kind == "number" and dtype.is_numeric()
            whole = kind == "integer" and dtype.is_integer()
            if number or whole or dtype == pl.Null:
                casts.append(pl.col(column.name).cast(DTYPES[kind]))
    return frame.with_columns(casts)


def _strange_keys(frame: pl.DataFrame, table: dictionary.Table, codes: Codes) -> pl.Series:
    """Mark the rows whose key holds an unknown code or a number out of bounds."""
    strange = pl.lit(False)
    for column in table.columns:
        if column.place != "key" or column.name not in frame.columns:
            continue
        cells = pl.col(column.name)
        allowed = allowed_codes(column, codes)
        if allowed is not None:
            strange |= ~cells.is_in(list(allowed))
        if column.variable.lower is not None:
            strange |= cells < column.variable.lower
        if column.variable.upper is not None:
            strange |= cells > column.variable.upper
    every = pl.repeat(False, frame.height, dtype=pl.Boolean)
    return frame.select((every | strange).fill_null(False)).to_series()


def defined_codes(tables: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], list[str]]:
    """Collect the codes of every column (table, column) that a foreign key refers to."""
    referred = {
        column.refers_to
        for table in dictionary.tables().values()
        for column in table.columns
        if column.refers_to
    }
    return {
        (table, column): tables[table][column].cast(pl.String).drop_nulls().unique().to_list()
        for table, column in referred
        if table in tables and column in tables[table].columns
    }
