"""Moves of staff between the municipalities of a county: who gets more than it loses."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate, shown
from workforce.reports.charts.shapes import Bar, Bars
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import interval, name_of, spoken
from workforce.texts.catalogue import number, say

DIRECTIONS = ("out", "in", "net")
MOST = 25  # Bars; the table has every municipality.


@chart("member_moves", "staff_flows")
def member_moves(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw what each municipality of a county takes from the others, less what it loses to them."""
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
    return Told(
        Bars(
            [Bar(names[code], known[code]["net"]) for code in drawn],
            say(texts, "member_moves.axis"), PENS[0], PENS[1], decimals=1, most_listed=None,
            sign=True,
        ),
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
    )  # fmt: skip


def _directions(rows: pl.DataFrame, code: str) -> dict[str, Estimate]:
    own = shown(rows.filter(pl.col("region") == code))
    read = {way: estimate(own.filter(pl.col("category") == way)) for way in DIRECTIONS}
    return {way: value for way, value in read.items() if value is not None}
