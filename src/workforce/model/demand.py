"""Demand for staff: inhabitants, their use of services, and the staff each user needs."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    Numbers,
    check_bounds,
    check_consecutive,
    check_dims,
    check_labels,
    lay_out,
    name_cells,
)
from workforce.errors import DataError, ParameterError
from workforce.model.life_table import remaining_years

# Users over unit size carry rounding errors; 7.000000001 / 7 is one unit, not two.
_WHOLE_UNIT = 1e-9


def service_users(population: xr.DataArray, use_rate: xr.DataArray) -> xr.DataArray:
    """Users of each service.

    users = sum over sex and age of population * use_rate. Weights for age (a child under three
    counts for two in kindergarten, say) belong in the use rate.

    Parameters
    ----------
    population : DataArray
        Persons on 1 January, dims (..., [sex], age, [year]). [persons]
    use_rate : DataArray
        Users per person, dims (..., [sector], [sex], age, [year]). [users per person]

    Returns
    -------
    DataArray
        Dims of both without sex and age. [users]
    """
    check_dims(population, ["age"], name="population")
    check_dims(use_rate, ["age"], name="use_rate")
    check_labels(population.rename("population"), use_rate.rename("use_rate"))
    check_bounds(population, name="population", lower=0)
    check_bounds(use_rate, name="use_rate", lower=0)
    if "sex" in use_rate.dims and "sex" not in population.dims:
        raise DataError("use_rate has the dimension 'sex' but population has not.")
    over = [dim for dim in ("sex", "age") if dim in population.dims]
    users: xr.DataArray = xr.dot(population, use_rate, dim=over)
    return users.rename("users")


def shift_use_by_health(use_rate: xr.DataArray, years_gained: float | xr.DataArray) -> xr.DataArray:
    """Use of services when people are as healthy as those some years younger.

    use[x] becomes use[x - years_gained], linear between ages; beyond the youngest and oldest age
    the rate there is kept. For services that follow health (care of the old), not for those that
    follow age by law, such as school: give those 0 years.

    Parameters
    ----------
    use_rate : DataArray
        Users per person, dims (..., age), single ages. [users per person]
    years_gained : float or DataArray
        Years by which use is delayed, dims such as sector or year; negative when health is worse.
        [years]

    Returns
    -------
    DataArray
        Dims of both. [users per person]
    """
    gained = (
        years_gained
        if isinstance(years_gained, xr.DataArray)
        else xr.DataArray(float(years_gained), name="years_gained")
    )
    check_dims(use_rate, ["age"], name="use_rate")
    check_labels(use_rate.rename("use_rate"), gained.rename("years_gained"))
    check_bounds(use_rate, name="use_rate", lower=0)
    check_bounds(gained, name="years_gained")
    ages = use_rate.indexes["age"].to_numpy()
    check_consecutive(ages, width=1, name="use_rate", dim="age")
    (rate, shift), leading = lay_out((use_rate, ["age"]), (gained, ["age"]))
    result = xr.DataArray(
        _shift(rate, shift),
        dims=[*leading, "age"],
        coords={dim: labels for dim, labels in leading.items() if labels is not None}
        | {"age": use_rate.coords["age"]},
        name="use_rate",
    )
    extra = [dim for dim in leading if dim not in use_rate.dims]
    return result.transpose(*extra, *use_rate.dims)


def required_fte(
    users: xr.DataArray,
    staffing_standard: xr.DataArray | float,
    productivity: xr.DataArray | float,
    *,
    unit_size: xr.DataArray | float | None = None,
    round_up: bool = False,
) -> xr.DataArray:
    """FTE that the service needs.

    required = users * staffing_standard / productivity.

    With ``unit_size`` and ``round_up`` users are first rounded up to whole units (classes or
    groups): required = ceil(users / unit_size) * unit_size * staffing_standard / productivity. A
    kindergarten with one pedagogue per 14 children has standard 1/14 and unit size 14: 15 children
    need 2 pedagogues. Round at the level where units are formed, before anything is summed.

    Parameters
    ----------
    users : DataArray
        Users of the service. [users]
    staffing_standard : DataArray or float
        FTE per user, dims such as occupation. [FTE per user]
    productivity : DataArray or float
        Output per FTE relative to the base year, above 0. [factor]
    unit_size : DataArray or float, optional
        Users in a full unit, above 0. [users per unit]
    round_up : bool
        Whether a unit that is begun is staffed in full.

    Returns
    -------
    DataArray
        Dims of all. [FTE]
    """
    if round_up and unit_size is None:
        raise ParameterError("round_up needs unit_size: the users that make a full unit.")
    named = {
        "users": users,
        "staffing_standard": _as_array(staffing_standard),
        "productivity": _as_array(productivity),
        "unit_size": _as_array(1.0 if unit_size is None else unit_size),
    }
    for name, array in named.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name, lower=0)
    check_labels(*(array.rename(name) for name, array in named.items()))
    for name in ("productivity", "unit_size"):
        if bool((named[name] == 0).any()):
            raise DataError(f"{name} must be above 0.")
    served = users
    if round_up:
        units = users / named["unit_size"]
        served = units.copy(data=np.ceil(units.values - _WHOLE_UNIT)) * named["unit_size"]
    required = served * named["staffing_standard"] / named["productivity"]
    return required.rename("demand_fte")


def norm_fte(
    asked: xr.DataArray,
    unit_share: xr.DataArray,
    *,
    rounds_up: xr.DataArray,
    in_all: xr.DataArray,
) -> xr.DataArray:
    """FTE that staffing norms ask for, unit by unit (kindergarten or school), summed.

    ``asked`` are users times FTE per user by the norm, before rounding. An occupation whose norm
    rounds up is asked for in whole FTE in every unit, so that a child more is a post more. An
    occupation with a norm for the staff in all makes up what the others leave of it in each unit,
    never less than none. Users whose unit is not known are not rounded: the sum is then a lower
    bound.

    Source: Forskrift om pedagogisk bemanning i barnehager, section 1: one pedagogical leader per 7
    children under three and per 14 over three, a child more asks for another full post.
    Barnehageloven section 26: one employee per 3 and per 6 children, in fractions, the leaders
    among them. Forskrift til opplaeringslova: pupils per teacher hour, in fractions.
    """
    check_dims(asked, ["occupation"], name="asked")
    check_dims(unit_share, ["service_unit"], name="unit_share")
    check_labels(asked.rename("asked"), unit_share.rename("unit_share"))
    check_bounds(asked, name="asked", lower=0)
    check_bounds(unit_share, name="unit_share", lower=0, upper=1)
    rest = (1.0 - unit_share.sum("service_unit")).clip(min=0.0)
    parts = []
    for part, known in ((asked * unit_share, True), (asked * rest, False)):
        whole = required_fte(part, 1.0, 1.0, unit_size=1.0, round_up=True) if known else part
        fte = whole.where(rounds_up, part)
        others = fte.where(~in_all, 0.0).sum("occupation")
        fte = fte.where(~in_all, (part - others).clip(min=0.0))
        parts.append(fte.sum("service_unit") if known else fte)
    return (parts[0] + parts[1]).transpose(*asked.dims).rename("norm_fte")


def life_expectancy_gain(
    mortality: xr.DataArray, years: xr.DataArray, *, from_age: int
) -> xr.DataArray:
    """Years by which remaining life has grown since the first year, for shifting use by health.

        gain[x, y] = min(e[x, y] - e[x, first], x - from_age),   0 below from_age

    so that nobody uses services as someone younger than ``from_age``: below it use follows
    disability and age limits rather than ageing. Mortality has dims (..., sex, age, flow_year),
    single ages, the last open [per person-year]; the last year, whose mortality is not there, goes
    on by the last step. What comes out has ``year`` for ``flow_year``. [years]

    Source: constant years in bad health, as in European Commission and Economic Policy Committee,
    Ageing Report, "healthy ageing scenario"; SSB, Reports 2014/14 (Holmoy, Kjelvik and Strom), uses
    remaining life expectancy in the same way.
    """
    check_dims(mortality, ["sex", "age", "flow_year"], name="mortality")
    ages = mortality.indexes["age"].to_numpy()
    check_consecutive(ages, width=1, name="mortality", dim="age")
    order = [dim for dim in mortality.dims if dim not in ("sex", "age", "flow_year")]
    laid = mortality.transpose(*order, "flow_year", "sex", "age")
    women = [sex == "female" for sex in mortality["sex"].values]
    left = remaining_years(laid.values, np.ones(len(ages) - 1), women)
    gain = left - left[..., :1, :, :]
    step = gain[..., -1:, :, :] - gain[..., -2:-1, :, :] if gain.shape[-3] > 1 else 0.0
    gain = np.concatenate([gain, gain[..., -1:, :, :] + step], axis=-3)
    gain = np.where(ages >= from_age, np.minimum(gain, ages - from_age), 0.0)
    coords = {str(dim): laid.coords[dim] for dim in [*order, "sex", "age"] if dim in laid.coords}
    path = xr.DataArray(
        gain, dims=[*order, "year", "sex", "age"], coords={**coords, "year": years.values}
    )
    return path.transpose(*order, "sex", "age", "year").rename("years_gained")


def calibrate_standard(
    users: xr.DataArray, fte_in_post: xr.DataArray, shortage_fte: xr.DataArray
) -> xr.DataArray:
    """Staffing standard that makes base-year demand equal staff in post plus measured shortage.

    standard = (fte_in_post + shortage_fte) / users.

    Parameters
    ----------
    users : DataArray
        Users in the base year; dims it lacks (occupation) are broadcast. [users]
    fte_in_post : DataArray
        Available FTE on 1 January of the base year. [FTE]
    shortage_fte : DataArray
        Measured shortage on the same date. [FTE]

    Returns
    -------
    DataArray
        0 where there are no users, staff or shortage. [FTE per user]

    Raises
    ------
    DataError
        Staff or shortage where nobody uses the service: no standard can explain them.
    """
    named = {"users": users, "fte_in_post": fte_in_post, "shortage_fte": shortage_fte}
    for name, array in named.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name)
    check_labels(*(array.rename(name) for name, array in named.items()))
    check_bounds(users, name="users", lower=0)
    check_bounds(fte_in_post, name="fte_in_post", lower=0)
    wanted = fte_in_post + shortage_fte
    check_bounds(wanted, name="fte_in_post + shortage_fte", lower=0)
    unexplained = (users == 0) & ((fte_in_post != 0) | (shortage_fte != 0))
    if bool(unexplained.any()):
        raise DataError(
            f"users is 0 but there are FTE in post or missing in {name_cells(unexplained)}, so no "
            "standard can be calibrated; give the users, or leave these cells out."
        )
    return (wanted / users.where(users > 0, 1.0)).rename("staffing_standard")


def _as_array(value: xr.DataArray | float) -> xr.DataArray:
    return value if isinstance(value, xr.DataArray) else xr.DataArray(float(value))


def _shift(rate: Numbers, shift: Numbers) -> Numbers:
    """Read the rate along its last axis ``shift`` places to the left, linear between places."""
    oldest = rate.shape[-1] - 1
    place = np.clip(np.arange(oldest + 1) - shift, 0, oldest)
    shape = np.broadcast_shapes(rate.shape, place.shape)
    place, rate = np.broadcast_to(place, shape), np.broadcast_to(rate, shape)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, oldest)
    part = place - below
    low = np.take_along_axis(rate, below, axis=-1)
    return low + part * (np.take_along_axis(rate, above, axis=-1) - low)
