"""How much of a measure comes about: drawn, since few effects of measures have been measured."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.evidence import evidence_of
from workforce.model.chance import stream
from workforce.model.retirement import delay_hazard
from workforce.scenarios.levers.registry import find_lever

EXITS = ("exit_factor", "retirement_delay")
"""What levers change of exits; that it comes about in part is told by ``exit_effect``."""
AS_IT_IS = ("extra_hours",)
"""What a lever lays beside its effect, and what is no part of it."""
MOST_GAIN = {"position_gain": 1.0, "short_absence": 1.0, "task_sharing": 1.0}
ASSUMPTION = "assumption"

Step = Mapping[str, Any]


def effect_draw(step: Step, *, draws: int, seed: int) -> xr.DataArray | None:
    """Draw how much of what is planned comes of a measure: triangular from low over likely to high.

    ``low`` and ``high`` of the measure come before those of ``evidence.csv``. Draws of one lever
    are the same in all scenarios, and spread evenly (Latin hypercube: McKay, Beckman and Conover
    1979, doi:10.2307/1268522). The median is in draw 0, so that the central path lies in the middle
    of what may come. None where nothing is drawn: an assumption, which nobody decides; a size that
    raises the shortage, or helps in no one direction; a range without width.
    [part of what is planned]
    """
    lever = find_lever(str(step["lever"]))
    size = step.get(lever.size)
    if lever.kind == ASSUMPTION or not isinstance(size, int | float) or lever.helps * size <= 0:
        return None
    known = evidence_of(lever.name, step)
    if not known.low < known.high:
        return None
    rng = np.random.Generator(stream(seed, "effect", lever.name))
    even = (rng.permutation(draws) + rng.random(draws)) / draws
    parts = np.concatenate([[known.middle], _triangular(even, known.low, known.likely, known.high)])
    return xr.DataArray(parts, dims="draw", coords={"draw": np.arange(draws + 1)})


def _triangular(rank: Numbers, low: float, likely: float, high: float) -> Numbers:
    """Give the values of ranks between 0 and 1 in a triangular distribution."""
    rising = rank * (high - low) < likely - low
    up = low + np.sqrt(rank * (high - low) * (likely - low))
    down = high - np.sqrt((1.0 - rank) * (high - low) * (high - likely))
    found: Numbers = np.where(rising, up, down)
    return found


def draw_effects(
    states: Sequence[xr.Dataset], steps: Sequence[Step], *, draws: int, seed: int
) -> xr.Dataset:
    """Let every measure come about in part, another part in each draw.

    With v the inputs before and after each lever (``states`` has one more than ``steps``), and f
    its part, the inputs of a draw are

        last v + sum over levers of (f - 1) * (v after - v before).

    Of exits the hazards are so put together, and
    ``exit_effect`` is what those of each post and cause are then multiplied by, whatever the age:
    for levers that change retirement at some ages only, what a part of them gives is off by up to
    a sixth of the whole effect.
    """
    return states[-1].assign(effects_of(states, steps, draws=draws, seed=seed))


def effects_of(
    states: Sequence[xr.Dataset], steps: Sequence[Step], *, draws: int, seed: int
) -> dict[str, xr.DataArray]:
    """Give the inputs that `draw_effects` draws, each with the dimension ``draw``."""
    last = states[-1]
    found: dict[str, xr.DataArray] = {}
    effect = last["exit_effect"] if "exit_effect" in last else xr.DataArray(1.0)
    gone = False
    for step, before, after in zip(steps, states, states[1:], strict=False):
        part = effect_draw(step, draws=draws, seed=seed)
        changed = changed_variables(before, after)
        if set(EXITS) & set(changed):
            ratio = _hazard_ratio(before, after)
            # With H the hazards: (effect * H before + part * (H after - H before)) / H after.
            part_of_exits = xr.DataArray(1.0) if part is None else part
            effect = effect * ratio + part_of_exits * (1.0 - ratio)
            gone = gone or part is not None
        if part is None:
            continue
        for name in changed:
            if name not in (*EXITS, *AS_IT_IS):
                change = after[name] - before.get(name, 0.0)
                found[name] = found.get(name, last[name]) + (part - 1.0) * change
    kept = {name: _bounded(array, last[name], name) for name, array in found.items()}
    if gone or "exit_effect" in last:
        kept["exit_effect"] = effect.clip(min=0.0)
    return kept


def _bounded(array: xr.DataArray, last: xr.DataArray, name: str) -> xr.DataArray:
    """Keep within its bounds what was within them, and draws first."""
    least = 0.0 if float(last.min()) >= 0.0 else None
    return array.clip(min=least, max=MOST_GAIN.get(name)).transpose("draw", *_without_draw(last))


def _without_draw(array: xr.DataArray) -> list[str]:
    return [str(dim) for dim in array.dims if dim != "draw"]


def changed_variables(before: xr.Dataset, after: xr.Dataset) -> list[str]:
    """Name what a lever changed; most inputs are the very arrays that there were."""
    old, new = before.variables, after.variables
    return [
        str(name)
        for name in after.data_vars
        if name not in old or not new[name].equals(old[name])  # type: ignore[no-untyped-call]
    ]


def _hazard_ratio(before: xr.Dataset, after: xr.Dataset) -> xr.DataArray:
    """Hazards before over those after, by region, post, cause and year; 1 where nobody leaves."""
    factors = (before["exit_factor"], after["exit_factor"])
    delayed = "retirement_delay" in changed_variables(before, after)
    if not delayed and not any("working_age" in factor.dims for factor in factors):
        old, new = factors
    else:
        old, new = (_hazard(inputs) for inputs in (before, after))
    return (old / new.where(new > 0)).fillna(1.0)


def _hazard(inputs: xr.Dataset) -> xr.DataArray:
    """Mean hazard of the staff of the base year in each year to come, by post and cause."""
    rate, retired = inputs["exit_rate"], inputs["cause"] == "retired"
    if "retirement_delay" in inputs:
        delayed = delay_hazard(rate.sel(cause="retired", drop=True), inputs["retirement_delay"])
        rate = rate.where(~retired, delayed)
    hazard = rate * inputs["exit_factor"] * inputs["retirement_factor"].where(retired, 1.0)
    return (hazard * inputs["staff"]).sum(["sex", "working_age"])
