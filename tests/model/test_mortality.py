"""Death rates smoothed, completed among the oldest, and carried on."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.model.mortality import graduate_mortality, project_mortality

steady = settings(deadline=None, derandomize=True, max_examples=15)
AGES = np.arange(106)


def logistic(*, decline, years, oldest=110):
    """Rates on a logistic line of age that fall by the same share each year."""
    odds = np.exp(-10.5 + 0.11 * (np.arange(oldest + 1) + 0.5))
    by_year = np.exp(-decline * (np.array(years) - years[0]))
    values = np.stack([scale * odds / (1 + odds) for scale in (0.8, 1.0)])
    return xr.DataArray(
        values[..., np.newaxis] * by_year,
        dims=["sex", "age", "year"],
        coords={"sex": ["female", "male"], "age": np.arange(oldest + 1), "year": list(years)},
    )


def test_a_smooth_curve_is_left_as_it_was():
    rates = logistic(decline=0.0, years=range(2000, 2010))
    smooth = graduate_mortality(rates, AGES)
    inside = slice(10, 94)
    np.testing.assert_allclose(smooth.sel(age=inside), rates.sel(age=inside), rtol=0.01)


def test_the_oldest_follow_the_logistic_where_nobody_was_alive():
    rates = logistic(decline=0.0, years=range(2000, 2010)).sel(sex=["male", "female"])
    emptied = rates.where(rates["age"] < 103, 0.0)
    smooth = graduate_mortality(emptied, AGES).sel(sex="male", year=2005)
    np.testing.assert_allclose(
        smooth.sel(age=slice(95, 105)),
        rates.sel(sex="male", year=2005, age=slice(95, 105)),
        rtol=0.03,
    )


def test_ages_above_those_given_follow_the_logistic_too():
    rates = logistic(decline=0.0, years=range(2000, 2010), oldest=96)
    smooth = graduate_mortality(rates, AGES).sel(sex="male", year=2005)
    whole = logistic(decline=0.0, years=[2005]).sel(sex="male", year=2005)
    np.testing.assert_allclose(
        smooth.sel(age=slice(96, 105)), whole.sel(age=slice(96, 105)), rtol=0.03
    )


@steady
@given(st.floats(-0.01, 0.04))
def test_rates_that_fell_evenly_go_on_falling_as_they_did(decline):
    rates = logistic(decline=decline, years=range(1990, 2010))
    ahead = project_mortality(rates, np.array([2010, 2030]), AGES, jump_off_years=1)
    old = ahead.sel(age=slice(60, 90))
    expected = rates.sel(year=2009, age=slice(60, 90))
    # The pattern is a mean over years, so the level of the first year is met nearly.
    np.testing.assert_allclose(old.sel(year=2010) / expected, np.exp(-decline), rtol=0.01)
    np.testing.assert_allclose(
        old.sel(year=2030) / old.sel(year=2010), np.exp(-20 * decline), rtol=1e-9
    )


def test_a_trend_that_fades_ends_in_the_long_run_decline():
    rates = logistic(decline=0.04, years=range(1990, 2010))
    ahead = project_mortality(
        rates, np.arange(2010, 2200), AGES, long_run_decline=0.01, trend_share=0.8, jump_off_years=1
    )
    yearly = -np.log(ahead.sel(age=80)).diff("year").sel(sex="male")
    # By hand: between the first and second year ahead 0.01 + 0.03 * 0.8 ** 2.
    assert float(yearly[0]) == pytest.approx(0.01 + 0.03 * 0.8**2)
    assert float(yearly[-1]) == pytest.approx(0.01)


def test_few_years_fall_by_the_long_run_decline():
    ahead = project_mortality(
        logistic(decline=0.0, years=[2025]), np.array([2025, 2035]), AGES, long_run_decline=0.02
    )
    np.testing.assert_allclose(
        ahead.sel(year=2035) / ahead.sel(year=2025), np.exp(-0.2), rtol=1e-12
    )


def test_the_chance_of_one_year_is_not_carried_on():
    rates = logistic(decline=0.0, years=range(1990, 2010))
    bad = rates.copy()
    bad.loc[{"year": 2009}] *= 1.3
    steady_path = project_mortality(rates, np.array([2010]), AGES)
    path = project_mortality(bad, np.array([2010]), AGES, trend_share=0.0, long_run_decline=0.0)
    np.testing.assert_allclose(path.sel(age=80) / steady_path.sel(age=80), 1.1, rtol=0.005)


def test_gaps_in_the_ages_and_shares_above_one_are_refused():
    rates = logistic(decline=0.0, years=[2025])
    with pytest.raises(DataError, match="without gaps"):
        graduate_mortality(rates.isel(age=slice(1, None)), AGES)
    with pytest.raises(ParameterError, match="trend_share"):
        project_mortality(rates, np.array([2026]), AGES, trend_share=1.2)
