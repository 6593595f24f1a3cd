"""The dated log of discussions with employee representatives, kept beside the params file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from workforce.contract.persons import find_identifying, quoted, unquoted
from workforce.errors import ParameterError
from workforce.reports.discussion_log import Remark
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.yaml_text import YamlText, read_yaml

ROLES = (
    "union_representative",
    "chief_union_representative",
    "safety_representative",
    "chief_safety_representative",
    "working_environment_committee",
    "joint_committee",
    "employees",
    "manager",
    "hr",
    "director",
)
"""Who may speak in a log: roles only, so that no private name is kept."""


def log_path(params_path: str | Path) -> Path:
    """Give the place of a commission's log: ``discussion/<commission>.yaml`` beside its file."""
    path = file_path(params_path).absolute()
    return path.parent / "discussion" / f"{path.stem}.yaml"


def read_log(
    path: str | Path, *, regions: Collection[str] | None = None, today: dt.date | None = None
) -> tuple[Remark, ...]:
    """Read a log and check it, in order of date; one that is not there is empty.

    It is a list of entries with date, who, comment, and perhaps answer, regions, public. Codes are
    held against ``regions`` and dates against ``today`` where these are given. ParameterError tells
    all that is wrong with the file, each with its line.
    """
    path = file_path(path)
    if not path.exists() and not path.is_symlink():
        return ()
    text = read_yaml(path)
    if text.content is None:
        return ()
    if not isinstance(text.content, list):
        raise ParameterError(f"{path} must be a list. Begin each entry with a hyphen: - date: …")
    problems: list[str] = []
    remarks = []
    for number, entry in enumerate(text.content):
        found = _check(entry, regions, today)
        problems += [f"{path}, line {_line(text, number, field)}, {told}" for field, told in found]
        if not found:
            own = {**entry, "regions": tuple(entry.get("regions") or ())}
            remarks.append(Remark(**{**own, "answer": entry.get("answer") or ""}))
    if problems:
        raise ParameterError("\n".join(problems))
    return tuple(sorted(remarks, key=lambda one: one.date))


def _line(text: YamlText, number: int, field: str) -> int:
    return text.lines.get((number, field), text.lines.get((number,), 1))


def _check(
    entry: Any, regions: Collection[str] | None, today: dt.date | None
) -> list[tuple[str, str]]:
    """Tell what is wrong with an entry, by field."""
    if not isinstance(entry, dict):
        return [("", "entry: it has no fields. Write date, who and comment.")]
    known = [field.name for field in fields(Remark)]
    found = [
        (str(name), f"{unquoted(name)}: there is no such field. There are: {', '.join(known)}.")
        for name in entry
        if name not in known
    ]
    day = entry.get("date")
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        found.append(("date", "date: write the day as 2026-10-14."))
    elif today is not None and day > today:
        found.append(("date", f"date: {day} is later than today."))
    if entry.get("who") not in ROLES:
        found.append(("who", f"who: write a role, never a name. The roles: {', '.join(ROLES)}."))
    if not str(entry.get("comment") or "").strip():
        found.append(("comment", "comment: this is missing. Write what was said."))
    for name in ("comment", "answer"):
        if not isinstance(entry.get(name), str | None):
            found.append((name, f"{name}: this is text. Write it in quotes."))
        else:
            found += [
                (name, f"{name}: {what} is in it, at letter {place}. Take it out.")
                for what, place in find_identifying(entry.get(name) or "")
            ]
    places = entry.get("regions") or []
    if not isinstance(places, list) or not all(isinstance(one, str) for one in places):
        found.append(("regions", 'regions: write a list of codes in quotes, such as ["9003"].'))
    elif regions is not None and (strange := [one for one in places if one not in regions]):
        found.append(("regions", f"regions: there is no {', '.join(map(quoted, strange))}."))
    if not isinstance(entry.get("public", False), bool):
        found.append(("public", "public: write true or false."))
    return found
