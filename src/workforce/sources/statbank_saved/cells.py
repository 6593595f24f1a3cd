"""Read a saved file as rows of cells, with the place of each: text of any separator, or Excel."""

import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from workforce.contract.bounds import require_plain, require_text_within
from workforce.errors import SourceError
from workforce.sources.tables.delimited import decode
from workforce.sources.tables.workbook import column_letter, sheets_of

TEXT = (".csv", ".txt", ".tsv")
WORKBOOK = (".xlsx", ".xlsm")
_SEPARATORS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class Sheet:
    """The cells of a saved table: text without spaces around it, or a number where Excel has one.

    All rows are of one width; a cell that is empty is an empty text.
    """

    file: str
    rows: tuple[tuple[str | float, ...], ...]
    letters: bool

    def place(self, row: int, column: int) -> str:
        """Name a cell, by its row and column from 0, as its reader would find it."""
        where = f"cell {column_letter(column)}{row + 1}"
        return where if self.letters else f"row {row + 1}, column {column + 1}"


def read_sheets(path: Path) -> list[Sheet]:
    """Read the sheets of a saved file that hold anything; a text file is one sheet."""
    require_plain(path)
    if not path.is_file():
        raise SourceError(f"The file {path} is not there. Check the path.")
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
