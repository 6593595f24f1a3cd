"""Say which pages a folder has enough for, and what the tables that it lacks would add."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from workforce.texts.catalogue import join_list, say

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from workforce.texts.catalogue import Texts

PAGES = {
    "ageing": ("regions", "population"),
    "overview": ("regions", "population", "staff"),
    "labour_shortage": ("regions", "population", "staff"),
    "mobilisation": ("regions", "population", "staff"),
    "discussion": ("regions", "population", "staff"),
    "competence_gap": ("regions", "population", "staff", "competences", "competence_requirement",
                       "competence_holding"),
    "forecast_quality": ("regions", "population", "staff", "staff_flows"),
}  # fmt: skip
"""Notebooks, and the tables without which they have little to say."""

FOR_NEED = ("fte_in_post", "service_use")
"""Tables that give a need together before there is staff; with staff only the second is used."""


@dataclass(frozen=True)
class Further:
    """Tables that a folder may get, what they give together, and what there is until then."""

    tables: tuple[str, ...]
    gives: str
    until_then: str


def pages_from(present: Collection[str]) -> tuple[str, ...]:
    """Name the pages that a folder has the tables for."""
    return tuple(page for page, needed in PAGES.items() if set(needed) <= set(present))


def further_tables(present: Collection[str]) -> tuple[Further, ...]:
    """Tell what the tables that a folder lacks would give, what gives most first."""
    told: set[str] = set()
    found = []
    for row in every_table():
        lacking = tuple(name for name in row.tables if name not in {*present, *told})
        if lacking and not ("staff" in present and row.tables == FOR_NEED):
            found.append(Further(lacking, row.gives, row.until_then))
            told |= set(lacking)
    return tuple(found)


def every_table() -> tuple[Further, ...]:
    """Read what each table gives, in the order in which they are worth getting."""
    text = files("workforce.reports").joinpath("further_tables.csv").read_text(encoding="utf-8")
    return tuple(
        Further(tuple(row["tables"].split(";")), row["gives"], row["until_then"])
        for row in csv.DictReader(text.splitlines())
    )


def describe_enough(
    present: Collection[str], folder: Path, texts: Texts, *, further: bool
) -> list[str]:
    """Write the pages that a folder has enough for, and the tables that add most to them.

    ``further`` lists every table that is not there, and not the first two only; in Norwegian each
    is told by what its sheet of the workbook gives. Lines for a terminal.
    """
    pages = join_list(list(pages_from(present)), texts)
    lines = [say(texts, "enough.for", pages=pages)]
    rows = further_tables(present)
    if further:
        lines.append(say(texts, "enough.lacking"))
        return lines + [f"  {_told(row, texts, until=True)}" for row in rows]
    first = zip(("next", "then"), rows, strict=False)
    lines += [f"{say(texts, f'enough.{key}'):<11} {_told(row, texts)}" for key, row in first]
    left = sum(len(row.tables) for row in rows[2:])
    if left:
        more = say(texts, "enough.more", count=left, folder=str(folder))
        lines.append(f"            {more}")
    return lines


def _told(row: Further, texts: Texts, *, until: bool = False) -> str:
    """Say what tables are for, and what there is until they come."""
    names = join_list(list(row.tables), texts)
    if texts.language != "en":
        gives = [say(texts, f"template.tables.{name}").rstrip(".") for name in row.tables]
        return f"{names}: {'; '.join(gives)}"
    gives_what, then = (text.replace("`", "") for text in (row.gives, row.until_then))
    return f"{names}: {gives_what}. Until then: {then}" if until else f"{names}, for {gives_what}"
