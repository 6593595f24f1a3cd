"""Say what municipalities are called, and what became of the numbers of former ones since 2017.

Source: Statistics Norway, KLASS 131, changes of 1 January 2017, 2018, 2020 and 2024 (CC BY 4.0).
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NUMBER_AND_NAME = re.compile(r"(?:K[-.])?(\d{3,6})(?:\s+(.*))?", re.DOTALL)
KEPT = ("1103",)
"""Numbers that were in use before 2017 and that others became part of since."""


@dataclass(frozen=True)
class Change:
    """What became of a number on 1 January of a year: the number and name of one successor."""

    old: str
    new: str
    name: str
    year: int


@cache
def changes() -> tuple[Change, ...]:
    """Read how numbers became others; one that was split has several rows, and so has a merger."""
    return tuple(
        Change(row["old"], row["new"], row["name"], int(row["year"]))
        for row in _rows("former_municipalities.csv")
    )


@cache
def names() -> Mapping[str, str]:
    """Give the names of the municipalities of today by number.

    With them stand a few former ones whose name is now another municipality's alone.
    """
    unchanged = {row["code"]: row["name"] for row in _rows("unchanged_municipalities.csv")}
    return unchanged | {step.new: step.name for step in changes() if not _steps_from(step.new)}


@cache
def with_name(name: str) -> frozenset[str]:
    """Find the numbers of the municipalities that are called so, in any of their languages."""
    plain = re.sub(r" (kommune|herad)$|\s*\(.*\)$", "", name.strip().casefold())
    for each in ({plain}, {*re.split(r"\s*[-\u2013/]\s*", plain)}):
        if found := frozenset(code for code, own in names().items() if own.casefold() in each):
            return found
    return frozenset()


def two_places(text: str) -> str | None:
    """Say of a text as ``4026 Notodden`` that it is of two municipalities, or a district."""
    found = _NUMBER_AND_NAME.fullmatch(text.strip())
    if found is None:
        return None
    number, name = found[1].zfill(4), (found[2] or "").strip()
    if len(number) > len("0301"):
        whole = "0301" if number.startswith("301") else number.zfill(6)[:4]
        if whole not in names():
            return None
        return f"{found[1]} is a district of {whole} {names()[whole]}: give figures of the whole"
    of_name = with_name(name)
    if not of_name or of_name & {number, *(one.new for one in successors(number))}:
        return None
    told = ", ".join(sorted(of_name))
    return (
        f"{text} has the number of {names().get(number, 'another')} and the name of {told}: "
        "correct the one that is wrong"
    )


def _rows(file: str) -> list[dict[str, str]]:
    text = files("workforce.contract").joinpath(file).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def successors(code: str) -> tuple[Change, ...]:
    """Find the municipalities of today that a former number became, and the last year of change.

    Its leading zero may be lost; empty where the number is not a former one.
    """
    found: dict[str, Change] = {}
    for step in _steps_from(_number(code)):
        for last in successors(step.new) or (step,):
            found[last.new] = Change(_number(code), last.new, last.name, last.year)
    return tuple(found.values())


def numbers_before(code: str, year: int) -> frozenset[str] | None:
    """Find the numbers that a municipality of today had on 1 January of a year.

    None where a part of it was then a part of a municipality that was split.
    """
    numbers = {code}
    for change in sorted({step.year for step in changes() if step.year > year}, reverse=True):
        steps = [step for step in changes() if step.year == change]
        for new in list(numbers):
            olds = {step.old for step in steps if step.new == new}
            if any(step.old in olds and step.new != new for step in steps):
                return None
            if olds:
                numbers -= set() if _was_there(new, change) else {new}
                numbers |= olds
    return frozenset(numbers)


def _was_there(code: str, year: int) -> bool:
    """Whether a number that others became in a year was in use before."""
    return code in KEPT or any(step.new == code and step.year < year for step in changes())


def what_became_of(code: str) -> str | None:
    """Say which municipality a former number is today, and what to do with its figures, or None."""
    today = successors(code)
    if not today:
        return None
    year = max(one.year for one in today)
    each = [f"{one.new} {one.name}" for one in today]
    names = " and ".join([", ".join(each[:-1]), each[-1]] if each[1:] else each)
    if len(today) > 1:
        return (
            f"{code} is since {year} shared among {names}: ask for figures of each of them, or "
            f"leave out the years before {year}, since nobody knows what was whose"
        )
    last = today[0]
    if _is_merger(_number(code)):
        return f"{code} is part of {names} since {year}: add its counts to those of {last.new}"
    return f"{code} is {names} since {year}: write {last.new}"


def _steps_from(code: str) -> tuple[Change, ...]:
    return tuple(step for step in changes() if step.old == code)


def _is_merger(code: str) -> bool:
    """Whether others became the same number, now or later on the way to today's."""
    steps = _steps_from(code)
    others = {step.old for step in changes() for own in steps if step.new == own.new}
    return len(others) > 1 or any(_is_merger(step.new) for step in steps)


def _number(code: str) -> str:
    plain = code.strip()
    return plain.zfill(4) if plain.isdigit() else plain
