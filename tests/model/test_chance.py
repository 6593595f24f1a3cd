"""Counts by chance: the distributions they must have, and luck that scenarios share."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from workforce.model.chance import another, binomial_count, poisson_count, split_count, stream

LUCK = np.random.default_rng(1).random(20_000)


@pytest.mark.parametrize(
    ("trials", "probability"), [(1, 0.1), (2, 0.3), (3, 0.95), (17, 0.55), (200, 0.2), (5, 1.0)]
)
def test_leavers_of_a_small_post_are_binomial(trials, probability):
    counted = binomial_count(LUCK, np.array(float(trials)), np.array(probability))
    np.testing.assert_array_equal(counted, stats.binom.ppf(LUCK, trials, probability))


@pytest.mark.parametrize(("trials", "probability"), [(1_000, 0.3), (1_000, 0.9), (40_000, 0.05)])
def test_leavers_of_a_large_post_are_at_most_one_from_binomial(trials, probability):
    counted = binomial_count(LUCK, np.array(float(trials)), np.array(probability))
    exact = stats.binom.ppf(LUCK, trials, probability)
    assert np.abs(counted - exact).max() <= 1
    assert (counted != exact).mean() < 0.01


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 50.0])
def test_few_recruits_are_poisson(mean):
    np.testing.assert_array_equal(
        poisson_count(LUCK, np.array(mean)), stats.poisson.ppf(LUCK, mean)
    )


@pytest.mark.parametrize("mean", [80.0, 900.0])
def test_many_recruits_are_at_most_one_from_poisson(mean):
    counted, exact = poisson_count(LUCK, np.array(mean)), stats.poisson.ppf(LUCK, mean)
    assert np.abs(counted - exact).max() <= 1
    assert (counted != exact).mean() < 0.01


@example(1.658223230124582e-16, 53, 0.5, 0.625)
@given(st.floats(0, 0.999), st.integers(0, 200), st.floats(0, 1), st.floats(0, 1))
def test_the_same_luck_never_gives_fewer_leavers_at_a_higher_rate(luck, trials, one, other):
    few, many = (
        binomial_count(np.array([luck]), np.array([float(trials)]), np.array([p]))[0]
        for p in sorted((one, other))
    )
    assert 0 <= few <= many <= trials


def test_half_a_person_leaves_in_proportion():
    counted = binomial_count(np.array([0.0, 0.0]), np.array([0.5, 2.5]), np.array([0.4, 0.4]))
    np.testing.assert_allclose(counted, [0.2, 0.2])


def test_a_split_of_three_persons_is_multinomial():
    shares = np.broadcast_to([0.2, 0.3, 0.5], (len(LUCK), 3))
    split = split_count(another(LUCK, 5), np.full(LUCK.shape, 3.0), shares)
    np.testing.assert_array_equal(split.sum(axis=-1), 3.0)
    np.testing.assert_allclose(split.mean(axis=0), [0.6, 0.9, 1.5], atol=0.03)
    exact = stats.multinomial.cov(3, [0.2, 0.3, 0.5])
    np.testing.assert_allclose(np.cov(split.T), exact, atol=0.03)


def test_luck_made_of_luck_is_uniform_and_unrelated():
    made = another(LUCK, 1)
    assert stats.kstest(made, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(made, LUCK)[0, 1]) < 0.03
    assert abs(np.corrcoef(made, another(LUCK, 2))[0, 1]) < 0.03


def test_a_stream_depends_on_its_names_only():
    one, again, other = (
        np.random.Generator(stream(7, *names)).random(3)
        for names in (("use", "school"), ("use", "school"), ("use", "care"))
    )
    np.testing.assert_array_equal(one, again)
    assert not np.any(one == other)


def test_of_a_hair_under_a_whole_person_no_more_leave_than_there_are():
    there = np.full(200, 3.0 - 2e-10)
    gone = binomial_count(np.linspace(0.0, 0.999, 200), there, np.full(200, 0.9))
    assert (gone <= there).all()
    assert gone.max() > 2.9
