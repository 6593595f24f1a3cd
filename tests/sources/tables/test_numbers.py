"""Numbers, years and quarters as people write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.sources.tables.cells import read_numbers, read_quarters, read_years


def numbers(*cells: str) -> list[float | None]:
    return read_numbers(pl.Series(cells, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1 234", "1\u00a0234", "1\u202f234", "12 345 678"], [1234, 1234, 1234, 12345678]),
        (["1 234,5", "0,25"], [1234.5, 0.25]),
        (["1.234,5", "2"], [1234.5, 2]),
        (["1,234.5", "2"], [1234.5, 2]),
        (["1.234.567"], [1234567]),
        (["1,234,567"], [1234567]),
        (["1.234", "0.5"], [1.234, 0.5]),
        (["1,234", "0,5"], [1.234, 0.5]),
        (["\u22123", "+4", "1e3"], [-3, 4, 1000]),
    ],
)
def test_number_that_can_mean_one_thing_only_is_read(cells, read):
    assert numbers(*cells) == read


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1.234", "2"], [None, 2]),
        (["1,234", "2"], [None, 2]),
        (["1,234", "2.5"], [None, 2.5]),
        (["1.234", "2,5"], [None, 2.5]),
        (["1,5", "2.5"], [None, 2.5]),
        (["1.234,5", "1,234.5"], [None, None]),
        (["12 34", "0 123", "1 2345", "1  234"], [None, None, None, None]),
        (["1'234", "12 %", "1..2", "--1", "NaN", "inf", "1,2,3"], [None] * 7),
    ],
)
def test_number_that_may_mean_two_things_or_none_stays_unread(cells, read):
    assert numbers(*cells) == read


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), min_size=1),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
)
def test_figures_with_two_decimals_come_back_however_norwegians_write_them(figures, space):
    cells = [f"{figure:,}".replace(",", space).replace(".", ",") for figure in figures]
    assert numbers(*cells) == [float(figure) for figure in figures]


def test_date_names_a_stock_only_on_the_days_that_the_conventions_give():
    cells = ["01.01.2026", "31.12.2025", "1.12.2025", "2026-01-01 00:00:00", "2026"]
    text = pl.Series(cells)
    assert read_years(text, stock=True).to_list() == [2026.0] * 5
    other = pl.Series(["01.10.2025", "2025-11-15", "1.1.26"])
    assert read_years(other, stock=True).to_list() == [None] * 3
    assert read_years(text, stock=False).to_list() == [None] * 4 + [2026.0]


def test_quarters_are_read_as_they_are_written_in_norwegian_and_english():
    cells = ["2025Q3", "2025K3", "K3 2025", "3. kvartal 2025", "2025 k3", "2025Q5", "2025-09"]
    assert read_quarters(pl.Series(cells)).to_list() == ["2025Q3"] * 5 + [None, None]
