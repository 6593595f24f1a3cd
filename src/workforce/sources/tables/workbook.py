"""Read the sheets of an Excel workbook, with the row and the letter of every cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import polars as pl

from workforce.contract.dictionary import Table, tables
from workforce.contract.problems import shorten
from workforce.errors import SourceError
from workforce.sources.tables.cells import NOT_COMPUTED
from workforce.sources.tables.plain import YEAR_ABOVE, Raw, column_meant, filled_rows
from workforce.sources.tables.workbook_parts import Hidden, column_number, unpack, without_panic

LONGEST_HEAD = 20
"""Rows of a sheet among which the column names are looked for."""
_FORMULA = rb"<f[^>]{0,500}(?:/>|>[^<]*</f>)"
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]{0,500}?\bt="e"[^>]{0,500}>(?:' + _FORMULA + rb")?<v>([^<]*)</v>"
)
_BARE_FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]{0,500}t="str")[^>]{0,500}>'
    + _FORMULA
    + rb"(?:<v ?/>|<v></v>)?</c>"
)


@dataclass(frozen=True)
class Cells:
    """Cells of a sheet from A1 on, as text and as numbers, and what of it its reader sees."""

    text: pl.DataFrame
    numbers: pl.DataFrame
    shown: bool
    hidden: Hidden


def sheet_names(path: Path) -> list[str]:
    """List the sheets of a workbook, hidden ones too."""
    return list(sheets_of(path))


def filled_sheets(path: Path) -> list[str]:
    """List the sheets that hold more than column names and what is above them."""
    found = []
    for name, sheet in sheets_of(path).items():
        text = sheet.text
        known = tables().get(name)
        head = _head(text, known) if known else None
        if text.height and (head is None or filled_rows(text[head + 1 :]).any()):
            found.append(name)
    return found


def read_sheet(path: Path, table: Table, sheet: str | None) -> Raw:
    """Read one sheet: text as it stands, since codes are text, and numbers with every decimal."""
    sheets = sheets_of(path)
    if sheet is None:
        sheet = (
            table.name if table.name in sheets else next(iter(sheets)) if len(sheets) == 1 else None
        )
    if sheet is None or sheet not in sheets:
        raise SourceError(
            f"{path.name} has no sheet {sheet or table.name!r}; it has {shorten(sheets)}. "
            f"Name the sheet {table.name!r}, or keep one sheet only."
        )
    text = sheets[sheet].text
    place = f"{path.name}, sheet {sheet}"
    if not sheets[sheet].shown:
        raise SourceError(
            f"{place}: the sheet is hidden, so nobody sees what is read. Show it, or rename it."
        )
    head = _head(text, table)
    if head is None:
        raise SourceError(
            f"{place}: no row among the first {LONGEST_HEAD} holds the column names "
            f"{', '.join(table.key)}. Put the column names in row 1."
        )
    names, letters = _names(text, head, place)
    body = text[head + 1 :].select(list(names)).rename(names)
    numbers = sheets[sheet].numbers[head + 1 :].select(list(names)).rename(names)
    rows = pl.Series("row", range(head + 2, head + 2 + body.height), dtype=pl.Int64)
    filled = filled_rows(body)
    rows = rows.filter(filled)
    return Raw(
        body.filter(filled),
        rows,
        place,
        letters,
        {name: numbers[name].filter(filled) for name in numbers.columns},
        _about_hidden(sheets[sheet].hidden, rows, letters, place),
    )


def _about_hidden(
    hidden: Hidden, rows: pl.Series, letters: Mapping[str, str], place: str
) -> tuple[str, ...]:
    """Tell which rows and columns are read though their reader does not see them."""
    unseen = rows.filter(rows.is_in(hidden.rows)).to_list()
    columns = [
        f"{letter} ({name})"
        for name, letter in letters.items()
        if hidden.has_column(column_number(letter.encode()))
    ]
    told = [f"{len(unseen)} hidden or filtered rows ({shorten(unseen)})"] * bool(unseen)
    told += [f"hidden columns ({shorten(columns)})"] * bool(columns)
    if not told:
        return ()
    text = f"{place}: {' and '.join(told)} are read like the others. "
    return (f"{text}Show them, or delete what should not count.",)


def column_letter(index: int) -> str:
    """Give the letter of a column of a workbook, from 0: A to Z, then AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheets_of(path: Path) -> Mapping[str, Cells]:
    """Read every cell of every sheet, by the name of the sheet."""
    try:
        state = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    found = _sheets_as_of(path, state.st_mtime_ns, state.st_size)
    if isinstance(found, SourceError):
        raise found
    return found


@lru_cache(maxsize=4)
def _sheets_as_of(
    path: Path,
    changed: int,  # noqa: ARG001 - a file that changed is read again
    size: int,  # noqa: ARG001
) -> Mapping[str, Cells] | SourceError:
    """Read every cell of every sheet; give the error where it cannot be, to look once only."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        unpacked = unpack(path)
        found = {}
        with without_panic(), CalamineWorkbook.from_filelike(unpacked.book) as book:
            for about in book.sheets_metadata:
                cells = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
                text, numbers = _columns(cells)
                text = _with_signs(text, unpacked.sheets.get(about.name, b""))
                shown = about.visible == SheetVisibleEnum.Visible
                hidden = unpacked.hidden.get(about.name, Hidden())
                found[about.name] = Cells(text, numbers, shown, hidden)
    except OSError as error:
        raise _unreadable(path, error) from error
    except SourceError as error:
        return error
    except (CalamineError, BadZipFile, ValueError) as error:
        return _unreadable(path, error)
    return MappingProxyType(found)


def _columns(cells: list[list[Any]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set cells in columns: every cell as text, and those that are numbers as numbers too."""
    width = max((len(row) for row in cells), default=0)
    text, numbers = {}, {}
    for index in range(width):
        column = [row[index] for row in cells]
        text[str(index)] = pl.Series(map(_as_text, column), dtype=pl.String)
        numbers[str(index)] = pl.Series(
            [value if type(value) in (int, float) else None for value in column],
            dtype=pl.Float64,
            strict=False,
        )
    return pl.DataFrame(text), pl.DataFrame(numbers)


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _with_signs(text: pl.DataFrame, sheet: bytes) -> pl.DataFrame:
    """Write the sign of an error into its cell, which would else look empty."""
    signs: dict[str, dict[int, str]] = {}
    for letters, row, sign in _ERROR_CELL.findall(sheet):
        signs.setdefault(str(column_number(letters) - 1), {})[int(row) - 1] = sign.decode()
    for letters, row in _BARE_FORMULA.findall(sheet):
        signs.setdefault(str(column_number(letters) - 1), {})[int(row) - 1] = NOT_COMPUTED
    return text.with_columns(
        pl.Series(
            name,
            [found.get(row, cell) for row, cell in enumerate(text[name])],
            dtype=pl.String,
        )
        for name, found in signs.items()
        if name in text.columns
    )


def _head(text: pl.DataFrame, table: Table) -> int | None:
    """Find the row of the column names: that of most, if of the whole key or of most columns."""
    key, every = set(table.key), {column.name for column in table.columns}
    best: tuple[int, int | None] = (0, None)
    for index, row in enumerate(text.head(LONGEST_HEAD).iter_rows()):
        cells = {column_meant(str(cell), table) for cell in row if cell is not None}
        named = len(every & cells)
        above = [cell for cell in row if cell is not None and YEAR_ABOVE.search(str(cell))]
        wide = len(above) > 1 and named > 1  # Years stand above columns.
        if named > best[0] and (key <= cells or named > len(every) / 2 or wide):
            best = (named, index)
    return best[1]


def _names(text: pl.DataFrame, head: int, place: str) -> tuple[dict[str, str], dict[str, str]]:
    """Name the columns of a sheet by the row of names, and give the letter of each name."""
    names: dict[str, str] = {}
    letters: dict[str, str] = {}
    below = text[head + 1 :]
    for index, column in enumerate(text.columns):
        cell, letter = text[head, index], column_letter(index)
        name = "" if cell is None else str(cell).strip()
        if not name:
            if below[column].null_count() == below.height:
                continue
            name = f"(column {letter})"
        if name in letters:
            raise SourceError(
                f"{place}: the column {name} is there twice, in {letters[name]} and {letter}. "
                "Keep one of them."
            )
        names[column], letters[name] = name, letter
    return names, letters


def _unreadable(path: Path, error: Exception) -> SourceError:
    if isinstance(error, PermissionError):
        return SourceError(
            f"{path.name} cannot be read: it is open in another program, or you may not read it. "
            "Close it there, and try again."
        )
    told = _told_by_beginning(path)
    if told:
        return SourceError(f"{path.name} cannot be read: {told}")
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SourceError(
        f"{path.name} cannot be read: {first.rstrip('.')}. Check that it is a whole Excel "
        "workbook (.xlsx) and not open for writing or locked with a password."
    )


def _told_by_beginning(path: Path) -> str:
    """Tell by its first bytes what a file is that is no workbook; nothing where it may be one."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        return ""
    save = "Open it in Excel and save it as an Excel workbook (.xlsx)"
    if not start:
        return "it is empty. Copy or download it again."
    if start.startswith(b"%PDF"):
        return "it is a PDF with the name of a workbook. Ask for the figures as a spreadsheet."
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return f"it is locked with a password, or an older workbook (.xls). {save}, without one."
    if not start.startswith(b"PK"):
        return f"it has the name of an Excel workbook, but is none. {save}."
    return ""
