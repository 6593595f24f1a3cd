"""What two publications beside one another tell: a correction, and a place that came late."""

from functools import cache, partial

import numpy as np
import polars as pl
import pytest
from tests.disclosure.posterior import BASE, PRIORS
from tests.disclosure.test_safe_tables import TOWNS, of_towns, protected, safe, true

from workforce.disclosure.tree import Path, round_alone, round_tree

MOST = 0.6
TOP = 11
DRAWS = 400
CELLS: tuple[Path, Path] = (("h", "p", "a"), ("h", "p", "b"))


@cache
def shown_by_coins() -> np.ndarray:
    """What two cells of a group show, by fall of the coins and by their counts, as one number."""
    rng = np.random.default_rng(20261)
    found = np.zeros((DRAWS, TOP, TOP), dtype=np.int64)
    for draw in range(DRAWS):
        fixed: dict[str, float] = {}
        for a in range(TOP):
            for b in range(TOP):
                shown = round_tree(
                    dict(zip(CELLS, (a, b), strict=True)),
                    lambda name, fixed=fixed: fixed.setdefault(name, rng.random()),
                    base=BASE,
                )
                one, other = (shown.get(cell, 0) // BASE for cell in CELLS)
                found[draw, a, b] = 4 * one + other
    return found


@pytest.mark.parametrize("prior", PRIORS)
def test_a_corrected_cell_uncovers_no_partner(prior):
    """The one cell was corrected; both publications are kept, and the other cell has not changed.

    A partner that moves between 0 and 5 is known to be 1 to 4, and which of them is not.
    """
    shown, weight = shown_by_coins(), PRIORS[prior]
    told = np.zeros((16, 16, TOP))
    for before in range(TOP):
        for after in range(TOP):
            for partner in range(TOP) if before != after else ():
                pair = shown[:, before, partner] * 16 + shown[:, after, partner]
                chance = weight(before) * weight(after) * weight(partner)
                told[:, :, partner] += chance * np.bincount(pair, minlength=256).reshape(16, 16)
    whole = told.sum(axis=2)
    often = whole > 1e-3 * whole.sum()
    belief = told / np.where(whole > 0, whole, 1.0)[:, :, None]
    assert belief[often][:, 1:BASE].max() <= MOST
    few = often & (belief[:, :, 1:BASE].sum(axis=2) > 0)
    assert (belief[few] > 0).sum(axis=1).min() >= BASE - 1


def toss_of(toss: float, _: str) -> float:
    return toss


def test_the_sum_with_a_place_and_without_it_leaves_the_place_what_a_count_leaves_by_itself():
    """Tables that name no place: shown for twelve municipalities, and for eleven of them."""
    seen = {count: [0, 0] for count in range(10)}
    for toss in np.linspace(0.005, 0.995, 100):
        coin = partial(toss_of, float(toss))
        for others in range(100, 100 + BASE):
            for count in seen:
                eleven, twelve = (round_alone(n, coin, "", base=BASE)
                                  for n in (others, others + count))  # fmt: skip
                if twelve - eleven in (0, BASE):
                    seen[count][(twelve - eleven) // BASE] += 1
    for way in range(2):
        possible = [count for count, ways in seen.items() if ways[way]]
        assert len(possible) >= BASE
        for count in (1, 2, 3):
            assert 0.5 <= seen[count][way] / seen[count + 1][way] <= 2.0


def test_a_county_less_the_county_without_a_place_is_what_the_place_shows_itself():
    late = protected(of_towns(true(), TOWNS[:1]))
    names = [name for name in safe() if "region" in safe()[name].columns and name != "regions"]
    assert len(names) > 8
    for name in names:
        rest = safe()[name].filter(pl.col("region") == TOWNS[0])
        assert name not in late or late[name].filter(pl.col("region") == TOWNS[0]).equals(rest)
