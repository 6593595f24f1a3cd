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


def test_the_part_that_comes_is_triangular_between_its_ends_and_the_median_in_draw_0() -> None:
    drawn = effect_draw(step("absence", low=0.2, high=1.4), draws=2000, seed=1)
    assert drawn is not None
    parts = drawn.values[1:]
    assert float(drawn[0]) == pytest.approx(0.2 + (0.5 * 1.2 * 0.8) ** 0.5)
    assert float(drawn[0]) == pytest.approx(float(np.median(parts)), abs=0.002)
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
    known = evidence_of("turnover")
    assert float(wide[0]) == pytest.approx(known.middle * float(narrow[0]), rel=0.02)
    assert float(wide[1:].std()) > 3 * float(narrow[1:].std())
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


def test_the_central_path_of_a_scenario_has_the_median_of_each_measure(inputs: xr.Dataset) -> None:
    plan = [step("digitalisation"), step("staffing_standard")]
    result = simulate(inputs, {"plan": plan}, variables=["demand_fte"], **CHANCE)
    central = (
        result["demand_fte"]
        .sel(scenario="plan", bound="central", sector="all", occupation="all")
        .isel(level=0, region=0, year=-1)
    )
    nothing, whole, expected = (
        float(project(some)["demand_fte"].isel(year=-1).sum())
        for some in (inputs, apply_scenario(inputs, plan), apply_scenario(inputs, plan, draws=0))
    )
    assert float(central) == pytest.approx(expected)
    assert whole < expected < nothing, "less than all of it comes"


@pytest.mark.parametrize(
    "lever", [name for name, one in LEVERS.items() if one.kind != "assumption"]
)
def test_the_part_that_is_counted_on_lies_in_the_middle_half_of_what_is_drawn(lever: str) -> None:
    size = LEVERS[lever].helps or 1
    drawn = effect_draw({"lever": lever, LEVERS[lever].size: size}, draws=400, seed=3)
    if drawn is None:
        assert evidence_of(lever).low == evidence_of(lever).high or not LEVERS[lever].helps
        return
    low, high = np.quantile(drawn.values[1:], [0.25, 0.75])
    assert low < float(drawn[0]) < high


def test_the_effect_that_is_printed_lies_in_the_middle_half_of_the_drawn_effects(
    inputs: xr.Dataset,
) -> None:
    plan = {name: [step(name)] for name in ("absence", "recruitment")}
    steps = [one for levers in plan.values() for one in levers]
    found = split(
        inputs, apply_scenario(inputs, steps, **CHANCE), plan, variable="shortage_fte", year=2030,
        **CHANCE,
    ).parts.sel(sector="all", occupation="all").isel(region=0)  # fmt: skip
    for name in plan:
        drawn = found.sel(part=name)
        low, high = np.quantile(drawn[1:], [0.25, 0.75])
        assert low < float(drawn[0]) < high, name


def test_the_central_path_alone_is_that_of_the_draws_for_exits_too(inputs: xr.Dataset) -> None:
    """What comes about of fewer exits is laid on their factor where nothing is drawn."""
    one = step("turnover")
    central = gap(apply_scenario(inputs, [one], draws=0))
    drawn = apply_scenario(inputs, [one], **CHANCE)
    same = gap(with_draws(drawn, xr.Dataset(coords={"draw": drawn["draw"]})))
    assert float(central) == pytest.approx(float(same[0]), abs=1e-9)
    assert float(gap(apply_scenario(inputs, [one]))) < float(central) < float(gap(inputs))
