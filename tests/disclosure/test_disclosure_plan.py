"""The suppression plan: what it hides, and what an attacker with a linear program gets out of it.

The attack gives the attacker every sum that is published and the knowledge that a hidden cell
holds at least one person, and asks how wide the interval is that a hidden cell may lie in. It is
written the slow and obvious way, with another solver interface than the plan's own.
"""

import time
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from workforce.disclosure.covering import Problem, choose_by_program
from workforce.disclosure.margins import lay_out, merge_equal, relation_matrix
from workforce.disclosure.plan import leaves_of
from workforce.disclosure.protection import Plan, Rule, make_plan, read_plan, write_plan
from workforce.disclosure.room import room_of
from workforce.disclosure.suppression import hide_by_relations, hide_until_safe
from workforce.errors import DataError, ParameterError, ReportError

PUBLIC = Rule("public")
COUNTY = {"90": ["9001", "9002", "9003"], "NO": ["9001", "9002", "9003"]}
TOTAL = "all"

Cell = tuple[str, str, str, str]


def base_of(rows: list[tuple[str, str, str, str, float]]) -> pl.DataFrame:
    columns = ["region", "sector", "occupation", "age_group", "persons"]
    return pl.DataFrame(
        rows, schema=dict(zip(columns, [pl.String] * 4 + [pl.Float64], strict=True)), orient="row"
    )


def hidden_in(plan: Plan) -> set[Cell]:
    return {
        (region, sector, occupation, category or TOTAL)
        for region, sector, occupation, _, category, _ in plan.cells.iter_rows()
    }


def published(base: pl.DataFrame, parents: dict[str, list[str]]) -> dict[Cell, float]:
    """Every published cell with its persons, added up the slow and obvious way."""
    cells: dict[Cell, float] = {}
    for region, sector, occupation, age, persons in base.iter_rows():
        wholes = [region, *(whole for whole, parts in parents.items() if region in parts)]
        for where, what in product(wholes, (sector, TOTAL)):
            for post, group in ((occupation, TOTAL), (TOTAL, age), (TOTAL, TOTAL)):
                cell = (where, what, post, group)
                cells[cell] = cells.get(cell, 0.0) + persons
    return cells


def sums(cells: dict[Cell, float], parents: dict[str, list[str]]) -> list[tuple[Cell, list[Cell]]]:
    """Every published total with its parts, in each direction."""
    relations = []
    for total in cells:
        region, sector, occupation, age = total
        for axis in (1, 2, 3):
            if total[axis] == TOTAL:
                parts = [
                    cell
                    for cell in cells
                    if cell[axis] != TOTAL
                    and all(cell[other] == total[other] for other in range(4) if other != axis)
                ]
                if parts:
                    relations.append((total, parts))
        if region in parents:
            places = [(part, sector, occupation, age) for part in parents[region]]
            relations.append((total, [cell for cell in places if cell in cells]))
    return relations


def interval(
    cell: Cell,
    hidden: list[Cell],
    cells: dict[Cell, float],
    relations: list[tuple[Cell, list[Cell]]],
) -> tuple[float, float]:
    """Least and greatest value that the published figures allow."""
    place = {name: i for i, name in enumerate(hidden)}
    matrix = np.zeros((len(relations), len(hidden)))
    known = np.zeros(len(relations))
    for row, (total, parts) in enumerate(relations):
        for name, sign in [(total, 1.0), *((part, -1.0) for part in parts)]:
            if name in place:
                matrix[row, place[name]] = sign
            else:
                known[row] -= sign * cells[name]
    objective = np.zeros(len(hidden))
    objective[place[cell]] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        answer = linprog(sign * objective, A_eq=matrix, b_eq=known, bounds=(1, None))
        ends.append(sign * np.inf * -1.0 if answer.status == 3 else answer.x[place[cell]])
    return ends[0], ends[1]


def attack(plan: Plan, cells: dict[Cell, float]) -> list[Cell]:
    """Hidden cells whose interval is narrower than five persons."""
    hidden = sorted(hidden_in(plan))
    relations = [
        (total, parts)
        for total, parts in sums(cells, COUNTY)
        if not {total, *parts}.isdisjoint(hidden)
    ]
    found = []
    for cell in hidden:
        low, high = interval(cell, hidden, cells, relations)
        assert low - 1e-6 <= cells[cell] <= high + 1e-6
        if high - low < 5 - 1e-5:
            found.append(cell)
    return found


@st.composite
def staff(draw: st.DrawFn, regions: int = 3) -> pl.DataFrame:
    """A few municipalities, sectors, occupations and age groups, most of them small."""
    count = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 14, 40])
    sectors, occupations = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    places = product(range(regions), range(sectors), range(occupations), range(2))
    return base_of(
        [(f"900{r + 1}", f"s{s}", f"o{o}", f"a{a}", draw(count)) for r, s, o, a in places]
    )


def test_a_small_cell_is_hidden_with_the_smallest_other_of_its_row() -> None:
    base = base_of(
        [
            ("9001", "care", "nurse", "young", 3),
            ("9001", "care", "doctor", "young", 8),
            ("9001", "care", "aide", "young", 30),
        ]
    )
    plan = make_plan(base, PUBLIC)
    # One sector: what is hidden in care is hidden in the sum over sectors, which is the same.
    assert hidden_in(plan) == {
        ("9001", sector, post, TOTAL) for sector in ("care", TOTAL) for post in ("nurse", "doctor")
    }
    reason = dict(plan.cells.filter(sector="care").select("occupation", "reason").iter_rows())
    assert reason == {"nurse": "primary", "doctor": "secondary"}


def problem_of(persons: list[float], relations: list[list[list[int]]]) -> Problem:
    counts = np.array(persons)
    matrix = relation_matrix([np.array(family) for family in relations], counts.size)
    return Problem(counts, counts < 5, np.zeros(counts.size, dtype=bool), matrix, 5,
                   1.0 + np.sqrt(counts))  # fmt: skip


def test_small_cells_that_can_fall_too_little_together_take_a_third() -> None:
    # 1 and 2 can fall by 1 together, so that neither can rise by more than that; 7 can fall by 6.
    assert hide_by_relations(problem_of([22, 1, 2, 7, 12], [[[0, 1, 2, 3, 4]]])).tolist() == [
        False, True, True, True, False,
    ]  # fmt: skip
    chosen = choose_by_program(problem_of([22, 1, 2, 7, 12], [[[0, 1, 2, 3, 4]]]))
    assert chosen is not None
    assert chosen.tolist() == [False, True, True, True, False]


def test_an_empty_cell_is_shown_and_never_hides_another() -> None:
    persons = np.array([10.0, 3.0, 0.0, 7.0])
    choice = hide_until_safe(persons, persons == 3, [np.array([[0, 1, 2, 3]])], min_width=5)
    assert choice.hidden.tolist() == [False, True, False, True]


def test_the_total_is_hidden_where_no_part_is_left() -> None:
    persons = np.array([5.0, 2.0, 3.0, 0.0])
    primary = np.array([False, True, True, False])
    choice = hide_until_safe(persons, primary, [np.array([[0, 1, 2, 3]])], min_width=5)
    assert choice.hidden.tolist() == [True, True, True, False]


def test_the_program_hides_no_more_than_the_relations_one_by_one_and_as_safely() -> None:
    # Two rows and two columns around a 2: the ring of four cells is the least that hides it.
    persons = [2.0, 9, 8, 7, 11, 15, 9, 17, 26]
    rows, columns = [[4, 0, 1], [5, 2, 3]], [[6, 0, 2], [7, 1, 3]]
    persons[6], persons[7] = persons[0] + persons[2], persons[1] + persons[3]
    chosen = choose_by_program(problem_of(persons, [rows, columns, [[8, 4, 5]]]))
    assert chosen is not None
    assert chosen.tolist() == [True] * 4 + [False] * 5


def test_cells_that_only_combined_rows_and_columns_give_away_are_found() -> None:
    # Rows r1 = a + b and r2 = c + d, columns k1 = a + c and k2 = b + d, a hidden sum s = a + d:
    # rows and columns alone leave one degree of freedom, the sum over the diagonal ends it.
    persons = np.array([7.0, 8.0, 8.0, 7.0, 15.0, 15.0, 15.0, 15.0, 14.0])
    hidden = np.array([True] * 4 + [False] * 5)
    square = [np.array([[4, 0, 1], [5, 2, 3]]), np.array([[6, 0, 2], [7, 1, 3]])]
    free = room_of(relation_matrix(square, 9), persons, hidden, 5.0)
    assert (free[:4] >= 5).all()
    tied = room_of(relation_matrix([*square, np.array([[8, 0, 3]])], 9), persons, hidden, 5.0)
    assert tied[:4].tolist() == pytest.approx([0.0] * 4, abs=1e-6)


def test_ones_that_can_only_fall_are_known_to_be_ones() -> None:
    # Two hidden cells that add to 2, each known to hold somebody.
    persons = np.array([2.0, 1.0, 1.0])
    hidden = np.array([False, True, True])
    room = room_of(relation_matrix([np.array([[0, 1, 2]])], 3), persons, hidden, 5.0)
    assert room[1:].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_cell_told_elsewhere_hides_no_other() -> None:
    persons = np.array([22.0, 3.0, 7.0, 12.0])
    told = np.array([False, False, True, False])
    choice = hide_until_safe(persons, persons == 3, [np.array([[0, 1, 2, 3]])], min_width=5,
                             told=told)  # fmt: skip
    assert choice.hidden.tolist() == [False, True, False, True]
    told[1] = True
    choice = hide_until_safe(persons, persons == 3, [np.array([[0, 1, 2, 3]])], min_width=5,
                             told=told)  # fmt: skip
    assert choice.exposed.tolist() == [False, True, False, False]


@settings(max_examples=8, deadline=None)
@given(staff())
def test_no_cell_on_one_to_four_persons_is_shown(base: pl.DataFrame) -> None:
    hidden = hidden_in(make_plan(base, PUBLIC, parents=COUNTY))
    small = {cell for cell, persons in published(base, COUNTY).items() if 0 < persons < 5}
    assert small <= hidden


@settings(max_examples=8, deadline=None)
@given(staff())
def test_no_sum_gives_a_hidden_cell_or_a_small_group_away(base: pl.DataFrame) -> None:
    hidden = hidden_in(make_plan(base, PUBLIC, parents=COUNTY))
    cells = published(base, COUNTY)
    for total, parts in sums(cells, COUNTY):
        out = [cell for cell in parts if cell in hidden]
        assert len(out) + (total in hidden) != 1
        if out and total not in hidden:
            assert sum(cells[cell] - 1 for cell in out) >= 5


@settings(max_examples=5, deadline=None)
@given(staff())
def test_no_hidden_cell_of_municipalities_and_county_lies_in_a_narrow_interval(
    base: pl.DataFrame,
) -> None:
    plan = make_plan(base, PUBLIC, parents=COUNTY)
    assert attack(plan, published(base, COUNTY)) == []


@settings(max_examples=4, deadline=None)
@given(staff())
def test_tables_too_large_for_the_program_are_as_safe(base: pl.DataFrame) -> None:
    plan = make_plan(base, PUBLIC, parents=COUNTY, program_cells=0)
    assert attack(plan, published(base, COUNTY)) == []


def test_all_relations_together_are_attacked_and_not_only_single_sums() -> None:
    """A random table where the sums one by one leave cells that together give them away."""
    rng = np.random.default_rng(5)
    rows = [
        (f"900{r}", f"s{s}", f"o{o}", f"a{a}", float(rng.choice([0, 0, 1, 1, 2, 5, 9, 30])))
        for r, s, o, a in product((1, 2, 3), range(3), range(4), range(2))
    ]
    plan = make_plan(base_of(rows), PUBLIC, parents=COUNTY)
    assert plan.by_program
    assert attack(plan, published(base_of(rows), COUNTY)) == []


def test_a_group_of_occupations_is_a_sum_like_the_others() -> None:
    rows = [
        ("9001", "care", post, "a", n)
        for post, n in (("nurse", 40), ("doctor", 3), ("physio", 2), ("aide", 50), ("cook", 20))
    ]
    groups = {"nurse": "health", "doctor": "health", "physio": "health", "aide": "x", "cook": "y"}
    plan = make_plan(base_of(rows), PUBLIC, groups=groups)
    hidden = {cell[2] for cell in hidden_in(plan)}
    # Within the group nothing but the nurses can hide five persons; the group itself is shown.
    assert hidden == {"doctor", "physio", "nurse"}
    assert plan.groups == (("doctor", "health"), ("nurse", "health"), ("physio", "health"))


@settings(max_examples=6, deadline=None)
@given(staff(), st.randoms(use_true_random=False))
def test_the_same_persons_in_any_order_give_the_same_plan(base: pl.DataFrame, random) -> None:  # type: ignore[no-untyped-def]
    rows = base.rows()
    random.shuffle(rows)
    first = make_plan(base, PUBLIC, parents=COUNTY)
    again = make_plan(base_of(rows), PUBLIC, parents=dict(reversed(COUNTY.items())))
    assert first.hash == again.hash
    assert first.cells.equals(again.cells)


def test_a_hidden_county_is_not_read_off_the_nation_and_the_other_counties() -> None:
    rows = []
    for place, nurses in (("11", 2), ("12", 2), ("21", 40), ("22", 50), ("31", 60), ("32", 70)):
        rows += [(place, "care", "nurse", "a", nurses), (place, "care", "aide", "a", 100)]
    parents = {"1": ["11", "12"], "2": ["21", "22"], "3": ["31", "32"]}
    parents["NO"] = [place for places in parents.values() for place in places]
    plan = make_plan(base_of(rows), PUBLIC, parents=parents)
    nurses = {cell[0] for cell in hidden_in(plan) if cell[1:] == ("care", "nurse", TOTAL)}
    assert "1" in nurses
    assert nurses & {"2", "3", "NO"}


def test_a_changed_rule_or_cell_changes_the_hash() -> None:
    base = base_of([("9001", "care", post, "a", n) for post, n in (("x", 3), ("y", 9), ("z", 20))])
    hashes = [
        make_plan(base, PUBLIC).hash,
        make_plan(base, Rule("public", min_persons=4)).hash,
        make_plan(base.with_columns(pl.col("persons") + 5), PUBLIC).hash,
    ]
    assert len(set(hashes)) == 3
    assert make_plan(base, PUBLIC).hash == hashes[0]


def test_a_plan_survives_its_file_and_a_changed_file_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    base = base_of([("9001", "care", post, "a", n) for post, n in (("x", 3), ("y", 9), ("z", 20))])
    plan = make_plan(base, PUBLIC, parents={"90": ["9001"]})
    path = tmp_path / "run" / "plan.parquet"
    write_plan(plan, path)
    again = read_plan(path)
    assert (again.hash, again.rule, again.regions) == (plan.hash, plan.rule, plan.regions)
    assert again.cells.equals(plan.cells)
    assert [file.name for file in path.parent.iterdir()] == ["plan.parquet"]
    pl.read_parquet(path).head(1).write_parquet(path, metadata=pl.read_parquet_metadata(path))
    with pytest.raises(ReportError, match="does not match its hash"):
        read_plan(path)
    with pytest.raises(ReportError, match="cannot be used"):
        read_plan(tmp_path / "nowhere.parquet")


def test_a_folder_without_staff_gives_a_plan_that_hides_nothing() -> None:
    plan = make_plan(base_of([]), PUBLIC, parents=COUNTY)
    assert plan.cells.is_empty()
    assert plan.regions == ("90", "9001", "9002", "9003", "NO")


def test_base_persons_that_cannot_be_are_refused() -> None:
    with pytest.raises(DataError, match="lacks the columns age_group"):
        make_plan(base_of([]).drop("age_group"), PUBLIC)
    with pytest.raises(DataError, match="1 rows are negative"):
        make_plan(base_of([("9001", "s", "o", "a", -1)]), PUBLIC)
    with pytest.raises(DataError, match="made up of municipalities"):
        make_plan(base_of([]), PUBLIC, parents={**COUNTY, "S": ["90"]})
    with pytest.raises(DataError, match="Leave sums out"):
        make_plan(base_of([("9001", "all", "o", "a", 1)]), PUBLIC)


def test_a_public_threshold_is_never_below_three() -> None:
    with pytest.raises(ParameterError, match="at least 3"):
        Rule("public", min_persons=2)
    assert Rule("internal").min_persons is None
    assert (PUBLIC.min_persons, PUBLIC.min_base) == (5, 10)


def county(places: int) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """Municipalities of uneven size with 6 sectors, 20 occupations and 4 age groups."""
    rng = np.random.default_rng(11)
    codes = [f"{9000 + i}" for i in range(places)]
    posts = [(s, o) for s in range(6) for o in rng.choice(20, 7, replace=False)]
    weight = rng.dirichlet(np.full(len(posts), 0.6))
    rows = [
        (code, f"s{s}", f"o{o:02}", f"a{age}", float(count))
        for code, size in zip(codes, np.exp(rng.normal(5.8, 1.3, places)), strict=True)
        for (s, o), persons in zip(posts, rng.poisson(size * weight), strict=True)
        for age, count in enumerate(rng.multinomial(persons, [0.3, 0.4, 0.2, 0.1]))
        if count
    ]
    half = places // 2
    return base_of(rows), {"90": codes, "NO": codes, "G1": codes[:half], "G2": codes[half:]}


def test_more_cells_than_are_attacked_at_once_have_room_by_those_near_them() -> None:
    base, parents = county(8)
    grid = lay_out(leaves_of(base), parents)
    persons = grid.persons.ravel()
    primary = (persons > 0) & (persons < 5)
    usual = {"min_width": 5, "weight": grid.weight(), "program_cells": 0}
    by_parts = hide_until_safe(persons, primary, grid.families, attack_cells=0, **usual)
    at_once = hide_until_safe(persons, primary, grid.families, **usual)
    assert (by_parts.attacked, at_once.attacked) == (False, True)
    assert not by_parts.exposed.any()
    label, matrix = merge_equal(relation_matrix(grid.families, persons.size), persons > 0)
    own = label[persons > 0]
    merged, hidden = np.zeros(own.max() + 1), np.zeros(own.max() + 1, dtype=bool)
    merged[own], hidden[own] = persons[persons > 0], by_parts.hidden[persons > 0]
    assert room_of(matrix, merged, hidden, 5.0).min() >= 5 - 1e-6
    # Somewhat more is hidden than an attack on the whole asks for.
    assert by_parts.hidden.sum() < 1.1 * at_once.hidden.sum()


def test_a_county_is_planned_in_seconds() -> None:
    base, parents = county(12)
    start = time.process_time()
    plan = make_plan(base, PUBLIC, parents=parents)
    assert plan.by_program
    assert time.process_time() - start < 30
