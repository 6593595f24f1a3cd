"""What draws share, what they leave alone, and how sharp they make differences."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
DRAWS = 300


@pytest.fixture(scope="module")
def county():
    return load_inputs(SAMPLE, region="90", horizon=5)


@pytest.fixture(scope="module")
def place():
    return load_inputs(SAMPLE, region="9005", horizon=5)


def outcomes(inputs, *, seed, scenario="baseline", draws=DRAWS, chance=True):
    drawn = draw_inputs(inputs, draws=draws, seed=seed)
    changed = with_draws(apply_scenario(inputs, scenario), drawn)
    return project(changed, seed=seed if chance else None)


@pytest.fixture(scope="module")
def small(place):
    return outcomes(place, seed=11)


def total(results, name, **labels):
    return results[name].sum(["region", "sector", "occupation"]).sel(**labels)


def test_draw_0_is_the_projection_without_draws(place, small):
    alone = project(place)
    for name in alone:
        one = small[name].isel(draw=0, drop=True) if "draw" in small[name].dims else small[name]
        xr.testing.assert_allclose(one.transpose(*alone[name].dims), alone[name], atol=1e-9)


def test_the_base_year_varies_in_no_draw(small):
    first = total(small, "shortage_fte").isel(year=0)
    assert float(first.max() - first.min()) < 1e-9


def test_a_place_meets_the_same_draws_whichever_places_are_loaded(place):
    both = load_inputs(SAMPLE, region=["9003", "9005"], horizon=5)
    alone, beside = (draw_inputs(inputs, draws=30, seed=4) for inputs in (place, both))
    for name in alone:
        one, two = xr.align(alone[name], beside[name], join="inner")
        if "occupation" in one.dims:
            assert one.sizes["occupation"] > 5
        np.testing.assert_allclose(one, two, rtol=1e-12)


def test_a_county_and_its_municipality_meet_the_same_years_in_jobs_of_their_own(county, place):
    one, two = (draw_inputs(inputs, draws=DRAWS, seed=4) for inputs in (county, place))
    for name, dims in (("use_draw", ["sector"]), ("absence_draw", ["sector"])):
        above, below = (np.log(x[name].isel(draw=slice(1, None), region=0)) for x in (one, two))
        for sector in below[dims[0]].values:
            pair = (above.sel(sector=sector).isel(year=-1), below.sel(sector=sector).isel(year=-1))
            assert np.corrcoef(*pair)[0, 1] > 0.35
    np.testing.assert_array_equal(one["standard_draw"], two["standard_draw"])
    np.testing.assert_array_equal(one["retirement_draw"], two["retirement_draw"])
    steps = []
    for drawn in (one, two):
        factor = np.log(drawn["exit_draw"]).isel(region=0, draw=slice(1, None), cause=1)
        steps.append(factor.diff("flow_year").mean(["sector", "occupation"]).isel(flow_year=-1))
    assert np.corrcoef(*steps)[0, 1] > 0.4


def test_another_seed_gives_other_draws(place):
    one, two = (draw_inputs(place, draws=20, seed=seed)["use_draw"] for seed in (1, 2))
    assert not np.any(
        one.isel(draw=slice(1, None), year=-1) == two.isel(draw=slice(1, None), year=-1)
    )


def test_factors_have_mean_one(place):
    drawn = draw_inputs(place, draws=4_000, seed=9)
    for name in ("exit_draw", "inflow_draw", "absence_draw", "use_draw", "standard_draw"):
        values = drawn[name].isel(draw=slice(1, None))
        error = values.std("draw") / np.sqrt(4_000)
        assert float((abs(values.mean("draw") - 1) / error.clip(min=1e-9)).max()) < 6, name


@pytest.mark.parametrize("region", ["90", "9005"])
def test_the_mean_over_draws_is_the_central_path(region, county, place):
    """Within the error of the draws, and half a per cent for what curvature explains.

    Exits bend with the hazard, so that an uncertain one empties a post a little less: with a
    relative standard deviation s on a hazard h the mean of exits falls by h s^2 / 2 of them.
    """
    inputs = county if region == "90" else place
    results = outcomes(inputs, seed=21)
    for name in ("headcount", "supply_fte", "demand_fte", "exits", "recruits"):
        values = results[name].isel({results[name].dims[-1]: -1})
        over = [dim for dim in values.dims if dim != "draw"]
        values = values.sum(over)
        central, rest = float(values[0]), values[1:]
        error = float(rest.std()) / np.sqrt(DRAWS)
        assert abs(float(rest.mean()) - central) < 3.5 * error + 0.005 * central, name


def test_chance_alone_leaves_the_mean_where_it_was(place):
    quiet = xr.Dataset(coords={"draw": range(801)})
    results = project(with_draws(place, quiet), seed=3)
    heads = results["headcount"].isel(region=0, year=-1)
    rest = heads.isel(draw=slice(1, None))
    error = rest.std("draw") / np.sqrt(800)
    off = abs(rest.mean("draw") - heads.isel(draw=0)) / error.clip(min=1e-6)
    used = heads.isel(draw=0) > 0
    assert float(off.where(used, 0.0).max()) < 4.5
    assert float(off.where(used).mean()) < 1.2


def test_stocks_and_flows_balance_in_every_draw_with_chance(small):
    out, come = small["exits"].sum("cause"), small["recruits"].sum("origin")
    heads = small["headcount"].transpose(*out.dims[:-1], "year").values
    moved = small["transfers"].transpose(*out.dims).values
    after = heads[..., :-1] - out.values + come.transpose(*out.dims).values + moved
    np.testing.assert_allclose(after, heads[..., 1:], atol=1e-9)
    np.testing.assert_allclose(small["transfers"].sum("occupation"), 0.0, atol=1e-9)


def test_the_same_draws_make_differences_between_scenarios_sharp(place, small):
    changed = outcomes(place, seed=11, scenario="one_point_each")
    apart = outcomes(place, seed=12, scenario="one_point_each")
    base, same, other = (
        total(case, "shortage_fte").isel(year=-1, draw=slice(1, None))
        for case in (small, changed, apart)
    )
    assert float((same - base).std()) < float((other - base).std()) / 4


def test_retirement_lies_between_its_alternatives(place):
    low = place.assign(retirement_factor=place["retirement_low"])
    high = place.assign(retirement_factor=place["retirement_high"])
    drawn = xr.Dataset({"retirement_draw": ("draw", [0.0, -1.0, 1.0])}, {"draw": [0, 1, 2]})
    leaning = project(with_draws(place, drawn))["exits"]
    for draw, case in enumerate((place, low, high)):
        np.testing.assert_allclose(leaning.isel(draw=draw), project(case)["exits"], atol=1e-9)
