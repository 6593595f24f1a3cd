"""Charts of quarterly rates, absence and vacancies: what was seen, and the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    interval,
    pick,
    sector_name,
    shown,
    spoken,
)
from workforce.reports.charts.style import (
    INK,
    PENS,
    TEXT_SIZE,
    band,
    canvas,
    number_axis,
    own_style,
)
from workforce.texts.catalogue import percent, quarter_name, say

SEEN, AHEAD = "quarter", "quarter_ahead"
QUARTERS_SHOWN = 16


@dataclass(frozen=True)
class Quarters:
    """One sector's quarters: what was seen and what is forecast, each in the order of time."""

    sector: str
    seen: pl.DataFrame
    ahead: pl.DataFrame


def absence_forecast(figures: Figures, subject: Subject) -> Chart:
    """Draw total absence by quarter, as seen and as forecast, a panel for each sector."""
    return _forecast(figures, subject, "absence_rate", "absence")


def vacancy_forecast(figures: Figures, subject: Subject) -> Chart:
    """Draw vacancies by quarter, as seen and as forecast, a panel for each sector."""
    return _forecast(figures, subject, "vacancy_rate", "vacancies")


def latest_quarters(
    figures: Figures, subject: Subject, variable: str
) -> tuple[Quarters, Estimate, float | None] | None:
    """Return the leading sector's quarters, its next forecast, and the same quarter last year.

    The leading sector is that of the page, or the one with the highest forecast of all.
    """
    found = _quarters(figures, subject, variable)
    nexts = [
        (one, _estimate(one.ahead.row(0, named=True)), _year_before(one))
        for one in found
        if one.ahead.height
    ]
    return max(nexts, key=lambda triple: triple[1].central) if nexts else None


@own_style()
def _forecast(figures: Figures, subject: Subject, variable: str, chart: str) -> Chart:
    texts = subject.texts
    found = [one for one in _quarters(figures, subject, variable) if one.seen.height]
    lead = latest_quarters(figures, subject, variable)
    if not found or lead is None:
        return absent(subject, chart, chart)
    columns = 1 if len(found) == 1 else 2
    deep = -(-len(found) // columns)
    figure, panels = canvas(3.4 if columns == 1 else 2.3 * deep, rows=deep, columns=columns)
    top = max(float(one.ahead["upper"].max() or 0) for one in found if one.ahead.height)  # type: ignore[arg-type]
    top = max(top, max(float(one.seen["central"].max() or 0) for one in found))  # type: ignore[arg-type]
    for axes, one in zip(panels, found, strict=False):
        seen = one.seen.tail(QUARTERS_SHOWN)
        periods = [*seen["category"].to_list(), *one.ahead["category"].to_list()]
        places = list(range(len(periods)))
        axes.plot(places[: seen.height], seen["central"].to_list(), color=PENS[0].colour,
                  linewidth=2, marker="o", markersize=3.5)  # fmt: skip
        later = places[seen.height - 1 :]
        last = seen["central"][-1]
        band(axes, later, [last, *one.ahead["lower"].to_list()],
             [last, *one.ahead["upper"].to_list()], PENS[1])  # fmt: skip
        axes.plot(later, [last, *one.ahead["central"].to_list()], color=PENS[1].colour,
                  linestyle=PENS[1].line, linewidth=2, marker="s", markersize=3.5)  # fmt: skip
        firsts = [i for i, period in enumerate(periods) if period.endswith("Q1")]
        axes.set_xticks(firsts, [periods[i][:4] for i in firsts])
        axes.set_ylim(0, top * 1.1)
        number_axis(axes, texts, share=True, bins=5)
        axes.set_title(sector_name(subject, one.sector), loc="left", fontsize=TEXT_SIZE,
                       color=INK, fontweight="bold")  # fmt: skip
    for axes in panels[len(found) :]:
        axes.set_visible(False)
    figure.supxlabel(say(texts, "quarters.legend"), fontsize=TEXT_SIZE - 0.5, color=INK)
    figure.supylabel(say(texts, f"{chart}.axis"), fontsize=TEXT_SIZE, color=INK)
    one, value, before = lead
    said = {
        "sector": sector_name(subject, one.sector),
        "quarter": quarter_name(one.ahead["category"][0], texts),
        **spoken("rate", value, texts, decimals=1, share=True),
        "before": "" if before is None else percent(before, texts, decimals=1),
    }
    title = say(texts, f"{chart}.title" if before is not None else f"{chart}.title_short", **said)
    listed = "; ".join(
        f"{sector_name(subject, other.sector)}: "
        + interval(_estimate(other.ahead.row(0, named=True)), texts, decimals=1, share=True)
        for other in found
        if other.ahead.height
    )
    return Chart(
        figure,
        title,
        say(texts, "quarters.alt", title=title, list=listed),
        _table(found, subject),
        say(texts, f"{chart}.note_rounded" if figures.rounded_to else f"{chart}.note"),
    )  # fmt: skip


def _quarters(figures: Figures, subject: Subject, variable: str) -> list[Quarters]:
    """Return the shown quarters of each sector the page is about."""
    seen = shown(pick(figures, subject, variable, dimension=SEEN, scenario="baseline"))
    ahead = shown(pick(figures, subject, variable, dimension=AHEAD, scenario="baseline"))
    wanted = seen["sector"].unique(maintain_order=True).to_list()
    if subject.sector != "all":
        wanted = [code for code in wanted if code == subject.sector]
    return [
        Quarters(
            code,
            seen.filter(pl.col("sector") == code).sort("category"),
            ahead.filter(pl.col("sector") == code).sort("category"),
        )
        for code in wanted
    ]


def _estimate(row: dict[str, float]) -> Estimate:
    return Estimate(row["central"], row["lower"], row["upper"], row["level"])


def _year_before(one: Quarters) -> float | None:
    """Return what was seen in the quarter four before the first that is forecast."""
    period = str(one.ahead["category"][0])
    wanted = f"{int(period[:4]) - 1}{period[4:]}"
    found = one.seen.filter(pl.col("category") == wanted)["central"].to_list()
    return float(found[0]) if found else None


def _table(found: list[Quarters], subject: Subject) -> pl.DataFrame:
    """Set sectors side by side, a row for each quarter; forecasts carry their interval."""
    texts = subject.texts
    series = {
        sector_name(subject, one.sector): {
            row["category"]: cell(row, texts, decimals=1, share=True)
            for part in (one.seen.tail(QUARTERS_SHOWN), one.ahead)
            for row in part.iter_rows(named=True)
        }
        for one in found
    }
    periods = sorted({period for written in series.values() for period in written})
    columns = {say(texts, "quarters.column"): [quarter_name(p, texts) for p in periods]}
    for heading, written in series.items():
        columns[heading] = [written.get(period, "–") for period in periods]
    return pl.DataFrame(columns)
