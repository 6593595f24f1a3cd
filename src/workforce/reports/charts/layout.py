"""Where the parts of a drawing stand: text is measured, and the panels share the room that is left.

Lengths are points, from the upper left corner down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workforce.reports.charts.letters import fitted, width_of
from workforce.reports.charts.panels import (
    INK,
    TEXT_SIZE,
    Area,
    Axes,
    Axis,
    Figure,
    Legend,
    Line,
    Words,
    height_of,
)

POINTS = 72.0
EDGE = 3.0  # Room at the edges of the drawing.
BETWEEN = (12.0, 10.0)  # Room between panels beside and below each other.
MARK, UNDER = 3.5, 5.0  # Room between a panel and its marks, beside and below it.
LOW = 40.0  # A panel is at least as high as this, and the drawing grows with it.
NARROWEST = 0.2  # A panel is at least as wide as this share of what it has,
MARKS = 0.6  # and the names of its rows at most as this.
ABOVE = 9.0  # Room between a panel and what its upright axis measures.
BELOW = 4.0  # Room between marks and what they measure.
HANDLE, APART, ROWS = 2.2, 0.8, 0.4  # Of a legend: sign, room beside it and below it, in letters.
COLUMNS = 2.0  # Room between the columns of a legend, in letters.


@dataclass(frozen=True)
class Written:
    """Lines of text around a point; turned, they read upwards."""

    words: Words
    x: float
    y: float
    turned: bool = False


@dataclass(frozen=True)
class Panel:
    """A panel with its place, what its axes span, and their marks."""

    axes: Axes
    left: float
    top: float
    width: float
    height: float
    spans: tuple[tuple[float, float], tuple[float, float]]
    marks: tuple[list[tuple[float, str]], list[tuple[float, str]]]

    def x(self, value: float) -> float:
        """Return where a value lies along the panel."""
        return self.left + self.width * share_of(value, self.spans[0])

    def y(self, value: float) -> float:
        """Return where a value lies from the top."""
        return self.top + self.height * (1 - share_of(value, self.spans[1]))


@dataclass(frozen=True)
class Sign:
    """What a name in the legend is drawn as, and where."""

    of: Line | Area
    x: float
    y: float
    width: float
    size: float


@dataclass(frozen=True)
class Layout:
    """A drawing with the places of all that is in it."""

    width: float
    height: float
    panels: tuple[Panel, ...]
    texts: tuple[Written, ...]
    signs: tuple[Sign, ...]


def share_of(value: float, span: tuple[float, float]) -> float:
    """Return how far along what an axis spans a value lies."""
    return (value - span[0]) / ((span[1] - span[0]) or 1.0)


def lay_out(figure: Figure) -> Layout:
    """Give each part of a drawing its place.

    Parameters
    ----------
    figure
        The drawing.

    Returns
    -------
    Layout
        As wide as the drawing is told, and as high unless its panels have no room.
    """
    width, rows = figure.width * POINTS, -(-len(figure.axes) // figure.columns)
    used = [i // figure.columns + 1 for i, one in enumerate(figure.axes) if one.visible]
    height = figure.height * POINTS * max(used, default=rows) / rows  # Rows with a panel.
    texts: list[Written] = []
    signs: list[Sign] = []
    left, top, foot = EDGE, EDGE, EDGE
    for legend in figure.legends:
        entries, high = _legend(figure, legend, width)
        (foot, top) = (foot, top + high) if legend.above else (foot + high, top)
        base = top - high if legend.above else -foot
        signs += [replace(one, y=one.y + base) for one, _ in entries]
        texts += [replace(one, y=one.y + base) for _, one in entries]
    if "x" in figure.labels:
        given = figure.labels["x"]
        given = replace(given, text=fitted(given.text, given.size, width - 2 * EDGE))
        texts.append(Written(given, width / 2, -foot))
        foot += height_of(given.text, given.size) + BELOW
    if "y" in figure.labels:
        given = figure.labels["y"]
        upright = replace(given, text=fitted(given.text, given.size, height - top - foot))
        left += height_of(upright.text, given.size) + BELOW
    panels, own, height = _grid(figure, width, height, (left, top, foot))
    # What stands below was placed from the foot, which is known now.
    texts = [one if one.y > 0 else replace(one, y=one.y + height) for one in texts]
    signs = [one if one.y > 0 else replace(one, y=one.y + height) for one in signs]
    if "y" in figure.labels and panels:
        half = width_of(upright.text, upright.size) / 2
        middle = (panels[0].top + max(one.top + one.height for one in panels)) / 2
        middle = min(max(middle, top + half), height - foot - half)
        texts.append(Written(upright, EDGE + upright.size, middle, turned=True))
    return Layout(width, height, tuple(panels), (*own, *texts), tuple(signs))


def _grid(
    figure: Figure, width: float, height: float, edges: tuple[float, float, float]
) -> tuple[list[Panel], list[Written], float]:
    """Place the panels, all of one size, and what is written around them."""
    left, top, foot = edges
    columns = figure.columns
    shown = {}
    for i, axes in enumerate(figure.axes):
        if axes.visible:
            x, y = axes.spans()
            names = [(at, fitted(name, axes.y.size, MARKS * width / columns))
                     for at, name in axes.y.marked(y)]  # fmt: skip
            shown[i] = Panel(axes, 0, 0, 0, 0, (x, y), (axes.x.marked(x), names))
    if not shown:
        return [], [], height
    deep = max(shown) // columns + 1
    room = width - left - EDGE - BETWEEN[0] * (columns - 1)
    across = [[i for i in shown if i % columns == column] for column in range(columns)]
    beside, wide = _share(shown, 0, across, room, [0.0] * columns)
    # A heading ends before that of the next panel, or at the edge.
    ends = [after[0] + BETWEEN[0] - APART * TEXT_SIZE for after in beside[1:]] + [0.0]
    broad = [wide + own[1] + more for own, more in zip(beside, ends, strict=True)]
    rows = [[i for i in shown if i // columns == row] for row in range(deep)]
    heads = [max(_head(shown[i], broad[i % columns]) for i in row) for row in rows]
    room = height - top - foot - BETWEEN[1] * (deep - 1)
    around, high = _share(shown, 1, rows, room, heads)
    height += high * deep + sum(map(sum, around)) - room
    panels, texts = [], []
    for i, one in shown.items():
        row, column = divmod(i, columns)
        start = left + sum(map(sum, beside[:column])) + beside[column][0]
        above = top + sum(map(sum, around[:row])) + around[row][1]
        start, above = start + column * (wide + BETWEEN[0]), above + row * (high + BETWEEN[1])
        placed = replace(one, left=start, top=above, width=wide, height=high)
        panels.append(placed)
        texts += _around(placed, width, broad[column])
    return panels, texts, height


def _share(
    shown: dict[int, Panel], which: int, lines: list[list[int]], room: float, heads: list[float]
) -> tuple[list[tuple[float, float]], float]:
    """Share the room between panels beside (0) or below (1) each other, and what reaches out.

    Returns
    -------
    around, size
        Room before and after the panels of each line, and the size of every panel; ``shown`` keeps
        the marks that have room.
    """
    fewest = (NARROWEST * room / len(lines), LOW)[which]
    size = room / len(lines)
    for _ in range(6):  # How far text reaches beyond a panel depends on how large that is.
        shown |= {i: _thinned(one, which, size) for i, one in shown.items()}
        reach = {i: _reach(one, which, size) for i, one in shown.items()}
        around = [
            (
                max((reach[i][0] for i in line), default=0.0),
                max([head, *(reach[i][1] for i in line)]),
            )
            for line, head in zip(lines, heads, strict=True)
        ]
        now = max((room - sum(map(sum, around))) / len(lines), fewest)
        if abs(now - size) < 0.05:
            break
        size = now
    return around, size


def _thinned(panel: Panel, which: int, size: float) -> Panel:
    """Give fewer marks to an axis where they would lie on one another."""
    axis, span, found = (panel.axes.x, panel.axes.y)[which], panel.spans[which], panel.marks[which]
    for bins in range(axis.bins - 1, 1, -1):
        if axis.marks is not None or not _is_crowded(found, axis, which, size, span):
            break
        found = axis.marked(span, bins)
    return replace(panel, marks=(panel.marks[0], found) if which else (found, panel.marks[1]))


def _is_crowded(
    marks: list[tuple[float, str]], axis: Axis, which: int, size: float, span: tuple[float, float]
) -> bool:
    """Tell whether two marks beside each other have no room between them."""
    needed = [height_of(one, axis.size) if which else width_of(one, axis.size) for _, one in marks]
    places = [size * share_of(at, span) for at, _ in marks]
    gap = 0.0 if which else 0.5 * axis.size
    return any(
        abs(places[i + 1] - places[i]) < (needed[i] + needed[i + 1]) / 2 + gap
        for i in range(len(marks) - 1)
    )


def _reach(panel: Panel, which: int, size: float) -> tuple[float, float]:
    """Return how far text reaches beyond a panel of a size: left and right (0), down and up (1)."""
    axes = panel.axes
    axis = (axes.x, axes.y)[which]
    before, after = (0.0, 0.0)
    for one in axes.texts:
        share = one.at[which] if one.shares[which] else share_of(one.at[which], panel.spans[which])
        low, high = one.reach(which)
        before = max(before, -(share * size + low))
        after = max(after, (share - 1) * size + high)
    for at, label in panel.marks[which]:
        half = (height_of(label, axis.size) if which else width_of(label, axis.size)) / 2
        share = share_of(at, panel.spans[which])
        before = max(before, half - share * size)
        after = max(after, half + (share - 1) * size)
    return max(before, _marks_room(panel, 1 - which)), after


def _marks_room(panel: Panel, which: int) -> float:
    """Return the room for the marks of an axis and what they measure: below (0), left (1)."""
    axes = panel.axes
    axis, labels = (axes.x, axes.y)[which], [label for _, label in panel.marks[which]]
    if which:
        return MARK + max(width_of(one, axis.size) for one in labels) if labels else 0.0
    room = UNDER + max(height_of(one, axis.size) for one in labels) if labels else 0.0
    named = axes.labels.get("x", "")
    return room + BELOW + height_of(named, TEXT_SIZE) if named else room


def _head(panel: Panel, room: float) -> float:
    """Return the room for what stands above a panel."""
    title, named = panel.axes.title, panel.axes.labels.get("y", "")
    if title is not None:
        return title.shift[1] + height_of(_fit(title, room).text, title.size)
    return ABOVE + height_of(named, TEXT_SIZE) if named else 0.0


def _fit(words: Words, room: float) -> Words:
    return replace(words, text=fitted(words.text, words.size, room, bold=words.bold))


def _around(panel: Panel, width: float, title_room: float) -> list[Written]:
    """Write the marks of a panel, its heading, what its axes measure, and what is in it."""
    axes, low = panel.axes, panel.top + panel.height
    found = [_plain(label, axes.x, panel.x(at), low + UNDER, "center", "top")
             for at, label in panel.marks[0]]  # fmt: skip
    found += [_plain(label, axes.y, panel.left - MARK, panel.y(at), "right", "center")
              for at, label in panel.marks[1]]  # fmt: skip
    if named := axes.labels.get("x", ""):
        room = max((height_of(label, axes.x.size) for _, label in panel.marks[0]), default=0.0)
        middle, half = panel.left + panel.width / 2, width_of(named, TEXT_SIZE) / 2
        middle = min(max(middle, EDGE + half), width - EDGE - half)
        y = low + UNDER + room + BELOW
        found.append(_plain(named, Axis(TEXT_SIZE, grid=False), middle, y, "center", "top"))
    if named := axes.labels.get("y", ""):
        x = min(panel.left, width - EDGE - width_of(named, TEXT_SIZE))
        y = panel.top - ABOVE
        found.append(_plain(named, Axis(TEXT_SIZE, grid=False), max(x, EDGE), y, "left", "bottom"))
    words = axes.texts if axes.title is None else [_fit(axes.title, title_room), *axes.texts]
    unit = panel.width / abs(panel.spans[0][1] - panel.spans[0][0])
    for one in words:
        broad = width_of(one.text, one.size, one.bold) + 2 * one.ground
        if one.within is not None and broad > one.within * unit:
            continue
        across, up = one.at
        x = panel.left + panel.width * across if one.shares[0] else panel.x(across)
        y = panel.top + panel.height * (1 - up) if one.shares[1] else panel.y(up)
        found.append(Written(one, x + one.shift[0], y - one.shift[1]))
    return found


def _plain(text: str, axis: Axis, x: float, y: float, ha: str, va: str) -> Written:
    words = Words(text, (0, 0), (True, True), (0, 0), ha, va, axis.size, INK, False, 0.0)
    return Written(words, x, y)


def _legend(
    figure: Figure, legend: Legend, width: float
) -> tuple[list[tuple[Sign, Written]], float]:
    """Place the names of what is drawn, from the top of the legend, and return its height too."""
    named, size = figure.named(), legend.size
    sign = (HANDLE + APART) * size
    for columns in range(legend.ncols, 0, -1):
        names = list(named)
        if columns == 1:
            names = [fitted(one, size, width - 2 * EDGE - sign) for one in names]
        deep = max(1, -(-len(names) // columns))
        broad = [sign + max((width_of(one, size) for one in names[i : i + deep]), default=0.0)
                 for i in range(0, max(len(names), 1), deep)]  # fmt: skip
        whole = sum(broad) + COLUMNS * size * (len(broad) - 1)
        if whole <= width - 2 * EDGE:
            break
    heights = [max((height_of(one, size) for one in names[row::deep]), default=0.0)
               for row in range(deep)]  # fmt: skip
    found = []
    start = EDGE if legend.above else (width - whole) / 2
    for i, (name, parts) in enumerate(zip(names, named.values(), strict=True)):
        column, row = divmod(i, deep)
        x = start + sum(broad[:column]) + COLUMNS * size * column
        y = APART * size + sum(heights[:row]) + ROWS * size * row + heights[row] / 2
        words = Words(name, (0, 0), (True, True), (0, 0), "left", "center", size, INK, False, 0.0)
        found.append((Sign(parts, x, y, HANDLE * size, size), Written(words, x + sign, y)))
    return found, APART * size + sum(heights) + ROWS * size * deep
