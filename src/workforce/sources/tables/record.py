"""The record of a fetch that lies beside the tables: where they come from and what is borrowed."""

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

from workforce.contract.folder import FetchReport
from workforce.contract.places import fresh, not_a_file
from workforce.errors import SourceError

RECORD = "sources.json"


def read_record(folder: str | Path) -> FetchReport:
    """Read the record of a folder; an empty one where nothing was fetched into it."""
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


def write_record(folder: Path, report: FetchReport) -> None:
    """Write the record beside the tables it is about."""
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    fresh(folder / RECORD).write_text(f"{text}\n", encoding="utf-8")
