"""What a goal seek is asked for: a place and a year, and levers with their ranges and costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers, same_labels
from workforce.errors import ParameterError
from workforce.model.posts import used_posts
from workforce.model.projection import project
from workforce.model.shortage import missing_and_surplus
from workforce.scenarios.cost import lever_costs
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.hiring import limit_hiring, path_of
from workforce.scenarios.levers.registry import LEVERS
from workforce.scenarios.mixes import Problem
from workforce.scenarios.money import price_of
from workforce.scenarios.pieces import in_year
from workforce.scenarios.scenario import apply_scenario, scenario_levers
from workforce.scenarios.simulation import LEAST_DRAWS, inputs_for


@dataclass(frozen=True)
class Case:
    """What is asked: one region and sector, a year, and the levers with their ranges and costs."""

    names: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    problem: Problem
    gaps: Callable[[Numbers], Numbers]
    """From sizes in the helpful direction to what is missing in every draw, the central one first.
    Small numbers have chance. [FTE]"""


def make_case(
    inputs: xr.Dataset,
    levers: Sequence[str | Mapping[str, Any]],
    target: float,
    year: int,
    probability: float,
    bounds: Mapping[str, tuple[float, float]],
    costs: Mapping[str, float],
    draws: int,
    seed: int,
    sector: str,
) -> Case:
    """Take up what a goal seek is asked for, and how what is missing follows from sizes.

    ParameterError where a lever, sector or number does not exist, or has no bounds or cost.
    """
    _check(inputs, probability, draws)
    steps = scenario_levers([{"lever": one} if isinstance(one, str) else one for one in levers])
    names = [str(step["lever"]) for step in steps]
    if not names or len(set(names)) < len(names):
        raise ParameterError("Name at least one lever, and none of them twice.")
    if sector != "all" and sector not in inputs["sector"].values:
        raise ParameterError(
            f"There is no sector {sector!r}. Known: all, {', '.join(inputs['sector'].values)}."
        )
    most = np.array([_most(inputs, step, bounds) for step in steps])
    cost = np.array(
        [
            _cost(inputs, step, year, costs, limit)
            for step, limit in zip(steps, most.tolist(), strict=True)
        ]
    )
    by_steps = missing_by(inputs, year=year, draws=draws, seed=seed, sector=sector)
    known: dict[bytes, Numbers] = {}

    def gaps(sizes: Numbers) -> Numbers:
        key = np.round(sizes, 9).tobytes()
        if key not in known:
            with same_labels():
                known[key] = by_steps(_scenario(steps, sizes))
        return known[key]

    problem = Problem(most, cost, target, probability)
    return Case(tuple(names), tuple(steps), problem, gaps)


def missing_by(
    inputs: xr.Dataset, *, year: int, draws: int, seed: int, sector: str = "all"
) -> Callable[[Sequence[Mapping[str, Any]]], Numbers]:
    """Give a function from levers to the FTE missing in every draw, the central path first."""
    needed = inputs_for(inputs, ["shortage_fte"])
    posts, drawing = used_posts(needed), {"draws": draws, "seed": seed}

    def missing(pulled: Sequence[Mapping[str, Any]]) -> Numbers:
        steps = [dict(one) for one in pulled]

        def make() -> xr.Dataset:
            changed = apply_scenario(needed, steps, draws=draws, seed=seed)
            changed = limit_hiring(changed, needed, steps, chance=True, posts=posts, **drawing)
            drawn = draw_inputs(needed, **drawing)
            return project(with_draws(changed, drawn), seed=seed, posts=posts, flows=False)

        outcome = path_of(needed, steps, (draws, seed, True, posts), make)
        gap = in_year(outcome["shortage_fte"], "shortage_fte", year).isel(region=0)
        gap = gap if sector == "all" else gap.sel(sector=[sector])
        # Who is over in one occupation does not do the work of another.
        lacks, _ = missing_and_surplus(gap.sum("sector"))
        found: Numbers = lacks.sum("occupation").transpose("draw").values
        return found

    return missing


def _check(inputs: xr.Dataset, probability: float, draws: int) -> None:
    if "staff" not in inputs:
        raise ParameterError("Without the table staff there is no shortage to close.")
    if inputs.sizes["region"] != 1:
        raise ParameterError(f"seek takes one region; there are {inputs.sizes['region']}.")
    if not 0.0 < probability < 1.0:
        raise ParameterError(f"probability is {probability}; it must lie between 0 and 1.")
    if draws < LEAST_DRAWS:
        raise ParameterError(f"draws is {draws}; a quantile needs at least {LEAST_DRAWS}.")


def _scenario(steps: Sequence[Mapping[str, Any]], sizes: Numbers) -> list[dict[str, Any]]:
    """Levers with their sizes; one of size nought is left out."""
    found = []
    for step, size in zip(steps, sizes, strict=True):
        lever = LEVERS[str(step["lever"])]
        if size > 0:
            found.append({**step, lever.size: float(size if lever.helps >= 0 else -size)})
    return found


def _most(
    inputs: xr.Dataset, step: Mapping[str, Any], bounds: Mapping[str, tuple[float, float]]
) -> float:
    """Read how far a lever can go in the direction that helps."""
    name = str(step["lever"])
    lever, known = LEVERS[name], lever_costs(inputs)
    if lever.helps == 0 or not lever.size:
        raise ParameterError(f"Lever {name!r} has no direction that closes a shortage.")
    if name in bounds:
        least, most = bounds[name]
    elif name in known:
        least, most = known[name].least, known[name].most
    else:
        raise ParameterError(
            f"How far may {name!r} go? Give bounds for it, or a row in the table measure_costs."
        )
    limit = float(most if lever.helps > 0 else -least)
    if limit <= 0 or least > most:
        raise ParameterError(
            f"The bounds {least:g} to {most:g} of {name!r} leave it nowhere to go: it closes a "
            f"shortage when its {lever.size} go {'up' if lever.helps > 0 else 'down'} from 0."
        )
    options = {option: value for option, value in step.items() if option != "lever"}
    lever.check({**options, lever.size: limit if lever.helps > 0 else -limit})
    return limit


def _cost(
    inputs: xr.Dataset,
    step: Mapping[str, Any],
    year: int,
    costs: Mapping[str, float],
    limit: float,
) -> float:
    """Read what a unit of size costs a year, in the last year before the target.

    With the wages of those whom it adds, as `workforce.scenarios.money.price_of` counts them at the
    limit of the lever, evenly over its units.
    """
    name = str(step["lever"])
    if name in costs:
        cost = float(costs[name])
    else:
        if step.get("cost") is None and name not in lever_costs(inputs):
            raise ParameterError(
                f"What does {name!r} cost? Give costs for it, or a row in the table measure_costs."
            )
        lever = LEVERS[name]
        size = limit if lever.helps > 0 else -limit
        cost = price_of(inputs, [{**step, lever.size: size}], year=year) / limit
    if not cost >= 0:
        raise ParameterError(f"The cost of {name!r} is {cost:g}; it must be 0 or more.")
    return cost
