"""Working lives from exit rates, and openings, by hand."""

import numpy as np
import pytest
import xarray as xr

from workforce.model.supply import expected_working_years, openings, project_workforce
from workforce.model.working_life import career_transition

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
