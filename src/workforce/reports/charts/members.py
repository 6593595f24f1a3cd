"""Moves of staff between the municipalities of a county: who gets more than it loses."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    estimate,
    interval,
    name_of,
    shown,
    spoken,
)
from workforce.reports.charts.shapes import Bar, draw_bars
from workforce.reports.charts.style import PENS
from workforce.texts.catalogue import number, say

DIRECTIONS = ("out", "in", "net")
MOST = 25  # Bars; the table has every municipality.


def member_moves(figures: Figures, subject: Subject) -> Chart:
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
        return absent(subject, "member_moves", "staff_flows")
    order = sorted(known, key=lambda code: (-known[code]["net"].central, code))
    names = {code: name_of(subject, "region", code) for code in order}
    first, last = order[0], order[-1]
    said = {"gains": names[first], "loses": names[last], "year": str(subject.horizon_year)}
    said |= spoken("more", known[first]["net"], texts, decimals=1)
    said |= spoken("fewer", known[last]["net"].scaled(-1.0), texts, decimals=1)
    said["all"] = number(sum(three["out"].central for three in known.values()), texts, decimals=0)
    alike = all(abs(three["net"].central) < 0.05 for three in known.values())
    title = say(texts, "member_moves.title_alike" if alike else "member_moves.title", **said)
    axis = say(texts, "member_moves.axis")
    table = {say(texts, "member_moves.place"): [names[code] for code in order]}
    for way in DIRECTIONS:
        table[say(texts, f"member_moves.{way}")] = [
            interval(known[code][way], texts, decimals=1, sign=way == "net") for code in order
        ]
    bars = order if len(order) <= MOST else [*order[: MOST // 2], *order[-(MOST // 2) :]]
    listed = "; ".join(
        f"{names[code]}: {interval(known[code]['net'], texts, decimals=1, sign=True)}"
        for code in bars
    )
    note = say(texts, "member_moves.note", **said)
    return Chart(
        draw_bars(
            [Bar(names[code], known[code]["net"]) for code in bars], texts,
            x=axis, positive=PENS[0], negative=PENS[1], decimals=1,
        ),
        title,
        say(texts, "member_moves.alt", title=title, list=listed),
        pl.DataFrame(table),
        note,
    )  # fmt: skip


def _directions(rows: pl.DataFrame, code: str) -> dict[str, Estimate]:
    own = shown(rows.filter(pl.col("region") == code))
    read = {way: estimate(own.filter(pl.col("category") == way)) for way in DIRECTIONS}
    return {way: value for way, value in read.items() if value is not None}
