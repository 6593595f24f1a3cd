"""Where the panels of a drawing stand: text around them is measured once, and they share the rest.

Lengths are in points. A layout engine of matplotlib draws all of it twice to find the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from workforce.reports.charts.svg import svg_renderer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

    Marks = list[tuple[Bbox, float]]

POINTS = 72.0
EDGE = 3.0
"""Room at the edges of the drawing, and between its panels and what belongs to all of them."""
BETWEEN = (12.0, 10.0)
"""Room between panels beside (0) and below (1) each other."""
ROUNDS = 6
"""How far text reaches beyond a panel depends on how large that is; it settles in a few rounds."""
LEAST = 0.2
"""A panel takes at least this share of its part of the drawing."""


@dataclass(frozen=True)
class Reach:
    """From where to where something reaches, counted from a share of the size of its panel."""

    share: float
    low: float
    high: float


def give_places(figure: Figure) -> None:
    """Set the places of the panels of a drawing, so that no text is cut or lies on another."""
    renderer = svg_renderer(figure)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    if not panels:
        return
    width, height = (POINTS * inches for inches in figure.get_size_inches())
    left, foot, top = _edges(figure, renderer, width)
    places = [axes.get_subplotspec() for axes in panels]
    rows, columns = ([one.rowspan.start for one in places if one],
                     [one.colspan.start for one in places if one])  # fmt: skip
    deep = max(rows) + 1
    marks = [[_marks(axes, which, renderer) for which in (0, 1)] for axes in panels]
    feet = [_foot(axes, along) for axes, (along, _) in zip(panels, marks, strict=True)]
    found = [_reaches(*one, renderer) for one in zip(panels, feet, marks, strict=True)]
    grid = figure.axes[0].get_gridspec()
    wide, starts = _share_out(
        [one[0] for one in found], columns, grid.ncols if grid else 1, 0, width - left - EDGE
    )
    high, lows = _share_out(
        [one[1] for one in found], [deep - 1 - row for row in rows], deep, 1, height - foot - top
    )
    for axes, row, column, below in zip(panels, rows, columns, feet, strict=True):
        start, low = left + starts[column], foot + lows[deep - 1 - row]
        axes.set_position((start / width, low / height, wide / width, high / height))
        # What stands where it is told is not looked for once more when it is drawn.
        axes.xaxis.set_label_coords(0.5, -(below + axes.xaxis.labelpad) / high)
        axes.yaxis.set_label_coords(0.0, 0.5)
    _center(figure, left + starts[0], foot + lows[0], width, height)


def _edges(figure: Figure, renderer: Any, width: float) -> tuple[float, float, float]:
    """Give the room left of, below and above all panels, and place the words in it."""
    left, foot, top = EDGE, EDGE, EDGE
    for legend in figure.legends:
        box = legend.get_window_extent(renderer)
        if box.y0 > figure.bbox.height / 2:
            top += figure.bbox.height - box.y0
        else:
            foot += box.y1
    for text in figure.texts:
        box = text.get_window_extent(renderer)
        if text.get_text() == figure.get_supylabel():
            room = figure.bbox.height - foot - top
            if box.height > room:  # Upright words take more lines rather than be cut.
                letters = int(len(text.get_text()) * room / box.height)
                text.set_text(fill(text.get_text(), max(letters, 1), break_long_words=False))
                box = text.get_window_extent(renderer)
            text.set_x(EDGE / width)
            left += box.width + 2 * EDGE
        else:
            text.set_y(foot / figure.bbox.height)
            foot += box.height + EDGE
    return left, foot, top


def _center(figure: Figure, left: float, low: float, width: float, height: float) -> None:
    """Put the words for all panels at their middle."""
    for text in figure.texts:
        if text.get_text() == figure.get_supylabel():
            text.set_y((low / height + 1.0) / 2.0)
        else:
            text.set_x((left / width + 1.0) / 2.0)


def _share_out(
    reaches: Sequence[Sequence[Reach]], lines: Sequence[int], count: int, which: int, room: float
) -> tuple[float, list[float]]:
    """Share the room between panels of one size, beside (0) or above (1) each other.

    Gives their size, and where those of each line begin.
    """
    room -= BETWEEN[which] * (count - 1)
    size, ends = room / count, [(0.0, 0.0)] * count
    for _ in range(ROUNDS):
        ends = [
            (
                max([0.0, *(-one.share * size - one.low for one in found)]),
                max([0.0, *((one.share - 1.0) * size + one.high for one in found)]),
            )
            for found in (
                [
                    one
                    for reach, at in zip(reaches, lines, strict=True)
                    if at == line
                    for one in reach
                ]
                for line in range(count)
            )
        ]
        size = max((room - sum(map(sum, ends))) / count, LEAST * room / count)
    starts, at = [], 0.0
    for before, after in ends:
        starts.append(at + before)
        at += before + size + after + BETWEEN[which]
    return size, starts


def _reaches(
    axes: Axes, foot: float, marks: Sequence[Marks], renderer: Any
) -> tuple[list[Reach], list[Reach]]:
    """Measure what reaches out of a panel along x and along y."""
    label = axes.xaxis.label
    box = label.get_window_extent(renderer)
    below = foot + axes.xaxis.labelpad + box.height if label.get_text() else foot
    along, up = [Reach(0.5, -box.width / 2, box.width / 2)], [Reach(0.0, -below, 0.0)]
    for box, share in marks[0]:
        along.append(Reach(share, -box.width / 2, box.width / 2))
    for box, share in marks[1]:
        along.append(Reach(0.0, -box.width - _pad(axes.yaxis), 0.0))
        up.append(Reach(share, -box.height / 2, box.height / 2))
    for text in _written(axes):
        box, (x, y) = text.get_window_extent(renderer), _anchor(axes, text)
        panel = axes.bbox
        along.append(Reach((x - panel.x0) / panel.width, box.x0 - x, box.x1 - x))
        up.append(Reach((y - panel.y0) / panel.height, box.y0 - y, box.y1 - y))
    return along, up


def _foot(axes: Axes, marks: Marks) -> float:
    """Give the height of the marks below a panel."""
    return max(box.height for box, _ in marks) + _pad(axes.xaxis) if marks else 0.0


def _pad(axis: Any) -> float:
    """Give the room between a panel and its marks."""
    return float(axis.get_major_ticks()[0].get_pad())


def _marks(axes: Axes, which: int, renderer: Any) -> Marks:
    """Measure the marks of an axis that are seen, each with its share of the panel."""
    axis = (axes.xaxis, axes.yaxis)[which]
    start, end = (axes.get_xlim(), axes.get_ylim())[which]
    marks = []
    for text, at in zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True):
        share = (at - start) / (end - start)
        if text.get_text() and -1e-9 <= share <= 1 + 1e-9:
            marks.append((text.get_window_extent(renderer), share))
        text.set_in_layout(False)  # It is not measured once more when it is drawn.
    return marks


def _written(axes: Axes) -> list[Text]:
    """List what is written in and above a panel."""
    from matplotlib.text import Text

    return [one for one in axes.get_children() if isinstance(one, Text) and one.get_text()]


def _anchor(axes: Axes, text: Text) -> tuple[float, float]:
    """Give the point that a text is written beside."""
    from matplotlib.text import Annotation

    if not isinstance(text, Annotation):
        x, y = text.get_transform().transform(text.get_position())
        return float(x), float(y)
    known: dict[Any, Any] = {"data": axes.transData, "axes fraction": axes.transAxes}
    of: Any = text.xycoords
    x, y = (known[one].transform(text.xy) for one in ((of, of) if isinstance(of, str) else of))
    return float(x[0]), float(y[1])
