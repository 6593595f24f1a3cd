"""A folder for its audience: as it was delivered, or protected before anything is computed."""

import hashlib
import json
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from workforce.contract.bounds import read_parquet_within
from workforce.contract.dictionary import tables as known_tables
from workforce.contract.figures import require_audience
from workforce.contract.folder import LEGAL_BASIS, Draw, FetchReport, Folder
from workforce.contract.packed import LONG, kept, packed
from workforce.contract.places import make_folder, remove_inside, write_whole
from workforce.disclosure.keys import TREE, read_key, sample_key
from workforce.disclosure.safe_folder import folder_of_safe, protect
from workforce.disclosure.safe_tables import Rounding, parquet_of
from workforce.disclosure.tree import LEAST_BASE
from workforce.errors import ParameterError, SourceError
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import (
    KEPT,
    digest_of_files,
    let_go,
    open_folder,
    packaged_lists,
    read_kept,
)
from workforce.sources.tables.paths import file_path

MARKER = "protected.json"
"""File that says that a folder is protected, by which base and tree, and what is in it."""
ABOUT = (
    "The counts of people in these tables were rounded with a secret key before anything was "
    "computed from them. They may be shown to anybody."
)


def open_for(
    data: str | Path, *, audience: str, key: str | Path = "", key_reason: str = ""
) -> Folder:
    """Open a folder for an audience: as it is for internal pages, protected for public ones.

    Parameters
    ----------
    data : str or Path
        Folder of tables, workbook, or a folder that a run protected.
    audience : str
        ``internal`` or ``public``.
    key : str or Path
        File of the key of protection; made where there was none before. The packaged sample, where
        nobody lives, has a key of its own, and a protected folder needs none.
    key_reason : str
        Why another key is used than before, or a folder that another tree was used for.

    Returns
    -------
    Folder

    Raises
    ------
    ParameterError
        No key is named, or a protected folder is asked to show people as they were counted.
    DataError
        Every problem of the tables.
    """
    folder = open_data(data, reason=key_reason)
    if audience == "public" and folder.rounded_to is None:
        folder = _protect(folder, key_of(folder, key, reason=key_reason))
    require_audience(audience, folder.rounded_to)
    return folder


def let_go_if_large(folder: Folder) -> None:
    """Let go of the true folder that a large one was made of: two take twice the memory."""
    if any(table.height >= LONG for table in kept(folder.tables).values()):
        _protect.cache_clear()
        let_go()


def open_data(data: str | Path, *, reason: str = "") -> Folder:
    """Open a folder of tables, or one that was protected.

    ParameterError where it was protected along another tree than this version's, and no reason is
    given, here or when it was handed on, or to a base that is too low; SourceError where it is not
    as it was protected.
    """
    where = file_path(data, what="The path of the data folder")
    if not (where / MARKER).is_file():
        return open_folder(where)
    draw, digest = _draw_of(where)
    if draw.base < LEAST_BASE:
        raise ParameterError(
            f"{where} was rounded to {draw.base}, and the public gets {LEAST_BASE} at the least. "
            "Get the folder again from whoever protected it."
        )
    reason = reason or draw.reason
    if draw.tree != TREE and not reason:
        raise ParameterError(
            f"{where} was protected along tree {draw.tree}, and this version of workforce uses "
            f"tree {TREE}. The same people would be told of a second time. Get the folder again "
            "from whoever protected it, use the version that it was made with, or give the reason "
            "(key_reason)."
        )
    return _read(where, digest, replace(draw, reason=reason if draw.tree != TREE else ""))


def key_of(folder: Folder, key: str | Path, *, reason: str = "") -> bytes:
    """Take the key of protection from the file named, or that of the sample for the sample."""
    if key:
        return read_key(key, reason=reason)
    if is_sample(folder.digest):
        return sample_key()
    raise ParameterError(
        "Public pages are made from a protected folder, and no key is named to protect these "
        "tables with. Name its file in the parameter key, the same for every run on these places "
        "(such as ../params/keys/public.key), or make the page for the audience internal."
    )


def is_sample(digest: str) -> bool:
    """Whether the folder of a digest is the packaged sample, file by file."""
    return digest == digest_of_files(packaged_folder("sample"))


def write_protected(
    folder: Folder, where: Path, root: Path, *, legal_basis: str = LEGAL_BASIS
) -> None:
    """Write a protected folder so that it can be opened, and built on, without the true one.

    What an earlier run protected in ``where``, a folder within ``root``, is replaced. ReportError
    where it cannot be written, or the way there leads over a link.
    """
    require_audience("public", folder.rounded_to)
    draw = {} if folder.draw is None else asdict(folder.draw)
    make_folder(where, root)
    # Without its marker, a folder that is half written is opened by nobody.
    for path in [where / MARKER, *sorted(where.glob("*.parquet"))]:
        remove_inside(path, root)
    for name, table in folder.tables.items():
        write_whole(where / f"{name}.parquet", partial(Path.write_bytes, data=parquet_of(table)))
    said = {
        "about": ABOUT,
        "legal_basis": legal_basis,
        **draw,
        "digest": folder.digest,
        "fetched": asdict(folder.fetched),
    }
    text = json.dumps(said, indent=1, ensure_ascii=False, default=str) + "\n"
    write_whole(where / MARKER, lambda part: part.write_text(text, encoding="utf-8"))


@lru_cache(maxsize=KEPT)
def _protect(folder: Folder, key: bytes) -> Folder:
    return protect(folder, Rounding(), key=key)


def require_as_written(where: Path, digest: str) -> None:
    """Make sure that the tables of a protected folder are what was written."""
    content = hashlib.sha256()
    for name, path in _paths(where):
        content.update(f"{name}\0".encode() + path.read_bytes())
    if content.hexdigest() != digest:
        raise SourceError(
            f"{where} is not as it was protected: tables were changed, added or taken away since. "
            "Make the run again, or get the folder again from whoever protected it."
        )


def _paths(where: Path) -> list[tuple[str, Path]]:
    every = ((name, where / f"{name}.parquet") for name in sorted(known_tables()))
    return [(name, path) for name, path in every if path.is_file()]


@lru_cache(maxsize=KEPT)
def _read(where: Path, digest: str, draw: Draw) -> Folder:
    """Read a protected folder, and make sure that it is what was written."""
    ready = read_kept(digest)
    if ready is not None:
        return folder_of_safe(ready[0], packaged_lists(()), ready[2], draw=draw, digest=digest)
    require_as_written(where, digest)
    said = _read_marker(where)
    found = {name: packed(read_parquet_within(path)[0], name) for name, path in _paths(where)}
    return folder_of_safe(
        {name: found[name] for name in known_tables() if name in found},
        packaged_lists(()),
        FetchReport(**said["fetched"]),
        draw=draw,
        digest=digest,
    )


def _draw_of(where: Path) -> tuple[Draw, str]:
    """Tell how a folder was protected, and its digest."""
    said = _read_marker(where)
    draw = Draw(str(said["key"]), int(said["base"]), int(said["tree"]), str(said.get("reason", "")))
    return draw, str(said["digest"])


def _read_marker(where: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads((where / MARKER).read_text(encoding="utf-8"))
        if not {"base", "tree", "key", "digest", "fetched"} <= set(said):
            raise ValueError(MARKER)
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(
            f"{where / MARKER} does not say how the folder was protected. Make the run again, or "
            "get the folder again from whoever protected it."
        ) from error
    return said
