"""Levers: each takes inputs and hands back inputs, changed as a measure would change them."""

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from workforce.errors import ParameterError
from workforce.model.demand import life_expectancy_gain

MEAN_TURNOVER = 0.128  # KS, multi-year mean: what one point of turnover is a part of.
HEALTH_SECTORS = ("health_care",)
HEALTH_FROM_AGE = 60  # Younger people use care for other reasons: it rises with age from here on.


def phase(
    years: xr.DataArray, base_year: int, start_year: int | None, full_year: int | None
) -> xr.DataArray:
    """Part of a measure in effect: 0 before the start, then linear, 1 from the full year."""
    start = base_year if start_year is None else start_year
    full = start if full_year is None else full_year
    if full < start:
        raise ParameterError(f"full_year {full} is before start_year {start}.")
    if full == start:
        return (years > base_year) * (years >= start) * 1.0
    part = ((years - start) / (full - start)).clip(0.0, 1.0)
    return part * (years > base_year)


def position_share(
    inputs: xr.Dataset,
    *,
    points: float,
    start_year: int | None = None,
    full_year: int | None = None,
) -> xr.Dataset:
    """Raise the mean position by so many percentage points of a full post."""
    persons = inputs["staff"]
    mean = (persons * inputs["position_share"]).sum() / persons.sum().clip(min=1.0)
    part = phase(inputs["year"], inputs.attrs["base_year"], start_year, full_year)
    factor = inputs["position_factor"] * (1.0 + part * points / 100.0 / float(mean))
    return inputs.assign(position_factor=factor)


def absence(
    inputs: xr.Dataset,
    *,
    points: float,
    start_year: int | None = None,
    full_year: int | None = None,
) -> xr.Dataset:
    """Lower (points below zero) or raise short absence by percentage points of agreed days."""
    part = phase(inputs["year"], inputs.attrs["base_year"], start_year, full_year)
    changed = (inputs["short_absence"] + part * points / 100.0).clip(0.0, 1.0)
    return inputs.assign(short_absence=changed.transpose("region", "sector", "year"))


def turnover(
    inputs: xr.Dataset,
    *,
    points: float,
    start_year: int | None = None,
    full_year: int | None = None,
) -> xr.Dataset:
    """Change turnover (left the sector or other, KS's measure) by percentage points of staff."""
    part = phase(inputs["flow_year"] + 1, inputs.attrs["base_year"], start_year, full_year)
    moved = inputs["cause"].isin(["left_sector", "other"])
    factor = (1.0 + part * moved * points / 100.0 / MEAN_TURNOVER).clip(min=0.0)
    changed = inputs["exit_factor"] * factor
    return inputs.assign(exit_factor=changed.transpose("working_age", "cause", "flow_year"))


def retirement_age(inputs: xr.Dataset, *, years: float, from_age: int = 58) -> xr.Dataset:
    """Let people retire so many years later: the hazard at age x becomes that at x - years."""
    ages = inputs["working_age"].values.astype(float)
    rate = inputs["exit_rate"]
    retired = rate.sel(cause="retired")
    values = retired.transpose(..., "working_age").values
    wanted = np.clip(ages - years, ages[0], ages[-1])
    low = np.clip(np.searchsorted(ages, wanted, side="right") - 1, 0, len(ages) - 2)
    weight = wanted - ages[low]
    shifted = values[..., low] * (1.0 - weight) + values[..., low + 1] * weight
    old = np.where(ages >= from_age, shifted, values)
    dims = [*(dim for dim in retired.dims if dim != "working_age"), "working_age"]
    later = xr.DataArray(old, dims=dims, coords={dim: retired.coords[dim] for dim in dims})
    is_retired = rate["cause"] == "retired"
    return inputs.assign(exit_rate=rate.where(~is_retired, later).transpose(*map(str, rate.dims)))


def retirement_alternative(inputs: xr.Dataset, *, alternative: str) -> xr.Dataset:
    """Let those born from 1963 retire by the low, middle or high alternative, and by it surely."""
    names = {"low": "retirement_low", "middle": "retirement_factor", "high": "retirement_high"}
    if alternative not in names:
        raise ParameterError(f"alternative is {alternative!r}; use 'low', 'middle' or 'high'.")
    chosen = inputs[names[alternative]]
    return inputs.assign(retirement_low=chosen, retirement_factor=chosen, retirement_high=chosen)


def recruitment(inputs: xr.Dataset, *, percent: float) -> xr.Dataset:
    """Change the inflow from every origin by so many per cent; -100 is no recruitment."""
    if percent < -100:
        raise ParameterError(f"percent is {percent}; an inflow cannot fall by more than 100 %.")
    return inputs.assign(inflow_factor=inputs["inflow_factor"] * (1.0 + percent / 100.0))


def replace_exits(inputs: xr.Dataset, *, percent: float = 100.0) -> xr.Dataset:
    """Replace so many per cent of every year's exits from a post, in place of the observed inflow.

    With 100 a sector keeps its headcount; its occupations change by the moves between them only.
    """
    if percent < 0:
        raise ParameterError(f"percent is {percent}; a share of exits cannot be below 0.")
    years = inputs["flow_year"]
    return inputs.assign(replaced_share=xr.ones_like(years, dtype=float) * (percent / 100.0))


def productivity(
    inputs: xr.Dataset,
    *,
    percent: float,
    start_year: int | None = None,
    full_year: int | None = None,
) -> xr.Dataset:
    """Raise output per FTE by so many per cent."""
    return _scale(inputs, "productivity", percent, start_year, full_year)


def staffing_standard(
    inputs: xr.Dataset,
    *,
    percent: float,
    start_year: int | None = None,
    full_year: int | None = None,
) -> xr.Dataset:
    """Change FTE per user by so many per cent."""
    return _scale(inputs, "standard_factor", percent, start_year, full_year)


def healthy_ageing(
    inputs: xr.Dataset,
    *,
    part: float,
    start_year: int | None = None,
    full_year: int | None = None,
    sectors: Sequence[str] | None = None,
) -> xr.Dataset:
    """Let use of services follow health: so large a part of the years of life gained are healthy.

    With 1 a person with as many years left to live as someone of 80 in the base year uses services
    as that person did. From 60 on, and in ``sectors``: health and care when left out, since school
    and kindergarten follow age by law, and social services stop at the age of pension.
    """
    if "mortality" not in inputs:
        raise ParameterError("healthy_ageing needs mortality among the inputs.")
    known = inputs["sector"].values.tolist()
    unknown = [sector for sector in sectors or () if sector not in known]
    if unknown:
        raise ParameterError(
            f"healthy_ageing: there is no sector {', '.join(unknown)}. Known: {', '.join(known)}."
        )
    gain = life_expectancy_gain(inputs["mortality"], inputs["year"], from_age=HEALTH_FROM_AGE)
    effect = part * phase(inputs["year"], inputs.attrs["base_year"], start_year, full_year)
    follows = inputs["sector"].isin(list(HEALTH_SECTORS if sectors is None else sectors))
    gained = (gain * effect * follows).transpose("region", "sector", "sex", "age", "year")
    return inputs.assign(years_gained=gained)


def _scale(
    inputs: xr.Dataset, name: str, percent: float, start_year: int | None, full_year: int | None
) -> xr.Dataset:
    """Change a factor by sector and year by so many per cent."""
    part = phase(inputs["year"], inputs.attrs["base_year"], start_year, full_year)
    changed = inputs[name] * (1.0 + part * percent / 100.0)
    return inputs.assign({name: changed.transpose("sector", "year")})


LEVERS: dict[str, Callable[..., xr.Dataset]] = {
    "position_share": position_share,
    "absence": absence,
    "turnover": turnover,
    "retirement_age": retirement_age,
    "retirement_alternative": retirement_alternative,
    "recruitment": recruitment,
    "replace_exits": replace_exits,
    "productivity": productivity,
    "staffing_standard": staffing_standard,
    "healthy_ageing": healthy_ageing,
}
