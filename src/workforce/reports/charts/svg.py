"""A drawing as SVG within a page: its text is text in the page's font, its ids are its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from html import escape

from workforce.reports.charts.layout import Panel, Sign, Written, lay_out
from workforce.reports.charts.letters import LINE, width_of
from workforce.reports.charts.panels import GREY, INK, PALE, Area, Figure, Line, Rule, height_of

CAPITAL = 0.73  # Height of a capital, as a share of the size of its letters.
DESCENT = 0.22  # How far letters reach below their line, as such a share.
MARKERS = {
    "s": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "D": ((0.0, -0.7), (0.7, 0.0), (0.0, 0.7), (-0.7, 0.0)),
    "^": ((0.0, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "v": ((0.0, 0.5), (0.5, -0.5), (-0.5, -0.5)),
    "|": ((0.0, -0.5), (0.0, 0.5)),
    "_": ((-0.5, 0.0), (0.5, 0.0)),
}
"""Corners of markers, in their sizes; that of two is a stroke."""


def inline_svg(figure: Figure, *, alt: str, kind: str, hidden: bool = False) -> str:
    """Write a drawing as an SVG element that stands in a page.

    Parameters
    ----------
    figure
        The drawing.
    alt
        What it tells, in words.
    kind
        Class of the element, and with ``alt`` what makes its ids unlike those of others.
    hidden
        Whether it is not shown, unless a style sheet says so.

    Returns
    -------
    str
        The same for the same drawing; lengths to a tenth of a point.
    """
    laid = lay_out(figure)
    mark = hashlib.sha256(f"{kind} {alt}".encode()).hexdigest()[:10]
    body = [_panel(one, f"p{mark}{i}") for i, one in enumerate(laid.panels)]
    body += [_sign(one) for one in laid.signs]
    body += [_text(one) for one in laid.texts]
    unseen = ' style="display:none"' if hidden else ""
    box = f"0 0 {_short(laid.width)} {_short(laid.height)}"
    return (
        f'<svg class="{kind}"{unseen} viewBox="{box}" role="img" aria-label="{escape(alt)}" '
        f'stroke-linejoin="round" fill="{INK}">{"".join(body)}</svg>'
    )


def _panel(panel: Panel, name: str) -> str:
    """Write what is drawn in a panel: its grid, what lies lowest first, and its lower edge."""
    axes = panel.axes
    low, right = panel.top + panel.height, panel.left + panel.width
    pale = [_stroke([(panel.x(at), panel.top), (panel.x(at), low)], PALE, 0.8)
            for at, _ in panel.marks[0] if axes.x.grid]  # fmt: skip
    pale += [_stroke([(panel.left, panel.y(at)), (right, panel.y(at))], PALE, 0.8)
             for at, _ in panel.marks[1] if axes.y.grid]  # fmt: skip
    parts: list[Area | Rule | Line] = [*axes.areas, *axes.rules, *axes.lines]
    drawn = "".join(_part(one, panel) for one in sorted(parts, key=lambda one: one.zorder))
    if _reaches_out(panel):
        box = (f'x="{_short(panel.left)}" y="{_short(panel.top)}" width="{_short(panel.width)}" '
               f'height="{_short(panel.height)}"')  # fmt: skip
        drawn = (
            f'<defs><clipPath id="{name}"><rect {box}/></clipPath></defs>'
            f'<g clip-path="url(#{name})">{drawn}</g>'
        )
    edge = _stroke([(panel.left, low), (right, low)], GREY, 0.8)
    return "".join(pale) + drawn + edge


def _reaches_out(panel: Panel) -> bool:
    """Tell whether a line or an area goes beyond the panel."""
    axes = panel.axes
    points = [one for line in axes.lines for one in line.points if one is not None]
    points += [one for area in axes.areas for one in area.points]
    limits = [sorted(one) for one in panel.spans]
    room = [1e-9 * (high - low) for low, high in limits]
    return any(
        not low - slack <= value <= high + slack
        for point in points
        for value, (low, high), slack in zip(point, limits, room, strict=True)
    )


def _part(part: Area | Line | Rule, panel: Panel) -> str:
    """Write an area, a line with its markers, or a line across the panel."""
    if isinstance(part, Area):
        return _polygon([(panel.x(x), panel.y(y)) for x, y in part.points], part)
    if isinstance(part, Rule):
        low, right = panel.top + panel.height, panel.left + panel.width
        ends = (
            [(panel.x(part.at), panel.top), (panel.x(part.at), low)]
            if part.upright
            else [(panel.left, panel.y(part.at)), (right, panel.y(part.at))]
        )
        return _stroke(ends, part.color, part.linewidth, part.dash)
    points = [None if one is None else (panel.x(one[0]), panel.y(one[1])) for one in part.points]
    line = _stroke(points, part.color, part.linewidth, part.dash, part.alpha)
    return line + "".join(_marker(one, part) for one in points if one is not None)


def _sign(sign: Sign) -> str:
    """Write the sign before a name of the legend."""
    part, half = sign.of, 0.36 * sign.size
    left, right = sign.x, sign.x + sign.width
    if isinstance(part, Area):
        low, high = sign.y + half, sign.y - half
        return _polygon([(left, high), (right, high), (right, low), (left, low)], part)
    line = _stroke([(left, sign.y), (right, sign.y)], part.color, part.linewidth, part.dash)
    return line + _marker(((left + right) / 2, sign.y), part)


def _polygon(points: Iterable[tuple[float, float]], area: Area) -> str:
    look = f' fill="{area.facecolor}"'
    if area.alpha != 1:
        look += f' fill-opacity="{area.alpha:g}"'
    if area.linewidth and area.edgecolor != "none":
        look += f' stroke="{area.edgecolor}" stroke-width="{area.linewidth:g}"'
    return f'<path d="M{_places(points)}z"{look}/>'


def _stroke(
    points: Iterable[tuple[float, float] | None], color: str, width: float,
    dash: tuple[float, ...] | None = (), alpha: float = 1.0,
) -> str:  # fmt: skip
    """Write a line through points, parted where there is none."""
    if dash is None:
        return ""
    runs: list[list[tuple[float, float]]] = [[]]
    for one in points:
        if one is None:
            runs.append([])
        else:
            runs[-1].append(one)
    path = "".join(f"M{_places(one)}" for one in runs if len(one) > 1)
    if not path:
        return ""
    look = f' stroke="{color}" stroke-width="{width:g}"'
    if dash:
        look += f' stroke-dasharray="{",".join(f"{one:.4g}" for one in dash)}"'
    if alpha != 1:
        look += f' stroke-opacity="{alpha:g}"'
    return f'<path d="{path}" fill="none"{look}/>'


def _marker(at: tuple[float, float], line: Line) -> str:
    """Write the marker of a line at a point."""
    if not line.marker:
        return ""
    look = f' stroke="{line.markeredgecolor}" stroke-width="{line.markeredgewidth:g}"'
    x, y = at
    if line.marker == "o":
        place = f'cx="{_short(x)}" cy="{_short(y)}" r="{_short(line.markersize / 2)}"'
        return f'<circle {place} fill="{line.markerfacecolor}"{look}/>'
    corners = MARKERS[line.marker]
    path = _places((x + line.markersize * dx, y + line.markersize * dy) for dx, dy in corners)
    closed = "" if len(corners) == 2 else "z"
    return f'<path d="M{path}{closed}" fill="{line.markerfacecolor}"{look}/>'


def _text(written: Written) -> str:
    """Write text line by line, on its pale ground where it has one."""
    words, x, y = written.words, written.x, written.y
    lines, size = words.text.split("\n"), words.size
    high = LINE * size
    if words.va == "top":
        y += CAPITAL * size + (LINE - CAPITAL - DESCENT) / 2 * size
    elif words.va == "center":
        y += CAPITAL * size / 2 - high * (len(lines) - 1) / 2
    elif not written.turned:
        y -= high * (len(lines) - 1) + (DESCENT * size if words.va == "bottom" else 0.0)
    anchor = {"left": "", "center": "middle", "right": "end"}[words.ha]
    look = f' font-size="{size:g}"'
    look += f' text-anchor="{anchor}"' if anchor else ""
    look += ' font-weight="bold"' if words.bold else ""
    look += f' fill="{words.color}"' if words.color != INK else ""
    if written.turned:  # Its lines stand beside each other.
        return "".join(
            f'<text x="{_short(x + high * i)}" y="{_short(y)}"{look} transform="rotate(-90 '
            f'{_short(x + high * i)} {_short(y)})">{escape(line, quote=False)}</text>'
            for i, line in enumerate(lines)
        )
    ground = _ground(written, y) if words.ground else ""
    return ground + "".join(
        f'<text x="{_short(x)}" y="{_short(y + high * i)}"{look}>{escape(line, quote=False)}</text>'
        for i, line in enumerate(lines)
        if line
    )


def _ground(written: Written, baseline: float) -> str:
    """Write the pale ground of a text whose first line stands at a height."""
    words = written.words
    wide = width_of(words.text, words.size, words.bold) + 2 * words.ground
    high = height_of(words.text, words.size) - (LINE - CAPITAL - DESCENT) * words.size
    left = (
        written.x
        - words.ground
        - {"left": 0, "center": 0.5, "right": 1}[words.ha] * (wide - 2 * words.ground)
    )
    top = baseline - CAPITAL * words.size - words.ground
    box = (f'x="{_short(left)}" y="{_short(top)}" width="{_short(wide)}" '
           f'height="{_short(high + 2 * words.ground)}"')  # fmt: skip
    return f'<rect {box} fill="#fff" fill-opacity=".85"/>'


def _places(points: Iterable[tuple[float, float]]) -> str:
    """Write points of a path."""
    return "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def _short(length: float) -> str:
    """Write a length to a tenth."""
    return f"{round(length, 1) + 0.0:.10g}"
