import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.disclosure.protection import Publishable, Rule, protect
from workforce.errors import ParameterError
from workforce.reports.inspection import problems_in_page
from workforce.reports.tables import html_table, publishable_table
from workforce.texts.catalogue import load_texts

NB, EN = load_texts("nb"), load_texts("en")


def cells(html: str) -> list[str]:
    """Return the text of data cells, as a screen reader says it."""
    spoken = re.sub(r'<span aria-hidden="true">.*?</span>', "", html)
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td[^>]*>(.*?)</td>", spoken)]


def page_of(body: str) -> str:
    return f'<html lang="nb"><h1>x</h1>{body}</html>'


def protected(*rows: dict[str, Any]) -> Publishable:
    """Protect shortages of single occupations for the public."""
    usual = {
        "scenario": "baseline",
        "region": "9003",
        "sector": "care",
        "dimension": "",
        "category": "",
        "variable": "shortage_fte",
        "unit": "FTE",
        "level": 0.8,
        "lower": None,
        "upper": None,
        "persons": 40.0,
    }
    numbers = dict.fromkeys(("central", "lower", "upper", "persons"), pl.Float64)
    table = pl.DataFrame([{**usual, **row} for row in rows], schema_overrides=numbers)
    return protect(table, Rule(audience="public"))


NURSES = {"occupation": "2221", "year": 2026, "central": 4.0}
SHORTAGE = protected(
    NURSES,
    {"occupation": "2221", "year": 2036, "central": 13.6, "lower": 8.2, "upper": 21.0},
    {"occupation": "2222", "year": 2026, "central": 1.0, "persons": 3.0},
)
AS_TABLE: dict[str, Any] = {
    "rows": "occupation",
    "columns": "year",
    "caption": "Mangel",
    "corner": "Yrke",
    "texts": NB,
    "row_names": {"2221": "Sykepleiere", "2222": "Jordmødre"},
    "column_names": {"2026": "2026", "2036": "2036"},
    "where": {"variable": "shortage_fte"},
}


def test_a_table_heads_its_columns_and_rows_and_has_a_caption() -> None:
    frame = pl.DataFrame(
        {"year": [2026, 2036], "inhabitants": [5627, 5_900_123], "share": [0.1, None]}
    )
    html = html_table(
        frame,
        caption="Innbyggere",
        headers={"year": "År", "inhabitants": "Innbyggere", "share": "Andel"},
        texts=NB,
        formats={"share": "share"},
    )
    assert problems_in_page(page_of(html), "nb") == []
    assert re.findall(r'<th scope="row">(.*?)</th>', html) == ["2026", "2036"]
    assert cells(html) == ["5\u00a0627", "10,0\u00a0%", "5\u00a0900\u00a0123", "Mangler"]
    assert "– Tall finnes ikke." in html


@given(st.text(max_size=30))
def test_nothing_from_the_data_becomes_markup(name: str) -> None:
    text = f"<b>{name}"
    html = html_table(
        pl.DataFrame({"name": [text], "note": [text]}),
        caption=text,
        headers={"name": text, "note": "Merknad"},
        texts=NB,
    )
    assert "<b>" not in html


def test_figures_about_persons_do_not_pass_the_open_door() -> None:
    frame = pl.DataFrame({"name": ["a"], "persons": [3]})
    with pytest.raises(ParameterError, match="publishable_table"):
        html_table(frame, caption="x", headers={"name": "Navn"}, texts=NB)


def test_a_table_without_caption_or_with_an_unknown_column_is_refused() -> None:
    frame = pl.DataFrame({"name": ["a"]})
    with pytest.raises(ParameterError, match="caption"):
        html_table(frame, caption=" ", headers={"name": "Navn"}, texts=NB)
    with pytest.raises(ParameterError, match="nmae"):
        html_table(frame, caption="x", headers={"nmae": "Navn"}, texts=NB)


def test_a_hidden_figure_is_marked_read_out_and_explained() -> None:
    html = publishable_table(SHORTAGE, **AS_TABLE)
    assert problems_in_page(page_of(html), "nb") == []
    assert cells(html) == ["4", "14 (8 til 21)", "Skjult", "Mangler"]
    assert "færre enn 5 personer" in html


def test_intervals_can_be_left_out_and_follow_the_language() -> None:
    shown = {**AS_TABLE, "texts": EN, "value_format": "signed"}
    assert cells(publishable_table(SHORTAGE, **shown))[1] == "+14 (+8 to +21)"
    assert cells(publishable_table(SHORTAGE, **shown, with_interval=False))[1] == "+14"


def test_two_figures_for_one_place_are_refused() -> None:
    double = protected(NURSES, {**NURSES, "scenario": "full_time"})
    with pytest.raises(ParameterError, match="More than one figure"):
        publishable_table(double, **AS_TABLE)
    with pytest.raises(ParameterError, match="no column job"):
        publishable_table(double, **{**AS_TABLE, "rows": "job"})
