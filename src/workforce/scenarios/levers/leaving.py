"""Levers on who leaves: turnover, and when people retire."""

from typing import Unpack

import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers.reach import Reach, known_words, on_flow, ordered

MEAN_TURNOVER = 0.128  # KS, multi-year mean: what one point of turnover is a part of.


def turnover(inputs: xr.Dataset, *, points: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Change turnover (left the sector or other, KS's measure) by percentage points of staff."""
    moved = inputs["cause"].isin(["left_sector", "other"])
    part = on_flow(inputs, reach) * moved
    factor = (1.0 + part * points / 100.0 / MEAN_TURNOVER).clip(min=0.0)
    return inputs.assign(exit_factor=ordered(inputs["exit_factor"] * factor))


def retirement_age(
    inputs: xr.Dataset,
    *,
    years: float,
    born_from: int | None = None,
    born_to: int | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let people retire so many years later: the hazard at age x becomes that at x - years.

    For those born from ``born_from`` to ``born_to``, all where left out. A person who has completed
    x years on 1 January of year y was born in y - x - 1. The pension rules of the cohort go on to
    count at the age that they are for.
    """
    if born_from is not None and born_to is not None and born_to < born_from:
        raise ParameterError(f"born_to {born_to} is before born_from {born_from}.")
    born = inputs["flow_year"] - inputs["working_age"] - 1
    meant = (born >= (born_from or 0)) & (born <= (born_to or 9999))
    delay = meant * years * on_flow(inputs, reach)
    if "retirement_delay" in inputs:
        delay = delay + inputs["retirement_delay"]
    return inputs.assign(retirement_delay=ordered(delay))


def retirement_alternative(inputs: xr.Dataset, *, alternative: str) -> xr.Dataset:
    """Let those born from 1963 retire by the low, middle or high alternative, and by it surely."""
    names = {"low": "retirement_low", "middle": "retirement_factor", "high": "retirement_high"}
    if alternative not in names:
        raise ParameterError(
            f"there is no alternative {alternative!r}.{known_words(alternative, list(names))}"
        )
    chosen = inputs[names[alternative]]
    return inputs.assign(retirement_low=chosen, retirement_factor=chosen, retirement_high=chosen)
