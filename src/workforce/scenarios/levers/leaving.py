"""Levers on who leaves: turnover, and when people retire."""

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Unpack

import numpy as np
import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers.declared import lever
from workforce.scenarios.levers.reach import Bounds, Reach, Year, on_flow, ordered, reached

STILL_AT_WORK_FROM = 55  # KS counts exits by age from here on as retirement.
HALVINGS = 60  # Enough for every digit that a number holds.
MOST_FACTOR = 20.0  # Nobody asks for twenty times as many who leave.
Age = Annotated[int, Bounds(STILL_AT_WORK_FROM + 1, 75)]
CHANGEABLE = ("left_sector", "other")


@lever("exit_rate", "retirement_factor", on_flows=True)
def turnover(inputs: xr.Dataset, *, points: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Change turnover by percentage points of staff, through those who leave for other reasons.

    Turnover is KS's: the probability, over a year, of leaving the municipal sector; moves to
    another municipality are not counted. One factor f on the hazards of *left the sector* and
    *other* is solved for such that, with N persons of the base year and hazards h,

        sum of N (h_retired + f h_other) / h (1 - exp(-h)) / sum of N

    changes by ``points``, h being the sum of all hazards. Retirement is a lever of its own.
    """
    hazard = base_hazard(inputs)
    persons = (inputs["staff"] * reached(inputs, reach)).transpose(*inputs["staff"].dims)
    free = hazard.sel(cause=list(CHANGEABLE)).sum("cause").values
    moved = hazard.sel(cause="moved_municipality").values
    retired = hazard.sel(cause="retired").values
    some = persons.values > 0
    heads = persons.values[some]
    if not heads.size or not points:
        return inputs
    free, moved, retired = (array[some] for array in (free, moved, retired))

    def leaving(factor: float) -> float:
        own = retired + factor * free
        total = own + moved
        chance = np.where(total > 0, own / np.maximum(total, 1e-300), 0.0) * -np.expm1(-total)
        return float((heads * chance).sum() / heads.sum())

    now = leaving(1.0)
    wanted = now + points / 100.0
    if not leaving(0.0) <= wanted <= leaving(MOST_FACTOR):
        raise ParameterError(
            f"turnover of those reached is {100 * now:.1f} %, of which retirement is "
            f"{100 * leaving(0.0):.1f}; it cannot become {100 * wanted:.1f}."
        )
    factor = _solve(leaving, wanted)
    part = on_flow(inputs, reach) * inputs["cause"].isin(list(CHANGEABLE))
    changed = inputs["exit_factor"] * (1.0 + part * (factor - 1.0))
    return inputs.assign(exit_factor=ordered(changed))


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """Halve the range of factors until the rising function gives what is wanted."""
    low, high = 0.0, MOST_FACTOR
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2.0


@lever("exit_rate", "retirement_factor", on_flows=True)
def still_working(
    inputs: xr.Dataset, *, points: float, age: Age = 65, **reach: Unpack[Reach]
) -> xr.Dataset:
    """Raise the share still at work at an age by percentage points of those at work at 55.

    With H the hazard of retiring summed over the ages from 55 to ``age`` - 1, each the mean of the
    staff of that age, the share that has not retired is S = exp(-H); the hazards of these ages are
    multiplied by ln(S + points / 100) / ln(S).
    """
    ages = slice(STILL_AT_WORK_FROM, age - 1)
    hazard = base_hazard(inputs).sel(cause="retired", working_age=ages)
    persons = (inputs["staff"] * reached(inputs, reach)).sel(working_age=ages)
    over = [dim for dim in persons.dims if dim != "working_age"]
    heads = persons.sum(over)
    yearly = (persons * hazard).sum(over) / heads.where(heads > 0, 1.0)
    share = math.exp(-float(yearly.sum()))
    wanted = share + points / 100.0
    if not float(heads.sum()) or not points:
        return inputs
    if not 0.0 < wanted <= 1.0 or share == 1.0:
        raise ParameterError(
            f"{100 * share:.1f} % of those reached are still at work at {age}; it cannot become "
            f"{100 * wanted:.1f} %."
        )
    factor = math.log(wanted) / math.log(share)
    here = inputs["working_age"].isin(yearly["working_age"]) & (inputs["cause"] == "retired")
    changed = inputs["exit_factor"] * (1.0 + on_flow(inputs, reach) * here * (factor - 1.0))
    return inputs.assign(exit_factor=ordered(changed))


def base_hazard(inputs: xr.Dataset) -> xr.DataArray:
    """Hazards of the first year without any measure, by post, sex, age and cause."""
    first = inputs["retirement_factor"].isel(flow_year=0, drop=True)
    retired = inputs["cause"] == "retired"
    hazard = inputs["exit_rate"] * first.where(retired, 1.0)
    return hazard.transpose(*inputs["exit_rate"].dims)


def wrong_cohorts(options: Mapping[str, Any]) -> dict[str, str]:
    """Say where the first year of birth that `retirement_age` is for comes after the last."""
    first, last = options.get("born_from"), options.get("born_to")
    if first is None or last is None or first <= last:
        return {}
    return {"born_to": f"born_to {last} is before born_from {first}."}


@lever("exit_rate", on_flows=True, agree=wrong_cohorts)
def retirement_age(
    inputs: xr.Dataset,
    *,
    years: float,
    born_from: Year | None = None,
    born_to: Year | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let people retire so many years later: the hazard at age x becomes that at x - years.

    For those born from ``born_from`` to ``born_to``, all where left out. A person who has completed
    x years on 1 January of year y was born in y - x - 1. The pension rules of the cohort go on to
    count at the age that they are for.
    """
    born = inputs["flow_year"] - inputs["working_age"] - 1
    meant = (born >= (born_from or 0)) & (born <= (born_to or 9999))
    delay = meant * years * on_flow(inputs, reach)
    if "retirement_delay" in inputs:
        delay = delay + inputs["retirement_delay"]
    return inputs.assign(retirement_delay=ordered(delay))


@lever("retirement_low", "retirement_high", takes=())
def retirement_alternative(
    inputs: xr.Dataset, *, alternative: Literal["low", "middle", "high"]
) -> xr.Dataset:
    """Let those born from 1963 retire by the low, middle or high alternative, and by it surely."""
    names = {"low": "retirement_low", "middle": "retirement_factor", "high": "retirement_high"}
    chosen = inputs[names[alternative]]
    return inputs.assign(retirement_low=chosen, retirement_factor=chosen, retirement_high=chosen)
