"""A finished chart: the drawing, the finding as its title, its alternative text and its table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from workforce.reports.charts.places import give_places
from workforce.reports.charts.style import (
    INK,
    canvas,
    label_axes,
    legend_below,
    make_ahead,
    name_inside,
    narrow,
    own_style,
)
from workforce.reports.charts.svg import inline_svg
from workforce.texts.catalogue import Texts, say

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """One chart of a report.

    Parameters
    ----------
    draw
        Makes the drawing, when it is shown and not before; None where there is nothing to draw, and
        the note or the table speaks.
    title
        The finding, in a sentence with its figures.
    alt
        The same finding in words and figures, for those who do not see the drawing.
    table
        The figures behind the drawing, formatted for the reader; one row each.
    note
        What the reader must know: what is missing or borrowed. Empty if nothing.
    prose
        Whether the table holds sentences rather than figures.
    shades
        How dark the ground of each cell after the first is, row by row, from 0 to `DARKEST`: a heat
        map, which is its own table. Empty for a plain table.
    """

    draw: Callable[[], Figure] | None
    title: str
    alt: str
    table: pl.DataFrame | None = None
    note: str = ""
    prose: bool = False
    shades: Sequence[Sequence[int]] = ()

    @cached_property
    def figure(self) -> Figure | None:
        """The drawing, made once."""
        if self.draw is None:
            return None
        return _placed(self.draw)

    @cached_property
    def narrow_figure(self) -> Figure | None:
        """The drawing for a narrow screen, made once."""
        if self.draw is None:
            return None
        with narrow():
            return _placed(self.draw)


DARKEST = 4
"""Grounds of a heat map, beside none."""


def _placed(draw: Callable[[], Figure]) -> Figure:
    with own_style():
        figure = draw()
        give_places(figure)
    return figure


INTERVAL = re.compile(r"[\d%]\)$")
WITHIN = re.compile(r"(?<!,) (?!\()")
LIGHT = re.compile(r"(?<=^[✓!✕]) ")
THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
PARTED = re.compile("(?<=eneste)(?=område)")
"""Where the longest heading of a heat map may be parted, which has no blocks on a phone."""
DIGIT = re.compile(r"\d")
BREAK = re.compile(r" |(?<=-)|(?<=–)(?!\d)")
ROLES = ("table", "row", "columnheader", "rowheader", "cell")
BETWEEN, BOLD = 2.5, 1.15
"""Room between two columns, and that of a letter of a heading. [letters]"""
PHONE, PAGE = 36, 85
"""Widest tables that a small phone and a page have room for. [letters]"""
SILENT = Chart(None, "", "")
"""A chart that has nothing to say on a page; it is not shown."""


def show(chart: Chart, texts: Texts) -> None:
    """Show a chart in a notebook: title, drawing with alternative text, note, table behind it."""
    parts = []
    if chart.draw is None and chart.table is not None:
        parts.append(
            html_table(chart.table, chart.title, prose=chart.prose, shades=chart.shades)
        )  # its caption is the heading
    else:
        _display({"text/html": f"<h3>{escape(chart.title)}</h3>", "text/plain": chart.title})
    if chart.draw is not None:
        _display({"text/html": drawn(chart), "text/plain": chart.alt})
    if chart.note:
        parts.append(f'<p class="note">{escape(chart.note)}</p>')
    if chart.draw is not None and chart.table is not None:
        summary = escape(say(texts, "chart.table_behind"))
        table = html_table(chart.table, chart.title)
        parts.append(f"<details><summary>{summary}</summary>{table}</details>")
    if parts:
        _display({"text/html": "".join(parts), "text/plain": chart.note})


def drawn(chart: Chart) -> str:
    """Write the drawing of a chart as HTML: for a wide page, and hidden on it for a narrow one.

    Empty where there is nothing to draw.
    """
    with own_style():
        if chart.figure is None or chart.narrow_figure is None:
            return ""
        wide = inline_svg(chart.figure, alt=chart.alt, kind="wide")
        small = inline_svg(chart.narrow_figure, alt=chart.alt, kind="narrow", hidden=True)
    return f'<figure class="chart">{wide}{small}</figure>'


def draw_ahead() -> None:
    """Find fonts and make empty drawings, for the pages of those who are forked from this process.

    Half of a drawing is the making of its panels and marks, which are the same in all of them.
    """

    def draw() -> Figure:
        figure, (axes,) = canvas(3.0)
        axes.fill([0, 1, 1], [0, 0, 1], alpha=0.5)
        axes.errorbar([0, 1], [0, 1], yerr=[1, 1], marker="o", linestyle="--", label="A")
        axes.barh([0], [1])
        name_inside(axes, 0, 0, "A", INK)
        label_axes(axes, x="A", y="A")
        legend_below(figure)
        return figure

    with own_style():
        drawn(Chart(draw, "", ""))
        make_ahead()


def html_table(
    table: pl.DataFrame, caption: str, *, prose: bool = False, shades: Sequence[Sequence[int]] = ()
) -> str:
    """Write formatted figures as an HTML table with a caption and headed rows.

    The first column heads its row; words begin at the left, figures end at the right. Where its box
    is too narrow for the letters that it needs, the style sheet makes a block of each row.
    """
    cells = [[_kept_whole(str(cell)) for cell in row] for row in table.iter_rows()]
    heads = [_kept_whole(name) for name in table.columns]
    columns = list(zip(heads, *cells, strict=True))
    kinds = ["text" if prose or _is_words(column[1:]) else "figure" for column in columns]
    need = sum(map(_least_width, columns))
    look = "heat" if shades else "prose" if prose else "broad" if need > PAGE else ""
    named, roles, needs = f' class="{look}"' if look else "", dict.fromkeys(ROLES, ""), ""
    if need > PHONE and not shades:
        # Rows that become blocks keep what they are by their roles.
        roles = {role: f' role="{role}"' for role in ROLES}
        needs = f' style="{escape(f"--need:{need:.0f};" + _said_before(heads))}"'
    head = "".join(
        f'<th scope="col" class="{kind}"{roles["columnheader"]}>'
        f"{PARTED.sub('&shy;', escape(name)) if shades else escape(name)}</th>"
        for name, kind in zip(heads, kinds, strict=True)
    )
    first = ' class="text"' if prose else ""
    grounds = [[[f"heat-{one}"] * (one > 0) for one in row] for row in shades]
    grounds = grounds or [[[]] * table.width] * table.height
    body = "".join(
        f'<tr{roles["row"]}><th scope="row"{first}{roles["rowheader"]}>{escape(row[0])}</th>'
        + "".join(
            f'<td class="{" ".join([kind, *dark])}"{roles["cell"]}>{escape(cell)}</td>'
            for kind, cell, dark in zip(kinds[1:], row[1:], ground, strict=False)
        )
        + "</tr>"
        for row, ground in zip(cells, grounds, strict=True)
    )
    return (
        f'<div class="table-box" tabindex="0" role="region" aria-label="{escape(caption)}"{needs}>'
        f"<table{named}{roles['table']}><caption>{escape(caption)}</caption>"
        f"<thead><tr{roles['row']}>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _is_words(cells: Sequence[str]) -> bool:
    """Whether a column holds words and no figure."""
    return any(any(map(str.isalpha, cell)) for cell in cells) and not any(map(DIGIT.search, cells))


def _least_width(column: Sequence[str]) -> float:
    """Return the letters that a column needs beside another at the least, with what parts them."""
    head, *cells = [max(map(len, BREAK.split(cell))) for cell in column]
    return BETWEEN + max(BOLD * head, *cells, 0)


def _said_before(heads: Sequence[str]) -> str:
    """Name the headings of the cells in a style, for blocks to set them before their cells."""
    quoted = (one.replace("\\", "\\\\").replace('"', '\\"') for one in heads[1:])
    return ";".join(f'--h{place}:"{one}"' for place, one in enumerate(quoted, start=2))


def _kept_whole(cell: str) -> str:
    """Keep a number in one line; a figure breaks before the bracket and after its word alone."""
    cell = LIGHT.sub("\u00a0", THOUSANDS.sub("\u00a0", cell))
    return WITHIN.sub("\u00a0", cell) if INTERVAL.search(cell) else cell


def _display(content: dict[str, str]) -> None:
    """Hand content to the notebook."""
    from IPython.display import display

    display(content, raw=True)  # type: ignore[no-untyped-call]
