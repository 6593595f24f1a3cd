"""Levers on the need: output per FTE, staffing per user, and how healthy the old are."""

from collections.abc import Mapping
from typing import Annotated, Any, Unpack

import xarray as xr

from workforce.contract.evidence import trials
from workforce.errors import ParameterError
from workforce.model.demand import life_expectancy_gain, service_users
from workforce.scenarios.levers.declared import WHOLE_SERVICES, lever
from workforce.scenarios.levers.reach import (
    Bounds,
    Reach,
    known_words,
    named_codes,
    on_stock,
    ordered,
    reached,
    stock_share,
)

HEALTH_SECTORS = ("health_care",)
HANDOVERS = 3.0  # A day with three shifts.
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

    ``result`` is what `project` made of the inputs with levers pulled. [FTE]
    """
    demand = result["demand_fte"]
    output = inputs["productivity"].sel(sector=demand["sector"])
    if "occupation" in output.dims:
        output = output.sel(occupation=demand["occupation"])
    return (demand * (output - 1.0)).transpose(*demand.dims).rename("freed_fte")


def wrong_claim(options: Mapping[str, Any]) -> dict[str, str]:
    """Say where `co_production` does not tell what it rests on."""
    trial = options.get("trial")
    if trial is not None and trial not in trials():
        return {"trial": f"there is no trial {trial!r}.{known_words(str(trial), list(trials()))}"}
    if claimed_most(options) is not None and (trial or options.get("source")):
        return {}
    told = (
        "what volunteers, next of kin and users can take over is not known in general. Give "
        "'source', where the effect was measured, and 'ceiling', the highest per cent that it "
        f"supports; or 'trial' ({', '.join(trials())}) and 'part', the per cent of the work that "
        "those who take part in it need."
    )
    return {"": told}


def claimed_most(options: Mapping[str, Any]) -> float | None:
    """Tell the per cent of the work that a trial, or a source of one's own, supports."""
    trial, part = trials().get(str(options.get("trial"))), options.get("part")
    told = options.get("ceiling") if trial is None or part is None else trial.effect * part / 100.0
    return None if told is None else float(told)


@lever("standard_factor", agree=wrong_claim, ceiling=claimed_most)
def co_production(
    inputs: xr.Dataset,
    *,
    percent: float,
    source: str | None = None,  # noqa: ARG001 - judged by wrong_claim
    ceiling: Annotated[float | None, Bounds(0, 100)] = None,  # noqa: ARG001
    trial: str | None = None,  # noqa: ARG001
    part: Annotated[float | None, Bounds(0, 100)] = None,  # noqa: ARG001
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let volunteers, next of kin and users do so many per cent of the work of the posts reached.

    ``source`` tells where the effect has been measured, ``ceiling`` the highest per cent that it
    supports. A ``trial`` of those packaged (`workforce.contract.evidence.trials`) is both: its
    ceiling is what it took off the work of those who took part, times ``part``, the per cent of the
    work of the posts reached that such users need. Without either nothing is calculated.
    """
    factor = inputs["standard_factor"] * (1.0 - on_stock(inputs, reach) * percent / 100.0)
    return inputs.assign(standard_factor=ordered(factor))


@lever("standard_factor", ceiling=lambda options: options.get("today", HANDOVERS) - 1.0)
def shift_plan(
    inputs: xr.Dataset,
    *,
    handovers: float,
    minutes: Annotated[float, Bounds(0, 120)],
    on_shifts: Annotated[float, Bounds(0, 100)],
    today: Annotated[float, Bounds(1, 6)] = HANDOVERS,
    days: Annotated[float, Bounds(0, 7)] = 7.0,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Plan longer shifts, with so many fewer hand-overs a day on some ``days`` of the week.

    One hand-over is left at least. At each those who go and those who come are both at work for
    ``minutes``. Of ``today`` a
    day in places that are manned around the clock, where ``on_shifts`` per cent of those reached
    work, the hours that are paid fall by the part

        on_shifts / 100 * handovers * minutes * days / 7 / (24 * 60 + today * minutes),

    as if as many were at work at each hand-over. What longer shifts do to absence and to who stays
    is not counted.
    """
    day = 24.0 * 60.0 + today * minutes
    freed = on_shifts / 100.0 * handovers * minutes * days / 7.0 / day
    factor = inputs["standard_factor"] * (1.0 - on_stock(inputs, reach) * freed)
    return inputs.assign(standard_factor=ordered(factor))


def wrong_level(options: Mapping[str, Any]) -> dict[str, str]:
    """Say where `care_level` moves users from or to a service that is not told."""
    if options.get("sectors") is None:
        return {"sectors": "name the service that has the places."}
    lacking = [name for name in ("institution_fte", "home_fte") if options.get(name) is None]
    if options.get("sector_to") is None and lacking:
        told = (
            f"give {' and '.join(lacking)}, FTE per user of those who would move. Only where the "
            "two services are sectors of their own (sector_to) are they those of the sectors."
        )
        return {"": told}
    return {}


@lever(
    *("standard_factor", "staffing_standard", "use_rate", "service_share", "short_absence"),
    takes=WHOLE_SERVICES,
    agree=wrong_level,
    ceiling=lambda options: options.get("places"),
)
def care_level(
    inputs: xr.Dataset,
    *,
    persons: float,
    places: Annotated[float, Bounds(0, None)],  # noqa: ARG001 - the ceiling
    institution_fte: Annotated[float | None, Bounds(0, 10)] = None,
    home_fte: Annotated[float | None, Bounds(0, 10)] = None,
    sector_to: str | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let so many users be cared for at home and not in an institution.

    ``institution_fte`` is what such a user takes there, ``home_fte`` at home: less than that where
    a place is staffed around the clock, and more than the mean user of home care. With D the need
    of the base year, in agreed FTE, of the service and of the one at home (``sector_to``),

        need * (1 - persons institution_fte / D)    need_to * (1 + persons home_fte / D_to),

    and both in one where they are one sector. FTE per user that are left out are those of each
    sector. The number of users who move follows the need, and no more move than have ``places``.
    """
    users = service_users(inputs["population"], inputs["use_rate"])
    users = users * inputs["service_share"].isel(year=0, drop=True)
    at_work = 1.0 - inputs["short_absence"].isel(year=0, drop=True)
    need = (users * inputs["staffing_standard"]).sum("occupation") / at_work
    where = reached(inputs, reach)
    to: Reach = {**reach, "sectors": reach["sectors"] if sector_to is None else sector_to}
    change = xr.zeros_like(need)
    for place, fte, sign in ((where, institution_fte, -1), (reached(inputs, to), home_fte, 1)):
        total = float((need * place).sum())
        if not total:
            return inputs  # A page for places or services that the measure is not for.
        each = total / float((users * place).sum()) if fte is None else fte
        change = change + sign * persons * each / total * place
    factor = inputs["standard_factor"] * (1.0 + change * stock_share(inputs, reach))
    if float(factor.min()) < 0:
        raise ParameterError("those who move take more FTE than the whole service needs.")
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
