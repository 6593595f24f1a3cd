"""Two graded manpower systems with published forecasts, through the production engine.

Both are one-step forecasts of textbooks in personnel planning, with the matrix, the stock and the
answer printed. A grade is an occupation here; age plays no part, so all are in one open group.
"""

import numpy as np
import pytest
import xarray as xr

from workforce.model.mobility import apply_transition
from workforce.model.supply import openings, project_workforce

# Sales force of the door-to-door company in Heneman, Judge and Kammeyer-Mueller, Staffing
# Organizations (McGraw-Hill), chapter 3, as worked out at docsbay.net/markov-analysis-example:
# part-time and full-time sales, assistant and regional managers. The last column leaves.
SALES = {
    "grades": ["part_time", "full_time", "assistant", "regional"],
    "stock": [300, 200, 50, 30],
    "matrix": [
        [0.50, 0.10, 0.05, 0.00, 0.35],
        [0.05, 0.60, 0.10, 0.00, 0.25],
        [0.05, 0.00, 0.80, 0.10, 0.05],
        [0.00, 0.00, 0.00, 0.70, 0.30],
    ],
    "after": [163, 150, 75, 26],
    "left": [105, 50, 2.5, 9],
}
# Tanglewood stores, Kammeyer-Mueller, Tanglewood Casebook to Staffing Organizations, case 2, table
# 1.1, as worked out at studymode.com/essays/Tanglewood-Case-2-896612.html: associates, shift
# leaders, department managers, assistant managers, managers.
STORES = {
    "grades": ["associate", "shift", "department", "assistant", "manager"],
    "stock": [8500, 1200, 850, 150, 50],
    "matrix": [
        [0.43, 0.06, 0.00, 0.00, 0.00, 0.51],
        [0.00, 0.54, 0.16, 0.00, 0.00, 0.30],
        [0.00, 0.00, 0.64, 0.06, 0.00, 0.30],
        [0.00, 0.00, 0.06, 0.52, 0.08, 0.34],
        [0.00, 0.00, 0.00, 0.00, 0.66, 0.34],
    ],
    "after": [3655, 1158, 745, 129, 45],
    "left": [4335, 360, 255, 51, 17],
}
CASES = pytest.mark.parametrize("case", [SALES, STORES], ids=["sales", "stores"])


def parts(case):
    grades = case["grades"]
    matrix = np.array(case["matrix"])
    stay = matrix[:, :-1].sum(axis=1)
    moves = matrix[:, :-1] / stay[:, None]
    dims = {"occupation": grades, "age": [0]}
    stock = xr.DataArray(np.array(case["stock"], dtype=float)[:, None], dims=dims, coords=dims)
    rate = xr.DataArray(
        -np.log(stay)[:, None, None],
        dims=["occupation", "age", "cause"],
        coords={**dims, "cause": ["left"]},
    )
    transition = xr.DataArray(
        moves,
        dims=["occupation", "occupation_to"],
        coords={"occupation": grades, "occupation_to": grades},
    )
    return stock, rate, transition


def nobody(stock, years):
    return (0.0 * stock).expand_dims(year=years)


@CASES
def test_stocks_and_wastage_a_year_later_are_those_published(case, measured):
    stock, rate, transition = parts(case)
    year = project_workforce(stock, rate, nobody(stock, [1]), transition=transition)
    after = year.stock.sel(year=2).sum("age").values
    left = year.exits.sel(flow_year=1).sum(["age", "cause"]).values
    off = max(np.abs(after - case["after"]).max(), np.abs(left - case["left"]).max())
    measured(f"markov {case['grades'][0]}: {len(after)} grades, worst off by {off:.2f} persons")
    # The published numbers are whole, so half a person is their rounding.
    assert off <= 0.5 + 1e-9


@CASES
def test_those_who_stay_move_between_grades_as_published(case):
    stock, _, transition = parts(case)
    staying = stock.sum("age") * (1.0 - np.array(case["matrix"])[:, -1])
    after = apply_transition(staying, transition)
    assert np.abs(after.values - case["after"]).max() <= 0.5 + 1e-9


@CASES
def test_openings_filled_every_year_hold_the_structure(case):
    stock, rate, transition = parts(case)
    alone = project_workforce(stock, rate, nobody(stock, [1]), transition=transition)
    left = alone.exits.isel(flow_year=0, drop=True).sum("cause")
    moved = -alone.transfers.isel(flow_year=0, drop=True)
    hires = openings(0.0 * stock, left, moved)
    np.testing.assert_allclose(
        hires.sum("age"), np.array(case["stock"]) - np.array(case["after"]), atol=0.5 + 1e-9
    )
    filled = hires.clip(min=0.0)
    if (hires >= 0).all():
        path = project_workforce(
            stock, rate, filled.expand_dims(year=[1, 2, 3]), transition=transition
        )
        np.testing.assert_allclose(path.stock.sel(year=4), stock)


@CASES
def test_constant_recruitment_leads_to_the_known_steady_state(case):
    """In the long run n = r (I - Q)^-1 (Bartholomew, Forbes and McClean 1991, chapter 4)."""
    stock, rate, transition = parts(case)
    recruits = 0.2 * stock
    years = list(range(1, 201))
    path = project_workforce(stock, rate, recruits.expand_dims(year=years), transition=transition)
    inner = np.array(case["matrix"])[:, :-1]
    limit = recruits.sum("age").values @ np.linalg.inv(np.eye(len(inner)) - inner)
    np.testing.assert_allclose(path.stock.sel(year=201).sum("age"), limit, rtol=1e-9)
