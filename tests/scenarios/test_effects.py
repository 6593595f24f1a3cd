"""What comes of a measure is drawn: how, of what, and what stays as it is."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.contract.evidence import evidence_of
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.attribution import split
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.effects import effect_draw
from workforce.scenarios.levers import LEVERS
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CHANCE = {"draws": 40, "seed": 7}
SIZES = {
    "position_share": 5, "absence": -0.5, "turnover": -1, "still_working": 8, "retirement_age": 1,
    "recruitment": 10,
    "digitalisation": 4, "staffing_standard": -2,
}  # fmt: skip


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    return load_inputs(SAMPLE, region="9005", horizon=4)


def step(lever: str, **options: object) -> dict[str, object]:
    return {"lever": lever, LEVERS[lever].size: SIZES[lever], **options}


def gap(inputs: xr.Dataset) -> xr.DataArray:
    return project(inputs)["shortage_fte"].isel(year=-1).sum(["region", "sector", "occupation"])


def test_the_part_that_comes_is_triangular_between_its_ends_and_all_of_it_in_draw_0() -> None:
    drawn = effect_draw(step("absence", low=0.2, high=1.4), draws=2000, seed=1)
    assert drawn is not None
    assert float(drawn[0]) == 1.0
    parts = drawn.values[1:]
    assert 0.2 <= parts.min() < 0.25
    assert 1.35 < parts.max() <= 1.4
    # Mean and variance of a triangular distribution from a over c to b.
    assert parts.mean() == pytest.approx((0.2 + 1.0 + 1.4) / 3, abs=0.002)
    low, mode, high = 0.2, 1.0, 1.4
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    assert parts.var() == pytest.approx(variance, rel=0.02)


def test_the_same_measure_is_drawn_alike_in_all_scenarios_and_others_by_themselves() -> None:
    one, other = (effect_draw(step("absence", points=p), **CHANCE) for p in (-0.5, -1))
    assert one is not None
    assert other is not None
    assert one.equals(other)
    turnover = effect_draw(step("turnover"), **CHANCE)
    assert turnover is not None
    assert not one.equals(turnover)


def test_what_nobody_decides_or_what_does_harm_is_not_drawn() -> None:
    for one in (
        {"lever": "healthy_ageing", "part": 1}, {"lever": "recruitment", "percent": -100},
        {"lever": "absence", "points": 0.5}, {"lever": "absence", "points": 0},
        {"lever": "absence", "points": -1, "low": 1, "high": 1},
    ):  # fmt: skip
        assert effect_draw(one, **CHANCE) is None


@pytest.mark.parametrize("lever", [name for name in SIZES if name != "position_share"])
def test_a_part_of_a_measure_gives_a_part_of_its_effect(inputs: xr.Dataset, lever: str) -> None:
    """With no other luck the shortage goes from that without the measure to that with more."""
    one = step(lever, low=0.0, high=1.2)
    part = effect_draw(one, **CHANCE)
    assert part is not None
    drawn = apply_scenario(inputs, [one], **CHANCE)
    found = gap(with_draws(drawn, xr.Dataset(coords={"draw": part["draw"]}))).values
    nothing, whole = float(gap(inputs)), float(gap(apply_scenario(inputs, [one])))
    assert found[0] == pytest.approx(whole, abs=1e-9)
    assert whole < nothing
    given = (nothing - found) / (nothing - whole)
    # A part of later retirement is laid on all ages alike, which is off by some of the effect.
    near = 0.2 if lever in ("still_working", "retirement_age") else 0.02
    assert np.abs(given - part.values).max() < near


def test_a_part_of_larger_positions_first_ends_extra_hours(inputs: xr.Dataset) -> None:
    """What gives no hands comes first, so that half of the points give less than half of them."""
    one = step("position_share", low=0.0, high=1.2)
    part = effect_draw(one, **CHANCE)
    assert part is not None
    drawn = apply_scenario(inputs, [one], **CHANCE)
    found = gap(with_draws(drawn, xr.Dataset(coords={"draw": part["draw"]}))).values
    nothing, whole = float(gap(inputs)), float(gap(apply_scenario(inputs, [one])))
    given = (nothing - found) / (nothing - whole)
    less = part.values < 1.0
    assert (given[less] <= part.values[less] + 1e-9).all()
    assert (given >= -1e-9).all()
    assert given[0] == pytest.approx(1.0)


def test_tasks_are_shared_by_draw_where_need_and_staff_do_not_differ(inputs: xr.Dataset) -> None:
    drawn = apply_scenario(inputs, [{"lever": "task_sharing", "percent": 50}], **CHANCE)
    assert "draw" in drawn["task_sharing"].dims
    found = gap(with_draws(drawn, xr.Dataset(coords={"draw": drawn["draw"]})))
    assert found.sizes["draw"] == CHANCE["draws"] + 1


def test_an_effect_that_is_assumed_is_uncertain_by_more_than_the_luck_of_its_place(
    inputs: xr.Dataset,
) -> None:
    measures = {"stay": [step("turnover")]}
    sure = {"stay": [step("turnover", low=1, high=1)]}
    settings = {"variable": "shortage_fte", "year": 2030, **CHANCE}
    wide, narrow = (
        split(inputs, apply_scenario(inputs, some["stay"], **CHANCE), some, **settings)
        .parts.sel(part="stay", sector="all", occupation="all").isel(region=0)
        for some in (measures, sure)
    )  # fmt: skip
    assert float(wide[0]) == pytest.approx(float(narrow[0]))
    assert float(wide[1:].std()) > 3 * float(narrow[1:].std())
    known = evidence_of("turnover")
    given = wide[1:] / narrow[1:]
    assert known.low <= float(given.min()) < 0.3
    assert 1.0 < float(given.max()) <= 1.01 * known.high


def test_simulated_and_split_effects_of_two_measures_are_those_of_the_same_draws(
    inputs: xr.Dataset,
) -> None:
    plan = [step("absence"), step("staffing_standard")]
    drawn = draw_inputs(inputs, **CHANCE)
    by_hand = gap(with_draws(apply_scenario(inputs, plan, **CHANCE), drawn))
    found = split(
        inputs, apply_scenario(inputs, plan, **CHANCE), {"a": plan[:1], "b": plan[1:]},
        variable="shortage_fte", year=2030, **CHANCE,
    )  # fmt: skip
    whole = {"sector": "all", "occupation": "all", "region": "9005"}
    after = found.after.sel(whole)
    np.testing.assert_allclose(after.values, by_hand.values)
    total = found.before.sel(whole) + found.parts.sel(whole).sum("part")
    np.testing.assert_allclose(total.values, after.values)


def test_the_central_path_of_a_scenario_is_that_of_the_whole_measure(inputs: xr.Dataset) -> None:
    plan = [step("recruitment"), step("absence")]
    result = simulate(inputs, {"plan": plan}, variables=["supply_fte"], **CHANCE)
    central = result["supply_fte"].sel(scenario="plan", bound="central", sector="all",
                                       occupation="all").isel(level=0, region=0)  # fmt: skip
    plain = project(apply_scenario(inputs, [step("absence")]))["supply_fte"]
    assert float(central[-1]) >= float(plain.isel(year=-1).sum()) - 1e-6
