"""The flow of measures: both sides are the same, and agree with what the page says is missing."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts import Subject
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.places import give_places
from workforce.reports.charts.style import narrow, own_style
from workforce.texts.catalogue import load_texts

from .test_charts import row
from .test_places import held

SUBJECT = Subject("1", "all", "plan", 2026, 2036, load_texts("en"), Names({}))
LEVERS = ("absence", "turnover", "recruitment")


def flow(before, after, effects):
    """Draw the flow of a plan by what is missing without it and with it, and what it gives."""
    measures = tuple(
        Measure(lever, "mobilise", {}, name=lever, owner={"en": "Head of HR"} if lever == "absence"
                else None)
        for lever in LEVERS[: len(effects)]
    )  # fmt: skip
    rows = [
        row("missing_fte", 2036, fte, scenario=name, sector="all")
        for name, fte in (("baseline", before), ("plan", after))
    ]
    rows += [
        row(
            "measure_effect",
            2036,
            -fte,
            scenario="plan",
            sector="all",
            dimension="part",
            category=one.name,
        )
        for one, fte in zip(measures, effects, strict=True)
    ]
    facts = replace(Facts(), measures={"plan": measures})
    return charts.measure_flow(Figures(pl.DataFrame(rows, schema=ROW), "internal", facts=facts),
                               SUBJECT)  # fmt: skip


def test_each_measure_has_its_piece_and_its_owner_and_what_is_beyond_stands_apart():
    chart = flow(75.2, 45.9, [2.7, 21.6, 36.0])
    assert chart.title == (
        "Without measures 75 FTE are missing in 2036. "
        "The measures take 29, and 46 are still missing"
    )
    assert chart.table.rows() == [
        ("Missing in 2036 without measures", "75", "–"),
        ("What the measures give beyond what is missing", "32", "–"),
        ("Lower short-term absence", "3", "Head of HR"),
        ("Lower turnover", "22", "Nobody named yet"),
        ("More recruits", "36", "Nobody named yet"),
        ("Still missing", "46", "–"),
    ]
    assert 75 + 32 == 3 + 22 + 36 + 46


@settings(max_examples=25, deadline=None)
@given(
    before=st.floats(0.1, 400),
    left=st.floats(0, 1.2),
    effects=st.lists(st.floats(-20, 90), min_size=2, max_size=3),
)
def test_both_sides_are_the_same_as_printed_whatever_the_measures_do(before, left, effects):
    chart = flow(before, before * left, effects)
    if chart is SILENT:
        return
    texts = load_texts("en").entries
    worse = {one for one, fte in zip(LEVERS, effects, strict=False) if fte < 0}
    into = {"Missing in 2036 without measures", "What the measures give beyond what is missing",
            *(texts[f"lever.{one}.title"] for one in worse)}  # fmt: skip
    cells = [float(one.replace(",", "")) for one in chart.table["FTE"]]
    signs = [1 if one in into else -1 for one in chart.table["What"]]
    assert sum(a * b for a, b in zip(cells, signs, strict=True)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("phone", [False, True])
def test_the_names_of_small_and_large_pieces_stay_within_the_drawing(phone):
    chart = flow(400.0, 3.0, [0.6, 390.0, 12.0])
    with own_style(), narrow() if phone else own_style():
        figure = chart.draw()
        give_places(figure)
        held(figure)


def test_one_measure_or_nothing_missing_has_no_flow():
    assert flow(75.0, 60.0, [15.0]) is SILENT
    assert flow(0.0, 0.0, [15.0, 2.0]) is SILENT
