"""Where panels stand: no text is cut or lies on another, by what matplotlib itself measures."""

import io
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from workforce.reports.charts.places import BETWEEN, EDGE, give_places
from workforce.reports.charts.style import (
    canvas,
    end_labels,
    label_axes,
    legend_below,
    name_rows,
    narrow,
    own_style,
    year_axis,
)
from workforce.texts.catalogue import load_texts

NB = load_texts("nb")
NAMES = st.lists(
    st.sampled_from(
        ["Sykepleiere", "Barnehage- og\nSFO-medarbeidere\n12 (sikkert, 4 til 21)", "Øy", "A"]
    ),
    min_size=2,
    max_size=5,
)


def renderer_of(figure: Figure) -> RendererSVG:
    figure.set_dpi(72)
    return RendererSVG(*(72 * one for one in figure.get_size_inches()), io.StringIO())


def held(figure: Figure) -> None:
    """Hold that all that is seen is within the drawing, and that no panel lies on another."""
    renderer = renderer_of(figure)
    width, height = figure.get_size_inches()
    whole = figure.get_tightbbox(renderer)
    assert whole.x0 >= -0.01
    assert whole.y0 >= -0.01
    assert whole.x1 <= width + 0.01
    assert whole.y1 <= height + 0.01
    boxes = [axes.get_tightbbox(renderer) for axes in figure.axes if axes.get_visible()]
    for one, other in combinations(boxes, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        assert across <= 0.5 or min(one.y1, other.y1) - max(one.y0, other.y0) <= 0.5


@settings(max_examples=15, deadline=None)
@given(names=NAMES, top=st.sampled_from([0.7, 12.0, 4300.0]), phone=st.booleans())
def test_rows_with_long_names_and_a_legend_stay_within_the_drawing(names, top, phone) -> None:
    with own_style(), narrow() if phone else own_style():
        figure, (axes,) = canvas(1.4 + 0.5 * len(names))
        axes.barh(range(len(names)), [top] * len(names), label="Årsverk som mangler")
        name_rows(axes, names, NB, x="Årsverk som mangler")
        legend_below(figure)
        give_places(figure)
        held(figure)


@settings(max_examples=15, deadline=None)
@given(names=NAMES, columns=st.integers(1, 3), titled=st.booleans())
def test_panels_with_headings_names_at_line_ends_and_words_for_all_stay_apart(
    names, columns, titled
) -> None:
    with own_style():
        figure, panels = canvas(5.2, rows=2, columns=columns)
        for axes in panels:
            axes.plot([2026, 2036], [0, 3000])
            year_axis(axes, range(2026, 2037))
            label_axes(axes, x="1. januar", y="Personer")
            if titled:
                axes.set_title("80 år og over i alt\n+43 %, sikkert", loc="left", fontsize=11)
            elif columns == 1:
                end_labels(axes, 2036, [(3000.0 * i, name, "k") for i, name in enumerate(names)])
        panels[-1].set_visible(len(panels) == 2)
        if titled:
            figure.supylabel("Personer per 1. januar")
            figure.supxlabel("Flate: 80 av 100 kjøringer")
        give_places(figure)
        held(figure)


def test_panels_without_words_share_the_drawing() -> None:
    with own_style():
        figure, panels = canvas(2.0, columns=2)
        for axes in panels:
            axes.set_xticks([])
            axes.set_yticks([])
        give_places(figure)
    left, right = (axes.get_position() for axes in panels)
    width, height = (72 * one for one in figure.get_size_inches())
    wide = (width - 2 * EDGE - BETWEEN[0]) / 2
    assert [left.x0, left.width, right.x0] == pytest.approx(
        [EDGE / width, wide / width, (EDGE + wide + BETWEEN[0]) / width]
    )
    assert left.height == pytest.approx(1 - 2 * EDGE / height)


@pytest.mark.parametrize("upright", [True, False])
def test_long_words_for_an_axis_take_more_lines_and_leave_the_panel_its_room(upright) -> None:
    words = "Innbyggere på 20–66 år per innbygger på 80 år og over"
    with own_style(), narrow():
        figure, (axes,) = canvas(2.4)
        axes.plot([2026, 2036], [0, 10])
        year_axis(axes, range(2026, 2037))
        if upright:
            figure.supylabel(words, fontsize=11)
        else:
            label_axes(axes, x="1. januar", y=words)
        give_places(figure)
        held(figure)
    assert axes.get_position().width > 0.7
