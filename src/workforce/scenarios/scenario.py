"""A scenario is a named list of levers; apply it to inputs."""

import inspect
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers import LEVERS

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
    if not isinstance(scenario, str):
        return [dict(step) for step in scenario]
    known = named_scenarios()
    if scenario not in known:
        raise ParameterError(f"There is no scenario {scenario!r}.{_known(scenario, list(known))}")
    return known[scenario]


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
    if "staff" not in inputs:
        scenario_levers(scenario)
        return inputs
    for step in scenario_levers(scenario):
        options = dict(step)
        name = str(options.pop("lever", ""))
        if name not in LEVERS:
            raise ParameterError(f"There is no lever {name!r}.{_known(name, list(LEVERS))}")
        lever = LEVERS[name]
        allowed = list(inspect.signature(lever).parameters)[1:]
        for option in options:
            if option not in allowed:
                raise ParameterError(
                    f"Lever {name!r} has no option {option!r}.{_known(option, allowed)}"
                )
        try:
            inputs = lever(inputs, **options)
        except TypeError as error:
            raise ParameterError(f"Lever {name!r}: {error}.") from error
    return inputs


def _known(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{hint} Known: {', '.join(known)}."
