"""How a run stands while it lasts, and what it was made of after it; no figures in either."""

import json
import platform
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from workforce.batch.ledger import Entry, Status
from workforce.batch.run_log import seconds_left
from workforce.contract.places import write_whole

STATUS, MANIFEST = "status.json", "manifest.json"
STANDS_ON = (
    *("babel", "matplotlib", "nbclient", "nbconvert", "numpy", "pandas", "papermill", "polars"),
    *("scipy", "statsmodels", "xarray"),
)
"""Packages whose versions may change a figure or a page."""


def write_status(
    folder: Path, entries: Sequence[Entry], *, total: int, started: datetime, ended: bool = False
) -> None:
    """Write how many pages are through, how many failed, and how long the rest may take.

    Parameters
    ----------
    folder : Path
        Of the run.
    entries : sequence of Entry
        Pages that are through.
    total : int
        Pages of the run.
    started : datetime
        When it began.
    ended : bool
        Whether it is over.
    """
    counts = Counter(entry.status for entry in entries)
    now = datetime.now(UTC)
    spent = (now - started).total_seconds()
    left = None if ended else seconds_left(entries, total=total, spent=spent)
    told = {
        "state": "ended" if ended else "running",
        "started": started.isoformat(timespec="seconds"),
        "updated": now.isoformat(timespec="seconds"),
        "pages": total,
        "through": len(entries),
        **{name: counts[name] for name in get_args(Status)},
        "seconds_left": left,
    }
    _write(folder / STATUS, told)


def write_manifest(
    folder: Path,
    entries: Sequence[Entry],
    *,
    about: Mapping[str, Any],
    started: datetime,
) -> None:
    """Write what a run was made of: pages with status and seconds, versions, hashes, memory.

    Parameters
    ----------
    folder : Path
        Of the run.
    entries : sequence of Entry
        Its pages.
    about : mapping
        Quarter, audience, seed, hashes and the like, as JSON.
    started : datetime
        When it began.
    """
    now = datetime.now(UTC)
    told = {
        **about,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((now - started).total_seconds(), 1),
        "peak_memory_mb": _peak_memory(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("workforce", *STANDS_ON)},
        "pages": [
            {
                "job": entry.job,
                "status": entry.status,
                "seconds": round(entry.seconds, 2),
                "page": entry.page,
                "key": entry.key,
            }
            for entry in sorted(entries, key=lambda entry: entry.job)
        ],
    }
    _write(folder / MANIFEST, told)


def _peak_memory() -> float | None:
    """Give the most that one process of the run held. [megabytes]."""
    if sys.platform == "win32":
        return None
    import resource

    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    return round(max(resource.getrusage(one).ru_maxrss for one in whose) * unit / 1e6, 1)


def _write(path: Path, told: Mapping[str, Any]) -> None:
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
