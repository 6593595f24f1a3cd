"""Staff from year to year: who stays, leaves, changes occupation, grows older and is recruited."""

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    Numbers,
    age_dim,
    check_bounds,
    check_consecutive,
    check_dims,
    check_labels,
    check_rows_sum_to_one,
    check_transition,
    lay_out,
)
from workforce.errors import DataError, ParameterError
from workforce.model.competing_risks import leave_and_stay

# How much of the first year counts in the state one starts in.
_START_COUNTED = {"half": 0.5, "full": 1.0, "none": 0.0}


def project_workforce(
    stock: xr.DataArray,
    exit_rate: xr.DataArray,
    recruits: xr.DataArray,
    *,
    transition: xr.DataArray | None = None,
) -> xr.Dataset:
    """Project staff by single age, year by year.

    During a year, in order: exits from the stock by competing causes, change of occupation among
    those who stay, age + 1 (the oldest age is an open group), recruits at the age they then have.

        exits_c = stock * (h_c / h)(1 - exp(-h))
        stock[x + 1, y + 1] = stock[x, y] - exits[x, y] + transfers[x, y] + recruits[x + 1, y]

    The age dimension is called ``age`` or ``working_age``, the same in every argument. Years may
    be called ``flow_year`` or ``year`` in the flows. A dimension that an argument lacks is
    broadcast: recruits without occupation would come to every occupation.

    Parameters
    ----------
    stock : DataArray
        Staff on 1 January of the first year, dims (..., [occupation], [sex], age). [persons]
    exit_rate : DataArray
        Dims (..., age, cause, [year]). [per person-year]
    recruits : DataArray
        Recruited in the year, by age on the next 1 January, dims (..., age, year, [origin]);
        summed over origin. Its years are those projected. [persons per year]
    transition : DataArray, optional
        Dims (..., occupation, occupation_to, [age], [year]): where those who stay are one year
        later; rows sum to 1. [probability]

    Returns
    -------
    Dataset
        ``stock`` (..., age, year) on 1 January of each year and the one after the last [persons],
        ``exits`` (..., age, cause, flow_year) and ``transfers`` (..., age, flow_year), the net
        change by moves between occupations, both by age on 1 January before [persons per year].
    """
    age = age_dim(stock, name="stock")
    exit_rate, recruits = _on_year(exit_rate), _on_year(recruits)
    if "origin" in recruits.dims:
        recruits = recruits.sum("origin")
    transition = None if transition is None else _on_year(transition)
    _check_staff(stock, exit_rate, recruits, transition, age)
    years = recruits.indexes["year"].to_numpy()
    core = ["occupation", age] if transition is not None else [age]
    flows = [
        (stock, core),
        (exit_rate, ["year", *core, "cause"]),
        (recruits, ["year", *core]),
    ]
    if transition is not None:
        flows.append((transition, ["year", age, "occupation", "occupation_to"]))
    arrays, leading = lay_out(*flows)
    # The year comes first, so that a year is one block of memory.
    by_year = [np.moveaxis(array, len(leading), 0) for array in arrays[1:]]
    paths = _step_through(arrays[0], by_year[0], by_year[1], by_year[2:], len(years))

    dims = [*leading, *core]
    coords = {dim: labels for dim, labels in leading.items() if labels is not None}
    coords |= {dim: stock.coords[dim] for dim in core}
    coords["cause"] = exit_rate.coords["cause"]
    # Stocks keep the order of dimensions they came in; what only the flows have goes first.
    order = [*(dim for dim in dims if dim not in stock.dims), *stock.dims]
    shape = [(paths.stock, "year", []), (paths.exits, "flow_year", ["cause"])]
    shape.append((paths.transfers, "flow_year", []))
    result = {}
    for name, (values, year, last) in zip(("stock", "exits", "transfers"), shape, strict=True):
        all_dims = [year, *dims, *last]
        labels: dict[Hashable, Any] = {dim: coords[dim] for dim in all_dims if dim in coords}
        labels[year] = years if year == "flow_year" else np.append(years, years[-1] + 1)
        array = xr.DataArray(values, dims=all_dims, coords=labels)
        result[name] = array.transpose(*order, *last, year)
    return xr.Dataset(result)


def available_fte(
    persons: xr.DataArray, position_share: xr.DataArray, absence_rate: xr.DataArray | float
) -> xr.DataArray:
    """FTE at work: persons, the part of a post they hold, and short absence.

    available = persons * position_share * (1 - absence_rate)

    Long leave is already out of ``position_share`` (agreed FTE without long leave), so that the
    absence here is short absence only.

    Parameters
    ----------
    persons : DataArray
        Persons employed on 1 January. [persons]
    position_share : DataArray
        Agreed FTE without long leave per person. [FTE per person]
    absence_rate : DataArray or float
        Short absence, 0 to 1. [share of agreed days]

    Returns
    -------
    DataArray
        Dims of all. [FTE]
    """
    absence = absence_rate if isinstance(absence_rate, xr.DataArray) else xr.DataArray(absence_rate)
    named = {"persons": persons, "position_share": position_share, "absence_rate": absence}
    for name, array in named.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name, lower=0, upper=1 if name == "absence_rate" else None)
    check_labels(*(array.rename(name) for name, array in named.items()))
    return (persons * position_share * (1.0 - absence)).rename("available_fte")


def expected_working_years(
    transition: xr.DataArray, *, start_age: int, state_counts: str = "half"
) -> xr.DataArray:
    """Years that a person will spend in each state, by the state at the start age.

    With P[x] the probabilities between living states from age x to x + 1,

        years = s * I + P[a] + P[a] P[a+1] + P[a] P[a+1] P[a+2] + ...

    where s is what the state at the start counts: "half" 0.5, "full" 1, "none" 0. The sum ends
    with the last age given. Being dead belongs in ``state_to`` only: years are counted in every
    label of ``state``, also in one that nobody leaves.

    Parameters
    ----------
    transition : DataArray
        Dims (..., [sex], age, state, state_to); every state is also in state_to, which may have
        more (dead). Rows sum to 1. [probability in a year]
    start_age : int
        Age from which years are counted.
    state_counts : {"half", "full", "none"}
        What the state at the start counts in the first year.

    Returns
    -------
    DataArray
        Dims (..., state, state_to): state at the start, state the years are spent in. [years]

    References
    ----------
    Dudel and Myrskylä (2017), Demography 54(6), 2101-2123. doi:10.1007/s13524-017-0619-6
    """
    if state_counts not in _START_COUNTED:
        raise ParameterError(
            f"state_counts is {state_counts!r}; use " + ", ".join(map(repr, _START_COUNTED)) + "."
        )
    age = age_dim(transition, name="transition")
    check_dims(transition, [age, "state", "state_to"], name="transition")
    check_bounds(transition, name="transition", lower=0, upper=1)
    check_rows_sum_to_one(transition, "state_to", name="transition", tolerance=1e-6)
    ages = transition.indexes[age].to_numpy()
    check_consecutive(ages, width=1, name="transition", dim=age)
    if start_age not in ages:
        raise ParameterError(f"start_age {start_age} is outside {ages[0]}-{ages[-1]}.")
    states = transition.indexes["state"].tolist()
    unknown = set(states) - set(transition.indexes["state_to"].tolist())
    if unknown:
        raise DataError(f"transition: states {sorted(map(str, unknown))} are not in 'state_to'.")
    square = transition.sel(state_to=states)
    core = [age, "state", "state_to"]
    (moves,), leading = lay_out((square, core))
    reached = np.broadcast_to(np.eye(len(states)), moves[..., 0, :, :].shape)
    years = _START_COUNTED[state_counts] * reached
    for place in range(int(start_age - ages[0]), len(ages)):
        reached = reached @ moves[..., place, :, :]
        years = years + reached
    coords = {dim: labels for dim, labels in leading.items() if labels is not None}
    return xr.DataArray(
        years,
        dims=[*leading, "state", "state_to"],
        coords={**coords, "state": states, "state_to": states},
        name="expected_years",
    )


def openings(growth: xr.DataArray, exits: xr.DataArray, transfers: xr.DataArray) -> xr.DataArray:
    """Count the posts that open in a year: growth, and those that people leave.

    openings = growth + exits + transfers

    With growth the change of the stock this is the number of recruits; with growth the change of
    the need it is what must be recruited to follow it. Transfers are those of `project_workforce`
    with the sign turned.

    Source: U.S. Bureau of Labor Statistics, Employment Projections: Occupational separations.
    """
    check_bounds(exits, name="exits", lower=0)
    named = {"growth": growth, "exits": exits, "transfers": transfers}
    check_labels(*(array.rename(name) for name, array in named.items()))
    return (growth + exits + transfers).rename("openings")


class _Paths(NamedTuple):
    stock: Numbers
    exits: Numbers
    transfers: Numbers


def _step_through(
    start: Numbers, exit_rate: Numbers, recruits: Numbers, transition: list[Numbers], steps: int
) -> _Paths:
    """Run the years. Shapes: start (..., [occupation], age); flows with the year first."""
    moves = transition[0] if transition else None
    per_year = np.broadcast_shapes(start.shape, exit_rate.shape[1:-1], recruits.shape[1:])
    if moves is not None:
        # Transition is laid out (..., age, occupation, occupation_to).
        lead = np.broadcast_shapes(per_year[:-2], moves.shape[1:-3])
        per_year = (*lead, *per_year[-2:])
    stock = np.empty((steps + 1, *per_year))
    exits = np.empty((steps, *per_year, exit_rate.shape[-1]))
    # Without moves the transfers are one zero seen from every cell; it takes no memory.
    transfers = np.zeros((steps, *per_year)) if moves is not None else np.zeros(())
    stock[0] = start
    leave, stay = leave_and_stay(exit_rate[0], axis=-1)
    for step in range(steps):
        if step and len(exit_rate) > 1:
            leave, stay = leave_and_stay(exit_rate[step], axis=-1)
        now, following = stock[step], stock[step + 1]
        np.multiply(now[..., np.newaxis], leave, out=exits[step])
        staying = now * stay[..., 0]
        if moves is not None:
            moved = _move(staying, moves[min(step, len(moves) - 1)])
            np.subtract(moved, staying, out=transfers[step])
            staying = moved
        following[..., 0] = 0.0
        following[..., 1:] = staying[..., :-1]
        following[..., -1] += staying[..., -1]
        following += recruits[step]
    return _Paths(stock, exits, np.broadcast_to(transfers, (steps, *per_year)))


def _move(staying: Numbers, moves: Numbers) -> Numbers:
    """Move staff (..., occupation, age) by probabilities (..., age or 1, occupation, to)."""
    if moves.shape[-3] == 1:
        return np.swapaxes(moves[..., 0, :, :], -1, -2) @ staying
    by_age = np.swapaxes(staying, -1, -2)[..., np.newaxis, :]
    return np.swapaxes((by_age @ moves)[..., 0, :], -1, -2)


def _on_year(flow: xr.DataArray) -> xr.DataArray:
    if isinstance(flow, xr.DataArray) and "flow_year" in flow.dims:
        return flow.rename(flow_year="year")
    return flow


def _check_staff(
    stock: xr.DataArray,
    exit_rate: xr.DataArray,
    recruits: xr.DataArray,
    transition: xr.DataArray | None,
    age: str,
) -> None:
    """Check dimensions, labels and bounds of everything a projection of staff takes."""
    check_dims(stock, [age], name="stock")
    check_dims(exit_rate, [age, "cause"], name="exit_rate")
    check_dims(recruits, [age, "year"], name="recruits")
    if "year" in stock.dims:
        raise DataError("stock has the dimension 'year'; select the first 1 January.")
    arrays = [stock.rename("stock"), exit_rate.rename("exit_rate"), recruits.rename("recruits")]
    if transition is not None:
        check_dims(stock, ["occupation"], name="stock")
        check_dims(transition, ["occupation", "occupation_to"], name="transition")
        arrays.append(transition.rename("transition"))
        check_transition(transition, name="transition")
    check_labels(*arrays)
    for array in arrays:
        check_bounds(array, name=str(array.name), lower=0)
    check_consecutive(stock.indexes[age].to_numpy(), width=1, name="stock", dim=age)
    check_consecutive(recruits.indexes["year"].to_numpy(), width=1, name="recruits", dim="year")
