"""The central path under measures that are tried out, quick enough to follow a slider."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.dictionary import variables
from workforce.errors import MissingDataError, ParameterError
from workforce.model.posts import to_grid, used_posts
from workforce.model.projection import (
    project_demand,
    project_inhabitants,
    project_supply,
    project_users,
    residents_of,
)
from workforce.model.staffing import project_staff
from workforce.scenarios.drivers import BASE, HORIZON
from workforce.scenarios.levers.registry import find_lever
from workforce.scenarios.pieces import ONLY_DEMAND, ONLY_WORTH
from workforce.scenarios.results import COLUMNS
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.shapley import shapley, subsets
from workforce.scenarios.simulation import add_all

Step = tuple[str, float, int]
"""Lever, size, and the year from which it is in full effect."""
Steps = tuple[Step, ...]

EXPLORED = "explored"
"""Name that the scenario of the sliders goes under in a table of results."""
MOST_SPLIT = 4
"""Measures that are told apart; the sets of more take too long to project."""
MOST_KEPT = 400
NOT_USED = (
    *("holding", "requirement", "norm_rate", "norm_rounds_up", "norm_in_all"),
    *("unit_share", "unit_holders", "funded_posts", "measured_shortage"),
    *("exit_relative_sd", "inflow_relative_sd"),
)


@dataclass(frozen=True)
class Place:
    """A region opened for exploring: its inputs, and what has been projected of it.

    Under each list of measures that was tried ``states`` holds the inputs, and ``paths`` the
    shortage, dims (sector, year) with the sector ``all`` first [FTE]. ``staffs`` holds the agreed
    FTE and the heads under each list of those that change who comes and goes, whose levers are in
    ``staff_levers``.
    """

    inputs: xr.Dataset
    posts: tuple[tuple[str, str], ...]
    states: dict[Steps, xr.Dataset] = field(repr=False)
    paths: dict[Steps, xr.DataArray] = field(repr=False, default_factory=dict)
    staffs: dict[Steps, xr.Dataset] = field(repr=False, default_factory=dict)
    staff_levers: set[str] = field(repr=False, default_factory=set)


def open_place(inputs: xr.Dataset) -> Place:
    """Make the inputs of one region ready, and project it without measures.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them for one region.

    Raises
    ------
    MissingDataError
        There is no staff, or more than one region.
    """
    if "staff" not in inputs or inputs.sizes["region"] != 1:
        raise MissingDataError(
            "Exploring needs the table staff, and inputs of one region: "
            "name it in load_inputs(..., region=...)."
        )
    slim = inputs.drop_vars(NOT_USED, errors="ignore").load()
    place = Place(slim, tuple(used_posts(slim)), {(): slim})
    shortage_paths(place, [()])
    return place


def shortage_paths(place: Place, tried: Sequence[Steps]) -> list[xr.DataArray]:
    """Shortage on the central path under each list of measures; those seen before are looked up.

    All that is new is projected at once, each list as a region of its own.

    Parameters
    ----------
    place : Place
        From `open_place`.
    tried : sequence of tuples of steps
        Each in the order the levers are pulled.

    Returns
    -------
    list of DataArray
        Dims (sector, year). [FTE]
    """
    if len(place.states) > MOST_KEPT:
        for known in (place.paths, place.staffs, place.states):
            known.clear()
        place.states[()] = place.inputs
    new = [steps for steps in dict.fromkeys(tried) if steps not in place.paths]
    if new:
        found = add_all(_project(place, new).sum("occupation"), "sector", keep=True)
        for number, steps in enumerate(new):
            place.paths[steps] = found.isel(region=number, drop=True)
    return [place.paths[steps] for steps in tried]


def split_steps(place: Place, steps: Steps) -> dict[str, xr.DataArray]:
    """Split what measures do to the shortage over the measures, as `scenarios.attribute` does.

    Parameters
    ----------
    place : Place
        From `open_place`.
    steps : tuple of (lever, size, end year)
        At most `MOST_SPLIT`.

    Returns
    -------
    dict
        Lever to what it changes, dims (sector, year); the sum is the whole change. [FTE]
    """
    if len(steps) > MOST_SPLIT:
        raise ParameterError(f"{len(steps)} measures are too many to tell apart ({MOST_SPLIT}).")
    order = [lever for lever, _, _ in steps]
    chosen = subsets(order)
    paths = shortage_paths(
        place, [tuple(step for step in steps if step[0] in one) for one in chosen]
    )
    like = paths[0]
    value = {one: path.values for one, path in zip(chosen, paths, strict=True)}
    parts = shapley(value, order, nothing=lambda: np.zeros(like.shape))
    return {lever: like.copy(data=part) for lever, part in parts.items()}


def explored_table(place: Place, steps: Steps) -> pl.DataFrame:
    """Lay out the shortage with and without the measures, and what each of them does, as results.

    Parameters
    ----------
    place, steps
        As for `split_steps`; more than `MOST_SPLIT` measures are not told apart.

    Returns
    -------
    polars.DataFrame
        The columns of `results_table`: ``shortage_fte`` of the scenarios ``baseline`` and
        ``explored``, and ``measure_effect`` at the horizon. There are no draws, so the ends of
        the intervals are the central path.
    """
    # Splitting projects every set of the measures at once, all of them among these.
    parts = split_steps(place, steps) if 0 < len(steps) <= MOST_SPLIT else {}
    before, after = shortage_paths(place, [(), steps])
    last = int(before["year"][-1])
    rows = [
        _rows(place, path, variable="shortage_fte", scenario=name)
        for name, path in (("baseline", before), (EXPLORED, after))
    ]
    chain = {BASE: before, **parts, HORIZON: after} if parts else {}
    rows += [
        _rows(place, path.sel(year=[last]), variable="measure_effect", part=part)
        for part, path in chain.items()
    ]
    return pl.concat(rows).select(COLUMNS)


def as_levers(steps: Steps) -> list[dict[str, Any]]:
    """Write measures as `apply_scenario` takes them."""
    return [
        {"lever": lever, find_lever(lever).size: size, "end_year": end_year}
        for lever, size, end_year in steps
    ]


def _state(place: Place, steps: Steps) -> xr.Dataset:
    """Pull the levers one after the other; what was pulled before is looked up."""
    if steps not in place.states:
        last = as_levers(steps[-1:])
        before = _state(place, steps[:-1])
        after = apply_scenario(before, last)
        own, known = after.variables, before.variables  # A Dataset makes an array of each it gives.
        changed = {
            str(name)
            for name in after.data_vars
            if name not in known or own[name].values is not known[name].values
        }
        if changed - ONLY_DEMAND - ONLY_WORTH:
            place.staff_levers.add(steps[-1][0])
        place.states[steps] = after
    return place.states[steps]


def _stack(states: Sequence[xr.Dataset]) -> xr.Dataset:
    """Lay states of one region side by side as regions, in numpy, since xarray takes its time."""
    first, held = states[0], [state.variables for state in states]
    names = list(dict.fromkeys(str(name) for state in states for name in state.data_vars))
    found = {}
    for name in names:
        own = [known[name] if name in known else _nothing(name) for known in held]
        same = all(one is own[0] or one.values is own[0].values for one in own)
        if same and "region" not in own[0].dims:
            found[name] = own[0]
            continue
        dims = list(dict.fromkeys(["region", *(dim for one in own for dim in one.dims)]))
        sizes = {dim: max(one.sizes.get(dim, 1) for one in own) for dim in dims}
        sizes["region"] = 1
        laid = [_with_dims(one, dims) for one in own]
        shape = list(sizes.values())
        values = np.concatenate([np.broadcast_to(array, shape) for array in laid])
        found[name] = xr.Variable(dims, values)
    coords = {name: coord for name, coord in first.coords.items() if name != "region"}
    labels = [str(number) for number in range(len(states))]
    return xr.Dataset(found, coords={**coords, "region": labels}, attrs=first.attrs)


def _with_dims(array: xr.Variable, dims: Sequence[Hashable]) -> Numbers:
    """Numbers in the order of ``dims``, with length 1 where the array lacks one."""
    own = [dim for dim in dims if dim in array.dims]
    shape = [array.sizes.get(dim, 1) for dim in dims]
    laid: Numbers = array.transpose(*own).values.reshape(shape)
    return laid


def _nothing(name: str) -> xr.Variable:
    """Give what a lever adds to the inputs, for a state in which it is not pulled."""
    if name not in ADDED:
        raise ParameterError(f"The input {name} is made by a lever that cannot be tried out here.")
    return xr.Variable((), np.array(ADDED[name]))


ADDED: dict[str, float] = {
    "retirement_delay": 0.0,
    "position_gain": 0.0,
    "extra_hours": 0.0,
    "years_gained": 0.0,
}
"""What levers add to inputs, and the value that does nothing."""


def _project(place: Place, tried: Sequence[Steps]) -> xr.DataArray:
    """Project need less staff by region (each list one), sector, occupation and year."""
    posts = place.posts
    inputs = _stack([_state(place, steps) for steps in tried])
    need = project_demand(inputs, project_users(inputs, project_inhabitants(inputs)), posts)
    staff = _staff(place, tried).assign_coords(region=inputs["region"])
    return to_grid(need - project_supply(inputs, staff, posts), posts)


def _staff(place: Place, tried: Sequence[Steps]) -> xr.Dataset:
    """Staff under each list, stepped once for all lists that differ in nothing else."""
    keys = [tuple(step for step in steps if step[0] in place.staff_levers) for steps in tried]
    new = [key for key in dict.fromkeys(keys) if key not in place.staffs]
    if new:
        inputs = _stack([_state(place, key) for key in new])
        residents = residents_of(project_inhabitants(inputs))
        found = project_staff(inputs, residents, place.posts)[["agreed", "headcount"]]
        for number, key in enumerate(new):
            place.staffs[key] = found.isel(region=[number], drop=True)
    return xr.concat([place.staffs[key] for key in keys], "region", join="override")


def _rows(
    place: Place, path: xr.DataArray, *, variable: str, scenario: str = EXPLORED, part: str = ""
) -> pl.DataFrame:
    """One row per sector and year, with the persons behind it."""
    heads = place.inputs["staff"].sum(["occupation", "sex", "working_age"])
    persons = add_all(heads, "sector", keep=True).isel(region=0, drop=True)
    sectors, years = path["sector"].values.astype(str), path["year"].values
    values: Numbers = path.transpose("sector", "year").values.ravel()
    behind = dict(zip(persons["sector"].values.astype(str), persons.values, strict=True))
    keys = [(sector, int(year)) for sector in sectors for year in years]
    return pl.DataFrame(
        {
            "sector": [sector for sector, _ in keys],
            "year": [year for _, year in keys],
            "central": values,
            "lower": values,
            "upper": values,
            "persons": [float(behind[sector]) for sector, _ in keys],
        }
    ).with_columns(
        scenario=pl.lit(scenario),
        region=pl.lit(str(place.inputs["region"].values[0])),
        occupation=pl.lit("all"),
        dimension=pl.lit("part" if part else ""),
        category=pl.lit(part),
        variable=pl.lit(variable),
        unit=pl.lit(variables()[variable].unit),
        level=pl.lit(0.8),
    )
