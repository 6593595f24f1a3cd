"""Nobody hires past the need: what posts may have over it where measures are in effect."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xarray as xr

from workforce.contract.about import about
from workforce.model.posts import used_posts
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.kept import central_path, kept
from workforce.scenarios.levers.registry import find_lever
from workforce.scenarios.scenario import Scenario, apply_scenario, scenario_levers

ASSUMPTION = "assumption"
NOT_ASKED = ("holding", "norm_rate")
"""Inputs of results that say nothing of need and staff."""
OF_PATH = ("shortage_fte", "demand_fte", "funded_fte")


def assumptions_of(scenario: Scenario) -> list[dict[str, Any]]:
    """Keep the levers of a scenario that nobody decides on: what the future is read by."""
    return [step for step in scenario_levers(scenario) if not _is_measure(step)]


def has_measures(scenario: Scenario) -> bool:
    """Whether a scenario has levers that somebody decides on."""
    return any(_is_measure(step) for step in scenario_levers(scenario))


def limit_hiring(
    changed: xr.Dataset,
    inputs: xr.Dataset,
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    chance: bool = False,
    posts: Sequence[tuple[str, str]] | None = None,
) -> xr.Dataset:
    """Let recruitment give way where measures would bring staff past what is asked for.

    A post may have as many FTE over its need as it would have without the measures, in the same
    draw and year, or as funded posts ask for:

        supply - need <= max(supply' - need', funded' - need', 0)

    with ' for the path without measures, which is as it always is. Who is over without measures is
    thus no effect of them. Who is turned away may come in a later year when there is room, less
    those who would have left by then. Without measures nothing is limited; without draws it is the
    central path, and with ``chance`` small numbers have it. Gives ``changed``, the inputs with the
    scenario applied, with ``allowed_surplus``.
    """
    if "staff" not in inputs or not has_measures(scenario):
        return changed
    assumed = assumptions_of(scenario)
    before = _slim(apply_scenario(inputs, assumed))

    def make() -> xr.Dataset:
        if draws is None or seed is None:
            return central_path(before)
        drawn = with_draws(before, draw_inputs(inputs, draws=draws, seed=seed))
        chosen = used_posts(before) if posts is None else posts
        return project(drawn, seed=seed if chance else None, posts=chosen, flows=False)

    path = path_of(inputs, assumed, (draws, seed, chance, posts), make)
    return changed.assign(allowed_surplus=surplus_of(path, before))


def path_of(
    inputs: xr.Dataset, scenario: Scenario, asked: object, make: Callable[[], xr.Dataset]
) -> xr.Dataset:
    """Look up what is needed and missing under a scenario in every draw, or make and keep it."""

    def slim() -> xr.Dataset:
        outcome = make()
        return outcome[[name for name in OF_PATH if name in outcome]]

    levers = scenario_levers(scenario)
    steps = json.dumps(levers, sort_keys=True, default=lambda one: one.item())
    return kept(_slim(inputs), (steps, asked, about(inputs).places), slim)


def surplus_of(outcome: xr.Dataset, inputs: xr.Dataset) -> xr.DataArray:
    """FTE that posts have, or have funds for, over their need, by post and year.

    Funded posts count to the last year of the plan; what is held after it nobody has decided. [FTE]
    """
    over = (-outcome["shortage_fte"]).clip(min=0.0)
    if "funded_fte" in outcome:
        planned = outcome["funded_fte"] - outcome["demand_fte"]
        until = inputs["funded_posts"].attrs.get("until", int(planned["year"][-1]))
        planned = planned.where(planned["year"] <= until, 0.0).transpose(*over.dims)
        over = over.where(over >= planned, planned)
    return over


def _slim(inputs: xr.Dataset) -> xr.Dataset:
    """Leave out inputs of results that say nothing of need and staff."""
    return inputs.drop_vars([name for name in NOT_ASKED if name in inputs])


def _is_measure(step: Mapping[str, Any]) -> bool:
    return find_lever(str(step["lever"])).kind != ASSUMPTION
