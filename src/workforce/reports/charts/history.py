"""Chart of the inhabitants counted so far, with a mark where the borders changed."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Subject,
    absent,
    cell,
    estimate,
    name_of,
    only,
    pick,
    shown,
)
from workforce.reports.charts.population import band_name
from workforce.reports.charts.shapes import Line, draw_lines
from workforce.reports.charts.style import GREY, INK, PENS, TEXT_SIZE, own_style
from workforce.texts.catalogue import number, say

COLUMNS = ("all", "20-66", "80+")
NOT_COMPARABLE = "split_unknown"


@own_style()
def population_history(figures: Figures, subject: Subject, breaks: pl.DataFrame) -> Chart:
    """Draw all inhabitants on 1 January of each year up to the base year.

    A year from which the figures are for other borders is marked in the chart and in the table.
    Years before a split whose shares are not known are named in the table as not comparable, and
    not drawn.

    Parameters
    ----------
    figures
        Protected figures.
    subject
        The page.
    breaks
        year, reason and first_year of each break of the region.
    """
    texts = subject.texts
    rows = shown(pick(figures, subject, "population_observed", dimension="age_band"))
    lost = breaks.filter(pl.col("reason") == NOT_COMPARABLE)
    start = int(lost["year"].max()) if len(lost) else 0  # type: ignore[arg-type]
    rows = rows.filter(pl.col("year") >= start)
    total = only(rows, "all")
    now = estimate(total, year=subject.base_year)
    if now is None:
        return absent(subject, "history", "population")
    seen: dict[int, str] = dict(breaks.select("year", "reason").iter_rows())
    first = int(total["year"].min())  # type: ignore[arg-type]
    said = {
        "region": name_of(subject, "region", subject.region),
        "base": number(now.central, texts),
        "base_year": str(subject.base_year),
        "first": number(float(total["central"][0]), texts),
        "first_year": str(first),
    }
    title = say(texts, "history.title" if total.height > 1 else "history.title_one", **said)
    told = [
        say(texts, f"history.break.{reason}", year=year) for year, reason in sorted(seen.items())
    ]
    figure = None
    if total.height > 1:
        figure = draw_lines(
            [Line(say(texts, "history.total"), total, PENS[0])], texts,
            x=say(texts, "chart.year_1_january"), y=say(texts, "chart.persons_1_january"),
        )  # fmt: skip
        axes = figure.axes[0]
        for year in seen:
            if year < first:
                continue
            # Between the last 1 January within the former borders and the first within the new.
            axes.axvline(year - 0.5, color=GREY, linestyle=(0, (4, 3)), linewidth=1.4)
            axes.annotate(
                say(texts, "history.break_label", year=year), (year - 0.5, 0.03),
                xycoords=("data", "axes fraction"), xytext=(5, 0), textcoords="offset points",
                fontsize=TEXT_SIZE - 1, color=INK,
            )  # fmt: skip
    note = " ".join([*told, *([say(texts, "history.note")] if seen else [])])
    alt = say(texts, "history.alt", title=title, breaks=f" {' '.join(told)}" if told else "")
    return Chart(figure, title, alt, _table(rows, seen, lost, subject), note)


def _table(
    rows: pl.DataFrame, seen: dict[int, str], lost: pl.DataFrame, subject: Subject
) -> pl.DataFrame:
    """Set the years out with marks: where borders changed, and what cannot be compared."""
    texts = subject.texts
    years = rows["year"].unique().sort().to_list()
    before = (
        list(range(int(lost["first_year"].min()), min(years)))  # type: ignore[arg-type]
        if len(lost)
        else []
    )
    headings = [say(texts, "history.total"), *(band_name(texts, band) for band in COLUMNS[1:])]
    columns: dict[str, list[str]] = {say(texts, "chart.year"): [str(y) for y in [*before, *years]]}
    for heading, band in zip(headings, COLUMNS, strict=True):
        written = {row["year"]: cell(row, texts) for row in only(rows, band).iter_rows(named=True)}
        cells = [
            say(texts, "history.mark", figure=written[year]) if year in seen else written[year]
            for year in years
        ]
        columns[heading] = [say(texts, "history.before")] * len(before) + cells
    return pl.DataFrame(columns)
