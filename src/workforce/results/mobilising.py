"""The measures of a scenario in KS's order, one after the other, for a page to follow up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.measures import Measure
from workforce.results.drivers import split_change, split_measures, split_table
from workforce.results.measures import as_measure
from workforce.results.rows import lay_rows
from workforce.scenarios.levers.entering import JOBSEEKER, inclusion, reachable
from workforce.scenarios.levers.registry import KINDS
from workforce.scenarios.scenario import Scenario, scenario_levers

AFTER = "after_"
"""Scenarios of the measures up to one of them are named after_1, after_2 and so on."""


def plan_measures(scenario: str, scenarios: Mapping[str, Mapping[str, Any]]) -> tuple[Measure, ...]:
    """List the measures of a scenario in KS's order: mobilise, develop, recruit, phase out."""
    if scenario in scenarios:
        found = [_planned(**given) for given in scenarios[scenario]["measures"]]
    else:
        found = [as_measure(step) for step in scenario_levers(scenario)]
    found.sort(key=lambda one: KINDS.index(one.kind))
    return tuple(replace(one, name=f"{at}_{one.lever}") for at, one in enumerate(found, 1))


def within_reach(plan: Sequence[Measure], inputs: xr.Dataset) -> tuple[Measure, ...]:
    """Tell of the measures that recruit from outside work how many reach a post where they are."""
    found = []
    for one in plan:
        outside = one.step.get("outside") if one.lever == inclusion.__name__ else None
        if outside is not None:
            group = str(one.step.get("group", JOBSEEKER))
            one = replace(one, most=reachable(inputs, float(outside), group))
        found.append(one)
    return tuple(found)


def one_after_another(plan: Sequence[Measure]) -> dict[str, Scenario]:
    """Give the measures up to each of them but the last, as scenarios beside the whole."""
    steps = [one.step for one in plan]
    return {f"{AFTER}{count}": steps[:count] for count in range(1, len(steps))}


def effect_rows(
    inputs: xr.Dataset,
    scenario: str,
    plan: Sequence[Measure],
    *,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Split what drives the shortage, and what each measure does, as rows; none without staff."""
    if "staff" not in inputs:
        return lay_rows([])
    settings: dict[str, Any] = {"draws": draws, "seed": seed}
    change = split_change(inputs, "baseline", **settings)
    rows = [split_table(change, inputs, variable="shortage_change", scenario=scenario)]
    if plan:
        measures = {one.name: [one.step] for one in plan}
        effect = split_measures(inputs, measures, **settings)
        rows.append(split_table(effect, inputs, variable="measure_effect", scenario=scenario))
    return pl.concat(rows)


def measure_rows(inputs: xr.Dataset, scenario: str, plan: Sequence[Measure]) -> pl.DataFrame:
    """Tell what each measure of a scenario gives on the central path, as rows of results."""
    effect = split_measures(inputs, {one.name: [one.step] for one in plan})
    return split_table(effect, inputs, variable="measure_effect", scenario=scenario)


def _planned(lever: str, options: Mapping[str, Any], **written: Any) -> Measure:
    return as_measure({"lever": lever, **options}, **written)
