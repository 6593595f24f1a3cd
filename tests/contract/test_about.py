"""What inputs tell beside their arrays goes wherever they go."""

from dataclasses import replace
from pathlib import Path

import xarray as xr

from workforce.contract.about import About, about
from workforce.inputs import load_inputs
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_what_is_borrowed_lacking_or_priced_follows_inputs_through_draws_measures_and_results():
    inputs = load_inputs(SAMPLE, region="9005", sectors="kindergarten", horizon=2)
    told = about(inputs)
    assert told.borrowed
    assert told.missing
    assert told.measure_costs
    drawn = with_draws(inputs, draw_inputs(inputs, draws=2, seed=1))
    measured = apply_scenario(inputs, [{"lever": "absence", "points": -1}])
    for later in (drawn, measured, inputs.isel(region=[0]), inputs.copy(deep=True)):
        assert about(later) == told
    groups = {"2221": "nurses"}
    asked = {"draws": 20, "seed": 1, "variables": ["population_by_band"]}
    found = simulate(inputs, ["baseline"], groups=groups, **asked)
    assert about(found) == replace(told, groups=groups)


def test_inputs_made_by_hand_tell_nothing():
    assert about(xr.Dataset()) == About()
