"""Read a folder of tables: CSV, Parquet and Excel come in through one door."""

import os
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

import workforce
from workforce.contract.bounds import read_parquet_within, require_plain
from workforce.contract.dictionary import Table, tables
from workforce.contract.problems import describe_problems, shorten
from workforce.errors import DataError, MissingDataError, SourceError
from workforce.sources.tables.cells import Reading, in_file, read_cells
from workforce.sources.tables.delimited import read_delimited
from workforce.sources.tables.paths import file_path, require_file
from workforce.sources.tables.plain import Raw
from workforce.sources.tables.shown import shown
from workforce.sources.tables.workbook import filled_sheets, read_sheet, sheet_names

SUFFIXES = (".csv", ".parquet", ".xlsx")
_CODES = dict.fromkeys(("region", "occupation", "limit_group", "group", "born"), pl.String())
PACKAGED = ("sectors", "occupations")
"""Tables that count from the folder of national rates where a folder has none."""


def find_tables(folder: str | Path) -> dict[str, Path]:
    """Find the file of each table in a folder."""
    found: dict[str, list[Path]] = {}
    for path in data_files(folder):
        for name in tables_in(path):
            found.setdefault(name, []).append(path)
    twice = [
        f"{name} is in {' and in '.join(path.name for path in paths)}"
        for name, paths in found.items()
        if len(paths) > 1
    ]
    if twice:
        raise DataError(
            f"The folder {folder} holds a table more than once: {'; '.join(twice)}. "
            "Keep one file for each table."
        )
    return {name: found[name][0] for name in tables() if name in found}


def data_files(folder: str | Path) -> list[Path]:
    """List the CSV, Parquet and Excel files of a folder, by name; a workbook is its own folder."""
    folder = file_path(folder, what="The path of the data folder")
    if not folder.is_dir():
        require_plain(folder)
    if folder.is_file() and folder.suffix.lower() == ".xlsx":
        return [folder]
    if folder.is_file():
        raise SourceError(
            f"{folder} is neither a folder nor an Excel workbook (.xlsx). Name the folder that it "
            "lies in, or save it as a workbook."
        )
    if not folder.is_dir():
        raise SourceError(
            f"The data folder {folder} is not there. Check the path, or make the folder."
        )
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))
    )


def read_table(path: str | Path, table: str, *, sheet: str | None = None) -> pl.DataFrame:
    """Read one table from a CSV, Parquet or Excel file, cast to the dictionary's kinds.

    Codes are text, so that 0301 keeps its zero. CSV is UTF-8 or Western European, with comma,
    semicolon or tab; decimal commas, spaces between thousands and dates are understood where they
    cannot mean anything else. Optional columns that the file lacks come empty; columns that the
    dictionary does not know come last, as they are.

    Parameters
    ----------
    path : str or Path
        File to read.
    table : str
        Name of the table in the dictionary.
    sheet : str, optional
        Sheet of a workbook; by default the sheet named as the table, or the only one.

    Returns
    -------
    DataFrame
        Columns of the table in the dictionary's order.

    Raises
    ------
    SourceError
        The file cannot be read.
    DataError
        A cell is not what its column asks for; the message names file, column, rows and values.
    """
    reading = read_cells_of(path, table, sheet=sheet)
    if reading.problems:
        raise DataError(describe_problems(in_file(reading.problems, {table: reading.raw})))
    return shown(reading.frame)


def read_cells_of(path: str | Path, table: str, *, sheet: str | None = None) -> Reading:
    """Read one table as `read_table` does, but hand back unreadable cells as problems."""
    path = file_path(path)
    known = tables()
    if table not in known:
        raise DataError(f"There is no table {table!r}. The tables are: {', '.join(known)}.")
    return read_cells(_read_raw(path, known[table], sheet), known[table])


def with_zeros(
    frame: pl.DataFrame, table: str, codes: Mapping[tuple[str, str], Collection[str]]
) -> pl.DataFrame:
    """Give codes the leading zeros that a spreadsheet took, where the list of codes is certain."""
    mended = []
    for column in tables()[table].columns:
        listed = codes.get(column.refers_to) if column.refers_to else None
        if listed is None or frame.schema.get(column.name) != pl.String():
            continue
        ends: dict[str, list[str]] = {}
        for code in set(listed):
            if code.isdigit() and code.startswith("0"):
                ends.setdefault(code.lstrip("0"), []).append(code)
        certain = {end: full[0] for end, full in ends.items() if len(full) == 1 and end}
        lost = {end: full for end, full in certain.items() if end not in set(listed)}
        if lost:
            mended.append(pl.col(column.name).replace(lost))
    return frame.with_columns(mended)


def national_folder() -> Path:
    """Find the folder of published national rates to borrow.

    It is the one that the environment variable ``WORKFORCE_NATIONAL`` names, else
    ``data/national`` of the checkout, else the copy within the installed package.
    """
    named = os.environ.get("WORKFORCE_NATIONAL")
    if named and not Path(named).is_dir():
        raise MissingDataError(
            f"The folder of national rates is not at {named}. "
            "Set WORKFORCE_NATIONAL to a folder that holds them, or unset it."
        )
    return Path(named) if named else packaged_folder("national")


def read_national(table: str) -> pl.DataFrame:
    """Read a table of the published national rates; one that was read and has not changed is kept.

    MissingDataError where the environment names a folder that is not there.
    """
    path = national_folder() / f"{table}.csv"
    return _read_rates(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read_rates(path: Path, _changed: int) -> pl.DataFrame:
    return pl.read_csv(path, schema_overrides=_CODES)


def packaged_folder(name: str) -> Path:
    """Find a folder of ``data``: that of the checkout, else the copy within the package."""
    package = Path(workforce.__file__).parent
    places = [package.parents[1] / "data" / name, package / "data" / name]
    for place in places:
        if place.is_dir():
            return place
    raise MissingDataError(f"The folder {name} is not at {' or '.join(map(str, places))}.")


def read_packaged(table: str) -> pl.DataFrame | None:
    """Read a packaged list that counts where a folder has none: sectors or occupations."""
    return table_of(national_folder(), table)


def table_of(folder: Path, table: str) -> pl.DataFrame | None:
    """Read a table that a folder may have; None where there is no folder, or none of it in it."""
    path = find_tables(folder).get(table) if folder.is_dir() else None
    return read_table(path, table) if path else None


def tables_in(path: Path) -> list[str]:
    """Name the tables that a file holds, by its name or, for a workbook, by its sheets."""
    known = tables()
    if path.suffix.lower() != ".xlsx":
        return [path.stem] if path.stem in known else []
    sheets = sheet_names(path)
    if path.stem in known and not set(sheets) & set(known):
        return [path.stem]
    return [sheet for sheet in filled_sheets(path) if sheet in known]


def _read_raw(path: Path, table: Table, sheet: str | None) -> Raw:
    """Read the cells of a file, as text where the file does not say their kind."""
    require_file(path)
    match path.suffix.lower():
        case ".csv":
            return read_delimited(path, table)
        case ".parquet":
            return _read_parquet(path)
        case ".xlsx":
            return read_sheet(path, table, sheet)
        case _:
            raise SourceError(f"{path.name} is not CSV, Parquet or Excel. Save it as one of them.")


def _read_parquet(path: Path) -> Raw:
    frame, _ = read_parquet_within(path)
    unfit = [
        f"{name} ({str(dtype).partition('(')[0].lower()})"
        for name, dtype in frame.schema.items()
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object, pl.Duration)
    ]
    if unfit:
        raise SourceError(
            f"{path.name}: a cell holds one number or one text, and these columns hold something "
            f"else: {shorten(unfit)}. Write a column for each figure, or take them out."
        )
    rows = pl.Series("row", range(2, 2 + frame.height), dtype=pl.Int64)
    return Raw(frame, rows, path.name, {})
