"""Say which pages a folder has enough for, and what the tables that it lacks would add."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from workforce.texts.catalogue import join_list, load_texts

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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
    """Name the pages that a folder has the tables for.

    Parameters
    ----------
    present : collection of str
        Tables of the folder.

    Returns
    -------
    tuple of str
        Notebooks, the first pages first.
    """
    return tuple(page for page, needed in PAGES.items() if set(needed) <= set(present))


def further_tables(present: Collection[str]) -> tuple[Further, ...]:
    """Tell what the tables that a folder lacks would give, what gives most first.

    Parameters
    ----------
    present : collection of str
        Tables of the folder.

    Returns
    -------
    tuple of Further
        Each with the tables that are not there, in the order in which they are worth getting. A
        table that is told with others before is not told again.
    """
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


def describe_enough(present: Collection[str], folder: Path, *, further: bool) -> list[str]:
    """Write the pages that a folder has enough for, and the tables that add most to them.

    Parameters
    ----------
    present : collection of str
        Tables of the folder.
    folder : Path
        Named in the command that lists the rest.
    further : bool
        Whether to list every table that is not there, and not the first two only.

    Returns
    -------
    list of str
        Lines for a terminal.
    """
    english = load_texts("en")
    pages = join_list(list(pages_from(present)), english)
    lines = [f"Enough for: {pages} (what is missing is borrowed and marked)"]
    rows = further_tables(present)
    named = [join_list(list(row.tables), english) for row in rows]
    gives = [row.gives.replace("`", "") for row in rows]
    if further:
        until = [row.until_then.replace("`", "") for row in rows]
        told = zip(named, gives, until, strict=True)
        lines.append("Not there, what gives most first:")
        return lines + [f"  {name}: {what}. Until then: {then}" for name, what, then in told]
    first = zip(("Next:", "Then:"), named, gives, strict=False)
    lines += [f"{label:<11} {name}, for {what}" for label, name, what in first]
    left = sum(len(row.tables) for row in rows[2:])
    if left:
        lines.append(f"            {left} more: workforce check {folder} --further")
    return lines
