"""Working lives from exit rates, and openings, by hand."""

import numpy as np
import pytest
import xarray as xr

from workforce.model.period_openings import period_openings
from workforce.model.staff_years import StaffFlows
from workforce.model.supply import expected_working_years, openings, project_workforce
from workforce.model.working_life import remaining_years

AGES, CODES, CAUSES = [60, 61, 62], ["a", "b"], ["retired", "other"]
RATES = xr.DataArray(
    [[[0.0, 0.1], [0.2, 0.1], [0.9, 0.1]], [[0.0, 0.2], [0.1, 0.2], [0.4, 0.2]]],
    dims=["occupation", "working_age", "cause"],
    coords={"occupation": CODES, "working_age": AGES, "cause": CAUSES},
)
MOVES = xr.DataArray(
    [[0.9, 0.1], [0.0, 1.0]],
    dims=["occupation", "occupation_to"],
    coords={"occupation": CODES, "occupation_to": CODES},
)


def career_transition(exit_rate, transition=None):
    """Give the probabilities of being in each occupation, or gone by each cause, a year later."""
    rate = exit_rate.sum("cause")
    gone = (exit_rate / rate) * (1 - np.exp(-rate))
    here = MOVES.copy(data=np.eye(len(CODES))) if transition is None else transition
    remain = (np.exp(-rate) * here).rename(occupation="state", occupation_to="state_to")
    gone = gone.rename(occupation="state", cause="state_to")
    return xr.concat([remain, gone], dim="state_to", join="exact").transpose(
        "working_age", "state", "state_to"
    )


def test_a_person_still_gives_the_years_that_the_exit_rates_leave():
    years = expected_working_years(career_transition(RATES), start_age=60, state_counts="none")
    stay = np.exp(-np.array([0.1, 0.3, 1.0]))
    assert years.sel(state="a", state_to="a").item() == pytest.approx(np.cumprod(stay).sum())
    assert years.sel(state="a", state_to="b").item() == 0


def test_years_in_another_occupation_follow_the_moves():
    years = expected_working_years(
        career_transition(RATES, transition=MOVES), start_age=61, state_counts="none"
    )
    a, b = np.exp(-np.array([0.3, 1.0])), np.exp(-np.array([0.3, 0.6]))
    assert years.sel(state="a", state_to="a").item() == pytest.approx(0.9 * a[0] * (1 + 0.9 * a[1]))
    moved = 0.1 * a[0] + 0.9 * a[0] * 0.1 * a[1] + 0.1 * a[0] * b[1]
    assert years.sel(state="a", state_to="b").item() == pytest.approx(moved)


def test_a_career_year_is_a_year_of_the_projection_for_one_person():
    one = xr.DataArray(
        [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        dims=["occupation", "working_age"],
        coords={"occupation": CODES, "working_age": AGES},
    )
    nobody = (0 * one).expand_dims(year=[2026])
    year = project_workforce(one, RATES, nobody, transition=MOVES)
    career = career_transition(RATES, transition=MOVES).sel(working_age=60, state="a")
    after = year.stock.sel(year=2027, working_age=61)
    np.testing.assert_allclose(after, career.sel(state_to=CODES))
    left = year.exits.sel(flow_year=2026, working_age=60, occupation="a")
    np.testing.assert_allclose(left, career.sel(state_to=CAUSES))


def test_openings_are_growth_exits_and_transfers_by_hand():
    def posts(*values):
        return xr.DataArray(list(values), dims="occupation", coords={"occupation": CODES})

    # Ten leave a, three of its people move to b, and it shrinks by four.
    found = openings(posts(-4.0, 6.0), posts(10.0, 2.0), posts(3.0, -3.0))
    assert found.values.tolist() == [9.0, 5.0]


def test_openings_filled_are_the_recruits_of_the_projection():
    stock = xr.DataArray(
        [[9.0, 5.0, 2.0], [4.0, 4.0, 1.0]],
        dims=["occupation", "working_age"],
        coords={"occupation": CODES, "working_age": AGES},
    )
    recruits = (0.1 * stock).expand_dims(year=[2026])
    year = project_workforce(stock, RATES, recruits, transition=MOVES)
    heads = year.stock.sum("working_age")
    growth = heads.sel(year=2027, drop=True) - heads.sel(year=2026, drop=True)
    left = year.exits.sum(["working_age", "cause"]).isel(flow_year=0, drop=True)
    moved = -year.transfers.sum("working_age").isel(flow_year=0, drop=True)
    np.testing.assert_allclose(
        openings(growth, left, moved), recruits.sum(["working_age", "year"]), atol=1e-12
    )


def flows_of(hazard, *, moves=None, factor=None):
    """Flows of one region; hazard is laid out (year, post, cause, age), for one sex."""
    years, posts, causes, ages = hazard.shape
    nothing = np.zeros((1, posts, 1, ages))
    return StaffFlows(
        start=np.ones((1, posts, ages)),
        hazard=hazard[:, np.newaxis],
        hazard_factor=np.ones((1, 1, 1, posts, causes)) if factor is None else factor,
        entry=nothing,
        entry_factor=np.zeros((1, years, 1, posts, 1)),
        causes=list(range(causes)),
        moves=None if moves is None else moves[np.newaxis],
        ages=ages,
    )


def test_years_left_are_the_expected_working_years_where_all_years_are_alike():
    hazard = RATES.transpose("occupation", "cause", "working_age").values[np.newaxis]
    found = remaining_years(flows_of(hazard, moves=MOVES.values), [0, 1, 2], groups=[[0, 1]])
    career = career_transition(RATES, transition=MOVES)
    for place, age in enumerate(AGES):
        years = expected_working_years(career, start_age=age).sum("state_to")
        np.testing.assert_allclose(found[0, 0, :, 0, place], years)


def test_years_left_meet_the_exits_of_the_years_that_one_grows_older_in():
    # At 60 in the first year 0.1 a year, at 61 in the second 0.7, at 62 the second year's 2.0.
    hazard = np.array([[[[0.1, 0.2, 0.3]]], [[[5.0, 0.7, 2.0]]]])
    found = remaining_years(flows_of(hazard), [0, 2], groups=[[0]])[0, 0, 0, 0]
    expected = 0.5 + np.exp(-0.1) * (1 + np.exp(-0.7) * (1 + np.exp(-2.0)))
    np.testing.assert_allclose(found, [expected, 0.5 + np.exp(-0.3)])


def test_every_draw_has_its_own_years_and_more_exits_leave_fewer():
    hazard = RATES.transpose("occupation", "cause", "working_age").values[np.newaxis]
    factor = np.array([1.0, 1.5, 2.0]).reshape(3, 1, 1, 1, 1) * np.ones((3, 1, 1, 2, 2))
    found = remaining_years(flows_of(hazard, factor=factor), [0], groups=[[0], [1]])
    assert (np.diff(found[:, 0, :, 0, 0], axis=0) < 0).all()
    assert (found > 0.5).all()


def test_years_left_are_those_that_a_projected_person_is_counted_in():
    hazard = np.array([[0.1, 0.3, 0.5, 0.9], [0.2, 0.1, 0.4, 0.6], [0.3, 0.2, 0.2, 0.7]])
    ages = [60, 61, 62, 63]
    dims = {"working_age": ages}
    rate = xr.DataArray(
        hazard[[0, 1, 2, 2]][..., np.newaxis],
        dims=["year", "working_age", "cause"],
        coords={"year": [2026, 2027, 2028, 2029], **dims, "cause": ["retired"]},
    )
    one = xr.DataArray([1.0, 0.0, 0.0, 0.0], dims="working_age", coords=dims)
    staff = project_workforce(one, rate, 0.0 * rate.isel(cause=0, drop=True)).stock
    found = remaining_years(flows_of(hazard[:, np.newaxis, np.newaxis]), [0], groups=[[0]])
    # The oldest age is open in the projection; the last year there is the last that is counted.
    assert found.item() == pytest.approx(0.5 + float(staff.sel(year=slice(2027, 2030)).sum()))


def test_openings_of_a_period_by_hand():
    posts = {"occupation": CODES, "region": ["9001"]}
    staff = xr.Dataset(
        {
            "headcount": (("region", "occupation", "year"), [[[10.0, 9.0], [0.0, 0.0]]]),
            "agreed": (("region", "occupation", "year"), [[[8.0, 7.0], [0.0, 0.0]]]),
            "exits": (
                ("region", "occupation", "cause", "flow_year"),
                [[[[3.0], [1.0]], [[0], [0]]]],
            ),
            "transfers": (("region", "occupation", "flow_year"), [[[-2.0], [2.0]]]),
        },
        coords=posts,
    )
    demand = xr.DataArray(
        [[[7.2, 9.0], [0.0, 3.6]]],
        dims=["region", "occupation", "year"],
        coords={"region": ["9001"], "occupation": CODES},
    )
    found = period_openings(staff, demand, xr.DataArray(0.9))
    # A person gives 0.8 x 0.9 FTE at work; nobody holds the second post, so it is as the first.
    expected = [[2.5, 5.0], [4.0, 0.0], [2.0, -2.0], [8.5, 3.0]]
    np.testing.assert_allclose(found.sel(region="9001"), expected)
