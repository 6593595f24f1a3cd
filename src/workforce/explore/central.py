"""The central path under measures that are tried out, quick enough to follow a slider."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.errors import MissingDataError, ParameterError
from workforce.model.posts import on_posts, to_grid, used_posts
from workforce.model.projection import (
    project,
    project_need,
    project_staff_alone,
    project_supply,
)
from workforce.results.drivers import BASE, HIRING, HORIZON
from workforce.results.rows import lay_rows
from workforce.scenarios.hiring import ASSUMPTION, surplus_of
from workforce.scenarios.levers.registry import find_lever
from workforce.scenarios.pieces import ONLY_DEMAND, ONLY_WORTH, POPULATION
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
BY_POST = ("region", "occupation", "year")
ROUNDING = 1e-9
"""FTE over a limit that are no more than rounding."""
NOT_USED = (
    *("holding", "requirement", "norm_rate", "norm_rounds_up", "norm_in_all"),
    *("unit_share", "unit_holders", "measured_shortage"),
    *("exit_relative_sd", "inflow_relative_sd", "exit_shared_sd", "inflow_shared_sd"),
    "observed_flow_years",
)
ADDED: dict[str, float] = {
    "retirement_delay": 0.0,
    "position_gain": 0.0,
    "extra_hours": 0.0,
    "years_gained": 0.0,
}
"""What levers add to inputs, and the value that does nothing."""


@dataclass(frozen=True)
class Place:
    """A region opened for exploring: its inputs, and what has been projected of it.

    Under each list of measures that was tried ``paths`` holds the shortage, dims (sector, year)
    with the sector ``all`` first [FTE]. It is made of pieces, each kept under the list of those
    measures alone that touch it: ``states`` holds the inputs, ``needs`` the need by post and year
    [FTE], and ``staffs`` the agreed FTE and the heads. ``touching`` tells, for the piece ``need``,
    for ``staff`` (who comes and goes) and for ``worth`` (what staff give at work), the levers that
    touch it. ``surplus`` holds what posts may have over their need, under each list of assumptions.
    """

    inputs: xr.Dataset
    posts: tuple[tuple[str, str], ...]
    states: dict[Steps, xr.Dataset] = field(repr=False)
    paths: dict[Steps, xr.DataArray] = field(repr=False, default_factory=dict)
    needs: dict[Steps, xr.DataArray] = field(repr=False, default_factory=dict)
    staffs: dict[Steps, xr.Dataset] = field(repr=False, default_factory=dict)
    touching: dict[str, set[str]] = field(repr=False, default_factory=lambda: defaultdict(set))
    surplus: dict[Steps, xr.DataArray] = field(repr=False, default_factory=dict)


def open_place(inputs: xr.Dataset) -> Place:
    """Make the inputs of one region ready, and project it without measures."""
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

    All that is new is projected at once, each list as a region of its own, and each piece of the
    shortage only for the lists that differ in a measure that touches it. Where measures would bring
    staff past what is asked for, recruitment gives way, as `scenarios.hiring` has it.
    """
    if len(place.paths) > MOST_KEPT:
        for known in (place.paths, place.needs, place.staffs, place.states, place.surplus):
            known.clear()
        place.states[()] = place.inputs
    new = [steps for steps in dict.fromkeys(tried) if steps not in place.paths]
    if new:
        needs, supplies = _needs_and_supplies(place, new)
        found = _by_sector(place, needs - _limited(place, new, needs, supplies))
        place.paths.update(_apart(new, found))
    return [place.paths[steps] for steps in tried]


def split_steps(place: Place, steps: Steps) -> dict[str, xr.DataArray]:
    """Split what measures do to the shortage over the measures, as `scenarios.attribute` does."""
    if len(steps) > MOST_SPLIT:
        raise ParameterError(f"{len(steps)} measures are too many to tell apart ({MOST_SPLIT}).")
    order = [lever for lever, _, _ in steps]
    chosen = subsets(order)
    lists = [tuple(step for step in steps if step[0] in one) for one in chosen]
    needs, supplies = _needs_and_supplies(place, lists)
    paths = dict(_apart(lists, _by_sector(place, needs - supplies)))
    like = paths[()]
    value = {one: paths[own].values for one, own in zip(chosen, lists, strict=True)}
    parts = shapley(value, order, nothing=lambda: np.zeros(like.shape))
    (limited,) = shortage_paths(place, [steps])
    parts[HIRING] = limited.values - paths[steps].values
    return {lever: like.copy(data=part) for lever, part in parts.items()}


def explored_table(place: Place, steps: Steps) -> pl.DataFrame:
    """Lay out the shortage with and without the measures, and what each does, as results."""
    parts = split_steps(place, steps) if 0 < len(steps) <= MOST_SPLIT else {}
    before, after = shortage_paths(place, [(), steps])
    last = int(before["year"][-1])
    rows = [
        _rows(path, variable="shortage_fte", scenario=name)
        for name, path in (("baseline", before), (EXPLORED, after))
    ]
    chain = {BASE: before, **parts, HORIZON: after} if parts else {}
    rows += [
        _rows(path.sel(year=[last]), variable="measure_effect", part=part)
        for part, path in chain.items()
    ]
    return lay_rows(pl.concat(rows), place.inputs, region=str(place.inputs["region"].values[0]))


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
        after = apply_scenario(before, last, draws=0)
        own, known = after.variables, before.variables  # A Dataset makes an array of each it gives.
        changed = {
            str(name)
            for name in after.data_vars
            if name not in known or own[name].values is not known[name].values
        }
        for piece, touched in (
            ("need", changed & (POPULATION | ONLY_DEMAND)),
            ("staff", changed - ONLY_DEMAND - ONLY_WORTH),
            ("worth", changed & ONLY_WORTH),
        ):
            if touched:
                place.touching[piece].add(steps[-1][0])
        place.states[steps] = after
    return place.states[steps]


def _keys(place: Place, tried: Sequence[Steps], piece: str) -> list[Steps]:
    """Of each list, the measures that touch a piece."""
    levers = place.touching[piece]
    return [tuple(step for step in steps if step[0] in levers) for steps in tried]


def _needs_and_supplies(place: Place, tried: Sequence[Steps]) -> tuple[xr.DataArray, xr.DataArray]:
    """Project the need, and FTE at work as if all recruitment went on, by list, post and year."""
    for step in {step for steps in tried for step in steps}:
        _state(place, (step,))  # Tells what its lever touches.
    keys = _keys(place, tried, "need")
    new = [key for key in dict.fromkeys(keys) if key not in place.needs]
    if new:
        inputs = side_by_side([_state(place, key) for key in new])
        found = project_need(inputs, place.posts).transpose(*BY_POST)
        place.needs.update(_apart(new, found))
    states = [_state(place, key) for key in _keys(place, tried, "worth")]
    inputs = side_by_side(states, of=ONLY_WORTH)
    lists = inputs["region"]
    staff = _staff(place, tried).assign_coords(region=lists)
    supply = project_supply(inputs, staff, place.posts).transpose(*BY_POST)
    return xr.concat([place.needs[key] for key in keys], lists), supply


def _limited(
    place: Place, tried: Sequence[Steps], needs: xr.DataArray, supplies: xr.DataArray
) -> xr.DataArray:
    """FTE at work where recruitment gives way, projected anew for the lists that hire too many."""
    most = needs + xr.concat([_surplus(place, steps) for steps in tried], needs["region"])
    over = [
        number
        for number, steps in enumerate(tried)
        if any(map(_decided, steps)) and bool((supplies > most + ROUNDING)[number].any())
    ]
    if not over:
        return supplies
    inputs = side_by_side([_state(place, tried[number]) for number in over])
    limit = most[over].assign_coords(region=inputs["region"])
    staff = project_staff_alone(inputs, place.posts, most_fte=limit)
    found = supplies.copy()
    found[over] = project_supply(inputs, staff, place.posts).transpose(*BY_POST).values
    return found


def _surplus(place: Place, steps: Steps) -> xr.DataArray:
    """FTE over the need that a post may have: what it has without the measures, by year."""
    assumed = tuple(step for step in steps if not _decided(step))
    if assumed not in place.surplus:
        before = _state(place, assumed)
        over = surplus_of(project(before, posts=place.posts, flows=False), before)
        place.surplus[assumed] = on_posts(over.isel(region=0, drop=True), place.posts)
    return place.surplus[assumed]


def _decided(step: Step) -> bool:
    """Whether somebody decides on it: what is assumed moves the limit too."""
    return find_lever(step[0]).kind != ASSUMPTION


def _apart(tried: Sequence[Steps], found: xr.DataArray) -> list[tuple[Steps, xr.DataArray]]:
    return [(steps, found.isel(region=number, drop=True)) for number, steps in enumerate(tried)]


def _by_sector(place: Place, by_post: xr.DataArray) -> xr.DataArray:
    """Sum posts by sector, with the sum of all sectors first."""
    laid = to_grid(by_post, place.posts).sum("occupation").transpose("region", "sector", "year")
    return add_all(laid, "sector", keep=True)


def _staff(place: Place, tried: Sequence[Steps]) -> xr.Dataset:
    """Staff under each list, stepped once for all lists that differ in nothing else."""
    keys = _keys(place, tried, "staff")
    new = [key for key in dict.fromkeys(keys) if key not in place.staffs]
    if new:
        inputs = side_by_side([_state(place, key) for key in new])
        found = project_staff_alone(inputs, place.posts)
        for number, key in enumerate(new):
            place.staffs[key] = found.isel(region=[number], drop=True)
    return xr.concat([place.staffs[key] for key in keys], "region", join="override")


def _rows(
    path: xr.DataArray, *, variable: str, scenario: str = EXPLORED, part: str = ""
) -> pl.DataFrame:
    """One row per sector and year."""
    years = path["year"].values
    values: Numbers = path.transpose("sector", "year").values.ravel()
    return pl.DataFrame(
        {
            "sector": np.repeat(path["sector"].values.astype(str), len(years)),
            "year": np.tile(years, path.sizes["sector"]),
            "central": values,
        }
    ).with_columns(
        scenario=pl.lit(scenario),
        dimension=pl.lit("part" if part else ""),
        category=pl.lit(part),
        variable=pl.lit(variable),
    )


def side_by_side(states: Sequence[xr.Dataset], *, of: Collection[str] | None = None) -> xr.Dataset:
    """Lay states of one region side by side as regions, in numpy, since xarray takes its time."""
    first, held = states[0], [state.variables for state in states]
    names = list(dict.fromkeys(str(name) for state in states for name in state.data_vars))
    names = [name for name in names if of is None or name in of]
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
