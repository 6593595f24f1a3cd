"""Read a saved file, of any layout, as a row for each figure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workforce.errors import SourceError
from workforce.sources.staff_register.extracts import LONGEST_HEAD
from workforce.sources.staff_register.starts import of_persons
from workforce.sources.staff_register.vocabulary import plain
from workforce.sources.statbank.declared import declarations
from workforce.sources.statbank.jsonstat import Metadata, read_jsonstat2
from workforce.sources.statbank_saved.layout import (
    Layout,
    Sheet,
    as_text,
    is_mostly_text,
    lay_out,
    read_sheets,
)
from workforce.sources.statbank_saved.meaning import TAB, variables_of
from workforce.sources.statbank_saved.px import read_px
from workforce.sources.tables.cells import read_numbers
from workforce.sources.tables.paths import require_file


@dataclass(frozen=True)
class Long:
    """A saved table as a row for each figure: texts of each variable, value and status.

    ``columns`` are those of texts, with ``stub`` for those beside the figures and ``head`` for
    those above them. ``place`` names the first cell of a column that holds a text.
    """

    file: str
    title: str
    notes: tuple[str, ...]
    updated: str | None
    columns: Mapping[str, str]
    frame: pl.DataFrame
    place: Callable[[str, str], str]


def read_long(path: Path) -> tuple[list[Long], list[str]]:
    """Read a saved file; a workbook may have a table on each sheet."""
    suffix = path.suffix.lower()
    if suffix in (".json", ".px"):
        require_file(path)
        try:
            read = read_px(path) if suffix == ".px" else read_jsonstat2(path)
        except SourceError as error:
            told = str(error)
            raise SourceError(
                told if told.startswith(path.name) else f"{path.name}: {told}"
            ) from error
        return [_from_cube(*read, file=path.name)], []
    sheets = read_sheets(path)
    for sheet in sheets:
        _require_nobody(sheet)
    declared = [variable for one in declarations().values() for variable in variables_of(one)]
    names = frozenset[str]().union(*(variable.names for variable in declared))
    text = [sheet for sheet in sheets if len(sheets) > 1 and is_mostly_text(sheet)]
    found = {sheet.file: lay_out(sheet, names) for sheet in sheets if sheet not in text}
    with_figures = [_from_sheet(one) for one in found.values() if one]
    if not with_figures:
        raise SourceError(
            f"{sheets[0].file}: no rows of figures were found. Save the table from ssb.no as CSV, "
            "Excel, JSON-stat or PX, and do not change it before it is read."
        )
    without = [sheet.file for sheet in sheets if not found.get(sheet.file)]
    return with_figures, [
        f"{file} holds text without figures, and was left out." for file in without
    ]


def head_of(column: str) -> str:
    """Give what stands above a column of texts; that of heads is ``^`` and its level."""
    return column.partition("|")[2] if "|" in column else column


def _require_nobody(sheet: Sheet) -> None:
    """Refuse an extract of staff, whose cells no message and no proposal may show."""
    for row in sheet.rows[:LONGEST_HEAD]:
        if {plain(as_text(cell)) for cell in row} & of_persons():
            raise SourceError(
                f"{sheet.file} is an extract of the staff register, with a row for each person. "
                "Read it with workforce import-staff."
            )


def _from_cube(frame: pl.DataFrame, about: Metadata, *, file: str) -> Long:
    names = [dimension.name for dimension in about.dimensions]
    texts = [
        pl.concat_str(pl.col(name), pl.lit(TAB), pl.col(f"{name}_label")).alias(name)
        for name in names
    ]
    return Long(
        file=file,
        title=about.label,
        notes=about.notes,
        updated=about.updated,
        columns=dict.fromkeys(names, "stub"),
        frame=frame.select(*texts, pl.col("value").cast(pl.Float64), "status"),
        place=lambda column, text: f"{column}, {text.replace(TAB, ' ')!r}",
    )


def _from_sheet(found: Layout) -> Long:
    """Lay the figures of a sheet out in rows, with the texts beside and above them."""
    sheet = found.sheet
    stubs = {f"{place}|{name}": texts for place, (_, name, texts) in enumerate(found.stubs)}
    places = {name: column for name, (column, _, _) in zip(stubs, found.stubs, strict=True)}
    depth = max((len(parts) for _, parts in found.columns), default=0)
    heads = [f"^{level}" for level in range(depth)]
    cells = []
    for column, parts in found.columns:
        told = (*parts, *([""] * (depth - len(parts))))
        for at, row in enumerate(found.rows):
            cells.append((at, row, column, *told, sheet.rows[row][column]))
    base = pl.DataFrame({"at": range(len(found.rows)), **{k: list(v) for k, v in stubs.items()}})
    raw = [cell[-1] for cell in cells]
    text = pl.Series("text", [None if isinstance(one, float) else one for one in raw], pl.String)
    exact = pl.Series("exact", [one if isinstance(one, float) else None for one in raw], pl.Float64)
    marks = {".": ".", "..": "..", "...": "..", ":": ":"}
    written = pl.select(
        pl.when(~text.is_in([*marks, "-", ""])).then(text.str.replace("\u2212", "-"))
    ).to_series()
    values = exact.fill_null(read_numbers(written.alias("written")))
    values = pl.select(pl.when(text == "-").then(0.0).otherwise(values)).to_series()
    unread = (written.is_not_null() & values.is_null()).arg_true()
    if len(unread):
        _, row, column = cells[unread[0]][:3]
        raise SourceError(
            f"{sheet.file}, {sheet.place(row, column)}: {raw[unread[0]]!r} is no number that can "
            f"be read in one way only ({len(unread)} cells). Save the table again as it is on "
            "ssb.no."
        )
    frame = pl.DataFrame(
        {"at": [cell[0] for cell in cells]}
        | {name: [cell[3 + level] for cell in cells] for level, name in enumerate(heads)}
    ).with_columns(
        value=values, status=text.replace_strict(marks, default=None, return_dtype=pl.String)
    )
    columns = dict.fromkeys(stubs, "stub") | dict.fromkeys(heads, "head")

    def place(name: str, told: str) -> str:
        if name in stubs:
            at = stubs[name].index(told)
            return sheet.place(found.rows[at], places[name])
        column = next((column for column, parts in found.columns if told in parts), 0)
        rows = [row for row in range(found.head + 1) if as_text(sheet.rows[row][column]) == told]
        return sheet.place(rows[0] if rows else found.head, column)

    return Long(
        file=sheet.file,
        title=found.title,
        notes=found.notes,
        updated=_updated(found.notes),
        columns=columns,
        frame=frame.join(base, on="at", how="left", maintain_order="left").select(
            *columns, "value", "status"
        ),
        place=place,
    )


def _updated(notes: Sequence[str]) -> str | None:
    """Find when the table was last updated, where the footnotes of a workbook tell it."""
    for place, note in enumerate(notes[:-1]):
        if note.casefold().startswith(("sist endret", "sist oppdatert", "last updated")):
            told = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)", " ".join(notes[place : place + 3]))
            return f"{told[1]}-{told[2]}-{told[3]}" if told else None
    return None
