"""Levers on sharing: tasks between occupations, and people between places."""

from typing import Annotated, Unpack

import xarray as xr

from workforce.errors import ParameterError
from workforce.model.study_time import study_fte
from workforce.scenarios.levers.declared import STAFF, lever
from workforce.scenarios.levers.reach import (
    Bounds,
    Reach,
    on_stock,
    ordered,
    reached,
    stock_share,
)


@lever("task_share", "task_output")
def task_sharing(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Share so many per cent of the tasks that the table of task sharing allows.

    From ``occupations`` that are short of people to those with time to spare in the same place and
    sector, year by year and draw by draw; see `workforce.model.task_sharing.share_tasks`. Two such
    levers are as wide as the wider of them.
    """
    if not 0 <= percent <= 100:
        raise ParameterError(f"percent is {percent:g}; give 0 to 100 % of what is allowed.")
    allowed = inputs["task_share"] * on_stock(inputs, reach) * percent / 100.0
    if "task_sharing" in inputs:
        before = inputs["task_sharing"]
        allowed = before + (allowed - before).clip(min=0.0)
    return inputs.assign(task_sharing=ordered(allowed))


@lever("task_share", "task_output", "staffing_standard", "measured_shortage", *STAFF)
def scarce_tasks(
    inputs: xr.Dataset,
    *,
    percent: float,
    weeks: Annotated[float, Bounds(0, 520)] = 0.0,
    **reach: Unpack[Reach],
) -> xr.Dataset:
    """Move so many per cent of the tasks that may be shared to occupations that are less scarce.

    Scarcity is the hands missing in the base year, unfilled or bought, over the agreed FTE of the
    occupation. From a scarcer occupation i to a less scarce one j of the same sector goes the part
    m of the work, by the table of task sharing, whether or not j has time to spare: with s the
    staffing per user and p the work of i that an FTE of j does,

        s_i (1 - sum over j of m_ij)        s_j (1 + sum over i of m_ij s_i / (p_ij s_j)).

    The need is moved and not made smaller; where j does it more slowly it grows. For each FTE of
    tasks that j takes over somebody learns for so many ``weeks`` in full time, and is away from
    their post meanwhile, in the year from the 1 January on which it is taken over.
    """
    if not 0 <= percent <= 100:
        raise ParameterError(f"percent is {percent:g}; give 0 to 100 % of what is allowed.")
    over = ["sector", "sex", "working_age"]
    agreed = (inputs["staff"] * inputs["position_share"]).sum(over)
    hands = inputs["measured_shortage"].sel(line=["unfilled", "agency_overtime"])
    scarcity = hands.sum(["line", "sector"]) / agreed.where(agreed > 0, 1.0)
    less = scarcity > scarcity.rename(occupation="occupation_to")
    standard = inputs["staffing_standard"]
    to = standard.rename(occupation="occupation_to")
    allowed = inputs["task_share"] * less * (to > 0) * percent / 100.0
    moved, share = allowed * reached(inputs, reach), stock_share(inputs, reach)
    output = inputs["task_output"].where(inputs["task_output"] > 0, 1.0)
    got = (moved * standard / (output * to.where(to > 0, 1.0))).sum("occupation")
    got = got.rename(occupation_to="occupation").sel(occupation=inputs["occupation"])
    factor = 1.0 + (got - moved.sum("occupation_to")) * share
    changed = inputs.assign(standard_factor=ordered(inputs["standard_factor"] * factor))
    if not weeks:
        return changed
    posts = (inputs["staff"] * inputs["position_share"]).sum(["sex", "working_age"])
    more = share - share.shift(year=1, fill_value=0.0)
    away = got * posts * study_fte(weeks) * more + inputs.get("training_fte", 0.0)
    return changed.assign(training_fte=ordered(away))


@lever(*STAFF, on_shortage=True)
def regional_pooling(inputs: xr.Dataset, *, percent: float, **reach: Unpack[Reach]) -> xr.Dataset:
    """Let places with people to spare lend so many per cent of them to places that lack them.

    By sector, occupation and year on the central path of these inputs, whose shortage is laid
    beside them as ``shortage_fte``, with s the surplus and g the shortage of each place:
    percent / 100 * min(sum(s), sum(g)) FTE are lent, from each place by its part of the surplus,
    to each by its part of the shortage. Pull it last: levers pulled after it change nothing of
    what is lent.
    """
    if not 0 <= percent <= 100:
        raise ParameterError(f"percent is {percent:g}; give 0 to 100 % of the surplus.")
    where = reached(inputs, reach)
    places = where.max([dim for dim in where.dims if dim != "region"])
    count = int(places.sum()) if "region" in places.dims else inputs.sizes["region"]
    if count < 2:
        raise ParameterError(
            "it lends between places, and there is one only. Project several municipalities "
            "together, each by itself."
        )
    if not percent:
        return inputs
    gap = inputs["shortage_fte"] * where
    spare, short = (-gap).clip(min=0.0), gap.clip(min=0.0)
    all_spare, all_short = spare.sum("region"), short.sum("region")
    least = all_spare.where(all_spare < all_short, all_short) * percent / 100.0
    given = spare / all_spare.where(all_spare > 0, 1.0) * least
    got = short / all_short.where(all_short > 0, 1.0) * least
    lent = (got - given) * stock_share(inputs, reach)
    return inputs.assign(lent_fte=ordered(lent + inputs.get("lent_fte", 0.0)))
