"""What a scenario costs, from the cost of a unit of each lever."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from workforce.contract.about import MeasureCost, about
from workforce.errors import DataError
from workforce.scenarios.levers.reach import Reach, flow_share, known_words, reached
from workforce.scenarios.levers.registry import LEVERS, Lever
from workforce.scenarios.scenario import Scenario, scenario_levers


def lever_costs(inputs: xr.Dataset) -> dict[str, MeasureCost]:
    """Costs and limits of levers that the folder tells, by lever; none without the table.

    DataError where there is no such lever, or it is counted in something else than its cost.
    """
    found = {}
    for row in about(inputs).measure_costs:
        name = row.lever
        if name not in LEVERS:
            raise DataError(
                f"measure_costs: there is no lever {name!r}.{known_words(name, list(LEVERS))}"
            )
        wanted = LEVERS[name].cost_unit
        if row.unit != wanted:
            raise DataError(
                f"measure_costs: the unit of {name} is {row.unit!r}, but it costs so much per "
                f"{wanted!r}. Give the cost per that, and write it as the unit."
            )
        found[name] = row
    return found


def measure_cost(inputs: xr.Dataset, scenario: Scenario) -> xr.DataArray:
    """Cost of a scenario by lever and year: (step, flow_year) [NOK per year].

    cost = size * NOK per unit * share in effect over the year, and where the unit is per FTE times
    the agreed FTE of the base year that the lever reaches. A size that raises the shortage costs
    nothing. ``cost`` of a lever comes before that of the table of costs. The lever of each step is
    a coordinate; steps whose cost is not known are named in ``attrs["without_cost"]`` alone.
    """
    known = lever_costs(inputs)
    steps, without = [], []
    for step in scenario_levers(scenario):
        lever = LEVERS[str(step["lever"])]
        if step.get("cost") is not None:
            steps.append((lever, step, float(step["cost"])))
        elif lever.name in known:
            steps.append((lever, step, known[lever.name].cost))
        else:
            without.append(lever.name)
    costs = [_step_cost(inputs, lever, step, cost) for lever, step, cost in steps]
    years = inputs["flow_year"].values
    values = np.array(costs).reshape(len(steps), len(years))
    names = [lever.name for lever, _, _ in steps]
    coords = {"step": np.arange(len(steps)), "lever": ("step", names), "flow_year": years}
    return xr.DataArray(
        values,
        dims=["step", "flow_year"],
        coords=coords,
        name="measure_cost",
        attrs={"without_cost": ", ".join(without)},
    )


def step_investment(inputs: xr.Dataset, step: Mapping[str, Any]) -> float | None:
    """Tell what a measure costs once, in full effect; None where nobody has told. [NOK].

    size * NOK per unit, times the agreed FTE reached where the unit is per FTE. ``investment`` of
    the measure comes before that of the table of costs.
    """
    lever = LEVERS[str(step["lever"])]
    told = step.get("investment")
    if told is None and lever.name in (known := lever_costs(inputs)):
        told = known[lever.name].investment
    return None if told is None else _units(inputs, lever, step) * float(told)


def _step_cost(
    inputs: xr.Dataset, lever: Lever, step: Mapping[str, Any], cost: float
) -> np.ndarray:
    yearly: np.ndarray = (
        cost * _units(inputs, lever, step) * flow_share(inputs, _reach(lever, step)).values
    )
    return yearly


def _units(inputs: xr.Dataset, lever: Lever, step: Mapping[str, Any]) -> float:
    """Units that a measure is paid for: its size, and the FTE reached where these count."""
    size = float(step.get(lever.size, 0.0))
    size = max(lever.helps * size, 0.0) if lever.helps else abs(size)
    return size * (reached_fte(inputs, step) if lever.per else 1.0)


def reached_fte(inputs: xr.Dataset, step: Mapping[str, Any]) -> float:
    """Agreed FTE of the base year that a lever is for; 0 where there are no such staff. [FTE]."""
    where = reached(inputs, _reach(LEVERS[str(step["lever"])], step))
    return float((inputs["staff"] * inputs["position_share"] * where).sum())


def _reach(lever: Lever, step: Mapping[str, Any]) -> Reach:
    return {name: step[name] for name in lever.takes if name in step}  # type: ignore[return-value]
