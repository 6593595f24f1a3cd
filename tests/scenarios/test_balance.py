"""Random inputs that balance within a run, and ends of intervals that err by less for it."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.ends import by_kind, error_of_ends

from workforce.inputs import load_inputs
from workforce.model.chance import stream
from workforce.scenarios.balance import NATION, POST, REGION, along, lead, normals

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def numbers(*names):
    return np.random.Generator(stream(1, *names))


@pytest.mark.parametrize("draws", [60, 100, 200])
def test_what_moves_most_has_mean_0_variance_1_and_nothing_in_common_in_the_draws(draws):
    nation, place = lead(3, draws), lead(3, draws, "9001")
    post = normals(3, draws, POST, "exit", "estimate", "care", "nurse", place="9001")
    room = draws // 2 - nation.shape[1] - 1
    every = np.concatenate([nation, place[:, :room]], axis=1)
    np.testing.assert_allclose(every.mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(every.T @ every / draws, np.eye(every.shape[1]), atol=1e-9)
    if draws == 200:
        np.testing.assert_allclose(every.T @ post, 0.0, atol=1e-6)


def test_balanced_numbers_are_normal_and_any_order_of_the_draws_is_as_likely():
    runs = np.array([lead(seed, 40) for seed in range(400)])
    first, last = runs[:, 0].ravel(), runs[:, -1].ravel()
    for some in (first, last):
        assert some.mean() == pytest.approx(0.0, abs=0.05)
        assert some.std() == pytest.approx(1.0, abs=0.05)
        assert np.mean(abs(some) > 1.645) == pytest.approx(0.1, abs=0.02)
    assert np.corrcoef(runs[:, 0, 0], runs[:, 1, 0])[0, 1] == pytest.approx(-1 / 39, abs=0.12)


def test_with_few_draws_there_is_no_room_and_the_numbers_are_plain():
    few = lead(3, 20, "9001")
    assert few.shape == (20, sum(REGION.values()))
    assert abs(few[:, -1].mean()) > 1e-6
    assert lead(3, 20).shape == (20, sum(NATION.values()))


def test_a_path_of_balanced_numbers_varies_as_one_of_plain_ones():
    path = np.tril(np.ones((6, 6)))
    luck = numbers("lead").normal(size=(20_000, 2))
    walked = along(path, luck, numbers("rest")) @ path.T
    np.testing.assert_allclose(np.cov(walked.T), path @ path.T, atol=0.25)
    # A walk of six steps is mostly its first component.
    explained = 1 - np.var(walked - luck @ np.linalg.lstsq(luck, walked)[0], axis=0)[-1] / 6
    assert explained > 0.8


@pytest.mark.parametrize("seed", range(8))
def test_the_rounding_of_a_processor_chooses_no_other_draws(seed):
    """Directions of a path that is the same from both ends are even or odd: parts of them tie."""
    path = 0.9 ** abs(np.subtract.outer(np.arange(9), np.arange(9)))
    luck = numbers("lead").normal(size=(50, 3))
    rounded = path * (1 + 1e-13 * np.random.default_rng(seed).normal(size=path.shape))
    one, other = (along(some, luck, numbers("rest")) for some in (path, rounded))
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_ends_of_200_draws_err_by_less_than_8_per_cent_of_half_the_width():
    inputs = load_inputs(SAMPLE, region="9010", horizon=5)
    found = error_of_ends(inputs, draws=200, seeds=range(8), variables=("shortage_fte",), by=())
    lower, _, upper, figures = by_kind(found["shortage_fte"])["whole"]
    assert figures == 1
    assert ((lower**2 + upper**2) / 2) ** 0.5 < 0.08
