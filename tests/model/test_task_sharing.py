"""Task sharing by hand, against the linear program where that has one answer, and what is kept."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError
from workforce.model.task_sharing import demand_with_sharing, share_tasks

CODES = ["nurse", "worker", "clerk"]


def by_occupation(values, codes=CODES):
    return xr.DataArray(values, dims="occupation", coords={"occupation": codes})


def pairs(values, codes=CODES):
    dims = ["occupation", "occupation_to"]
    return xr.DataArray(values, dims=dims, coords=dict.fromkeys(dims, codes))


def share(demand, supply, most, productivity):
    return share_tasks(
        by_occupation(demand), by_occupation(supply), pairs(most), pairs(productivity)
    )


NO = [0.0, 0.0, 0.0]
MAY = [[0.0, 0.10, 0.05], NO, NO]
DOES = [[1.0, 0.8, 1.0], [1.0] * 3, [1.0] * 3]


@pytest.mark.parametrize(
    ("demand", "supply", "moved", "left", "limits"),
    [
        # The clerk first: 5 % of 100, of the 6 to spare; the worker: 10 % of 100, 12.5 of 20.
        ([100, 50, 20], [70, 70, 26], [5, 10], [85, 62.5, 25], ["tasks", "tasks"]),
        # The clerk's hour is all there is; the worker has 4 FTE, which do 3.2 of the nurse's.
        ([100, 50, 20], [70, 54, 21], [1, 3.2], [95.8, 54, 21], ["capacity", "capacity"]),
        # Two FTE are missing: the clerk takes them, and nothing is left for the worker.
        ([100, 50, 20], [98, 60, 30], [2, 0], [98, 50, 22], ["shortage", "shortage"]),
    ],
)
def test_tasks_move_as_far_as_the_first_limit_allows(demand, supply, moved, left, limits):
    result = share(demand, supply, MAY, DOES)
    by_pair = result.sel(occupation="nurse", occupation_to=["clerk", "worker"])
    np.testing.assert_allclose(by_pair["moved"], moved)
    assert by_pair["limit"].values.tolist() == limits
    np.testing.assert_allclose(result["demand_fte"], left)


def test_a_pair_outside_the_table_shares_nothing():
    result = share([10, 5, 5], [5, 10, 10], [NO, NO, NO], DOES)
    assert float(result["moved"].sum()) == 0
    assert set(result["limit"].values.ravel()) == {"none"}


numbers = st.lists(st.floats(0, 100), min_size=3, max_size=3)
shares = st.lists(st.floats(0, 1), min_size=9, max_size=9)


@settings(max_examples=40, deadline=None)
@given(numbers, numbers, shares, st.lists(st.floats(0.5, 1.5), min_size=9, max_size=9))
def test_work_is_kept_and_nobody_gets_a_shortage_by_helping(demand, supply, most, ratio):
    off = 1.0 - np.eye(3)
    most, ratio = np.array(most).reshape(3, 3) * off, np.array(ratio).reshape(3, 3)
    result = share(demand, supply, most, ratio)
    need, before = result["demand_fte"].values, np.array(demand)
    moved = result["moved"].values
    assert moved.min() >= 0
    assert need.min() >= -1e-9
    np.testing.assert_allclose(need, before - moved.sum(axis=1) + (moved / ratio).sum(axis=0))
    assert (moved <= most * before[:, np.newaxis] + 1e-9).all()
    gap, was = need - supply, before - supply
    assert (gap[was <= 0] <= 1e-9).all()
    assert (gap[was > 0] >= -1e-9).all()
    assert (gap[was > 0] <= was[was > 0] + 1e-9).all()
    plain = demand_with_sharing(
        by_occupation(demand), by_occupation(supply), pairs(most), pairs(ratio)
    )
    np.testing.assert_array_equal(plain, result["demand_fte"])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.booleans())
def test_with_one_giver_or_one_receiver_nothing_else_moves_more(seed, one_giver):
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    most, ratio = np.zeros((4, 4)), rng.uniform(0.5, 1.2, (4, 4))
    demand, supply = np.full(4, 100.0), np.full(4, 100.0)
    single, others = 0, [1, 2, 3]
    sign = -1 if one_giver else 1
    supply[single] += sign * rng.uniform(0, 30)
    supply[others] -= sign * rng.uniform(0, 15, 3)
    links = [(single, o) if one_giver else (o, single) for o in others]
    for link in links:
        most[link] = rng.uniform(0, 0.2)
    codes = list("abcd")
    moved = share_tasks(
        by_occupation(demand, codes),
        by_occupation(supply, codes),
        pairs(most, codes),
        pairs(ratio, codes),
    )["moved"]
    time = [1 / ratio[link] for link in links]
    gap = demand - supply
    if one_giver:
        limits, of_single = -gap[others] * ratio[single, others], [1.0] * 3
    else:
        limits, of_single = gap[others], time
    bounds = [(0, min(most[link] * 100, limit)) for link, limit in zip(links, limits, strict=True)]
    best = linprog([-1] * 3, A_ub=[of_single], b_ub=[abs(gap[single])], bounds=bounds)
    assert float(moved.sum()) == pytest.approx(-best.fun, abs=1e-6)


def test_sharing_with_oneself_and_work_that_takes_for_ever_are_refused():
    with pytest.raises(DataError, match="to itself"):
        share([1, 1, 1], [0, 2, 2], np.eye(3) * 0.1, DOES)
    with pytest.raises(DataError, match="above 0"):
        share([1, 1, 1], [0, 2, 2], MAY, np.zeros((3, 3)))
