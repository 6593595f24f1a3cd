"""How charts look: palette, canvas, axes, interval bands and direct labels that do not collide."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from statistics import fmean
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import TYPE_CHECKING, Any

from workforce.texts.catalogue import Texts, number, percent, whole_dates, whole_intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Every colour has a contrast of at least 4.5:1 on white, and the order stays apart for the
# common colour-vision deficiencies (blue, orange, green-blue, purple, grey).
BLUE = "#1d4f7c"
ORANGE = "#b35a12"
TEAL = "#12756b"
PURPLE = "#76407f"
GREY = "#59656e"
INK = "#1f2933"
PALE = "#d3dbe2"
# Parts that meet in a bar differ in lightness, and stand in the order of their names below it.
FILLS = (BLUE, "#3f9c90", "#4a2354", "#aab4bb", ORANGE)

WIDTH = 7.6  # inches; the page shows it at most 768 pixels wide
NARROW_WIDTH = 4.1  # inches; the same text is read on a phone
TALLER = 1.2  # A narrow drawing, whose names take more lines, as a share of a wide one.
TEXT_SIZE = 11.0
LINE = 15.0
"""Room of a line of such text. [points]"""
POINTS = 72.0
_NARROW: ContextVar[bool] = ContextVar("narrow", default=False)
_STYLED: ContextVar[bool] = ContextVar("styled", default=False)
USUAL = {(1, 1): 18, (1, 3): 1, (2, 2): 2, (3, 3): 1, (5, 2): 1, (4, 1): 2, (3, 2): 2, (6, 1): 2}
"""Rows and columns of drawings, and how many of them a page may have."""
USUAL_MARKS, USUAL_ROWS = 6, 10
"""Marks that an axis has as a rule, and the upright one of a single panel."""
_AHEAD: dict[tuple[int, int], list[Figure]] = {}


@dataclass(frozen=True)
class Pen:
    """Colour, line and marker that belong together, so that no series leans on colour alone."""

    colour: str
    line: str
    marker: str


PENS = (
    Pen(BLUE, "-", "o"),
    Pen(ORANGE, "--", "s"),
    Pen(TEAL, "-.", "^"),
    Pen(PURPLE, ":", "D"),
    Pen(GREY, (0, (6, 1.5, 1, 1.5, 1, 1.5)), "v"),  # type: ignore[arg-type]
)


@contextmanager
def own_style() -> Iterator[None]:
    """Draw as is usual with matplotlib, whatever a file of settings or the session says.

    Within it a name with $ is no mathematics, a letter that no font has is an empty box without a
    warning, and what matplotlib notes about fonts and files is kept from the page. A chart is drawn
    within it. Within itself it changes nothing.
    """
    if _STYLED.get():
        yield
        return
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        _import_matplotlib()
        from matplotlib import rc_context, rcdefaults, rcParams

        with rc_context(), warnings.catch_warnings():
            rcdefaults()
            rcParams["text.parse_math"] = False
            rcParams["axes.titley"] = 1.0  # Its place is told, not looked for.
            warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
            before = _STYLED.set(True)
            try:
                yield
            finally:
                _STYLED.reset(before)
    finally:
        log.setLevel(level)


@contextmanager
def narrow() -> Iterator[None]:
    """Draw for a screen of about 350 pixels: fewer panels beside each other, shorter lines."""
    before = _NARROW.set(True)
    try:
        yield
    finally:
        _NARROW.reset(before)


def _import_matplotlib() -> None:
    """Import it from an empty folder: it reads a file of settings from the one at work in."""
    if "matplotlib" in sys.modules:
        return
    with TemporaryDirectory() as empty, chdir(empty):
        import_module("matplotlib.figure")


def canvas(height: float, *, rows: int = 1, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Open an empty drawing, without pyplot's global state.

    ``height`` is in inches. The panels come row by row; one more than asked for may end a narrow
    drawing.
    """
    width = WIDTH
    if _NARROW.get():
        width, beside = NARROW_WIDTH, columns if columns == 1 else columns - 1
        deeper = -(-rows * columns // beside)
        height *= TALLER * deeper / rows if columns == 1 else deeper / rows
        rows, columns = deeper, beside
    ahead = _AHEAD.get((rows, columns))
    figure = ahead.pop() if ahead else _empty(rows, columns)
    figure.set_size_inches(width, height)
    return figure, [*figure.axes]


def _empty(rows: int, columns: int) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure()
    for row in figure.subplots(rows, columns, squeeze=False):
        for axes in row:
            _calm(axes)
    return figure


def make_ahead() -> None:
    """Make empty drawings, for the pages of those who are forked from this process."""
    for grid, count in USUAL.items():
        _AHEAD[grid] = [_empty(*grid) for _ in range(count)]
        for axes in (axes for figure in _AHEAD[grid] for axes in figure.axes):
            axes.xaxis.get_major_ticks(USUAL_MARKS)
            axes.yaxis.get_major_ticks(USUAL_ROWS if grid == (1, 1) else USUAL_MARKS)


def label_axes(axes: Axes, *, x: str = "", y: str = "") -> None:
    """Write what the axes measure; the upright axis is labelled lying, above its top end."""
    axes.set_xlabel(wrap(x, 50), fontsize=TEXT_SIZE, color=INK)
    if y:
        axes.annotate(
            wrap(y, 60),
            xy=(0, 1),
            xycoords="axes fraction",
            xytext=(0, 9),
            textcoords="offset points",
            ha="left",
            va="bottom",
            fontsize=TEXT_SIZE,
            color=INK,
        )


def number_axis(
    axes: Axes,
    texts: Texts,
    *,
    which: str = "y",
    share: bool = False,
    mirrored: bool = False,
    bins: int = 6,
) -> None:
    """Write the numbers of an axis the way the language does, none of them rounded away.

    ``mirrored`` leaves out the minus, as on the left side of a pyramid; ``bins`` is most marks.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def write(value: float, _: int | None = None) -> str:
        value = abs(value) if mirrored else value
        shown = 100 * value if share else value
        decimals = 0 if abs(shown - round(shown)) < 1e-6 else 1
        return (percent if share else number)(value, texts, decimals=decimals)

    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(
        MaxNLocator(
            nbins=bins if which == "y" else beside(bins, bins // 2), steps=[1, 2, 2.5, 5, 10]
        )
    )
    axis.set_major_formatter(FuncFormatter(write))


def year_axis(axes: Axes, years: Sequence[int]) -> None:
    """Mark whole years at even steps from the first to the last, seven marks at most."""
    first, last = years[0], years[-1]
    span = last - first
    even = [step for step in range(1, span + 1) if span % step == 0 and span // step <= 6]
    # A prime span has no even steps; the mark before the last then gives way to it.
    step = even[0] if even and span // even[0] >= 3 else max(1, -(-span // 6))
    marks = [year for year in range(first, last, step) if last - year >= step]
    axes.set_xticks([*marks, last], [str(year) for year in [*marks, last]])


def band(
    axes: Axes, x: Sequence[float], lower: Sequence[float], upper: Sequence[float], pen: Pen
) -> None:
    """Shade an interval, with thin edges that can be told from the paper.

    As with `bar` and `line`, the axes do not look how far it reaches, which takes longer than all
    else: whoever draws tells it, or draws what reaches as far.
    """
    from matplotlib.patches import Polygon

    around = [*zip(x, lower, strict=True), *zip(reversed(x), reversed(upper), strict=True)]
    axes.add_artist(Polygon(around, color=pen.colour, alpha=0.14, linewidth=0))
    for edge in (lower, upper):
        line(axes, x, edge, color=pen.colour, linewidth=0.7, alpha=0.75)


def bar(
    axes: Axes, row: float, length: float, *, height: float, left: float = 0.0, **look: Any
) -> None:
    """Draw a lying bar around the middle of its row."""
    from matplotlib.patches import Rectangle

    axes.add_artist(Rectangle((left, row - height / 2), length, height, **look))


def line(axes: Axes, x: Sequence[float], y: Sequence[float], **look: Any) -> None:
    """Draw a line."""
    from matplotlib.lines import Line2D

    axes.add_artist(Line2D(x, y, **look))


def end_labels(
    axes: Axes,
    x: float,
    labels: Sequence[tuple[float, str, str]],
    *,
    width: int = 18,
    left: bool = False,
) -> None:
    """Name lines at their right end, or the left one, moved apart where they would overlap.

    The limits of the panel are set before; ``labels`` are height, text and colour of each.
    """
    low, high = axes.get_ylim()
    texts = [(height, wrap(text, width), colour) for height, text, colour in labels]
    lines = sum(text.count("\n") + 1 for _, text, _ in texts)
    per_line = min(line_height(axes), 0.9 * (high - low) / max(lines, 1))
    order = sorted(range(len(texts)), key=lambda i: texts[i][0])
    sizes = [(texts[i][1].count("\n") + 1) * per_line for i in order]
    places = spread([texts[i][0] for i in order], sizes, low, high)
    for i, place in zip(order, places, strict=True):
        _, text, colour = texts[i]
        axes.annotate(
            text,
            xy=(x, place),
            xytext=(-7 if left else 7, 0),
            textcoords="offset points",
            va="center",
            ha="right" if left else "left",
            fontsize=TEXT_SIZE,
            color=colour,
            annotation_clip=False,
            linespacing=1.05,
        )


def name_inside(
    axes: Axes, x: float, y: float, text: str, colour: str, *,
    left: bool = False, near: Sequence[float] = (),
) -> None:  # fmt: skip
    """Name a line inside the panel, beside its end to the right or left, on a pale ground.

    Below or above it where one of the heights ``near`` is in the way.
    """
    line, lines = line_height(axes), text.count("\n") + 1
    low, high = axes.get_ylim()

    def is_clear(side: int) -> bool:
        middle, half = y + side * line * (1 + lines) / 2, line * (lines + 0.6) / 2
        inside = low < middle - half and middle + half < high
        return inside and all(abs(one - middle) > half for one in near)

    side = next(filter(is_clear, (0, -1, 1)), 0)
    axes.annotate(
        text,
        xy=(x, y),
        xytext=(-7 if left else 7, 8 * side),
        textcoords="offset points",
        va={-1: "top", 0: "center", 1: "bottom"}[side],
        ha="right" if left else "left",
        fontsize=TEXT_SIZE,
        color=colour,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
    )


def line_height(axes: Axes) -> float:
    """Return the height of a line of text on the axis of a panel."""
    from matplotlib import rcParams

    low, high = axes.get_ylim()
    return (high - low) * LINE * float(rcParams["figure.dpi"]) / (POINTS * axes.bbox.height)


def name_rows(
    axes: Axes, names: Sequence[str], texts: Texts, *,
    x: str, share: bool = False, places: Sequence[float] = (),
) -> None:  # fmt: skip
    """Name rows from the top down, and mark what lies along them.

    They are drawn at whole numbers from 0 where they have no other places.
    """
    axes.set_yticks(places or range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", labelsize=TEXT_SIZE)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.8)
    number_axis(axes, texts, which="x", share=share)
    label_axes(axes, x=x)


def legend_below(figure: Figure) -> None:
    """Name what is drawn below the drawing, two names to a line."""
    drawn = figure.axes[0].get_legend_handles_labels()
    names = [wrap(name, beside(38, 66)) for name in drawn[1]]
    figure.legend(drawn[0], names, loc="outside lower center", ncols=beside(2), frameon=False,
                  fontsize=TEXT_SIZE - 1, handlelength=2.2, handleheight=1.2)  # fmt: skip


def beside(wanted: int, if_narrow: int = 1) -> int:
    """Return how many names stand side by side, by how wide the drawing is."""
    return if_narrow if _NARROW.get() else wanted


def wrap(text: str, width: int = 24) -> str:
    """Break a long name into lines, shorter ones in a narrow drawing; no date and no interval."""
    width = round(width * 0.6) if _NARROW.get() else width
    return fill(whole_intervals(whole_dates(text)), width, break_long_words=False)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move label centres apart, each kept as near its place as the others allow.

    ``wanted`` are in ascending order, ``sizes`` is the room that each label takes, from ``low`` to
    ``high`` is the room there is.
    """
    # Without the room each label takes, the centres need only be in order: the nearest such
    # places are means over pools of labels that crowd (isotonic regression).
    offsets = [sum(sizes[:i]) + (sizes[i] - sizes[0]) / 2 for i in range(len(sizes))]
    pools: list[list[float]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        pools.append([value - offset])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            crowded = pools.pop()
            pools[-1].extend(crowded)
    if not pools:
        return []
    least, most = low + sizes[0] / 2, high - offsets[-1] - sizes[-1] / 2
    bases = [max(min(fmean(pool), most), least) for pool in pools for _ in pool]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]


def _calm(axes: Axes) -> None:
    """Take away the box and keep a pale grid."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.grid(axis="y", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=TEXT_SIZE - 0.5, colors=INK, length=0, left=False,
                     bottom=False)  # fmt: skip
    axes.tick_params(axis="x", pad=5)  # The first of them and the lowest beside it stand apart.
