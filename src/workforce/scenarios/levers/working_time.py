"""Levers on working time: how large a part of a post people hold, and how often they are away."""

from typing import Unpack

import xarray as xr

from workforce.scenarios.levers.reach import Reach, on_stock, ordered


def position_share(inputs: xr.Dataset, *, points: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Raise the mean position by so many percentage points of a full post."""
    persons = inputs["staff"]
    mean = (persons * inputs["position_share"]).sum() / persons.sum().clip(min=1.0)
    factor = inputs["position_factor"] * (
        1.0 + on_stock(inputs, reach) * points / 100.0 / float(mean)
    )
    return inputs.assign(position_factor=ordered(factor))


def absence(inputs: xr.Dataset, *, points: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Lower (points below zero) or raise short absence by percentage points of agreed days."""
    changed = inputs["short_absence"] + on_stock(inputs, reach) * points / 100.0
    return inputs.assign(short_absence=ordered(changed.clip(0.0, 1.0)))
