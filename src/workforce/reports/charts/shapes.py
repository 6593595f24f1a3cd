"""The shapes that most charts share, each with what it draws, what it says and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import polars as pl

from workforce.reports.charts.figures import Estimate, largest, shown
from workforce.reports.charts.style import (
    GREY,
    INK,
    TEXT_SIZE,
    Pen,
    band,
    bar,
    beside,
    canvas,
    end_labels,
    label_axes,
    legend_below,
    line,
    name_inside,
    name_rows,
    number_axis,
    wrap,
    year_axis,
)
from workforce.reports.charts.words import decimals_for, interval, table_by_year
from workforce.texts.catalogue import Texts, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMED = 40, 30
"""Letters to a line of the name of a row, the fewer before it is made narrow."""
MOST_BARS = 12
"""Bars of a chart that leaves the lesser to its table."""
LISTED = 5
"""Bars that an alternative text names where a chart has many."""


@dataclass(frozen=True)
class Line:
    """One series to draw: its name, its rows and its pen."""

    label: str
    rows: pl.DataFrame
    pen: Pen


@dataclass(frozen=True)
class Lines:
    """Series over years with intervals, each named at its end; years without figures are gaps.

    ``x`` and ``y`` are the keys of what the axes measure; ``decimals`` those of the table, of the
    largest figure when left out; ``gap`` names what is between two of the lines where they end, by
    their places among the lines.
    """

    lines: Sequence[Line]
    x: str
    y: str
    from_zero: bool = True
    decimals: int | None = None
    gap: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Bar:
    """One bar to draw: its name and its figure."""

    label: str
    value: Estimate


@dataclass(frozen=True)
class Bars:
    """Bars from the top down with their intervals and figures.

    ``x`` says what they measure, with its unit; ``positive`` and ``negative`` are the pens above
    and below nought; ``decimals`` those of the figures, which fit the largest when left out.
    """

    bars: Sequence[Bar]
    x: str
    positive: Pen
    negative: Pen
    decimals: int | None = None
    most_listed: int | None = LISTED
    sign: bool = False


@dataclass(frozen=True)
class Stacks:
    """Bars of parts end to end from the top down; ``parts`` has name and colour of each.

    ``share`` draws each bar as parts of its whole; ``words`` of a bar and a part are written on
    those that have room.
    """

    bars: Mapping[str, Mapping[str, float]]
    parts: Mapping[str, tuple[str, str]]
    x: str
    share: bool
    words: Callable[[str, str], str] | None = None


@dataclass(frozen=True)
class Dots:
    """Rows with a dot and an interval for each of two names."""

    rows: Mapping[str, tuple[Estimate, Estimate]]
    names: tuple[tuple[str, Pen], tuple[str, Pen]]
    x: str
    share: bool = False


Shape = Lines | Bars | Stacks | Dots | Callable[[], "Figure"]
"""One of the shapes, or a function that draws what has none."""


def drawing(shape: Shape, texts: Texts) -> Callable[[], Figure]:
    """Return what draws a shape when it is called."""
    if isinstance(shape, Lines):
        return lambda: draw_lines(shape, texts)
    if isinstance(shape, Bars):
        return lambda: draw_bars(shape, texts)
    if isinstance(shape, Stacks):
        return lambda: draw_stacks(shape, texts)
    if isinstance(shape, Dots):
        return lambda: draw_dots(shape, texts)
    return shape


def listed(shape: Shape, texts: Texts) -> list[str]:
    """Write what an alternative text names of a shape: its first bars, each with its figure."""
    if not isinstance(shape, Bars):
        return []
    places = _decimals(shape, texts)
    return [
        f"{one.label}: {interval(one.value, texts, decimals=places, sign=shape.sign)}"
        for one in shape.bars[: shape.most_listed]
    ]


def _decimals(shape: Bars, texts: Texts) -> int:
    """Return the decimals of all figures of some bars."""
    if shape.decimals is not None:
        return shape.decimals
    return decimals_for(max((abs(one.value.central) for one in shape.bars), default=0.0), texts)


def shape_table(shape: Shape | None, texts: Texts) -> pl.DataFrame | None:
    """Write the figures behind a shape: of lines a row for each year; of others nothing."""
    if not isinstance(shape, Lines):
        return None
    series = {one.label: one.rows for one in shape.lines}
    places = shape.decimals
    if places is None:
        places = decimals_for(max(largest(shown(rows)) for rows in series.values()), texts)
    return table_by_year(series, texts, decimals=places)


def draw_lines(shape: Lines, texts: Texts) -> Figure:
    """Draw series over years with their intervals, each named at its end."""
    figure, (axes,) = canvas(4.0)
    drawn = [Line(one.label, shown(one.rows).sort("year"), one.pen) for one in shape.lines]
    drawn = [one for one in drawn if one.rows.height]
    for one in drawn:
        years, pen = one.rows["year"].to_list(), one.pen
        band(axes, years, one.rows["lower"].to_list(), one.rows["upper"].to_list(), pen)
        line(axes, years, one.rows["central"].to_list(), color=pen.colour, linestyle=pen.line,
             linewidth=2.3, marker=pen.marker if len(years) == 1 else "")  # fmt: skip
    every = pl.concat([one.rows.select("year", "central", "lower", "upper") for one in drawn])
    low, high = float(every["lower"].min() or 0), float(every["upper"].max() or 0)  # type: ignore[arg-type]
    room = max((high - (0 if shape.from_zero else low)) * 0.08, 0.05)
    bottom = low - room if low < 0 or not shape.from_zero else 0.0
    axes.set_ylim(bottom, high + room)
    if low < 0:
        axes.axhline(0, color=GREY, linewidth=1)
    years = sorted(set(every["year"].to_list()))
    axes.set_xlim(years[0] - 0.2, years[-1] + 0.15)
    year_axis(axes, years)
    number_axis(axes, texts)
    label_axes(axes, x=say(texts, shape.x), y=say(texts, shape.y))
    ends = [(one.rows["year"][-1], one.rows["central"][-1], one) for one in drawn]
    named = [(value, one.label, one.pen.colour) for at, value, one in ends if at == years[-1]]
    if shape.gap is not None:
        words, *between = shape.gap
        least, most = sorted(ends[i][1] for i in between)
        line(axes, [years[-1]] * 2, [least, most], color=INK, linewidth=1.6, marker="_",
             markersize=9)  # fmt: skip
        named.append(((least + most) / 2, words, INK))
    end_labels(axes, years[-1], named)
    for at, value, one in ends:
        if at < years[-1]:  # a line that ends early is named where it ends
            reach = at + beside(3, 5) / 10 * (years[-1] - years[0])
            near = [told for other in drawn if other is not one
                    for year, told in other.rows.select("year", "central").iter_rows()
                    if at <= year <= reach]  # fmt: skip
            name_inside(axes, at, value, wrap(one.label, 22), one.pen.colour, near=near)
    return figure


def draw_bars(shape: Bars, texts: Texts) -> Figure:
    """Draw horizontal bars from the top down with their intervals and figures."""
    bars, decimals = shape.bars, _decimals(shape, texts)
    labels = [
        row_label(one.label, one.value, texts, decimals=decimals, sign=shape.sign) for one in bars
    ]
    places, foot = _laid(labels)
    figure, (axes,) = canvas(1.0 + foot)
    for place, one in zip(places, bars, strict=True):
        pen = shape.positive if one.value.central >= 0 else shape.negative
        bar(axes, place, one.value.central, height=0.32, facecolor=pen.colour, alpha=0.88,
            linewidth=0)  # fmt: skip
        if one.value.is_uncertain:
            line(axes, [one.value.lower, one.value.upper], [place, place], color=INK, linewidth=1.6,
                 marker="|", markersize=9)  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=1)
    right = max((one.value.upper for one in bars), default=1.0)
    left = min((one.value.lower for one in bars), default=0.0)
    width = max(right, 0) - min(left, 0) or 1.0
    axes.set_xlim(min(left, 0) - 0.03 * width * (left < 0), max(right, 0) + 0.03 * width)
    name_rows(axes, labels, texts, x=shape.x, places=places)
    axes.set_ylim(foot, 0)
    return figure


def row_label(
    name: str, value: Estimate, texts: Texts, *, decimals: int, sign: bool = False
) -> str:
    """Name a row by what it is, and below it by its figure with its interval."""
    return f"{wrap(name, beside(*NAMED))}\n{interval(value, texts, decimals=decimals, sign=sign)}"


def row_height(labels: Sequence[str]) -> float:
    """Return the height of a row in which the longest of the names has room, in inches."""
    return 0.16 + 0.18 * max((label.count("\n") + 1 for label in labels), default=1)


def _laid(labels: Sequence[str], least: float = 0.0) -> tuple[list[float], float]:
    """Return the middle of each row, as high as its own name, and where they end, in inches."""
    each = (max(least, row_height([label])) for label in labels)
    ends = list(accumulate(each, initial=0.0))
    return [(above + below) / 2 for above, below in pairwise(ends)], ends[-1]


def draw_stacks(shape: Stacks, texts: Texts) -> Figure:
    """Draw bars of parts side by side; the parts are named below."""
    labels = [wrap(one, beside(*NAMED)) for one in shape.bars]
    places, foot = _laid(labels, 0.42)
    figure, (axes,) = canvas(1.5 + foot)
    for place, (name, values) in zip(places, shape.bars.items(), strict=True):
        whole, left = sum(values.values()) if shape.share else 1.0, 0.0
        for part, (label, colour) in shape.parts.items():
            size = values.get(part, 0.0) / whole
            bar(axes, place, size, left=left, height=0.3, facecolor=colour, edgecolor="white",
                linewidth=1.0, label=label if place == places[0] else "_")  # fmt: skip
            if shape.words and size > beside(7, 18) / 100:
                axes.text(left + size / 2, place, shape.words(name, part),
                          ha="center", va="center", fontsize=TEXT_SIZE - 1.5, color=INK,
                          fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none",
                                                   "pad": 1.2, "alpha": 0.85})  # fmt: skip
            left += size
    longest = max((sum(one.values()) for one in shape.bars.values()), default=0.0)
    axes.set_xlim(0, 1.0 if shape.share else 1.05 * longest or 1.0)
    name_rows(axes, labels, texts, x=shape.x, share=shape.share, places=places)
    axes.set_ylim(foot, 0)
    legend_below(figure)
    return figure


def draw_dots(shape: Dots, texts: Texts) -> Figure:
    """Draw two dots with their intervals in each row; the two are named below."""
    labels = [wrap(one, beside(*NAMED)) for one in shape.rows]
    places, foot = _laid(labels, 0.44)
    figure, (axes,) = canvas(1.5 + foot)
    for place, pair in zip(places, shape.rows.values(), strict=True):
        for value, (name, pen), shift in zip(pair, shape.names, (-0.08, 0.08), strict=True):
            line(axes, [value.lower, value.upper], [place + shift] * 2, color=pen.colour,
                 linewidth=1.6)  # fmt: skip
            line(axes, [value.central], [place + shift], marker=pen.marker, color=pen.colour,
                 markersize=8.5, markeredgecolor="white", linestyle="none",
                 label=name if place == places[0] else "_")  # fmt: skip
    if shape.share:
        axes.set_xlim(-0.02, 1.03)
        axes.axvline(1, color=GREY, linewidth=1)
    else:
        top = max(one.upper for pair in shape.rows.values() for one in pair)
        axes.set_xlim(0, top * 1.28 or 1.0)
    name_rows(axes, labels, texts, x=shape.x, share=shape.share, places=places)
    axes.set_ylim(foot, 0)
    legend_below(figure)
    return figure
