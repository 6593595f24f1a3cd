"""Whether each unit has enough holders of what it needs: by hand and by counting."""

import itertools

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError
from workforce.model.competence import compare_competence, competence_gap
from workforce.model.coverage import covered_units, unit_coverage

steady = settings(deadline=None, derandomize=True, max_examples=30)


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


def one(holders, shares, least, **options):
    return unit_coverage(
        array([holders], competence=["a"]),
        array(shares, service_unit=range(len(shares))),
        array([least], competence=["a"]),
        **options,
    ).values[0]


def test_three_holders_over_two_units_by_hand():
    # At least one of three in a unit that takes half: 1 - 1/8; at least two: 1/2.
    np.testing.assert_allclose(one(3, [0.5, 0.5], 1), 7 / 8)
    np.testing.assert_allclose(one(3, [0.5, 0.5], 2), 1 / 2)
    # A small unit of a fifth: 1 - 0.8^3.
    np.testing.assert_allclose(one(3, [0.8, 0.2], 1), [1 - 0.2**3, 1 - 0.8**3])
    # Half of the holders at work: the unit of all has one with 1 - 1/8.
    np.testing.assert_allclose(one(3, [1.0], 1, present=0.5), 7 / 8)


def test_part_of_a_holder_is_a_holder_with_that_probability():
    np.testing.assert_allclose(one(2.5, [0.5], 2), (1 / 4 + 1 / 2) / 2)
    np.testing.assert_allclose(one(1.5, [1.0], 2), 0.5)
    np.testing.assert_allclose(one(0.0, [1.0], 1), 0.0)
    np.testing.assert_allclose(one(0.0, [0.3], 0), 1.0)


@steady
@given(st.integers(0, 6), st.integers(0, 4), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_coverage_is_that_of_every_way_to_spread_the_holders(holders, least, units, seed):
    shares = np.random.default_rng(seed).dirichlet(np.ones(units))
    wanted = np.zeros(units)
    for placed in itertools.product(range(units), repeat=holders):
        chance = np.prod(shares[list(placed)])
        wanted += chance * (np.bincount(placed, minlength=units) >= least)
    np.testing.assert_allclose(one(holders, shares, least), wanted, atol=1e-12)


@steady
@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 1), st.integers(0, 6))
def test_more_holders_and_lower_demands_never_cover_less(few, many, share, least):
    few, many = sorted((few, many))
    low, high = one(few, [share], least)[0], one(many, [share], least)[0]
    assert 0.0 <= low <= high + 1e-9 <= 1.0 + 1e-9
    assert one(few, [share], least + 1)[0] <= low + 1e-9


def test_what_is_no_count_or_share_is_refused():
    with pytest.raises(DataError, match="whole persons"):
        one(3, [0.5], 1.5)
    with pytest.raises(DataError, match=r"unit_share: .* above 1"):
        one(3, [1.5], 1)
    with pytest.raises(DataError, match="present is 0"):
        one(3, [0.5], 1, present=0)


def test_units_are_counted_by_size_and_those_with_every_competence():
    places = {"region": ["r"], "sector": ["school", "office"]}
    holders = array(np.full((1, 2, 2, 1), 3.0), **places, competence=["a", "b"], year=[2026])
    units = array([[[0.5, 0.3, 0.2], [0.0, 0.0, 0.0]]], **places, service_unit=[1, 2, 3])
    least = array([[1, 2], [0, 0]], sector=places["sector"], competence=["a", "b"])
    found = covered_units(holders, units, least)
    shares = np.array([0.5, 0.3, 0.2])
    a = 1 - (1 - shares) ** 3
    b = a - 3 * shares * (1 - shares) ** 2
    school = found["units_covered"].sel(sector="school", year=2026).values[0]
    np.testing.assert_allclose(school, [a.sum(), b.sum()])
    assert not found["units_covered"].sel(sector="office").any()
    staffed = found["units_staffed"].sel(sector="school", year=2026).isel(region=0)
    by_size = {size: float(staffed.sel(unit_size=size)) for size in ("small", "large", "every")}
    both = a * b
    np.testing.assert_allclose(by_size["large"], both[0])
    np.testing.assert_allclose(by_size["small"], both[1:].sum())
    np.testing.assert_allclose(by_size["every"], both.sum())


def test_the_gap_by_age_and_by_sums_is_the_same_gap():
    labels = {"occupation": ["x"], "age": [40, 60]}
    fte = array([[10, 5]], **labels)
    holding = array([[[0.5, 1.0]]], occupation=["x"], competence=["a"], age=[40, 60])
    gap = competence_gap(
        fte,
        holding,
        array([12], occupation=["x"]),
        array([[1]], occupation=["x"], competence=["a"]),
    )
    xr.testing.assert_equal(gap, compare_competence(gap["required"], gap["held"]))
    assert gap["missing"].item() == 2
