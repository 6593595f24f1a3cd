"""The manpower program on plans that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from tests.published.manpower_program import Manpower, Move, plan_manpower

from workforce.errors import DataError, ParameterError


def two_skills(**changes):
    one = Manpower(
        skills=("aide", "nurse"),
        years=("1",),
        current=np.array([100.0, 50.0]),
        requirement=np.array([[60.0, 65.0]]),
        wastage_first=np.array([0.2, 0.2]),
        wastage_later=np.array([0.1, 0.1]),
        most_recruits=np.array([10.0, 10.0]),
        moves=(Move("aide", "nurse", arriving_share=0.9, cost=4.0),),
        redundancy_cost=np.array([2.0, 5.0]),
        surplus_cost=np.array([9.0, 9.0]),
        short_time_cost=np.array([1.0, 1.0]),
        most_surplus=0.0,
        most_short_time=np.array([0.0, 0.0]),
        short_time_output=0.5,
    )
    return replace(one, **changes)


def test_aides_become_nurses_before_anybody_is_let_go():
    # 90 aides stay and 60 are needed; 45 nurses stay and 65 are needed. With m moves 30 - m aides
    # and 0.9 m - 20 nurses are let go: 10 - 0.1 m together, so all 30 move and 7 are let go.
    plan = plan_manpower(two_skills())
    assert plan.attrs["redundancies"] == pytest.approx(7)
    assert plan.moved.item() == pytest.approx(30)
    np.testing.assert_allclose(plan.redundant.values, [[0, 7]], atol=1e-9)
    np.testing.assert_allclose(plan.stock.values, [[60, 65]])


def test_short_time_keeps_people_and_the_cheapest_plan_is_another():
    # 10 aides on short time do the work of 5: 65 stay, 25 move, and 67.5 - 65 nurses are let go.
    kept = plan_manpower(two_skills(most_short_time=np.array([10.0, 0.0])))
    assert kept.attrs["redundancies"] == pytest.approx(2.5)
    # A move costs 4 and saves a redundancy of 2, so 10 recruits come first, of whom 8 stay.
    cheap = plan_manpower(two_skills(), minimise="cost")
    assert cheap.recruits.sel(skill="nurse").item() == pytest.approx(10)
    assert cheap.attrs["cost"] == pytest.approx(4 * 12 / 0.9 + 2 * (30 - 12 / 0.9))


def test_a_move_may_be_bound_to_the_staff_of_the_destination():
    bound = two_skills(moves=(Move("aide", "nurse", 0.9, 4.0, most_of_destination=0.24),))
    assert plan_manpower(bound).moved.item() == pytest.approx(0.24 * 65)


def test_what_no_plan_can_keep_is_said():
    with pytest.raises(ParameterError, match="No plan keeps every limit"):
        plan_manpower(two_skills(requirement=np.array([[60.0, 500.0]])))
    with pytest.raises(ParameterError, match="minimise"):
        plan_manpower(two_skills(), minimise="harm")
    with pytest.raises(DataError, match="current has the shape"):
        plan_manpower(two_skills(current=np.array([1.0])))
    with pytest.raises(DataError, match="a move names doctor"):
        plan_manpower(two_skills(moves=(Move("aide", "doctor"),)))
    with pytest.raises(DataError, match="wastage_later has a share above 1"):
        plan_manpower(two_skills(wastage_later=np.array([1.1, 0.0])))
