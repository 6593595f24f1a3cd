"""Counts that sums bind to other tables: flows with stocks, bands of large occupations, years."""

import itertools
from collections import Counter
from functools import cache

import numpy as np
import pytest
from tests.disclosure.posterior import BASE, PRIORS, believe_cause

from workforce.disclosure.national import EXITS, ORIGINS
from workforce.disclosure.stocks import OWN
from workforce.disclosure.tree import Path, round_below, round_inside, round_tree, sums

MOST = 0.6
LEAST_VALUES = 5
BANDS = ("a", "c", "d")
DRAWS = 20_000
FEW = 250
"""Draws that show alike, from which what they leave is judged."""


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("kinds", [EXITS, ORIGINS])
def test_flows_beside_the_stocks_that_they_balance_leave_five_values_and_no_strong_belief(
    prior, kinds
):
    """What misses the balance by more than a base is not told, so that these are all ways."""
    for shown in itertools.combinations_with_replacement((0, 5, 10, 15), len(kinds)):
        told = dict(zip(kinds, shown, strict=True))
        for missed, count in itertools.product((-5, 0, 5), set(shown)):
            target = next(kind for kind in kinds if told[kind] == count)
            belief = believe_cause(told, target, PRIORS[prior], missed=missed)
            assert len(belief) >= LEAST_VALUES
            assert max(belief.get(few, 0.0) for few in range(1, BASE)) <= MOST


@pytest.mark.parametrize("prior", PRIORS)
def test_holders_beside_who_is_there_tell_of_nobody_who_lacks_a_competence(prior):
    """Tables that name no place tell of an occupation that only a county council has."""
    near = {off: BASE - abs(off) for off in range(1 - BASE, BASE)}
    for there, held in ((20, 20), (20, 15), (20, 10), (15, 5), (50, 45)):
        belief: Counter[int] = Counter()
        for one, other in itertools.product(near, near):
            lacking = there + one - held - other
            if lacking >= 0:
                belief[lacking] += PRIORS[prior](lacking) * near[one] * near[other]
        assert len(belief) >= LEAST_VALUES
        assert max(belief[few] for few in range(1, BASE)) / sum(belief.values()) <= MOST


@cache
def sectors() -> list[tuple[dict[Path, int], tuple[int, int], tuple[int, ...]]]:
    """Counts of the young and the old of an occupation and of others, and all that is shown."""
    rng = np.random.default_rng(20261)
    found = []
    for _ in range(DRAWS):
        counts = {("s", post, band): int(n) for (post, band), n in zip(
            itertools.product(("l", "o"), BANDS), rng.integers(0, [20, 14, 14, 30, 14, 14]),
            strict=True)}  # fmt: skip
        counts["s", "l", "a"] += OWN - 5
        told = shown_of(counts, rng)
        if told is not None:
            found.append((counts, *told))
    return found


def shown_of(
    counts: dict[Path, int], rng: np.random.Generator
) -> tuple[tuple[int, int], tuple[int, ...]] | None:
    """Show bands of a sector, and of its large occupation; nothing where that shows too few."""
    tosses: dict[str, float] = {}

    def coin(name: str) -> float:
        return tosses.setdefault(name, rng.random())

    posts = sums(counts, 2)
    cells = round_tree(posts, coin, base=BASE)
    large = {path: n for path, n in cells.items() if n >= OWN}
    if ("s", "l") not in large:
        return None
    every = {("s", band): sum(counts["s", post, band] for post in "lo") for band in BANDS}
    of_all = round_below(every, sums(cells, 1), coin, base=BASE)
    tosses.clear()
    inner = {path: n for path, n in counts.items() if path[:2] in large}
    own = round_inside(inner, large, of_all, coin, base=BASE)
    shown = [(of_all.get(("s", band), 0), own.get(("s", "l", band), 0)) for band in BANDS]
    assert all(part <= whole for whole, part in shown)
    return shown[2], (large["s", "l"] - sum(part for _, part in shown),)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("post", ["l", "o"])
def test_bands_of_a_large_occupation_beside_those_of_its_sector_tell_of_nobody(prior, post):
    """Also where it is seen that some band had no room for what is shown."""
    for beside in (False, True):
        seen: dict[tuple[int, ...], list[tuple[int, float]]] = {}
        for counts, shown, other in sectors():
            weight = PRIORS[prior](counts["s", "l", "d"]) * PRIORS[prior](counts["s", "o", "d"])
            told = (*shown, *other) if beside else shown
            seen.setdefault(told, []).append((counts["s", post, "d"], weight))
        often = [drawn for drawn in seen.values() if len(drawn) > FEW]
        assert len(often) > 8
        for drawn in often:
            belief: Counter[int] = Counter()
            for count, weight in drawn:
                belief[count] += weight
            few = [belief[count] for count in range(1, BASE)]
            assert not any(few) or len(belief) >= LEAST_VALUES
            assert max(few) / sum(belief.values()) <= MOST


def test_a_band_that_shows_more_than_all_of_its_sector_would_leave_four_values():
    """What the room is for: rounded apart, a part shows 5 where nobody of the sector does."""
    counts = {("s", "l", "a"): 48, ("s", "l", "d"): 2}
    first = {("s", "a"): 50, ("s", "d"): 0}
    tosses = {"s/l|a|d": 0.9}
    apart = round_below(counts, {("s", "l"): 50}, tosses.__getitem__, base=BASE)
    assert apart == {("s", "l", "a"): 45, ("s", "l", "d"): 5}
    inside = round_inside(counts, {("s", "l"): 50}, first, tosses.__getitem__, base=BASE)
    assert inside == {("s", "l", "a"): 50}
