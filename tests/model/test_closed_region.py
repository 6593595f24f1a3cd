"""Moves inside a closed region: what the members lose to one another, they get."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError
from workforce.inputs import load_inputs
from workforce.model.closed_region import move_shares, project_closed_region
from workforce.model.projection import project_inhabitants
from workforce.scenarios.draws import draw_inputs, with_draws

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
LEAD = ["region", "sex", "working_age"]


def small(rng, regions, ages=4, years=3):
    """Two sexes, two causes and one origin in some regions."""
    coords = {
        "region": [f"r{i}" for i in range(regions)],
        "sex": ["female", "male"],
        "working_age": range(20, 20 + ages),
    }
    size = (regions, 2, ages)
    stock = xr.DataArray(rng.gamma(1.0, 5.0, size), dims=LEAD, coords=coords)
    rate = xr.DataArray(
        rng.exponential(0.1, (*size, 2, years)),
        dims=[*LEAD, "cause", "year"],
        coords={**coords, "cause": ["moved_municipality", "retired"], "year": range(years)},
    )
    recruits = xr.DataArray(
        rng.exponential(0.5, (*size, 1, years)),
        dims=[*LEAD, "origin", "year"],
        coords={**coords, "origin": ["graduate"], "year": range(years)},
    )
    return stock, rate, recruits


def check_balance(found, recruits, age="working_age"):
    """Stock + in - out = next stock in every cell, and arrivals are departures in all together."""
    moved = found["exits"].sel(cause="moved_municipality", drop=True)
    left, came = (array.sum("region") for array in (moved, found["arrivals"]))
    ages = [dim for dim in came.dims if dim != age]
    left, came = (array.transpose(*ages, age).values for array in (left, came))
    np.testing.assert_allclose(came[..., 0], 0.0, atol=1e-9)
    np.testing.assert_allclose(came[..., 1:-1], left[..., :-2], atol=1e-9)
    np.testing.assert_allclose(came[..., -1], left[..., -2:].sum(axis=-1), atol=1e-9)
    out = found["exits"].sum("cause") - found["transfers"]
    stays = found["stock"].isel(year=slice(0, -1)).rename(year="flow_year") - out
    older = stays.shift({age: 1}, fill_value=0.0)
    older.loc[{age: older[age][-1]}] += stays.isel({age: -1})
    come = recruits.sum("origin").rename(year="flow_year") + found["arrivals"]
    after = found["stock"].isel(year=slice(1, None)).rename(year="flow_year")
    after = after.assign_coords(flow_year=older["flow_year"])
    assert float(abs(older + come - after).max()) < 1e-9
    assert float(found["stock"].min()) >= 0


def test_two_places_give_one_another_their_leavers():
    stock, rate, recruits = small(np.random.default_rng(0), 2, ages=3, years=1)
    stock[:] = 0.0
    stock.loc["r0", "female", 20] = 10.0
    rate[:] = 0.0
    rate.loc["r0", "female", 20, "moved_municipality"] = np.log(2.0)
    found = project_closed_region(stock, rate, recruits * 0.0, move_shares(stock.sum(LEAD[1:])))
    after = found["stock"].isel(year=-1).sel(sex="female", working_age=21)
    assert after.values == pytest.approx([5.0, 5.0])
    assert float(found["stock"].isel(year=-1).sum()) == pytest.approx(10.0)


def test_leavers_go_where_others_were_seen_to_arrive_and_never_back():
    arrivals = xr.DataArray([6.0, 3.0, 1.0], dims="region", coords={"region": list("abc")})
    shares = move_shares(arrivals).values
    np.testing.assert_allclose(shares, [[0, 3 / 4, 1 / 4], [6 / 7, 0, 1 / 7], [2 / 3, 1 / 3, 0]])
    only = move_shares(arrivals * [1.0, 0.0, 0.0]).values
    np.testing.assert_allclose(only, [[0, 0.5, 0.5], [1, 0, 0], [1, 0, 0]])


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_members_of_a_closed_region_balance_whatever_the_rates(seed, regions):
    rng = np.random.default_rng(seed)
    stock, rate, recruits = small(rng, regions)
    seen = xr.DataArray(rng.poisson(1.0, regions), dims="region", coords={"region": stock.region})
    found = project_closed_region(stock, rate, recruits, move_shares(seen.astype(float)))
    check_balance(found, recruits)


def test_the_municipalities_of_the_sample_county_balance_in_every_cell_year_and_draw():
    rows = pl.read_csv(SAMPLE / "regions.csv", schema_overrides={"region": pl.String})
    towns = rows.filter(pl.col("level") == "municipality")["region"].to_list()
    inputs = load_inputs(SAMPLE, region=towns, sectors=["kindergarten"], horizon=2)
    drawn = with_draws(inputs, draw_inputs(inputs, draws=2, seed=1))
    people = project_inhabitants(drawn).sel(age=slice(20, 66)).sum(["sex", "age"])
    people = people.isel(year=slice(0, -1))
    rate = drawn["exit_rate"] * drawn["exit_factor"] * drawn["exit_draw"]
    rate = rate.rename(flow_year="year")
    come = drawn["inflow_rate"] * drawn["inflow_factor"].rename(flow_year="year") * people
    # Who comes from other municipalities follows from who leaves them.
    seen = drawn["inflow_rate"].sel(origin="other_municipality", drop=True)
    seen = seen.sum(["sex", "working_age"]) * people.isel(year=0, drop=True)
    moves = move_shares(seen)
    own = come.sel(origin=come["origin"] != "other_municipality")
    found = project_closed_region(drawn["staff"], rate, own, moves)
    assert found.sizes["region"] == len(towns) == 12
    assert found.sizes["draw"] == 3
    check_balance(found, own)


def test_a_region_of_one_and_recruits_counted_twice_are_refused():
    stock, rate, recruits = small(np.random.default_rng(1), 2)
    with pytest.raises(DataError, match="need two"):
        move_shares(stock.isel(region=[0]))
    moves = move_shares(stock.sum(LEAD[1:]))
    twice = recruits.assign_coords(origin=["other_municipality"])
    with pytest.raises(DataError, match="leave out the origin"):
        project_closed_region(stock, rate, twice, moves)
    with pytest.raises(DataError, match="nobody can move"):
        project_closed_region(stock, rate.assign_coords(cause=["a", "b"]), recruits, moves)
