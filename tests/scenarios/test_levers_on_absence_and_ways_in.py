"""Levers on long absence, part pension, new staff, apprentices and scarce tasks, by hand."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.contract.evidence import evidence_of
from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.levers.entering import first_year_leavers
from workforce.scenarios.levers.working_time import SHORT_PART, there_is_long
from workforce.scenarios.money import measure_money, wage_costs
from workforce.scenarios.scenario import apply_scenario

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
CARE = {"sectors": "health_care"}


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    return load_inputs(SAMPLE, region="9005", horizon=4)


@pytest.fixture(scope="module")
def plain(inputs: xr.Dataset) -> xr.Dataset:
    return project(inputs)


def pull(inputs: xr.Dataset, lever: str, **options: object) -> xr.Dataset:
    return apply_scenario(inputs, [{"lever": lever, **options}])


def test_who_comes_back_from_long_absence_adds_hands_where_the_substitute_stays(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    care = plain["supply_fte"].sel(sector="health_care").isel(region=0, year=2).sum()
    for leaves, part in ((100.0, 0.0), (50.0, 0.5), (0.0, 1.0)):
        changed = pull(inputs, "long_absence", points=-2, substitutes_leave=leaves, **CARE)
        more = project(changed)["supply_fte"] - plain["supply_fte"]
        assert float(more.isel(year=0).sum()) == pytest.approx(0.0)
        assert float(more.isel(year=2).sum()) == pytest.approx(0.02 * part * float(care))
        assert float(abs(more.drop_sel(sector="health_care")).max()) < 1e-9


def test_no_more_come_back_than_are_away(inputs: xr.Dataset) -> None:
    short = 100 * float(inputs["short_absence"].sel(sector="health_care").isel(region=0, year=0))
    there = there_is_long(inputs, {"sectors": "health_care"})
    assert there == pytest.approx(short / SHORT_PART - short)
    assert 6.0 < there_is_long(inputs, {}) < 8.0, "about 6.8 of 8.6 points"
    quiet = inputs.assign(short_absence=inputs["short_absence"] * 0.3)
    with pytest.raises(ParameterError, match="cannot fall by 5 percentage points"):
        pull(quiet, "long_absence", points=-5)


def test_the_part_of_absence_that_is_short_is_that_of_the_national_table() -> None:
    table = (ROOT / "data" / "national" / "short_absence_share.csv").read_text(encoding="utf-8")
    assert float(table.splitlines()[1].split(",")[0]) == SHORT_PART


def test_a_return_is_paid_a_wage_and_the_substitute_who_leaves_saves_one(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    step = {"lever": "long_absence", "points": -1, "substitutes_leave": 60, "cost": 0.0, **CARE}
    found = measure_money(inputs, {"it": [step]}, year=2030).isel(measure=0)
    paid = plain["supply_fte"].sel(sector="health_care", year=2030).isel(region=0)
    paid = paid / (1.0 - float(inputs["short_absence"].sel(sector="health_care", year=2030)[0]))
    part = evidence_of("long_absence").middle
    wages = part * 0.01 * 0.4 * float((wage_costs(inputs).sel(price="own") * paid).sum())
    assert float(found["wages"]) == pytest.approx(wages)
    assert float(found["price"]) == pytest.approx(wages)


def test_part_pension_gives_hands_only_where_people_would_have_left(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    agreed = (inputs["staff"] * inputs["position_share"]).sum("sex").isel(region=0)
    nurses = agreed.sel(sector="health_care", occupation="2223")
    old = float(nurses.sel(working_age=slice(62, None)).sum() / nurses.sum())
    assert old > 0
    post = {"sector": "health_care", "occupation": "2223", "year": 2029}
    before = float(plain["supply_fte"].sel(post)[0])
    for would_stay, each in ((0, 0.6), (100, -0.4), (50, 0.1)):
        changed = pull(inputs, "part_pension", points=20, position=60, would_stay=would_stay)
        after = float(project(changed)["supply_fte"].sel(post)[0])
        assert after / before - 1 == pytest.approx(old * 0.2 * each)


def test_new_staff_who_stay_are_as_many_more_recruits_a_year_later(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    changed = project(pull(inputs, "onboarding", points=-5))
    ratio = changed["recruits"].sum(["region", "sector", "occupation", "origin"]) / plain[
        "recruits"
    ].sum(["region", "sector", "occupation", "origin"])
    assert float(ratio[0]) == pytest.approx(1.0), "those recruited in the first year have to come"
    assert ratio.values[1:] == pytest.approx(1.05)
    most = first_year_leavers(inputs, {})
    assert 5 < most < 60
    few = inputs.assign(exit_rate=inputs["exit_rate"] * 0.2)
    with pytest.raises(ParameterError, match="% of those recruited leave for other jobs"):
        pull(few, "onboarding", points=-8)
    own = project(pull(few, "onboarding", points=-8, first_year=16))
    assert float(own["recruits"].isel(flow_year=1).sum()) > 0
    with pytest.raises(ParameterError, match="the ceiling is 7 percentage points of recruits"):
        pull(inputs, "onboarding", points=-8, first_year=7)


def test_apprentices_come_as_so_many_recruits_when_they_have_the_certificate(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    options = {"completes": 80, "stays": 50, "occupations": "5321", **CARE}
    changed = project(pull(inputs, "apprentices", persons=10, **options))
    more = (changed["recruits"] - plain["recruits"]).sum(["region", "sector", "occupation"])
    by_year = more.sum("origin")
    assert by_year.values[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    # Ten a year, of whom eight complete and four stay; the number follows the inhabitants.
    assert by_year.values[2:] == pytest.approx([4.0, 4.0], rel=0.05)
    assert float(more.drop_sel(origin="graduate").sum()) == pytest.approx(0.0, abs=1e-9)
    sooner = project(pull(inputs, "apprentices", persons=10, years=1, **options))
    assert float(sooner["recruits"].sum() - changed["recruits"].sum()) == pytest.approx(4, rel=0.05)


def test_tasks_go_from_the_scarcer_to_the_less_scarce_and_the_need_is_moved(
    inputs: xr.Dataset,
) -> None:
    hands = inputs["measured_shortage"] * 0.0
    hands.loc[{"occupation": "2223", "line": "unfilled"}] = 3.0
    hands.loc[{"occupation": "5321", "line": "agency_overtime"}] = 1.0
    known = inputs.assign(measured_shortage=hands)
    share = float(known["task_share"].sel(occupation="2223", occupation_to="5321"))
    output = float(known["task_output"].sel(occupation="2223", occupation_to="5321"))
    alone = known.assign(
        task_share=known["task_share"].where(
            (known["occupation"] == "2223") & (known["occupation_to"] == "5321"), 0.0
        )
    )
    before, after = (
        project(one)["demand_fte"].isel(region=0).sel(sector="health_care", year=2029)
        for one in (alone, pull(alone, "scarce_tasks", percent=50, **CARE))
    )
    nurses, helpers = (float((after - before).sel(occupation=code)) for code in ("2223", "5321"))
    moved = 0.5 * share * float(before.sel(occupation="2223"))
    assert share > 0
    assert nurses == pytest.approx(-moved)
    assert helpers == pytest.approx(moved / output)
    others = (after - before).drop_sel(occupation=["2223", "5321"])
    assert float(abs(others).max()) < 1e-9
    learning = pull(alone, "scarce_tasks", percent=50, weeks=9, end_year=2030, **CARE)
    away = learning["training_fte"].isel(region=0).sum(["sector", "occupation"])
    agreed = (alone["staff"] * alone["position_share"]).sel(sector="health_care", occupation="2223")
    taken = 0.5 * share / output * float(agreed.sum())
    assert float(away.sum()) == pytest.approx(taken * 9 / 45, rel=0.05), "once for each FTE taken"
    assert float(away.isel(year=0)) == 0.0, "the base year is as it was measured"
    less = project(alone)["supply_fte"] - project(learning)["supply_fte"]
    assert float(less.sel(occupation="5321").sum()) > 0.0
    # The other way round nothing moves: nobody hands tasks to those who are scarcer.
    scarcer = alone.assign(measured_shortage=hands.roll(occupation=0) * 0.0)
    same = project(pull(scarcer, "scarce_tasks", percent=50))["demand_fte"]
    np.testing.assert_allclose(same, project(scarcer)["demand_fte"])
