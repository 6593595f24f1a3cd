"""What is said of units that the cells of an extract contradict."""

from types import SimpleNamespace

import polars as pl
import pytest

from workforce.sources.staff_register.units import contradicted_shares, contradictions
from workforce.texts.catalogue import load_texts
from workforce.texts.messages import tell_error


@pytest.mark.parametrize(
    ("written", "unit", "said"),
    [
        ([0.8] * 24, "percent", "Skriv position_share_in: fraction i mappingen."),
        ([80] * 24, "fraction", "Skriv position_share_in: percent i mappingen."),
        ([0.8] * 3, "percent", "Lest som percent er halvparten under 5\u00a0%"),
        ([2000] * 9, "percent", "Ingen av dem er vanlig"),
        ([37.5] * 12, "percent", "timer i uken"),
        ([80] * 30 + [0.8] * 10, "percent", "10 av 40 celler"),
    ],
)
def test_a_contradicted_share_is_told_in_norwegian(written, unit, said):
    cells = pl.DataFrame({"position_share": [str(one) for one in written]}).with_row_index("row")
    (told,) = contradicted_shares(
        cells, "position_share", unit, where="a.csv, column 'Prosent'", setting="position_share_in"
    )
    message = tell_error(told, load_texts("nb"))
    assert said in message
    assert "kolonne 'Prosent'" in message
    assert "WF-500" not in message


@pytest.mark.parametrize("count", [2, 9])
@pytest.mark.parametrize(("hours", "full_time"), [(0.5, 1950.0), (150.0, 37.5), (1500.0, 162.5)])
def test_contradicted_hours_are_told_in_norwegian(hours, full_time, count):
    cells = pl.DataFrame({"paid_hours": [str(hours)] * count}).with_row_index("row")
    cells = cells.with_columns(employment_form=pl.lit("hourly"))
    mapping = SimpleNamespace(
        employment_forms={"hourly": "hourly"},
        full_time_hours=full_time,
        columns=SimpleNamespace(paid_hours="Timer"),
    )
    (told,) = contradictions(cells, mapping, file="a.csv")
    message = tell_error(told, load_texts("nb"))
    assert "full tid" in message
    assert " read " not in message
    assert "WF-500" not in message
