"""The rounding tree: near in every sum, right on average, and the same wherever it is made."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.disclosure.posterior import BASE, outcomes

from workforce.disclosure.keys import sample_key
from workforce.disclosure.tree import (
    Path,
    coins,
    place_key,
    round_alone,
    round_below,
    round_inside,
    round_tree,
    sums,
)

codes = st.sampled_from("abcd")
tables = st.dictionaries(st.tuples(codes, codes, codes), st.integers(0, 400), max_size=24)
small = st.dictionaries(st.tuples(codes, codes, codes), st.integers(0, 9), max_size=5)
KEY = place_key(sample_key(), "9012")

GOLDEN: dict[Path, int] = {
    ("health_care", "care_workers", "5321"): 12,
    ("health_care", "health_professions", "2211"): 1,
    ("health_care", "health_professions", "2223"): 7,
    ("health_care", "health_professions", "2264"): 2,
    ("primary_school", "assistants", "5312"): 3,
    ("primary_school", "teachers", "2341"): 8,
    ("technical", "operations", "5411"): 4,
    ("technical", "operations", "9112"): 6,
}


@given(tables, st.binary(min_size=32, max_size=32))
def test_cell_group_sector_and_place_are_each_shown_within_a_base(counts, key):
    shown = round_tree(counts, coins(key, "staff"), base=BASE)
    assert all(count > 0 and count % BASE == 0 for count in shown.values())
    for depth in range(4):
        true, told = sums(counts, depth), sums(shown, depth)
        assert all(abs(count - told.get(branch, 0)) < BASE for branch, count in true.items())
    # An empty cell is shown empty, and a whole multiple as it is.
    assert all(counts[path] for path in shown)
    assert all(shown.get(path, 0) == n for path, n in counts.items() if n % BASE == 0)


@given(small)
@settings(max_examples=40, deadline=None)
def test_every_cell_is_right_on_average_over_all_falls_of_the_coins(counts):
    ways = outcomes(counts)
    assert sum(ways.values()) == 1
    for path, count in counts.items():
        assert sum((dict(way).get(path, 0) * p for way, p in ways.items()), Fraction(0)) == count


@given(tables, st.binary(min_size=32, max_size=32))
def test_two_divisions_of_the_same_people_are_shown_with_the_same_sums(counts, key):
    shown = sums(round_tree(counts, coins(key, "staff"), base=BASE), 1)
    other: dict[Path, int] = {}
    for (sector, group, post), count in counts.items():
        band = (sector, "old" if group < post else "young")
        other[band] = other.get(band, 0) + count
    bands = round_below(other, shown, coins(key, "bands"), base=BASE)
    assert sums(bands, 1) == {path: count for path, count in shown.items() if count}
    assert all(abs(count - bands.get(path, 0)) < BASE for path, count in other.items())


@given(
    st.dictionaries(st.tuples(st.just("s"), codes, codes), st.integers(0, 60), max_size=16),
    st.sets(codes),
    st.binary(min_size=32, max_size=32),
)
def test_a_part_of_some_never_shows_more_than_the_part_of_all(counts, large, key):
    coin = coins(key, "staff")
    posts = round_tree(sums(counts, 2), coin, base=BASE)
    bands: dict[Path, int] = {}
    for (sector, _, band), count in counts.items():
        bands[sector, band] = bands.get((sector, band), 0) + count
    around = round_below(bands, sums(posts, 1), coin, base=BASE)
    some = {path: count for path, count in counts.items() if path[1] in large}
    shown = round_inside(some, posts, around, coins(key, "bands"), base=BASE)
    parts: dict[Path, int] = {}
    for (sector, _, band), count in shown.items():
        parts[sector, band] = parts.get((sector, band), 0) + count
    assert all(count <= around[band] for band, count in parts.items())
    assert all(abs(count - shown.get(path, 0)) < BASE for path, count in some.items())
    assert all(count <= posts[post] for post, count in sums(shown, 2).items())


@given(st.integers(-300, 300), st.binary(min_size=32, max_size=32))
def test_a_count_by_itself_is_shown_as_one_of_the_multiples_around_it(count, key):
    shown = round_alone(count, coins(key, "users"), "school", base=BASE)
    assert shown % BASE == 0
    assert abs(shown - count) < BASE


@given(tables)
def test_order_of_rows_and_empty_cells_change_nothing(counts):
    coin = coins(KEY, "staff")
    turned = dict(reversed(list(counts.items()))) | {("z", "z", "z"): 0}
    assert round_tree(counts, coin) == round_tree(turned, coin)


def test_golden_vectors_hold_so_that_nobody_is_told_of_twice_by_two_trees():
    shown = round_tree(GOLDEN, coins(KEY, "staff"), base=BASE)
    assert KEY.hex()[:16] == "a754e7c333625c88"
    assert [shown.get(path, 0) for path in sorted(GOLDEN)] == [15, 0, 10, 0, 0, 10, 5, 5]
    other = round_tree(GOLDEN, coins(place_key(sample_key(), "9011"), "staff"), base=BASE)
    assert [other.get(path, 0) for path in sorted(GOLDEN)] == [10, 0, 10, 0, 5, 5, 5, 5]
    assert round_alone(7, coins(KEY, "users"), "kindergarten", base=BASE) == 5


def test_hundredths_of_a_person_change_nothing_of_what_whole_persons_show():
    whole = round_tree(GOLDEN, coins(KEY, "staff"), base=BASE)
    fine = {path: 100 * count for path, count in GOLDEN.items()}
    shown = round_tree(fine, coins(KEY, "staff"), base=100 * BASE)
    assert shown == {path: 100 * count for path, count in whole.items()}


def test_one_more_person_changes_what_is_shown_of_few_others():
    coin = coins(KEY, "staff")
    before = round_tree(GOLDEN, coin, base=BASE)
    moved = []
    for path, count in GOLDEN.items():
        after = round_tree({**GOLDEN, path: count + 1}, coin, base=BASE)
        moved += [sum(before.get(p, 0) != after.get(p, 0) for p in GOLDEN)]
    assert sum(moved) / len(moved) <= 2.0
