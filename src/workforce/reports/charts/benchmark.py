"""A place beside its comparison group and the nation, as dot plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, absent, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate
from workforce.reports.charts.style import (
    INK,
    PALE,
    PENS,
    TEXT_SIZE,
    canvas,
    name_rows,
    wrap,
)
from workforce.reports.charts.words import NOTHING, interval, name_of, sector_name
from workforce.texts.catalogue import Texts, join_list, number, percent, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = ("turnover", "absence_rate", "mean_position", "exit_age", "staff_per_user")
DRAWN = ("turnover", "exit_age")
SHARES = ("turnover", "absence_rate", "mean_position")
SCALE = {"staff_per_user": 100.0}
"""Staff are told per 100 users: there are many to an employee in some services."""
APART = 0.2
"""Places of a row stand a little under one another, so that equal figures do not cover up."""
MARKERS = ("o", "s", "D")
LEGEND_WIDTH = 72  # Characters; the legend has the whole width of the drawing.


@dataclass(frozen=True)
class Dots:
    """One row to draw: its name, and the figure of each place, None where it is not shown."""

    label: str
    values: tuple[Estimate | None, ...]
    behind: str = ""
    """What the figure of the page's own place stands on, and the weight it has."""
    expected: Estimate | None = None
    """What the page's own place would have by its ages at the rates of the next place."""


def benchmarks(figures: Figures, subject: Subject) -> tuple[Chart, ...]:
    """Draw what a place is compared by, a chart for each measure that the figures hold.

    Parameters
    ----------
    figures
        Protected figures, with the rows of `workforce.results.benchmark_rows`.
    subject
        The page.
    """
    return tuple(benchmark(figures, subject, measure) for measure in MEASURES)


@chart("benchmark")
def benchmark(figures: Figures, subject: Subject, measure: str) -> Told | Chart:
    """Draw one measure of a place beside those of its comparison group and the nation.

    A dot, a square and a diamond on a line of their own for each sector; what is estimated from
    few events has its interval, and a triangle for what the place would have by its ages.

    Parameters
    ----------
    figures
        Protected figures.
    subject
        The page.
    measure
        turnover, absence_rate, mean_position, exit_age or staff_per_user.
    """
    rows = figures.table.filter(
        pl.col("dimension") == "benchmark", pl.col("scenario") == subject.scenario
    )
    kind = "drawn" if measure in DRAWN else "observed"
    seen = rows.filter(variable=measure, category=kind)
    places = seen["region"].unique(maintain_order=True).to_list()
    if "staff" in subject.missing or len(places) < 2:
        return SILENT
    places.sort(key=lambda code: code != subject.region)
    sectors = seen["sector"].unique().sort().to_list()
    sectors.sort(key=lambda code: code != "all")
    table = {code: [_of(seen, code, sector, measure) for sector in sectors] for code in places}
    names = [_place_name(rows, code, subject) for code in places]
    behind = rows.filter(region=subject.region, variable="benchmark_exposure", category=measure)
    by_age = rows.filter(region=subject.region, variable=measure, category="expected")
    dots = [
        Dots(
            sector_name(subject, sector),
            tuple(table[code][row] for code in places),
            _stands_on(behind, rows, sector, subject, measure),
            _of(by_age, subject.region, sector),
        )
        for row, sector in enumerate(sectors)
    ]
    dots = [one for one in dots if any(value is not None for value in one.values)]
    if not dots or all(one.values[0] is None for one in dots):
        return absent(subject, f"benchmark.{measure}", "staff")
    texts, axis = subject.texts, f"{measure}.axis"
    partly = measure == "mean_position" and figures.rounded_to
    return Told(
        lambda: draw_dots(dots, names, texts, x=say(texts, f"benchmark.{axis}"),
                          share=measure in SHARES),
        _table(rows, places, names, sectors, subject, measure),
        sentence=_title(dots, names, subject, measure),
        parts=_spoken(dots, names, texts, measure),
        notes=(f"{measure}.note_rounded" if partly else f"{measure}.note",),
    )  # fmt: skip


def draw_dots(
    dots: Sequence[Dots], names: Sequence[str], texts: Texts, *, x: str, share: bool
) -> Figure:
    """Draw a row for each sector, and in it a mark for each place.

    Parameters
    ----------
    dots
        Rows from the top down.
    names
        Places, the page's own first; it alone is filled.
    texts
        Language of the numbers.
    x
        What the marks measure, with its unit.
    share
        Whether they are per cent.
    """
    beside = any(one.expected is not None for one in dots)
    shown = len(names) + beside
    figure, (axes,) = canvas(1.6 + (0.5 + 0.04 * shown) * len(dots))
    order = [0, *(place + beside for place in range(1, len(names)))]
    offsets = [APART * (place - (shown - 1) / 2) for place in range(shown)]
    for place, name in enumerate(names):
        pen, offset = PENS[place], offsets[order[place]]
        found = [(row, one.values[place]) for row, one in enumerate(dots)]
        known = [(row + offset, value) for row, value in found if value is not None]
        for row, value in known:
            if value.is_uncertain:
                axes.plot([value.lower, value.upper], [row, row], color=pen.colour, linewidth=1.5,
                          marker="|", markersize=7)  # fmt: skip
        axes.plot(
            [value.central for _, value in known], [row for row, _ in known], linestyle="",
            marker=MARKERS[place], markersize=8, color=pen.colour, label=wrap(name, LEGEND_WIDTH),
            markerfacecolor=pen.colour if place == 0 else "white", markeredgewidth=1.8, zorder=3,
        )  # fmt: skip
        if place == 0 and beside:
            by_age = [(row, one.expected) for row, one in enumerate(dots)]
            axes.plot(
                [value.central for _, value in by_age if value is not None],
                [row + offsets[1] for row, value in by_age if value is not None],
                linestyle="", marker="^", markersize=8, color=pen.colour, markerfacecolor="white",
                markeredgewidth=1.8, zorder=3,
                label=wrap(say(texts, "benchmark.expected"), LEGEND_WIDTH),
            )  # fmt: skip
    for row in range(len(dots) - 1):
        axes.axhline(row + 0.5, color=PALE, linewidth=0.8)
    axes.margins(x=0.08)
    figure.legend(
        loc="outside upper left",
        ncols=1,
        frameon=False,
        fontsize=TEXT_SIZE,
        labelcolor=INK,
        handletextpad=0.3,
    )
    labels = [
        "\n".join((wrap(one.label, 30), *([wrap(one.behind, 34)] if one.behind else [])))
        for one in dots
    ]
    name_rows(axes, labels, texts, x=x, share=share)
    return figure


def _place_name(rows: pl.DataFrame, code: str, subject: Subject) -> str:
    """Name a place; a wider one with the number of municipalities in the data it is the sum of."""
    name = name_of(subject, "region", code)
    found = rows.filter(region=code, variable="benchmark_places")["central"].unique()
    if not len(found):
        return name
    return say(subject.texts, "benchmark.wider", name=name, count=int(found[0]))


def _stands_on(
    behind: pl.DataFrame, rows: pl.DataFrame, sector: str, subject: Subject, measure: str
) -> str:
    """Say what the place's own figure stands on and, of an estimate, the weight it has."""
    texts = subject.texts
    weight = rows.filter(variable="benchmark_weight", category=measure)
    exposure, own = _of(behind, subject.region, sector), _of(weight, subject.region, sector)
    if exposure is None or (measure in DRAWN and own is None):
        return ""
    counted = say(texts, f"benchmark.{measure}.behind", count=_count(exposure, texts))
    if own is None:
        return counted
    return say(texts, "benchmark.weighed", behind=counted, weight=_share(own, texts))


def _of(rows: pl.DataFrame, region: str, sector: str, measure: str = "") -> Estimate | None:
    value = estimate(rows.filter(region=region, sector=sector))
    return None if value is None else value.scaled(SCALE.get(measure, 1.0))


def _write(value: Estimate | None, texts: Texts, measure: str) -> str:
    if value is None:
        return NOTHING
    places = _decimals(value, measure)
    return interval(value, texts, decimals=places, share=measure in SHARES)


def _decimals(value: Estimate, measure: str) -> int:
    """Return two decimals for few staff per user, one for all else."""
    return 2 if measure == "staff_per_user" and value.central < 10 else 1


def _plain(value: Estimate, texts: Texts, measure: str) -> str:
    write = percent if measure in SHARES else number
    return write(value.central, texts, decimals=_decimals(value, measure))


def _title(dots: Sequence[Dots], names: Sequence[str], subject: Subject, measure: str) -> str:
    """Tell the figure of all sectors or, of what has no sum, where the place differs most."""
    texts = subject.texts
    there = [one for one in dots if one.values[0] is not None]
    first = there[0] if measure != "staff_per_user" else max(there, key=_difference)
    others = [
        say(texts, "benchmark.other", name=name, value=_plain(value, texts, measure))
        for name, value in zip(names[1:], first.values[1:], strict=True)
        if value is not None
    ]
    said = " ".join(
        say(texts, f"benchmark.{measure}.title", sector=first.label,
            value=_plain(own, texts, measure))
        for own in first.values[:1] if own is not None
    )  # fmt: skip
    if first.expected is not None:
        by_age = _plain(first.expected, texts, measure)
        said = say(texts, "benchmark.expected_title", said=said, value=by_age)
    if not others:
        return said
    return say(texts, "benchmark.against", said=said, others=join_list(others, texts))


def _difference(one: Dots) -> float:
    """By what factor the place differs from the first one beside it that is shown."""
    known = [value.central for value in one.values if value is not None]
    if one.values[0] is None or len(known) < 2 or min(known) <= 0:
        return 0.0
    return max(known[0] / known[1], known[1] / known[0])


def _spoken(dots: Sequence[Dots], names: Sequence[str], texts: Texts, measure: str) -> list[str]:
    lines = []
    for one in dots:
        told = [
            f"{name} {_write(value, texts, measure)}"
            for name, value in zip(names, one.values, strict=True)
            if value is not None
        ]
        if one.expected is not None:
            by_age = _write(one.expected, texts, measure)
            told.append(f"{say(texts, 'benchmark.expected')} {by_age}")
        lines.append(f"{one.label}: {', '.join(told)}")
    return lines


def _table(
    rows: pl.DataFrame,
    places: Sequence[str],
    names: Sequence[str],
    sectors: Sequence[str],
    subject: Subject,
    measure: str,
) -> pl.DataFrame:
    """Set out the figure, what was seen, what it stands on, and the weight of the place's own."""
    texts = subject.texts
    parts: Mapping[str, pl.DataFrame] = {
        "seen": rows.filter(variable=measure, category="observed"),
        "drawn": rows.filter(variable=measure, category="drawn"),
        "expected": rows.filter(variable=measure, category="expected"),
        "exposure": rows.filter(variable="benchmark_exposure", category=measure),
        "weight": rows.filter(variable="benchmark_weight", category=measure),
    }
    there = parts["seen"].select("sector", "region").unique()
    pairs = set(there.iter_rows())
    lines = []
    for sector in sectors:
        for code, name in zip(places, names, strict=True):
            if (sector, code) not in pairs:
                continue
            found = {
                key: _of(part, code, sector, measure if key not in ("exposure", "weight") else "")
                for key, part in parts.items()
            }
            line = {
                say(texts, "benchmark.service"): sector_name(subject, sector),
                say(texts, "benchmark.place"): name,
                say(texts, f"benchmark.{measure}.axis"): _write(found["seen"], texts, measure),
            }
            if measure in DRAWN:
                line[say(texts, "benchmark.drawn")] = _write(found["drawn"], texts, measure)
                # Of the widest place nothing is expected.
                widest = code == places[-1]
                by_age = NOTHING if widest else _write(found["expected"], texts, measure)
                line[say(texts, "benchmark.expected")] = by_age
                line[say(texts, "benchmark.weight")] = _share(found["weight"], texts)
            line[say(texts, f"benchmark.{measure}.exposure")] = _count(found["exposure"], texts)
            lines.append(line)
    return pl.DataFrame(lines)


def _share(value: Estimate | None, texts: Texts) -> str:
    if value is None:
        return NOTHING
    return percent(value.central, texts, decimals=0)


def _count(value: Estimate | None, texts: Texts) -> str:
    if value is None:
        return NOTHING
    return number(value.central, texts, decimals=0)
