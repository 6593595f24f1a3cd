"""Slopes of mobility: who loses staff to whom, and who takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    estimate_of,
    only,
    pick,
    shown,
    that_are_drawn,
)
from workforce.reports.charts.style import GREY, PENS, Pen, beside, canvas, end_labels, wrap
from workforce.reports.charts.words import (
    LIKELY,
    adding_up,
    decimals_for,
    interval,
    name_of,
    of_service,
    place_name,
    spoken,
)
from workforce.texts.catalogue import Texts, number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DIRECTIONS = ("out", "in", "net")
WAYS = (("exits", "cause", "moved_municipality"), ("recruits", "origin", "other_municipality"))
MOST = 25  # Slopes; the table has every one.
MOST_ROWS = 10
LEAST = 0.05  # Fewer a year are told as nought.
WIDE = 40, 30  # Letters to a line of a name, the fewer before it is made narrow.


class Slope(NamedTuple):
    """A line from how many leave to how many come, with how sure it is which is more."""

    label: str
    out: float
    into: float
    agree: float = 1.0


@chart("member_moves", "staff_flows")
def member_moves(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw what each municipality of a county loses to the others and takes from them."""
    texts = subject.texts
    rows = figures.table.filter(
        (pl.col("variable") == "member_moves") & (pl.col("sector") == subject.sector)
    )
    if rows.is_empty():
        return SILENT
    found = {code: _directions(rows, code) for code in rows["region"].unique().sort()}
    known = {code: three for code, three in found.items() if len(three) == len(DIRECTIONS)}
    if not known:
        return None
    order = sorted(known, key=lambda code: (-known[code]["net"].central, code))
    names = {code: name_of(subject, "region", code) for code in order}
    first, last = order[0], order[-1]
    alike = all(abs(three["net"].central) < 0.05 for three in known.values())
    drawn = order if len(order) <= MOST else [*order[: MOST // 2], *order[-(MOST // 2) :]]
    slopes = [
        Slope(names[code], three["out"].central, three["in"].central, three["net"].agree or 0.0)
        for code, three in known.items()
        if code in drawn
    ]
    return Told(
        lambda: draw_slopes(slopes, "member_moves", texts),
        {"place": list(names.values())}
        | {way: [interval(known[code][way], texts, decimals=1, sign=way == "net")
                 for code in order]
           for way in DIRECTIONS},
        said={
            "gains": names[first], "loses": names[last],
            **spoken("more", known[first]["net"], texts, decimals=1),
            **spoken("fewer", known[last]["net"].scaled(-1.0), texts, decimals=1),
            "all": number(sum(three["out"].central for three in known.values()), texts),
        },
        title="title_alike" if alike else "title",
        parts=[f"{names[code]}: {interval(known[code]['net'], texts, decimals=1, sign=True)}"
               for code in order],
    )  # fmt: skip


def _directions(rows: pl.DataFrame, code: str) -> dict[str, Estimate]:
    own = shown(rows.filter(pl.col("region") == code))
    read = {way: estimate(own.filter(pl.col("category") == way)) for way in DIRECTIONS}
    return {way: value for way, value in read.items() if value is not None}


@chart("service_moves", "staff_flows")
def service_moves(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw who leaves for other municipalities and who comes from them, by service area."""
    if "member_moves" in figures.table["variable"]:
        return SILENT  # Of a county, those who cross its border alone.
    texts, by = subject.texts, "sector" if subject.sector == "all" else "occupation"
    rows = [
        shown(only(pick(figures, subject, name, dimension=of, year=subject.base_year), code))
        .filter(pl.col("occupation" if by == "sector" else "sector") == subject.sector)
        for name, of, code in WAYS
    ]  # fmt: skip
    out, into = (
        {row[by]: estimate_of(row) for row in of_way.iter_rows(named=True)} for of_way in rows
    )
    if "all" not in out or "all" not in into:
        return None
    leading = [
        code for code in that_are_drawn(rows[0], figures)[by] if code != "all" and code in into
    ]
    order = sorted(leading, key=lambda code: -(out[code].central + into[code].central))[:MOST_ROWS]
    if not order:
        return None
    ends = [_printed(of_way, order) for of_way in (out, into)]
    names = {code: place_name(subject, by, code) for code in (*order, "others")}
    slopes = [Slope(names[code], *(end[code] for end in ends)) for code in order]
    apart = max(order, key=lambda code: abs(ends[0][code] - ends[1][code]))
    listed = [code for code in (*order, "others", "all") if any(end[code] for end in ends)]
    names["all"] = say(texts, "by_occupation.whole")

    def cell(value: Estimate | None, printed: float) -> str:
        if value is None or not value.is_uncertain:
            return number(printed, texts)
        return interval(replace(value, central=printed), texts)

    cells = [
        [cell(of_way.get(code), end[code]) for code in listed]
        for of_way, end in zip((out, into), ends, strict=True)
    ]
    said = {"name": of_service(subject, by, names[apart])}
    for way, end in zip(("out", "in"), ends, strict=True):
        said |= {way: number(end["all"], texts),
                 f"{way}_apart": number(end[apart], texts)}  # fmt: skip
    drawn = len(slopes) > 1
    return Told(
        (lambda: draw_slopes(slopes, "service_moves", texts)) if drawn else None,
        {f"chart.{by}": [names[code] for code in listed], "from": cells[0], "to": cells[1]},
        said=said,
        parts=[
            say(texts, "service_moves.part", name=one.label,
                out=number(one.out, texts),
                into=number(one.into, texts))
            for one in slopes
        ],
        title="title" if ends[0][apart] != ends[1][apart] else "title_even",
        notes=["note"] * drawn,
    )  # fmt: skip


def _printed(found: Mapping[str, Estimate], order: Sequence[str]) -> dict[str, float]:
    """Round those of some posts, of the others and of all, so that they add up."""
    parts = {code: found[code].central for code in order}
    total = found["all"].central
    parts["others"] = max(total - sum(parts.values()), 0.0)
    return adding_up(parts, total) | {"all": float(round(total))}


def draw_slopes(slopes: Sequence[Slope], words: str, texts: Texts) -> Figure:
    """Draw a line for each from those who leave to those who come, named at its right end.

    Heights are logarithms, so that a line is as steep as one end is larger than the other, whatever
    its size. One on which it is open whether more leave or come is grey.
    """
    ends = [(one.out, one.into) for one in slopes]
    decimals = decimals_for(max(map(max, ends)), texts)
    least = min((end for both in ends for end in both if end >= LEAST), default=1.0) / 2
    names = [f"{one.label}\u00a0{number(one.into, texts, decimals=decimals)}" for one in slopes]
    lines = sum(wrap(name, beside(*WIDE)).count("\n") + 1 for name in names)
    figure, (axes,) = canvas(max(3.0, 0.8 + 0.3 * lines))
    heights = [[log(max(end, least)) for end in both] for both in ends]
    pens = [_pen(one) for one in slopes]
    for both, pen in zip(heights, pens, strict=True):
        axes.plot([0, 1], both, color=pen.colour, linewidth=1.8, linestyle=pen.line,
                  marker="o", markersize=4.5)  # fmt: skip
    axes.set_xlim(-0.03, 1.03)
    axes.margins(y=0.06)
    ways = [wrap(say(texts, f"{words}.{way}_drawn"), 22) for way in ("from", "to")]
    axes.set_xticks([0, 1], ways)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    figures = [number(one.out, texts, decimals=decimals) for one in slopes]
    for at, told in enumerate((figures, names)):
        ended = zip([both[at] for both in heights], told, [pen.colour for pen in pens], strict=True)
        once = {(height, text): colour for height, text, colour in ended}
        end_labels(axes, at, [(*key, colour) for key, colour in once.items()], width=beside(*WIDE),
                   left=not at)  # fmt: skip
    return figure


def _pen(slope: Slope) -> Pen:
    if slope.agree < LIKELY:
        return Pen(GREY, ":", "o")
    return PENS[0] if slope.into >= slope.out else PENS[1]
