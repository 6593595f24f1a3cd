"""The measures that scenarios are made of: what a page needs to say what each would mean."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workforce.contract.measures import Measure
from workforce.scenarios.levers.registry import find_lever
from workforce.scenarios.scenario import Scenario, scenario_levers

ASSUMPTION = "assumption"


def measures_of(
    scenarios: Mapping[str, Scenario],
    *,
    region: str,
    written: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, tuple[Measure, ...]]:
    """List the measures of each scenario that reach the region, without what nobody decides.

    ``written`` are scenarios of the params file, with title, owner, source and what else is written
    of each measure. A scenario that holds no measure is not there.
    """
    found = {}
    for name, scenario in scenarios.items():
        beside = (written or {}).get(name, {}).get("measures", ())
        told: list[dict[str, Any]] = [
            {k: v for k, v in one.items() if k not in ("lever", "options")} for one in beside
        ]
        steps = scenario_levers(scenario)
        told += [{} for _ in steps[len(told) :]]
        measures = [
            replace(as_measure(step, **more), name=f"{at}_{step['lever']}")
            for at, (step, more) in enumerate(zip(steps, told, strict=True), 1)
            if _reaches(step, region)
        ]
        decided = tuple(one for one in measures if one.kind != ASSUMPTION)
        if decided:
            found[name] = decided
    return found


def as_measure(step: Mapping[str, Any], **written: Any) -> Measure:
    """Make a measure of a lever with its options, and of what a params file writes about it."""
    lever = find_lever(str(step["lever"]))
    size = step.get(lever.size)
    return Measure(
        lever=lever.name,
        kind=lever.kind,
        step=step,
        size=float(size) if isinstance(size, int | float) else None,
        most=lever.ceiling(step),
        start_year=step.get("start_year"),
        end_year=step.get("end_year"),
        sectors=_codes(step.get("sectors")),
        occupations=_codes(step.get("occupations")),
        **written,
    )


def _reaches(step: Mapping[str, Any], region: str) -> bool:
    places = _codes(step.get("regions"))
    return not places or region in places


def _codes(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(str(code) for code in given)
