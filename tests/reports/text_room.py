"""The room that text takes in a drawing: what leaves it, and what lies on something else."""

import re
from html import unescape
from itertools import combinations

from workforce.reports.charts.letters import width_of

Box = tuple[float, float, float, float]


def boxes(drawn: str) -> dict[str, Box]:
    """The room of each line of text: left, top, right and bottom."""
    found = {}
    for look, words in re.findall(r"<text ([^>]*)>([^<]*)</text>", drawn):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', look))
        x, y, size = (float(told[name]) for name in ("x", "y", "font-size"))
        wide = width_of(unescape(words), size, "font-weight" in told)
        left = x - {"middle": 0.5, "end": 1}.get(told.get("text-anchor", ""), 0) * wide
        box = (left, y - 0.73 * size, left + wide, y + 0.2 * size)
        if "transform" in told:
            box = (x - 0.73 * size, y - wide / 2, x + 0.2 * size, y + wide / 2)
        found[f"{words} {x} {y}"] = box
    return found


def told_wrong(drawn: str) -> list[str]:
    """What leaves the drawing or lies on something else, in words."""
    wide, high = (float(one) for one in re.findall(r'viewBox="0 0 (\S+) (\S+)"', drawn)[0])
    room = boxes(drawn)
    outside = [
        name
        for name, (left, top, right, low) in room.items()
        if left < -0.2 or top < -0.2 or right > wide + 0.2 or low > high + 0.2
    ]
    over = [
        f"{one} on {other}"
        for (one, a), (other, b) in combinations(room.items(), 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]
    return outside + over
