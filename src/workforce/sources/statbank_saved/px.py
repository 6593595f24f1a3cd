"""Read PX files, the format of the statistical offices' own: keywords, each with its values."""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from workforce.contract.bounds import require_text_within
from workforce.errors import SourceError
from workforce.sources.statbank.jsonstat import MOST_CELLS, Dimension, Metadata, cells_of

_KEYWORD = re.compile(r'\s*([A-Z][A-Z0-9-]*)(\[[a-z-]+\])?(?:\(("(?:[^"]*)"(?:,"[^"]*")*)\))?\s*=')
_TEXTS = re.compile(r'"([^"]*)"')
_ENCODINGS = {"utf-8": "utf-8", "iso-8859-1": "cp1252", "iso-8859-15": "cp1252"}
MARKS = {".": ".", "..": "..", "...": ":", "....": ":", ".....": ":", "......": ":", ":": ":"}
"""Signs that stand for a figure that is not given, as the StatBank writes them elsewhere."""


def read_px(path: Path) -> tuple[pl.DataFrame, Metadata]:
    """Read a PX file into one row per cell, as `read_jsonstat2` does."""
    require_text_within(path)
    found = dict(_keywords(_decode(path.read_bytes()), path.name))
    names = [*_texts(found, "STUB"), *_texts(found, "HEADING")]
    if not names or ("DATA", "") not in found:
        raise SourceError(f"{path.name} is no whole PX file: STUB, HEADING or DATA is not there.")
    times = {of for key, of in found if key == "TIMEVAL"}
    metrics = _texts(found, "CONTVARIABLE")
    dimensions = [
        Dimension(
            name=name,
            label=name,
            role="time" if name in times else "metric" if name in metrics else None,
            codes=tuple(_texts(found, "CODES", name) or _texts(found, "VALUES", name)),
            labels=tuple(_texts(found, "VALUES", name)),
        )
        for name in names
    ]
    broken = [one.name for one in dimensions if not one.labels or len(one.codes) != len(one.labels)]
    if broken:
        raise SourceError(f"{path.name}: {broken[0]} has no values, or other than it has codes.")
    cells = re.findall(r'"[^"]*"|[^\s,;]+', found["DATA", ""])
    count = math.prod(len(one.codes) for one in dimensions)
    if count > MOST_CELLS or len(cells) != count:
        raise SourceError(f"{path.name}: {len(cells)} figures for {count} cells. Save it again.")
    figures = [cell.strip('"') for cell in cells]
    try:
        values = [
            None if cell in MARKS else 0.0 if cell == "-" else float(cell) for cell in figures
        ]
    except ValueError as error:
        raise SourceError(f"{path.name}: a figure is no number: {error}.") from error
    title = _texts(found, "TITLE") or _texts(found, "DESCRIPTION") or _texts(found, "CONTENTS")
    table = _texts(found, "TABLEID") or _texts(found, "MATRIX")
    label = " ".join([f"{table[0]}:" * bool(table and table[0] not in "".join(title)), *title])
    about = Metadata(label.strip(), source=None, updated=None, dimensions=tuple(dimensions))
    marks = [MARKS.get(cell) for cell in figures]
    return cells_of(about, pl.Series("value", values, dtype=pl.Float64), marks), about


def _decode(content: bytes) -> str:
    told = re.search(rb'CODEPAGE="([^"]+)"', content[:4096])
    name = told[1].decode("ascii", "replace").lower() if told else ""
    try:
        return content.decode(_ENCODINGS.get(name, "utf-8-sig")).lstrip("\ufeff")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _keywords(text: str, file: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Give each keyword, and the variable that it is of, with what stands up to its semicolon."""
    place = 0
    while found := _KEYWORD.match(text, place):
        end = found.end()
        quoted = False
        while end < len(text) and (quoted or text[end] != ";"):
            quoted ^= text[end] == '"'
            end += 1
        of = _TEXTS.findall(found[3])[0] if found[3] else ""
        if not found[2]:  # In the language of the file, and not in another beside it.
            yield (found[1], of), text[found.end() : end]
        place = end + 1
    if text[place:].strip("\x1a \r\n"):
        raise SourceError(f"{file} is no whole PX file: what follows byte {place} is no keyword.")


def _texts(found: Mapping[tuple[str, str], str], key: str, of: str = "") -> list[str]:
    """Give the texts of a keyword; a long one is written in several that follow one another."""
    written = re.sub(r'"\s*\n\s*"', "", found.get((key, of), ""))
    return _TEXTS.findall(written)
