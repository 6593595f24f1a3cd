"""Competence held and required, and moves between occupations."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.model.competence import competence_gap
from workforce.model.mobility import apply_transition, learning_gap, similarity

steady = settings(deadline=None, derandomize=True, max_examples=40)
CODES, SKILLS = ["2221", "5321"], ["medication", "dementia"]


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


def home_care(**changes):
    parts = {
        "fte_by_age": array([[10, 5], [20, 10]], occupation=CODES, age=[40, 60]),
        "holding": array(
            [[[1.0, 1.0], [0.2, 0.6]], [[0.5, 0.0], [0.5, 0.5]]],
            occupation=CODES,
            competence=SKILLS,
            age=[40, 60],
        ),
        "demand_fte": array([20, 30], occupation=CODES),
        "requirement": array([[1.0, 0.5], [0.5, 0.2]], occupation=CODES, competence=SKILLS),
    }
    return parts | changes


def test_held_and_required_competence_by_hand():
    gap = competence_gap(**home_care())
    np.testing.assert_allclose(gap.held, [15 + 10, 2 + 3 + 10 + 5])
    np.testing.assert_allclose(gap.required, [20 + 15, 10 + 6])
    np.testing.assert_allclose(gap.missing, [10, 0])
    np.testing.assert_allclose(gap.surplus, [0, 4])
    assert "drain" not in gap


def test_those_who_leave_take_their_competence_with_them():
    leaving = array([[0, 2], [1, 0]], occupation=CODES, age=[40, 60])
    gap = competence_gap(**home_care(exits_fte=leaving))
    np.testing.assert_allclose(gap.drain, [2 + 0.5, 1.2 + 0.5])


def test_one_occupation_may_make_up_for_another():
    few = home_care(demand_fte=array([5, 30], occupation=CODES))
    assert competence_gap(**few).missing.sel(competence="medication").item() == 0.0


@steady
@given(st.integers(0, 2**32 - 1))
def test_missing_and_surplus_are_the_two_sides_of_one_gap(seed):
    rng = np.random.default_rng(seed)
    sectors, ages, draws = ["care", "school"], [30, 40, 50], [0, 1]
    people = {"draw": draws, "sector": sectors, "occupation": CODES, "sex": ["female", "male"]}
    fte = array(rng.uniform(0, 9, (2, 2, 2, 2, 3)), **people, working_age=ages)
    gap = competence_gap(
        fte,
        array(rng.uniform(0, 1, (2, 2, 3)), occupation=CODES, competence=SKILLS, working_age=ages),
        array(rng.uniform(0, 60, (2, 2, 2)), draw=draws, sector=sectors, occupation=CODES),
        array(rng.uniform(0, 1, (2, 2, 2)), sector=sectors, occupation=CODES, competence=SKILLS),
        exits_fte=fte * 0.1,
    )
    assert set(gap.held.dims) == {"draw", "sector", "competence"}
    xr.testing.assert_allclose(gap.required - gap.held, gap.missing - gap.surplus)
    assert ((gap.missing == 0) | (gap.surplus == 0)).all()
    xr.testing.assert_allclose(gap.drain, 0.1 * gap.held)


def test_a_competence_that_one_side_lacks_is_named():
    other = home_care()["requirement"].assign_coords(competence=["medication", "wounds"])
    with pytest.raises(DataError, match="dementia only in holding and wounds only in requirement"):
        competence_gap(**home_care(requirement=other))
    with pytest.raises(DataError, match=r"holding: .* above 1"):
        competence_gap(**home_care(holding=home_care()["holding"] * 3))
    with pytest.raises(DataError, match="demand_fte has the dimension age"):
        competence_gap(**home_care(demand_fte=home_care()["fte_by_age"]))


PROFILES = array(
    [[3, 4, 0], [0, 4, 0], [0, 0, 0]], occupation=["nurse", "aide", "none"], competence=list("abc")
)


def test_similarity_by_hand():
    cosine = similarity(PROFILES)
    assert cosine.sel(occupation="nurse", occupation_to="aide").item() == pytest.approx(0.8)
    overlap = similarity(PROFILES, method="overlap")
    assert overlap.sel(occupation="nurse", occupation_to="aide").item() == pytest.approx(4 / 7)
    np.testing.assert_allclose(cosine.sel(occupation="none"), [0, 0, 1])
    with pytest.raises(ParameterError, match="method"):
        similarity(PROFILES, method="euclid")


def test_learning_goes_one_way():
    gap = learning_gap(PROFILES)
    assert gap.sel(occupation="aide", occupation_to="nurse").item() == 3
    assert gap.sel(occupation="nurse", occupation_to="aide").item() == 0


@st.composite
def profiles(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = (draw(st.integers(1, 6)), draw(st.integers(1, 5)))
    values = rng.exponential(1, size) * rng.integers(0, 2, size)
    return array(values, occupation=range(size[0]), competence=range(size[1]))


@steady
@given(profiles(), st.sampled_from(["cosine", "overlap"]))
def test_similarity_is_symmetric_and_whole_to_oneself(profile, method):
    alike = similarity(profile, method=method)
    np.testing.assert_allclose(alike.values, alike.values.T)
    np.testing.assert_array_equal(np.diag(alike.values), 1.0)
    assert ((alike >= 0) & (alike <= 1)).all()


@steady
@given(profiles())
def test_the_two_ways_differ_by_what_the_occupations_ask_in_all(profile):
    gap = learning_gap(profile).transpose("occupation", "occupation_to").values
    asked = profile.sum("competence").values
    np.testing.assert_allclose(gap - gap.T, asked[np.newaxis] - asked[:, np.newaxis], atol=1e-12)


def test_moves_by_hand():
    moves = array([[0.9, 0.1], [0.3, 0.7]], occupation=CODES, occupation_to=CODES)
    np.testing.assert_allclose(apply_transition(array([10, 20], occupation=CODES), moves), [15, 15])


@steady
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_moves_neither_lose_nor_make_people(seed, count):
    rng = np.random.default_rng(seed)
    stock = array(
        rng.uniform(0, 99, (2, count, 3)), region=[1, 2], occupation=range(count), age=[1, 2, 3]
    )
    moves = array(
        rng.dirichlet(np.ones(count), (2, count)),
        draw=[0, 1],
        occupation=range(count),
        occupation_to=range(count),
    )
    moved = apply_transition(stock, moves)
    assert moved.dims == ("draw", "region", "occupation", "age")
    np.testing.assert_allclose(
        moved.sum("occupation"), stock.sum("occupation").expand_dims(draw=2), rtol=1e-12
    )


def test_moves_that_lose_people_are_refused():
    moves = array([[0.9, 0.0], [0.3, 0.7]], occupation=CODES, occupation_to=CODES)
    with pytest.raises(DataError, match=r"1 cell \(occupation=2221\) do not"):
        apply_transition(array([10, 20], occupation=CODES), moves)
