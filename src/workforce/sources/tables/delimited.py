"""Read CSV files as they come: UTF-8 or Western European, with comma, semicolon or tab."""

import csv
import re
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path

import polars as pl

from workforce.contract.bounds import require_text_within
from workforce.contract.dictionary import Table
from workforce.errors import SourceError
from workforce.sources.tables.plain import Raw, column_meant, filled_rows

LONGEST_HEAD = 20
"""Rows of a file among which column names are looked for, to tell that they are not in row 1."""
YEAR_END = re.compile(r"\b31\.\s?(?:12\b|des)", re.IGNORECASE)
"""A title that says that its figures are of the last day of a year."""
_UTF8_PAIR = re.compile(rb"[\xc3][\x80-\xbf]")
_OTHER_SIGNS = re.compile("[\u0152\u00af\u00be\u00bf\u2021\u2026]")
"""What Norwegian letters of a Mac or of DOS look like when they are read as Western European."""


def read_delimited(path: Path, table: Table) -> Raw:
    """Read a CSV file as text, row by row as it stands; empty rows are left out."""
    try:
        require_text_within(path)
        text = decode(path.read_bytes(), path.name)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if "\n" not in text:
        text = text.replace("\r", "\n")  # So ended the lines of an old Mac.
    above = _rows_above(text, table)
    title = "".join(text.splitlines(keepends=True)[:above])
    text = "".join(text.splitlines(keepends=True)[above:]) if above else text
    header = text.partition("\n")[0]
    if not header.strip():
        raise SourceError(
            f"{path.name} cannot be read: row 1 is empty. Put the column names in row 1."
        )
    separator = max(",;\t", key=lambda mark: (len(_named(header, mark, table)), header.count(mark)))
    _check_widths(text, separator, path.name, above)
    try:
        frame = pl.read_csv(
            BytesIO(text.encode()), separator=separator, infer_schema=False, null_values=[]
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).strip().splitlines()[0].rstrip(".")
        raise SourceError(
            f"{path.name} cannot be read: {first}. Check that it is a whole CSV file."
        ) from error
    frame = frame.drop(
        name
        for name in frame.columns
        if (not name or name.startswith("_duplicated_"))
        and frame[name].null_count() == frame.height
    )
    rows = pl.Series("row", range(above + 2, above + 2 + frame.height), dtype=pl.Int64)
    filled = filled_rows(frame)
    lines = "row 1" if above == 1 else f"rows 1 to {above}"
    told = (
        f"{path.name}: {lines}, above the column names, {'is' if above == 1 else 'are'} not read."
    )
    if YEAR_END.search(title):
        told += (
            " They say 31 December. A year of ours stands on 1 January: figures of 31 December "
            "2025 are of 2026, so see that the years are right."
        )
    return Raw(
        frame.filter(filled), rows.filter(filled), path.name, {}, notes=(told,) if above else ()
    )


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8 (with or without a mark), UTF-16 with its mark, or Windows' Western European."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise _strange(name, error.start) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
        if _UTF8_PAIR.search(content):
            raise SourceError(
                f"{name} mixes UTF-8 with another kind of letters: byte {place + 1} is no part of "
                "one. In Excel, save it as 'CSV UTF-8'."
            ) from error
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _strange(name, error.start) from error
    if "\x00" in text or _OTHER_SIGNS.search(text):
        raise _strange(name, place)
    return text


def _strange(name: str, place: int) -> SourceError:
    return SourceError(
        f"{name} is neither UTF-8 nor Western European (Windows-1252): byte {place + 1} is no "
        "letter of either. In Excel, save it as 'CSV UTF-8'."
    )


def _named(header: str, separator: str, table: Table) -> set[str]:
    """Find which columns of the table a line names."""
    cells = (name.strip().strip('"') for name in header.split(separator))
    return {column for name in cells for column in [column_meant(name, table)] if column}


def _rows_above(text: str, table: Table) -> int:
    """Count the rows above the column names, as those of a title; 0 where no row has names."""
    key = set(table.key)
    best: tuple[int, int] = (1, 0)
    for row, line in enumerate(islice(StringIO(text), LONGEST_HEAD)):
        named = max((_named(line, mark, table) for mark in ",;\t"), key=len)
        if key <= named:
            return row
        # Of a table with years above columns the key is not whole.
        if len(named) > best[0]:
            best = len(named), row
    return best[1]


def _check_widths(text: str, separator: str, name: str, above: int) -> None:
    """Refuse rows with another number of cells than there are names, and names given twice."""
    width = 0
    row = 0
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, cells in enumerate(lines, start=1):
            if row == 1:
                width = len(cells)
                twice = sorted({cell for cell in cells if cell and cells.count(cell) > 1})
                if twice:
                    raise SourceError(
                        f"{name}: the column {twice[0]!r} is there twice. Keep one of them."
                    )
            elif len(cells) > width or (1 < len(cells) < width):
                comma = separator == "," and len(cells) > width
                raise SourceError(
                    f"{name}, row {above + row}: {len(cells)} cells where there are {width} "
                    "columns. "
                    "Check the signs between the cells, and put text that holds one in quotes."
                    + (" With a decimal comma, save with semicolons between cells." * comma)
                )
    except csv.Error as error:
        raise SourceError(
            f"{name}, row {above + row + 1}: {error}. Check the quotes in the row and the one "
            "before."
        ) from error
