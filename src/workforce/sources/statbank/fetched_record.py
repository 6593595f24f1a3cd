"""The record of a fetch: where tables come from, what was left out, and what is borrowed."""

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workforce.contract.places import fresh, not_a_file
from workforce.errors import SourceError
from workforce.sources.statbank.reading import Fetched

RECORD = "sources.json"


@dataclass(frozen=True)
class FetchReport:
    """What a fetch wrote (rows by table), from where, what it left out and why, and borrowed."""

    tables: dict[str, int] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    borrowed: list[dict[str, str]] = field(default_factory=list)


def source_of(name: str, fetched: Fetched, *, newest: int | None = None) -> dict[str, Any]:
    """Describe where a table comes from: its source line, edition, query, time and hash.

    ``newest`` is the last 1 January that it has figures of.
    """
    return {
        "table": name,
        "statbank": fetched.table,
        "newest": newest,
        "source": fetched.source,
        "title": fetched.description.label,
        "updated": fetched.updated,
        "fetched": fetched.fetched,
        "sha256": list(fetched.sha256),
        "query": {variable: asdict(choice) for variable, choice in fetched.query.items()},
        "notes": list(fetched.description.notes),
    }


def write_record(folder: Path, report: FetchReport) -> None:
    """Write the record beside the tables it is about."""
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    fresh(folder / RECORD).write_text(f"{text}\n", encoding="utf-8")


def read_record(folder: str | Path) -> FetchReport:
    """Read the record of a folder; an empty one where nothing was fetched into it.

    Raises
    ------
    SourceError
        The record cannot be read.
    """
    path = Path(folder) / RECORD
    if kind := not_a_file(path):
        raise SourceError(f"{RECORD} in {path.parent} is {kind} and no file. Take it away.")
    if not path.is_file():
        return FetchReport()
    try:
        found = FetchReport(**json.loads(path.read_text(encoding="utf-8")))
        _require_kinds(found)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SourceError(
            f"{RECORD} in {path.parent} cannot be read. Fetch again, or remove it."
        ) from error
    return found


def _require_kinds(report: FetchReport) -> None:
    """Raise an error where a record does not hold what a fetch writes."""
    lists = (report.sources, report.borrowed, report.notes)
    if not isinstance(report.tables, dict) or not all(isinstance(one, list) for one in lists):
        raise TypeError(report)
    rows = [*report.sources, *report.borrowed]
    if not all(isinstance(row, dict) for row in rows):
        raise TypeError(rows)
    texts = [
        *report.notes,
        *(row["table"] for row in report.sources),
        *(text for row in report.borrowed for text in row.values()),
    ]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(texts)
    for row in report.sources:
        if "statbank" in row:
            dt.date.fromisoformat(str(row["fetched"])[:10])
