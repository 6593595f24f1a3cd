"""What drives a result: the difference between two sets of inputs, split over what differs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import xarray as xr

from workforce.contract.arrays import same_labels
from workforce.contract.results import LEVEL
from workforce.errors import ParameterError
from workforce.model.posts import used_posts
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.effects import changed_variables
from workforce.scenarios.ends import CENTRAL, with_ends
from workforce.scenarios.pieces import in_year, pieces_of
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.shapley import shapley, subsets
from workforce.scenarios.simulation import LEAST_DRAWS, add_all, inputs_for

MOST_PARTS = 10
Change = Sequence[str] | Mapping[str, Mapping[str, Sequence[str]]] | Sequence[Mapping[str, Any]]


class Split(NamedTuple):
    """A difference and its parts, each by draw (the central path first)."""

    parts: xr.DataArray  # draw part region sector occupation
    before: xr.DataArray  # draw region sector occupation
    after: xr.DataArray
    at_first: xr.DataArray  # As before, in the base year.


def attribute(
    before: xr.Dataset,
    after: xr.Dataset,
    parts: Mapping[str, Change],
    *,
    variable: str,
    year: int,
    by: Sequence[str] = (),
    draws: int | None = None,
    seed: int | None = None,
    level: float = LEVEL,
) -> xr.DataArray:
    """Split the difference of a result between two sets of inputs into what each part does.

    A part names what changes: input variables that are taken from ``after`` (all of a variable, or
    some labels of it), or levers that are pulled. Every set of parts is projected, so that what
    parts do together is shared evenly between them (see `shapley`): the parts sum to the whole in
    every draw, whatever their order. Exits and recruits are expected numbers: chance is no part.

    Parameters
    ----------
    before, after : Dataset
        As `load_inputs` gives them or `apply_scenario` changes them.
    parts : mapping
        Up to ten. Name to a list of variables, to a mapping of variable to {dim: labels}, or to
        a list of levers such as ``{"lever": "absence", "points": -0.5}``.
    variable : str
        Result to explain. ``shortage_fte``, ``demand_fte`` and ``supply_fte`` are quick, since need
        and staff are projected apart and only for the parts that touch them.
    year : int
        Year of the stock or of the flow.
    by : sequence of str
        Of ``sector`` and ``occupation``, those to keep apart beside their sum ``all``.
    draws, seed : int, optional
        Draws of what is uncertain, the same for every set of parts; none: the central path only,
        with all that levers would give, or with 0 the median of it, as `apply_scenario` has it.
    level : float
        Probability of the interval.

    Returns
    -------
    DataArray
        Dims (bound, part, region, sector, occupation): ``central`` and, with draws, ``lower`` and
        ``upper``. [unit of the variable]

    Raises
    ------
    ParameterError
        More than ten parts, or a part, variable or year that does not exist.

    References
    ----------
    Shapley (1953); Das Gupta (1993), Standardization and Decomposition of Rates, US Bureau of the
    Census P23-186; Shorrocks (2013), Journal of Economic Inequality 11, 99-126.
    """
    found = split(before, after, parts, variable=variable, year=year, by=by, draws=draws, seed=seed)
    return bounds_of(found.parts, level).rename(variable)


@same_labels()
def split(
    before: xr.Dataset,
    after: xr.Dataset,
    parts: Mapping[str, Change],
    *,
    variable: str,
    year: int,
    by: Sequence[str] = (),
    draws: int | None = None,
    seed: int | None = None,
    states: dict[frozenset[str], xr.Dataset] | None = None,
) -> Split:
    """Split a difference as `attribute` does, and keep every draw and both ends.

    ``states`` keeps the inputs with each set of parts, for another split of the same into them.
    """
    _check(after, parts, draws, seed)
    before, after = (inputs_for(end, [variable]) for end in (before, after))
    names = list(parts)
    changes = {
        name: _as_change(change, after, name, draws=draws, seed=seed)
        for name, change in parts.items()
    }
    drawn = None
    if draws and seed is not None:
        drawn = draw_inputs(after, draws=draws, seed=seed)

    states = {} if states is None else states
    before = states.setdefault(frozenset(), before)

    def state_of(chosen: frozenset[str]) -> xr.Dataset:
        """Put the parts in, the last of them into inputs that have the others."""
        if chosen not in states:
            last = [name for name in names if name in chosen][-1]
            states[chosen] = changes[last](state_of(chosen - {last}))
        return states[chosen]

    def inputs_of(chosen: frozenset[str]) -> xr.Dataset:
        state = state_of(chosen)
        if drawn is None:
            return state
        return with_draws(state, drawn.drop_vars([n for n in drawn.data_vars if n in state]))

    touched = {name: _touched(before, state_of(frozenset([name]))) for name in names}
    total = dict.fromkeys(names, xr.DataArray(0.0))
    at_first, first, last = (xr.DataArray(0.0) for _ in range(3))
    together = {"task_sharing", "allowed_surplus"}
    shared = any(together & set(own) for own in (before, *touched.values()))
    for piece in pieces_of(variable, touched, used_posts(after), shared=shared):
        value = {}
        for chosen in subsets(piece.parts):
            paths = piece.project(inputs_of(chosen), chosen)
            value[chosen] = _at_levels(piece.sign * in_year(paths, variable, year), by)
            if not chosen:
                in_base = in_year(paths, variable, int(before.attrs["base_year"]))
                at_first = at_first + _at_levels(piece.sign * in_base, by)
        none, whole = value[frozenset()], value[frozenset(piece.parts)]
        first, last = first + none, last + whole
        shares = shapley(value, piece.parts, nothing=partial(xr.zeros_like, none))
        total = {name: total[name] + shares.get(name, 0.0 * none) for name in names}
    stacked = xr.broadcast(*total.values())
    return Split(
        _draws_first(xr.concat(stacked, dim=xr.Variable("part", names), join="exact")),
        _draws_first(first),
        _draws_first(last),
        _draws_first(at_first),
    )


def bounds_of(array: xr.DataArray, level: float) -> xr.DataArray:
    """Central path and, where there are draws, the ends of the interval, as ``bound``."""
    centre, draws = array.isel(draw=0, drop=True), array.isel(draw=slice(1, None))
    if not draws.sizes["draw"]:
        return centre.expand_dims(bound=[CENTRAL])
    return with_ends(centre, draws, level)


def _check(
    after: xr.Dataset, parts: Mapping[str, Change], draws: int | None, seed: int | None
) -> None:
    if "staff" not in after:
        raise ParameterError("Without the table staff there is no need and no shortage to split.")
    if not 1 <= len(parts) <= MOST_PARTS:
        raise ParameterError(f"There are {len(parts)} parts; attribute takes 1 to {MOST_PARTS}.")
    if draws and draws < LEAST_DRAWS:
        raise ParameterError(f"draws is {draws}; intervals need at least {LEAST_DRAWS}.")
    if bool(draws) != (seed is not None):
        raise ParameterError("draws and seed go together: give both, or none of them.")


def _as_change(
    change: Change, after: xr.Dataset, part: str, *, draws: int | None, seed: int | None
) -> Callable[[xr.Dataset], xr.Dataset]:
    """Make a function of inputs of what a part names; what comes of levers is drawn."""
    if isinstance(change, Mapping):
        return lambda inputs: _take_labels(inputs, after, change)
    if all(isinstance(one, str) for one in change):
        names = [str(one) for one in change]
        return lambda inputs: _take(inputs, after, names)
    if not all(isinstance(one, Mapping) and "lever" in one for one in change):
        raise ParameterError(
            f"The part {part!r} names neither variables nor levers such as "
            "{'lever': 'absence', 'points': -0.5}."
        )
    steps = [dict(one) for one in change if isinstance(one, Mapping)]
    return lambda inputs: apply_scenario(inputs, steps, draws=draws, seed=seed)


def _take(inputs: xr.Dataset, after: xr.Dataset, names: Sequence[str]) -> xr.Dataset:
    """Take variables from ``after``; one that it has not got is taken away."""
    there = {name: after[name] for name in names if name in after}
    return inputs.drop_vars([name for name in names if name in inputs]).assign(there)


def _take_labels(
    inputs: xr.Dataset, after: xr.Dataset, change: Mapping[str, Mapping[str, Sequence[str]]]
) -> xr.Dataset:
    found = {}
    for name, labels in change.items():
        own = after[name]
        taken = xr.DataArray(True)
        for dim, wanted in labels.items():
            taken = taken & own[dim].isin(list(wanted))
        found[name] = own.where(taken, inputs[name]).transpose(*own.dims, ...)
    return inputs.assign(found)


def _touched(before: xr.Dataset, after: xr.Dataset) -> set[str]:
    """Names of the variables that a change makes other than they were."""
    gone = {str(name) for name in before.data_vars if name not in after}
    return gone | set(changed_variables(before, after))


def _at_levels(array: xr.DataArray, by: Sequence[str]) -> xr.DataArray:
    for dim in ("sector", "occupation"):
        if dim in array.dims:
            array = add_all(array, dim, keep=dim in by)
    return array


def _draws_first(array: xr.DataArray) -> xr.DataArray:
    return array.transpose("draw", ...) if "draw" in array.dims else array.expand_dims("draw")
