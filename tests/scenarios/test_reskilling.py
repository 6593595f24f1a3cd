"""Whole persons from surplus to shortage: by hand, and against every plan there is."""

import itertools

import numpy as np
import polars as pl
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce import best_reskilling
from workforce.errors import DataError, ParameterError
from workforce.scenarios.reskilling import reskilling_limits

FROM, TO = ["assistant", "clerk"], ["nurse", "aide"]


def pairs(values):
    return xr.DataArray(
        np.asarray(values, dtype=float),
        dims=["occupation", "occupation_to"],
        coords={"occupation": FROM, "occupation_to": TO},
    )


def ends(values, dim, labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=[dim], coords={dim: labels})


def case(**changes):
    parts = {
        "surplus": ends([3, 2], "occupation", FROM),
        "shortage": ends([2, 2], "occupation_to", TO),
        "training_weeks": pairs([[150, 60], [170, 70]]),
        "feasible": pairs([[1, 1], [0, 1]]),
        "cost": pairs([[180, 65], [300, 80]]),
    }
    return parts | changes


def moves(table):
    return {(a, b): n for a, b, n, *_ in table.iter_rows()}


def test_the_cheapest_of_the_plans_that_close_most_is_chosen():
    # All four can be closed. Nurses must come from the assistants (2), so one assistant is left
    # for the aides: 2 x 180 + 65 + 80 = 505. Both aides from the clerks would cost 520.
    table = best_reskilling(**case())
    assert moves(table) == {
        ("assistant", "nurse"): 2,
        ("assistant", "aide"): 1,
        ("clerk", "aide"): 1,
    }
    assert table["cost"].sum() == 505
    assert table["weeks"].sum() == 2 * 150 + 60 + 70


def test_a_budget_closes_as_much_as_it_can_before_it_saves():
    # 210 buys one nurse (180) or three aides, of whom two are missing.
    table = best_reskilling(**case(), budget=210)
    assert moves(table) == {("assistant", "aide"): 2}
    assert moves(best_reskilling(**case(), budget=245)) == {("assistant", "aide"): 2}
    with_nurse = moves(best_reskilling(**case(), budget=310))
    assert with_nurse == {("assistant", "nurse"): 1, ("assistant", "aide"): 2}


def test_places_weeks_and_parts_of_persons():
    assert moves(best_reskilling(**case(places=pairs([[1, 0], [9, 9]])))) == {
        ("assistant", "nurse"): 1,
        ("clerk", "aide"): 2,
    }
    shared = ends([1, 1], "occupation_to", TO)
    assert best_reskilling(**case(places=shared))["persons"].sum() == 2
    assert moves(best_reskilling(**case(), budget_weeks=130)) == {("assistant", "aide"): 2}
    # 1.9 persons to spare is one person; 0.4 of a person missing takes one to close.
    part = case(surplus=ends([1.9, 0], "occupation", FROM))
    part["shortage"] = ends([0.4, 0.3], "occupation_to", TO)
    assert moves(best_reskilling(**part)) == {("assistant", "nurse"): 1}


def test_without_costs_the_fewest_weeks_decide():
    table = best_reskilling(**case(cost=None))
    assert moves(table)[("assistant", "aide")] == 1
    assert table["cost"].null_count() == table.height


def test_nobody_can_move_is_an_empty_table_and_the_limit_is_named():
    none = case(feasible=pairs([[0, 0], [0, 0]]))
    table = best_reskilling(**none)
    assert table.is_empty()
    assert table.columns == ["occupation", "occupation_to", "persons", "weeks", "cost"]
    assert reskilling_limits(**none).rows() == [("feasible", 0.0, 4.0)]
    poor = reskilling_limits(**case(), budget=0.0)
    assert poor.rows() == [("budget", 0.0, 4.0)]
    assert reskilling_limits(**case()).is_empty()  # Everything is closed: nothing binds.
    few = reskilling_limits(**case(surplus=ends([1, 0], "occupation", FROM)))
    assert few.rows() == [("surplus", 1.0, 3.0)]


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ParameterError, match="budget is given without cost"):
        best_reskilling(**case(cost=None), budget=10)
    with pytest.raises(ParameterError, match="budget_weeks is -1"):
        best_reskilling(**case(), budget_weeks=-1)
    with pytest.raises(DataError, match=r"surplus: .* below 0"):
        best_reskilling(**case(surplus=ends([-1, 2], "occupation", FROM)))
    with pytest.raises(DataError, match="nurse only in"):
        best_reskilling(**case(shortage=ends([1, 1], "occupation_to", ["doctor", "aide"])))
    same = {
        name: array.assign_coords(occupation_to=FROM) if "occupation_to" in array.dims else array
        for name, array in case().items()
    }
    with pytest.raises(DataError, match="to itself"):
        best_reskilling(**same)


def best_by_trial(parts, budget, budget_weeks):
    """Try every plan; the best by shortage closed, cost and weeks."""
    most = int(parts["surplus"].max())
    best = None
    for plan in itertools.product(range(most + 1), repeat=4):
        x = np.array(plan).reshape(2, 2)
        cost = (x * parts["cost"].values).sum()
        weeks = (x * parts["training_weeks"].values).sum()
        allowed = (
            not (x * (1 - parts["feasible"].values)).any()
            and (x.sum(axis=1) <= parts["surplus"].values).all()
            and (x <= parts["places"].values).all()
            and cost <= budget
            and weeks <= budget_weeks
        )
        if allowed:
            closed = np.minimum(x.sum(axis=0), parts["shortage"].values).sum()
            worth = (-closed, cost, weeks)
            best = worth if best is None or worth < best else best
    return best


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_no_plan_is_better(seed):
    rng = np.random.default_rng(seed)
    parts = {
        "surplus": ends(rng.integers(0, 4, 2), "occupation", FROM),
        "shortage": ends(rng.integers(0, 9, 2) / 2, "occupation_to", TO),
        "training_weeks": pairs(rng.integers(0, 9, (2, 2))),
        "feasible": pairs(rng.integers(0, 2, (2, 2))),
        "cost": pairs(rng.integers(0, 9, (2, 2))),
        "places": pairs(rng.integers(0, 4, (2, 2))),
    }
    budget, weeks = float(rng.integers(0, 30)), float(rng.integers(0, 30))
    table = best_reskilling(**parts, budget=budget, budget_weeks=weeks)
    arrived = table.group_by("occupation_to").agg(pl.col("persons").sum())
    got = dict(arrived.iter_rows())
    shortage = dict(zip(TO, parts["shortage"].values, strict=True))
    closed = sum(min(got.get(b, 0), short) for b, short in shortage.items())
    ours = (-closed, table["cost"].sum(), table["weeks"].sum())
    np.testing.assert_allclose(ours, best_by_trial(parts, budget, weeks), atol=1e-6)
