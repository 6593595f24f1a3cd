"""Levers on working time: how large a part of a post people hold, and how often they are away."""

from typing import Annotated, Unpack

import numpy as np
import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers.declared import STAFF, lever
from workforce.scenarios.levers.reach import Bounds, Reach, on_stock, ordered, reached

CARE = "health_care"
"""Service area whose shift staff work most of the extra hours."""
EXTRA_FTE, CARE_PART = 13_900, 0.75
"""FTE that part-timers worked beyond agreed FTE in 2021, and the part in health and care (KS)."""
ALL_FTE, CARE_FTE = 403_700, 157_076 / 1.034
"""Agreed FTE of the municipal sector in 2021 (KS), and FTE of care services in 2022 (SSB)."""
EXTRA_HOURS = 100.0 * EXTRA_FTE / ALL_FTE
"""Extra hours of the whole sector, per cent of agreed FTE."""
EXTRA_IN_CARE = 100.0 * CARE_PART * EXTRA_FTE / CARE_FTE
"""Extra hours in health and care; 9 % among those who work shifts there (KS, 2021)."""
EXTRA_ELSEWHERE = 100.0 * (1.0 - CARE_PART) * EXTRA_FTE / (ALL_FTE - CARE_FTE)
"""Extra hours in other services. [per cent of agreed FTE]"""

TREND = (71.5 - 63.3) / 9
"""Rise of the mean position of shift staff in care from 2014 to 2023 (KS), with full time from 20.8
to 34.8 %. [percentage points of a full post a year]"""

PART_TIME_POSITION = 100.0 * (0.843 - 0.618) / (1.0 - 0.618)
"""Mean position of part-timers: 61.8 % work full time, all hold 84.3 % (KS, end of 2024)."""

SUBSTITUTES_LEAVE = 50.0
"""Per cent of those back from long absence whose substitute then leaves: an assumption."""

SHORT_PART = 0.209
"""Days of absence in spells of up to 16 days, of all: the packaged national assumption."""

PENSION_FROM = 62
"""Age from which part of a pension can be taken beside work."""

Percent = Annotated[float, Bounds(0, 100)]


@lever(*STAFF)
def position_share(
    inputs: xr.Dataset,
    *,
    points: float,
    extra_hours: Percent | None = None,
    wanted: Percent | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Raise the mean position of those reached by percentage points of a full post.

    Everybody goes the same part g of the way to a full post, with N persons and A agreed FTE by
    post in the base year

        g = points / 100 * sum(N) / sum(max(N - A, 0)),

    and at most 1: nobody holds more than a full post.

    The first points replace ``extra_hours`` (per cent of agreed FTE) that part-timers work already
    and give no hands; measures on positions share them. Where the place does not tell its own, they
    are those of the service: `EXTRA_IN_CARE` in health and care, `EXTRA_ELSEWHERE` in others.
    Where the place has asked, ``wanted`` is the per cent of the way to full posts that part-timers
    want, and the measure goes no further.
    """
    return _toward_full(inputs, points / 100.0, extra_hours, reach, wanted)


@lever(*STAFF)
def full_time(
    inputs: xr.Dataset,
    *,
    points: float,
    part_time_position: Percent = PART_TIME_POSITION,
    extra_hours: Percent | None = None,
    wanted: Percent | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Raise the share who work full time by percentage points of those reached.

    One who goes from part time to full time adds 1 - ``part_time_position`` / 100 of a post, so
    that the mean position rises by points * (1 - part_time_position / 100); then as
    `position_share`.
    """
    raised = points / 100.0 * (1.0 - part_time_position / 100.0)
    return _toward_full(inputs, raised, extra_hours, reach, wanted)


@lever("short_absence")
def absence(inputs: xr.Dataset, *, points: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Lower (points below zero) or raise short absence by percentage points of agreed days."""
    changed = inputs["short_absence"] + on_stock(inputs, reach) * points / 100.0
    return inputs.assign(short_absence=ordered(changed.clip(0.0, 1.0)))


@lever("short_absence", *STAFF)
def long_absence(
    inputs: xr.Dataset,
    *,
    points: float,
    substitutes_leave: Percent = SUBSTITUTES_LEAVE,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Lower (points below zero) or raise long absence by percentage points of agreed days.

    Long absence is what is doctor-certified beyond the employer's period; those who are away are
    not among the FTE, and the substitutes for them are. With A the agreed FTE reached, those who
    come back, from leave or to graded work, are -points / 100 * A FTE, and

        FTE = A (1 - points / 100 * (1 - substitutes_leave / 100)):

    where a substitute leaves when somebody comes back, only the substitute is saved. No more comes
    back than is away: `there_is_long`.
    """
    there = there_is_long(inputs, reach)
    if points < -there:
        raise ParameterError(
            f"long absence of those reached is {there:.1f} % of agreed days; it cannot fall by "
            f"{-points:g} percentage points."
        )
    stays = 1.0 - substitutes_leave / 100.0
    factor = 1.0 - on_stock(inputs, reach) * points / 100.0 * stays
    return inputs.assign(position_factor=ordered(inputs["position_factor"] * factor))


def there_is_long(inputs: xr.Dataset, reach: Reach) -> float:
    """Tell the long absence of those reached: what short absence is not of all."""
    agreed = (inputs["staff"] * inputs["position_share"]).sum(["sex", "working_age"])
    weight = agreed * reached(inputs, reach)
    total = float(weight.sum())
    short = inputs["short_absence"].isel(year=0, drop=True)
    share = float((short * weight).sum()) / total if total else 0.0
    return 100.0 * share * (1.0 / SHORT_PART - 1.0)


@lever(*STAFF)
def part_pension(
    inputs: xr.Dataset,
    *,
    points: float,
    position: Percent = 50.0,
    would_stay: Percent = 50.0,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let percentage points of the staff of 62 and over combine work with part of a pension.

    Those who take it hold ``position`` per cent of their post. Of them ``would_stay`` per cent
    would have gone on in the whole of it, and the others would have left: with A the agreed FTE of
    a post and a those of 62 and over, in the base year,

        FTE = A + a points / 100 * ((1 - would_stay) position - would_stay (1 - position)),

    which is a loss where most would have stayed.
    """
    if points < 0:
        raise ParameterError(f"points is {points:g}; nobody takes up less than nothing.")
    part, stay = position / 100.0, would_stay / 100.0
    each = points / 100.0 * ((1.0 - stay) * part - stay * (1.0 - part))
    agreed = inputs["staff"] * inputs["position_share"]
    over = ["sex", "working_age"]
    old = agreed.sel(working_age=slice(PENSION_FROM, None)).sum(over)
    whole = agreed.sum(over)
    share = old / whole.where(whole > 0, 1.0)
    factor = 1.0 + on_stock(inputs, reach) * share * each
    return inputs.assign(position_factor=ordered(inputs["position_factor"] * factor))


@lever(*STAFF, takes=("sectors", "occupations", "regions"))
def position_trend(
    inputs: xr.Dataset,
    *,
    points: float = TREND,
    extra_hours: Percent | None = None,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Let the mean position go on growing by percentage points of a full post a year, unasked.

    Where no service is named it is that of health and care, whose pace is known. What is gone
    takes the place of extra hours first, as in `position_share`, and a measure on positions that is
    pulled after it comes on top.
    """
    if "sectors" not in reach:
        if CARE not in inputs["sector"].values:
            return inputs
        reach = {**reach, "sectors": [CARE]}
    first, last = int(inputs["year"].values[0]), int(inputs["year"].values[-1])
    if last == first:
        return inputs
    reach = {**reach, "start_year": first, "end_year": last}
    return _toward_full(inputs, points / 100.0 * (last - first), extra_hours, reach)


def _extra_worked(inputs: xr.Dataset, agreed: xr.DataArray, slack: xr.DataArray) -> xr.DataArray:
    """Part of the way to full posts that is worked as extra hours, by service."""
    over = [dim for dim in agreed.dims if dim != "sector"]
    care = inputs["sector"] == CARE
    rate = xr.where(care, EXTRA_IN_CARE, EXTRA_ELSEWHERE) / 100.0  # type: ignore[no-untyped-call]
    left = slack.sum(over)
    part: xr.DataArray = rate * agreed.sum(over) / left.where(left > 0, np.inf)
    return part


def _toward_full(
    inputs: xr.Dataset,
    raised: float,
    extra_hours: float | None,
    reach: Reach,
    wanted: float | None = None,
) -> xr.Dataset:
    """Go so far to full posts that the mean position of those reached rises by ``raised``."""
    where = reached(inputs, reach)
    persons = inputs["staff"].sum(["sex", "working_age"]) * where
    agreed = (inputs["staff"] * inputs["position_share"]).sum(["sex", "working_age"]) * where
    left = (persons - agreed).clip(min=0.0)
    slack = float(left.sum())
    heads = float(persons.sum())
    if not heads or not raised:
        return inputs
    if slack <= 0 < raised:
        return inputs
    if slack <= 0:
        raise ParameterError(
            "those reached all hold full posts, and a fall is laid on those who hold less. Name "
            "more sectors or occupations."
        )
    gone = on_stock(inputs, reach) * min(
        raised * heads / slack, 1.0 if wanted is None else wanted / 100.0
    )
    if extra_hours is None:
        worked = where * _extra_worked(inputs, agreed, left)
    else:
        worked = where * extra_hours / 100.0 * float(agreed.sum()) / slack
    if "position_gain" in inputs:
        gone = 1.0 - (1.0 - gone) * (1.0 - inputs["position_gain"])
        worked = worked + (inputs["extra_hours"] - worked).clip(min=0.0)
    return inputs.assign(position_gain=ordered(gone), extra_hours=ordered(worked))
