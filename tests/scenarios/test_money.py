"""What measures cost and save, against numbers worked out by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.about import Wage, about
from workforce.contract.evidence import evidence_of
from workforce.errors import MissingDataError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.levers import LEVERS
from workforce.scenarios.money import (
    AGENCY_PRICE,
    HARDLY_FTE,
    INVESTMENT_YEARS,
    bought_fte,
    bought_share,
    hiring_saved,
    measure_money,
    price_of,
    wage_costs,
)
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NURSES = {"sectors": "health_care", "occupations": "2223"}
NURSE = (661_000 + 61_587) * 1.141
HELPER = (575_800 + 61_587) * 1.141
OVERTIME = 1.75 * 661_000 * 1.141
YEAR = 2030
SIZES = {
    "position_share": 9.0, "full_time": 25.0, "absence": -0.5, "turnover": -1, "still_working": 18,
    "retirement_age": 1, "recruitment": 10, "digitalisation": 4, "productivity": 3,
    "co_production": 2, "long_absence": -1, "onboarding": -3, "part_pension": 40,
    "education_intake": 30, "completion": 10, "inclusion": 3, "apprentices": 3,
    "staffing_standard": -2,
}  # fmt: skip
MORE = {
    "co_production": {"source": "a trial", "ceiling": 3},
    "part_pension": {"would_stay": 20},
    "apprentices": {"completes": 80, "stays": 75},
}


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    return load_inputs(SAMPLE, region="9005", horizon=4, sectors="health_care")


def step(lever: str, **options: object) -> dict[str, object]:
    own = {LEVERS[lever].size: SIZES[lever]} if lever in SIZES else {}
    return {"lever": lever, **own, **MORE.get(lever, {}), **NURSES, **options}


def alone(inputs: xr.Dataset, one: dict[str, object]) -> dict[str, float]:
    found = measure_money(inputs, {"it": [one]}, year=YEAR).sel(measure="it", drop=True)
    return {str(name): float(value) for name, value in found.items()}


def changed(inputs: xr.Dataset, one: dict[str, object], variable: str) -> xr.DataArray:
    """What a lever changes by sector and occupation in the year, by two projections.

    A nurse more is in time a little more of what nurses move on to.
    """
    ends = [project(apply_scenario(inputs, some, draws=0))[variable] for some in ([], [one])]
    return (ends[1] - ends[0]).sel(year=YEAR).isel(region=0)


def nurses_agreed(inputs: xr.Dataset) -> float:
    """Agreed FTE of the base year that the levers reach."""
    agreed = inputs["staff"] * inputs["position_share"]
    return float(agreed.sel(sector="health_care", occupation="2223").sum())


def payroll(inputs: xr.Dataset, at_work: xr.DataArray) -> xr.DataArray:
    """FTE paid by occupation: more than those at work, by those who are away."""
    away = inputs["short_absence"].sel(year=YEAR).isel(region=0)
    return (at_work / (1.0 - away)).sum("sector")


def test_a_wage_is_pay_and_pension_with_the_contribution_on_both(inputs: xr.Dataset) -> None:
    price = wage_costs(inputs)
    assert float(price.sel(price="own", occupation="2223")) == pytest.approx(NURSE)
    assert float(price.sel(price="own", occupation="5321")) == pytest.approx(HELPER)
    assert float(price.sel(price="bought", occupation="5321")) == pytest.approx(
        0.5 * 2.5 * HELPER + 0.5 * 1.75 * 575_800 * 1.141
    )
    bare = inputs.assign_attrs(about=replace(about(inputs), wages=()))
    with pytest.raises(MissingDataError, match="no wage of the occupations 2211"):
        wage_costs(bare)


def paid_nurses(inputs: xr.Dataset) -> float:
    """FTE of nurses in health and care that are paid in the year."""
    supply = project(inputs)["supply_fte"].sel(year=YEAR).isel(region=0)
    return float(payroll(inputs, supply.sel(sector=["health_care"], occupation=["2223"])).sum())


@pytest.mark.parametrize("lever", [name for name in SIZES if LEVERS[name].paid == "wage"])
def test_an_fte_that_is_added_is_paid_a_wage(inputs: xr.Dataset, lever: str) -> None:
    one = step(lever, cost=100.0)
    found = alone(inputs, one)
    at_work = changed(inputs, one, "supply_fte")
    more = float(at_work.sum())
    assert found["fte"] == pytest.approx(more)
    assert more > 0.1
    units = abs(SIZES[lever]) * (nurses_agreed(inputs) if LEVERS[lever].per else 1.0)
    assert found["running"] == pytest.approx(100.0 * units)
    wages = float((payroll(inputs, at_work) * wage_costs(inputs).sel(price="own")).sum())
    assert wages == pytest.approx(NURSE * more / 0.97, rel=0.05)
    assert found["wages"] + found["extra_hours"] == pytest.approx(wages)
    assert found["price"] == pytest.approx(found["running"] + wages)
    if more >= HARDLY_FTE:
        assert found["per_fte"] == pytest.approx(found["price"] / more)
    else:
        assert np.isnan(found["per_fte"])
    assert price_of(inputs, [one], year=YEAR) == pytest.approx(found["price"])


def test_larger_positions_end_extra_hours_that_were_paid_before(inputs: xr.Dataset) -> None:
    found = alone(inputs, step("full_time", cost=0.0))
    gross, net = (
        payroll(inputs, changed(inputs, step("full_time", **some), "supply_fte"))
        for some in ({"extra_hours": 0.0}, {})
    )
    ended = float((gross - net).sum())
    assert ended > 0.1
    assert found["extra_hours"] == pytest.approx(-NURSE * ended)


def test_a_day_back_from_short_absence_is_paid_already(inputs: xr.Dataset) -> None:
    found = alone(inputs, step("absence", cost=6_000.0))
    part = evidence_of("absence").middle
    assert found["fte"] == pytest.approx(part * 0.005 * paid_nurses(inputs))
    assert found["wages"] == pytest.approx(NURSE * found["fte"])
    assert found["sick_pay"] == pytest.approx(-found["wages"])
    assert found["price"] == pytest.approx(found["running"])


WORK = ["digitalisation", "productivity", "co_production", "staffing_standard"]


@pytest.mark.parametrize("lever", WORK)
def test_work_that_falls_away_adds_no_wage(inputs: xr.Dataset, lever: str) -> None:
    found = alone(inputs, step(lever, cost=500.0, investment=0.0))
    assert found["fte"] == pytest.approx(-float(changed(inputs, step(lever), "demand_fte").sum()))
    assert found["wages"] == 0.0
    assert found["price"] == pytest.approx(found["running"])
    assert found["running"] > 0
    one = step(lever, cost=500.0, investment=0.0)
    assert price_of(inputs, [one], year=YEAR) == found["running"]


def test_one_who_learns_is_paid_as_what_they_become_and_no_longer_as_what_they_were(
    inputs: xr.Dataset,
) -> None:
    one = {"lever": "reskilling", "persons": 2, "occupation": "5321", "occupation_to": "2223",
           "weeks": 20, "sectors": "health_care", "cost": 1_000.0}  # fmt: skip
    found = alone(inputs, one)
    more = payroll(inputs, changed(inputs, one, "supply_fte"))
    nurses, helpers = (float(more.sel(occupation=code)) for code in ("2223", "5321"))
    assert nurses > 1.0
    assert helpers < -1.0
    assert found["running"] == pytest.approx(2_000.0)
    position = inputs["staff"] * inputs["position_share"]
    post = {"sector": "health_care", "occupation": "5321"}
    heads = float(inputs["staff"].sel(post).sum())
    learning = 2 * 20 / 52 * float(position.sel(post).sum()) / heads
    by_hand = NURSE * nurses + HELPER * (helpers + learning)
    assert found["wages"] == pytest.approx(by_hand, rel=0.1), "learners hold their own positions"


def test_where_half_of_the_substitutes_leave_half_a_wage_is_paid_for_each_who_comes_back(
    inputs: xr.Dataset,
) -> None:
    ends = [
        alone(inputs, step("long_absence", cost=0.0, substitutes_leave=leave))
        for leave in (0, 50, 100)
    ]
    every, half, nobody = (one["wages"] for one in ends)
    part = evidence_of("long_absence").middle
    assert every == pytest.approx(part * 0.01 * NURSE * paid_nurses(inputs), rel=0.02)
    assert half == pytest.approx(every / 2)
    assert nobody == pytest.approx(0.0, abs=1.0)
    assert ends[2]["fte"] == pytest.approx(0.0, abs=1e-6)


def test_what_is_paid_once_is_spread_over_its_years(inputs: xr.Dataset) -> None:
    one = step("digitalisation", cost=0.0, investment=1_000.0)
    found = alone(inputs, one)
    assert found["once"] == pytest.approx(4 * 1_000.0 * nurses_agreed(inputs))
    assert found["price"] == pytest.approx(found["once"] / INVESTMENT_YEARS)
    assert np.isnan(alone(inputs, step("productivity"))["once"])


def test_measures_share_the_bought_hours_that_they_end(inputs: xr.Dataset) -> None:
    bought = inputs["measured_shortage"].sel(line="agency_overtime").sum("sector")
    hours = float(bought.sel(occupation="2223").sum())
    assert hours > 0
    assert float(bought_fte(inputs).sum()) == pytest.approx(float(bought.sum()))
    unfilled = float(inputs["measured_shortage"].sel(line="unfilled").sum())
    assert bought_share(inputs) == pytest.approx(
        float(bought.sum()) / (float(bought.sum()) + unfilled)
    )
    measures = {
        "come": [step("recruitment", percent=60, cost=0.0)],
        "stay": [step("turnover", points=-4, cost=0.0)],
    }
    found = measure_money(inputs, measures, year=YEAR)
    gained = float(found["fte"].sum())
    assert gained > hours, "they give more than is bought"
    # A little more is what the bought hours of other occupations, whom nurses become, end.
    ended = -found["bought"] / (0.5 * AGENCY_PRICE * NURSE + 0.5 * OVERTIME)
    assert hours <= float(ended.sum()) <= 1.05 * hours
    parts = ended / ended.sum()
    assert parts.values == pytest.approx((found["fte"] / gained).values, rel=0.01)
    assert found["net"].values == pytest.approx((found["price"] + found["bought"]).values)


def test_what_nobody_counted_or_told_is_not_known(inputs: xr.Dataset) -> None:
    uncounted = inputs.assign(shortage_counted=inputs["shortage_counted"] * 0.0)
    found = alone(uncounted, step("recruitment"))
    assert np.isnan(found["bought"])
    assert np.isnan(found["net"])
    assert found["price"] > 0
    assert np.isnan(bought_share(uncounted))
    untold = alone(inputs, step("staffing_standard", percent=-1))
    assert np.isnan(untold["running"])
    assert np.isnan(untold["price"])
    assert untold["wages"] == 0.0
    assert untold["fte"] > 0


def test_a_price_of_the_place_s_own_comes_before_the_national_one(inputs: xr.Dataset) -> None:
    own = Wage("2223", 700_000.0, 80_000.0, 0.051, 1_500_000.0, "budget", own=True)
    others = [one for one in about(inputs).wages if one.occupation != "2223"]
    told = inputs.assign_attrs(about=replace(about(inputs), wages=(*others, own)))
    price = wage_costs(told).sel(occupation="2223")
    assert price.values.tolist() == pytest.approx([780_000 * 1.051, 1_500_000])


@pytest.mark.parametrize(("share", "price"), [(1.0, OVERTIME), (0.0, 2.5 * NURSE)])
def test_overtime_is_pay_with_its_supplement_and_no_pension_and_an_agency_is_dearer(
    inputs: xr.Dataset, share: float, price: float
) -> None:
    wages = tuple(replace(one, overtime_share=share) for one in about(inputs).wages)
    told = inputs.assign_attrs(about=replace(about(inputs), wages=wages))
    found = float(wage_costs(told).sel(price="bought", occupation="2223"))
    assert found == pytest.approx(price)


@settings(max_examples=4, deadline=None)
@given(percent=st.floats(1, 80), cost=st.floats(0, 1000), everybody=st.booleans())
def test_nobody_is_recruited_for_less_than_a_wage(
    inputs: xr.Dataset, percent: float, cost: float, everybody: bool
) -> None:
    one = step("recruitment", percent=percent, cost=cost)
    if everybody:
        one = {key: value for key, value in one.items() if key not in NURSES}
    found = alone(inputs, one)
    least = float(wage_costs(inputs).sel(price="own").min()) if everybody else NURSE
    assert found["price"] >= least * found["fte"] > 0


def test_those_who_need_not_be_recruited_cost_no_wage(inputs: xr.Dataset) -> None:
    """Where measures fill posts, recruitment gives way, and its wages with it."""
    far = [{"lever": "recruitment", "percent": 100}]
    saved = hiring_saved(inputs, far, year=YEAR)
    wages = float(measure_money(inputs, {"come": far}, year=YEAR)["wages"].sum())
    assert -wages < saved < 0.0
    less = [{"lever": "absence", "points": 1}]
    assert hiring_saved(inputs, less, year=YEAR) == pytest.approx(0.0, abs=1.0)


def test_a_plan_has_one_price_whether_told_by_measure_or_as_a_mix(inputs: xr.Dataset) -> None:
    """What is said to be no cost, sick pay and extra hours, is so in both."""
    levers = ("full_time", "absence", "turnover", "digitalisation", "recruitment")
    measures = {name: [step(name, cost=50.0)] for name in levers}
    by_measure = measure_money(inputs, measures, year=YEAR)["price"]
    together = price_of(inputs, [one for some in measures.values() for one in some], year=YEAR)
    assert float(by_measure.sum()) == pytest.approx(together)


@pytest.mark.parametrize("lever", ["task_sharing", "scarce_tasks"])
def test_tasks_that_move_cost_no_wage_and_end_what_is_bought_of_who_hands_them_over(
    inputs: xr.Dataset, lever: str
) -> None:
    """Nurses hand tasks to helpers: by hand from the table, the need and one bought FTE."""
    hands = inputs["measured_shortage"] * 0.0
    hands.loc[{"occupation": "2223", "line": "unfilled"}] = 3.0
    hands.loc[{"occupation": "2223", "line": "agency_overtime"}] = 1.0
    many = xr.where(inputs["occupation"] == "5321", 0.8, 1.0)  # Helpers have time to spare.
    known = inputs.assign(
        measured_shortage=hands, staffing_standard=inputs["staffing_standard"] * many
    )
    one = {"lever": lever, "percent": 50, "cost": 30.0, "investment": 200.0, **NURSES}
    found = alone(known, one)
    pair = {"occupation": "2223", "occupation_to": "5321"}
    share, output = (float(known[name].sel(pair)) for name in ("task_share", "task_output"))
    need = float(project(known)["demand_fte"].sel(year=YEAR, occupation="2223").sum())
    moved = evidence_of(lever).middle * 0.5 * share * need
    assert moved > 1.0
    assert found["fte"] == pytest.approx(moved - moved / output, rel=1e-6), "slower hands take more"
    assert found["wages"] == found["sick_pay"] == found["extra_hours"] == 0.0
    assert found["running"] == pytest.approx(30.0 * 50 * nurses_agreed(inputs))
    assert found["once"] == pytest.approx(200.0 * 50 * nurses_agreed(inputs))
    assert found["price"] == pytest.approx(found["running"] + found["once"] / INVESTMENT_YEARS)
    bought = 0.5 * AGENCY_PRICE * NURSE + 0.5 * OVERTIME
    assert found["net"] == pytest.approx(found["price"] - 1.0 * bought), "no more than is bought"
    assert np.isnan(found["per_fte"]), "nobody is added"


def test_people_who_are_lent_are_paid_at_home_and_are_no_more_in_all() -> None:
    both = load_inputs(SAMPLE, region=["9005", "9006"], horizon=4, sectors="health_care")
    one = {"lever": "regional_pooling", "percent": 50, "cost": 30.0, "investment": 200.0, **NURSES}
    few = xr.where((both["region"] == "9005") & (both["occupation"] == "2223"), 0.7, 1.0)
    both = both.assign(
        staffing_standard=(both["staffing_standard"] * few).transpose(..., "occupation")
    )
    found = alone(both, one)
    lent = project(apply_scenario(both, [one], draws=0))["supply_fte"] - project(both)["supply_fte"]
    lent = lent.sel(year=YEAR, occupation="2223").sum("sector")
    assert float(lent.sel(region="9006")) > 1.0
    assert float(lent.sum()) == pytest.approx(0.0, abs=1e-6)
    assert found["fte"] == pytest.approx(0.0, abs=1e-6)
    assert found["wages"] == pytest.approx(0.0, abs=1.0)
    units = 50 * nurses_agreed(both)
    assert found["running"] == pytest.approx(30.0 * units)
    assert found["price"] == pytest.approx(30.0 * units + 200.0 * units / INVESTMENT_YEARS)
    assert found["net"] == pytest.approx(found["price"])
    assert np.isnan(found["per_fte"])
