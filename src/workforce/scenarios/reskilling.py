"""The best use of retraining: whole persons from surplus to shortage, within what there is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import check_bounds, check_dims, check_labels
from workforce.errors import DataError, ParameterError, WorkforceError

Numbers = NDArray[np.float64]

SLACK = 1e-6  # What HiGHS lets a whole number or a limit be off by.
SCHEMA: dict[str, Any] = {
    "occupation": pl.String,
    "occupation_to": pl.String,
    "persons": pl.Int64,
    "weeks": pl.Float64,
    "cost": pl.Float64,
}
LIMITS = ("surplus", "feasible", "places", "budget", "budget_weeks")


@dataclass(frozen=True)
class _Ways:
    """Moves that are allowed, one entry each, and what limits them."""

    origins: NDArray[Any]
    destinations: NDArray[Any]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    weeks: Numbers
    cost: Numbers
    places: Numbers
    surplus: Numbers
    shortage: Numbers
    budget: float
    budget_weeks: float


def best_reskilling(
    surplus: xr.DataArray,
    shortage: xr.DataArray,
    training_weeks: xr.DataArray,
    feasible: xr.DataArray,
    *,
    cost: xr.DataArray | None = None,
    places: xr.DataArray | None = None,
    budget: float | None = None,
    budget_weeks: float | None = None,
) -> pl.DataFrame:
    """Choose how many persons to retrain from each occupation to each other.

    In this order, each kept while the next is sought:

    1. as much shortage closed as possible: sum over b of min(sum over a of x[a, b], shortage[b]);
    2. least cost, sum of cost[a, b] x[a, b], where costs are given;
    3. least weeks, sum of training_weeks[a, b] x[a, b].

    x are whole persons, 0 where the move is not feasible; sum over b of x[a, b] is at most
    surplus[a] rounded down, x[a, b] at most places[a, b]; total cost at most the budget, total
    weeks at most their budget. Each stage is a mixed-integer linear program solved to the end by
    HiGHS (Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5).

    Parameters
    ----------
    surplus : DataArray
        Those who can be spared, dims (occupation). [persons]
    shortage : DataArray
        Those who are missing, dims (occupation) with the labels of ``occupation_to``. A part of a
        person is closed by a whole one. [persons]
    training_weeks : DataArray
        Dims (occupation, occupation_to). [weeks per person]
    feasible : DataArray
        Whether the move is allowed, dims (occupation, occupation_to). [0 or 1]
    cost : DataArray, optional
        Dims (occupation, occupation_to). [NOK per person]
    places : DataArray, optional
        Training places, dims (occupation, occupation_to), or (occupation_to) where the ways into
        an occupation share them; no limit when left out. [persons]
    budget : float, optional
        Most that may be spent; asks for ``cost``. [NOK]
    budget_weeks : float, optional
        Most weeks of training in all. [weeks]

    Returns
    -------
    polars.DataFrame
        occupation, occupation_to, persons, weeks (of all of them), cost (null when not given); the
        moves with at least one person. No rows where nobody can move: `reskilling_limits` says
        what stands in the way.
    """
    ways = _ways(
        surplus, shortage, training_weeks, feasible, cost, places, budget, budget_weeks
    )  # fmt: skip
    persons = _solve(ways)
    moved = persons > 0
    rows = {
        "occupation": ways.origins[ways.origin[moved]].astype(str),
        "occupation_to": ways.destinations[ways.destination[moved]].astype(str),
        "persons": persons[moved],
        "weeks": (persons * ways.weeks)[moved],
        "cost": (persons * ways.cost)[moved] if cost is not None else [None] * int(moved.sum()),
    }
    return pl.DataFrame(rows, schema=SCHEMA).sort("occupation_to", "occupation")


def reskilling_limits(
    surplus: xr.DataArray,
    shortage: xr.DataArray,
    training_weeks: xr.DataArray,
    feasible: xr.DataArray,
    *,
    cost: xr.DataArray | None = None,
    places: xr.DataArray | None = None,
    budget: float | None = None,
    budget_weeks: float | None = None,
) -> pl.DataFrame:
    """Tell what stands in the way: how much more would be closed without each limit, one at a time.

    The limits are those of `best_reskilling`. Rows have limit (surplus, feasible, places, budget,
    budget_weeks), closed [persons] under all limits and more [persons] without this one; only
    limits that bind. Without ``feasible``, every move between two occupations is allowed at the
    weeks and costs given.
    """
    args = (cost, places, budget, budget_weeks)
    ways = _ways(surplus, shortage, training_weeks, feasible, *args)
    closed = _closed(ways, _solve(ways))
    everywhere = xr.ones_like(feasible) * (feasible["occupation"] != feasible["occupation_to"])
    # More people than are missing cannot be of use.
    enough = np.full_like(ways.surplus, np.ceil(ways.shortage).sum())
    lifted = {
        "surplus": replace(ways, surplus=enough),
        "feasible": _ways(surplus, shortage, training_weeks, everywhere, *args),
        "places": replace(ways, places=np.full_like(ways.places, np.inf)),
        "budget": replace(ways, budget=math.inf),
        "budget_weeks": replace(ways, budget_weeks=math.inf),
    }
    more = {name: _closed(one, _solve(one)) - closed for name, one in lifted.items()}
    binding = [(name, closed, more[name]) for name in LIMITS if more[name] > SLACK]
    schema = {"limit": pl.String, "closed": pl.Float64, "more": pl.Float64}
    return pl.DataFrame(binding, schema=schema, orient="row")


def _ways(
    surplus: xr.DataArray,
    shortage: xr.DataArray,
    training_weeks: xr.DataArray,
    feasible: xr.DataArray,
    cost: xr.DataArray | None,
    places: xr.DataArray | None,
    budget: float | None,
    budget_weeks: float | None,
) -> _Ways:
    """Check what is given and list the moves that are allowed."""
    if budget is not None and cost is None:
        raise ParameterError("budget is given without cost; give the cost of each move too.")
    for name, limit in (("budget", budget), ("budget_weeks", budget_weeks)):
        if limit is not None and not limit >= 0:
            raise ParameterError(f"{name} is {limit}; it must be 0 or more.")
    missing = shortage if "occupation_to" in shortage.dims else shortage.rename(
        {"occupation": "occupation_to"} if "occupation" in shortage.dims else {}
    )  # fmt: skip
    pair = ["occupation", "occupation_to"]
    named = {
        "surplus": (surplus, pair[:1]),
        "shortage": (missing, pair[1:]),
        "training_weeks": (training_weeks, pair),
        "feasible": (feasible, pair),
    }
    if cost is not None:
        named["cost"] = (cost, pair)
    if places is not None:
        named["places"] = (places, pair[1:])
    arrays = []
    for name, (array, dims) in named.items():
        check_dims(array, dims, name=name)
        if set(array.dims) - set(pair if name == "places" else dims):
            raise DataError(f"{name} has the dimensions {', '.join(map(str, array.dims))}; "
                            f"give it by {' and '.join(dims)} only.")  # fmt: skip
        upper = 1 if name == "feasible" else None
        check_bounds(array.astype(float), name=name, lower=0, upper=upper)
        arrays.append(array.rename(name))
    check_labels(*arrays)
    origin, destination = np.nonzero(feasible.transpose(*pair).values)
    at = (origin, destination)
    origins, destinations = (training_weeks[dim].values for dim in pair)
    same = origins.astype(str)[origin] == destinations.astype(str)[destination]
    if same.any():
        code = origins[origin[same][0]]
        raise DataError(f"feasible allows a move from {code} to itself; nobody is retrained so.")

    def of_move(array: xr.DataArray) -> Numbers:
        return np.asarray(array.transpose(*pair).values[at], dtype=np.float64)

    return _Ways(
        origins=origins,
        destinations=destinations,
        origin=origin,
        destination=destination,
        weeks=of_move(training_weeks),
        cost=of_move(cost) if cost is not None else np.zeros(len(origin)),
        places=_places(places, len(destinations), of_move, len(origin)),
        surplus=np.floor(surplus.values.astype(np.float64) + SLACK),
        shortage=missing.values.astype(np.float64),
        budget=math.inf if budget is None else float(budget),
        budget_weeks=math.inf if budget_weeks is None else float(budget_weeks),
    )


def _places(places: xr.DataArray | None, destinations: int, of_move: Any, moves: int) -> Numbers:
    """Places of each move, then those that the moves into each occupation share."""
    own, shared = np.full(moves, np.inf), np.full(destinations, np.inf)
    if places is not None and "occupation" in places.dims:
        own = np.floor(of_move(places) + SLACK)
    elif places is not None:
        shared = np.floor(places.values.astype(np.float64) + SLACK)
    return np.concatenate([own, shared])


def _solve(ways: _Ways) -> NDArray[np.int64]:
    """Whole persons on each move: most closed, then least cost, then fewest weeks."""
    moves, ends = len(ways.origin), len(ways.destinations)
    if not moves or not ways.surplus.sum() or not ways.shortage.sum():
        return np.zeros(moves, dtype=np.int64)
    closed = np.concatenate([np.zeros(moves), np.ones(ends)])
    stages = [-closed] + [
        np.concatenate([weight / weight.max(), np.zeros(ends)])
        for weight in (ways.cost, ways.weeks)
        if weight.any()
    ]
    extra: list[tuple[Numbers, float]] = []
    solution = np.zeros(moves + ends)
    for stage in stages:
        solution = _program(ways, stage, extra)
        extra.append((stage, float(stage @ solution) + SLACK))
    persons = np.rint(solution[:moves]).astype(np.int64)
    _require_within(ways, persons)
    return persons


def _program(ways: _Ways, objective: Numbers, extra: list[tuple[Numbers, float]]) -> Numbers:
    """Solve one stage; the unknowns are persons on each move, then what is closed at each end."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack, vstack

    moves, ends = len(ways.origin), len(ways.destinations)
    number = np.arange(moves)
    ones = np.ones(moves)
    leave = csr_array((ones, (ways.origin, number)), shape=(len(ways.origins), moves))
    arrive = csr_array((ones, (ways.destination, number)), shape=(ends, moves))
    nothing = np.zeros((1, ends))
    rows = [
        hstack([leave, csr_array((len(ways.origins), ends))]),
        # What is closed is no more than those who arrive.
        hstack([-arrive, csr_array(np.eye(ends))]),
        # Nobody is trained whom no shortage waits for.
        hstack([arrive, csr_array((ends, ends))]),
    ]
    upper = [
        ways.surplus,
        np.zeros(ends),
        np.minimum(np.ceil(ways.shortage - SLACK), ways.places[moves:]),
    ]
    for weight, limit in ((ways.cost, ways.budget), (ways.weeks, ways.budget_weeks)):
        if math.isfinite(limit):
            rows.append(csr_array(np.concatenate([weight[None], nothing], axis=1)))
            upper.append(np.array([limit]))
    for weight, limit in extra:
        rows.append(csr_array(weight[None]))
        upper.append(np.array([limit]))
    # Each program has a solution; on some HiGHS fails as they stand, on others once simplified.
    for presolve in (True, False):
        found = milp(
            objective,
            constraints=LinearConstraint(vstack(rows).tocsr(), -np.inf, np.concatenate(upper)),
            integrality=np.concatenate([ones, np.zeros(ends)]),
            bounds=Bounds(0, np.concatenate([ways.places[:moves], ways.shortage])),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )
        if found.status == 0:
            return np.asarray(found.x, dtype=np.float64)
    raise WorkforceError(f"The reskilling program was not solved: {found.message}")


def _closed(ways: _Ways, persons: NDArray[np.int64]) -> float:
    """Shortage that the persons close."""
    arrived = np.bincount(ways.destination, persons, minlength=len(ways.destinations))
    return float(np.minimum(arrived, ways.shortage).sum())


def _require_within(ways: _Ways, persons: NDArray[np.int64]) -> None:
    """Check the whole numbers against every limit: a solver works with decimals."""
    moves = len(persons)
    left = np.bincount(ways.origin, persons, minlength=len(ways.origins))
    arrived = np.bincount(ways.destination, persons, minlength=len(ways.destinations))
    sound = (
        (persons >= 0).all()
        and (left <= ways.surplus).all()
        and (persons <= ways.places[:moves]).all()
        and (arrived <= ways.places[moves:]).all()
        and persons @ ways.cost <= ways.budget + SLACK
        and persons @ ways.weeks <= ways.budget_weeks + SLACK
    )
    if not sound:
        raise WorkforceError("The reskilling program gave persons that break a limit.")
