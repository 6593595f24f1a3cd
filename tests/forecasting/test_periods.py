"""Period labels are read, counted on over year ends and written again."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.forecasting.periods import check_season, number_periods, write_period


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("2024Q4", "2025Q1"),
        ("2024K3", "2024K4"),
        ("1999M12", "2000M01"),
        ("2024M9", "2024M10"),
        ("2024T3", "2025T1"),
        ("2024", "2025"),
        (2024, 2025),
        (-1, 0),
    ],
)
def test_the_period_after_the_last_follows_the_calendar(
    last: str | int, following: str | int
) -> None:
    numbers, calendar = number_periods(pl.Series([last]))
    assert write_period(numbers[0] + 1, calendar) == following


@given(st.integers(1000, 9000), st.sampled_from(["Q", "K", "M", "T"]), st.integers(0, 40))
def test_numbers_and_labels_are_each_others_inverse(year: int, marker: str, steps: int) -> None:
    _, calendar = number_periods(pl.Series([f"{year}{marker}{'01' if marker == 'M' else '1'}"]))
    number = year * calendar.per_year + steps
    label = write_period(number, calendar)
    assert number_periods(pl.Series([label])) == ([number], calendar)


@pytest.mark.parametrize("label", ["2024Q5", "2024Q0", "2024M13", "24Q1", "2024-05", "Q1 2024", ""])
def test_a_label_that_is_no_period_is_named(label: str) -> None:
    with pytest.raises(DataError, match="not periods"):
        number_periods(pl.Series([label]))


def test_two_kinds_of_period_do_not_mix() -> None:
    with pytest.raises(DataError, match="mix"):
        number_periods(pl.Series(["2024Q1", "2024M02"]))


def test_a_season_must_agree_with_the_labels() -> None:
    _, quarters = number_periods(pl.Series(["2024Q1"]))
    check_season(4, quarters)
    check_season(1, quarters)
    with pytest.raises(ParameterError, match="season=4"):
        check_season(12, quarters)
