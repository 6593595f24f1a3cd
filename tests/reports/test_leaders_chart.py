"""The table of leaders: counts as they may be told, and nothing worked out of a range."""

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.texts.catalogue import load_texts


def table(rounded: int | None) -> pl.DataFrame:
    values = {
        ("school", "leaders"): 20.0, ("school", "staff_per_leader"): 9.6,
        ("school", "leaders_aged"): 5.0, ("school", "leaders_leaving"): 2.34,
        ("office", "leaders"): 5.0, ("office", "staff_per_leader"): 4.0,
        ("office", "leaders_aged"): 0.0, ("office", "leaders_leaving"): 0.4,
        ("all", "leaders"): 25.0, ("all", "staff_per_leader"): 8.5,
        ("all", "leaders_aged"): 5.0, ("all", "leaders_leaving"): 2.74,
    }  # fmt: skip
    rows = [
        {
            "scenario": "baseline", "region": "1", "sector": sector, "occupation": "all",
            "dimension": "", "category": "", "detail": "", "variable": variable, "unit": "persons",
            "year": 2026, "level": 0.8, "central": value, "lower": value, "upper": value,
            "persons": 100.0,
        }
        for (sector, variable), value in values.items()
    ]  # fmt: skip
    names = Names({"sector": {"school": "School", "office": "Office"}}, {})
    subject = Subject("1", "all", "baseline", 2026, 2036, load_texts("en"), names)
    audience = "public" if rounded else "internal"
    shown = charts.leaders(Figures(pl.DataFrame(rows, schema=ROW), audience, rounded), subject)
    assert shown.table is not None
    return shown.table


def test_counted_leaders_are_told_with_staff_per_leader() -> None:
    assert [row[1:] for row in table(None).rows()] == [
        ("5", "4", "0", "1"), ("20", "10", "5", "2"), ("25", "8", "5", "3"),
    ]  # fmt: skip


def test_of_few_rounded_leaders_nothing_more_is_worked_out() -> None:
    office, school = table(5).rows()[:2]
    assert office[1:] == ("1–9", "–", "under 5", "–")
    assert school[1:] == ("20", "10", "1–9", "2")
