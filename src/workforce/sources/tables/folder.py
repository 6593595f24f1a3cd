"""Check a whole folder of tables, and say what it suffices for."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from workforce.contract.bounds import require_plain
from workforce.contract.check import check_tables, defined_codes, unknown_table
from workforce.contract.dictionary import tables
from workforce.contract.municipalities import what_became_of
from workforce.contract.problems import Problem, shorten
from workforce.errors import SourceError
from workforce.sources.tables.cells import Raw, in_file
from workforce.sources.tables.files import (
    PACKAGED,
    data_files,
    read_cells_of,
    read_packaged,
    tables_in,
    with_zeros,
)
from workforce.sources.tables.workbook import filled_sheets, sheet_names

OTHER_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt")


@dataclass(frozen=True)
class FolderReport:
    """What a folder holds, what is wrong with it, and which results it suffices for.

    ``ignored`` names the data files that hold no table of the dictionary. A folder suffices for
    population results with regions and population, and for staff results with sectors, occupations
    and staff as well, once its problems are mended; the packaged sectors and occupations count
    where it has none. ``other_sheets`` names the filled sheets of workbooks that hold no table,
    and ``notes`` says what is right but may surprise.
    """

    problems: tuple[Problem, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    population_ready: bool
    staff_ready: bool
    other_sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_folder(folder: str | Path) -> FolderReport:
    """Read and check every table of a folder, without stopping at the first problem.

    Parameters
    ----------
    folder : str or Path
        Folder of tables, or a workbook.

    Returns
    -------
    FolderReport

    Raises
    ------
    SourceError
        The folder is not there.
    """
    places, ignored, problems = _sort_files(data_files(folder))
    ignored += _other_files(folder)
    frames: dict[str, pl.DataFrame] = {}
    unreadable: dict[str, dict[str, pl.Series]] = {}
    raw: dict[str, Raw] = {}
    found: list[Problem] = []
    for name, paths in places.items():
        if len(paths) > 1:
            problems.append(_twice(name, paths))
        try:
            reading = read_cells_of(paths[0], name)
        except SourceError as error:
            problems.append(_cannot_be_read(name, paths[0], error))
            continue
        frames[name], unreadable[name] = reading.frame, reading.unreadable
        raw[name] = reading.raw
        found += reading.problems
    lists = {name: read_packaged(name) for name in PACKAGED if name not in places}
    packaged = {
        (name, table.columns[0].name): frame[table.columns[0].name].to_list()
        for name, frame in lists.items()
        if frame is not None
        for table in [tables()[name]]
    }
    codes = {**packaged, **defined_codes(frames)}
    frames = {name: with_zeros(frame, name, codes) for name, frame in frames.items()}
    files = {name: place.file for name, place in raw.items()}
    found += check_tables(frames, files=files, known=packaged, unreadable=unreadable)
    problems += in_file(found, raw)
    there = set(frames) | {name for name, _ in packaged}
    for_population = {t.name for t in tables().values() if t.needed_for == "population"}
    for_staff = {t.name for t in tables().values() if t.needed_for}
    return FolderReport(
        problems=tuple(problems),
        present=tuple(name for name in tables() if name in places),
        absent=tuple(name for name in tables() if name not in places),
        ignored=ignored,
        population_ready=for_population <= there,
        staff_ready=for_staff <= there,
        other_sheets=_other_sheets(data_files(folder)),
        notes=(
            *(note for place in raw.values() for note in place.notes),
            *_years_apart(frames),
            *_former_places(frames),
        ),
    )


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


def _years_apart(frames: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """Tell where staff is of a later year than the population, whose year the results begin in."""
    newest = {
        name: frames[name]["year"].max()
        for name in ("population", "staff")
        if name in frames and "year" in frames[name].columns
    }
    last, staff = newest.get("population"), newest.get("staff")
    if not isinstance(last, int) or not isinstance(staff, int) or staff <= last:
        return ()
    told = (
        f"staff is of {staff}, population of {last} at the latest: results begin on 1 January "
        f"{last}, and staff of later years is not used. Add the population of {staff}."
    )
    return (told,)


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
        misspelt = [name for name in others if name not in tables() and _looks_like_table(name)]
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


def _looks_like_table(name: str) -> bool:
    return bool(get_close_matches(name.lower(), tables(), n=1, cutoff=0.75))


def _twice(table: str, paths: list[Path]) -> Problem:
    names = " and ".join(path.name for path in paths)
    message = f"{names} hold the same table. Keep one of them; only the first was checked."
    return Problem(table, paths[0].name, "", "table twice", len(paths), (), message)


def _cannot_be_read(table: str, path: Path, error: SourceError) -> Problem:
    return Problem(table, path.name, "", "cannot be read", 1, (), str(error))
