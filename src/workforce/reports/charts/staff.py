"""Charts of the staff: how old they are and how many are expected to leave, by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Subject,
    absent,
    decimals_for,
    estimate,
    interval,
    largest,
    only,
    persons_told,
    pick,
    sector_name,
    shown,
    spoken,
    table_by_year,
)
from workforce.reports.charts.shapes import Line, draw_lines
from workforce.reports.charts.style import (
    INK,
    ORANGE,
    PENS,
    TEAL,
    TEXT_SIZE,
    canvas,
    label_axes,
    number_axis,
    own_style,
    spread,
    wrap,
)
from workforce.texts.catalogue import number, percent, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AGE_GROUPS = ("under_35", "35_54", "55_61", "62_plus")
CAUSES = ("retired", "left_sector", "moved_municipality", "other")
FILLS = ((TEAL, ""), ("#8aa4b8", ""), ("#d99a5b", "////"), (ORANGE, ""))


@own_style()
def staff_by_age(figures: Figures, subject: Subject) -> Chart:
    """Draw the share of the staff in each group of ages, a bar for each sector, base year."""
    texts = subject.texts
    rows = pick(figures, subject, "headcount_by_age", dimension="age_group", year=subject.base_year)
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    whole = {
        str(sector): part
        for (sector,), part in rows.group_by("sector", maintain_order=True)
        if float(part["central"].sum()) > 0
    }
    if subject.sector not in whole:
        return absent(subject, "staff_age", "staff")
    order = sorted(whole, key=lambda code: (code != "all", sector_name(subject, str(code))))
    figure, (axes,) = canvas(1.6 + 0.5 * len(order))
    for place, sector in enumerate(order):
        persons = dict(whole[sector].select("category", "central").iter_rows())
        total, left = sum(persons.values()), 0.0
        for group, (colour, hatch) in zip(AGE_GROUPS, FILLS, strict=True):
            share = persons.get(group, 0.0) / total
            axes.barh(place, share, left=left, height=0.66, color=colour, hatch=hatch,
                      edgecolor="white", linewidth=1.2)  # fmt: skip
            if share > 0.06:
                axes.text(left + share / 2, place, percent(share, texts, decimals=0),
                          ha="center", va="center",
                          fontsize=TEXT_SIZE - 1, color=INK, fontweight="bold",
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.4,
                                "alpha": 0.85})  # fmt: skip
            left += share
    _name_groups(axes, whole[order[0]], subject)
    axes.set_yticks(range(len(order)), [wrap(sector_name(subject, s), 26) for s in order])
    axes.set_ylim(len(order) - 0.5, -1.1)
    axes.set_xlim(0, 1)
    axes.grid(visible=False, axis="y")
    number_axis(axes, texts, share=True, which="x")
    label_axes(axes, x=say(texts, "staff_age.axis"))
    lead = subject.sector
    older = whole[lead].filter(pl.col("category").is_in(["55_61", "62_plus"]))
    persons_older = float(older["central"].sum())
    said = {
        "sector": sector_name(subject, lead),
        "year": str(subject.base_year),
        "share": percent(persons_older / float(whole[lead]["central"].sum()), texts, decimals=0),
        "persons": number(persons_older, texts),
    }
    title = say(texts, "staff_age.title", **said)
    listed = "; ".join(
        f"{say(texts, f'age_group.{group}')}: {_persons(value, lead, figures, subject)}"
        for group, value in whole[lead].select("category", "central").iter_rows()
    )
    return Chart(
        figure,
        title,
        say(texts, "staff_age.alt", title=title, list=listed),
        _age_table(figures, rows, order, subject),
    )


def exits_by_cause(figures: Figures, subject: Subject) -> Chart:
    """Draw the persons expected to leave each year, a line for each cause."""
    texts = subject.texts
    rows = pick(
        figures, subject, "exits", sector=subject.sector, occupation="all", dimension="cause"
    )
    series = {name: only(rows, name) for name in CAUSES}
    lines = [
        Line(say(texts, f"cause.{name}"), one, pen)
        for (name, one), pen in zip(series.items(), PENS, strict=False)
        if shown(one).height
    ]
    if not lines:
        return absent(subject, "exits", "staff")
    first, last = subject.base_year, subject.horizon_year - 1
    said = {"sector": sector_name(subject), "first": str(first), "last": str(last)}
    ends = [estimate(series["retired"], year=year) for year in (first, last)]
    if ends[0] is None or ends[1] is None:
        return absent(subject, "exits", "staff")
    title = say(
        texts,
        "exits.title",
        **said,
        **spoken("persons", ends[1], texts, decimals=decimals_for(ends[1].central)),
        **spoken("persons_first", ends[0], texts, decimals=decimals_for(ends[1].central)),
    )
    listed = "; ".join(
        f"{one.label}: {interval(value, texts, decimals=decimals_for(value.central))}"
        for one in lines
        if (value := estimate(one.rows, year=last)) is not None
    )
    return Chart(
        draw_lines(lines, texts, x=say(texts, "chart.calendar_year"), y=say(texts, "exits.axis")),
        title,
        say(texts, "exits.alt", title=title, list=listed, last=str(last)),
        table_by_year(
            {one.label: one.rows for one in lines},
            texts,
            decimals=decimals_for(largest(shown(rows))),
        ),
    )


def _name_groups(axes: Axes, rows: pl.DataFrame, subject: Subject) -> None:
    """Write the names of the groups of ages above the first bar, moved apart where they crowd."""
    persons = dict(rows.select("category", "central").iter_rows())
    total, left = sum(persons.values()), 0.0
    middles, names = [], []
    for group in AGE_GROUPS:
        share = persons.get(group, 0.0) / total
        names.append(wrap(say(subject.texts, f"age_group.{group}"), 12 if share > 0.15 else 8))
        middles.append(left + share / 2)
        left += share
    sizes = [0.03 + 0.0165 * max(map(len, name.splitlines())) for name in names]
    for place, name in zip(spread(middles, sizes, 0.0, 1.06), names, strict=True):
        axes.text(place, -0.42, name, ha="center", va="bottom", fontsize=TEXT_SIZE - 1, color=INK)


def _age_table(
    figures: Figures, rows: pl.DataFrame, sectors: list[str], subject: Subject
) -> pl.DataFrame:
    """Set persons by group of ages side by side, a row for each sector."""
    texts = subject.texts
    columns: dict[str, list[str]] = {
        say(texts, "chart.sector"): [sector_name(subject, str(code)) for code in sectors]
    }
    for group in AGE_GROUPS:
        written = {
            row["sector"]: _persons(row["central"], row["sector"], figures, subject)
            for row in rows.filter(pl.col("category") == group).iter_rows(named=True)
        }
        heading = say(texts, f"age_group.{group}")
        columns[heading] = [written.get(code, "–") for code in sectors]
    return pl.DataFrame(columns)


def _persons(count: float, sector: str, figures: Figures, subject: Subject) -> str:
    """Write a count of a sector by what it may be, and a sum over sectors as it is."""
    if sector == "all":
        return number(count, subject.texts)
    return persons_told(count, figures, subject.texts)
