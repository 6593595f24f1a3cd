"""Rates where persons are few, competing causes, and graduates."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError
from workforce.model.education import graduates
from workforce.model.rates import (
    probability_from_rate,
    rates_at_ages,
    rates_at_years,
    shrink_rates,
)

steady = settings(deadline=None, derandomize=True, max_examples=50)


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


def test_a_place_with_k_person_years_counts_for_half():
    result = shrink_rates(
        array([10, 0, 4], region=["a", "b", "c"]),
        array([50, 0, 150], region=["a", "b", "c"]),
        xr.DataArray(0.1),
        k=50,
    )
    np.testing.assert_allclose(result.weight, [0.5, 0.0, 0.75])
    np.testing.assert_allclose(result.rate, [0.5 * 0.2 + 0.5 * 0.1, 0.1, 0.75 * 4 / 150 + 0.025])


def test_without_k_or_exposure_the_larger_group_speaks():
    result = shrink_rates(
        array([0.0], region=["a"]), array([0.0], region=["a"]), xr.DataArray(0.3), k=0
    )
    assert result.rate.item() == 0.3
    assert result.weight.item() == 0.0


@steady
@given(st.floats(0, 50), st.floats(0.1, 500), st.floats(0, 2), st.floats(0, 1000))
def test_a_shrunk_rate_lies_between_its_own_and_the_prior(events, exposure, prior, k):
    result = shrink_rates(xr.DataArray(events), xr.DataArray(exposure), xr.DataArray(prior), k=k)
    own = events / exposure
    assert min(own, prior) - 1e-9 <= result.rate.item() <= max(own, prior) + 1e-9
    assert result.rate.item() == pytest.approx((events + k * prior) / (exposure + k))


def test_events_without_exposure_are_refused():
    with pytest.raises(DataError, match="exposure is 0"):
        shrink_rates(array([1.0], region=["a"]), array([0.0], region=["a"]), xr.DataArray(0.1), k=5)
    with pytest.raises(DataError, match="a only in events"):
        shrink_rates(array([1.0], region=["a"]), array([9.0], region=["b"]), xr.DataArray(0.1), k=5)


def test_two_equal_causes_share_the_probability_of_leaving():
    probability = probability_from_rate(array([0.1, 0.1, 0.0], cause=["a", "b", "c"]))
    np.testing.assert_allclose(probability, [(1 - np.exp(-0.2)) / 2] * 2 + [0.0])


@steady
@given(st.lists(st.floats(0, 20), min_size=1, max_size=5))
def test_exits_and_survivors_add_up_to_the_stock(rates):
    probability = probability_from_rate(array(rates, cause=range(len(rates))))
    assert (probability >= 0).all()
    assert probability.sum().item() + np.exp(-sum(rates)) == pytest.approx(1.0)


def test_negative_rates_and_missing_causes_are_refused():
    with pytest.raises(DataError, match="below 0"):
        probability_from_rate(array([-0.1], cause=["a"]))
    with pytest.raises(DataError, match="'cause' is missing"):
        probability_from_rate(array([0.1], age=[20]))


AGES = np.arange(20, 26)
YEARS = np.arange(2020, 2025)


def intake(**changes):
    parts = {
        "intake": array([[100] * 5, [10, 20, 30, 40, 50]], education=["n", "p"], year=YEARS),
        "completion_rate": array([0.8, 0.5], education=["n", "p"]),
        "study_years": array([3, 1], education=["n", "p"]),
        "entry_age_share": array(
            [[0.5, 0.5, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0]], education=["n", "p"], age=AGES
        ),
    }
    return parts | changes


def test_graduates_come_when_and_at_the_age_that_studies_end():
    new = graduates(**intake())
    assert list(new.year.values) == [2023, 2024, 2025]
    np.testing.assert_allclose(new.sel(education="n", year=2023), [0, 0, 0, 40, 40, 0])
    # The intake of 2022 (30) graduates in 2023; that of 2024 in 2025.
    np.testing.assert_allclose(new.sel(education="p", age=25), [15, 20, 25])


def test_graduates_older_than_the_oldest_age_join_it():
    late = intake()["entry_age_share"].copy(data=[[0, 0, 0, 0, 0.4, 0.6], [0, 0, 0, 0, 0, 1]])
    new = graduates(**intake(entry_age_share=late))
    np.testing.assert_allclose(new.sel(education="n", age=25), 80)
    assert new.sel(age=slice(20, 24)).sum() == 0


@steady
@given(st.integers(0, 2**32 - 1), st.integers(0, 9))
def test_everyone_who_completes_graduates_once(seed, length):
    rng = np.random.default_rng(seed)
    years = np.arange(2020, 2032)
    share = rng.dirichlet(np.ones(12)).reshape(1, 2, 6)
    new = graduates(
        array(rng.uniform(0, 99, (2, 1, 12)), draw=[0, 1], education=["n"], year=years),
        array([0.7], education=["n"]),
        array([length], education=["n"]),
        array(share, education=["n"], sex=["female", "male"], working_age=AGES),
    )
    assert new.dims == ("draw", "education", "sex", "working_age", "year")
    assert list(new.year.values) == list(years + length)
    assert (new >= 0).all()


def test_what_graduates_cannot_be_made_of_is_refused():
    with pytest.raises(DataError, match="too short"):
        graduates(**intake(study_years=array([9, 1], education=["n", "p"])))
    with pytest.raises(DataError, match="whole years"):
        graduates(**intake(study_years=array([2.5, 1], education=["n", "p"])))
    with pytest.raises(DataError, match="sum to 1"):
        graduates(**intake(entry_age_share=intake()["entry_age_share"] * 0.5))
    with pytest.raises(DataError, match="q only in completion_rate"):
        graduates(**intake(completion_rate=array([0.8, 0.5], education=["n", "q"])))


def test_rates_of_five_year_groups_hold_at_the_middle_of_each_group():
    groups = array([[0.0, 0.10, 0.02]], region=["a"], age=[15, 20, 25])
    single = rates_at_ages(groups)
    assert single["age"].values.tolist() == list(range(15, 30))
    # Middles are 17.5, 22.5 and 27.5; the middle of age 19 is 19.5: two of five years further.
    np.testing.assert_allclose(
        single.sel(region="a", age=[15, 17, 19, 22, 24, 29]), [0, 0, 0.04, 0.1, 0.068, 0.02]
    )


def test_death_rates_are_interpolated_by_their_logarithm():
    groups = array([0.01, 0.04], age=[80, 85])
    single = rates_at_ages(groups, log=True)
    np.testing.assert_allclose(single.sel(age=82), 0.01)
    np.testing.assert_allclose(single.sel(age=84), 0.01 * 4**0.4)
    with pytest.raises(DataError, match="above 0"):
        rates_at_ages(array([0.0, 0.1], age=[80, 85]), log=True)


def test_rates_between_years_lie_on_a_line_and_are_held_outside():
    known = array([1.0, 2.0], year=[2010, 2020])
    np.testing.assert_allclose(
        rates_at_years(known, np.array([2005, 2010, 2013, 2020, 2040])), [1.0, 1.0, 1.3, 2.0, 2.0]
    )
    np.testing.assert_allclose(rates_at_years(known.isel(year=[0]), np.array([2000, 2030])), 1.0)


@steady
@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.integers(1, 10))
def test_interpolated_rates_stay_between_the_lowest_and_the_highest(values, width):
    groups = array(values, age=np.arange(len(values)) * width)
    single = rates_at_ages(groups)
    assert single.sizes["age"] == len(values) * width
    assert min(values) - 1e-12 <= float(single.min())
    assert float(single.max()) <= max(values) + 1e-12
