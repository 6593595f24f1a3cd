"""Factors on a projection of inhabitants, and the methods it is compared with."""

import shutil

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce.evaluation.population_backtest import cohort_change_ratios, pooled_error
from workforce.evaluation.population_calibration import write_sizes
from workforce.scenarios.population_error import FILE, ErrorSize, population_factor, read_sizes
from workforce.sources.tables.files import national_folder

AGES = np.arange(106)


def inputs_of(sizes, horizon=10):
    shape = np.clip(1.05 - AGES / 100, 0.0, 1.0)
    shape = shape / shape.sum() / 2
    people = np.array(sizes, dtype=float)[:, None, None] * np.stack([shape, shape])
    data = xr.Dataset(
        {"population": (("region", "sex", "age"), people)},
        coords={
            "region": [f"r{k}" for k in range(len(sizes))],
            "sex": ["female", "male"],
            "age": AGES,
        },
    )
    data.attrs = {"base_year": 2026, "horizon": horizon}
    return data


@pytest.fixture(scope="module")
def factor():
    return population_factor(inputs_of([1_000, 10_000, 100_000]), 2000, 1)


def test_the_central_path_and_the_base_year_are_left_as_they_are(factor):
    np.testing.assert_allclose(factor.sel(year=2026), 1.0, rtol=1e-12)
    assert bool((factor.isel(draw=0) == 1).all())


def test_the_mean_of_the_draws_is_the_central_path(factor):
    people = inputs_of([1_000, 10_000, 100_000])["population"].sum("sex")
    for ages in (slice(0, 200), slice(67, 79), slice(80, 200)):
        pick = people.sel(age=ages)
        drawn = xr.dot(pick, factor.sel(age=ages).isel(draw=slice(1, None)), dim="age")
        mean = drawn.mean("draw") / pick.sum("age")
        np.testing.assert_allclose(mean, 1.0, atol=0.012)


def test_errors_grow_with_time_and_are_wider_in_small_places(factor):
    people = inputs_of([1_000, 10_000, 100_000])["population"].sum("sex")
    spread = np.log(xr.dot(people, factor, dim="age").isel(draw=slice(1, None))).std("draw")
    years = spread.sel(year=slice(2027, None)).values
    assert (np.diff(years, axis=-1) > 0).all()
    assert (np.diff(years, axis=0) < 0).all()


def test_the_spread_of_the_old_is_that_of_their_size(factor):
    size = read_sizes()["old"]
    people = inputs_of([1_000, 10_000, 100_000])["population"].sum("sex").sel(age=slice(80, 200))
    drawn = xr.dot(people, factor.sel(age=slice(80, 200)).isel(draw=slice(1, None)), dim="age")
    spread = np.log(drawn.sel(year=2036)).std("draw")
    common = size.common_sd**2 * 10 ** (2 * size.common_power)
    small = size.small_sd**2 * 10 ** (2 * size.small_power) / people.sum("age")
    np.testing.assert_allclose(spread, np.sqrt(common + small), rtol=0.06)


def test_places_share_the_part_of_the_error_that_they_have_in_common():
    alike = ErrorSize(0.02, 0.5, 0.0, 0.5, shared=1.0)
    apart = ErrorSize(0.02, 0.5, 0.0, 0.5, shared=0.0)
    inputs = inputs_of([10**7, 10**7], horizon=3)
    for size, expected in ((alike, 1.0), (apart, 0.0)):
        sizes = dict.fromkeys(("general", "unborn", "old"), size)
        drawn = population_factor(inputs, 3000, 2, sizes=sizes)
        pair = drawn.isel(draw=slice(1, None)).sel(age=40, year=2029).values
        assert np.corrcoef(pair.T)[0, 1] == pytest.approx(expected, abs=0.06)


def test_the_same_seed_gives_the_same_draws():
    one, two = (population_factor(inputs_of([500]), 5, 3) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_a_year_has_the_same_factors_whichever_others_are_asked_for():
    inputs = inputs_of([500, 40_000])
    whole = population_factor(inputs, 5, 3)
    xr.testing.assert_identical(
        population_factor(inputs, 5, 3, years=[2027, 2036]), whole.sel(year=[2027, 2036])
    )


def test_sizes_are_written_where_the_file_holds_others_than_the_back_test_gives(tmp_path):
    shutil.copy(national_folder() / FILE, tmp_path)
    packaged = pl.read_csv(tmp_path / FILE)
    nearly = packaged.with_columns(pl.col("shared") + 1e-5)
    other = packaged.with_columns(pl.col("shared") + 3e-5)
    assert not write_sizes(nearly, tmp_path)
    assert (tmp_path / FILE).read_bytes() == (national_folder() / FILE).read_bytes()
    assert write_sizes(other, tmp_path)
    assert pl.read_csv(tmp_path / FILE).equals(other)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_cohort_changes_again_as_it_did_in_the_last_five_years():
    persons = np.zeros((1, 2, 106, 2))
    persons[..., :, 0] = persons[..., :, 1] = 10.0
    persons[:, :, 20:25, 0] = 10.0
    persons[:, :, 25:30, 1] = 12.0
    actual = xr.DataArray(
        persons,
        dims=["region", "sex", "age", "year"],
        coords={"region": ["a"], "sex": ["female", "male"], "age": AGES, "year": [2006, 2011]},
    )
    path = cohort_change_ratios(actual, 2011, 10)
    by_group = path.sel(sex="male", region="a").sel(age=slice(25, 29)).sum("age")
    # Those 20-24 in 2011 are 50 and grow by 60 / 50; so do the next ones.
    np.testing.assert_allclose(by_group.sel(year=[2011, 2016, 2021]), [60, 60, 60])
    thirties = path.sel(sex="male", region="a").sel(age=slice(30, 34)).sum("age")
    np.testing.assert_allclose(thirties.sel(year=[2011, 2016, 2021]), [50, 60, 60])
    # Two years on, those 28-32: two ages of 12 persons and three of 10.
    assert float(thirties.sel(year=2013)) == pytest.approx(54)
    growing = path.sel(sex="male", region="a", year=2013, age=26)
    assert float(growing) == pytest.approx(10 * 1.2**0.4)


def test_the_pooled_error_weighs_places_by_their_persons():
    pairs = [(np.array([90.0, 12.0]), np.array([100.0, 10.0]))]
    found = pooled_error("ours", "all", 1, pairs)
    assert found["wape"] == pytest.approx(12 / 110)
    assert found["bias"] == pytest.approx(-8 / 110)
