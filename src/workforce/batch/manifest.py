"""How a run stands while it lasts, and what it was made of after it; no figures in either."""

import hashlib
import json
import platform
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, get_args

from workforce.batch.ledger import Entry, Status
from workforce.batch.run_folders import Folders
from workforce.batch.run_log import LOG, append, clock, seconds_left
from workforce.contract.places import write_whole

STATUS, MANIFEST = "status.json", "manifest.json"
STANDS_ON = (
    *("babel", "matplotlib", "nbclient", "nbconvert", "numpy", "pandas", "papermill", "polars"),
    *("scipy", "statsmodels", "xarray"),
)
"""Packages whose versions may change a figure or a page."""


def write_status(
    folder: Path,
    entries: Sequence[Entry],
    *,
    total: int,
    started: datetime,
    state: Literal["running", "stopped", "ended"] = "ended",
    at_once: int = 0,
) -> None:
    """Write how many pages are through, how many failed, and how long the rest may take."""
    counts = Counter(entry.status for entry in entries)
    now = datetime.now(UTC)
    spent = (now - started).total_seconds()
    left = seconds_left(entries, total=total, spent=spent, at_once=at_once)
    told = {
        "state": state,
        "started": started.isoformat(timespec="milliseconds"),
        "updated": now.isoformat(timespec="seconds"),
        "pages": total,
        "through": len(entries),
        **{name: counts[name] for name in get_args(Status)},
        "seconds_left": left if state == "running" else None,
    }
    _write(folder / STATUS, told)


def stopped_early(folders: Folders, *, started: datetime) -> None:
    """Write that a run was stopped, where it has not told so itself: mostly before any page."""
    told = _read(folders.runs / STATUS)
    if told.get("started", "") < started.isoformat(timespec="milliseconds"):
        write_status(folders.runs, [], total=0, started=started, state="stopped")
        append(folders.runs / LOG, f"{clock()} stopped before any page")
    elif told.get("state") == "running":
        updated = datetime.now(UTC).isoformat(timespec="seconds")
        told |= {"state": "stopped", "updated": updated, "seconds_left": None}
        _write(folders.runs / STATUS, told)
        append(folders.runs / LOG, f"{clock()} stopped")


def write_manifest(
    folders: Folders, entries: Sequence[Entry], *, about: Mapping[str, Any], started: datetime
) -> None:
    """Write what a site was made of: pages with status, seconds and hash, versions, memory.

    ``entries`` are all pages of the site, which is whole, and those that are missing; ``about`` has
    quarter, audience, seed, hashes and the like, as JSON.
    """
    now, hashes = datetime.now(UTC), page_hashes(folders.site)
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
                "sha256": hashes.get(entry.page, ""),
            }
            for entry in sorted(entries, key=lambda entry: entry.job)
        ],
    }
    _write(folders.runs / MANIFEST, told)


def renew_manifest(folders: Folders, entries: Sequence[Entry], *, started: datetime) -> None:
    """Write the manifest of a site that a run left as it was."""
    write_manifest(
        folders, entries, about={**read_manifest(folders), "projections": 0}, started=started
    )


def read_manifest(folders: Folders) -> dict[str, Any]:
    """Read the manifest of a site; empty where there is none."""
    return _read(folders.runs / MANIFEST)


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def parts_of(
    manifests: Iterable[Mapping[str, Any]], bases: Collection[str]
) -> list[Mapping[str, Any]]:
    """List what runs say of themselves, and of those before them, that made pages of a site.

    ``bases`` are the hashes of data and library that its pages rest on.
    """
    told: list[Mapping[str, Any]] = []
    for one in manifests:
        own = {name: value for name, value in one.items() if name not in ("pages", "parts")}
        told += [part for part in (own, *one.get("parts", ())) if part not in told]
    return [part for part in told if part.get("basis") in bases]


def page_hashes(site: Path) -> dict[str, str]:
    """Hash the files of a site, by path within it."""
    found = {}
    for path in site.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found[path.relative_to(site).as_posix()] = digest
    return found


def altered_pages(folders: Folders) -> set[str]:
    """Name the pages of a site that are not as a run made them."""
    hashes = page_hashes(folders.site)
    pages = read_manifest(folders).get("pages", ())
    return {
        one["page"] for one in pages if one.get("sha256") not in (None, "", hashes.get(one["page"]))
    }


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
