"""A scenario is a named list of levers; apply it to inputs."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import xarray as xr

from workforce.contract.arrays import same_labels
from workforce.errors import ParameterError
from workforce.scenarios.effects import draw_effects, effects_of
from workforce.scenarios.kept import central_path
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


@same_labels()
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
        As for `simulate`: what comes of each measure is drawn (`draw_effects`). With no draws (0)
        the inputs are those of the central path, where the median comes of each; where they are
        left out all of it comes.

    Returns
    -------
    Dataset
        New inputs; the given ones are not changed.

    Raises
    ------
    ParameterError
        A scenario, lever or option that does not exist.
    """
    if draws == 0 and "staff" in inputs:
        for step in scenario_levers(scenario):
            inputs = _central(inputs, step)
        return inputs
    states = scenario_states(inputs, scenario)
    if not draws or seed is None:
        return states[-1]
    return draw_effects(states, scenario_levers(scenario), draws=draws, seed=seed)


def scenario_states(inputs: xr.Dataset, scenario: Scenario) -> list[xr.Dataset]:
    """Give the inputs as they are, and after each lever of a scenario; alone without staff."""
    steps = scenario_levers(scenario)
    states = [inputs]
    if "staff" not in inputs:
        return states
    for step in steps:
        states.append(_pulled(states[-1], step))
    return states


def _central(inputs: xr.Dataset, step: Mapping[str, Any]) -> xr.Dataset:
    """Pull a lever of which the median comes; what of exits comes is laid on their factor."""
    after = _pulled(inputs, step)
    drawn = effects_of([inputs, after], [step], draws=0, seed=0)
    central = {name: array.isel(draw=0, drop=True) for name, array in drawn.items()}
    effect = central.pop("exit_effect", None)
    if effect is not None:
        factor = central.get("exit_factor", after["exit_factor"])
        central["exit_factor"] = (factor * effect).transpose(*factor.dims, ...)
    return after.assign(central)


def _pulled(inputs: xr.Dataset, step: Mapping[str, Any]) -> xr.Dataset:
    options = {name: value for name, value in step.items() if name != "lever"}
    lever = find_lever(str(step["lever"]))
    if lever.on_shortage:
        return lever.apply(_with_shortage(inputs), options).drop_vars("shortage_fte")
    return lever.apply(inputs, options)


def _with_shortage(inputs: xr.Dataset) -> xr.Dataset:
    """Lay the shortage of each post on the central path of the inputs beside them."""
    shortage = central_path(inputs)["shortage_fte"]
    posts = {name: inputs[name] for name in ("sector", "occupation")}
    return inputs.assign(shortage_fte=shortage.reindex(posts, fill_value=0.0))
