"""A drawing in a page: its text is text, its ids are its own, and it is small."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from workforce.reports.charts import style
from workforce.reports.charts.chart import Chart, draw_ahead, drawn
from workforce.reports.charts.style import PENS, band, canvas, name_rows, narrow, own_style, wrap
from workforce.reports.charts.svg import inline_svg
from workforce.texts.catalogue import load_texts

NB = load_texts("nb")


def lines(name: str = "Sykepleiere") -> Figure:
    with own_style():
        figure, (axes,) = canvas(2.0)
        band(axes, [2026, 2036], [1.23456789, 2], [3, 4], PENS[0])
        axes.barh([0], [2.0])
        axes.plot([2026, 2036], [2.0, 3.0], marker="o")
        name_rows(axes, [name], NB, x="Personer")
    return figure


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12))
def test_a_name_is_text_in_the_page_and_never_markup(name: str) -> None:
    root = ET.fromstring(inline_svg(lines(name), alt="Hva det viser", kind="wide"))  # noqa: S314
    assert name in [text.text for text in root.iter("text")]
    assert {one.tag for one in root.iter()} <= {
        "svg", "g", "path", "text", "defs", "clipPath", "rect", "use"
    }  # fmt: skip


def test_text_has_the_font_of_the_page_and_lengths_are_told_to_a_tenth() -> None:
    written = inline_svg(lines(), alt="Hva det viser", kind="wide")
    assert "font-family" not in written
    places = re.findall(r' (?:d|x|y|transform|viewBox)="([^"]*)"', written)
    assert places
    assert not re.search(r"\.\d\d", " ".join(places))


def test_a_drawing_without_a_style_sheet_stands_on_white_and_is_no_wider_than_on_a_page() -> None:
    root = ET.fromstring(inline_svg(lines(), alt="Hva det viser", kind="wide"))  # noqa: S314
    assert root.get("width") == "768"
    assert (root[0].tag, root[0].get("fill"), root[0].get("width")) == ("rect", "#fff", "100%")


def test_a_drawing_that_was_made_ahead_is_the_one_that_is_made_when_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anew = drawn(Chart(lines, "", ""))
    monkeypatch.setattr(style, "USUAL", {(1, 1): 2})
    monkeypatch.setattr(style, "_AHEAD", ahead := {})
    draw_ahead()
    assert drawn(Chart(lines, "", "")) == anew
    assert ahead == {(1, 1): []}


def test_the_words_of_a_drawing_are_measured_once_for_a_wide_page_and_a_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[tuple[str, int]] = []
    measure = text_to_path.get_text_width_height_descent

    def counted(text: str, font: FontProperties, ismath: bool) -> tuple[float, float, float]:
        measured.append((text, hash(font)))
        return measure(text, font, ismath)

    monkeypatch.setattr(text_to_path, "get_text_width_height_descent", counted)
    assert drawn(Chart(lambda: lines("Barnehagelærere"), "", ""))
    assert "Barnehagelærere" in [text for text, _ in measured]
    assert len(measured) == len(set(measured))


def test_ids_of_one_page_are_told_apart_and_every_one_of_them_is_used() -> None:
    charts = [Chart(lines, "", alt) for alt in ("Det ene", "Det andre")]
    page = "".join(drawn(one) for one in charts)
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids)) > 0
    assert {f"#{one}" for one in ids} == set(re.findall(r"#[a-z]\w{8,}", page))
    assert page == "".join(drawn(Chart(lines, "", alt)) for alt in ("Det ene", "Det andre"))


def test_what_is_drawn_for_a_phone_is_hidden_until_a_narrow_page_shows_it() -> None:
    small = drawn(Chart(lines, "", "Hva det viser")).split("<svg")[2]
    assert small.startswith(' class="narrow" style="display:none"')


def test_panels_are_stacked_and_names_take_more_lines_on_a_phone() -> None:
    with own_style(), narrow():
        figure, panels = canvas(2.6, columns=3)
        pair, _ = canvas(2.0, columns=2)
        assert wrap("Barnehage- og SFO-medarbeider", 30) == "Barnehage- og SFO-\nmedarbeider"
        assert wrap("Undervisningskompetansen", 24) == "Undervisningskompetansen"
    assert len(panels) == 4
    assert figure.get_size_inches().tolist() == [4.1, 5.2]
    assert pair.get_size_inches().tolist() == [4.1, 4.0]
