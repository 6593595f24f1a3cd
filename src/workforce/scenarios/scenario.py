"""A scenario is a named list of levers; apply it to inputs."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.projection import project
from workforce.scenarios.effects import draw_effects
from workforce.scenarios.levers.reach import known_words
from workforce.scenarios.levers.registry import find_lever

Scenario = str | Sequence[Mapping[str, Any]]


@cache
def named_scenarios() -> dict[str, list[dict[str, Any]]]:
    """Read the scenarios that come with the package, by name."""
    import yaml

    text = files("workforce.scenarios").joinpath("named.yaml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return found


def scenario_levers(scenario: Scenario) -> list[dict[str, Any]]:
    """Look up the levers of a scenario given by name, or check a list of levers."""
    if isinstance(scenario, str):
        known = named_scenarios()
        if scenario not in known:
            raise ParameterError(
                f"There is no scenario {scenario!r}.{known_words(scenario, list(known))}"
            )
        return known[scenario]
    steps = [dict(step) for step in scenario]
    for step in steps:
        name = str(step.get("lever", ""))
        find_lever(name).check(
            {option: value for option, value in step.items() if option != "lever"}
        )
    return steps


def apply_scenario(
    inputs: xr.Dataset, scenario: Scenario, *, draws: int | None = None, seed: int | None = None
) -> xr.Dataset:
    """Pull the levers of a scenario in order.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them.
    scenario : str or list of mappings
        A named scenario, or levers such as ``{"lever": "absence", "points": -0.5}``.
    draws, seed : int, optional
        As for `simulate`: what comes of each measure is drawn (`draw_effects`); all of it comes
        where they are left out.

    Returns
    -------
    Dataset
        New inputs; the given ones are not changed.

    Raises
    ------
    ParameterError
        A scenario, lever or option that does not exist.
    """
    states = scenario_states(inputs, scenario)
    if draws is None or seed is None:
        return states[-1]
    return draw_effects(states, scenario_levers(scenario), draws=draws, seed=seed)


def scenario_states(inputs: xr.Dataset, scenario: Scenario) -> list[xr.Dataset]:
    """Give the inputs as they are, and after each lever of a scenario; alone without staff."""
    steps = scenario_levers(scenario)
    states = [inputs]
    if "staff" not in inputs:
        return states
    for step in steps:
        options = {name: value for name, value in step.items() if name != "lever"}
        lever, now = find_lever(str(step["lever"])), states[-1]
        if lever.on_shortage:
            states.append(lever.apply(_with_shortage(now), options).drop_vars("shortage_fte"))
        else:
            states.append(lever.apply(now, options))
    return states


def _with_shortage(inputs: xr.Dataset) -> xr.Dataset:
    """Lay the shortage of each post on the central path of the inputs beside them."""
    shortage = project(inputs, flows=False)["shortage_fte"]
    posts = {name: inputs[name] for name in ("sector", "occupation")}
    return inputs.assign(shortage_fte=shortage.reindex(posts, fill_value=0.0))
