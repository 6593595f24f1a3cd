"""Open a folder of tables: read and check every table once, and say what it suffices for."""

import contextlib
import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from workforce.contract.between_tables import check_between, notes_between
from workforce.contract.bounds import LARGEST_PARQUET, LARGEST_TEXT, require_plain
from workforce.contract.check import check_tables, defined_codes, unknown_table
from workforce.contract.councils import with_councils
from workforce.contract.dictionary import tables
from workforce.contract.folder import FetchReport, Folder, FolderReport, require_no_problems
from workforce.contract.municipalities import what_became_of
from workforce.contract.names import DIMENSIONS, names_in
from workforce.contract.packed import Tables, kept, packed
from workforce.contract.places import not_a_file
from workforce.contract.problems import Problem, shorten
from workforce.errors import SourceError
from workforce.sources.tables.cells import in_file
from workforce.sources.tables.files import (
    PACKAGED,
    data_files,
    national_folder,
    read_cells_of,
    read_packaged,
    tables_in,
    with_zeros,
)
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.plain import Raw, with_codes
from workforce.sources.tables.record import RECORD, read_record
from workforce.sources.tables.shown import shown
from workforce.sources.tables.workbook import filled_sheets, sheet_names

SAID = "folder.json"
"""What was found in tables that are kept open."""
KEPT = 2
"""Folders that stay open."""
CHECKED = {
    "table": pl.String(),
    "file": pl.String(),
    "column": pl.String(),
    "rule": pl.String(),
    "count": pl.Int64(),
    "rows": pl.List(pl.Int64()),
    "message": pl.String(),
}
OTHER_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt")


def open_folder(path: str | Path) -> Folder:
    """Find, read, check and hash every table of a folder, without stopping at the first problem.

    What was opened last is given again while its files are the same, so that asking twice costs
    no more than reading the files' bytes.

    Parameters
    ----------
    path : str or Path
        Folder of tables, or a workbook.

    Returns
    -------
    Folder
        With its problems, if any, in ``report``.

    Raises
    ------
    SourceError
        The folder is not there, or a file in it cannot be read.
    ParameterError
        What is given names no folder.
    """
    path = file_path(path, what="The path of the data folder")
    return _open(path, digest_of_files(path))


def check(path: str | Path) -> pl.DataFrame:
    """Check the tables of a folder against the dictionary.

    Parameters
    ----------
    path : str or Path
        Folder of tables, or a workbook.

    Returns
    -------
    DataFrame
        A row for each rule that a table breaks: table, file, column, rule, count of rows, rows (the
        first ones, where row 1 is the header) and message: what to do. No rows where all is well.

    Raises
    ------
    SourceError
        The folder is not there, or a file in it cannot be read.
    """
    found = open_folder(path).report.problems
    rows = [{name: getattr(one, name) for name in CHECKED} for one in found]
    return shown(pl.DataFrame(rows, schema=CHECKED))


def digest_of_files(path: Path) -> str:
    """Hash the files of a folder of tables, its record, and the packaged tables."""
    files = [*data_files(path), *data_files(national_folder())]
    record = [path / RECORD] if (path / RECORD).is_file() else []
    digest = hashlib.sha256()
    for each in [*record, *files]:
        digest.update(f"{each.name}\0{_state_of(each)}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


@lru_cache(maxsize=KEPT)
def _open(path: Path, digest: str) -> Folder:
    ready = read_kept(digest)
    if ready is not None:
        found, report, fetched = ready
    else:
        found, report = _check(path)
        fetched = read_record(path)
    return folder_of(found, name=str(path), report=report, fetched=fetched, digest=digest)


def folder_of(
    found: Mapping[str, pl.DataFrame],
    *,
    name: str = "tables",
    report: FolderReport | None = None,
    fetched: FetchReport | None = None,
    digest: str = "",
) -> Folder:
    """Make a folder of tables that are in memory and known to be sound."""
    whole = with_councils(Tables({table: found[table] for table in tables() if table in found}))
    small = {table: packed(frame, table) for table, frame in kept(whole).items()}
    there = Tables(MappingProxyType(small))
    own = {table: there[table] for table in PACKAGED if table in there}
    lists = {**packaged_lists(own), **own}
    return Folder(
        name=name,
        tables=there,
        lists=MappingProxyType(lists),
        names=names_in({**lists, **small}),
        fetched=fetched or FetchReport(),
        report=report or _report(there, lists),
        digest=digest,
    )


def let_go() -> None:
    """Let go of folders that were opened, which nobody asks for again."""
    _open.cache_clear()


def keep_open(folder: Folder, where: Path) -> None:
    """Write a sound folder so that other processes open it without checking it again.

    They do while the environment variable ``WORKFORCE_OPENED`` names ``where``, an empty folder,
    and only for files that are the same.
    """
    require_no_problems(folder)
    for name, table in kept(folder.tables).items():
        table.write_parquet(where / f"{name}.parquet")
    said = {
        "digest": folder.digest,
        "fetched": asdict(folder.fetched),
        "report": asdict(folder.report),
    }
    (where / SAID).write_text(json.dumps(said), encoding="utf-8")


def read_kept(digest: str) -> tuple[dict[str, pl.DataFrame], FolderReport, FetchReport] | None:
    """Read what `keep_open` wrote of the same files; None where there is none, or not all of it."""
    where = os.environ.get("WORKFORCE_OPENED")
    if not where:
        return None
    try:
        said = json.loads((Path(where) / SAID).read_text(encoding="utf-8"))
        if said["digest"] != digest:
            return None
        told: dict[str, Any] = said["report"]
        lists = {name: tuple(one) for name, one in told.items() if isinstance(one, list)}
        report = FolderReport(**{**told, **lists})
        found = {
            name: packed(pl.read_parquet(Path(where) / f"{name}.parquet"), name)
            for name in report.present
        }
        return found, report, FetchReport(**said["fetched"])
    # Whatever became of the copy, the files themselves are there.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError):
        return None


def _check(folder: Path) -> tuple[dict[str, pl.DataFrame], FolderReport]:
    """Read and check every table of a folder; give its tables and what was found."""
    places, ignored, problems = _sort_files(data_files(folder))
    ignored += _other_files(folder)
    frames: dict[str, pl.DataFrame] = {}
    unreadable: dict[str, dict[str, pl.Series]] = {}
    raw: dict[str, Raw] = {}
    found: list[Problem] = []
    for name, paths in places.items():
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            told = f"{names} hold the same table. Keep one of them; only the first was checked."
            place = paths[0].name
            problems.append(Problem(name, place, "", "table twice", len(paths), (), told))
        try:
            reading = read_cells_of(paths[0], name)
        except SourceError as error:
            problems.append(_cannot_be_read(name, paths[0], error))
            continue
        frames[name], unreadable[name] = reading.frame, reading.unreadable
        # Only where its cells lie is asked for from here on.
        raw[name] = replace(reading.raw, frame=reading.raw.frame.clear(), numbers={})
        found += reading.problems
    lists = packaged_lists(places)
    packaged = defined_codes(lists)
    frames, worded = in_codes(frames, lists)
    files = {name: place.file for name, place in raw.items()}
    found += check_tables(frames, files=files, known=packaged, unreadable=unreadable)
    found += check_between(frames, files=files)
    problems += in_file(found, raw)
    report = _report(
        places,
        lists,
        problems=tuple(problems),
        ignored=ignored,
        other_sheets=_other_sheets(data_files(folder)),
        notes=(
            *(note for place in raw.values() for note in place.notes),
            *worded,
            *notes_between(frames),
            *_former_places(frames),
        ),
    )
    # One after the other, so that a country does not lie here twice.
    return {name: packed(frames.pop(name), name) for name in tables() if name in frames}, report


def packaged_lists(there: Collection[str]) -> dict[str, pl.DataFrame]:
    """Read the packaged sectors and occupations, where there is no list of one's own."""
    lists = {name: read_packaged(name) for name in PACKAGED if name not in there}
    return {name: frame for name, frame in lists.items() if frame is not None}


def in_codes(
    frames: Mapping[str, pl.DataFrame], lists: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Give codes their lost zeros, and write names of places and the like as their codes."""
    every = {**lists, **frames}
    codes = defined_codes(every)
    named = _names_of_codes(every)
    whole: dict[str, pl.DataFrame] = {}
    notes: list[str] = []
    for name, frame in frames.items():
        whole[name], told = with_codes(with_zeros(frame, name, codes), tables()[name], named)
        notes += told
    return whole, notes


def _names_of_codes(
    frames: Mapping[str, pl.DataFrame],
) -> dict[str, dict[str, str]]:
    """Find the code that each name stands for, of places, sectors, occupations and competences.

    A name that several codes have, or that is a code itself, stands for none; a code with its own
    name beside it stands for the code.
    """
    named: dict[str, dict[str, str]] = {}
    for dimension, name in DIMENSIONS.items():
        frame = frames.get(name)
        if frame is None or dimension not in frame.columns:
            continue
        codes = set(frame[dimension].cast(pl.String).drop_nulls())
        found: dict[str, set[str]] = {}
        for column in ("name", "name_nb", "name_nn", "name_en"):
            if frame.schema.get(column) != pl.String():
                continue
            for code, text in frame.select(dimension, column).drop_nulls().iter_rows():
                for told in (text.strip(), f"{code} {text.strip()}", f"K-{code} {text.strip()}"):
                    found.setdefault(told.casefold(), set()).add(str(code))
        named[name] = {
            text: next(iter(of)) for text, of in found.items() if len(of) == 1 and text not in codes
        }
    return named


def _report(
    found: Collection[str],
    lists: Collection[str],
    *,
    problems: tuple[Problem, ...] = (),
    ignored: tuple[str, ...] = (),
    other_sheets: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> FolderReport:
    """Say which tables there are, and what they suffice for with the packaged lists."""
    needed = {table.name: table.needed_for for table in tables().values() if table.needed_for}
    there = {*found, *lists}
    return FolderReport(
        problems=problems,
        present=tuple(name for name in tables() if name in found),
        absent=tuple(name for name in tables() if name not in found),
        ignored=ignored,
        population_ready={n for n, use in needed.items() if use == "population"} <= there,
        staff_ready=set(needed) <= there,
        other_sheets=other_sheets,
        notes=notes,
    )


def _state_of(path: Path) -> str:
    """Hash a file piece by piece; of what is not read, tell what and how large it is."""
    if kind := not_a_file(path):
        return kind
    try:
        size = path.stat().st_size
        if size > max(LARGEST_TEXT, LARGEST_PARQUET):
            return f"{size} bytes"
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return str(error.strerror)


def _other_sheets(paths: list[Path]) -> tuple[str, ...]:
    """Name the filled sheets that are no tables, with their workbook; unreadable ones are told."""
    found = []
    for path in paths:
        if path.suffix.lower() != ".xlsx":
            continue
        with contextlib.suppress(SourceError):
            sheets = filled_sheets(path)
            found += [f"{path.name}, sheet {name}" for name in sheets if name not in tables()]
    return tuple(found)


def _former_places(frames: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """Tell which places have the number of a former municipality, and which is today's."""
    if "regions" not in frames or "region" not in frames["regions"].columns:
        return ()
    codes = frames["regions"]["region"].cast(pl.String).drop_nulls().to_list()
    told = [text for code in codes for text in [what_became_of(code)] if text]
    return (f"regions: {shorten(told, mark='; ')}.",) if told else ()


def _sort_files(
    paths: list[Path],
) -> tuple[dict[str, list[Path]], tuple[str, ...], list[Problem]]:
    """Sort files into those of each table and those of none, with the problems of their names."""
    places: dict[str, list[Path]] = {}
    ignored: list[str] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            require_plain(path)
            found = tables_in(path)
            others = sheet_names(path) if path.suffix.lower() == ".xlsx" else []
        except SourceError as error:
            problems.append(_cannot_be_read(path.stem, path, error))
            continue
        for name in found:
            places.setdefault(name, []).append(path)
        if not found:
            ignored.append(path.name)
            others = [path.stem, *others]
        unknown = [name for name in others if name not in tables()]
        misspelt = [name for name in unknown if get_close_matches(name.lower(), tables(), 1, 0.75)]
        problems += [unknown_table(name, path.name) for name in misspelt]
    return {name: places[name] for name in tables() if name in places}, tuple(ignored), problems


def _other_files(folder: str | Path) -> tuple[str, ...]:
    """Name the files of a kind that is not read, which their owner may take to be read."""
    folder = Path(folder)
    if not folder.is_dir():
        return ()
    return tuple(
        path.name for path in sorted(folder.iterdir()) if path.suffix.lower() in OTHER_SUFFIXES
    )


def _cannot_be_read(table: str, path: Path, error: SourceError) -> Problem:
    return Problem(table, path.name, "", "cannot be read", 1, (), str(error))
