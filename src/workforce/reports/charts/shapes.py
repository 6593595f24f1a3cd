"""The two shapes most charts share: lines with intervals over years, and sorted bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from workforce.reports.charts.figures import Estimate, decimals_for, shown
from workforce.reports.charts.style import (
    GREY,
    INK,
    TEXT_SIZE,
    Pen,
    band,
    canvas,
    end_labels,
    label_axes,
    name_inside,
    number_axis,
    own_style,
    wrap,
    year_axis,
)
from workforce.texts.catalogue import Texts, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Line:
    """One series to draw: its name, its rows and its pen."""

    label: str
    rows: pl.DataFrame
    pen: Pen


@dataclass(frozen=True)
class Bar:
    """One bar to draw: its name and its figure."""

    label: str
    value: Estimate


@own_style()
def draw_lines(
    lines: Sequence[Line], texts: Texts, *, x: str, y: str, from_zero: bool = True
) -> Figure:
    """Draw series over years with their intervals, each named at its end.

    Parameters
    ----------
    lines
        Series; hidden years are gaps.
    texts
        Language of the numbers.
    x, y
        What the axes measure, with units.
    from_zero
        Whether the upright axis starts at nought.
    """
    figure, (axes,) = canvas(4.0)
    drawn = [Line(one.label, shown(one.rows).sort("year"), one.pen) for one in lines]
    drawn = [one for one in drawn if one.rows.height]
    for one in drawn:
        years, pen = one.rows["year"].to_list(), one.pen
        band(axes, years, one.rows["lower"].to_list(), one.rows["upper"].to_list(), pen)
        axes.plot(
            years, one.rows["central"].to_list(), color=pen.colour, linestyle=pen.line,
            linewidth=2.3, marker=pen.marker if len(years) == 1 else "",
        )  # fmt: skip
    every = pl.concat([one.rows.select("year", "central", "lower", "upper") for one in drawn])
    low, high = float(every["lower"].min() or 0), float(every["upper"].max() or 0)  # type: ignore[arg-type]
    room = max((high - (0 if from_zero else low)) * 0.08, 0.05)
    bottom = low - room if low < 0 or not from_zero else 0.0
    axes.set_ylim(bottom, high + room)
    if low < 0:
        axes.axhline(0, color=GREY, linewidth=1)
    years = sorted(set(every["year"].to_list()))
    axes.set_xlim(years[0] - 0.2, years[-1] + 0.15)
    year_axis(axes, years)
    number_axis(axes, texts)
    label_axes(axes, x=x, y=y)
    ends = [(one.rows["year"][-1], one.rows["central"][-1], one) for one in drawn]
    end_labels(
        axes, years[-1], [(v, one.label, one.pen.colour) for at, v, one in ends if at == years[-1]]
    )
    for at, value, one in ends:
        if at < years[-1]:  # a line that ends early is named where it ends
            name_inside(axes, at, value, one.label, one.pen.colour)
    return figure


@own_style()
def draw_bars(
    bars: Sequence[Bar],
    texts: Texts,
    *,
    x: str,
    positive: Pen,
    negative: Pen,
    decimals: int | None = None,
) -> Figure:
    """Draw horizontal bars from the top down with their intervals and figures.

    Parameters
    ----------
    bars
        In the order they are read.
    texts
        Language of the numbers.
    x
        What the bars measure, with its unit.
    positive, negative
        Pens of bars above and below nought.
    decimals
        Decimals of the figures; those that fit the largest when left out.
    """
    figure, (axes,) = canvas(1.1 + 0.46 * len(bars))
    if decimals is None:
        decimals = decimals_for(max((abs(one.value.central) for one in bars), default=0.0))
    for place, one in enumerate(bars):
        pen = positive if one.value.central >= 0 else negative
        axes.barh(
            place, one.value.central, height=0.62, facecolor=pen.colour, alpha=0.88,
            edgecolor="white", hatch=pen.hatch if one.value.central < 0 else "", linewidth=0,
        )  # fmt: skip
        if one.value.is_uncertain:
            axes.plot([one.value.lower, one.value.upper], [place, place], color=INK, linewidth=1.6,
                      marker="|", markersize=9)  # fmt: skip
        axes.annotate(
            number(one.value.central, texts, decimals=decimals),
            (max(one.value.upper, one.value.central, 0), place),
            xytext=(7, 0), textcoords="offset points", va="center", fontsize=TEXT_SIZE,
            color=INK, fontweight="bold",
        )  # fmt: skip
    axes.set_yticks(range(len(bars)), [wrap(one.label, 30) for one in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.tick_params(axis="y", labelsize=TEXT_SIZE)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#d3dbe2", linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=1)
    right = max((one.value.upper for one in bars), default=1.0)
    left = min((one.value.lower for one in bars), default=0.0)
    width = max(right, 0) - min(left, 0) or 1.0
    axes.set_xlim(min(left, 0) - 0.03 * width * (left < 0), max(right, 0) + 0.13 * width)
    number_axis(axes, texts, which="x")
    label_axes(axes, x=x)
    return figure
