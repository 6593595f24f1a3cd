"""Chart of the inhabitants counted so far, with a mark where the borders changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.about import Break
from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, only, pick, shown
from workforce.reports.charts.population import band_name
from workforce.reports.charts.shapes import Line, Lines, draw_lines
from workforce.reports.charts.style import GREY, INK, PENS, TEXT_SIZE
from workforce.reports.charts.words import column
from workforce.texts.catalogue import number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = ("all", "20-66", "80+")
NOT_COMPARABLE = "split_unknown"


@chart("history", "population")
def population_history(figures: Figures, subject: Subject) -> Told | None:
    """Draw all inhabitants on 1 January of each year up to the base year.

    A year from which the figures are for other borders is marked in the chart and in the table.
    Years before a split whose shares are not known are named in the table as not comparable, and
    not drawn.
    """
    texts = subject.texts
    rows = shown(pick(figures, subject, "population_observed", dimension="age_band"))
    breaks = figures.facts.breaks
    lost = [one for one in breaks if one.reason == NOT_COMPARABLE]
    start = max((one.year for one in lost), default=0)
    rows = rows.filter(pl.col("year") >= start)
    total = only(rows, "all")
    now = estimate(total, year=subject.base_year)
    if now is None:
        return None
    seen = {one.year: one.reason for one in breaks}
    told = [
        say(texts, f"history.break.{reason}", year=year) for year, reason in sorted(seen.items())
    ]
    one = total.height == 1
    return Told(
        None if one else lambda: _draw(total, list(seen), subject),
        _table(rows, seen, lost, subject),
        said={
            "base": number(now.central, texts),
            "base_year": subject.base_year,
            "first": number(float(total["central"][0]), texts),
            "first_year": int(total["year"][0]),
            "breaks": f" {' '.join(told)}" if told else "",
        },
        title="title_one" if one else "title",
        notes=(),
        more=[*told, *([say(texts, "history.note")] if seen else [])],
    )


def _draw(total: pl.DataFrame, breaks: list[int], subject: Subject) -> Figure:
    """Draw the inhabitants, and a line between the last year within former borders and the next."""
    texts = subject.texts
    line = Line(say(texts, "history.total"), total, PENS[0])
    figure = draw_lines(Lines([line], "chart.year_1_january", "chart.persons_1_january"), texts)
    axes = figure.axes[0]
    for year in breaks:
        if year < total["year"][0]:
            continue
        axes.axvline(year - 0.5, color=GREY, linestyle=(0, (4, 3)), linewidth=1.4)
        axes.annotate(
            say(texts, "history.break_label", year=year), (year - 0.5, 0.03),
            xycoords=("data", "axes fraction"), xytext=(5, 0), textcoords="offset points",
            fontsize=TEXT_SIZE - 1, color=INK,
        )  # fmt: skip
    return figure


def _table(
    rows: pl.DataFrame, seen: dict[int, str], lost: Sequence[Break], subject: Subject
) -> dict[str, list[str]]:
    """Set the years out with marks: where borders changed, and what cannot be compared."""
    texts = subject.texts
    years = rows["year"].unique().sort().to_list()
    before = list(range(min((one.first_year for one in lost), default=years[0]), years[0]))
    headings = [say(texts, "history.total"), *(band_name(texts, band) for band in COLUMNS[1:])]
    table = {"chart.year": [str(year) for year in [*before, *years]]}
    for heading, band in zip(headings, COLUMNS, strict=True):
        written = column(only(rows, band), years, texts, by="year", decimals=0)
        cells = [
            say(texts, "history.mark", figure=figure) if year in seen else figure
            for year, figure in zip(years, written, strict=True)
        ]
        table[heading] = [say(texts, "history.before")] * len(before) + cells
    return table
