"""Moves between members of a county, on figures laid out by hand."""

from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.members import Slope, draw_slopes
from workforce.reports.charts.places import give_places
from workforce.reports.charts.style import narrow, own_style
from workforce.texts.catalogue import load_texts

from .test_charts import row
from .test_places import held

NAMES = Names({("region", "1", "en"): "Fjord", ("region", "2", "en"): "Fell"}, {})
SUBJECT = Subject(
    region="90", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
    texts=load_texts("en"), names=NAMES,
)  # fmt: skip


def made(persons: float = 100.0) -> Figures:
    figures = {("1", "out"): 6.0, ("1", "in"): 9.5, ("2", "out"): 9.5, ("2", "in"): 6.0}
    figures |= {("1", "net"): 3.5, ("2", "net"): -3.5}
    rows: list[dict[str, Any]] = [
        {
            "scenario": "baseline", "region": region, "sector": "all", "occupation": "all",
            "dimension": "move", "category": way, "variable": "member_moves",
            "unit": "persons per year", "year": 2036, "level": 0.8, "central": value,
            "lower": value - 1.0, "upper": value + 1.0, "persons": persons,
        }
        for (region, way), value in figures.items()
    ]  # fmt: skip
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5)


def test_the_title_names_who_gains_and_who_loses_and_the_table_has_both_directions():
    chart = charts.member_moves(made(), SUBJECT)
    assert chart.title.startswith("Fjord gains most employees")
    assert "Fell loses most, a net 3.5 a year (2.5 to 4.5)" in chart.title
    assert chart.table is not None
    assert chart.table.rows() == [
        ("Fjord", "6.0 (5.0 to 7.0)", "9.5 (8.5 to 10.5)", "+3.5 (+2.5 to +4.5)"),
        ("Fell", "9.5 (8.5 to 10.5)", "6.0 (5.0 to 7.0)", "−3.5 (−4.5 to −2.5)"),
    ]
    assert "In all, 16 employees a year" in chart.note
    assert chart.figure is not None


def flow(variable: str, dimension: str, category: str, by_sector: dict[str, float]):
    return [
        row(variable, 2026, persons, persons - 1, persons + 1, sector=sector,
            dimension=dimension, category=category)
        for sector, persons in by_sector.items()
    ]  # fmt: skip


def test_a_municipality_tells_who_moves_by_service_and_the_parts_add_up():
    out = {"all": 15.4, "care": 9.3, "school": 4.4, "tiny": 1.7}
    into = {"all": 12.1, "care": 6.5, "school": 5.1, "tiny": 0.5}
    rows = flow("exits", "cause", "moved_municipality", out)
    rows += flow("recruits", "origin", "other_municipality", into)
    page = replace(SUBJECT, region="1", names=Names({("sector", "care", "en"): "Care"}))
    chart = charts.service_moves(Figures(pl.DataFrame(rows, schema=ROW), "internal"), page)
    assert "15 employees are expected to leave" in chart.title
    assert chart.title.endswith("largest in care: 9 leave and 7 come")
    for column in chart.table.columns[1:]:
        *parts, whole = (int(cell.split(" ")[0]) for cell in chart.table[column])
        assert sum(parts) == whole


def test_few_who_move_are_people_and_their_occupation_is_called_one():
    rows = [
        row(variable, 2026, persons, persons / 2, persons * 2, sector="care", occupation=code,
            dimension=dimension, category=category)
        for variable, dimension, category, by_code in (
            ("exits", "cause", "moved_municipality", {"all": 1.4, "nurse": 1.2, "cook": 0.2}),
            ("recruits", "origin", "other_municipality", {"all": 3.3, "nurse": 3.0, "cook": 0.3}),
        )
        for code, persons in by_code.items()
    ]  # fmt: skip
    names = Names({("occupation", "nurse", "en"): "Nurse"})
    page = replace(SUBJECT, region="1", sector="care", names=names)
    chart = charts.service_moves(Figures(pl.DataFrame(rows, schema=ROW), "internal"), page)
    assert "1 employee is expected to leave" in chart.title
    assert chart.title.endswith("largest in the occupation nurse: 1 leave and 3 come")


@given(
    ends=st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), min_size=1, max_size=12),
    phone=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_slopes_of_any_size_are_drawn_within_the_drawing(ends, phone):  # fmt: skip
    slopes = [Slope(f"Kommune {at}", out, into) for at, (out, into) in enumerate(ends)]
    with own_style(), narrow() if phone else own_style():
        figure = draw_slopes(slopes, "member_moves", load_texts("nb"))
        give_places(figure)
        held(figure)


def test_pages_without_such_moves_say_nothing():
    empty = Figures(made().table.head(0).with_columns(persons=1.0), "public", 5)
    assert charts.member_moves(empty, SUBJECT) is SILENT
