"""How wide text is, by the letters of a font as wide as those that pages are read in."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from unicodedata import combining, east_asian_width

LINE = 1.2
"""Height of a line, as a share of the size of its letters."""
BREAK = re.compile(r"(?<=[ -])(?=\S)")
"""Where a line may end: after a space or a hyphen."""


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return the width of the widest line of a text.

    Parameters
    ----------
    text
        Lines.
    size
        Of its letters. [points]
    bold
        Whether they are bold.

    Returns
    -------
    float
        That of DejaVu Sans, which is broader than the fonts of the style sheet. [points]
    """
    return size * max(_line_width(line, bold) for line in text.split("\n"))


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Break lines that are broader than the room there is; a word is kept whole."""
    lines = []
    for line in text.split("\n"):
        lines.append("")
        for piece in BREAK.split(line):
            if lines[-1] and width_of((lines[-1] + piece).rstrip(), size, bold) > room:
                lines.append("")
            lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


@lru_cache(maxsize=4096)
def _line_width(line: str, bold: bool) -> float:
    widths = _letters(bold)
    return sum(widths[one] if one in widths else _unknown(one) for one in line)


def _unknown(letter: str) -> float:
    """Return the width of a letter that the table lacks: that of a broad one, none of a mark."""
    if combining(letter):
        return 0.0
    return 1.0 if east_asian_width(letter) in "WF" else 0.8


@cache
def _letters(bold: bool) -> dict[str, float]:
    """Read the widths of letters, as shares of their size."""
    text = files("workforce.reports.charts").joinpath("letters.csv").read_text("utf-8")
    return {
        letter: int(row["width"]) / 1000
        for row in csv.DictReader(text.splitlines())
        if row["bold"] == str(int(bold))
        for letter in row["letters"]
    }
