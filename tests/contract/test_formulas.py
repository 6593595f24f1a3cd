"""Text that would run as a formula in a spreadsheet."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workforce.contract.formulas import defuse, defused


@given(st.text())
def test_no_defused_text_starts_a_formula(text):
    safe = defuse(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe.removeprefix("'") == text.removeprefix("'") or safe == text


@given(st.lists(st.text() | st.none()))
def test_a_table_is_defused_as_its_texts_are_and_negative_numbers_stay(texts):
    table = pl.DataFrame(
        {"name": texts, "fte": [-1.5] * len(texts)}, schema={"name": pl.String, "fte": pl.Float64}
    )
    safe = defused(table)
    assert safe["name"].to_list() == [None if text is None else defuse(text) for text in texts]
    assert safe["fte"].equals(table["fte"])


def test_categories_are_defused_too():
    table = pl.DataFrame({"kind": ["-2+3", "plain"]}, schema={"kind": pl.Categorical})
    assert defused(table)["kind"].to_list() == ["'-2+3", "plain"]
