"""Ways of one or two steps, with the time, cost and FTE that they take."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.scenarios.learning_paths import learning_paths, learning_steps

COLUMNS = ["occupation", "occupation_to", "weeks", "cost", "places", "feasible", "study_pace",
           "study_share", "backfill_price"]  # fmt: skip
STEPS = pl.DataFrame(
    [
        ("aide", "nurse", 150.0, 180_000, 25, 1, 0.75, 0.3, 600_000.0),
        ("assistant", "aide", 60.0, 65_000, 60, 1, 0.5, 0.2, 500_000.0),
        ("assistant", "nurse", 170.0, 400_000, 5, 1, 1.0, 0.5, 600_000.0),
        ("nurse", "leader", 30.0, 60_000, 4, 1, None, None, 700_000.0),
        ("clerk", "nurse", 210.0, 1, 9, 0, None, None, None),
    ],
    schema=COLUMNS,
    orient="row",
)


def test_one_step_beside_work_by_hand():
    step = learning_steps(STEPS, position_share=0.8).row(0, named=True)
    assert step["calendar_weeks"] == pytest.approx(200)
    # 200 weeks, 30 % of a post of 80 %, in years of 45 weeks at work.
    assert step["fte_lost"] == pytest.approx(200 * 0.3 * 0.8 / 45)
    assert step["backfill_cost"] == pytest.approx(step["fte_lost"] * 600_000)
    assert step["total_cost"] == pytest.approx(180_000 + step["backfill_cost"])


def test_what_is_not_given_is_full_time_in_working_time_and_no_price_is_made_up():
    bare = learning_steps(STEPS.drop("study_pace", "study_share", "backfill_price"))
    aide = bare.row(0, named=True)
    assert aide["calendar_weeks"] == 150
    assert aide["fte_lost"] == pytest.approx(150 / 45)
    assert aide["backfill_cost"] is None
    assert aide["total_cost"] is None


def test_two_steps_are_the_sum_with_the_places_of_the_narrower():
    ways = learning_paths(STEPS, destinations=["nurse", "leader"])
    via = ways.filter(via="aide", occupation_to="nurse").row(0, named=True)
    assert (via["occupation"], via["steps"], via["weeks"], via["places"]) == (
        "assistant", 2, 210, 25,
    )  # fmt: skip
    assert via["fte_lost"] == pytest.approx((200 * 0.3 + 120 * 0.2) / 45)
    # Into leadership from the aides: there is no single step.
    assert ways.filter(occupation="aide", occupation_to="leader")["via"].to_list() == ["nurse"]
    assert "clerk" not in ways["occupation"].to_list()


def test_a_detour_that_is_neither_cheaper_nor_shorter_is_left_out():
    dear = STEPS.with_columns(
        cost=pl.when(pl.col("occupation") == "aide").then(10**7).otherwise("cost")
    )
    assert learning_paths(dear).filter(via="aide", occupation_to="nurse").is_empty()


def test_shares_that_are_none_are_named():
    wrong = STEPS.with_columns(study_pace=pl.lit(0.0))
    with pytest.raises(DataError, match="study_pace is 0 from aide to nurse; it must be above 0"):
        learning_steps(wrong)
    with pytest.raises(DataError, match="lacks the column places"):
        learning_steps(STEPS.drop("places"))
    with pytest.raises(ParameterError, match="working_weeks"):
        learning_steps(STEPS, working_weeks=60)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 99),
                          st.integers(1, 99)), min_size=1, max_size=9,
                unique_by=lambda row: row[:2]))  # fmt: skip
def test_ways_end_elsewhere_and_the_best_comes_first(rows):
    table = pl.DataFrame(
        [(a, b, float(weeks), cost, 3, 1) for a, b, weeks, cost in rows if a != b],
        schema=dict(zip(COLUMNS[:6], [pl.String] * 2 + [pl.Float64] + [pl.Int64] * 3, strict=True)),
        orient="row",
    )
    ways = learning_paths(table)
    assert (ways["occupation"] != ways["occupation_to"]).all()
    for _, group in ways.group_by("occupation_to"):
        assert group["cost"].is_sorted()
    direct = ways.filter(steps=1)
    assert set(direct.select("occupation", "occupation_to").rows()) == {
        (a, b) for a, b, *_ in rows if a != b
    }
