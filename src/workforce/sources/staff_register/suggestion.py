"""Propose a mapping from the headings of an extract, and units from its shares and hours."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from workforce.errors import ParameterError
from workforce.sources.staff_register.extracts import date_in_name, headings, read_columns
from workforce.sources.staff_register.mapping import FULL_TIME_HOURS, Columns, ShareUnit
from workforce.sources.staff_register.units import (
    FIELDS,
    hours_unit,
    judged_shares,
    paid_by_hour,
    share_unit,
)
from workforce.sources.staff_register.values import hours
from workforce.sources.staff_register.vocabulary import HEADERS, plain
from workforce.sources.tables.paths import file_path

_NEEDED = [name for name, field in Columns.model_fields.items() if field.is_required()]


def suggest_mapping(paths: Sequence[str | Path]) -> str:
    """Propose a mapping file for extracts, to be looked through and filled in.

    Only headings of known kinds are written down. Of the cells, shares, hours and forms of
    employment are read, to see their units; none is written down.

    Parameters
    ----------
    paths : sequence of str or Path
        Extracts with the same headings.

    Returns
    -------
    str
        YAML. What could not be found is marked with CHANGE.

    Raises
    ------
    SourceError
        A file cannot be read, or row 1 does not hold headings.
    ParameterError
        No extract is named, or two of them have other headings.
    """
    files = [file_path(path) for path in paths]
    if not files:
        raise ParameterError("Name an extract to suggest a mapping for.")
    found = headings(files[0])
    columns = match_headings(found)
    differing = [path.name for path in files[1:] if match_headings(headings(path)) != columns]
    if differing:
        raise ParameterError(
            f"{', '.join(differing)} and {files[0].name} have different headings. Give extracts "
            "with the same ones, or import with a mapping for each."
        )
    lines = [
        f"# Proposed from the headings of {files[0].name}. Look through it before you use it.",
        "columns:",
    ]
    for name, field in Columns.model_fields.items():
        meaning = (field.description or "").splitlines()[0]
        if name in columns:
            lines.append(f"  {name}: {_quoted(columns[name])}  # {meaning}")
        elif name in _NEEDED:
            lines.append(f'  {name}: "CHANGE"  # Needed. {meaning}')
        else:
            lines.append(f"  # {name}:  # {meaning}")
    if "reference_date" not in columns and date_in_name(files[0]) is None:
        lines.append("# No column of dates was found: write the date in the name of each file.")
    unread = len(found) - len(columns)
    lines += [f"# {unread} other columns are left unread."] if unread else []
    return "\n".join([*lines, "", *_units(files, columns), _REST])


def _units(files: Sequence[Path], columns: Mapping[str, str]) -> list[str]:
    """Propose the unit of each column that has one, as the cells of the files tell."""
    wanted = [name for name in ("employment_form", "paid_hours", *FIELDS) if name in columns]
    named = {name: columns[name] for name in wanted}
    read = [read_columns(path, named)[0] for path in files] if named else []
    lines = []
    for field, setting in FIELDS.items():
        known = dict[str, ShareUnit]()
        for path, cells in zip(files, read, strict=False) if field in columns else ():
            unit = share_unit(judged_shares(cells, field, {}), field)
            known |= {path.name: unit} if unit else {}
        why = "80 for four fifths; fraction where it is written 0.8."
        if len(set(known.values())) > 1:
            told = ", ".join(f"{name} as {unit}" for name, unit in known.items())
            why = f"CHANGE a file: they are written in different units, {told}."
        elif known:
            why = "As the cells are written (percent: 80, fraction: 0.8)."
        elif field in columns:
            why = f"The cells do not tell: {why}"
        lines.append(f"{setting}: {next(iter(known.values()), 'percent')}  # {why}")
    full, why = FULL_TIME_HOURS["a year"], ""
    if "paid_hours" in columns:
        worked = [hours(cells.filter(paid_by_hour(cells, {}))["paid_hours"]) for cells in read]
        full = hours_unit(pl.concat(worked))
        if full != FULL_TIME_HOURS["a year"]:
            why = " CHANGE to 1950 if they are of a year: few have more than a month holds."
    lines.append(
        f"full_time_hours: {full:g}  # Hours of a full-time post in the time that paid_hours "
        f"covers.{why}"
    )
    return lines


def match_headings(found: Sequence[str]) -> dict[str, str]:
    """Find the heading of each field among those of a file; the most usual names come first."""
    spelt = {plain(name): name for name in reversed(found)}
    columns: dict[str, str] = {}
    for field, known in HEADERS.items():
        match = next((spelt[name] for name in known if name in spelt), None)
        if match is not None and match not in columns.values():
            columns[field] = match
    return columns


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_REST = """\

# The municipality of every workplace that is not listed below.
region: "CHANGE"
# Workplaces of other municipalities, workplaces without KOSTRA function, and those that serve
# other municipalities as well:
organisations: {}
#   "974000001": {region: "9003", sector: health_care, serves: ["9004"]}

# styrk08 where the codes are those of the table of occupations; listed where they are position
# codes of PAI or the seven digits of the a-melding, each of which is then listed below.
occupation_codes: styrk08
occupations: {}
#   "7174": "2223"

# Assumptions where the extract is silent; change them if you know better.
retirement_ages: {"60": 57, "63": 60, "65": 62, "72": 62}
left_split: {left_sector: 0.75, moved_municipality: 0.2, other: 0.05}
origin_split: {graduate: 0.25, other_municipality: 0.2, other_sector: 0.25, outside_work: 0.3}
graduates_until: 35
"""
