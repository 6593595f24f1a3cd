"""A place beside its comparison group and the nation, as dot plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, absent, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate_of, shown
from workforce.reports.charts.shapes import row_height
from workforce.reports.charts.style import (
    INK,
    PALE,
    PENS,
    TEXT_SIZE,
    Pen,
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
BY_AGE = "^"
LEAST_SEEN = 0.05
"""Less of the largest figure cannot be told from nought on its axis."""
Found = Mapping[tuple[str, str, str], Estimate]
"""Figures of one measure by what they tell (`KINDS`), place and sector."""
KINDS = ("observed", "drawn", "expected", "exposure", "weight")
"""Seen; estimated; by the place's own ages; what it stands on; and the weight of its own."""
LEGEND_WIDTH = 72  # Characters; the legend has the whole width of the drawing.


def benchmarks(figures: Figures, subject: Subject) -> tuple[Chart, ...]:
    """Draw what a place is compared by, a chart for each measure that the figures hold."""
    return tuple(benchmark(figures, subject, measure) for measure in MEASURES)


@chart("benchmark")
def benchmark(figures: Figures, subject: Subject, measure: str) -> Told | Chart:
    """Draw one measure of a place beside those of its comparison group and the nation.

    A dot, a square and a diamond on a line of their own for each sector; what is estimated from
    few events has its interval, and a triangle for what the place would have by its ages.

    ``measure`` is turnover, absence_rate, mean_position, exit_age or staff_per_user.
    """
    rows = figures.table.filter(dimension="benchmark", scenario=subject.scenario)
    texts, kind = subject.texts, "drawn" if measure in DRAWN else "observed"
    seen = rows.filter(variable=measure, category=kind)
    places = seen["region"].unique(maintain_order=True).to_list()
    if "staff" in subject.missing or len(places) < 2:
        return SILENT
    places.sort(key=lambda code: code != subject.region)
    names = {code: wider_name(rows, code, subject) for code in places}
    found, own = _found(rows, measure), places[0]
    told = sorted({sector for one, _, sector in found if one == kind})
    told.sort(key=lambda code: code != "all")
    if not any((kind, own, sector) in found for sector in told):
        return absent(subject, f"benchmark.{measure}", "staff")

    def values(one: str, code: str) -> list[Estimate | None]:
        return [found.get((one, code, sector)) for sector in told]

    series = [
        (name, marker, pen, values(kind, code))
        for (code, name), marker, pen in zip(names.items(), MARKERS, PENS, strict=False)
    ]
    by_age = values("expected", own)
    if any(by_age):
        series.insert(1, (say(texts, "benchmark.expected"), BY_AGE, PENS[0], by_age))
    labels = [
        [sector_name(subject, one), _stands_on(found, own, one, texts, measure)] for one in told
    ]
    # The order of the text is that of the places, with what is expected by age last.
    spoken = [one for one in series if one[1] != BY_AGE] + [
        one for one in series if one[1] == BY_AGE
    ]
    partly = measure in ("mean_position", "absence_rate") and figures.rounded_to
    return Told(
        lambda: _draw(series, labels, texts, x=say(texts, f"benchmark.{measure}.axis"),
                      share=measure in SHARES),
        _table(found, names, subject, measure),
        sentence=_title(found, names, told, subject, measure),
        parts=[
            f"{sector_name(subject, sector)}: " + ", ".join(
                f"{name} {_write(known[row], texts, measure)}"
                for name, _, _, known in spoken if known[row] is not None
            )
            for row, sector in enumerate(told)
        ],
        notes=(f"{measure}.note_rounded" if partly else f"{measure}.note",),
    )  # fmt: skip


def _draw(
    series: Sequence[tuple[str, str, Pen, Sequence[Estimate | None]]],
    labels: Sequence[Sequence[str]],
    texts: Texts, *, x: str, share: bool,
) -> Figure:  # fmt: skip
    """Draw a row for each sector, and in it a mark for each series: its name, marker and figures.

    The first series is that of the page's own place, which alone is filled.
    """
    names = ["\n".join(wrap(one, 34) for one in label if one) for label in labels]
    figure, (axes,) = canvas(1.6 + max(0.5 + 0.04 * len(series), row_height(names)) * len(names))
    for place, (name, marker, pen, values) in enumerate(series):
        offset = APART * (place - (len(series) - 1) / 2)
        known = [(row + offset, value) for row, value in enumerate(values) if value is not None]
        for row, value in known if marker != BY_AGE else []:
            if value.is_uncertain:
                axes.plot([value.lower, value.upper], [row, row], color=pen.colour, linewidth=1.5,
                          marker="|", markersize=7)  # fmt: skip
        axes.plot(
            [value.central for _, value in known], [row for row, _ in known], linestyle="",
            marker=marker, markersize=8, color=pen.colour, label=wrap(name, LEGEND_WIDTH),
            markerfacecolor=pen.colour if place == 0 else "white", markeredgewidth=1.8, zorder=3,
        )  # fmt: skip
    for row in range(len(labels) - 1):
        axes.axhline(row + 0.5, color=PALE, linewidth=0.8)
    axes.margins(x=0.08)
    figure.legend(loc="outside upper left", ncols=1, frameon=False, fontsize=TEXT_SIZE,
                  labelcolor=INK, handletextpad=0.3)  # fmt: skip
    name_rows(axes, names, texts, x=x, share=share)
    return figure


def _found(rows: pl.DataFrame, measure: str) -> Found:
    """Read the figures of a measure, staff as they are told."""
    scale, found = SCALE.get(measure, 1.0), {}
    for kind in KINDS:
        behind = kind in ("exposure", "weight")
        variable, category = (f"benchmark_{kind}", measure) if behind else (measure, kind)
        for row in shown(rows.filter(variable=variable, category=category)).iter_rows(named=True):
            value = estimate_of(row)
            found[kind, row["region"], row["sector"]] = value if behind else value.scaled(scale)
    return found


def wider_name(rows: pl.DataFrame, code: str, subject: Subject) -> str:
    """Name a place; a wider one with the number of municipalities in the data it is the sum of."""
    name = name_of(subject, "region", code)
    found = rows.filter(region=code, variable="benchmark_places")["central"].unique()
    if not len(found):
        return name
    return say(subject.texts, "benchmark.wider", name=name, count=int(found[0]))


def _stands_on(found: Found, own: str, sector: str, texts: Texts, measure: str) -> str:
    """Say what the place's own figure stands on and, of an estimate, the weight it has."""
    exposure, weight = (found.get((kind, own, sector)) for kind in ("exposure", "weight"))
    if exposure is None or (measure in DRAWN and weight is None):
        return ""
    counted = say(texts, f"benchmark.{measure}.behind", count=number(exposure.central, texts))
    if weight is None:
        return counted
    share = percent(weight.central, texts, decimals=0)
    return say(texts, "benchmark.weighed", behind=counted, weight=share)


def _write(value: Estimate | None, texts: Texts, measure: str, *, alone: bool = False) -> str:
    """Write a figure of the measure; alone without its interval."""
    if value is None:
        return NOTHING
    places = 2 if measure == "staff_per_user" and value.central < 10 else 1
    if alone:
        value = Estimate(value.central, value.central, value.central, value.level)
    return interval(value, texts, decimals=places, share=measure in SHARES)


def _title(
    found: Found, names: Mapping[str, str], sectors: Sequence[str], subject: Subject, measure: str
) -> str:
    """Tell the figure of all sectors or, of what has no sum, where the place differs most."""
    texts, (own, *others) = subject.texts, list(names)
    kind = "drawn" if measure in DRAWN else "observed"

    def difference(sector: str) -> float:
        """By what factor the place differs from the first one beside it that is shown."""
        known = [
            found[kind, code, sector].central for code in names if (kind, code, sector) in found
        ]
        if len(known) < 2 or min(known) <= 0:
            return 0.0
        return max(known[0] / known[1], known[1] / known[0])

    there = [sector for sector in sectors if (kind, own, sector) in found]
    if measure == "staff_per_user":  # One whose marks would all lie at nought shows nothing.
        largest = max(found[kind, own, sector].central for sector in there)
        there = [one for one in there if found[kind, own, one].central >= LEAST_SEEN * largest]
    first = max(there, key=difference) if measure == "staff_per_user" else there[0]
    said = say(
        texts, f"benchmark.{measure}.title", sector=sector_name(subject, first),
        value=_write(found[kind, own, first], texts, measure, alone=True),
    )  # fmt: skip
    by_age = found.get(("expected", own, first))
    if by_age is not None:
        value = _write(by_age, texts, measure, alone=True)
        said = say(texts, "benchmark.expected_title", said=said, value=value)
    beside = [
        say(texts, "benchmark.other", name=names[code],
            value=_write(found[kind, code, first], texts, measure, alone=True))
        for code in others if (kind, code, first) in found
    ]  # fmt: skip
    if not beside:
        return said
    return say(texts, "benchmark.against", said=said, others=join_list(beside, texts))


def _table(
    found: Found, names: Mapping[str, str], subject: Subject, measure: str
) -> dict[str, list[str]]:
    """Set out the figure, what was seen, what it stands on, and the weight of the place's own."""
    texts, widest = subject.texts, list(names)[-1]
    sectors = sorted({sector for _, _, sector in found}, key=lambda code: (code != "all", code))
    keys = [(code, sector) for sector in sectors for code in names
            if ("observed", code, sector) in found]  # fmt: skip

    def counts(kind: str, write: Callable[..., str]) -> list[str]:
        values = [found.get((kind, *key)) for key in keys]
        return [NOTHING if one is None else write(one.central, texts, decimals=0) for one in values]

    def figures(kind: str) -> list[str]:
        return [_write(found.get((kind, *key)), texts, measure) for key in keys]

    table = {
        "service": [sector_name(subject, sector) for _, sector in keys],
        "place": [names[code] for code, _ in keys],
        f"{measure}.axis": figures("observed"),
    }
    if measure in DRAWN:
        # Of the widest place nothing is expected.
        expected = [NOTHING if code == widest else told
                    for (code, _), told in zip(keys, figures("expected"), strict=True)]  # fmt: skip
        table |= {"benchmark.drawn": figures("drawn"), "benchmark.expected": expected,
                  "weight": counts("weight", percent)}  # fmt: skip
    return table | {f"{measure}.exposure": counts("exposure", number)}
