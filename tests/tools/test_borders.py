"""Borders move: totals stay, what was split is shared out as observed or not at all."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.borders import doubtful_weights, observed_weights, redraw_borders

from workforce.errors import DataError


def changes(*rows):
    return pl.DataFrame(
        [(old, new, date(year, 1, 1)) for old, new, year in rows],
        schema=["old", "new", "date"],
        orient="row",
    )


def people(rows):
    return pl.DataFrame(rows, schema=["region", "year", "persons"], orient="row")


# A and B merge into M in 2020; S is split into S and H in 2024; M gets the number N in 2024.
MOVES = changes(
    ("A", "M", 2020), ("B", "M", 2020), ("S", "S", 2024), ("S", "H", 2024), ("M", "N", 2024)
)
BEFORE = [("A", 2019, 100), ("B", 2019, 50), ("S", 2019, 680), ("M", 2020, 152), ("S", 2020, 678)]
AFTER = [("N", 2024, 160), ("S", 2024, 600), ("H", 2024, 100)]


def test_a_merger_sums_and_a_split_shares_out_by_what_was_observed():
    population = people(BEFORE + AFTER)
    weights = observed_weights(MOVES, population)
    assert weights.rows() == [("S", "H", 2024, 100 / 700), ("S", "S", 2024, 600 / 700)]
    redrawn = redraw_borders(population, MOVES, value="persons", year=2024, weights=weights)
    now = {(region, year): persons for region, year, persons in redrawn.table.iter_rows()}
    assert now["N", 2019] == 150
    assert now["N", 2020] == 152
    assert now["S", 2019] == pytest.approx(680 * 6 / 7)
    assert now["H", 2020] == pytest.approx(678 / 7)
    assert now["H", 2024] == 100
    assert len(redrawn.not_comparable) == 0


def test_a_split_without_weights_is_set_apart_and_the_total_kept():
    population = people(BEFORE + AFTER)
    redrawn = redraw_borders(population, MOVES, value="persons", year=2024)
    assert redrawn.not_comparable.rows() == [("S", 2019, 680.0), ("S", 2020, 678.0)]
    assert ("H", 2019) not in set(redrawn.table.select("region", "year").iter_rows())
    kept = redrawn.table["persons"].sum() + redrawn.not_comparable["persons"].sum()
    assert kept == population["persons"].sum()


def test_breaks_name_region_year_and_reason_and_a_new_number_is_none():
    population = people(BEFORE + AFTER)
    weights = observed_weights(MOVES, population)
    known = redraw_borders(population, MOVES, value="persons", year=2024, weights=weights)
    assert known.breaks.rows() == [
        ("H", 2024, "split"),
        ("N", 2020, "merged"),
        ("S", 2024, "split"),
    ]
    old = people([("A", 2019, 100), ("B", 2019, 50)])
    later = pl.concat([MOVES, changes(("N", "P", 2025), ("N", "Q", 2025))])
    twice = redraw_borders(old, later, value="persons", year=2025).breaks
    assert ("P", 2025, "split_unknown") in twice.rows()
    unknown = redraw_borders(population, MOVES, value="persons", year=2024)
    reasons = set(unknown.breaks.filter(pl.col("year") == 2024)["reason"])
    assert reasons == {"split_unknown"}


def test_a_part_that_also_took_in_others_gives_no_weight_to_the_whole_split():
    moves = changes(("T", "X", 2020), ("T", "Y", 2020), ("U", "X", 2020))
    weights = observed_weights(moves, people([("X", 2020, 70), ("Y", 2020, 30)]))
    assert weights["weight"].to_list() == [None, None]


def test_figures_after_the_year_of_the_borders_are_left_as_they_are():
    redrawn = redraw_borders(people(BEFORE), MOVES, value="persons", year=2020)
    assert ("S", 2020, 678.0) in redrawn.table.rows()
    assert set(redrawn.table["region"]) == {"M", "S"}


def test_a_change_within_a_year_counts_from_the_next_1_january():
    moves = changes(("A", "B", 2020)).with_columns(date=pl.lit(date(2019, 7, 1)))
    redrawn = redraw_borders(
        people([("A", 2019, 5), ("B", 2020, 6)]), moves, value="persons", year=2020
    )
    assert redrawn.table.sort("year").rows() == [("B", 2019, 5.0), ("B", 2020, 6.0)]


@pytest.mark.parametrize("parts", [(0.5, 0.4), (1.2, -0.2)])
def test_weights_that_do_not_share_out_the_whole_are_refused(parts):
    weights = pl.DataFrame(
        {"old": ["S", "S"], "new": ["S", "H"], "year": [2024, 2024], "weight": parts}
    )
    with pytest.raises(DataError, match="parts of S"):
        redraw_borders(people(BEFORE), MOVES, value="persons", year=2024, weights=weights)


def test_weights_far_from_what_was_observed_are_doubted():
    weights = pl.DataFrame(
        {"old": ["S", "S"], "new": ["S", "H"], "year": [2024, 2024], "weight": [0.5, 0.5]}
    )
    found = doubtful_weights(weights, MOVES, people(BEFORE + AFTER))
    assert found.select("new", "weight").rows() == [("H", 0.5), ("S", 0.5)]
    near = weights.with_columns(weight=pl.Series([6 / 7, 1 / 7]))
    assert len(doubtful_weights(near, MOVES, people(BEFORE + AFTER))) == 0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=5), st.booleans())
def test_the_total_of_every_year_is_kept(persons, known):
    population = people(
        [(region, year, n) for (region, year, _), n in zip(BEFORE, persons, strict=True)] + AFTER
    )
    weights = observed_weights(MOVES, population) if known else None
    redrawn = redraw_borders(population, MOVES, value="persons", year=2024, weights=weights)
    both = pl.concat([redrawn.table, redrawn.not_comparable])
    after = dict(both.group_by("year").agg(pl.col("persons").sum()).iter_rows())
    for year, total in population.group_by("year").agg(pl.col("persons").sum()).iter_rows():
        assert after.get(year, 0) == pytest.approx(total)
