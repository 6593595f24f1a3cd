"""Levers on the need: output per FTE, staffing per user, and how healthy the old are."""

from collections.abc import Mapping
from typing import Annotated, Any, Unpack

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.demand import life_expectancy_gain
from workforce.scenarios.levers.declared import WHOLE_SERVICES, lever
from workforce.scenarios.levers.reach import Bounds, Reach, named_codes, on_stock, ordered

HEALTH_SECTORS = ("health_care",)
HEALTH_FROM_AGE = 60  # Younger people use care for other reasons: it rises with age from here on.


@lever("productivity")
def productivity(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Raise output per FTE by so many per cent."""
    if percent <= -100:
        raise ParameterError(f"percent is {percent}; output per FTE cannot fall to nothing.")
    factor = inputs["productivity"] * (1.0 + on_stock(inputs, reach) * percent / 100.0)
    return inputs.assign(productivity=ordered(factor))


@lever("productivity")
def digitalisation(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Free so many per cent of the tasks of the posts reached, which need no hands any more.

    Output per FTE is divided by 1 - percent / 100; `freed_fte` tells where the time is freed.
    """
    if not 0 <= percent < 100:
        raise ParameterError(f"percent is {percent:g}; give 0 to less than 100.")
    factor = inputs["productivity"] / (1.0 - on_stock(inputs, reach) * percent / 100.0)
    return inputs.assign(productivity=ordered(factor))


def freed_fte(inputs: xr.Dataset, result: xr.Dataset) -> xr.DataArray:
    """FTE that higher output frees, by post: the need without it less the need with it.

    Parameters
    ----------
    inputs : Dataset
        Inputs with levers pulled.
    result : Dataset
        What `project` made of them.

    Returns
    -------
    DataArray
        Dims (region, sector, occupation, year). [FTE]
    """
    demand = result["demand_fte"]
    output = inputs["productivity"].sel(sector=demand["sector"])
    if "occupation" in output.dims:
        output = output.sel(occupation=demand["occupation"])
    return (demand * (output - 1.0)).transpose(*demand.dims).rename("freed_fte")


def wrong_claim(options: Mapping[str, Any]) -> dict[str, str]:
    """Say where `co_production` does not tell what it rests on, or goes beyond it."""
    source, ceiling = options.get("source"), options.get("ceiling")
    if source is None or ceiling is None:
        told = (
            "what volunteers and next of kin can take over is not known in general. Give 'source', "
            "where the effect was measured, and 'ceiling', the highest per cent that it supports."
        )
        return {"": told}
    percent = options.get("percent", 0)
    if percent > ceiling:
        return {"percent": f"percent is {percent:g}; the ceiling of the source is {ceiling:g} %."}
    return {}


@lever("standard_factor", agree=wrong_claim)
def co_production(
    inputs: xr.Dataset,
    *,
    percent: float,
    source: str | None = None,  # noqa: ARG001 - judged by wrong_claim
    ceiling: Annotated[float | None, Bounds(0, 100)] = None,  # noqa: ARG001
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let volunteers and next of kin do so many per cent of the work of the posts reached.

    ``source`` tells where the effect has been measured, ``ceiling`` the highest per cent that it
    supports; without both nothing is calculated.
    """
    factor = inputs["standard_factor"] * (1.0 - on_stock(inputs, reach) * percent / 100.0)
    return inputs.assign(standard_factor=ordered(factor))


@lever("standard_factor")
def staffing_standard(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Change FTE per user by so many per cent."""
    if percent < -100:
        raise ParameterError(f"percent is {percent}; FTE per user cannot fall below 0.")
    factor = inputs["standard_factor"] * (1.0 + on_stock(inputs, reach) * percent / 100.0)
    return inputs.assign(standard_factor=ordered(factor))


@lever("mortality", takes=WHOLE_SERVICES)
def healthy_ageing(inputs: xr.Dataset, *, part: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Let use of services follow health: so large a part of the years of life gained are healthy.

    With 1 a person with as many years left to live as someone of 80 in the base year uses services
    as that person did. From 60 on, and in ``sectors``: health and care when left out, since school
    and kindergarten follow age by law, and social services stop at the age of pension.
    """
    gain = life_expectancy_gain(inputs["mortality"], inputs["year"], from_age=HEALTH_FROM_AGE)
    where = on_stock(inputs, reach)
    if named_codes(reach, "sectors") is None:
        where = where * inputs["sector"].isin(list(HEALTH_SECTORS))
    gained = gain * part * where
    if "years_gained" in inputs:
        gained = gained + inputs["years_gained"]
    return inputs.assign(years_gained=gained.transpose("region", "sector", "sex", "age", "year"))
