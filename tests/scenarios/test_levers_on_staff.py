"""Levers on working time and on who leaves, against numbers worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.employment import giving_hands, position_growth
from workforce.model.projection import project
from workforce.scenarios.levers.leaving import base_hazard
from workforce.scenarios.levers.working_time import (
    EXTRA_ELSEWHERE,
    EXTRA_HOURS,
    EXTRA_IN_CARE,
    PART_TIME_POSITION,
    TREND,
)
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CARE = {"sectors": "health_care"}


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9005", horizon=4)


def pull(inputs, lever, **options):
    return apply_scenario(inputs, [{"lever": lever, **options}])


def test_a_larger_position_first_replaces_extra_hours():
    persons, agreed = (xr.DataArray([value], dims="occupation") for value in (100.0, 80.0))
    gain = xr.DataArray([0.25], dims="occupation")
    # A quarter of the way is 5 FTE; a tenth of the way, 2 FTE, was worked already.
    assert float(position_growth(persons, agreed, gain)[0]) == pytest.approx(85 / 80)
    assert float(position_growth(persons, agreed, gain, 0.1)[0]) == pytest.approx(83 / 80)
    assert float(position_growth(persons, agreed, gain, 0.3)[0]) == 1.0
    assert float(position_growth(persons, agreed, -gain, 0.3)[0]) == pytest.approx(75 / 80)


def test_points_of_position_are_points_of_the_mean_of_those_reached(inputs):
    first = project(pull(inputs, "position_share", points=2, extra_hours=0, **CARE))
    plain = project(inputs)
    more = first["supply_fte"] - plain["supply_fte"]
    assert float(abs(more.drop_sel(sector="health_care")).max()) < 1e-9
    # On the staff of the base year, of whom each post holds its own mean position.
    changed = pull(inputs, "position_share", points=2, extra_hours=0, **CARE)
    care = inputs.sel(sector="health_care")
    heads = care["staff"].sum(["sex", "working_age"])
    agreed = (care["staff"] * care["position_share"]).sum(["sex", "working_age"])
    gain = changed["position_gain"].sel(sector="health_care").isel(year=-1)
    raised = (gain * (heads - agreed).clip(min=0)).sum() / heads.sum()
    assert float(raised) == pytest.approx(0.02)


def test_the_national_offset_is_three_points_where_positions_are_as_in_the_nation(inputs):
    assert pytest.approx(3.44, abs=0.01) == EXTRA_HOURS
    assert pytest.approx(58.9, abs=0.1) == PART_TIME_POSITION
    agreed = float((inputs["staff"] * inputs["position_share"]).sum() / inputs["staff"].sum())
    offset = EXTRA_HOURS * agreed
    changed = pull(inputs, "position_share", points=offset, extra_hours=EXTRA_HOURS)
    np.testing.assert_allclose(changed["position_gain"][-1], changed["extra_hours"], rtol=0.02)
    supply = project(changed)["supply_fte"] - project(inputs)["supply_fte"]
    assert float(abs(supply).sum()) < 0.1


def test_extra_hours_are_those_of_the_service_and_six_points_in_care_leave_a_tenth_or_two(inputs):
    # KS: 13,900 FTE, three quarters in care: 10,425 of 151,900 FTE there, 3,475 of 251,800 others.
    assert pytest.approx(6.86, abs=0.01) == EXTRA_IN_CARE
    assert pytest.approx(1.38, abs=0.01) == EXTRA_ELSEWHERE
    care = inputs.sel(sector="health_care")
    heads = float(care["staff"].sum())
    agreed = float((care["staff"] * care["position_share"]).sum())
    gross, worked = 0.06 * heads, 0.0686 * agreed

    def given(**options: object) -> float:
        changed = pull(inputs, "position_share", points=6, **CARE, **options)
        each = giving_hands(changed["position_gain"].isel(year=-1), changed["extra_hours"])
        staff = care["staff"].sum(["sex", "working_age"])
        fte = (care["staff"] * care["position_share"]).sum(["sex", "working_age"])
        return float((each.sel(sector="health_care") * (staff - fte).clip(min=0.0)).sum())

    assert given(extra_hours=0) == pytest.approx(gross)
    assert given() == pytest.approx(gross - worked, abs=0.02 * gross)
    assert 0.05 < given() / gross < 0.25
    # A place that knows its own, 2 %, gets the rest.
    assert given(extra_hours=2) == pytest.approx(gross - 0.02 * agreed)


def test_positions_grow_by_themselves_and_a_measure_comes_on_top(inputs):
    years = inputs.sizes["flow_year"]
    trend = pull(inputs, "position_trend", points=1, extra_hours=0)
    same = pull(inputs, "position_share", points=years, extra_hours=0, **CARE,
                end_year=int(inputs["year"][-1]))  # fmt: skip
    xr.testing.assert_allclose(trend["position_gain"], same["position_gain"])
    assert float(pull(inputs, "position_trend")["position_gain"].isel(year=0).max()) == 0
    assert pytest.approx(0.911, abs=0.001) == TREND
    # Two points on top of the trend give fewer hands than two points by themselves.
    supply = {
        name: float(project(apply_scenario(inputs, steps))["supply_fte"].isel(year=-1).sum())
        for name, steps in {
            "none": [],
            "trend": [{"lever": "position_trend", "points": 1, "extra_hours": 0}],
            "both": [
                {"lever": "position_trend", "points": 1, "extra_hours": 0},
                {"lever": "position_share", "points": 2, "extra_hours": 0, **CARE},
            ],
            "alone": [{"lever": "position_share", "points": 2, "extra_hours": 0, **CARE}],
        }.items()
    }
    on_top, alone = supply["both"] - supply["trend"], supply["alone"] - supply["none"]
    assert 0 < on_top < alone


def test_two_measures_on_positions_share_the_extra_hours_and_may_come_in_any_order(inputs):
    steps = [
        {"lever": "position_share", "points": 2},
        {"lever": "full_time", "points": 16, **CARE},
    ]
    one, other = (apply_scenario(inputs, order) for order in (steps, steps[::-1]))
    for name in ("position_gain", "extra_hours"):
        xr.testing.assert_allclose(one[name], other[name].transpose(*one[name].dims))
    more = project(one)["supply_fte"].sum() - project(inputs)["supply_fte"].sum()
    apart = [project(apply_scenario(inputs, [step]))["supply_fte"].sum() for step in steps]
    assert float(more) > sum(float(part - project(inputs)["supply_fte"].sum()) for part in apart)


def test_more_full_time_raises_the_mean_by_what_a_part_timer_lacks(inputs):
    full = pull(inputs, "full_time", points=10, part_time_position=60)["position_gain"]
    mean = pull(inputs, "position_share", points=4)["position_gain"]
    np.testing.assert_allclose(full, mean)


def test_positions_rise_no_further_than_part_timers_want(inputs):
    asked = pull(inputs, "position_share", points=20, wanted=30, **CARE)
    assert float(asked["position_gain"].max()) == pytest.approx(0.3)
    less = pull(inputs, "position_share", points=1, wanted=30, **CARE)
    same = pull(inputs, "position_share", points=1, **CARE)
    xr.testing.assert_allclose(less["position_gain"], same["position_gain"])


def test_positions_rise_to_full_posts_and_no_further(inputs):
    far = pull(inputs, "position_share", points=20, sectors="administration")
    assert float(far["position_gain"].max()) == 1.0
    full = inputs.assign(position_share=xr.ones_like(inputs["position_share"]))
    assert pull(full, "position_share", points=5) is full


@pytest.mark.parametrize("lever", ["position_share", "full_time"])
def test_positions_cannot_fall_where_everybody_holds_a_full_post(inputs, lever):
    full = inputs.assign(position_share=xr.ones_like(inputs["position_share"]))
    with pytest.raises(ParameterError, match="all hold full posts"):
        pull(full, lever, points=-2)


def turnover_of(inputs, changed):
    """KS's turnover on the staff of the base year under the last year's factors."""
    factor = changed["exit_factor"].isel(flow_year=-1)
    hazard = base_hazard(inputs) * factor
    total = hazard.sum("cause")
    own = hazard.drop_sel(cause="moved_municipality").sum("cause")
    chance = (own / total.where(total > 0, 1.0)) * (1 - np.exp(-total))
    return float((inputs["staff"] * chance).sum() / inputs["staff"].sum())


def test_a_point_of_turnover_is_a_point_of_staff(inputs):
    before = turnover_of(inputs, inputs)
    assert 0.08 < before < 0.2
    after = turnover_of(inputs, pull(inputs, "turnover", points=-1))
    assert before - after == pytest.approx(0.01, abs=1e-9)


def test_turnover_cannot_fall_below_retirement(inputs):
    with pytest.raises(ParameterError, match="of which retirement is"):
        pull(inputs.assign(exit_rate=inputs["exit_rate"] / 5), "turnover", points=-5)


def test_a_point_more_still_at_work_at_65(inputs):
    changed = pull(inputs, "still_working", points=1)
    ages = slice(55, 64)

    def share(exit_factor):
        hazard = base_hazard(inputs) * exit_factor.isel(flow_year=-1)
        retired = hazard.sel(cause="retired", working_age=ages)
        persons = inputs["staff"].sel(working_age=ages)
        over = ["region", "sector", "occupation", "sex"]
        yearly = (persons * retired).sum(over) / persons.sum(over)
        return float(np.exp(-yearly.sum()))

    gained = share(changed["exit_factor"]) - share(inputs["exit_factor"])
    assert gained == pytest.approx(0.01, abs=1e-9)
    later = changed["exit_factor"].sel(working_age=slice(65, None))
    assert float(abs(later - 1).max()) == 0
