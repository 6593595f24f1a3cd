"""What is kept beside a key of runs: what tells of true tables, if only their hash, stays there."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workforce.batch.job import hash_of, library_hash
from workforce.batch.params import Params
from workforce.batch.run_folders import folders_of
from workforce.contract.folder import Folder
from workforce.contract.places import write_whole
from workforce.disclosure.keys import fingerprint
from workforce.errors import WorkforceError
from workforce.sources.tables.folder import digest_of_files

RECORD = "unchanged.json"


@dataclass(frozen=True)
class Before:
    """What the same tables were protected to in an earlier run, and a hash of what it comes of.

    ``folder`` is None where tables, library, key or reason are others than then, or it is not what
    was written. The hash is made before a table is opened, so that a change meanwhile is met.
    """

    folder: Folder | None = None
    tables: str = ""


NOTHING = Before()


def beside(key: Path) -> Path:
    """Name the file of records beside a key."""
    return key.with_name(f"{key.name}.{RECORD}")


def records_in(path: Path) -> dict[str, Any]:
    """Read the records of runs by their folder; none where the file holds none."""
    try:
        told = {} if path.is_symlink() else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def write_record(path: Path, folder: Path, record: dict[str, Any]) -> None:
    """Write what is told of a folder beside what is told of others that are still there."""
    others = {one: told for one, told in records_in(path).items() if Path(one).is_dir()}
    text = json.dumps({**others, str(folder): record}) + "\n"
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"), mode=0o600)


def fingerprint_of(key: Path | None) -> str | None:
    """Tell which key lies there, where nobody but its owner can read it."""
    if key is None or (os.name != "nt" and key.stat().st_mode & 0o077):
        return None
    return fingerprint(key.read_bytes())


def keep_protected(tables: str, key: Path | None, folder: Folder, where: Path) -> None:
    """Keep beside the key, if one was used, the hash of what a folder was protected from.

    Where nothing can be written there, the next run protects it anew.
    """
    if key and folder.draw:
        told = {"tables": tables, "key": folder.draw.key, "digest": folder.digest}
        with suppress(OSError, WorkforceError):
            write_record(beside(key), where, told)


def protected_before(params: Params, out: Path | None, quarter: str) -> Before:
    """Open what a run of the quarter protected, where the same would come of its tables now."""
    if out is None or params.audience != "public" or params.key is None:
        return NOTHING
    # A run of which nothing changed opens nothing.
    from workforce.sources.tables.protected import open_data, require_as_written

    where, reason = folders_of(out, quarter, params.audience).protected, params.key_reason or ""
    tables = hash_of(library_hash(), digest_of_files(params.data), reason, params.legal_basis)
    with suppress(OSError, KeyError, TypeError, WorkforceError):
        told = records_in(beside(params.key))[str(where)]
        if told["tables"] == tables and told["key"] == fingerprint_of(params.key):
            folder = open_data(where, reason=reason)
            require_as_written(where, told["digest"])
            if folder.digest == told["digest"]:
                return Before(folder, tables)
    return Before(tables=tables)
