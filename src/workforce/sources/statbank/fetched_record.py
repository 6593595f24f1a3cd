"""The record of a fetch: where tables come from, what was left out, and what is borrowed."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workforce.contract.folder import FetchReport
from workforce.contract.places import fresh
from workforce.sources.statbank.reading import Fetched
from workforce.sources.tables.record import RECORD


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
