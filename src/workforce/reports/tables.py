"""Accessible HTML tables: figures written in the language, hidden ones marked and explained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from workforce.errors import ParameterError
from workforce.texts.catalogue import Texts, number, percent, say

if TYPE_CHECKING:
    from workforce.disclosure.protection import Publishable

Format = Literal["text", "year", "whole", "decimal", "signed", "share"]

HIDDEN_MARK = ":"
"""Sign of a hidden figure, as Statistics Norway writes it."""
MISSING_MARK = "–"
"""Sign of a figure that is not there."""
PROTECTED_COLUMNS = frozenset({"persons", "hidden"})


def publishable_table(
    publishable: Publishable,
    *,
    rows: str,
    columns: str,
    caption: str,
    corner: str,
    texts: Texts,
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    where: Mapping[str, str | int] | None = None,
    value_format: Format = "whole",
    with_interval: bool = True,
) -> str:
    """Set protected figures in a table, one dimension down and one across.

    Parameters
    ----------
    publishable
        Figures after disclosure control.
    rows, columns
        Columns of the tidy table, such as ``occupation`` and ``year``.
    caption
        What the table holds.
    corner
        Heading of the first column.
    texts
        Language.
    row_names, column_names
        Name of each code to show, in the order to show them.
    where
        What the other columns must be, such as ``{"variable": "shortage_fte"}``.
    value_format
        How the figures are written.
    with_interval
        Write the interval beside a figure that has one.

    Raises
    ------
    ParameterError
        A column is not there, or a place in the table would hold more than one figure.
    """
    table = publishable.table
    fixed = dict(where or {})
    lacking = [name for name in (rows, columns, *fixed) if name not in table.columns]
    if lacking:
        raise ParameterError(f"The figures have no column {', '.join(lacking)}.")
    picked = table.filter(*(pl.col(name) == value for name, value in fixed.items()))
    places: dict[tuple[str, str], dict[str, Any]] = {}
    for row in picked.iter_rows(named=True):
        place = (str(row[rows]), str(row[columns]))
        if place[0] not in row_names or place[1] not in column_names:
            continue
        if place in places:
            raise ParameterError(
                f"More than one figure for {rows} {place[0]!r} and {columns} {place[1]!r}. "
                "Say in `where` which scenario, region, sector, variable, year and level to show."
            )
        places[place] = row
    write = _writer(value_format, texts)
    body = [
        [
            _figure(places.get((code, across)), write, texts, with_interval=with_interval)
            for across in column_names
        ]
        for code in row_names
    ]
    heads = [(corner, False), *((name, False) for name in column_names.values())]
    lines = list(zip(row_names.values(), body, strict=True))
    return _table(caption, heads, lines) + _legend(lines, texts, publishable.rule.min_persons or 0)


def html_table(
    frame: pl.DataFrame,
    *,
    caption: str,
    headers: Mapping[str, str],
    texts: Texts,
    formats: Mapping[str, Format] | None = None,
) -> str:
    """Set a frame that holds no figures about staff in a table; the first column heads its row.

    Figures about staff go through `publishable_table`, which takes protected figures only.

    Parameters
    ----------
    frame
        One row for each line.
    caption
        What the table holds.
    headers
        Heading of each column to show, in the order to show them.
    texts
        Language.
    formats
        How columns are written. Left out: text as it is, whole numbers whole, others with one
        decimal, and a column named year as a year.

    Returns
    -------
    str
        HTML; everything from the frame is escaped. What is null is marked and explained below.

    Raises
    ------
    ParameterError
        The caption is empty, a column is not there, or the frame holds persons or hidden cells.
    """
    chosen = dict(formats or {})
    if not caption.strip():
        raise ParameterError("A table needs a caption.")
    lacking = [name for name in (*headers, *chosen) if name not in frame.columns]
    if lacking or not headers:
        raise ParameterError(
            f"The table {caption!r} has no column {', '.join(lacking) or 'at all'}. It has "
            f"{', '.join(frame.columns)}."
        )
    protected = sorted(PROTECTED_COLUMNS.intersection(frame.columns))
    if protected:
        raise ParameterError(
            f"The table {caption!r} has the column {', '.join(protected)}: figures about staff "
            "are protected first and shown by publishable_table."
        )
    kinds = {name: chosen.get(name) or _usual(frame, name) for name in headers}
    first, *others = headers
    head_of_row = _writer(kinds[first], texts)
    lines = []
    for row in frame.iter_rows(named=True):
        cells = [
            _cell(None, texts)
            if row[name] is None
            else _cell(_writer(kinds[name], texts)(row[name]), texts, left=kinds[name] == "text")
            for name in others
        ]
        name = MISSING_MARK if row[first] is None else head_of_row(row[first])
        lines.append((name, cells))
    heads = [(headers[name], kinds[name] == "text") for name in headers]
    return _table(caption, heads, lines) + _legend(lines, texts, 0)


def _usual(frame: pl.DataFrame, name: str) -> Format:
    """Choose how a column is written by what it holds."""
    kind = frame.schema[name]
    if name == "year":
        return "year"
    if kind.is_integer():
        return "whole"
    return "decimal" if kind.is_numeric() else "text"


def _writer(kind: Format, texts: Texts) -> Any:
    """Return the function that writes a value."""
    writers: dict[str, Any] = {
        "text": str,
        "year": str,
        "whole": partial(number, texts=texts),
        "decimal": partial(number, texts=texts, decimals=1),
        "signed": partial(number, texts=texts, sign=True),
        "share": partial(percent, texts=texts),
    }
    if kind not in writers:
        raise ParameterError(f"The format {kind!r} is not one of {', '.join(writers)}.")
    return writers[kind]


def _figure(row: Mapping[str, Any] | None, write: Any, texts: Texts, *, with_interval: bool) -> str:
    """Write one place of a table: a figure, hidden, or not there."""
    if row is None:
        return _cell(None, texts)
    if row["hidden"]:
        return _cell(None, texts, hidden=True)
    if row["central"] is None:
        return _cell(None, texts)
    text = escape(write(row["central"]))
    lower, upper = row["lower"], row["upper"]
    if with_interval and lower is not None and upper is not None and upper > lower:
        span = escape(say(texts, "table.interval", lower=write(lower), upper=write(upper)))
        text += f' <span class="interval">({span})</span>'
    return f"<td>{text}</td>"


def _cell(text: str | None, texts: Texts, *, hidden: bool = False, left: bool = False) -> str:
    """Return a cell; the mark of a figure that is not shown is read out as a word."""
    if text is not None:
        return f'<td class="text">{escape(text)}</td>' if left else f"<td>{escape(text)}</td>"
    mark, word = (HIDDEN_MARK, "table.hidden") if hidden else (MISSING_MARK, "table.missing")
    return (
        f'<td><span aria-hidden="true">{mark}</span>'
        f'<span class="unseen">{escape(say(texts, word))}</span></td>'
    )


def _table(caption: str, heads: list[tuple[str, bool]], lines: list[tuple[str, list[str]]]) -> str:
    """Put the table together, in a box that scrolls sideways where the page is narrow."""
    head = "".join(
        f'<th scope="col" class="{"text" if is_text else "figure"}">{escape(name)}</th>'
        for name, is_text in heads
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>' for name, cells in lines
    )
    label = escape(caption)
    return (
        f'<div class="table-box" tabindex="0" role="region" aria-label="{label}">'
        f"<table><caption>{label}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _legend(lines: list[tuple[str, list[str]]], texts: Texts, least_persons: int) -> str:
    """Explain the marks that the table uses."""
    cells = [cell for _, row in lines for cell in row]
    notes = []
    if _cell(None, texts, hidden=True) in cells:
        notes.append(say(texts, "table.hidden_note", mark=HIDDEN_MARK, least=least_persons))
    if _cell(None, texts) in cells:
        notes.append(say(texts, "table.missing_note", mark=MISSING_MARK))
    return "".join(f'<p class="table-note">{escape(note)}</p>' for note in notes)
