"""The measures that scenarios are made of: what a page needs to say what each would mean."""

from collections.abc import Mapping
from typing import Any

from workforce.scenarios.levers.registry import find_lever
from workforce.scenarios.scenario import Scenario, scenario_levers

ASSUMPTION = "assumption"


def measures_of(
    scenarios: Mapping[str, Scenario], *, region: str
) -> dict[str, list[dict[str, Any]]]:
    """List the measures of each scenario, without what nobody decides.

    Parameters
    ----------
    scenarios : mapping of str to scenario
        By name, the name of a packaged scenario or a list of levers.
    region : str
        Code of the place that the page is about; measures for other places alone are left out.

    Returns
    -------
    dict of str to list of dict
        By scenario ``lever``, ``size`` (None where the lever has none), ``start_year`` and
        ``end_year`` (None for the base year), ``sectors`` and ``occupations`` (none for all). A
        scenario that holds no measure is not there.
    """
    found = {}
    for name, scenario in scenarios.items():
        steps = [
            describe_step(step) for step in scenario_levers(scenario) if _concerns(step, region)
        ]
        if steps:
            found[name] = steps
    return found


def _concerns(step: dict[str, Any], region: str) -> bool:
    places = _codes(step.get("regions"))
    decided = find_lever(str(step["lever"])).kind != ASSUMPTION
    return decided and (not places or region in places)


def describe_step(step: dict[str, Any]) -> dict[str, Any]:
    """Say of one lever what a page needs, as `measures_of` does."""
    lever = find_lever(str(step["lever"]))
    return {
        "lever": lever.name,
        "size": step.get(lever.size),
        "start_year": step.get("start_year"),
        "end_year": step.get("end_year"),
        "sectors": _codes(step.get("sectors")),
        "occupations": _codes(step.get("occupations")),
    }


def _codes(given: Any) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else [str(code) for code in given]
