"""Whether all that a run reads and wrote is as it was, told by its bytes before a table is opened.

A run that came through keeps a record of both. Where nothing changed since, no table is opened,
checked or protected. What tells of the true tables, if only their hash, stays with the key.
"""

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workforce.batch.beside_key import (
    RECORD,
    beside,
    fingerprint_of,
    records_in,
    write_record,
)
from workforce.batch.discussion_log import log_path
from workforce.batch.job import hash_files, hash_of, library_hash
from workforce.batch.key_marks import MARKS
from workforce.batch.ledger import MISSING, read_ledger
from workforce.batch.lock import LOCK, held
from workforce.batch.manifest import MANIFEST, STATUS, page_hashes, renew_manifest, write_status
from workforce.batch.params import Params, check_quarter, load_params
from workforce.batch.run_folders import Folders, folders_of
from workforce.batch.run_log import LOG, append, clock, head, line_of
from workforce.batch.stray import FILE
from workforce.batch.summary import INDEX, Order, RunSummary
from workforce.errors import WorkforceError
from workforce.sources.tables.folder import digest_of_files

if TYPE_CHECKING:
    from workforce.batch.commission import Commission

OF_ONE_RUN = (RECORD, LOG, LOCK, FILE, STATUS, MANIFEST)
"""Files in the folder of a run that tell of the last one, and decide nothing."""


@dataclass(frozen=True)
class Read:
    """What a run is about to read: hash of it all but the key, its params, and its folders."""

    hash: str
    label: str
    params: Params
    folders: Folders


@dataclass(frozen=True)
class Record:
    """What a run read and wrote, its jobs, and the fingerprint of the key where it used one."""

    read: str
    wrote: str
    key: str
    jobs: list[str]


def find_read(order: Order) -> Read | None:
    """Find all that decides the pages of a run; None where it cannot be read, as the run tells."""
    with suppress(OSError, WorkforceError):
        params = load_params(order.params_path, known=True)
        label = check_quarter(order.quarter or params.quarter)
        files = [order.params_path, log_path(order.params_path)]
        files += sorted(params.data.glob("*.json"))
        files += sorted((params.notebooks or params.data).glob("*.ipynb"))
        there = [path for path in files if path.is_file()]
        hashed = hash_of(
            *(library_hash(), label, repr(order.regions), repr(there)),
            *(hash_files(there), digest_of_files(params.data)),
        )
        return Read(hashed, label, params, folders_of(order.root, label, params.audience))
    return None


def unchanged_run(order: Order, found: Read) -> RunSummary | None:
    """Go through a run of which nothing changed since the last; None where it must be made."""
    folders, started = found.folders, datetime.now(UTC)
    # Whatever is wrong here, the run itself tells.
    with suppress(OSError, KeyError, ValueError, WorkforceError):
        record = _record_of(found)
        if order.force or record is None:
            return None
        with held(folders.runs, wait=order.wait, on_wait=order.on_wait):
            if record.wrote != _hash_written(folders, found.params.key):
                return None
            rows = {
                entry.job: entry if entry.status in MISSING else replace(entry, status="unchanged")
                for entry in read_ledger(folders.ledger)
            }
            entries = tuple(rows[job] for job in record.jobs)
            renew_manifest(folders, list(rows.values()), started=started)
            write_status(folders.runs, entries, total=len(entries), started=started)
            say = partial(append, folders.runs / LOG)
            # As a run says it whose true tables changed, and came out alike for the public.
            say(head(order.params_path, found.label, len(entries)))
            for count, entry in enumerate(entries, start=1):
                say(line_of(entry, count, len(entries), None))
                if order.on_done is not None:
                    order.on_done(entry, count, len(entries), None)
            summary = RunSummary(entries, time.monotonic() - order.began, folders.site / INDEX)
            say(f"{clock()} ended: {summary.counts}, in {summary.seconds:.0f} s.")
            return summary
    return None


def keep_record(given: "Commission") -> None:
    """Keep what a run that came through read and wrote: beside the key where it used one.

    What it read is told as of before it read anything: a change meanwhile is met the next time.
    """
    if not given.read:
        return
    folders, key, draw = given.folders, given.basis.key, given.basis.folder.draw
    record = Record(
        read=given.read,
        wrote=_hash_written(folders, key),
        key=draw.key if key and draw else "",
        jobs=[job.name for job in given.jobs],
    )
    write_record(_places(key, folders)[0], folders.runs, asdict(record))


def _places(key: Path | None, folders: Folders) -> list[Path]:
    """Where the record may lie: beside the key if one was used, else in the folder of the run."""
    return [*([] if key is None else [beside(key)]), folders.runs / RECORD]


def _record_of(found: Read) -> Record | None:
    """Find the record of a run that read the same, with the same key."""
    for path in _places(found.params.key, found.folders):
        told: Any = records_in(path).get(str(found.folders.runs))
        with suppress(TypeError):
            record = Record(**told)
            same_key = not record.key or record.key == fingerprint_of(found.params.key)
            if record.read == found.hash and same_key:
                return record
    return None


def _hash_written(folders: Folders, key: Path | None) -> str:
    """Hash what a run wrote and what lies beside it: pages by content, the rest by its time."""
    pages = sorted(page_hashes(folders.site).items())
    files = sorted(path for path in folders.runs.rglob("*") if not path.is_dir())
    kept = [path for path in files if path.name not in OF_ONE_RUN]
    others = [*folders.site.parent.glob("*.*"), *folders.runs.parent.glob(f"*/{MARKS}")]
    others += [] if key is None else [key.with_name(f"{key.name}.json")]
    contents = [(str(path), path.read_bytes().hex()) for path in sorted(others) if path.is_file()]
    times = [(str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in kept]
    return hash_of(repr((pages, contents, times, folders.built.exists())))
