"""Text keeps its room: none leaves its drawing or lies on another, however long names are."""

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workforce.reports.charts.figures import Estimate
from workforce.reports.charts.letters import fitted, width_of
from workforce.reports.charts.panels import Axis, Figure, multiples
from workforce.reports.charts.shapes import Bar, Bars, Dots, Stacks, drawing
from workforce.reports.charts.style import PENS, canvas, label_axes, narrow, year_axis
from workforce.reports.charts.svg import inline_svg
from workforce.texts.catalogue import load_texts

from .text_room import told_wrong

NB = load_texts("nb")
NAMES = st.lists(
    st.text("abcæøåABC -", min_size=1, max_size=70), min_size=1, max_size=6, unique_by=str.strip
)


def both(draw: Callable[[], Figure]) -> list[str]:
    """What is wrong with a drawing on a wide page and on a phone."""
    wide = inline_svg(draw(), alt="", kind="wide")
    with narrow():
        small = inline_svg(draw(), alt="", kind="narrow")
    return told_wrong(wide) + told_wrong(small)


@settings(max_examples=25, deadline=None)
@given(NAMES, st.floats(-1e6, 1e6), st.booleans())
def test_names_of_any_length_stay_in_the_drawing_and_off_one_another(
    names: list[str], value: float, sign: bool
) -> None:
    assume(all(name.strip() for name in names))
    assume(max(width_of(word, 11) for name in names for word in re.split(r"[ -]", name)) < 120)
    figure = Estimate(value, value - 10, value + 1000, 0.8)
    bars = Bars([Bar(name, figure) for name in names], "Årsverk", PENS[0], PENS[1], sign=sign)
    parts = {"a": ("Under 35 år", "#123456"), "b": (names[0], "#654321")}
    stacks = Stacks({name: {"a": 2.0, "b": 3.0} for name in names}, parts, "Andel", share=True)
    low = Estimate(abs(value), abs(value), abs(value), 0.8)
    dots = Dots(dict.fromkeys(names, (low, low)), (("I dag", PENS[0]), (names[0], PENS[1])),
                "Årsverk", marks=dict.fromkeys(names, "mangler 12"))  # fmt: skip
    for shape in (bars, stacks, dots):
        assert both(drawing(shape, NB)) == []


def test_long_labels_and_headings_take_more_lines_rather_than_leave_the_drawing() -> None:
    label = "Innbyggere på 20–66 år per innbygger på 80 år og over i kommunen og fylket ellers"

    def draw() -> Figure:
        figure, panels = canvas(2.5, columns=2)
        for axes in panels:
            axes.plot([2026, 2036], [1.0, 2.0])
            axes.set_title(label, bold=True)
            year_axis(axes, [2026, 2036])
        figure.supylabel(label)
        figure.supxlabel(label * 2)
        return figure

    def one() -> Figure:
        figure, (axes,) = canvas(2.5)
        axes.plot([2026, 2036], [1.0, 2.0])
        label_axes(axes, x=label, y=label)
        return figure

    assert both(draw) == []
    assert both(one) == []


def test_a_row_without_a_panel_takes_no_room() -> None:
    figure, panels = canvas(4.0, rows=2, columns=2)
    for axes in panels[2:]:
        axes.set_visible(False)
    assert 'viewBox="0 0 547.2 144"' in inline_svg(figure, alt="", kind="wide")


def test_what_reaches_beyond_its_panel_is_cut_off_there() -> None:
    figure, (axes,) = canvas(2.0)
    axes.plot([0, 1], [0, 5])
    assert "clip" not in inline_svg(figure, alt="", kind="wide")
    axes.set_ylim(0, 2)
    assert "clip-path" in inline_svg(figure, alt="", kind="wide")


@given(st.floats(-1e7, 1e7), st.floats(1e-3, 1e7), st.integers(2, 9))
def test_marks_are_even_few_and_within_what_the_axis_spans(
    low: float, wide: float, bins: int
) -> None:
    assume(low + wide > low + 0.5 * wide > low)
    marks = [at for at, _ in Axis(11, grid=True, bins=bins).marked((low, low + wide))]
    assert 2 <= len(marks) <= bins + 1 or bins == 2
    assert all(low - 1e-6 * wide <= at <= low + 1.000001 * wide for at in marks)


@pytest.mark.parametrize(("low", "high", "step", "count"), [(0, 0.3, 0.1, 4), (-5, 5, 2.5, 5)])
def test_marks_have_both_ends(low: float, high: float, step: float, count: int) -> None:
    assert len(multiples(low, high, step)) == count


def test_a_word_is_kept_whole_where_it_is_broader_than_its_room() -> None:
    assert fitted("Undervisningskompetanse i norsk", 11, 90) == "Undervisningskompetanse\ni norsk"
    assert width_of("æøå", 10) > width_of("ill", 10) > 0
    assert width_of("漢", 10) == 10
