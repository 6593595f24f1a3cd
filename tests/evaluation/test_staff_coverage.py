"""Intervals of the shortage where the process of the staff is known."""

import polars as pl
import pytest
from tests.evaluation.staff_coverage import share_inside, staff_coverage

CASES = [(400, 1), (400, 8), (2_000, 3), (6_000, 1), (6_000, 8)]


@pytest.fixture(scope="module")
def found():
    """A place of each kind, from few events to many: ten outcomes, two and two of one place."""
    parts = [
        staff_coverage(employees=employees, years=years, places=1, draws=40, seed=11).with_columns(
            employees=employees, years=years, width=(pl.col("upper") - pl.col("lower"))
        )
        for employees, years in CASES
    ]
    return pl.concat(parts)


def test_intervals_hold_what_comes_of_known_processes(found):
    # The whole table is printed by benchmarks/coverage_of_staff.py; here it must not be far off.
    assert share_inside(found) >= 0.6


def test_few_years_and_few_employees_have_the_widest_intervals(found):
    width = found.filter(ahead=10).with_columns(pl.col("width") / pl.col("staff"))
    of = {(row["employees"], row["years"]): row["width"] for row in width.iter_rows(named=True)}
    assert of[400, 1] > of[400, 8]
    assert of[400, 1] > of[6_000, 8]
    assert of[6_000, 1] > of[6_000, 8]


def test_the_events_behind_the_flows_are_counted(found):
    by = {(row["employees"], row["years"]): row for row in found.iter_rows(named=True)}
    assert by[6_000, 8]["exits"] > 50 * by[400, 1]["exits"]
    assert by[400, 1]["exits"] > 0
