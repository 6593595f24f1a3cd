"""Plan staff over several years: recruit, retrain, let go and keep too many, at least harm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from workforce.errors import DataError, ParameterError, WorkforceError

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Move:
    """A way from one skill to another, and what it takes.

    Parameters
    ----------
    origin, destination : str
        Skills.
    arriving_share : float
        Share of those who set out that are there at the end of the year; the others have left.
    cost : float
        Per person who sets out.
    most : float
        Persons who may set out in a year.
    most_of_destination : float
        Persons who may set out in a year, as a share of the staff of the destination that year.
    """

    origin: str
    destination: str
    arriving_share: float = 1.0
    cost: float = 0.0
    most: float = math.inf
    most_of_destination: float = math.inf


@dataclass(frozen=True)
class Manpower:
    """What a plan starts from and what it may do; one entry per skill, shape (skills,).

    Parameters
    ----------
    skills : tuple of str
    years : tuple of str
        In order.
    current : ndarray
        Staff before the first year. [persons]
    requirement : ndarray
        Staff that each year asks for, shape (years, skills). [persons]
    wastage_first, wastage_later : ndarray
        Share that leave in their first year, and in a later one. [share]
    most_recruits : ndarray
        In a year. [persons]
    moves : tuple of Move
    redundancy_cost, surplus_cost, short_time_cost : ndarray
        Per person let go, and per person and year kept beyond need or on short time.
    most_surplus : float
        Persons beyond need in a year, of all skills together.
    most_short_time : ndarray
        Persons on short time in a year.
    short_time_output : float
        What a person on short time does of a full post. [share]
    """

    skills: tuple[str, ...]
    years: tuple[str, ...]
    current: Numbers
    requirement: Numbers
    wastage_first: Numbers
    wastage_later: Numbers
    most_recruits: Numbers
    moves: tuple[Move, ...]
    redundancy_cost: Numbers
    surplus_cost: Numbers
    short_time_cost: Numbers
    most_surplus: float
    most_short_time: Numbers
    short_time_output: float


def plan_manpower(
    problem: Manpower, *, minimise: Literal["redundancies", "cost"] = "redundancies"
) -> xr.Dataset:
    """Plan the years together as one linear program, solved by HiGHS.

    With stock W, recruits R, moves M, redundant Q, surplus O and short time S in year t, skill k:

        W[t,k] = (1 - wastage_later[k]) W[t-1,k] + (1 - wastage_first[k]) R[t,k]
                 + sum over moves into k of arriving_share M[t] - sum over moves out of k of M[t]
                 - Q[t,k]
        W[t,k] = requirement[t,k] + O[t,k] + (1 - short_time_output) S[t,k]

    The form is that of Williams, Model Building in Mathematical Programming, "Manpower planning".
    Persons may be parts: the plan is for hundreds of people.

    Parameters
    ----------
    problem : Manpower
    minimise : {"redundancies", "cost"}
        Persons let go, or the cost of moves, redundancies, surplus and short time.

    Returns
    -------
    Dataset
        stock, recruits, redundant, surplus, short_time (year, skill) and moved (year, move)
        [persons]; attrs ``objective``, ``redundancies`` and ``cost``.

    Raises
    ------
    ParameterError
        No plan keeps every limit.
    """
    from scipy.optimize import linprog

    if minimise not in ("redundancies", "cost"):
        raise ParameterError(f"minimise is {minimise!r}; use 'redundancies' or 'cost'.")
    _check(problem)
    layout = _layout(problem)
    cost, redundancies = _prices(problem, layout)
    objective = redundancies if minimise == "redundancies" else cost
    program = {**_balances(problem, layout), **_limits(problem, layout)}
    program["bounds"] = _bounds(problem, layout)
    found = linprog(objective, method="highs", **program)
    if found.status == 2:
        raise ParameterError(
            "No plan keeps every limit: the years ask for more staff than recruits and moves can "
            "give, or for fewer than those who stay. Allow more recruits, moves or surplus."
        )
    if found.status != 0:
        raise WorkforceError(f"The manpower program was not solved: {found.message}")
    x = np.asarray(found.x, dtype=np.float64)
    skill, move = ("year", "skill"), ("year", "move")
    data = {name: (move if name == "moved" else skill, x[at]) for name, at in layout.items()}
    labels = [f"{m.origin}->{m.destination}" for m in problem.moves]
    coords = {"year": list(problem.years), "skill": list(problem.skills), "move": labels}
    attrs = {
        "objective": float(objective @ x),
        "redundancies": float(redundancies @ x),
        "cost": float(cost @ x),
    }
    return xr.Dataset(data, coords=coords, attrs=attrs)


def _layout(problem: Manpower) -> dict[str, NDArray[np.int64]]:
    """Place of every unknown in the program, by name, shape (years, skills or moves)."""
    years, skills, moves = len(problem.years), len(problem.skills), len(problem.moves)
    layout, first = {}, 0
    for name in ("stock", "recruits", "redundant", "surplus", "short_time", "moved"):
        wide = moves if name == "moved" else skills
        layout[name] = first + np.arange(years * wide).reshape(years, wide)
        first += years * wide
    return layout


def _prices(problem: Manpower, layout: dict[str, NDArray[np.int64]]) -> tuple[Numbers, Numbers]:
    """Cost of every unknown, and whether it is a person let go."""
    cost = np.zeros(sum(at.size for at in layout.values()))
    cost[layout["redundant"]] = problem.redundancy_cost
    cost[layout["surplus"]] = problem.surplus_cost
    cost[layout["short_time"]] = problem.short_time_cost
    cost[layout["moved"]] = [move.cost for move in problem.moves]
    redundancies = np.zeros_like(cost)
    redundancies[layout["redundant"]] = 1.0
    return cost, redundancies


def _balances(problem: Manpower, layout: dict[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Lay out the two equations of every year and skill."""
    years, skills = problem.requirement.shape
    size = sum(at.size for at in layout.values())
    matrix = np.zeros((2, years, skills, size))
    constant = np.stack([np.zeros((years, skills)), problem.requirement])
    for t in range(years):
        for k, name in enumerate(problem.skills):
            flow, need = matrix[0, t, k], matrix[1, t, k]
            flow[layout["stock"][t, k]] = need[layout["stock"][t, k]] = 1.0
            stay = 1.0 - problem.wastage_later[k]
            if t:
                flow[layout["stock"][t - 1, k]] = -stay
            else:
                constant[0, t, k] = stay * problem.current[k]
            flow[layout["recruits"][t, k]] = -(1.0 - problem.wastage_first[k])
            flow[layout["redundant"][t, k]] = 1.0
            for m, move in enumerate(problem.moves):
                flow[layout["moved"][t, m]] += (move.origin == name) - (
                    move.arriving_share * (move.destination == name)
                )
            need[layout["surplus"][t, k]] = -1.0
            need[layout["short_time"][t, k]] = -(1.0 - problem.short_time_output)
    return {"A_eq": matrix.reshape(-1, size), "b_eq": constant.reshape(-1)}


def _limits(problem: Manpower, layout: dict[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Surplus of all skills together, and moves as a share of the destination's staff."""
    size = sum(at.size for at in layout.values())
    rows, upper = [], []
    for t in range(len(problem.years)):
        if math.isfinite(problem.most_surplus):
            row = np.zeros(size)
            row[layout["surplus"][t]] = 1.0
            rows.append(row)
            upper.append(problem.most_surplus)
        for m, move in enumerate(problem.moves):
            if math.isfinite(move.most_of_destination):
                row = np.zeros(size)
                row[layout["moved"][t, m]] = 1.0
                at = problem.skills.index(move.destination)
                row[layout["stock"][t, at]] = -move.most_of_destination
                rows.append(row)
                upper.append(0.0)
    return {"A_ub": np.array(rows), "b_ub": np.array(upper)} if rows else {}


def _bounds(problem: Manpower, layout: dict[str, NDArray[np.int64]]) -> Numbers:
    """Least (0) and most of every unknown, shape (unknowns, 2)."""
    most = np.full(sum(at.size for at in layout.values()), np.inf)
    most[layout["recruits"]] = problem.most_recruits
    most[layout["short_time"]] = problem.most_short_time
    most[layout["moved"]] = [move.most for move in problem.moves]
    return np.stack([np.zeros_like(most), most], axis=1)


def _check(problem: Manpower) -> None:
    """Check shapes, signs and the skills that moves name."""
    skills, problems = len(problem.skills), []
    per_skill = ("current", "wastage_first", "wastage_later", "most_recruits", "redundancy_cost",
                 "surplus_cost", "short_time_cost", "most_short_time")  # fmt: skip
    shapes = dict.fromkeys(per_skill, (skills,)) | {"requirement": (len(problem.years), skills)}
    for name, shape in shapes.items():
        values = getattr(problem, name)
        if np.shape(values) != shape:
            problems.append(f"{name} has the shape {np.shape(values)}, not {shape}")
        elif np.isnan(values).any() or (np.asarray(values) < 0).any():
            problems.append(f"{name} has a value below 0 or none at all")
        elif name.startswith("wastage") and (np.asarray(values) > 1).any():
            problems.append(f"{name} has a share above 1")
    if not 0.0 <= problem.short_time_output <= 1.0:
        problems.append(f"short_time_output is {problem.short_time_output}, not a share")
    for move in problem.moves:
        unknown = {move.origin, move.destination} - set(problem.skills)
        if unknown:
            problems.append(f"a move names {', '.join(sorted(unknown))}, which is no skill here")
        elif move.origin == move.destination:
            problems.append(f"a move goes from {move.origin} to itself")
        if not 0.0 <= move.arriving_share <= 1.0:
            problems.append(f"arriving_share is {move.arriving_share}, not a share")
    if problems:
        raise DataError("The manpower program: " + "; ".join(problems) + ".")
