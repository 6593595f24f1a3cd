"""Read a saved file as cells, and find its title, heads, names of rows, figures and footnotes."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from workforce.contract.bounds import require_text_within
from workforce.errors import SourceError
from workforce.sources.tables.delimited import decode
from workforce.sources.tables.paths import require_file
from workforce.sources.tables.workbook import column_letter, sheets_of

MARKS = (".", "..", ":", "-", "...")
_NUMBER = re.compile("[+-\u2212]?\\d[\\d \u00a0\u2009\u202f.,]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE = re.compile(r"^\d{5}: ")
_MOST_HEADS = 12
_LEAST_FIGURES = 6
"""A table has a figure, or a code, among so many cells at least."""
TEXT = (".csv", ".txt", ".tsv")
WORKBOOK = (".xlsx", ".xlsm")
_SEPARATORS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class Sheet:
    """The cells of a saved table: text, empty where a cell is, or a number where Excel has one."""

    file: str
    rows: tuple[tuple[str | float, ...], ...]
    letters: bool

    def place(self, row: int, column: int) -> str:
        """Name a cell, by its row and column from 0, as its reader would find it."""
        where = f"cell {column_letter(column)}{row + 1}"
        return where if self.letters else f"row {row + 1}, column {column + 1}"


@dataclass(frozen=True)
class Layout:
    """Where the parts of a saved table are; rows and columns count from 0.

    ``stubs`` are the columns that name the rows, with their own name (empty where they have none),
    and their text in each row of ``rows``, with what a blank under a merged cell stands for.
    ``columns`` are the columns of figures, with the texts above each, from the top.
    """

    sheet: Sheet
    title: str
    notes: tuple[str, ...]
    rows: tuple[int, ...]
    stubs: tuple[tuple[int, str, tuple[str, ...]], ...]
    columns: tuple[tuple[int, tuple[str, ...]], ...]
    head: int


def lay_out(sheet: Sheet, names: Collection[str]) -> Layout | None:
    """Find the parts of a saved table."""
    start, titles = _after_title(sheet)
    heads, body = _heads(sheet, start, names)
    stubs, columns = _columns(sheet, heads, body, names)
    with_figures = [
        row
        for row in range(body, len(sheet.rows))
        if any(is_figure(sheet.rows[row][column]) for column in columns)
    ]
    if not columns or not with_figures:
        return None
    last = with_figures[-1]
    names_of: dict[int, list[str]] = {column: [] for column in stubs}
    rows = []
    above = dict.fromkeys(stubs, "")
    for row in range(body, last + 1):
        cells = sheet.rows[row]
        for place, column in enumerate(stubs):
            told = as_text(cells[column])
            if told:
                above[column] = told
                if not any(as_text(cells[later]) for later in stubs[place + 1 :]):
                    above |= dict.fromkeys(stubs[place + 1 :], "")
        figures = any(is_figure(cells[column]) for column in columns)
        if not figures and not (stubs and as_text(cells[stubs[-1]])):
            continue
        unnamed = [column for column in stubs if not above[column]]
        if stubs and (unnamed or not as_text(cells[stubs[-1]])):
            where = sheet.place(row, unnamed[0] if unnamed else stubs[-1])
            raise SourceError(
                f"{sheet.file}, {where}: the cell is empty, so it is not known what the figures "
                "of the row are of. Save the table again, or fill the cell."
            )
        rows.append(row)
        for column in stubs:
            names_of[column].append(above[column])
    texts = [as_text(cell) for row in sheet.rows[last + 1 :] for cell in row if as_text(cell)]
    own = heads[-1] if heads else None
    return Layout(
        sheet=sheet,
        title=" ".join(titles),
        notes=tuple(texts),
        rows=tuple(rows),
        stubs=tuple(
            (column, "" if own is None else as_text(sheet.rows[own][column]), tuple(found))
            for column, found in names_of.items()
        ),
        columns=tuple(_above(sheet, heads, columns)),
        head=body if own is None else own,
    )


def as_text(cell: str | float) -> str:
    """Write a cell as text: a whole number without decimals."""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if cell.is_integer() else str(cell)


def is_figure(cell: str | float) -> bool:
    """Whether a cell holds a number, or a mark that stands for one."""
    return not isinstance(cell, str) or cell in MARKS or bool(_NUMBER.fullmatch(cell))


def is_mostly_text(sheet: Sheet) -> bool:
    """Whether a sheet tells about tables, with some number or date at most among its words."""
    filled = [cell for row in sheet.rows for cell in row if cell != ""]
    return _LEAST_FIGURES * sum(map(is_figure, filled)) < len(filled)


def _after_title(sheet: Sheet) -> tuple[int, list[str]]:
    """Find the first row below the title: texts that stand alone in the first column."""
    titles = []
    for row, cells in enumerate(sheet.rows):
        filled = [place for place, cell in enumerate(cells) if cell != ""]
        first = as_text(cells[0])
        if filled == [0] and len(cells) > 1:
            titles.append(first)
        elif filled and _TITLE.match(first) and not any(is_figure(cells[at]) for at in filled):
            # A title without quotes falls apart at its commas.
            titles.append(", ".join(as_text(cells[at]) for at in filled))
        elif filled:
            return row, titles
    return len(sheet.rows), titles


def _heads(sheet: Sheet, start: int, names: Collection[str]) -> tuple[list[int], int]:
    """Find the rows of heads, and the first row below them; a table may have none."""
    near = range(start, min(start + _MOST_HEADS, len(sheet.rows)))
    for row in near:
        if any(as_text(cell).casefold() in names for cell in sheet.rows[row]):
            return [each for each in range(start, row + 1) if any(sheet.rows[each])], row + 1
    heads = []
    for row in near:
        if sheet.rows[row][0] != "" or not any(sheet.rows[row]):
            break
        heads.append(row)
    if not heads:
        # Where all variables are above the figures, the rows of heads have no figures.
        for row in near:
            filled = [cell for cell in sheet.rows[row] if cell != ""]
            if all(is_figure(cell) for cell in filled) and not all(map(_is_year, filled)):
                return heads, row
            if is_figure(filled[-1]) and not _is_year(filled[-1]):
                return [], start
            heads.append(row)
    return heads, start + len(heads)


def _is_year(cell: str | float) -> bool:
    return bool(_YEAR.fullmatch(as_text(cell)))


def _columns(
    sheet: Sheet, heads: Sequence[int], body: int, names: Collection[str]
) -> tuple[list[int], list[int]]:
    """Tell the columns that name the rows from those of figures."""
    width = len(sheet.rows[0])
    below = sheet.rows[body:]
    if not heads:
        filled = [at for at in range(width) if any(row[at] != "" for row in below)]
        return filled[:-1], filled[-1:]
    stubs, figures = list[int](), list[int]()
    for column in range(width):
        told = [as_text(sheet.rows[row][column]) for row in heads]
        named = told[-1].casefold() in names
        texts = any(row[column] != "" and not is_figure(row[column]) for row in below)
        has_figures = any(is_figure(row[column]) for row in below if row[column] != "")
        if named or (not any(told) and (texts or has_figures) and not figures):
            stubs.append(column)
        elif has_figures and any(told):
            figures.append(column)
        elif has_figures and figures and len(heads) > 1:
            figures.append(column)  # Below a merged head.
        elif has_figures and figures:
            row = next(at for at, row in enumerate(below, body) if is_figure(row[column]))
            raise SourceError(
                f"{sheet.file}, {sheet.place(row, column)}: no head tells what the figures of the "
                "column are of. Save the table again, or write its head."
            )
    return stubs, figures


def _above(
    sheet: Sheet, heads: Sequence[int], columns: Sequence[int]
) -> list[tuple[int, tuple[str, ...]]]:
    """Give the texts above each column of figures; a blank is below a merged cell to its left."""
    told: list[list[str]] = []
    for row in heads:
        last = ""
        line = []
        for column in range(columns[0] if columns else 0, len(sheet.rows[0])):
            last = as_text(sheet.rows[row][column]) or last
            if column in columns:
                line.append(last)
        told.append(line)
    return [
        (column, tuple(line[place] for line in told if line[place]))
        for place, column in enumerate(columns)
    ]


def read_sheets(path: Path) -> list[Sheet]:
    """Read the sheets of a saved file that hold anything; a text file is one sheet."""
    require_file(path)
    suffix = path.suffix.lower()
    if suffix in TEXT:
        return [_read_text(path)]
    if suffix in WORKBOOK:
        return _read_workbook(path)
    raise SourceError(
        f"{path.name} is neither CSV, Excel (.xlsx), JSON-stat (.json) nor PX (.px). Save the "
        "table from ssb.no as one of them."
    )


def _read_text(path: Path) -> Sheet:
    require_text_within(path)
    text = decode(path.read_bytes(), path.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    found = [_split(text, mark) for mark in _SEPARATORS]
    rows = max(found, key=_likely_width)
    return _sheet(path.name, rows, letters=False)


def _split(text: str, separator: str) -> list[list[str | float]]:
    """Part each line by a separator; a quote that is never closed is a sign like others."""
    try:
        read = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        read = [line.split(separator) for line in text.splitlines()]
    return [[cell.strip() for cell in row] for row in read]


def _likely_width(rows: list[list[str | float]]) -> tuple[int, int]:
    """How many rows have the width that most have, where that is more than one; and the width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
    return count, width


def _read_workbook(path: Path) -> list[Sheet]:
    book = sheets_of(path)
    sheets = []
    for name, cells in book.items():
        pairs = zip(cells.text.iter_rows(), cells.numbers.iter_rows(), strict=True)
        rows = [
            [(text or "").strip() if number is None else number
             for text, number in zip(*pair, strict=True)]
            for pair in pairs
        ]  # fmt: skip
        if any(cell != "" for row in rows for cell in row):
            title = f"{path.name}, sheet {name}" if len(book) > 1 else path.name
            sheets.append(_sheet(title, rows, letters=True))
    if not sheets:
        raise SourceError(f"{path.name} is empty. Save the table again.")
    return sheets


def _sheet(file: str, rows: list[list[str | float]], *, letters: bool) -> Sheet:
    width = max((len(row) for row in rows), default=0)
    if not any(cell != "" for row in rows for cell in row):
        raise SourceError(f"{file} is empty. Save the table again.")
    return Sheet(file, tuple((*row, *([""] * (width - len(row)))) for row in rows), letters)
