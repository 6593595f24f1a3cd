"""Williams' manpower planning: least redundancies, and the plan that reaches them."""

import json
import math

import numpy as np
import pytest
from tests.published.manpower_program import Manpower, Move, plan_manpower


def read_problem(folder, *, retrained_leave_as):
    given = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
    skills = tuple(given["skills"])
    leave = dict(zip(skills, given[f"wastage_{retrained_leave_as}"], strict=True))
    moves = []
    for name, terms in given["retrain"].items():
        origin, destination = name.split("->")
        moves.append(
            Move(
                origin,
                destination,
                arriving_share=1.0 - leave[destination],
                cost=terms["cost"],
                most=terms.get("max_per_year", math.inf),
                most_of_destination=terms.get("max_share_of_skilled_force", math.inf),
            )
        )
    stay = 1.0 - given["downgrade_leave_share"]
    down = [(2, 1), (2, 0), (1, 0)]
    moves += [Move(skills[a], skills[b], arriving_share=stay) for a, b in down]
    problem = Manpower(
        skills=skills,
        years=tuple(given["requirement"]),
        current=np.array(given["current"], dtype=float),
        requirement=np.array(list(given["requirement"].values()), dtype=float),
        wastage_first=np.array(given["wastage_first_year"]),
        wastage_later=np.array(given["wastage_later"]),
        most_recruits=np.array(given["max_recruit_per_year"], dtype=float),
        moves=tuple(moves),
        redundancy_cost=np.array(given["redundancy_cost"], dtype=float),
        surplus_cost=np.array(given["overmanning"]["cost"], dtype=float),
        short_time_cost=np.array(given["short_time"]["cost"], dtype=float),
        most_surplus=given["overmanning"]["max_total"],
        most_short_time=np.full(len(skills), float(given["short_time"]["max_per_skill"])),
        short_time_output=given["short_time"]["production_share"],
    )
    return problem, given["expected"]


def test_least_redundancies_are_those_published(reference, measured):
    problem, expected = read_problem(reference("manpower_lp"), retrained_leave_as="later")
    plan = plan_manpower(problem)
    deviation = abs(plan.attrs["objective"] - expected["min_redundancy_objective"])
    measured(f"manpower_lp: redundancies {plan.attrs['objective']:.6f}, deviation {deviation:.1e}")
    assert deviation < 1e-6
    cheap = plan_manpower(problem, minimise="cost")
    assert cheap.attrs["cost"] == pytest.approx(expected["min_cost_objective"], rel=1e-9)
    assert cheap.attrs["redundancies"] == pytest.approx(expected["redundancies_at_min_cost"])
    unskilled = plan.redundant.sel(skill="unskilled").values
    np.testing.assert_allclose(unskilled, expected["redundant_unskilled_by_year"], atol=0.06)
    for skill, most in (("semi_skilled", 800), ("skilled", 500)):
        assert (plan.recruits.sel(skill=skill) <= most + 1e-9).all()


def test_the_other_reading_of_wastage_gives_another_answer(reference):
    problem, _ = read_problem(reference("manpower_lp"), retrained_leave_as="first_year")
    assert plan_manpower(problem).attrs["objective"] == pytest.approx(840.0)
