"""Charts of collective competence: units with enough holders, not a sum of individuals."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.competence import is_formal
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    estimate,
    interval,
    name_of,
    only,
    pick,
    sector_name,
    shown,
)
from workforce.reports.charts.style import (
    GREY,
    INK,
    PENS,
    TEXT_SIZE,
    canvas,
    label_axes,
    number_axis,
    own_style,
    wrap,
)
from workforce.texts.catalogue import number, percent, say

SIZES = ("small", "large", "every")
ALL_COVERED = 0.995  # Reads as 100 %.


@own_style()
def units_covered(figures: Figures, subject: Subject) -> Chart:
    """Draw the share of units with enough holders of each competence, today and at the horizon."""
    texts = subject.texts
    asking = _certain(figures, subject, "units_asking", "competence", subject.sector)
    rows = pick(figures, subject, "units_covered", sector=subject.sector, dimension="competence")
    shares = {
        code: {
            year: value.scaled(1 / count)
            for year in (subject.base_year, subject.horizon_year)
            if (value := estimate(only(rows, code), year=year)) is not None
        }
        for code, count in asking.items()
        if count > 0
    }
    whole = {code: found for code, found in shares.items() if len(found) == 2}
    if not whole:
        return _no_units(subject)
    then = subject.horizon_year
    order = sorted(whole, key=lambda c: (not is_formal(subject, c), whole[c][then].central))
    figure, (axes,) = canvas(1.5 + 0.5 * len(order))
    for place, code in enumerate(order):
        for year, pen, shift in ((subject.base_year, PENS[0], -0.15), (then, PENS[1], 0.15)):
            value = whole[code][year]
            axes.plot([value.lower, value.upper], [place + shift] * 2, color=pen.colour,
                      linewidth=1.8)  # fmt: skip
            axes.plot(value.central, place + shift, pen.marker, color=pen.colour, markersize=8.5,
                      markeredgecolor="white", linestyle="none",
                      label=str(year) if not place else "_")  # fmt: skip
    axes.set_yticks(range(len(order)),
                    [wrap(name_of(subject, "competence", c), 30) for c in order])  # fmt: skip
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.03)
    axes.axvline(1, color=GREY, linewidth=1)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#d3dbe2", linewidth=0.8)
    axes.tick_params(axis="y", labelsize=TEXT_SIZE, colors=INK)
    number_axis(axes, texts, share=True, which="x")
    label_axes(axes, x=say(texts, "units.axis"))
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=TEXT_SIZE)
    least = min(whole, key=lambda code: whole[code][then].central)
    if whole[least][then].central >= ALL_COVERED:
        title = say(texts, "units.title_all", year=then)
    else:
        title = say(
            texts, "units.title", name=name_of(subject, "competence", least), year=then,
            share=interval(whole[least][then], texts, share=True),
        )  # fmt: skip
    listed = "; ".join(
        f"{name_of(subject, 'competence', c)}: {_of(whole[c][then], asking[c], subject)}"
        for c in order[:5]
    )
    note = say(texts, "units.note")
    return Chart(figure, title, say(texts, "units.alt", title=title, list=listed),
                 _covered_table(rows, asking, order, subject), note)  # fmt: skip


def units_staffed(figures: Figures, subject: Subject) -> Chart:
    """Set out, by service and size of unit, the units with enough of every competence."""
    texts = subject.texts
    rows = pick(figures, subject, "units_staffed", dimension="unit_size")
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    years = (subject.base_year, (subject.base_year + subject.horizon_year) // 2,
             subject.horizon_year)  # fmt: skip
    table: dict[str, list[str]] = {
        say(texts, "chart.sector"): [], say(texts, "units.size"): [],
        say(texts, "units.units"): [], **{str(year): [] for year in dict.fromkeys(years)},
    }  # fmt: skip
    service, size_of, units, *columns = table.values()
    sectors = [s for s in rows["sector"].unique(maintain_order=True).to_list() if s != "all"]
    for sector in sorted(sectors, key=lambda code: sector_name(subject, code)):
        counts = _certain(figures, subject, "units_asking", "unit_size", sector)
        for size in SIZES:
            own = only(rows.filter(pl.col("sector") == sector), size)
            if not counts.get(size):
                continue
            service.append(sector_name(subject, sector))
            size_of.append(say(texts, f"units.{size}"))
            units.append(number(counts[size], texts))
            written = {r["year"]: cell(r, texts, decimals=1) for r in own.iter_rows(named=True)}
            for column, year in zip(columns, dict.fromkeys(years), strict=True):
                column.append(written.get(year, "–"))
    if not service:
        return _no_units(subject)
    title = say(texts, "units.staffed")
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "units.staffed_note"))


def _certain(
    figures: Figures, subject: Subject, variable: str, dimension: str, sector: str
) -> dict[str, float]:
    """Figures of the base year by category, of those that are shown."""
    rows = shown(pick(figures, subject, variable, sector=sector, dimension=dimension))
    return {code: float(value) for code, value in rows.select("category", "central").iter_rows()}


def _of(value: Estimate, count: float, subject: Subject) -> str:
    """Write a share of units and how many units it is of."""
    texts = subject.texts
    return say(texts, "units.of", share=percent(value.central, texts, decimals=0),
               count=number(count, texts))  # fmt: skip


def _covered_table(
    rows: pl.DataFrame, asking: dict[str, float], order: list[str], subject: Subject
) -> pl.DataFrame:
    """Write units covered, a row for each competence and a column for each year."""
    texts = subject.texts
    table = {
        say(texts, "chart.competence"): [name_of(subject, "competence", c) for c in order],
        say(texts, "units.units"): [number(asking[c], texts) for c in order],
    }
    for year in range(subject.base_year, subject.horizon_year + 1):
        written = {
            row["category"]: cell(row, texts, decimals=1)
            for row in rows.filter(pl.col("year") == year).iter_rows(named=True)
        }
        table[str(year)] = [written.get(code, "–") for code in order]
    return pl.DataFrame(table)


def _no_units(subject: Subject) -> Chart:
    """Say which table or column would tell of units."""
    if "service_units" in subject.missing or "competence_requirement" in subject.missing:
        lacking = (
            "service_units" if "service_units" in subject.missing else "competence_requirement"
        )
        return absent(subject, "units", lacking)
    note = say(subject.texts, "units.none")
    return Chart(None, say(subject.texts, "units.heading"), note, None, note)
