"""Small multiples: the municipalities of a wider place over the years, all on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.by_year import years_told
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import SMALL_STAFF, Subject, shown
from workforce.reports.charts.style import GREY, INK, PALE, PENS, TEXT_SIZE, canvas, wrap
from workforce.reports.charts.words import NOTHING, name_of
from workforce.texts.catalogue import Texts, percent, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BESIDE = 4
"""Panels beside each other; a phone has one fewer."""
MOST = 24
"""Panels; the table has every place."""
LEAST = 0.005
"""A share that is written as nought is under it."""
GRID = 0.1
"""Share between two lines behind the curves."""
Path = Mapping[int, float]
"""A share by year."""


@chart("members_gap", "staff")
def members_gap(figures: Figures, subject: Subject) -> Told | Chart:
    """Draw what is missing as a share of the need, a panel for each municipality."""
    texts, then = subject.texts, subject.horizon_year
    rows = shown(figures.table.filter(
        variable="member_gap", scenario=subject.scenario, sector=subject.sector
    )).filter(pl.col("persons") >= SMALL_STAFF)  # fmt: skip
    paths = {
        str(code): dict(own.select("year", "central").sort("year").iter_rows())
        for (code,), own in rows.group_by("region", maintain_order=True)
    }
    paths = {code: path for code, path in paths.items() if then in path}
    if len(paths) < 2:
        return SILENT
    order = sorted(paths, key=lambda code: (-paths[code][then], code))
    names = {code: name_of(subject, "region", code) for code in order}
    most, least = (paths[code][then] for code in (order[0], order[-1]))
    panels = {names[code]: paths[code] for code in order[:MOST]}
    years = years_told(subject)
    return Told(
        lambda: _draw(panels, texts),
        {
            "place": list(names.values()),
            **{str(year): [_share(paths[code].get(year), texts) for code in order]
               for year in years},
        },
        said={
            "most": names[order[0]], "most_share": _share(most, texts),
            "least": names[order[-1]], "least_share": _share(abs(least), texts),
        },
        title="title_none" if most < LEAST else "title_over" if least <= -LEAST else "title",
        parts=[f"{names[code]} {_share(paths[code][then], texts)}" for code in order],
        notes=["note"] + ["note_most"] * (len(order) > MOST),
    )  # fmt: skip


def _draw(panels: Mapping[str, Path], texts: Texts) -> Figure:
    """Draw a panel for each place, with its figures of the first and the last year in its head."""
    figure, axes = canvas(1.35 * -(-len(panels) // BESIDE) + 0.5,
                          rows=-(-len(panels) // BESIDE), columns=BESIDE)  # fmt: skip
    every = [share for path in panels.values() for share in path.values()]
    low, high = min(0.0, *every), max(0.0, *every)
    room = 0.06 * (high - low) or GRID
    lines = [step * GRID for step in range(int(low // GRID), int(high // GRID) + 1)]
    for one, (name, path) in zip(axes, panels.items(), strict=False):
        years, shares = list(path), list(path.values())
        pen = PENS[1] if shares[-1] >= 0 else PENS[0]
        one.hlines(lines, years[0], years[-1], color=PALE, linewidth=0.8)
        one.hlines([0.0], years[0], years[-1], color=GREY, linewidth=1)
        one.fill([years[0], *years, years[-1]], [0, *shares, 0], color=pen.colour, alpha=0.2,
                 linewidth=0)  # fmt: skip
        one.plot(years, shares, color=pen.colour, linewidth=2)
        one.set(xlim=(years[0], years[-1]), ylim=(low - room, high + room), xticks=[], yticks=[])
        one.spines["bottom"].set_visible(False)
        ends = say(texts, "members_gap.ends", first=_share(shares[0], texts),
                   last=_share(shares[-1], texts))  # fmt: skip
        one.set_title(f"{wrap(name, 22)}\n{ends}", loc="left", fontsize=TEXT_SIZE - 1.5, color=INK)
    for one in axes[len(panels) :]:
        one.set_visible(False)
    foot = say(texts, "members_gap.axis", first=str(years[0]), last=str(years[-1]))
    figure.supxlabel(wrap(foot, 88), fontsize=TEXT_SIZE - 1, color=INK)
    return figure


def _share(value: float | None, texts: Texts) -> str:
    if value is None:
        return NOTHING
    return percent(0.0 if abs(value) < LEAST else value, texts, decimals=0)
