"""Charts of quarterly rates, absence and vacancies: what was seen, and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.persons import OWN
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate_of, of_page, pick, shown
from workforce.reports.charts.style import INK, PENS, TEXT_SIZE, band, canvas, number_axis, wrap
from workforce.reports.charts.words import column, interval, sector_name, spoken
from workforce.texts.catalogue import percent, quarter_name, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEEN, AHEAD = "quarter", "quarter_ahead"
QUARTERS_SHOWN = 16


@dataclass(frozen=True)
class Quarters:
    """One sector's quarters: what was seen and what is forecast, each in the order of time.

    ``told`` is the quarter that the page tells: its own, or the next where that has no forecast.
    """

    sector: str
    seen: pl.DataFrame
    ahead: pl.DataFrame
    told: str


@chart("absence", "absence")
def absence_forecast(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw total absence by quarter, as seen and as forecast, a panel for each sector."""
    return _forecast(figures, subject, "absence_rate", "absence")


@chart("vacancies", "vacancies")
def vacancy_forecast(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw vacancies by quarter, as seen and as forecast, a panel for each sector."""
    return _forecast(figures, subject, "vacancy_rate", "vacancies")


def latest_quarters(
    figures: Figures, subject: Subject, variable: str
) -> tuple[Quarters, Estimate, float | None] | None:
    """Return the leading sector's quarters, the forecast that is told, and what was a year before.

    The leading sector is that of the page, or the one with the highest forecast of all; where
    counts are rounded, of those whose own figures are told, for others have those of several.
    """
    found = _quarters(figures, subject, variable)
    told = [(one, _forecast_of(one), _year_before(one)) for one in found if one.ahead.height]
    if figures.rounded_to:
        staff = pick(figures, subject, "headcount", occupation="all", year=subject.base_year)
        large = staff.filter(pl.col("central").round(3) >= OWN)["sector"].to_list()
        told = [one for one in told if one[0].sector in large] or told
    return max(told, key=lambda triple: triple[1].central) if told else None


def _forecast(figures: Figures, subject: Subject, variable: str, words: str) -> Told | Chart | None:
    texts = subject.texts
    found = [one for one in _quarters(figures, subject, variable) if one.seen.height]
    lead = latest_quarters(figures, subject, variable)
    if not found or lead is None:
        note = say(texts, "quarters.few")
        heading = say(texts, f"{words}.heading")
        return Chart(None, heading, note, None, note) if figures.rounded_to else None
    one, value, before = lead
    every = [pl.concat([other.seen.tail(QUARTERS_SHOWN), other.ahead]) for other in found]
    periods = sorted({period for rows in every for period in rows["category"]})
    return Told(
        lambda: _draw(found, subject, words),
        {"quarters.column": [quarter_name(period, texts) for period in periods]}
        | {
            sector_name(subject, other.sector): column(rows, periods, texts, decimals=1, share=True)
            for other, rows in zip(found, every, strict=True)
        },
        said={
            "sector": sector_name(subject, one.sector),
            "quarter": quarter_name(one.told, texts),
            **spoken("rate", value, texts, decimals=1, share=True),
            "before": "" if before is None else percent(before, texts, decimals=1),
        },
        title="title" if before is not None else "title_short",
        alt="quarters.alt",
        parts=[
            f"{sector_name(subject, other.sector)}: "
            + interval(_forecast_of(other), texts, decimals=1, share=True)
            for other in found
            if other.ahead.height
        ],
        notes=("note_rounded" if figures.rounded_to else "note",),
    )


def _draw(found: Sequence[Quarters], subject: Subject, words: str) -> Figure:
    """Draw a panel for each sector: what was seen, then what is forecast with its interval."""
    texts = subject.texts
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
                  linewidth=2)  # fmt: skip
        later = places[seen.height - 1 :]
        last = seen["central"][-1]
        band(axes, later, [last, *one.ahead["lower"].to_list()],
             [last, *one.ahead["upper"].to_list()], PENS[1])  # fmt: skip
        axes.plot(later, [last, *one.ahead["central"].to_list()], color=PENS[1].colour,
                  linestyle=PENS[1].line, linewidth=2)  # fmt: skip
        firsts = [i for i, period in enumerate(periods) if period.endswith("Q1")]
        axes.set_xticks(firsts, [periods[i][:4] for i in firsts])
        axes.set_ylim(0, top * 1.1)
        number_axis(axes, texts, share=True, bins=5)
        axes.set_title(sector_name(subject, one.sector), loc="left", fontsize=TEXT_SIZE,
                       color=INK, fontweight="bold")  # fmt: skip
    for axes in panels[len(found) :]:
        axes.set_visible(False)
    figure.supxlabel(wrap(say(texts, "quarters.legend"), 75), fontsize=TEXT_SIZE - 0.5, color=INK)
    figure.supylabel(say(texts, f"{words}.axis"), fontsize=TEXT_SIZE, color=INK)
    return figure


def _quarters(figures: Figures, subject: Subject, variable: str) -> list[Quarters]:
    """Return the shown quarters of each sector the page is about."""
    seen = shown(pick(figures, subject, variable, dimension=SEEN, scenario="baseline"))
    ahead = shown(pick(figures, subject, variable, dimension=AHEAD, scenario="baseline"))
    wanted = of_page(seen, subject)["sector"].unique(maintain_order=True).to_list()
    own, periods = figures.facts.quarter, ahead["category"].unique().sort().to_list()
    told = own if own in periods else next(iter(periods), "")
    return [
        Quarters(
            code,
            seen.filter(pl.col("sector") == code).sort("category"),
            ahead.filter(pl.col("sector") == code).sort("category"),
            told,
        )
        for code in wanted
    ]


def _forecast_of(one: Quarters) -> Estimate:
    """Return the forecast of the quarter that is told."""
    return estimate_of(one.ahead.row(by_predicate=pl.col("category") == one.told, named=True))


def _year_before(one: Quarters) -> float | None:
    """Return what was seen in the quarter four before the one that is told."""
    wanted = f"{int(one.told[:4]) - 1}{one.told[4:]}"
    found = one.seen.filter(pl.col("category") == wanted)["central"].to_list()
    return float(found[0]) if found else None
