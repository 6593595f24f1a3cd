"""Unpack a workbook within bounds, so that what is read is what was looked at.

A workbook is a zip archive that may unpack to a thousand times its size, declare other sizes than
it has, or hold one cell far away, for which a reader makes room for all cells before it. Its parts
are unpacked here, no further than they declare, and handed on in an archive of their own.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from workforce.contract.bounds import MOST_CELLS, MOST_COLUMNS, in_bytes, require_plain
from workforce.errors import SourceError

LARGEST_UNPACKED = 500 << 20
LARGEST_TEXTS = 1 << 30
"""Bytes of the texts of all cells: a text that many cells share is there for each."""
_ALWAYS_UNPACKED = 50 << 20
_MOST_TIMES = 100
"""How many times its size a larger workbook may unpack to; tables come to 10 or 20 times."""
_LARGEST_DIRECTORY = 4 << 20
_MOST_SHEETS = 500
_ALWAYS_ROOM = 1_000_000
_MOST_ROOM = 50
"""How many cells a sheet of more may take for each that it has: else one stands far away."""
_NAME = rb"<(?:[^\s<>/!?=]{0,50}:)?"
_CELL = re.compile(_NAME + rb"c[\s/>]")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)(\d*)")
_TEXT = re.compile(_NAME + rb"si[\s/>]")
_HIDDEN = re.compile(
    _NAME + rb"(row|col)(\s[^>]{0,500}?\bhidden\s*=\s*[\"'](?:1|true)[\"'][^>]{0,500})>"
)
_NUMBER = re.compile(rb"\s(r|min|max)\s*=\s*[\"'](\d{1,9})[\"']")
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="xl/workbook.{kind}"/></Relationships>'
)
# Records of a binary workbook, by their numbers.
_ROW, _FIRST_CELL, _SHARED_TEXT, _LAST_CELL, _TEXT_ITEM, _COLUMNS, _SHEET = 0, 2, 7, 11, 19, 60, 156


@dataclass(frozen=True)
class Hidden:
    """Rows of a sheet, and spans of its columns, that a reader does not see, counted from 1."""

    rows: tuple[int, ...] = ()
    columns: tuple[tuple[int, int], ...] = ()

    def has_column(self, number: int) -> bool:
        """Whether the column of this number, from 1, is hidden."""
        return any(first <= number <= last for first, last in self.columns)


@dataclass(frozen=True)
class Unpacked:
    """A workbook to open, and by sheet its part and what is hidden in it."""

    book: BytesIO
    sheets: Mapping[str, bytes]
    hidden: Mapping[str, Hidden]


def unpack(path: Path) -> Unpacked:
    """Unpack the parts of a workbook (.xlsx, .xlsm or .xlsb) that hold cells."""
    require_plain(path)
    try:
        return _unpack(path)
    except (
        KeyError,
        ParseError,
        expat.ExpatError,
        ValueError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise BadZipFile(str(error)) from error


@contextmanager
def without_panic() -> Iterator[None]:
    """Make an error of a panic of the reader of workbooks, which is no Exception."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BadZipFile("what it holds contradicts itself") from None


def _unpack(path: Path) -> Unpacked:
    _require_small_directory(path)
    with ZipFile(path) as archive:
        infos = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
        kind = "bin" if "xl/workbook.bin" in infos else "xml"
        own = [f"xl/workbook.{kind}", f"xl/_rels/workbook.{kind}.rels"]
        _require_size(path, [infos[name] for name in own])
        parts = {name: archive.read(infos[name]) for name in own}
        listed, links = parts.values()
        targets = _targets(links)
        named = (_binary_sheets if kind == "bin" else _sheets)(listed)
        places = {name: targets.get(link, "") for name, link in named}
        sheets = {name: place for name, place in places.items() if place in infos}
        shared = [
            name for name in (f"xl/sharedstrings.{kind}", f"xl/styles.{kind}") if name in infos
        ]
        if len(places) > _MOST_SHEETS:
            raise SourceError(
                f"{path.name} has {len(places)} sheets; {_MOST_SHEETS} are read at most. Divide it."
            )
        # A part that stands for two sheets is read twice.
        _require_size(path, [infos[name] for name in (*own, *shared, *sheets.values())])
        parts |= {name: archive.read(infos[name]) for name in {*shared, *sheets.values()}}
    texts = parts.get(f"xl/sharedstrings.{kind}", b"")
    hidden = {}
    room = MOST_CELLS
    for name, place in sheets.items():
        look = _look_at_binary if kind == "bin" else _look_at
        cells, hidden[name] = look(parts[place], texts, f"{path.name}, sheet {name}", room)
        room -= cells
    book = BytesIO()
    with ZipFile(book, "w", ZIP_STORED) as archive:
        archive.writestr("_rels/.rels", _LINKS.format(kind=kind))
        for name, content in parts.items():
            archive.writestr(infos[name].filename.replace("\\", "/"), content)
    book.seek(0)
    return Unpacked(book, {name: parts[place] for name, place in sheets.items()}, hidden)


def _require_small_directory(path: Path) -> None:
    """Refuse an archive whose list of parts alone takes long to read."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - (1 << 16) - 42, 0))
        tail = stream.read()
        end = tail.rfind(b"PK\x05\x06")
        listed = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
        locator = tail[max(end - 20, 0) : end] if end >= 0 else b""
        if locator.startswith(b"PK\x06\x07"):
            stream.seek(min(int.from_bytes(locator[8:16], "little"), size))
            listed = int.from_bytes(stream.read(56)[40:48], "little")
    if listed > _LARGEST_DIRECTORY:
        raise SourceError(
            f"{path.name} lists {in_bytes(listed)} of parts, which no workbook has. Open it in "
            "Excel, and save it as a new one."
        )


def _require_size(path: Path, infos: Sequence[ZipInfo]) -> None:
    """Refuse parts that unpack to too much by what they declare; no more is unpacked of them."""
    size = path.stat().st_size
    unpacked = sum(info.file_size for info in infos)
    most = min(LARGEST_UNPACKED, max(_ALWAYS_UNPACKED, _MOST_TIMES * size))
    if unpacked > most:
        raise SourceError(
            f"{path.name} holds {in_bytes(size)} and unpacks to {in_bytes(unpacked)}; "
            f"{in_bytes(most)} are read at most. Divide it, or save the tables as CSV."
        )
    odd = [i for i in infos if i.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or i.flag_bits & 1]
    if odd:
        raise SourceError(
            f"{path.name} is packed in a way that no workbook is. Open it in Excel, and save it as "
            "a new one."
        )


def _targets(links: bytes) -> dict[str, str]:
    """Find the part that each link of a workbook leads to."""
    targets = {}
    for link in fromstring(links):  # noqa: S314 - expat bounds entities itself
        place = str(link.get("Target")).replace("\\", "/").lower()
        whole = place.startswith(("/", "xl/"))
        targets[str(link.get("Id"))] = place.lstrip("/") if whole else f"xl/{place}"
    return targets


def _sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """Give the name of each sheet, and the link to its part."""
    for sheet in fromstring(book).iter():  # noqa: S314 - expat bounds entities itself
        if sheet.tag.endswith("}sheet"):
            link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            yield str(sheet.get("name")), link


def _binary_sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """Do the same for the sheets of a binary workbook."""
    for kind, record in _records(book):
        if kind == _SHEET:
            texts, at = [], 8
            for _ in range(2):
                length = int.from_bytes(record[at : at + 4], "little")
                texts.append(record[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"))
                at += 4 + 2 * length
            yield texts[1], texts[0]


def _look_at(sheet: bytes, texts: bytes, place: str, room: int) -> tuple[int, Hidden]:
    """Count the cells from A1 to the last, empty ones too, and find what is hidden."""
    count = len(_CELL.findall(sheet))
    found = _REFERENCE.findall(sheet)
    letters = [one for one, _ in found]
    placed = len(letters) - letters.count(b"")
    columns = max(map(column_number, set(letters)), default=0)
    rows = max((int(digits[:9] or 0) for digits in {one for _, one in found}), default=0)
    longest = max(map(len, _TEXT.split(texts)))
    room = min(room, max(_ALWAYS_ROOM, _MOST_ROOM * count))
    # Cells with a format and nothing in them do not count, and a long text may stand in few: to
    # look closer takes longer.
    if (
        placed < count
        or columns > MOST_COLUMNS
        or columns * rows > room
        or (longest * count > LARGEST_TEXTS)
    ):
        columns, rows = _look_closer(
            sheet, [len(one) for one in _TEXT.split(texts)[1:]], place, room
        )
    spans, hidden = [], []
    for kind, written in _HIDDEN.findall(sheet):
        told = {name: int(number) for name, number in _NUMBER.findall(written)}
        if kind == b"row" and b"r" in told:
            hidden.append(told[b"r"])
        elif kind == b"col" and b"min" in told:
            spans.append((told[b"min"], told.get(b"max", told[b"min"])))
    return columns * rows, Hidden(tuple(hidden), tuple(spans))


def _look_closer(sheet: bytes, lengths: Sequence[int], place: str, room: int) -> tuple[int, int]:
    """Find the last column and row with anything in them, as the reader of workbooks counts."""
    row = column = columns = rows = texts = 0
    is_shared = is_value = False

    def begin(tag: str, given: dict[str, str]) -> None:
        nonlocal row, column, columns, rows, is_shared, is_value
        match tag.rpartition("}")[2]:
            case "row":
                row, column = _number(given.get("r", ""), row + 1), 0
            case "c":
                column += 1
                found = re.fullmatch(r"\s*([A-Za-z]+)(\d+)\s*", given.get("r", ""))
                if found:
                    column = column_number(found[1].encode())
                    row = _number(found[2], row)
                is_shared = given.get("t") == "s"
            case "v" | "is" | "f":
                is_value = True
                columns, rows = max(columns, column), max(rows, row)
                _require_near(columns, rows, place, room)

    def text(written: str) -> None:
        nonlocal texts
        if is_shared and is_value and written.strip().isdecimal():
            number = _number(written.strip(), 0)
            texts += lengths[number] if number < len(lengths) else 0
            if texts > LARGEST_TEXTS:
                raise _too_long(place)

    def end(_: str) -> None:
        nonlocal is_value
        is_value = False

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text
    parser.Parse(sheet, True)
    return columns, rows


def _look_at_binary(sheet: bytes, texts: bytes, place: str, room: int) -> tuple[int, Hidden]:
    """Do the same for a sheet of a binary workbook."""
    lengths = [len(record) for kind, record in _records(texts) if kind == _TEXT_ITEM]
    row = columns = rows = total = 0
    hidden, spans = [], []
    for kind, record in _records(sheet):
        first = int.from_bytes(record[:4], "little")
        if kind == _ROW:
            row = first + 1
            if len(record) > 11 and record[11] & 0x10:
                hidden.append(row)
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            columns, rows = max(columns, first + 1), max(rows, row)
            _require_near(columns, rows, place, room)
            if kind == _SHARED_TEXT:
                number = int.from_bytes(record[8:12], "little")
                total += lengths[number] if number < len(lengths) else 0
        elif kind == _COLUMNS and len(record) > 16 and record[16] & 1:
            spans.append((first + 1, int.from_bytes(record[4:8], "little") + 1))
    if total > LARGEST_TEXTS:
        raise _too_long(place)
    return columns * rows, Hidden(tuple(hidden), tuple(spans))


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Go through the records of a part of a binary workbook: the number of each, and its bytes."""
    at = 0
    while at < len(part):
        head = []
        for most in (2, 4):
            number = 0
            for place in range(most):
                byte = part[at] if at < len(part) else 0
                number |= (byte & 0x7F) << 7 * place
                at += 1
                if not byte & 0x80:
                    break
            head.append(number)
        yield head[0], part[at : at + head[1]]
        at += head[1]


def column_number(letters: bytes) -> int:
    """Give the number of a column of a workbook by its letters, from 1; nothing is 0."""
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def _number(written: str, otherwise: int) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else otherwise


def _require_near(columns: int, rows: int, place: str, room: int) -> None:
    if columns > MOST_COLUMNS or columns * rows > room:
        raise SourceError(
            f"{place}: its cells reach to column {columns} and row {rows}; here {MOST_COLUMNS} "
            f"columns and {room} cells are read at most, empty ones too. Delete what stands far "
            "from the table, or copy the table to a new workbook."
        )


def _too_long(place: str) -> SourceError:
    return SourceError(
        f"{place}: the texts of its cells come to over {in_bytes(LARGEST_TEXTS)}. Shorten those "
        "that many cells hold."
    )
