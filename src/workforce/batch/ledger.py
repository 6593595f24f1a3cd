"""The ledger of a quarter: one row for each page, how it was made and what came of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from workforce.disclosure.plan import write_whole
from workforce.errors import SourceError

Status = Literal["done", "failed", "unchanged"]


@dataclass(frozen=True)
class Entry:
    """What came of one job; ``basis`` is the hash of data, plan and library that it rests on."""

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

    Raises
    ------
    SourceError
        The file is there and is no ledger.
    """
    if not path.exists():
        return []
    try:
        rows = pl.read_parquet(path).select(*SCHEMA).to_dicts()
        return [Entry(**{**row, "parameters": json.loads(row["parameters"])}) for row in rows]
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(
            f"{path} is not a ledger that can be read. Remove it; every page is then made anew."
        ) from error


def write_ledger(path: Path, entries: Sequence[Entry]) -> None:
    """Write a ledger as Parquet; it appears under its name only when whole."""
    rows = [
        {**asdict(entry), "parameters": json.dumps(entry.parameters, sort_keys=True)}
        for entry in sorted(entries, key=lambda entry: entry.job)
    ]
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    write_whole(path, table.write_parquet)
