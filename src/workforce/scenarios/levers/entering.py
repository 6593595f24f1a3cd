"""Levers on who comes: recruitment from every origin, and exits replaced."""

from typing import Unpack

import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers.reach import Reach, on_flow, ordered


def recruitment(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Change the inflow from every origin by so many per cent; -100 is no recruitment."""
    if percent < -100:
        raise ParameterError(f"percent is {percent}; an inflow cannot fall by more than 100 %.")
    factor = inputs["inflow_factor"] * (1.0 + on_flow(inputs, reach) * percent / 100.0)
    return inputs.assign(inflow_factor=ordered(factor))


def replace_exits(inputs: xr.Dataset, *, percent: float = 100.0) -> xr.Dataset:
    """Replace so many per cent of every year's exits from a post, in place of the observed inflow.

    With 100 a sector keeps its headcount; its occupations change by the moves between them only.
    """
    if percent < 0:
        raise ParameterError(f"percent is {percent}; a share of exits cannot be below 0.")
    years = inputs["flow_year"]
    return inputs.assign(replaced_share=xr.ones_like(years, dtype=float) * (percent / 100.0))
