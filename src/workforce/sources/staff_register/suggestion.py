"""Propose a mapping from the headings of an extract, and units from its shares and hours."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from workforce.contract.problems import many
from workforce.errors import ParameterError
from workforce.sources.staff_register.extracts import date_in_name, headings, read_columns
from workforce.sources.staff_register.mapping import FULL_TIME_HOURS, Columns, ShareUnit
from workforce.sources.staff_register.starts import (
    FIELDS as CODED,
)
from workforce.sources.staff_register.starts import (
    SETTINGS,
    functions_of,
    proposal,
    system_of,
    together,
    unknown_codes,
)
from workforce.sources.staff_register.units import (
    FIELDS,
    hours_unit,
    judged_shares,
    paid_by_hour,
    share_unit,
)
from workforce.sources.staff_register.values import hours
from workforce.sources.staff_register.vocabulary import heading_words, plain
from workforce.sources.tables.files import read_packaged
from workforce.sources.tables.paths import file_path, write_new
from workforce.texts.catalogue import Texts
from workforce.texts.messages import tell_comments

_MOST_CODES = 60
_ABOUT = {
    "kostra_functions": "# Sector by function, beyond the KOSTRA functions that are known.",
    "occupations": "# Occupation of ours, in STYRK-08, by code of the extract.",
    "organisations": (
        "# Workplaces of other municipalities, workplaces without KOSTRA function, and those that "
        'serve\n# others: "974000001": {region: "9003", sector: health_care, serves: ["9004"]}'
    ),
}
_NEEDED = [name for name, field in Columns.model_fields.items() if field.is_required()]


def suggest_mapping(paths: Sequence[str | Path], *, region: str = "CHANGE") -> str:
    """Propose a mapping file for extracts, to be looked through and filled in.

    Of the cells, shares, hours and forms of employment are read to see their units, and codes to
    see their kinds. Nothing of a cell is written down but digits of functions, positions and
    organisations that the lists do not know.
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
    lines = [f"# Proposed from the headings of {files[0].name}. Look through it before you use it."]
    if system := system_of(found):
        lines.append(f"# The headings are those of {system[0]} ({system[2]}).")
    lines.append("columns:")
    for name, field in Columns.model_fields.items():
        meaning = (field.description or "").splitlines()[0]
        if name in columns:
            lines.append(f"  {name}: {json.dumps(columns[name], ensure_ascii=False)}  # {meaning}")
        elif name in _NEEDED:
            lines.append(f'  {name}: "CHANGE"  # Needed. {meaning}')
        else:
            lines.append(f"  # {name}:  # {meaning}")
    if "reference_date" not in columns and date_in_name(files[0]) is None:
        lines.append("# No column of dates was found: write the date in the name of each file.")
    unread = [name for name in found if name and name not in columns.values()]
    lines += [f"# Left unread: {', '.join(unread)}."] if unread else []
    lines += _dates(files, columns)
    return "\n".join(
        [
            *lines,
            "",
            *_units(files, columns),
            "",
            *_codes(files, columns),
            _REST.replace("CHANGE", region),
        ]
    )


def write_suggestion(
    paths: Sequence[str | Path], file: Path, texts: Texts, *, region: str | None = None
) -> list[str]:
    """Write a proposed mapping to a new file, and name the needed columns that it lacks."""
    write_new(file, tell_comments(suggest_mapping(paths, region=region or "CHANGE"), texts))
    columns = match_headings(headings(file_path(paths[0])))
    return [name for name in _NEEDED if name not in columns]


def _read(
    files: Sequence[Path], columns: Mapping[str, str], wanted: Iterable[str]
) -> tuple[dict[str, str], list[pl.DataFrame]]:
    """Read the columns of each file that are wanted and there, with their headings."""
    named = {name: columns[name] for name in wanted if name in columns}
    return named, [read_columns(path, named)[0] for path in files] if named else []


def _dates(files: Sequence[Path], columns: Mapping[str, str]) -> list[str]:
    """Tell a column of dates in which the month comes first, which is read as the day."""
    named, read = _read(files, columns, ("birth_date", "start", "end"))
    told = []
    for name, heading in named.items():
        cells = pl.concat([one[name] for one in read]).drop_nulls()
        parts = cells.str.extract_groups(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4}$").struct
        first, second = (parts.field(part).cast(pl.Int64) for part in ("1", "2"))
        if (second > 12).any() and not (first > 12).any():
            told.append(
                f"# CHANGE the cells of {heading}: the month comes before the day, and the day is "
                "read first."
            )
    return told


def _codes(files: Sequence[Path], columns: Mapping[str, str]) -> list[str]:
    """Propose the kind of the codes, and what those that the lists do not know become."""
    _, read = _read(files, columns, CODED)
    functions, occupations = functions_of(read_packaged("sectors")), read_packaged("occupations")
    posts = set() if occupations is None else {*occupations["occupation"], *occupations["styrk08"]}
    known = {"kostra_function": set(functions), "occupation": posts, "organisation": set[str]()}
    none = pl.lit(None, pl.String)
    found = together([
        unknown_codes(
            cells,
            cells.select(
                pl.when(pl.col(field).is_in(list(known[field]))).then(pl.col(field))
                .otherwise(none).alias(ours)
                for field, ours in CODED.items() if field in cells.columns
            ),
        )
        for cells in read
    ])  # fmt: skip
    strange = found.filter(pl.col("code") != "")
    every = sum(cells["occupation"].is_not_null().sum() for cells in read) if read else 0
    missed = int(found.filter(pl.col("column") == "occupation")["rows"].sum())
    listed = bool(every) and missed > every / 2
    lines = [
        "# styrk08 where the codes are those of the table of occupations; listed where they are",
        "# codes of PAI's positions or the seven digits of the a-melding, each listed below.",
        f"occupation_codes: {'listed' if listed else 'styrk08'}",
    ]
    for column, setting in SETTINGS.items():
        rows = strange.filter(pl.col("column") == column).head(_MOST_CODES)
        entries = []
        for code, count in rows.select("code", "rows").iter_rows():
            told = proposal(column, code, functions)
            if column == "organisation":
                entries.append(f'  # "{code}": {{region: "CHANGE"}}  # {many(count, "row")}')
            elif told is None:
                entries.append(f'  # "{code}": CHANGE  # {many(count, "row")}, not known')
            else:
                entries.append(f'  "{code}": "{told[0]}"  # {many(count, "row")}, {told[1]}')
        real = any(not entry.lstrip().startswith("#") for entry in entries)
        lines += [_ABOUT[setting], f"{setting}:" if real else f"{setting}: {{}}", *entries]
    return lines


def _units(files: Sequence[Path], columns: Mapping[str, str]) -> list[str]:
    """Propose the unit of each column that has one, as the cells of the files tell."""
    _, read = _read(files, columns, ("employment_form", "paid_hours", *FIELDS))
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
    for field, known in heading_words().items():
        match = next((spelt[name] for name in known if name in spelt), None)
        if match is not None and match not in columns.values():
            columns[field] = match
    system = system_of(found)
    return columns if system is None else {**columns, **system[1]}


_REST = """\

# The municipality of every workplace that is not listed under organisations.
region: "CHANGE"

# Assumptions where the extract is silent; change them if you know better.
retirement_ages: {"60": 57, "63": 60, "65": 62, "72": 62}
left_split: {left_sector: 0.75, moved_municipality: 0.2, other: 0.05}
origin_split: {graduate: 0.25, other_municipality: 0.2, other_sector: 0.25, outside_work: 0.3}
graduates_until: 35
"""
