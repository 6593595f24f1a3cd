"""Read a folder of tables: CSV, Parquet and Excel come in through one door."""

import os
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import polars as pl

import workforce
from workforce.contract.dictionary import Table, tables
from workforce.contract.problems import describe_problems, shorten
from workforce.errors import DataError, MissingDataError, SourceError
from workforce.sources.cells import Reading, read_cells

SUFFIXES = (".csv", ".parquet", ".xlsx")
PACKAGED = ("sectors", "occupations")
"""Tables that count from the folder of national rates where a folder has none."""


def find_tables(folder: str | Path) -> dict[str, Path]:
    """Find the file of each table in a folder.

    A table is a file of its name (``staff.csv``, ``staff.parquet`` or ``staff.xlsx``), or a sheet
    of its name in any workbook.

    Parameters
    ----------
    folder : str or Path
        Folder to look in; folders within it are not looked into.

    Returns
    -------
    dict of str to Path
        File by table, in the order of the dictionary.

    Raises
    ------
    SourceError
        The folder is not there, or a workbook cannot be opened.
    DataError
        Two files hold the same table.
    """
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
    """List the CSV, Parquet and Excel files of a folder, by name."""
    folder = Path(folder)
    if not folder.is_dir():
        raise SourceError(
            f"The data folder {folder} is not there. Check the path, or make the folder."
        )
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not path.name.startswith((".", "~$"))
    )


def read_table(path: str | Path, table: str, *, sheet: str | None = None) -> pl.DataFrame:
    """Read one table from a CSV, Parquet or Excel file, cast to the dictionary's kinds.

    Codes are text, so that 0301 keeps its zero. CSV is UTF-8 with comma or semicolon; a decimal
    comma is understood where it cannot mean anything else. Optional columns that the file lacks
    come empty; columns that the dictionary does not know come last, as they are.

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
        raise DataError(describe_problems(reading.problems))
    return reading.frame


def read_cells_of(path: str | Path, table: str, *, sheet: str | None = None) -> Reading:
    """Read one table as `read_table` does, but hand back unreadable cells as problems."""
    path = Path(path)
    known = tables()
    if table not in known:
        raise DataError(f"There is no table {table!r}. The tables are: {', '.join(known)}.")
    raw = _read_raw(path, known[table], sheet)
    return read_cells(_without_empty_end(raw), known[table], file=path.name)


def read_folder(
    folder: str | Path, tables: Collection[str] | None = None
) -> dict[str, pl.DataFrame]:
    """Read the tables of a folder that are there.

    Parameters
    ----------
    folder : str or Path
        Folder of tables.
    tables : collection of str, optional
        Names of the tables to read; all by default. One that is not there is left out.

    Returns
    -------
    dict of str to DataFrame
        Table by name, in the order of the dictionary.
    """
    return {
        name: read_table(path, name)
        for name, path in find_tables(folder).items()
        if tables is None or name in tables
    }


def national_folder() -> Path:
    """Find the folder of published national rates to borrow.

    It is the one that the environment variable ``WORKFORCE_NATIONAL`` names, else
    ``data/national`` of the checkout, else the copy within the installed package.
    """
    named = os.environ.get("WORKFORCE_NATIONAL")
    package = Path(workforce.__file__).parent
    places = [package.parents[1] / "data" / "national", package / "data" / "national"]
    for place in [Path(named)] if named else places:
        if place.is_dir():
            return place
    raise MissingDataError(
        f"The folder of national rates is not at {named or ' or '.join(map(str, places))}. "
        "Set WORKFORCE_NATIONAL to a folder that holds them, or unset it."
    )


def read_packaged(table: str) -> pl.DataFrame | None:
    """Read a packaged list that counts where a folder has none: sectors or occupations.

    Parameters
    ----------
    table : str
        ``sectors`` or ``occupations``.

    Returns
    -------
    DataFrame or None
        None where the folder of national rates holds no such list.
    """
    path = find_tables(national_folder()).get(table)
    return read_table(path, table) if path else None


def tables_in(path: Path) -> list[str]:
    """Name the tables that a file holds, by its name or, for a workbook, by its sheets."""
    known = tables()
    if path.suffix.lower() != ".xlsx":
        return [path.stem] if path.stem in known else []
    found = [sheet for sheet in sheet_names(path) if sheet in known]
    return [path.stem] if path.stem in known and not found else found


def sheet_names(path: Path) -> list[str]:
    """List the sheets of a workbook."""
    import fastexcel

    try:
        return list(fastexcel.read_excel(path).sheet_names)
    except (fastexcel.FastExcelError, OSError) as error:
        raise _unreadable(path, error) from error


def _read_raw(path: Path, table: Table, sheet: str | None) -> pl.DataFrame:
    """Read the cells of a file, as text where the file does not say their kind."""
    if not path.is_file():
        raise SourceError(f"The file {path} is not there. Check the path.")
    match path.suffix.lower():
        case ".csv":
            return _read_csv(path, table)
        case ".parquet":
            return _read_parquet(path)
        case ".xlsx":
            return _read_excel(path, table, sheet)
        case _:
            raise SourceError(f"{path.name} is not CSV, Parquet or Excel. Save it as one of them.")


def _read_csv(path: Path, table: Table) -> pl.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path.name} is not UTF-8: byte {error.start + 1} is no part of a letter. "
            "In Excel, save it as 'CSV UTF-8'."
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    header = text.partition("\n")[0]
    names = {column.name for column in table.columns}
    separator = max(",;\t", key=lambda mark: len(names & _split(header, mark)))
    try:
        return pl.read_csv(BytesIO(text.encode()), separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _split(header: str, separator: str) -> set[str]:
    return {name.strip().strip('"') for name in header.split(separator)}


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _read_excel(path: Path, table: Table, sheet: str | None) -> pl.DataFrame:
    """Read a sheet twice: as text, since codes are, and typed, since text rounds numbers."""
    import fastexcel

    sheets = sheet_names(path)
    if sheet is None:
        sheet = table.name if table.name in sheets else sheets[0] if len(sheets) == 1 else None
    if sheet not in sheets:
        raise SourceError(
            f"{path.name} has no sheet {sheet or table.name!r}; it has {shorten(sheets)}. "
            f"Name the sheet {table.name!r}, or keep one sheet only."
        )
    try:
        book = fastexcel.read_excel(path)
        text = book.load_sheet(sheet, skip_rows=0, dtypes="string").to_polars()
        typed = book.load_sheet(sheet, skip_rows=0, schema_sample_rows=None).to_polars()
    except (fastexcel.FastExcelError, OSError) as error:
        raise _unreadable(path, error) from error
    if text.width and all(name.startswith("__UNNAMED__") for name in text.columns):
        raise SourceError(
            f"{path.name}, sheet {sheet}: row 1 is empty. Put the column names in row 1."
        )
    exact = [
        typed[column.name]
        for column in table.columns
        if column.variable.dtype in ("number", "integer")
        and column.name in typed.columns
        and typed[column.name].dtype.is_numeric()
    ]
    frame = text.with_columns(exact)
    stray = [
        name for name in frame.columns if name.startswith("__UNNAMED__") and _is_empty(frame[name])
    ]
    return frame.drop(stray)


def _is_empty(cells: pl.Series) -> bool:
    return cells.null_count() == len(cells)


def _without_empty_end(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out empty rows at the end; those within stay, so that row numbers hold."""
    if not frame.width:
        return frame
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    return frame.head(int(filled[-1]) + 1 if len(filled) else 0)


def _unreadable(path: Path, error: Exception) -> SourceError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SourceError(
        f"{path.name} cannot be read: {first.rstrip('.')}. Check that it is whole and of the kind "
        f"that its name says ({path.suffix.lower()[1:]})."
    )
