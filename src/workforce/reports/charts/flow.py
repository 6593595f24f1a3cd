"""The flow of measures: what is missing, what each measure takes of it, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, whole
from workforce.reports.charts.style import (
    INK,
    LINE,
    PENS,
    POINTS,
    TEXT_SIZE,
    canvas,
    wrap,
)
from workforce.reports.charts.waterfall import measure_steps
from workforce.reports.charts.words import NOTHING, adding_up, decimals_for
from workforce.texts.catalogue import Texts, number, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MISSING, DONE = PENS[1].colour, PENS[2].colour
BEYOND = "beyond"
"""What measures give where nobody is missing."""
BAR = 0.03
"""Width of the bars at the ends, of the way between them."""


class Part(NamedTuple):
    """One stream: its name, who sees to it, how large it is and its colour."""

    label: str
    owner: str
    fte: float
    colour: str


@chart("flow", "staff")
def measure_flow(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw how the measures of a scenario share what is missing without them."""
    texts, year = subject.texts, subject.horizon_year
    measures = figures.facts.measures.get(subject.scenario, ())
    before, after = (
        estimate(whole(figures, subject, "missing_fte", scenario=name), year=year)
        for name in ("baseline", subject.scenario)
    )
    steps, _ = measure_steps(figures, subject)
    taken = {one.name: -steps[one.name].central for one in measures if one.name in steps}
    if before is None or after is None or len(taken) < len(measures):
        return None
    places = decimals_for(before.central, texts)
    gap, left = (round(one.central, places) for one in (before, after))
    if len(measures) < 2 or not gap:
        return SILENT
    # What measures give beyond what is missing: to occupations that lack nobody, or as recruits
    # that are not needed. It takes the rounding, since the measures are told elsewhere on the page.
    beyond = sum(taken.values()) - (before.central - after.central)
    printed = {name: round(fte, places) for name, fte in taken.items()}
    if abs(beyond) < 10.0**-places:
        printed = adding_up({**taken, BEYOND: -beyond}, gap - left, decimals=places)
    else:
        printed[BEYOND] = round(gap - left - sum(printed.values()), places)
    parts = _parts(printed, {one.name: one for one in measures}, left, subject)
    into = [Part(say(texts, "flow.gap", year=year), "", gap, MISSING)]
    into += [one for one in parts if one.fte < 0]
    out = [one for one in parts if one.fte > 0]

    def told(fte: float) -> str:
        return number(abs(fte), texts, decimals=places)

    every = [*into, *(one for one in parts if one.fte > 0 or (not one.fte and one.owner))]
    way = "all" if not left else "less" if left < gap else "more" if left > gap else "same"
    return Told(
        lambda: _draw(into, out, texts, places),
        {
            "what": [one.label for one in every],
            "chart.fte": [told(one.fte) for one in every],
            "owner": [one.owner or NOTHING for one in every],
        },
        said={"gap": told(gap), "left": told(left), "taken": told(gap - left)},
        title=f"title_{way}",
        parts=[f"{one.label} {told(one.fte)}" for one in (*into[1:], *out)],
        notes=["note"] + ["note_beyond"] * bool(printed[BEYOND]),
    )


def _parts(
    printed: Mapping[str, float], measures: Mapping[str, Measure], left: float, subject: Subject
) -> list[Part]:
    """Name the streams: what is taken is above nought, what comes to what is missing below it."""
    texts, found = subject.texts, []
    for name, fte in printed.items():
        if name == BEYOND:
            key = "flow.beyond" if fte < 0 else "flow.from_others"
            found.append(Part(say(texts, key), "", fte, PENS[0].colour))
            continue
        one = measures[name]
        label = (one.title or {}).get(texts.language) or texts.entries[f"lever.{one.lever}.title"]
        owner = (one.owner or {}).get(texts.language) or say(texts, "mobilisation.nobody")
        found.append(Part(label, owner, fte, DONE if fte >= 0 else MISSING))
    return [*found, Part(say(texts, "flow.left"), "", left, MISSING)]


def _draw(into: list[Part], out: list[Part], texts: Texts, places: int) -> Figure:
    """Draw streams from what is missing to where it goes, each with its name at its end."""

    def label(one: Part) -> str:
        fte = say(texts, "flow.fte", fte=number(abs(one.fte), texts, decimals=places))
        return "\n".join(filter(None, (wrap(one.label, 34), fte, wrap(one.owner, 34))))

    labels = [label(one) for one in out]
    total = sum(one.fte for one in out)
    room = [LINE * (text.count("\n") + 1) + LINE / 2 for text in labels]
    scale = 0.75 * sum(room) / total
    sizes = [max(need, one.fte * scale) for one, need in zip(out, room, strict=True)]
    deep = sum(sizes)
    figure, (axes,) = canvas((deep + 3.5 * LINE) / POINTS)
    axes.set(xlim=(0, 1), ylim=(deep, 0), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)
    top = (deep - total * scale) / 2
    at = top
    for one in into:
        axes.fill_betweenx([at, at + abs(one.fte) * scale], 0, BAR, color=one.colour, linewidth=0)
        at += abs(one.fte) * scale
    start, end, ends = top, 0.0, []
    for one, size in zip(out, sizes, strict=True):
        thick, middle = one.fte * scale, end + size / 2
        _stream(axes, (start, start + thick), (middle - thick / 2, middle + thick / 2), one.colour)
        ends.append(middle)
        start, end = start + thick, end + size
    for text, middle in zip(labels, ends, strict=True):
        axes.annotate(text, (1, middle), (7, 0), textcoords="offset points", va="center",
                      fontsize=TEXT_SIZE, color=INK, annotation_clip=False)  # fmt: skip
    named = "\n".join(
        wrap(f"{one.label}: {number(abs(one.fte), texts, decimals=places)}", 60) for one in into
    )
    axes.annotate(named, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points",
                  va="bottom", fontsize=TEXT_SIZE, color=INK)  # fmt: skip
    return figure


def _stream(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    """Draw a stream that bends from its place at the left to that at the right."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (high, low), (above, below), half = start, end, 0.5
    points = [(BAR, high), (half, high), (half, above), (1 - BAR, above),
              (1 - BAR, below), (half, below), (half, low), (BAR, low), (BAR, high)]  # fmt: skip
    curve = [Path.CURVE4] * 3
    path = Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
    axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.35, linewidth=0))
    axes.fill_betweenx([above, below], 1 - BAR, 1, color=colour, linewidth=0)
