"""The pieces a result is the sum of, projected apart and only as far as what is changed asks."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.posts import to_grid
from workforce.model.projection import (
    position_of,
    project,
    project_need,
    project_staff_alone,
    project_supply,
)
from workforce.scenarios.kept import Kept, central_path, kept

Posts = Sequence[tuple[str, str]]

POPULATION = frozenset(
    (
        *("population", "population_official", "population_factor"),
        *("mortality", "fertility", "arrivals", "departure_rate"),
    )
)
ONLY_DEMAND = frozenset(
    (
        *("use_rate", "use_factor", "use_draw", "service_share", "years_gained"),
        *("staffing_standard", "standard_factor", "standard_draw", "productivity"),
    )
)
ONLY_WORTH = frozenset(
    (
        *("position_factor", "position_draw", "position_gain", "extra_hours"),
        *("short_absence", "absence_draw", "training_fte", "lent_fte"),
    )
)
"""What staff give at work is scaled by these; who comes and goes does not depend on them."""
UNPAID = frozenset(("short_absence", "absence_draw", "training_fte", "lent_fte"))
"""These change what staff give at work, and not the FTE that they are paid for."""
PIECES = {
    "demand_fte": {"demand": 1.0},
    "supply_fte": {"supply": 1.0},
    "shortage_fte": {"demand": 1.0, "supply": -1.0},
    "paid_fte": {"paid": 1.0},
}
"""Results that are need and staff, or the FTE that staff are paid for, and with what sign."""


class Piece(NamedTuple):
    """A piece of a result: its sign, the parts that touch it, and how it is projected.

    ``project`` takes inputs and the set of parts in them, and gives ([draw], region, sector,
    occupation) in every year.
    """

    sign: float
    parts: list[str]
    project: Callable[[xr.Dataset, frozenset[str]], xr.DataArray]


def supply_path(inputs: xr.Dataset, posts: Posts) -> xr.DataArray:
    """FTE at work on the central path, of staff that are stepped once for all who ask of them."""
    stepped = _once(project_staff_alone, inputs, posts)
    return to_grid(project_supply(inputs, stepped, posts), posts)


def _once(project: Callable[[xr.Dataset, Posts], Kept], inputs: xr.Dataset, posts: Posts) -> Kept:
    """Project what has no draws once for all who split the same."""
    make = partial(project, inputs, posts)
    return make() if "draw" in inputs.dims else kept(inputs, (project.__name__, posts), make)


def pieces_of(
    variable: str, touched: Mapping[str, set[str]], posts: Posts, *, shared: bool
) -> list[Piece]:
    """Take a result apart: a shortage is need less staff; other results are in one piece."""
    demands = [name for name, own in touched.items() if own & (POPULATION | ONLY_DEMAND)]
    supplies = [name for name, own in touched.items() if own - ONLY_DEMAND]
    paying = [name for name, own in touched.items() if own - ONLY_DEMAND - UNPAID]
    staffs = {name for name, own in touched.items() if own - ONLY_DEMAND - ONLY_WORTH}
    stepped: dict[frozenset[str], xr.Dataset] = {}

    def need(inputs: xr.Dataset, _: frozenset[str]) -> xr.DataArray:
        return to_grid(_once(project_need, inputs, posts), posts)

    def stepped_staff(inputs: xr.Dataset, chosen: frozenset[str]) -> xr.Dataset:
        known = chosen & staffs
        if known not in stepped:
            stepped[known] = _once(project_staff_alone, inputs, posts)
        return stepped[known]

    def staff(inputs: xr.Dataset, chosen: frozenset[str]) -> xr.DataArray:
        return to_grid(project_supply(inputs, stepped_staff(inputs, chosen), posts), posts)

    def paid(inputs: xr.Dataset, chosen: frozenset[str]) -> xr.DataArray:
        known = stepped_staff(inputs, chosen)
        return to_grid(known["agreed"] * position_of(inputs, known, posts), posts)

    def anything(inputs: xr.Dataset, _: frozenset[str]) -> xr.DataArray:
        if variable in PIECES and "draw" not in inputs.dims:
            return central_path(inputs, posts)[variable]
        found = project(inputs, posts=posts, flows=variable not in PIECES)
        if variable not in found:
            raise ParameterError(
                f"There is no result {variable}. Known: {', '.join(map(str, found))}."
            )
        return found[variable]

    if variable not in PIECES or (shared and variable != "paid_fte"):
        return [Piece(1.0, [name for name, own in touched.items() if own], anything)]
    kinds = {"demand": (demands, need), "supply": (supplies, staff), "paid": (paying, paid)}
    return [Piece(sign, *kinds[kind]) for kind, sign in PIECES[variable].items()]


def in_year(values: xr.DataArray, variable: str, year: int) -> xr.DataArray:
    """Pick a year of a stock or a flow, or say which years there are."""
    time = "year" if "year" in values.dims else "flow_year"
    if year not in values[time].values:
        known = values[time].values
        raise ParameterError(f"{variable} has no year {year}; it has {known[0]} to {known[-1]}.")
    return values.sel({time: year}, drop=True)
