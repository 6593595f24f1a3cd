"""The ledger of a quarter: one row for each page, how it was made and what came of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from workforce.batch.job import FILE_CODE, page_of
from workforce.contract.bounds import read_parquet_within
from workforce.contract.places import write_whole
from workforce.contract.problems import shorten
from workforce.errors import SourceError
from workforce.texts.catalogue import LANGUAGES

Status = Literal["done", "failed", "refused", "unchanged"]
"""What came of a page: ``failed`` is a technical failure, ``refused`` what the quality gate says
of figures."""
MISSING = ("failed", "refused")
"""Statuses of a page that is not there."""


@dataclass(frozen=True)
class Entry:
    """What came of one job; ``basis`` is the hash of data and library that it rests on."""

    job: str
    key: str
    basis: str
    notebook: str
    region: str
    sector: str
    scenario: str
    language: str
    parameters: Mapping[str, Any]
    status: Status
    seconds: float
    message: str
    details: str
    page: str
    title: str
    started: datetime
    version: str


SCHEMA: dict[str, pl.DataType] = {
    field.name: pl.Float64()
    if field.name == "seconds"
    else pl.Datetime("us", "UTC")
    if field.name == "started"
    else pl.String()
    for field in fields(Entry)
}


def read_ledger(path: Path) -> list[Entry]:
    """Read a ledger; one that is not there yet is empty.

    SourceError where the file is no ledger: columns, kinds or values are not those that a run
    writes, or a page is not called as its place, notebook and language say.
    """
    if not path.exists() and not path.is_symlink():
        return []
    problem = ""
    try:
        table, _ = read_parquet_within(path)
        problem = _problem_of(table)
        if not problem:
            return [_entry(row) for row in table.select(*SCHEMA).to_dicts()]
    except SourceError as error:
        problem = str(error)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = "its parameters are not those of a page"
    raise SourceError(
        f"{path} is not a ledger that can be read: {problem.rstrip('.')}. Nothing was removed. "
        "Move it away, and the pages of the quarter with it; every page is then made anew."
    )


def _problem_of(table: pl.DataFrame) -> str:
    """Tell in what a table is no ledger. What it names is made and removed, so all of it counts."""
    wrong = [name for name, kind in SCHEMA.items() if table.schema.get(name) != kind]
    if wrong:
        return f"these columns are missing or of another kind: {', '.join(wrong)}"
    table = table.with_row_index("row")
    empty = table.filter(pl.any_horizontal(pl.col(*SCHEMA).is_null()))
    odd = [row["row"] + 1 for row in table.iter_rows(named=True) if not _is_of_a_run(row)]
    if empty.height or odd:
        rows = shorten(odd or [row + 1 for row in empty["row"]])
        return f"these rows are not about a page of the site: {rows}"
    seconds = table.filter(~pl.col("seconds").is_finite() | (pl.col("seconds") < 0))
    if seconds.height:
        return f"seconds is no length of time in rows {shorten(seconds['row'] + 1)}"
    return ""


def _is_of_a_run(row: Mapping[str, Any]) -> bool:
    """Whether a row names its page and its files as a run does, which keeps them in its folders."""
    codes = [row[name] for name in ("region", "sector", "scenario", "language")]
    if not all(FILE_CODE.fullmatch(code or "") for code in codes):
        return False
    if not row["notebook"] or set("/\\\0") & set(row["notebook"]):
        return False
    page = page_of(row["region"], row["notebook"], *codes[1:])
    made = "" if row["status"] in MISSING else page.as_posix()
    return (
        row["status"] in get_args(Status)
        and row["language"] in LANGUAGES
        and (row["job"], row["page"]) == (f"{row['region']}-{page.stem}", made)
    )


def _entry(row: dict[str, Any]) -> Entry:
    """Read a row; the scenarios of its parameters have titles, which the index shows."""
    parameters = json.loads(row["parameters"])
    for scenario in parameters.get("scenarios", {}).values():
        for language in LANGUAGES:
            if not isinstance(scenario["title"][language], str):
                raise TypeError(language)
    return Entry(**{**row, "parameters": dict(parameters)})


def write_ledger(path: Path, entries: Sequence[Entry]) -> None:
    """Write a ledger as Parquet; it appears under its name only when whole."""
    rows = [
        {**asdict(entry), "parameters": json.dumps(entry.parameters, sort_keys=True)}
        for entry in sorted(entries, key=lambda entry: entry.job)
    ]
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    write_whole(path, table.write_parquet)
