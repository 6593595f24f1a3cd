"""What the shown tables leave open, for one who knows the algorithm and not the key."""

import itertools
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial

import numpy as np
import polars as pl
import pytest
from tests.disclosure.posterior import BASE, PRIORS, believe, outcomes
from tests.tables import read_folder

from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import BANDS, branch_of
from workforce.disclosure.stocks import show_staff
from workforce.disclosure.tree import Coin, Path, place_key, round_below, round_tree, sums
from workforce.sources.tables.files import packaged_folder

MOST = 0.6
"""The most that may be believed of any one count of 1 to 4."""
LEAST_VALUES = 5
SHAPES: dict[str, list[Path]] = {
    "one group": [("h", "p", "a"), ("h", "p", "b"), ("h", "p", "c"), ("h", "p", "d")],
    "two groups": [("h", "p", "a"), ("h", "p", "b"), ("h", "q", "c"), ("h", "q", "d")],
    "two sectors": [("h", "p", "a"), ("h", "q", "b"), ("s", "p", "c"), ("s", "p", "d")],
    "one cell": [("h", "p", "a")],
}


def test_neighbouring_counts_are_at_most_twice_as_likely_as_one_another():
    def chance(count: int, shown: int) -> Fraction:
        told = {(("h",), shown)} if shown else set()
        return outcomes({("h",): count}).get(tuple(told), Fraction(0))

    for count, shown in itertools.product((1, 2, 3), (0, 5)):
        assert Fraction(1, 2) <= chance(count, shown) / chance(count + 1, shown) <= 2


def test_sums_over_all_tables_believe_what_branching_over_the_coins_believes():
    paths = SHAPES["two groups"]
    prior = {name: [weight(k) for k in range(7)] for name, weight in PRIORS.items()}["small"]
    joint: dict[tuple[tuple[Path, int], ...], dict[tuple[int, ...], float]] = {}
    for counts in itertools.product(range(7), repeat=len(paths)):
        weight = 1.0
        for count in counts:
            weight *= prior[count]
        for shown, chance in outcomes(dict(zip(paths, counts, strict=True))).items():
            joint.setdefault(shown, {})[counts] = weight * float(chance)
    for shown, tables in list(joint.items())[::9]:
        told = dict.fromkeys(paths, 0) | dict(shown)
        whole = sum(tables.values())
        for place, path in enumerate(paths):
            by_branching: Counter[int] = Counter()
            for counts, weight in tables.items():
                by_branching[counts[place]] += weight / whole
            by_sums = believe(told, path, lambda k: prior[k] if k < 7 else 0.0)
            assert by_sums == pytest.approx(dict(by_branching))


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("shape", SHAPES)
def test_four_cells_leave_five_values_and_no_strong_belief_whatever_is_shown(shape, prior):
    paths = SHAPES[shape]
    for shown in itertools.product((0, 5, 10), repeat=len(paths)):
        told = dict(zip(paths, shown, strict=True))
        for path in paths:
            belief = believe(told, path, PRIORS[prior])
            assert len(belief) >= LEAST_VALUES
            assert max(belief.get(count, 0.0) for count in range(1, 5)) <= MOST


@cache
def sample() -> dict[str, pl.DataFrame]:
    return read_folder(packaged_folder("sample"), ["staff"])


def of_place(region: str) -> tuple[dict[Path, tuple[int, int]], dict[Path, tuple[int, int]]]:
    """True and shown counts of a place in its latest year, for every post and band there may be."""
    tables = sample()
    shown = show_staff(tables["staff"], {region: place_key(sample_key(), region)})
    # A council's posts are few beside those that it may have, and it is alone in the sample.
    kind = (pl.col("region") == "9000") == (region == "9000")
    posts = tables["staff"].filter(kind).select("sector", "occupation").unique().iter_rows()
    staff = tables["staff"].filter((pl.col("region") == region) & (pl.col("year") == 2026))
    a: dict[Path, tuple[int, int]] = {(s, branch_of(o), o): (0, 0) for s, o in posts}
    b: dict[Path, tuple[int, int]] = {(path[0], band): (0, 0) for path in a for band in BANDS}
    for sector, occupation, age, persons in staff.select(
        "sector", "occupation", "age", "persons"
    ).iter_rows():
        path = (sector, branch_of(occupation), occupation)
        a[path] = (a[path][0] + int(persons), 0)
        band = (sector, next(n for n, (low, high) in BANDS.items() if low <= age <= high))
        b[band] = (b[band][0] + int(persons), 0)
    for row in shown.cells.iter_rows(named=True):
        path = (row["sector"], row["group"], row["occupation"])
        a[path] = (a[path][0], int(row["persons"]))
    for row in shown.bands.iter_rows(named=True):
        b[row["sector"], row["band"]] = (b[row["sector"], row["band"]][0], int(row["persons"]))
    return a, b


@pytest.mark.parametrize("region", ["9012", "9010", "9000"])
def test_occupations_and_ages_of_a_place_together_tell_of_nobody(region):
    a, b = of_place(region)
    told_a = {path: shown for path, (_, shown) in a.items()}
    told_b = {path: shown for path, (_, shown) in b.items()}
    few = [(path, n, path in b) for path, (n, _) in (a | b).items() if 1 <= n < BASE]
    assert few
    for path, count, in_bands in few:
        for prior in PRIORS.values():
            belief = believe(told_a, path, prior, bands=told_b, target_in_bands=in_bands)
            assert len(belief) >= LEAST_VALUES, path
            assert belief[count] <= MOST, path


def years_shown(count: int, years: int, coin: Coin | None, rng: np.random.Generator) -> int:
    """In how many years a post that never changes is shown as 5, while the others come and go."""
    cells: dict[Path, int] = {
        ("h", "p", "2211"): count, ("h", "p", "2223"): 60, ("h", "p", "2224"): 12,
        ("h", "p", "2264"): 3, ("h", "c", "5321"): 70, ("h", "a", "5329"): 30,
        ("s", "t", "2341"): 50, ("s", "a", "5312"): 9, ("t", "o", "5411"): 7,
    }  # fmt: skip
    fixed: dict[str, float] = {}
    found = 0
    for _ in range(years):
        kept = coin or (lambda name: fixed.setdefault(name, rng.random()))
        found += ("h", "p", "2211") in round_tree(cells, kept, base=BASE)
        for path in cells:
            if path[2] != "2211" and rng.random() < 0.3:
                cells[path] = max(0, cells[path] + int(rng.choice((-2, -1, 1, 2))))
    return found


def of_bands(coin: Coin, name: str) -> float:
    return coin(f"bands|{name}")


def band_shown(count: int, years: int, coin: Coin | None, rng: np.random.Generator) -> int:
    """In how many years a band of age that never changes is shown as 5, while the others move."""
    bands: dict[Path, int] = {
        ("h", "35_54"): 24, ("h", "55_61"): 9, ("h", "62_plus"): count, ("h", "under_35"): 12,
        ("t", "35_54"): 7, ("t", "55_61"): 3, ("t", "62_plus"): 2, ("t", "under_35"): 6,
    }  # fmt: skip
    fixed: dict[str, float] = {}
    found = 0
    for _ in range(years):
        kept = coin or (lambda name: fixed.setdefault(name, rng.random()))
        posts: dict[Path, int] = {}
        for (sector, _), n in bands.items():
            whole = posts.get((sector, "g", "x"), 0) + posts.get((sector, "g", "y"), 0) + n
            posts[sector, "g", "x"], posts[sector, "g", "y"] = whole // 3, whole - whole // 3
        cells = round_tree(posts, kept, base=BASE)
        shown = round_below(bands, sums(cells, 1), partial(of_bands, kept), base=BASE)
        found += shown.get(("h", "62_plus"), 0) > 0
        for path in bands:
            if path != ("h", "62_plus") and rng.random() < 0.4:
                bands[path] = max(0, bands[path] + int(rng.choice((-2, -1, 1, 2))))
    return found


Shown = Callable[[int, int, Coin | None, np.random.Generator], int]


def pinned(years: int, *, fresh: bool, way: Shown = years_shown, draws: int = 400) -> float:
    """Share of unchanging counts of 1 to 4 that the shown years would give away (Monte Carlo).

    Also to one who knows from elsewhere that the count is 1 to 4.
    """
    rng = np.random.default_rng(20261)
    coin = (lambda _: rng.random()) if fresh else None
    seen = {
        count: Counter(way(count, years, coin, rng) for _ in range(draws)) for count in range(1, 5)
    }
    over = 0
    for count, ways in seen.items():
        for times, n in ways.items():
            belief = seen[count][times] / sum(seen[other][times] for other in seen)
            over += n * (belief > MOST)
    return over / (4 * draws)


@pytest.mark.parametrize("way", [years_shown, band_shown])
def test_a_count_that_stays_is_not_given_away_by_the_years_as_a_new_key_each_year_would(way):
    """Posts of last year's pages, and bands of age, which are told of every year."""
    assert pinned(6, fresh=True, way=way) > 0.1
    assert pinned(6, fresh=False, way=way) < 0.02


@cache
def six_years() -> dict[int, Counter[int]]:
    rng = np.random.default_rng(20262)
    return {
        count: Counter(band_shown(count, 6, None, rng) for _ in range(200)) for count in range(9)
    }


@pytest.mark.parametrize("prior", PRIORS)
def test_six_years_of_a_band_that_stays_leave_no_strong_belief(prior):
    """For one who knows that it stayed, and to whom it may also be empty or larger."""
    seen = six_years()
    for times in range(7):
        weight = {count: PRIORS[prior](count) * ways[times] for count, ways in seen.items()}
        whole = sum(ways[times] for ways in seen.values())
        if whole >= 60:
            assert max(weight[count] for count in range(1, BASE)) / sum(weight.values()) <= MOST
