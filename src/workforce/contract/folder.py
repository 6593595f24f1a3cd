"""What a folder of tables is once it was opened: tables, names, where they come from, problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from workforce.contract.names import Names
from workforce.contract.problems import Problem, describe_problems
from workforce.errors import DataError

LEGAL_BASIS = "Anonymous figures: GDPR recital 26, Statistics Act section 7"
"""By what right rounded figures are shown, where nobody says otherwise."""


@dataclass(frozen=True)
class FetchReport:
    """What a fetch wrote (rows by table), from where, what it left out and why, and borrowed.

    ``lacking`` says what a table that was saved by hand needs yet to be whole.
    """

    tables: dict[str, int] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    borrowed: list[dict[str, str]] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FolderReport:
    """What a folder holds, what is wrong with it, and which results it suffices for.

    ``ignored`` names the data files that hold no table of the dictionary. A folder suffices for
    population results with regions and population, and for staff results with sectors, occupations
    and staff as well, once its problems are mended; the packaged sectors and occupations count
    where it has none. ``other_sheets`` names the filled sheets of workbooks that hold no table,
    and ``notes`` says what is right but may surprise.
    """

    problems: tuple[Problem, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    population_ready: bool
    staff_ready: bool
    other_sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """Which fall of the coins counts of people were rounded by; another one tells of them anew.

    ``key`` is the fingerprint of the key, ``base`` what counts are multiples of [persons], ``tree``
    which tree and coins, and ``reason`` why it may stand beside another draw, where it does.
    """

    key: str
    base: int
    tree: int
    reason: str = ""

    def differs(self, before: "Draw") -> list[str]:
        """Name what is another than before: key, base, tree."""
        return [
            name for name in ("key", "base", "tree") if getattr(self, name) != getattr(before, name)
        ]


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder of tables that was found, read, checked and hashed once.

    Two that were opened are equal only where they are one and the same, so that what is made of all
    places of a folder can be kept by it. ``tables`` are in the order and of the kinds of the
    dictionary; ``lists`` the codes that count, its own or the packaged ones; ``fetched`` where
    tables that were fetched come from; ``digest`` the hash of its files and of the packaged ones;
    ``draw`` how counts of people were rounded, None where they are as they were delivered.
    """

    name: str
    tables: Mapping[str, pl.DataFrame]
    lists: Mapping[str, pl.DataFrame]
    names: Names
    fetched: FetchReport
    report: FolderReport
    digest: str
    draw: Draw | None = None

    @property
    def rounded_to(self) -> int | None:
        """Base that its counts of people were rounded to; None for those delivered. [persons]."""
        return None if self.draw is None else self.draw.base


def require_no_problems(folder: Folder) -> None:
    """Raise one DataError that tells every problem of a folder, if there is any."""
    if folder.report.problems:
        error = DataError(f"{folder.name}\n{describe_problems(folder.report.problems)}")
        error.problems = folder.report.problems
        raise error


def some_tables(folder: Folder, *names: str) -> dict[str, pl.DataFrame]:
    """Take those of the tables named that a folder has."""
    return {name: folder.tables[name] for name in names if name in folder.tables}
