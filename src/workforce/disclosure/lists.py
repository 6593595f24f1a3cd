"""Lists of codes that somebody made: a code that only few people stand behind does not go out."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import polars as pl

from workforce.contract.dictionary import Column
from workforce.contract.dictionary import tables as known_tables
from workforce.contract.persons import find_identifying
from workforce.contract.problems import Problem, describe_problems, file_row_numbers
from workforce.disclosure.national import national
from workforce.errors import DataError

SHOWN = ("staff", "fte_in_post", "mobility")
"""Tables in which an occupation shows; others are made of these."""


def require_no_persons(tables: Mapping[str, pl.DataFrame]) -> None:
    """Refuse texts that go out and tell who somebody is.

    Names and sources are what somebody wrote, and go out as they stand. Names of people cannot be
    told from those of places and posts; numbers and addresses can.
    """
    found: list[Problem] = []
    for name, table in tables.items():
        for column in known_tables()[name].columns:
            if column.name in table.columns and _is_written(column):
                found += _identifying(name, column.name, table[column.name])
    if found:
        raise DataError(describe_problems(found))


def _is_written(column: Column) -> bool:
    return column.becomes == "public" and column.variable.unit == "text"


def _identifying(table: str, column: str, texts: pl.Series) -> Iterable[Problem]:
    told = [_what(text) if text else () for text in texts.to_list()]
    if any(told):
        what = sorted({one for found in told for one in found})
        broken = pl.Series([bool(found) for found in told])
        yield Problem(
            table, table, column, "goes out as it stands, and tells who somebody is",
            int(broken.sum()), file_row_numbers(broken),
            f"Take out {' and '.join(what)}.",
        )  # fmt: skip


@lru_cache(maxsize=4096)
def _what(text: str) -> tuple[str, ...]:
    return tuple(what for what, _ in find_identifying(text))


def listed(found: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Leave codes out that are in no packaged list, and of which nothing shows.

    An occupation that a place lists for the one person who has it would tell of that person by
    standing there, in the list or wherever it is named. Competences stay where they are required of
    somebody listed, or shown to be held.
    """
    made = dict(found)
    if "occupations" in made:
        known = set(national("occupations")["occupation"])
        for name in SHOWN:
            for column in _naming("occupations", made, name):
                known |= set(made[name][column].cast(pl.String).unique())
        made = _without(made, "occupations", "occupation", known)
    if "competences" in made:
        known = set()
        for name in ("competence_requirement", "competence_holding"):
            if name in made:
                known |= set(made[name]["competence"].cast(pl.String).unique())
        made = _without(made, "competences", "competence", known)
    return made


def _without(
    made: dict[str, pl.DataFrame], table: str, code: str, known: set[str]
) -> dict[str, pl.DataFrame]:
    gone = set(made[table][code].cast(pl.String)) - known
    if not gone:
        return made
    if table == "occupations" and gone == set(made[table][code].cast(pl.String)):
        made[table] = national(table)
    for name in list(made):
        columns = [code] if name == table else _naming(table, made, name)
        if columns:
            stays = ~pl.any_horizontal(pl.col(columns).cast(pl.String).is_in(list(gone)))
            made[name] = _kept(name, made[name], stays)
    return made


def _naming(table: str, made: Mapping[str, pl.DataFrame], name: str) -> list[str]:
    """Columns of a table that name codes of a list."""
    there = made[name].columns if name in made else []
    return [
        column.name for column in known_tables()[name].columns
        if column.name in there and column.refers_to and column.refers_to[0] == table
    ]  # fmt: skip


def _kept(name: str, rows: pl.DataFrame, stays: pl.Expr) -> pl.DataFrame:
    """Keep some rows, with shares that sum to what they summed to."""
    for column in known_tables()[name].columns:
        for rule in column.rules:
            if rule.startswith("sums_to_one:"):
                over, share = rule.split(":")[1], pl.col(column.name)
                kept = pl.when(stays).then(share).sum().over(over)
                rows = rows.with_columns(share * share.sum().over(over) / kept)
    return rows.filter(stays)
