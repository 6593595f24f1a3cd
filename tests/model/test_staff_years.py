"""Sums of staff by block against the projection of every cell, and the balance of counts."""

from functools import partial

import numpy as np
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workforce.model.staff_luck import Luck
from workforce.model.staff_years import StaffFlows, StaffWeights, sum_staff
from workforce.model.supply import project_workforce

REGIONS, POSTS, SEXES, AGES, CAUSES, ORIGINS, YEARS = 2, 3, 2, 6, 2, 2, 4
CELLS = SEXES * AGES


def flows_of(rng, draws, *, moves=True, persons=4):
    """Rates that differ by everything they may differ by."""
    shape = (YEARS, REGIONS, POSTS, CAUSES, CELLS)
    transition = None
    if moves:
        transition = rng.dirichlet([8.0, 1.0, 1.0], size=(REGIONS, POSTS))
    return StaffFlows(
        start=rng.poisson(persons, (REGIONS, POSTS, CELLS)).astype(float),
        hazard=rng.exponential(0.1, shape),
        hazard_factor=rng.gamma(5.0, 0.2, (draws, *shape[:-1])),
        causes=list(range(CAUSES)),
        entry=rng.exponential(0.05, (REGIONS, POSTS, ORIGINS, CELLS)),
        entry_factor=rng.gamma(5.0, 0.2, (draws, YEARS, REGIONS, POSTS, ORIGINS)),
        moves=transition,
        ages=AGES,
    )


def heads_of():
    """One sum of all cells, and one for each cell."""
    each = np.concatenate([np.ones((CELLS, 1)), np.eye(CELLS)], axis=1)
    weights = np.broadcast_to(each, (REGIONS, POSTS, *each.shape))
    return StaffWeights(weights, weights[..., :1], weights[..., :1])


def luck_of(draws, seed=3):
    return Luck(seed, ["a", "b"], ["x", "y", "z"], [2026, 2027, 2028, 2029], list(range(draws)))


def in_full(flows, draws):
    """The same by `project_workforce`, which lays out every cell, cause and draw."""
    cells = ["sex", "working_age"]

    def by_sex(values, dims):
        values = values.reshape(*values.shape[:-1], SEXES, AGES)
        return xr.DataArray(values, dims=[*dims, *cells], coords={"working_age": range(AGES)})

    years = list(range(2026, 2026 + YEARS))
    post = ["region", "occupation"]
    rate = by_sex(
        flows.hazard * flows.hazard_factor[..., np.newaxis], ["draw", "year", *post, "cause"]
    )
    came = np.einsum("dyrpo,rpoa->dyrpoa", flows.entry_factor, flows.entry)
    recruits = by_sex(came, ["draw", "year", *post, "origin"]).assign_coords(year=years)
    rate = rate.assign_coords(year=years, cause=list("ab"))
    moves = None
    if flows.moves is not None:
        moves = xr.DataArray(flows.moves, dims=["region", "occupation", "occupation_to"])
        named = {"occupation": list("xyz"), "occupation_to": list("xyz")}
        moves = moves.assign_coords(named)
    label = partial(xr.DataArray.assign_coords, occupation=list("xyz"))
    start = label(by_sex(flows.start, post))
    return project_workforce(start, label(rate), label(recruits), transition=moves)


@pytest.mark.parametrize("moves", [True, False])
def test_sums_by_block_are_those_of_the_projection_of_every_cell(moves):
    flows = flows_of(np.random.default_rng(5), 7, moves=moves)
    sums = sum_staff(flows, heads_of())
    full = in_full(flows, 7)
    over = ["sex", "working_age"]
    lead = ("draw", "region", "occupation")
    stock = full["stock"].transpose(*lead, "year", *over).values
    np.testing.assert_allclose(sums.stock[..., 1:], stock.reshape(*stock.shape[:4], -1), atol=1e-9)
    exits = full["exits"].sum(over).transpose(*lead, "flow_year", "cause")
    np.testing.assert_allclose(sums.by_cause[..., 0], exits, atol=1e-9)
    np.testing.assert_allclose(sums.leaving[..., 0], exits.sum("cause"), atol=1e-9)
    transfers = full["transfers"].sum(over).transpose(*lead, "flow_year")
    np.testing.assert_allclose(sums.transfers, transfers, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans(), st.integers(0, 40))
def test_stock_and_flows_balance_with_and_without_chance(seed, lucky, moves, persons):
    flows = flows_of(np.random.default_rng(seed), 3, moves=moves, persons=persons)
    sums = sum_staff(flows, heads_of(), luck=luck_of(3) if lucky else None)
    heads = sums.stock[..., 0]
    out, come = sums.by_cause[..., 0].sum(axis=-1), sums.recruits.sum(axis=-1)
    balance = heads[..., :-1] - out + come + sums.transfers - heads[..., 1:]
    np.testing.assert_allclose(balance, 0.0, atol=1e-9)
    np.testing.assert_allclose(sums.transfers.sum(axis=2), 0.0, atol=1e-9)
    np.testing.assert_allclose(sums.leaving[..., 0], out, atol=1e-9)
    assert sums.stock.min() >= 0
    assert sums.by_cause.min() >= 0


def test_with_chance_every_draw_but_the_first_has_whole_persons():
    flows = flows_of(np.random.default_rng(2), 4)
    sums = sum_staff(flows, heads_of(), luck=luck_of(4))
    alone = sum_staff(flows, heads_of())
    np.testing.assert_allclose(sums.stock[0], alone.stock[0])
    for counts in (sums.stock, sums.by_cause, sums.recruits, sums.transfers):
        np.testing.assert_allclose(counts[1:], np.round(counts[1:]), atol=1e-9)


def test_parts_of_persons_leave_and_move_as_expected_whatever_the_luck():
    rng = np.random.default_rng(8)
    flows = flows_of(rng, 3)
    flows = flows._replace(
        start=rng.uniform(0.1, 0.4, flows.start.shape), entry=np.zeros_like(flows.entry)
    )
    lucky, alone = (sum_staff(flows, heads_of(), luck=luck) for luck in (luck_of(3), None))
    np.testing.assert_allclose(lucky.by_cause[:, :, :, 0], alone.by_cause[:, :, :, 0], atol=1e-12)
    np.testing.assert_allclose(lucky.transfers[..., 0], alone.transfers[..., 0], atol=1e-12)
    np.testing.assert_allclose(lucky.stock[:, :, :, 1], alone.stock[:, :, :, 1], atol=1e-12)


def test_luck_goes_with_the_number_of_the_draw_not_with_who_is_run_beside_it():
    flows = flows_of(np.random.default_rng(2), 4)
    luck = luck_of(4)
    last = flows._replace(
        hazard_factor=flows.hazard_factor[3:], entry_factor=flows.entry_factor[3:]
    )
    alone = sum_staff(last, heads_of(), luck=luck._replace(draws=[3]))
    np.testing.assert_array_equal(alone.stock[0], sum_staff(flows, heads_of(), luck=luck).stock[3])


@pytest.mark.parametrize("persons", [1, 3])
def test_who_leaves_a_post_of_one_to_three_is_binomial(persons):
    draws, hazard = 4_001, 0.2
    start = np.zeros((1, 1, CELLS))
    start[..., 2] = persons
    flows = StaffFlows(
        start=start,
        hazard=np.broadcast_to([[0.15], [0.05]], (1, 1, 1, 2, CELLS)),
        hazard_factor=np.ones((1, 1, 1, 1, 2)),
        causes=[0, 1],
        entry=np.zeros((1, 1, 1, CELLS)),
        entry_factor=np.ones((draws, 1, 1, 1, 1)),
        moves=None,
        ages=AGES,
    )
    one = np.ones((1, 1, CELLS, 1))
    luck = Luck(1, ["a"], ["x"], [2026], list(range(draws)))
    sums = sum_staff(flows, StaffWeights(one, one, one), luck=luck)
    gone = sums.by_cause[1:, 0, 0, 0, :, 0]
    leave = 1 - np.exp(-hazard)
    for count in range(persons + 1):
        share = (gone.sum(axis=-1) == count).mean()
        exact = np.array([1 - leave, leave])[count] if persons == 1 else None
        if persons == 3:
            exact = [1, 3, 3, 1][count] * leave**count * (1 - leave) ** (3 - count)
        assert share == pytest.approx(exact, abs=3.5 * np.sqrt(exact * (1 - exact) / draws))
    assert gone[:, 0].sum() / gone.sum() == pytest.approx(0.75, abs=0.04)


def test_a_share_of_those_who_leave_is_replaced_in_every_draw():
    flows = flows_of(np.random.default_rng(4), 3)
    for luck in (None, luck_of(3)):
        sums = sum_staff(flows, heads_of(), luck=luck, replaced=np.full(YEARS, 0.5))
        gone = sums.by_cause[..., 0].sum(axis=-1)
        np.testing.assert_allclose(sums.recruits.sum(axis=-1), gone / 2)


def test_two_parts_of_one_cause_are_one_hazard():
    flows = flows_of(np.random.default_rng(6), 3)
    split = flows._replace(
        hazard=np.concatenate([flows.hazard * 2, -flows.hazard], axis=3),
        hazard_factor=np.concatenate([flows.hazard_factor] * 2, axis=4),
        causes=[0, 1, 0, 1],
    )
    for luck in (None, luck_of(3)):
        one, two = (sum_staff(case, heads_of(), luck=luck) for case in (flows, split))
        np.testing.assert_allclose(one.stock, two.stock, atol=1e-9)
        np.testing.assert_allclose(one.by_cause, two.by_cause, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.floats(0, 30))
@example(seed=0, lucky=True, persons=1.9029590885433152e-10)
def test_those_trained_come_out_of_the_staff_there_are_and_nobody_is_lost(seed, lucky, persons):
    flows = flows_of(np.random.default_rng(seed), 2, moves=False)
    wanted = np.zeros((YEARS, REGIONS, POSTS, POSTS))
    wanted[:, :, 0, 1:] = persons
    young = np.tile(np.arange(AGES) < 4, SEXES) * 1.0
    flows = flows._replace(retrained=wanted, trainable=young)
    sums = sum_staff(flows, heads_of(), luck=luck_of(2) if lucky else None)
    transfers = sums.transfers
    np.testing.assert_allclose(transfers.sum(axis=2), 0.0, atol=1e-9)
    np.testing.assert_allclose(transfers[:, :, 1], transfers[:, :, 2], atol=1e-9)
    assert (-transfers[:, :, 0] <= 2 * persons + 1e-9).all()
    assert sums.stock.min() >= 0
    out, come = sums.by_cause[..., 0].sum(axis=-1), sums.recruits.sum(axis=-1)
    heads = sums.stock[..., 0]
    balance = heads[..., :-1] - out + come + transfers - heads[..., 1:]
    np.testing.assert_allclose(balance, 0.0, atol=1e-9)


def test_so_many_are_trained_as_were_asked_for_where_there_are_enough():
    flows = flows_of(np.random.default_rng(1), 1, moves=False, persons=90)
    wanted = np.zeros((YEARS, REGIONS, POSTS, POSTS))
    wanted[:, 0, 0, 1] = 3.0
    flows = flows._replace(retrained=wanted, trainable=np.ones(CELLS))
    transfers = sum_staff(flows, heads_of()).transfers[0]
    np.testing.assert_allclose(transfers[0], [[-3.0] * YEARS, [3.0] * YEARS, [0.0] * YEARS])
    np.testing.assert_allclose(transfers[1], 0.0)
