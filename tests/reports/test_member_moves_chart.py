"""Moves between members of a county, on figures laid out by hand."""

from typing import Any

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.texts.catalogue import load_texts

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


def test_pages_without_such_moves_say_nothing():
    empty = Figures(made().table.head(0).with_columns(persons=1.0), "public", 5)
    assert charts.member_moves(empty, SUBJECT) is SILENT
