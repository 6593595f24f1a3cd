"""Levers on shift plans, care level, co-production and people outside work, by hand."""

from pathlib import Path

import pytest
import xarray as xr

from workforce.contract.evidence import evidence_of, reached_a_post, trials
from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.results.mobilising import plan_measures, within_reach
from workforce.scenarios.effects import effect_draw
from workforce.scenarios.levers.entering import reachable
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CARE = {"sectors": "health_care"}
LEVEL = {"persons": 10, "places": 40, "institution_fte": 1.1, "home_fte": 0.6, **CARE}


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    return load_inputs(SAMPLE, region="9005", horizon=4)


@pytest.fixture(scope="module")
def plain(inputs: xr.Dataset) -> xr.Dataset:
    return project(inputs)


def pull(inputs: xr.Dataset, lever: str, **options: object) -> xr.Dataset:
    return apply_scenario(inputs, [{"lever": lever, **options}])


def need(result: xr.Dataset, year: int, sector: str = "health_care") -> float:
    return float(result["demand_fte"].sel(sector=sector, year=year).sum())


def test_a_hand_over_fewer_frees_the_time_that_two_shifts_are_at_work(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    options = {"handovers": 1, "minutes": 30, "on_shifts": 60, **CARE}
    after = project(pull(inputs, "shift_plan", **options))
    # Of 1,440 minutes and three times 30 more, 30 fall away for six tenths of the staff.
    freed = 0.6 * 30 / (1440 + 90)
    assert need(after, 2029) == pytest.approx(need(plain, 2029) * (1 - freed))
    assert need(after, 2029, "kindergarten") == pytest.approx(need(plain, 2029, "kindergarten"))
    weekends = project(pull(inputs, "shift_plan", days=2, **options))
    assert need(weekends, 2029) == pytest.approx(need(plain, 2029) * (1 - freed * 2 / 7))


def test_one_hand_over_a_day_at_least_is_left(inputs: xr.Dataset) -> None:
    with pytest.raises(ParameterError, match="handovers is 3; the ceiling is 2 hand-overs"):
        pull(inputs, "shift_plan", handovers=3, minutes=15, on_shifts=50)
    pull(inputs, "shift_plan", handovers=3, today=4, minutes=15, on_shifts=50)


def test_care_at_home_changes_the_need_by_the_difference_in_fte_per_user(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    after = project(pull(inputs, "care_level", **LEVEL))
    absent = inputs["short_absence"].sel(sector="health_care").isel(region=0, year=0)
    # Ten users who take 1.1 agreed FTE there and 0.6 at home; their number follows the need.
    moved = 10 * (1.1 - 0.6) * (1 - float(absent)) / need(plain, 2026)
    assert need(after, 2029) == pytest.approx(need(plain, 2029) * (1 - moved))
    assert need(after, 2026) == pytest.approx(need(plain, 2026))
    back = project(pull(inputs, "care_level", **LEVEL | {"persons": -10}))
    assert need(back, 2029) == pytest.approx(need(plain, 2029) * (1 + moved))


def test_between_two_services_it_is_their_own_fte_per_user_that_counts(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    options = {"persons": 10, "places": 40, **CARE, "sector_to": "kindergarten"}
    after = project(pull(inputs, "care_level", **options))
    for sector, sign in (("health_care", -1), ("kindergarten", 1)):
        users = float(plain["users_path"].sel(sector=sector, year=2026).sum())
        expected = need(plain, 2029, sector) * (1 + sign * 10 / users)
        assert need(after, 2029, sector) == pytest.approx(expected), sector


def test_no_more_users_move_than_have_places(inputs: xr.Dataset) -> None:
    with pytest.raises(ParameterError, match="persons is 10; the ceiling is 5 persons"):
        pull(inputs, "care_level", **LEVEL | {"places": 5})
    with pytest.raises(ParameterError, match="give institution_fte and home_fte"):
        pull(inputs, "care_level", persons=1, places=5, **CARE)
    with pytest.raises(ParameterError, match="name the service that has the places"):
        pull(inputs, "care_level", persons=1, places=5, institution_fte=1, home_fte=0.5)


def test_a_packaged_trial_is_source_ceiling_and_doubt_of_co_production(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    step = {"lever": "co_production", "trial": "reablement", "part": 20, "percent": 3.4, **CARE}
    after = project(apply_scenario(inputs, [step]))
    assert need(after, 2029) == pytest.approx(need(plain, 2029) * (1 - 0.17 * 0.2))
    with pytest.raises(ParameterError, match=r"the ceiling is 3\.4 per cent"):
        apply_scenario(inputs, [step | {"percent": 4}])
    with pytest.raises(ParameterError, match="Did you mean 'reablement'"):
        apply_scenario(inputs, [step | {"trial": "reablemant"}])
    known = evidence_of("co_production", step)
    assert known.source == trials()["reablement"].source
    assert not evidence_of("co_production").source
    part = effect_draw(step, draws=200, seed=1)
    assert part is not None
    assert 4 / 17 <= float(part.min()) < 0.5
    assert 1.3 < float(part.max()) <= 28 / 17


def test_people_outside_work_come_after_training_and_no_more_than_reach_a_post(
    inputs: xr.Dataset, plain: xr.Dataset
) -> None:
    options = {"persons": 5, "outside": 20, "group": "reduced_capacity", **CARE}
    untrained, trained = (
        project(pull(inputs, "inclusion", weeks=weeks, **options)) for weeks in (0, 18)
    )
    more = (untrained["recruits"] - plain["recruits"]).isel(flow_year=0)
    assert float(more.sum()) == pytest.approx(5.0)
    assert float(trained["recruits"].sum()) == pytest.approx(float(untrained["recruits"].sum()))
    # Five a year, each away for 18 of 45 weeks of the mean position of their post.
    agreed = inputs["staff"] * inputs["position_share"]
    over = ["sex", "working_age"]
    each = (agreed.sum(over) / inputs["staff"].sum(over)).fillna(0.0)
    lost = float((more.sum("origin") * each).sum()) * 18 / 45
    away = (untrained["supply_fte"] - trained["supply_fte"]).sel(year=2029).sum(["occupation"])
    absent = inputs["short_absence"].sel(year=2029)
    assert float((away / (1 - absent)).sum()) == pytest.approx(lost, rel=1e-6)
    with pytest.raises(ParameterError, match=r"of the 10 who leave .* a year 4\.6 had"):
        pull(inputs, "inclusion", **options | {"outside": 10})


def test_who_reached_a_post_is_told_by_county_where_nav_tells_it(inputs: xr.Dataset) -> None:
    assert reached_a_post()["jobseeker"][""] == 62.0
    telemark = inputs.assign_coords(region=["4003"])
    assert reachable(telemark, 100, "reduced_capacity") == pytest.approx(38.6)
    assert reachable(inputs, 100, "jobseeker") == pytest.approx(62.0), "a county that is not there"
    plan = plan_measures("it", {"it": {"measures": [
        {"lever": "inclusion", "options": {"persons": 2, "outside": 50}},
        {"lever": "shift_plan", "options": {"handovers": 1, "minutes": 15, "on_shifts": 50}},
    ]}})  # fmt: skip
    most = {one.lever: one.most for one in within_reach(plan, telemark)}
    assert most == {"inclusion": pytest.approx(50 * 0.586), "shift_plan": 2.0}
    both = xr.Dataset(coords={"region": ["4003", "3401"]})
    assert reachable(both, 100, "jobseeker") == pytest.approx(62.0)
