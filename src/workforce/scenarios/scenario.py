"""A scenario is a named list of levers; apply it to inputs."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.projection import project
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


def apply_scenario(inputs: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Pull the levers of a scenario in order.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them.
    scenario : str or list of mappings
        A named scenario, or levers such as ``{"lever": "absence", "points": -0.5}``.

    Returns
    -------
    Dataset
        New inputs; the given ones are not changed.

    Raises
    ------
    ParameterError
        A scenario, lever or option that does not exist.
    """
    steps = scenario_levers(scenario)
    if "staff" not in inputs:
        return inputs
    for step in steps:
        options = {name: value for name, value in step.items() if name != "lever"}
        lever = find_lever(str(step["lever"]))
        if lever.on_shortage:
            inputs = lever.apply(_with_shortage(inputs), options).drop_vars("shortage_fte")
        else:
            inputs = lever.apply(inputs, options)
    return inputs


def _with_shortage(inputs: xr.Dataset) -> xr.Dataset:
    """Lay the shortage of each post on the central path of the inputs beside them."""
    shortage = project(inputs, flows=False)["shortage_fte"]
    posts = {name: inputs[name] for name in ("sector", "occupation")}
    return inputs.assign(shortage_fte=shortage.reindex(posts, fill_value=0.0))
