"""Errors of staff pooled over places."""

import polars as pl
import pytest

from workforce.evaluation.quality import STAFF, staff_lines
from workforce.evaluation.staff_backtest import pool_errors

PAIRS = pl.DataFrame(
    [
        ("care", 110.0, 95.0, 130.0, 100.0, 90.0),
        ("care", 45.0, 40.0, 49.0, 50.0, 60.0),
        ("school", 20.0, 20.0, 20.0, 20.0, 18.0),
    ],
    schema=["sector", "central", "lower", "upper", "actual", "before"],
    orient="row",
)


def value(table: pl.DataFrame, group: str, method: str, measure: str) -> float:
    found = table.filter(group=group, method=method, measure=measure)
    return float(found["value"].item())


def test_errors_of_places_are_pooled_over_the_sum_of_outcomes_by_hand() -> None:
    table = pool_errors(PAIRS, horizon=3)
    assert value(table, "care", "ours", "wape") == pytest.approx((10 + 5) / 150)
    assert value(table, "care", "ours", "bias") == pytest.approx((10 - 5) / 150)
    assert value(table, "care", "no_change", "wape") == pytest.approx((10 + 10) / 150)
    assert value(table, "care", "no_change", "bias") == 0
    assert value(table, "care", "ours", "coverage") == 0.5
    assert value(table, "school", "ours", "coverage") == 1
    assert table.filter(group="care")["count"].unique().to_list() == [2]
    assert table["horizon"].unique().to_list() == [3]


def test_the_page_tells_staff_and_that_the_sample_is_made() -> None:
    table = pool_errors(PAIRS, horizon=3).with_columns(case=pl.lit(STAFF))
    heading, about, rows = staff_lines(table)
    assert heading == "## Staff"
    assert "made by a generator" in about
    assert "| care | 10.0 | 13.3 | 3.3 | 0.0 | 50.0 |" in rows
    assert staff_lines(table.clear()) == []
