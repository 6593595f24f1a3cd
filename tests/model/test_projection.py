"""The assembly: what must balance in every projection of the sample."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.simulation import needs_flows

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module", params=["9002", "9012"])
def pair(request):
    inputs = load_inputs(SAMPLE, region=request.param, horizon=10)
    return inputs, project(inputs)


def test_stock_plus_in_less_out_plus_transfers_is_the_next_stock(pair):
    _, result = pair
    heads = result["headcount"].transpose(..., "year").values
    out = result["exits"].sum("cause").transpose(..., "flow_year").values
    come = result["recruits"].sum("origin").transpose(..., "flow_year").values
    moved = result["transfers"].transpose(..., "flow_year").values
    np.testing.assert_allclose(heads[..., :-1] - out + come + moved, heads[..., 1:], atol=1e-9)


def test_moves_between_occupations_balance_within_each_sector(pair):
    _, result = pair
    assert float(abs(result["transfers"].sum("occupation")).max()) < 1e-9


def test_stocks_are_the_same_whether_who_leaves_and_comes_is_told(pair):
    inputs, whole = pair
    stocks = project(inputs, flows=False)
    assert set(whole) - set(stocks) == {name for name in whole if needs_flows([str(name)])}
    xr.testing.assert_identical(stocks, whole[list(stocks)])


def test_recruitment_need_is_replacement_plus_growth(pair):
    _, result = pair
    total = result["replacement_fte"] + result["growth_fte"]
    np.testing.assert_allclose(total, result["recruitment_need"], atol=1e-9)


def test_parts_of_openings_add_up_and_balance_with_stocks_and_recruits(
    pair,
):
    _, result = pair
    openings = result["openings"]
    parts = openings.sel(opening_part=["growth", "exits", "transfers"]).sum("opening_part")
    np.testing.assert_allclose(parts, openings.sel(opening_part="openings"), atol=1e-9)
    # stock - exits + transfers + recruits = stock at the end, over all years at once.
    heads = result["headcount"]
    kept = heads.isel(year=0, drop=True) + result["recruits"].sum(["origin", "flow_year"])
    gone = openings.sel(opening_part=["exits", "transfers"]).sum("opening_part")
    np.testing.assert_allclose(kept - gone, heads.isel(year=-1, drop=True), atol=1e-9)
    moved = openings.sel(opening_part="transfers").sum("occupation")
    assert float(abs(moved).max()) < 1e-9


def test_mean_flows_are_those_of_the_years_and_what_comes_less_what_goes_is_the_change_of_staff(
    pair,
):
    _, result = pair
    flows = result["mean_flow"]
    for part, name in (("need", "recruitment_need"), ("replacement", "replacement_fte")):
        mean = result[name].mean("flow_year")
        np.testing.assert_allclose(flows.sel(flow_part=part), mean, atol=1e-9)
    causes = flows.sel(flow_part=result["cause"].values).sum("flow_part")
    np.testing.assert_allclose(causes, flows.sel(flow_part="replacement"), atol=1e-9)
    supply = result["supply_fte"]
    change = supply.isel(year=-1, drop=True) - supply.isel(year=0, drop=True)
    net = flows.sel(flow_part="inflow") - flows.sel(flow_part="replacement")
    np.testing.assert_allclose(net * (supply.sizes["year"] - 1), change, atol=1e-9)


def test_causes_of_replacement_add_up_to_it(pair):
    _, result = pair
    causes = result["replacement_by_cause"].sum("cause")
    np.testing.assert_allclose(causes, result["replacement_fte"], atol=1e-9)


def test_older_leavers_on_smaller_posts_weigh_less_in_fte_than_in_heads():
    inputs = load_inputs(SAMPLE, region="9002", horizon=1)
    small = inputs["position_share"].where(inputs["working_age"] < 60, 0.0)
    result = project(inputs.assign(position_share=small))
    retired = result["replacement_by_cause"].sel(cause="retired").sum()
    assert float(retired) < 0.2 * float(result["exits"].sel(cause="retired").sum())


def test_need_funded_posts_and_staff_are_the_same_kind_of_fte():
    inputs = load_inputs(SAMPLE, region="9002", horizon=3)
    posts = inputs["staff"] * inputs["position_share"]
    agreed = posts.sum(["sex", "working_age"])
    plan = agreed.expand_dims(year=inputs["year"]).transpose(*agreed.dims, "year")
    result = project(inputs.assign(funded_posts=plan))
    first = {"year": 0}
    np.testing.assert_allclose(
        result["funded_fte"].isel(first), result["supply_fte"].isel(first), rtol=1e-9
    )


def test_age_groups_add_up_to_the_headcount(pair):
    _, result = pair
    by_age = result["headcount_by_age"].sum("age_group").transpose("region", "sector", "year")
    heads = result["headcount"].sum("occupation").transpose("region", "sector", "year")
    np.testing.assert_allclose(by_age.sel(sector=heads["sector"]), heads, atol=1e-9)


def test_bands_of_the_population_add_up_to_everybody(pair):
    _, result = pair
    bands = result["population_by_band"].drop_sel(age_band="80+").sum("age_band")
    np.testing.assert_allclose(bands, result["population_path"].sum(["sex", "age"]), atol=1e-6)


def test_missing_less_surplus_is_required_less_held(pair):
    _, result = pair
    left = result["competence_missing"] - result["competence_surplus"]
    right = result["competence_required"] - result["competence_held"]
    np.testing.assert_allclose(left, right, atol=1e-9)


def test_nobody_is_negative(pair):
    _, result = pair
    for name in ("population_path", "headcount", "supply_fte", "demand_fte", "exits", "recruits"):
        assert float(result[name].min()) >= 0, name


def test_a_leading_draw_passes_through_unchanged():
    inputs = load_inputs(SAMPLE, region="9007", horizon=3)
    one = project(inputs)
    factor = xr.DataArray(np.ones(2), dims="draw", coords={"draw": [0, 1]})
    two = project(inputs.assign(use_factor=inputs["use_factor"] * factor))
    np.testing.assert_allclose(
        two["shortage_fte"].isel(draw=1).transpose(*one["shortage_fte"].dims),
        one["shortage_fte"],
        atol=1e-9,
    )


def test_stocks_and_flows_balance_in_every_draw_and_no_stock_is_negative():
    inputs = load_inputs(SAMPLE, region="9012", horizon=5)
    drawn = draw_inputs(inputs, draws=4, seed=1)
    result = project(with_draws(inputs, drawn), seed=1)
    dims = ["draw", "region", "sector", "occupation"]
    heads = result["headcount"].transpose(*dims, "year").values
    out = result["exits"].sum("cause").transpose(*dims, "flow_year").values
    come = result["recruits"].sum("origin").transpose(*dims, "flow_year").values
    moved = result["transfers"].transpose(*dims, "flow_year").values
    np.testing.assert_allclose(
        heads[..., :-1] - out + come + moved, heads[..., 1:], rtol=0, atol=1e-9
    )
    assert abs(moved.sum(axis=3)).max() < 1e-9
    assert heads.min() >= 0
    assert np.ptp(heads[..., -1], axis=0).max() > 0


def test_twice_the_users_ask_for_twice_the_fte():
    inputs = load_inputs(SAMPLE, region="9004", horizon=2)
    doubled = project(inputs.assign(use_factor=inputs["use_factor"] * 2.0))
    np.testing.assert_allclose(
        doubled["demand_fte"], 2.0 * project(inputs)["demand_fte"], rtol=1e-12
    )
