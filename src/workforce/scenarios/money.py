"""What measures cost and save a year, on one basis: every FTE at work is paid a wage."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from workforce.contract.about import Wage, about
from workforce.errors import MissingDataError
from workforce.model.posts import used_posts
from workforce.scenarios.attribution import split
from workforce.scenarios.cost import measure_cost, step_investment
from workforce.scenarios.hiring import limit_hiring
from workforce.scenarios.kept import central_path
from workforce.scenarios.levers.options import own_options
from workforce.scenarios.levers.registry import LEVERS
from workforce.scenarios.pieces import supply_path
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import inputs_for

AGENCY_PRICE = 2.5
"""Price of an hour from an agency over one of own staff (Agenda Kaupang, care in 2021)."""
OVERTIME_PAY = 1.75
"""Pay of an hour of overtime over an ordinary one: halfway between the 50 % on weekdays and the
100 % at night and at weekends that the collective agreement of KS adds. No pension is due on it."""
OVERTIME_SHARE = 0.5
"""Part of the bought hours that is overtime where nobody tells: an assumption."""
INVESTMENT_YEARS = 10
"""Years over which what is paid once is spread evenly."""
HARDLY_FTE = 0.5
"""A price per FTE of less than this is no price. [FTE]"""
BOUGHT = "agency_overtime"
PAID = ("running", "investment", "wages", "sick_pay", "extra_hours")
"""What a price is the sum of; what is saved is below zero. [NOK per year]"""

Measures = Mapping[str, Sequence[Mapping[str, Any]]]


def wage_costs(inputs: xr.Dataset) -> xr.DataArray:
    """Cost of an FTE of own staff by occupation, with pension and employer's contribution.

    Dims (price, occupation): ``own`` staff, and an FTE ``bought``: part of it as overtime, at
    `OVERTIME_PAY` times the pay with the contribution, the rest from agencies at `AGENCY_PRICE`
    times own staff, where the place does not tell its price. [NOK per FTE and year]
    """
    known = {one.occupation: one for one in about(inputs).wages}
    codes = inputs["occupation"].values.astype(str).tolist()
    lacking = [code for code in codes if code not in known]
    if lacking:
        raise MissingDataError(
            f"There is no wage of the occupations {', '.join(lacking)}. load_inputs gives them."
        )
    own = [known[code].cost for code in codes]
    bought = [_bought_price(known[code]) for code in codes]
    coords = {"price": ["own", "bought"], "occupation": codes}
    return xr.DataArray([own, bought], dims=list(coords), coords=coords)


def _bought_price(wage: Wage) -> float:
    if wage.bought is not None:
        return wage.bought
    share = OVERTIME_SHARE if wage.overtime_share is None else wage.overtime_share
    overtime = OVERTIME_PAY * wage.pay * (1.0 + wage.contribution)
    return share * overtime + (1.0 - share) * AGENCY_PRICE * wage.cost


def measure_money(inputs: xr.Dataset, measures: Measures, *, year: int) -> xr.Dataset:
    """Tell what each of some measures costs and saves in a year, all on the central path.

    That path has the median of what may come of each measure, and the whole of what it costs. With
    p the FTE that staff are paid for, s those at work, n the need, each what the measure changes of
    it (Shapley values), and w the wage, by occupation:

        running      units * NOK a year per unit, in the year before ``year``
        investment   units * NOK once per unit / `INVESTMENT_YEARS`
        wages        sum of w p; of lower absence sum of w s, since the day's work is paid
        sick_pay     - sum of w s of lower absence: this was paid already
        extra_hours  - sum of w times the FTE of extra hours that larger positions replace
        price        the sum of these
        bought       - what bought FTE cost that the measures take the place of
        net          price + bought

    Bought FTE are those that the place counted in the base year; measures share them by what they
    give the same occupation, and never more than there are. A wage of extra hours is that of own
    staff. What raises the need no more than it lowers it pays no wage.

    ``measures`` are up to ten, in the order they are pulled in. Dims (measure): ``fte`` gained
    [FTE], ``gross``, the agreed FTE that more are paid for with the extra hours that they are
    worked already, ``worked`` [FTE], those above and ``once`` (the investment in full) [NOK], and
    ``per_fte``, price over ``fte`` where it is `HARDLY_FTE` or more [NOK per FTE and year]. What is
    not known is NaN: ``running`` of a lever without a cost and what rests on it, ``once`` where
    nobody told it (and then none is counted), and ``bought`` and ``net`` where nobody counted what
    is bought.
    """
    states: dict[frozenset[str], xr.Dataset] = {}
    paid, supply, need = (
        _by_occupation(inputs, measures, variable, year, states)
        for variable in ("paid_fte", "supply_fte", "demand_fte")
    )
    price = wage_costs(inputs)
    own = price.sel(price="own", drop=True)
    is_sick = xr.zeros_like(paid["measure"], dtype=float)
    for name, levers in measures.items():
        is_sick.loc[name] = all(LEVERS[str(one["lever"])].paid == "sick_pay" for one in levers)
    healthy = is_sick * (supply - paid).clip(min=0.0)
    extra = xr.concat(
        [_extra_hours(inputs, levers, year) for levers in measures.values()], paid["measure"]
    )
    gained = supply - need
    found = {
        "fte": gained.sum("occupation"),
        "wages": (own * (paid + healthy + extra)).sum("occupation"),
        "sick_pay": -(own * healthy).sum("occupation"),
        "extra_hours": -(own * extra).sum("occupation"),
        "worked": extra.sum("occupation"),
        "gross": (paid + extra).sum("occupation"),
        "bought": -_bought_ended(inputs, gained, price.sel(price="bought", drop=True)),
    }
    running, once = zip(*(_told(inputs, levers, year) for levers in measures.values()), strict=True)
    result = xr.Dataset(found).assign(
        running=("measure", list(running)), once=("measure", list(once))
    )
    result["investment"] = result["once"].fillna(0.0) / INVESTMENT_YEARS
    result["price"] = sum(result[name] for name in PAID)
    result["net"] = result["price"] + result["bought"]
    result["per_fte"] = (result["price"] / result["fte"]).where(result["fte"] >= HARDLY_FTE)
    return result


def price_of(inputs: xr.Dataset, steps: Sequence[Mapping[str, Any]], *, year: int) -> float:
    """Price of measures together in a year, of what `measure_money` calls so.

    Sick pay of lower absence and extra hours weigh up the wage that is counted for them, so that
    the wages are those of the FTE that more are paid for. NaN where nobody has told what a lever
    costs. [NOK per year]
    """
    running, once = _told(inputs, steps, year)
    price = running + (0.0 if np.isnan(once) else once / INVESTMENT_YEARS)
    if all(LEVERS[str(one["lever"])].paid != "wage" for one in steps):
        return price
    more = _by_occupation(inputs, {"": steps}, "paid_fte", year)
    return price + float((wage_costs(inputs).sel(price="own") * more).sum())


def hiring_saved(inputs: xr.Dataset, steps: Sequence[Mapping[str, Any]], *, year: int) -> float:
    """Wages of those who need not be recruited where measures bring staff past what is asked for.

    `price_of` tells what measures cost as if all recruitment went on; this is what they do not cost
    where recruitment gives way (`workforce.scenarios.hiring.limit_hiring`). What a plan or a mix
    costs is the sum of both. Below zero, or 0 where nobody is over. [NOK per year]
    """
    after = apply_scenario(inputs, steps, draws=0)
    limited = limit_hiring(after, inputs, steps)
    if limited is after:
        return 0.0
    posts = used_posts(after)
    less = central_path(inputs_for(limited, ["supply_fte"]), posts)["supply_fte"]
    fewer = (less - supply_path(inputs_for(after, ["supply_fte"]), posts)).sel(year=year)
    present = 1.0 - after["short_absence"].sel(year=year, sector=fewer["sector"])
    wages = wage_costs(inputs).sel(price="own", occupation=fewer["occupation"])
    return min(float((fewer / present * wages).sum()), 0.0)


def bought_share(inputs: xr.Dataset) -> float:
    """Part of the missing hands of the base year that is bought; NaN where nobody counted it."""
    bought = bought_fte(inputs)
    unfilled = _line(inputs, "unfilled")
    total = float((bought + unfilled).sum())
    return float(bought.sum()) / total if total > 0 else float("nan")


def bought_fte(inputs: xr.Dataset) -> xr.DataArray:
    """FTE bought from agencies or as overtime in the base year, by occupation; NaN: not counted."""
    fte = _line(inputs, BOUGHT)
    counted = "shortage_counted" in inputs and bool(
        (inputs["shortage_counted"].sel(line=BOUGHT) > 0).any()
    )
    return fte if counted else fte * np.nan


def _line(inputs: xr.Dataset, line: str) -> xr.DataArray:
    if "measured_shortage" not in inputs:
        return xr.full_like(inputs["occupation"], np.nan, dtype=float)
    return inputs["measured_shortage"].sel(line=line, drop=True).sum(["region", "sector"])


def _by_occupation(
    inputs: xr.Dataset,
    measures: Measures,
    variable: str,
    year: int,
    states: dict[frozenset[str], xr.Dataset] | None = None,
) -> xr.DataArray:
    """Tell what each measure changes of a result, all places and services together."""
    asked: dict[str, Any] = {"variable": variable, "year": year, "by": ("occupation",)}
    found = split(inputs, inputs, dict(measures), **asked, draws=0, states=states)
    parts = found.parts.isel(draw=0, drop=True).sel(sector="all", drop=True).sum("region")
    parts = parts.drop_sel(occupation="all").rename(part="measure")
    return parts.reindex(occupation=inputs["occupation"], fill_value=0.0)


def _extra_hours(
    inputs: xr.Dataset, levers: Sequence[Mapping[str, Any]], year: int
) -> xr.DataArray:
    """FTE of extra hours that larger positions replace: what they would give with none, less."""
    free = [
        {**one, "extra_hours": 0.0}
        for one in levers
        if "extra_hours" in own_options(LEVERS[str(one["lever"])].function)
    ]
    nothing = xr.zeros_like(inputs["occupation"], dtype=float)
    if not free:
        return nothing
    gross, net = (
        _by_occupation(inputs, {"": steps}, "paid_fte", year)
        for steps in (
            [*[one for one in levers if one["lever"] not in {f["lever"] for f in free}], *free],
            list(levers),
        )
    )
    return (gross - net).clip(min=0.0).isel(measure=0, drop=True)


def _bought_ended(inputs: xr.Dataset, gained: xr.DataArray, price: xr.DataArray) -> xr.DataArray:
    given = gained.clip(min=0.0)
    total = given.sum("measure")
    ended = np.minimum(bought_fte(inputs), total)
    part = given / total.where(total > 0, 1.0)
    return (part * ended * price).sum("occupation", skipna=False)


def _told(
    inputs: xr.Dataset, levers: Sequence[Mapping[str, Any]], year: int
) -> tuple[float, float]:
    """Give the running cost of a year and the investment of a measure; NaN where not told."""
    cost = measure_cost(inputs, levers)
    last = int(inputs["flow_year"].values[-1])
    running = float(cost.sel(flow_year=min(year - 1, last)).sum())
    once = [step_investment(inputs, step) for step in levers]
    told = [amount for amount in once if amount is not None]
    return (
        float("nan") if cost.attrs["without_cost"] else running,
        float(sum(told)) if told else float("nan"),
    )
