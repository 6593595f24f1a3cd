"""Ends of intervals: how often they hold one more draw, how smooth they are, what they leave."""

import numpy as np
import pytest

from workforce.scenarios.draws import ENDS
from workforce.scenarios.ends import ends

KINDS = {
    "even": lambda z: z,
    "skewed": lambda z: np.exp(0.5 * z),
    "cut at zero": lambda z: np.maximum(z - 1.0, 0.0),
    "mostly above zero": lambda z: np.maximum(z + 1.0, 0.0),
    "whole numbers": lambda z: np.round(2.0 * z),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("draws", "level"), [(20, 0.8), (100, 0.8), (200, 0.8), (200, 0.95)])
def test_one_draw_more_lies_within_as_often_as_the_level_says(draws, level, kind):
    rng = np.random.default_rng(5)
    z = rng.normal(size=(draws + 1, 10_000))
    *rest, more = KINDS[kind](z)
    centre = np.median(rest, axis=0)
    lower, upper = ends(np.array(rest), centre, level, by_year=False)
    inside = np.mean((lower <= more) & (more <= upper))
    # A line through the few draws of a tail lies a little further out.
    most = 0.02 if draws < 100 else 0.01
    if kind in ("even", "skewed"):
        assert level - 0.01 < inside < level + most
    else:
        assert inside > level - 0.01


def walks(places=400, draws=200, years=10, seed=6):
    """Random walks with a trend and a kink, the last draw being what came."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(draws + 1, places, years))
    path = np.concatenate([np.zeros((draws + 1, places, 1)), np.cumsum(steps, axis=-1)], axis=-1)
    kink = np.maximum(np.arange(years + 1) - 4.0, 0.0) * 3.0
    return path[:-1] + kink, path[-1] + kink, np.broadcast_to(kink, (places, years + 1))


def roughness(band):
    return np.sqrt(np.mean(np.diff(band, 2, axis=-1) ** 2))


def test_bands_over_years_are_smooth_and_hold_what_comes_in_every_year():
    draws, came, centre = walks()
    lower, upper = ends(draws, centre, 0.8, by_year=True)
    raw = np.quantile(draws, [0.1, 0.9], axis=0, method=ENDS)
    true = 1.2816 * np.sqrt(np.arange(11))
    for end, by_rank, sign in ((lower, raw[0], -1), (upper, raw[1], 1)):
        known = centre + sign * true
        assert roughness(end - known) < 0.65 * roughness(by_rank - known)
    inside = ((lower <= came) & (came <= upper))[:, 1:]
    assert inside.mean() == pytest.approx(0.8, abs=0.02)
    assert abs(inside.mean(axis=0) - 0.8).max() < 0.07
    # The root of the years, that a walk widens by, is not bent.
    width = (upper - lower).mean(axis=0)[1:] / 2 / np.sqrt(np.arange(1, 11))
    np.testing.assert_allclose(width, 1.2816, rtol=0.04)


def test_smooth_ends_err_less_than_draws_at_a_rank():
    draws, _, centre = walks()
    found = ends(draws, centre, 0.8, by_year=True)[1, :, -1].std()
    by_rank = np.quantile(draws, 0.9, axis=0, method=ENDS)[:, -1].std()
    assert found < 0.92 * by_rank


def test_the_base_year_stays_and_the_centre_lies_within():
    draws, _, centre = walks(places=50)
    off = centre + 5.0
    lower, upper = ends(draws, off, 0.8, by_year=True)
    assert (lower <= off).all()
    assert (off <= upper).all()
    lower, upper = ends(draws, centre, 0.8, by_year=True)
    np.testing.assert_array_equal(lower[:, 0], 0.0)
    np.testing.assert_array_equal(upper[:, 0], 0.0)


def test_ends_are_the_same_to_the_bit_whatever_stands_beside():
    draws, _, centre = walks(places=7)
    every = ends(draws, centre, 0.8, by_year=True)
    alone = ends(draws[:, 3:4], centre[3:4], 0.8, by_year=True)
    np.testing.assert_array_equal(every[:, 3:4], alone)


def test_the_upper_end_is_the_lower_one_of_the_mirror_image():
    draws, _, centre = walks(places=20)
    lower, upper = ends(draws, centre, 0.8, by_year=True)
    mirrored = ends(-draws, -centre, 0.8, by_year=True)
    np.testing.assert_allclose(mirrored, [-upper, -lower], atol=1e-12)


def test_what_most_draws_cut_at_zero_stays_at_zero():
    draws, _, _ = walks(places=30)
    cut = np.maximum(draws - 40.0, 0.0)
    np.testing.assert_array_equal(ends(cut, cut[0] * 0.0, 0.8, by_year=True)[:, :, :8], 0.0)


def test_a_figure_that_is_no_number_in_one_draw_has_no_ends():
    draws, _, centre = walks(places=2)
    draws = draws.copy()
    draws[7, 1, 4] = np.nan
    found = ends(draws, centre, 0.8, by_year=False)
    assert np.isnan(found[:, 1, 4]).all()
    assert np.isfinite(found[:, 0]).all()
