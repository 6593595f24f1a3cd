"""Rates expected by the ages of a place, counted by hand."""

import numpy as np
import pytest
import xarray as xr

from workforce.results.standardised import age_ratio, rate_ratio

PLACES = ["1", "G"]


def by_age(*rows: list[float]) -> xr.DataArray:
    return xr.DataArray(
        np.array(rows, dtype=float),
        dims=["region", "working_age"],
        coords={"region": PLACES, "working_age": [50, 64]},
    )


YEARS = by_age([20, 80], [300, 100])
EXITS = by_age([7, 3], [30, 20])


def test_an_old_staff_is_expected_to_leave_more_often():
    # A tenth leave at 50 and a fifth at 64: 0.2 * 0.1 + 0.8 * 0.2 = 0.18, against 50 of 400.
    ratio = rate_ratio(EXITS, YEARS)
    assert float(ratio.sel(region="1")) == pytest.approx(0.18 / 0.125)
    assert float(ratio.sel(region="G")) == 1.0


def test_what_the_place_does_itself_is_no_part_of_what_is_expected():
    busy = by_age([70, 30], [30, 20])
    np.testing.assert_allclose(rate_ratio(busy, YEARS), rate_ratio(EXITS, YEARS))


def test_ages_alike_are_expected_to_leave_as_often():
    alike = by_age([30, 10], [300, 100])
    assert float(rate_ratio(EXITS, alike).sel(region="1")) == pytest.approx(1.0)
    assert float(age_ratio(EXITS, alike).sel(region="1")) == pytest.approx(1.0)


def test_an_age_that_the_wider_place_lacks_leaves_as_its_mean():
    none = by_age([20, 80], [400, 0])
    exits = by_age([7, 3], [30, 0])
    assert float(rate_ratio(exits, none).sel(region="1")) == pytest.approx(1.0)


def test_the_age_at_exit_that_is_expected_goes_by_how_many_reach_it():
    # 20 * 0.1 = 2 leave at 51 and 80 * 0.2 = 16 at 65; in the group 30 at 51 and 20 at 65.
    own, wide = (2 * 51 + 16 * 65) / 18, (30 * 51 + 20 * 65) / 50
    assert float(age_ratio(EXITS, YEARS).sel(region="1")) == pytest.approx(own / wide)


def test_nobody_there_and_nobody_leaving_change_nothing():
    assert float(rate_ratio(EXITS * 0, YEARS).sel(region="1")) == 1.0
    assert float(age_ratio(EXITS * 0, YEARS).sel(region="1")) == 1.0
    empty = by_age([0, 0], [300, 100])
    assert float(rate_ratio(by_age([0, 0], [30, 20]), empty).sel(region="1")) == 1.0
