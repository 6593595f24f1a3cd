"""Read the named columns of an extract as text, and nothing else of it.

A message of the libraries that read files may quote a cell, and a cell may hold a person. No such
message leaves this module, not even as the context of an error.
"""

import codecs
import contextlib
import csv
import json
import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import polars as pl

from workforce.contract.bounds import require_text_within
from workforce.errors import ParameterError, SourceError
from workforce.sources.staff_register.vocabulary import heading_words, plain
from workforce.sources.tables.paths import require_file
from workforce.sources.tables.workbook_parts import Hidden, unpack, without_panic

ROW = "row"
LONGEST_HEAD = 20
"""Rows among which the headings are looked for."""
_TEXT = (".csv", ".txt", ".tsv")
_SEPARATORS = ";,\t|"
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")
_LONGEST_BEGINNING = 1 << 16
_LONGEST_READING = 120
"""Seconds that an older workbook may take."""
_READ_OLD = """
import json, sys
try:
    import resource
    most = 2 << 30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass  # Windows ends the process where there is no more memory.
from python_calamine import CalamineWorkbook
path, sheet = sys.argv[1:]
with CalamineWorkbook.from_path(path) as book:
    found = {}
    if not sheet or sheet in book.sheet_names:
        cells = book.get_sheet_by_name(sheet or book.sheet_names[0])
        found["cells"] = cells.to_python(skip_empty_area=False)
print(json.dumps(found, default=str))
"""
_NOT_A_HEADING = re.compile(r"\d{5,}|^[\d.,:/\s-]*$")


def read_columns(
    path: Path, columns: Mapping[str, str], *, sheet: str | None = None
) -> tuple[pl.DataFrame, list[str]]:
    """Read the columns that a mapping names; the others stay unread."""
    _require_there(path)
    hidden, unseen = Hidden(), list[str]()
    match path.suffix.lower():
        case ".csv" | ".txt" | ".tsv":
            frame, above = _read_csv(path, columns)
        case ".xlsx" | ".xlsm" | ".xlsb" | ".xls":
            frame, above, hidden, unseen = _read_excel(path, columns, sheet)
        case _:
            raise SourceError(f"{path.name} is neither CSV nor Excel. Save it as one of them.")
    text = pl.all().str.strip_chars()
    frame = frame.select(pl.when(text != "").then(text)).with_row_index(ROW, offset=above + 2)
    frame = frame.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))
    return frame.with_columns(hidden=pl.col(ROW).is_in(hidden.rows)), unseen


def headings(path: Path) -> list[str]:
    """Read the headings of an extract: the row of most known ones among the first twenty."""
    _require_there(path)
    if path.suffix.lower() in _TEXT:
        lines, _ = _first_lines(path)
        rows = [max((_cells(line, mark) for mark in _SEPARATORS), key=len) for line in lines]
    else:
        cells = _sheet_cells(path, None)[0][:LONGEST_HEAD]
        rows = [[_as_text(cell) or "" for cell in row] for row in cells]
    found = rows[_heading_row(rows, None)] if rows else []
    if not found or any(_NOT_A_HEADING.search(name) for name in found if name):
        raise SourceError(
            f"No row among the first {LONGEST_HEAD} of {path.name} looks like headings. Put the "
            "names of the columns in row 1."
        )
    return found


def _heading_row(rows: Sequence[Sequence[str]], wanted: Collection[str] | None) -> int:
    """Find the row with most of the headings that are wanted, or else of those that are known."""
    known = {name for names in heading_words().values() for name in names}
    counts = [
        sum(name in wanted if wanted is not None else plain(name) in known for name in row)
        for row in rows
    ]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 or (wanted is not None and most) else 0


def date_in_name(path: Path) -> date | None:
    """Find the date in the name of a file, such as staff_2025-12-01.csv."""
    for found in _DATE_IN_NAME.finditer(path.stem):
        year, month, day = map(int, found.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def _read_csv(path: Path, columns: Mapping[str, str]) -> tuple[pl.DataFrame, int]:
    """Read the columns of a text file, and how many lines stand above the headings."""
    lines, encoding = _first_lines(path)
    wanted = set(columns.values())
    rows = [
        max((_cells(line, mark) for mark in _SEPARATORS), key=lambda row: len(wanted & set(row)))
        for line in lines
    ]
    above = _heading_row(rows, wanted)
    line = lines[above]
    separator = max(_SEPARATORS, key=lambda mark: len(wanted & set(_cells(line, mark))))
    found = _cells(line, separator)
    places = _places(found, columns, path)
    order = sorted(set(places.values()))
    source = _in_utf8(path, encoding)
    frame, long = None, list[int]()
    try:
        long = _long_rows(source, separator, len(found), above)
        frame = pl.read_csv(
            source, separator=separator, columns=order, infer_schema=False, skip_lines=above
        )
    except (pl.exceptions.PolarsError, OSError, ValueError):
        pass  # Its message may quote a row.
    if frame is None or long:
        raise _unreadable(path, long)
    return frame.select(
        frame.to_series(order.index(place)).alias(field) for field, place in places.items()
    ), above


def _read_excel(
    path: Path, columns: Mapping[str, str], sheet: str | None
) -> tuple[pl.DataFrame, int, Hidden, list[str]]:
    cells, hidden = _sheet_cells(path, sheet)
    rows = [[_as_text(cell) or "" for cell in row] for row in cells[:LONGEST_HEAD]]
    above = _heading_row(rows, set(columns.values()))
    places = _places(rows[above], columns, path)
    frame = pl.DataFrame(
        {
            field: pl.Series([_as_text(row[place]) for row in cells[above + 1 :]], dtype=pl.String)
            for field, place in places.items()
        }
    )
    unseen = [field for field, place in places.items() if hidden.has_column(place + 1)]
    return frame, above, hidden, unseen


def _sheet_cells(path: Path, sheet: str | None) -> tuple[list[list[Any]], Hidden]:
    from python_calamine import CalamineError, CalamineWorkbook

    if path.suffix.lower() == ".xls":
        return _old_sheet_cells(path, sheet), Hidden()
    cells: list[list[Any]] = []
    names: list[str] = []
    hidden = Hidden()
    try:
        unpacked = unpack(path)
        with without_panic(), CalamineWorkbook.from_filelike(unpacked.book) as book:
            names = book.sheet_names
            if sheet is None or sheet in names:
                name = sheet if sheet is not None else names[0]
                cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                hidden = unpacked.hidden.get(name, hidden)
    except (CalamineError, BadZipFile, OSError, ValueError, IndexError):
        pass  # Its message may quote a cell.
    if sheet is not None and names and sheet not in names:
        raise ParameterError(f"{path.name} has no sheet {sheet!r}. Correct the mapping.")
    if not cells:
        raise _unreadable(path)
    return cells, hidden


def _as_text(cell: Any) -> str | None:
    """Write a cell as CSV would: whole numbers without decimals, dates as 2025-12-01."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, timedelta):  # Hours and minutes that Excel keeps as a part of days.
        hours, rest = divmod(round(cell.total_seconds()), 3600)
        return f"{hours}:{rest // 60:02}"
    return str(cell).strip() or None


def _old_sheet_cells(path: Path, sheet: str | None) -> list[list[Any]]:
    """Read a sheet of an older workbook (.xls) in a process of its own, with a bound on its memory.

    Its kind of file cannot be looked through beforehand, and its reader may make room for four
    billion cells, which ends the process.
    """
    command = [sys.executable, "-c", _READ_OLD, str(path), sheet or ""]
    found: dict[str, Any] | None = None
    with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
        # An error may hold what was read, and does not leave this block.
        done = subprocess.run(command, capture_output=True, timeout=_LONGEST_READING, check=False)
        found = json.loads(done.stdout)
    if found is None:
        raise _unreadable(path)
    if "cells" not in found:
        raise ParameterError(f"{path.name} has no sheet {sheet!r}. Correct the mapping.")
    cells: list[list[Any]] = found["cells"]
    return cells


def _places(found: Sequence[str], columns: Mapping[str, str], path: Path) -> dict[str, int]:
    """Find each column by its heading; headings of the file are never quoted."""
    missing = [f"{name!r} ({field})" for field, name in columns.items() if name not in found]
    if missing:
        raise ParameterError(
            f"{path.name} has no column {', '.join(missing)}. "
            f"Correct the mapping, or put the headings among the first {LONGEST_HEAD} rows."
        )
    twice = [name for name in dict.fromkeys(columns.values()) if found.count(name) > 1]
    if twice:
        raise ParameterError(
            f"{path.name} has more than one column {', '.join(map(repr, twice))}. Rename one."
        )
    return {field: found.index(name) for field, name in columns.items()}


def _require_there(path: Path) -> None:
    require_file(path)
    if path.suffix.lower() in _TEXT:
        require_text_within(path)


def _first_lines(path: Path) -> tuple[list[str], str]:
    """Read the first lines of a text file, and tell how the file spells letters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8"
    with path.open("rb") as stream:
        start = stream.read(2)
        stream.seek(0)
        beginning = stream.read(_LONGEST_BEGINNING)
        stream.seek(0)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            encoding = "utf-16"
        else:
            try:
                while block := stream.read(1 << 22):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                encoding = "cp1252"  # A byte is no part of a letter in UTF-8.
    text = beginning.decode(encoding, errors="replace").lstrip("\ufeff")
    lines = re.split(r"\r\n|\n|\r", text, maxsplit=LONGEST_HEAD)[:LONGEST_HEAD]
    return lines, encoding


def _in_utf8(path: Path, encoding: str) -> Path | bytes:
    with path.open("rb") as stream:
        start = stream.read(1 << 16)
    old_mac = b"\r" in start and b"\n" not in start
    if encoding == "utf-8" and not old_mac:
        return path
    text = path.read_bytes().decode(encoding, errors="replace")
    return (text.replace("\r", "\n") if old_mac else text).encode()


def _cells(line: str, separator: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]


def _long_rows(source: Path | bytes, separator: str, width: int, above: int) -> list[int]:
    """Find the first rows with more cells than headings, which would shift cells in silence."""
    line = pl.col("line")
    cells = line.str.replace_all(r'"[^"]*"', "").str.count_matches(separator, literal=True) + 1
    whole = line.str.count_matches('"', literal=True) % 2 == 0
    lines = pl.scan_lines(source, name="line").with_row_index(ROW, offset=1)
    found = (
        lines.filter((pl.col(ROW) > above + 1) & whole & (cells > width))
        .select(ROW)
        .head(20)
        .collect()
    )
    return found[ROW].to_list()


def _unreadable(path: Path, rows: Sequence[int] = ()) -> SourceError:
    if rows:
        return SourceError(
            f"{path.name}: rows {', '.join(map(str, rows))} have more cells than there are "
            "headings. Put quotes around a cell that holds the separator."
        )
    return SourceError(
        f"{path.name} cannot be read as {path.suffix.lower()[1:]}. Check that it is whole, and of "
        "the kind that its name says. What it holds is not quoted, since it may be about persons."
    )
