"""Attribution: parts sum to the whole, whatever their order, and what does nothing is nothing."""

from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce as wf
from workforce.errors import ParameterError
from workforce.results.drivers import (
    DRIVERS,
    hold_base_year,
    split_change,
    split_measures,
    split_table,
)
from workforce.scenarios.attribution import split
from workforce.scenarios.hiring import limit_hiring
from workforce.scenarios.pieces import ONLY_DEMAND, ONLY_WORTH, POPULATION
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.shapley import shapley, subsets
from workforce.scenarios.simulation import inputs_for

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
MEASURES = {
    "absence": [{"lever": "absence", "points": -0.5}],
    "turnover": [{"lever": "turnover", "points": -1}],
    "positions": [{"lever": "position_share", "points": 2}],
}
HORIZON = 4


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    found: xr.Dataset = wf.load_inputs(SAMPLE, region="9006", horizon=HORIZON)
    return found


def values(parts: str, numbers: list[float]) -> dict[frozenset[str], float]:
    return dict(zip(subsets(parts), numbers, strict=True))


def test_what_two_parts_do_together_is_shared_evenly() -> None:
    # 10 alone, 20 alone, 36 together: 6 more than the sum, 3 to each.
    found = shapley(values("ab", [0, 10, 20, 36]), "ab", nothing=float)
    assert found == {"a": 13.0, "b": 23.0}


def test_three_parts_by_hand() -> None:
    # A right glove (a) and two left ones (b, c); a pair is worth 6: a gets 4, b and c 1 each.
    pair = {frozenset("ab"): 6.0, frozenset("ac"): 6.0, frozenset("abc"): 6.0}
    value = {chosen: pair.get(chosen, 0.0) for chosen in subsets("abc")}
    assert shapley(value, "abc", nothing=float) == pytest.approx({"a": 4.0, "b": 1.0, "c": 1.0})


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=16, max_size=16))
def test_parts_are_the_mean_over_all_orders_and_sum_to_the_whole(numbers: list[float]) -> None:
    value = values("abcd", numbers)
    found = shapley(value, "abcd", nothing=float)
    assert sum(found.values()) == pytest.approx(numbers[-1] - numbers[0], abs=1e-6)
    slow = dict.fromkeys("abcd", 0.0)
    for order in permutations("abcd"):
        for place, part in enumerate(order):
            there = frozenset(order[:place])
            slow[part] += (value[there | {part}] - value[there]) / factorial(4)
    assert found == pytest.approx(slow, abs=1e-5)
    assert shapley(value, "dcba", nothing=float) == pytest.approx(found, abs=1e-6)


def test_the_change_of_the_shortage_is_the_sum_of_what_drives_it(inputs: xr.Dataset) -> None:
    found = split_change(inputs, "baseline", by=["sector", "occupation"])
    whole = found.after - found.before
    np.testing.assert_allclose(found.parts.sum("part"), whole, atol=1e-9)
    shortage = wf.project(inputs)["shortage_fte"]
    one = {"region": "9006", "sector": "health_care", "occupation": "2223"}
    for end, year in ((found.before, 2026), (found.after, 2026 + HORIZON)):
        assert float(end.sel(one).item()) == pytest.approx(
            float(shortage.sel({**one, "year": year}).item()), abs=1e-9
        )
    central = found.parts.isel(draw=0).sel(region="9006", sector="all", occupation="all")
    assert list(central["part"].values) == list(DRIVERS)
    # The baseline has no healthy ageing and holds absence and standards.
    assert not central.sel(part=["healthy_ageing", "absence", "standard"]).any()
    assert central.sel(part="turnover") > 0 > central.sel(part="entrants")


def test_the_parts_sum_in_every_draw_and_have_intervals(inputs: xr.Dataset) -> None:
    changed = apply_scenario(inputs, [{"lever": "healthy_ageing", "part": 1}])
    few = {name: DRIVERS[name] for name in ("population", "healthy_ageing", "standard", "absence")}
    found = split(
        hold_base_year(changed), changed, few, variable="shortage_fte", year=2030, draws=20, seed=3
    )
    np.testing.assert_allclose(found.parts.sum("part"), found.after - found.before, atol=1e-9)
    assert found.parts.sizes["draw"] == 21
    assert float(found.parts.sel(part="healthy_ageing").max()) < 0
    rows = split_table(found, inputs, variable="shortage_change", scenario="x")
    assert rows["category"].unique(maintain_order=True).to_list() == ["base", *few, "horizon"]
    assert (rows["lower"] <= rows["upper"]).all()
    population = rows.filter(category="population", sector="all")
    assert population["lower"].item() < population["upper"].item()
    assert rows.filter(sector="all")["persons"].to_list() == [float(inputs["staff"].sum())] * 6


def test_measures_are_split_alike_in_any_order(inputs: xr.Dataset) -> None:
    found = split_measures(inputs, MEASURES)
    backwards = split_measures(inputs, dict(reversed(list(MEASURES.items()))))
    np.testing.assert_allclose(found.parts.sum("part"), found.after - found.before, atol=1e-9)
    same = backwards.parts.sel(part=found.parts["part"])
    np.testing.assert_allclose(same, found.parts, atol=1e-9)
    steps = [step for levers in MEASURES.values() for step in levers]
    for end, scenario in ((found.before, []), (found.after, steps)):
        changed = limit_hiring(apply_scenario(inputs, scenario, draws=0), inputs, scenario)
        whole = wf.project(changed)["shortage_fte"].sel(year=2030)
        assert float(end.sel(sector="all").item()) == pytest.approx(float(whole.sum()), abs=1e-9)


def test_a_result_in_one_piece_is_split_as_well(inputs: xr.Dataset) -> None:
    parts = {"absence": MEASURES["absence"], "nothing": [{"lever": "absence", "points": 0}]}
    after = apply_scenario(inputs, MEASURES["absence"])
    whole = wf.attribute(inputs, after, parts, variable="supply_fte", year=2030)
    slow = wf.attribute(inputs, after, parts, variable="replacement_fte", year=2029)
    assert float(whole.sel(part="absence").item()) > 0
    assert float(whole.sel(part="nothing").item()) == 0
    assert float(slow.sel(part="nothing").item()) == 0
    assert whole.sizes["bound"] == 1


def test_need_and_staff_depend_on_no_other_inputs_than_said(inputs: xr.Dataset) -> None:
    inputs = inputs_for(inputs, ["shortage_fte"])
    base = wf.project(inputs)
    inert = {"exit_weight", "vital_weight", "observed_flow_years"}
    inert |= {f"{flow}_{of}_sd" for flow in ("exit", "inflow") for of in ("relative", "shared")}
    numbers = [
        str(name)
        for name, array in inputs.data_vars.items()
        if array.dtype.kind == "f" and name not in {*inert, "measured_shortage"}
    ]
    for name in numbers:
        changed = wf.project(inputs.assign({name: inputs[name] * 0.9}))
        need_moved = not changed["demand_fte"].identical(base["demand_fte"])
        staff_moved = not changed["supply_fte"].identical(base["supply_fte"])
        heads_moved = not changed["headcount"].identical(base["headcount"])
        assert not need_moved or name in POPULATION | ONLY_DEMAND, name
        assert not staff_moved or name not in ONLY_DEMAND, name
        assert not heads_moved or name not in ONLY_WORTH | ONLY_DEMAND, name


@pytest.mark.parametrize(
    ("parts", "options", "message"),
    [
        ({}, {}, "takes 1 to 10"),
        ({"a": [3]}, {}, "The part 'a' names neither variables nor levers"),
        ({"a": ["staff"]}, {"draws": 5, "seed": 1}, "at least 20"),
        ({"a": ["staff"]}, {"draws": 20}, "go together"),
        ({"a": ["staff"]}, {"year": 1999}, "has no year 1999; it has 2026 to 2030"),
        ({"a": ["staff"]}, {"variable": "luck"}, "There is no result luck"),
    ],
)
def test_what_cannot_be_split_is_refused_in_a_sentence(
    inputs: xr.Dataset, parts: dict, options: dict, message: str
) -> None:
    asked = {"variable": "shortage_fte", "year": 2030} | options
    with pytest.raises(ParameterError, match=message):
        wf.attribute(inputs, inputs, parts, **asked)
