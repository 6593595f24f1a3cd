"""A drawing as it is told: panels with lines, areas and words, which `layout` gives their places.

Methods have the names that they have in matplotlib, and are those that charts use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, isnan, log10

from workforce.reports.charts.letters import LINE, width_of

INK = "#1f2933"
GREY = "#59656e"
PALE = "#d3dbe2"
TEXT_SIZE = 11.0
DASHES: dict[str, tuple[float, ...] | None] = {
    "-": (), "--": (3.7, 1.6), "-.": (6.4, 1.6, 1.0, 1.6), ":": (1.0, 1.65), "": None,
}  # fmt: skip
"""Lengths of line and gap, in widths of the line; None where no line is drawn."""
Dash = str | tuple[float, tuple[float, ...]]
Values = float | Sequence[float | None]


@dataclass(frozen=True)
class Line:
    """A line through points, parted where one lacks, with a marker at each.

    ``points`` are in the units of the panel, other lengths in points.
    """

    points: tuple[tuple[float, float] | None, ...]
    color: str
    linewidth: float
    dash: tuple[float, ...] | None
    marker: str
    markersize: float
    markerfacecolor: str
    markeredgecolor: str
    markeredgewidth: float
    alpha: float
    label: str
    zorder: float


@dataclass(frozen=True)
class Area:
    """A filled polygon in the units of the panel."""

    points: tuple[tuple[float, float], ...]
    facecolor: str
    edgecolor: str
    linewidth: float
    alpha: float
    label: str
    zorder: float


@dataclass(frozen=True)
class Rule:
    """A line across the whole panel at a value of one axis."""

    at: float
    upright: bool
    color: str
    linewidth: float
    dash: tuple[float, ...] | None
    zorder: float = 2.0


@dataclass(frozen=True)
class Words:
    """Text beside a point, ``shift`` points from it.

    ``shares`` tells of each direction whether the place is a share of the panel; text that is
    broader than ``within``, in units of the panel, is left out.
    """

    text: str
    at: tuple[float, float]
    shares: tuple[bool, bool]
    shift: tuple[float, float]
    ha: str
    va: str
    size: float
    color: str
    bold: bool
    ground: float
    within: float | None = None

    def reach(self, which: int) -> tuple[float, float]:
        """Return how far the text goes before and beyond its point: sideways (0), up (1)."""
        wide, high = width_of(self.text, self.size, self.bold), height_of(self.text, self.size)
        size = high if which else wide
        share = {"left": 0, "bottom": 0, "baseline": 0.2, "center": 0.5, "right": 1, "top": 1}
        start = self.shift[which] - size * share[self.va if which else self.ha]
        return start - self.ground, start + size + self.ground


@dataclass
class Axis:
    """What an axis spans and marks: marks that are given, or ``bins`` at the most, as written."""

    size: float
    grid: bool
    limits: tuple[float, float] | None = None
    margin: float = 0.05
    marks: list[tuple[float, str]] | None = None
    bins: int = 6
    write: Callable[[float], str] = "{:g}".format

    def told(self, values: Iterable[float], ends: set[float]) -> tuple[float, float]:
        """Return what it spans: the values with a margin, but not beyond the base of bars."""
        known = self.limits or list(values) or [0.0, 1.0]
        low, high = min(known), max(known)
        if high - low < 1e-9 * max(abs(low), abs(high), 1e-9):
            return low, low + 0.05 * (abs(low) or 1.0)
        if self.limits is not None:
            return self.limits
        room = self.margin * (high - low)
        return low - room * (low not in ends), high + room * (high not in ends)

    def marked(self, span: tuple[float, float], bins: int = 0) -> list[tuple[float, str]]:
        """Return the marks within what it spans, at even steps where none are given."""
        low, high = sorted(span)
        if self.marks is not None:
            return [(at, label) for at, label in self.marks if low <= at <= high]
        wide = (high - low) / (bins or self.bins)
        power = 10.0 ** floor(log10(wide))
        steps = [power * one for one in (10, 5, 2.5, 2, 1, 0.5)]
        found = multiples(low, high, min(one for one in steps if one >= wide * (1 - 1e-9)))
        while len(found) < 2 and steps:  # Where there are few bins the step may be all of it.
            found = multiples(low, high, steps.pop(0))
        return [(at, self.write(at)) for at in found]


@dataclass
class Axes:
    """One panel, and what was drawn in it."""

    x: Axis = field(default_factory=lambda: Axis(TEXT_SIZE - 0.5, grid=False))
    y: Axis = field(default_factory=lambda: Axis(TEXT_SIZE - 0.5, grid=True))
    lines: list[Line] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    texts: list[Words] = field(default_factory=list)
    bases: tuple[set[float], set[float]] = field(default_factory=lambda: (set(), set()))
    title: Words | None = None
    labels: dict[str, str] = field(default_factory=dict)
    visible: bool = True

    def plot(
        self, x: Values, y: Values, marker: str = "", *, color: str = INK, linestyle: Dash = "-",
        linewidth: float = 1.5, markersize: float = 6.0, markerfacecolor: str = "",
        markeredgecolor: str = "", markeredgewidth: float = 1.0, alpha: float = 1.0,
        label: str = "", zorder: float = 2.0,
    ) -> None:  # fmt: skip
        """Draw a line through points, with a marker at each."""
        points = tuple(
            (float(one), float(other)) if _is_known(one) and _is_known(other) else None
            for one, other in zip(_values(x), _values(y), strict=True)
        )
        dash = _dashed(linestyle, linewidth)
        self.lines.append(
            Line(points, color, linewidth, dash, marker, markersize, markerfacecolor or color,
                 markeredgecolor or color, markeredgewidth, alpha, label, zorder)
        )  # fmt: skip

    def vlines(
        self, x: Sequence[float], low: Sequence[float], high: Sequence[float], *, color: str,
        linewidth: float = 1.5,
    ) -> None:  # fmt: skip
        """Draw upright lines."""
        for at, start, end in zip(x, low, high, strict=True):
            self.plot([at, at], [start, end], color=color, linewidth=linewidth)

    def fill_between(
        self, x: Sequence[float], low: Sequence[float], high: Sequence[float], *, color: str,
        alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """Fill what is between two lines."""
        known = [one for one in zip(x, low, high, strict=True) if all(map(_is_known, one))]
        points = [(at, one) for at, one, _ in known] + [(at, one) for at, _, one in known[::-1]]
        self.areas.append(Area(tuple(points), color, "none", 0.0, alpha, "", 1.0))

    def barh(
        self, y: Values, width: Values, *, left: Values = 0.0, height: float = 0.8,
        color: str = INK, edgecolor: str = "none", linewidth: float = 0.0, alpha: float = 1.0,
        label: str = "",
    ) -> None:  # fmt: skip
        """Draw lying bars around their heights."""
        self._bars(y, width, left, height, (color, edgecolor, linewidth, alpha, label), lying=True)

    def bar(
        self, x: Values, height: Values, *, bottom: Values = 0.0, width: float = 0.8,
        color: str = INK, edgecolor: str = "none", linewidth: float = 0.0, alpha: float = 1.0,
        label: str = "",
    ) -> None:  # fmt: skip
        """Draw standing bars around their places."""
        look = (color, edgecolor, linewidth, alpha, label)
        self._bars(x, height, bottom, width, look, lying=False)

    def _bars(
        self, at: Values, sizes: Values, starts: Values, wide: float,
        look: tuple[str, str, float, float, str], *, lying: bool,
    ) -> None:  # fmt: skip
        places, lengths = _values(at), _values(sizes)
        begun = _values(starts) if isinstance(starts, Sequence) else [starts] * len(places)
        for place, length, start in zip(places, lengths, begun, strict=True):
            if not (_is_known(place) and _is_known(length) and _is_known(start)):
                continue
            near, far = place - wide / 2, place + wide / 2
            corners = ((start, near), (start + length, near), (start + length, far), (start, far))
            points = corners if lying else tuple((y, x) for x, y in corners)
            self.bases[0 if lying else 1].add(start)
            self.areas.append(Area(points, *look, 1.0))

    def axhline(
        self, at: float, *, color: str, linewidth: float = 1.0, linestyle: Dash = "-"
    ) -> None:
        """Draw a line from side to side."""
        self.rules.append(Rule(at, False, color, linewidth, _dashed(linestyle, linewidth)))

    def axvline(
        self, at: float, *, color: str, linewidth: float = 1.0, linestyle: Dash = "-"
    ) -> None:
        """Draw a line from bottom to top."""
        self.rules.append(Rule(at, True, color, linewidth, _dashed(linestyle, linewidth)))

    def annotate(
        self, text: str, xy: tuple[float, float], *, xycoords: str | tuple[str, str] = "data",
        xytext: tuple[float, float] = (0, 0), ha: str = "left", va: str = "baseline",
        fontsize: float = TEXT_SIZE, color: str = INK, bold: bool = False, ground: float = 0.0,
        within: float | None = None,
    ) -> None:  # fmt: skip
        """Write text beside a point, ``xytext`` points from it.

        ``ground`` is the room of a pale ground around it, none at 0; of ``xycoords``, "axes
        fraction" is a share of the panel. Without room for it ``within`` a length along the
        panel it is left out.
        """
        given = (xycoords, xycoords) if isinstance(xycoords, str) else xycoords
        shares = (given[0] == "axes fraction", given[1] == "axes fraction")
        self.texts.append(
            Words(text, xy, shares, xytext, ha, va, fontsize, color, bold, ground, within)
        )

    def set_title(
        self, text: str, *, fontsize: float = TEXT_SIZE, color: str = INK, bold: bool = False
    ) -> None:
        """Head the panel, from its left side."""
        self.title = Words(text, (0, 1), (True, True), (0, 6), "left", "bottom", fontsize, color,
                           bold, 0.0)  # fmt: skip

    def set_xlabel(self, text: str) -> None:
        """Write below the panel what lies along it."""
        self.labels["x"] = text

    def set_ylabel(self, text: str) -> None:
        """Write above the upright axis what it measures."""
        self.labels["y"] = text

    def set_xlim(self, low: float, high: float) -> None:
        """Tell what lies at the left and right side."""
        self.x.limits = (low, high)

    def set_ylim(self, low: float, high: float) -> None:
        """Tell what lies at the bottom and the top."""
        self.y.limits = (low, high)

    def get_ylim(self) -> tuple[float, float]:
        """Return what lies at the bottom and the top."""
        return self.spans()[1]

    def margins(self, *, x: float) -> None:
        """Tell the room at both sides, as a share of what the values span."""
        self.x.margin = x

    def set_xticks(self, at: Sequence[float], labels: Sequence[str]) -> None:
        """Mark these places along the bottom."""
        self.x.marks = list(zip(at, labels, strict=True))

    def set_yticks(self, at: Sequence[float], labels: Sequence[str]) -> None:
        """Mark these places along the left side."""
        self.y.marks = list(zip(at, labels, strict=True))

    def grid(self, *, visible: bool, axis: str) -> None:
        """Draw pale lines at the marks of an axis, or none."""
        (self.x if axis == "x" else self.y).grid = visible

    def tick_params(self, *, labelsize: float, axis: str = "both") -> None:
        """Tell how large the marks are written."""
        for one, name in ((self.x, "x"), (self.y, "y")):
            if axis in (name, "both"):
                one.size = labelsize

    def set_visible(self, visible: bool) -> None:
        """Leave the panel empty, or not."""
        self.visible = visible

    def spans(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return what the axes span."""
        points = [one for line in self.lines for one in line.points if one is not None]
        points += [one for area in self.areas for one in area.points]
        ruled = [[one.at for one in self.rules if one.upright is up] for up in (True, False)]
        return (
            self.x.told([x for x, _ in points] + ruled[0], self.bases[0]),
            self.y.told([y for _, y in points] + ruled[1], self.bases[1]),
        )


@dataclass(frozen=True)
class Legend:
    """What the signs of a drawing mean: above or below it, ``ncols`` names to a line."""

    above: bool
    ncols: int
    size: float


@dataclass
class Figure:
    """A drawing: its size in inches, and its panels row by row."""

    width: float
    height: float
    columns: int
    axes: list[Axes]
    legends: list[Legend] = field(default_factory=list)
    labels: dict[str, Words] = field(default_factory=dict)

    def legend(self, *, above: bool = False, ncols: int = 1, fontsize: float = TEXT_SIZE) -> None:
        """Name what is drawn, once for all panels."""
        self.legends.append(Legend(above, ncols, fontsize))

    def supxlabel(self, text: str, *, fontsize: float = TEXT_SIZE) -> None:
        """Write below all panels what lies along them."""
        self.labels["x"] = Words(text, (0.5, 0), (True, True), (0, 0), "center", "bottom",
                                 fontsize, INK, False, 0.0)  # fmt: skip

    def supylabel(self, text: str, *, fontsize: float = TEXT_SIZE) -> None:
        """Write beside all panels, upright, what they measure."""
        self.labels["y"] = Words(text, (0, 0.5), (True, True), (0, 0), "center", "baseline",
                                 fontsize, INK, False, 0.0)  # fmt: skip

    def named(self) -> dict[str, Line | Area]:
        """Return what has a name, the first of each."""
        found: dict[str, Line | Area] = {}
        for axes in self.axes:
            parts: list[Line | Area] = [*axes.areas, *axes.lines]
            for one in parts:
                if one.label and not one.label.startswith("_"):
                    found.setdefault(one.label, one)
        return found


def multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step from low to high, both with them."""
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [step * place for place in range(first, last + 1)]


def height_of(text: str, size: float) -> float:
    """Return the height of lines of text, in points."""
    return size * LINE * (text.count("\n") + 1)


def _values(given: Values) -> Sequence[float]:
    return given if isinstance(given, Sequence) else [given]  # type: ignore[return-value]


def _is_known(value: float | None) -> bool:
    return value is not None and not isnan(value)


def _dashed(style: Dash, linewidth: float) -> tuple[float, ...] | None:
    """Return the lengths of line and gap in points, nothing for a whole line, None for no line."""
    lengths = DASHES[style] if isinstance(style, str) else style[1]
    return None if lengths is None else tuple(linewidth * one for one in lengths)
