"""Moves between the municipalities of a county: on the sample, and by hand where it can be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce import load_inputs, project_closed_region
from workforce.contract.about import Mark, about
from workforce.contract.results import ROW
from workforce.model.closed_region import move_shares
from workforce.model.members import project_members
from workforce.model.posts import used_posts
from workforce.model.projection import project_inhabitants, residents_of
from workforce.model.staffing import project_staff, staff_flows
from workforce.results.member_moves import crossing_shares, moves_between, with_member_moves
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.ends import with_ends
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def county():
    return load_inputs(SAMPLE, region="90", horizon=1)


@pytest.fixture(scope="module")
def members(county):
    towns = list(about(county).places["region"]["90"])
    inputs = load_inputs(SAMPLE, region=towns, sectors=["kindergarten", "technical"], horizon=2)
    return with_draws(inputs, draw_inputs(inputs, draws=2, seed=1))


def moves(members, out, into):
    sectors = members["sector"]
    shares = {
        "crossing_out": xr.full_like(sectors, out, dtype=float),
        "crossing_in": xr.full_like(sectors, into, dtype=float),
    }
    residents = residents_of(project_inhabitants(members))
    return residents, project_members(members, residents, used_posts(members), **shares)


def test_what_members_lose_to_one_another_is_what_they_take_in_every_draw_and_year(members):
    _, found = moves(members, 0.4, 0.5)
    assert found.sizes["draw"] == 3
    assert found.sizes["region"] == 12
    lost, taken = (found[name].sum("region").values for name in ("moved_out", "moved_in"))
    np.testing.assert_allclose(lost, taken, rtol=0, atol=1e-9)
    assert lost.min() > 0
    assert np.ptp(lost, axis=0).max() > 0


def test_in_the_first_year_all_who_leave_for_another_municipality_stay_inside_a_closed_county(
    members,
):
    residents, found = moves(members, 0.0, 0.0)
    posts = used_posts(members)
    exits = project_staff(members, residents, posts)["exits"].sel(cause="moved_municipality")
    staff = members["staff"].sum(["sex", "working_age"])
    arrivals = members["inflow_rate"].sel(origin="other_municipality").sum(["sex", "working_age"])
    for place, sector in enumerate(found["sector"].values):
        # Only of posts that several recruit to: else there is nobody to go to.
        own = [post for post in posts if post[0] == sector]
        labels = [f"{s}|{o}" for s, o in own]
        shared = [int((arrivals.sel(sector=s, occupation=o) > 0).sum()) > 1 for s, o in own]
        assert any(shared)
        assert float(staff.sel(sector=sector).sum()) > 0
        first = exits.sel(occupation=labels).isel(flow_year=0, occupation=shared)
        np.testing.assert_allclose(
            found["moved_out"].isel(sector=place, flow_year=0).sum("region"),
            first.sum(["region", "occupation"]),
            rtol=1e-9,
        )


def test_where_every_move_crosses_the_border_nobody_is_exchanged(members):
    _, found = moves(members, 1.0, 1.0)
    assert float(abs(found["moved_out"]).max()) == float(abs(found["moved_in"]).max()) == 0.0


def flows(staff, rate, inflow):
    """One sector, two places or one, one occupation, sex and age."""
    lead = {"region": len(staff), "sector": 1, "occupation": 1, "sex": 1, "working_age": 1}

    def cells(values, **kind):
        shape = (*lead.values(), *(len(names) for names in kind.values()))
        array = np.asarray(values, dtype=float).reshape(shape)
        return xr.DataArray(array, dims=[*lead, *kind], coords=kind)

    people = xr.DataArray(
        np.full((len(staff), 1, 1), 100.0), dims=["region", "sex", "age"], coords={"age": [40]}
    )
    return xr.Dataset(
        {
            "staff": cells(staff),
            "exit_rate": cells(rate, cause=["moved_municipality"]),
            "inflow_rate": cells(inflow, origin=["other_municipality"]),
            "population": people,
        }
    )


def test_the_part_of_moves_that_crosses_the_border_is_the_countys_over_its_members():
    two = flows([30.0, 10.0], [0.1, 0.2], [0.02, 0.03])
    one = flows([40.0], [0.05], [0.01])
    out, into = crossing_shares(two, one)
    # 40 * 0.05 of 30 * 0.1 + 10 * 0.2, and 1 of 2 + 3.
    assert out.item() == pytest.approx(2 / 5)
    assert into.item() == pytest.approx(1 / 5)
    none = flows([30.0, 10.0], [0.0, 0.0], [0.0, 0.0])
    assert [share.item() for share in crossing_shares(none, one)] == [1.0, 1.0]


@pytest.fixture(scope="module")
def table():
    keys = dict.fromkeys(ROW, "all") | {"year": 2026}
    numbers = dict.fromkeys(("central", "lower", "upper", "agree", "persons"), 1.0) | {"level": 0.8}
    return pl.DataFrame([keys | numbers], schema=ROW)


def test_rows_belong_to_the_members_and_net_is_nothing_over_the_county(county, table):
    found = with_member_moves(table, county, open_folder(SAMPLE), region="90", draws=2, seed=1)
    assert found.head(1).equals(table)
    rows = found.tail(-1)
    assert set(rows["region"]) == set(about(county).places["region"]["90"])
    assert set(rows["category"]) == {"in", "net", "out"}
    net = rows.filter(category="net").group_by("sector").agg(pl.col("central").sum())
    assert net["central"].abs().max() < 1e-9
    by = {(r["region"], r["sector"], r["category"]): r["central"] for r in rows.to_dicts()}
    assert by["9003", "all", "net"] == pytest.approx(
        by["9003", "all", "in"] - by["9003", "all", "out"]
    )
    assert (rows.filter(sector="all")["persons"] > 0).all()


@pytest.mark.parametrize("region", ["9003", "NO"])
def test_only_a_county_is_told_the_moves_between_its_members(county, table, region):
    assert with_member_moves(
        table, county, open_folder(SAMPLE), region=region, draws=3, seed=1
    ).equals(table)


def test_a_county_whose_border_moves_are_not_known_is_told_nothing(county, table):
    told = replace(about(county), borrowed=(Mark("inner_moves", "90", "", ""),))
    blind = county.assign_attrs(about=told)
    assert with_member_moves(
        table, blind, open_folder(SAMPLE), region="90", draws=3, seed=1
    ).equals(table)


def test_members_of_a_closed_county_move_as_the_public_projection_says(members):
    """Central path: all moves stay inside, to and from posts that several recruit to."""
    inputs = members.drop_dims("draw").sel(sector=["kindergarten"])
    sectors = inputs["sector"]
    residents = residents_of(project_inhabitants(inputs))
    posts = used_posts(inputs)
    none = xr.zeros_like(sectors, dtype=float)
    found = project_members(inputs, residents, posts, crossing_out=none, crossing_in=none)
    flows = staff_flows(inputs, residents, posts)
    dims, cells = ["region", "occupation"], ["sex", "working_age"]
    labels = {name: inputs[name].values for name in ("region", "sex", "working_age")}
    labels |= {"occupation": [f"{sector}|{occupation}" for sector, occupation in posts]}
    size = [len(labels[name]) for name in (*dims, *cells)]

    def laid(values, *kind, **named):
        shape = [*size[:2], *(len(named[name]) for name in kind), *size[2:]]
        names = {name: labels[name] for name in (*dims, *cells)} | named
        return xr.DataArray(values.reshape(shape), dims=[*dims, *kind, *cells], coords=names)

    causes, origins = inputs["cause"].values.tolist(), inputs["origin"].values.tolist()
    hazard = np.moveaxis(flows.hazard * flows.hazard_factor[0, ..., np.newaxis], 0, 2)
    hazard = np.repeat(hazard, 2 // hazard.shape[2], axis=2)
    named = {"year": inputs["flow_year"].values, "cause": [causes[c] for c in flows.causes]}
    rate = laid(hazard, "year", "cause", **named)
    come = np.stack([flows.entry * year[..., np.newaxis] for year in flows.entry_factor[0]], axis=2)
    recruits = laid(come, "year", "origin", year=named["year"], origin=origins)
    arriving = recruits.sel(origin="other_municipality").isel(year=0, drop=True).sum(cells)
    shared = (arriving > 0).sum("region") > 1
    assert bool(shared.all()), "or else whom nobody takes would have to cross the border"
    recruits = recruits.drop_sel(origin="other_municipality")
    assert flows.moves is not None
    own = {name: labels[name] for name in dims}
    moving = xr.DataArray(flows.moves, dims=[*dims, "occupation_to"], coords=own)
    moving = moving.assign_coords(occupation_to=labels["occupation"])
    whole = project_closed_region(
        laid(flows.start), rate, recruits, move_shares(arriving),
        transition=moving,
    )  # fmt: skip
    lost = whole["exits"].sel(cause="moved_municipality").sum([*cells, "occupation"])
    taken = whole["arrivals"].sum([*cells, "occupation"])
    for name, told in (("moved_out", lost), ("moved_in", taken)):
        np.testing.assert_allclose(
            found[name].isel(draw=0, sector=0).transpose("region", "flow_year"),
            told.transpose("region", "flow_year"),
            atol=1e-9,
        )


def test_moves_are_told_by_the_draws_of_the_run(county, table):
    found = with_member_moves(table, county, open_folder(SAMPLE), region="90", draws=24, seed=1)
    towns = sorted(about(county).places["region"]["90"])
    some = load_inputs(SAMPLE, region=towns, horizon=1)
    moves = moves_between(some, county, draws=24, seed=1).sel(region="9003", sector="all")
    rows = found.filter(region="9003", sector="all", category="net")
    expected = with_ends(moves.sel(move="net")[0], moves.sel(move="net")[1:], 0.8)
    assert rows.select("lower", "upper").row(0) == pytest.approx(expected.values[1:].tolist())
