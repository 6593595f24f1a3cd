"""Staff of all posts over the years: rates with their draws put together, sums handed back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.errors import DataError
from workforce.model.employment import giving_hands
from workforce.model.post_room import Ceiling
from workforce.model.posts import (
    at_posts,
    between_posts,
    by_occupation,
    on_posts,
    post_labels,
    post_transition,
)
from workforce.model.retirement import delay_hazard
from workforce.model.staff_luck import Luck
from workforce.model.staff_years import StaffFlows, StaffWeights, sum_staff
from workforce.model.working_life import remaining_years

AGE_GROUPS = {"under_35": (0, 34), "35_54": (35, 54), "55_61": (55, 61), "62_plus": (62, 200)}
OLDEST_TRAINEE = 54  # Who is older is hardly trained to another occupation.
CELLS = ("sex", "working_age")
START_AGES = tuple(range(20, 70, 5))


def project_staff(
    inputs: xr.Dataset,
    residents: xr.DataArray,
    posts: Sequence[tuple[str, str]],
    *,
    seed: int | None = None,
    competence_detail: bool = False,
    working_lives: bool = False,
    most_fte: xr.DataArray | None = None,
    flows: bool = True,
) -> xr.Dataset:
    """Project staff under the baseline inflow and sum over sex and age.

    Draws come in through ``exit_draw``, ``inflow_draw`` and ``retirement_draw``. ``residents`` are
    inhabitants of working age ([draw], region, year) [persons]. With ``seed`` exits and recruits
    are counts in every draw but draw 0. ``most_fte`` is FTE at work that recruiting may bring a
    post to on 1 January, ([draw], region, occupation, year): where more would come, recruitment
    gives way.

    By draw, region, post (as ``occupation``) and year there are ``headcount``, ``by_group``
    (age_group) [persons], ``agreed`` [FTE] and ``held`` (competence) [FTE]; with ``flows``, by
    flow_year, ``exits`` (cause), ``recruits`` (origin), ``transfers`` [persons per year],
    ``exits_agreed`` (cause) and ``drain`` (competence) [FTE per year]. In detail also ``holders``
    (competence) [persons], ``held_by_age`` (age_group, competence) [FTE] and ``drain_by_cause``
    (cause, competence) [FTE per year]; with working lives ``working_years`` by draw, region, sector
    and start_age [years per person].
    """
    labels = post_labels(posts)
    rates = staff_flows(inputs, residents, posts)
    replaced = inputs["replaced_share"].values if "replaced_share" in inputs else None
    sectors = [sector for sector, _ in posts]
    groups = [
        [place for place, own in enumerate(sectors) if own == sector]
        for sector in dict.fromkeys(sectors)
    ]
    luck = None
    if seed is not None:
        draws = inputs["draw"].values.tolist() if "draw" in inputs.coords else [0]
        regions = inputs["region"].values.astype(str).tolist()
        luck = Luck(seed, regions, labels, inputs["flow_year"].values.tolist(), draws)
    weights = _weights(inputs, posts, competence_detail)
    if not flows:
        weights = weights._replace(
            by_cause=weights.by_cause[..., :0], leaving=weights.leaving[..., :0]
        )
    ceiling = None if most_fte is None else _ceiling(inputs, most_fte, posts)
    sums = sum_staff(
        rates,
        weights,
        groups=groups,
        luck=luck,
        replaced=replaced,
        ceiling=ceiling,
        origins=flows,
    )
    found = _labelled(sums, inputs, labels, competence_detail, flows)
    if working_lives:
        found["working_years"] = _working_years(rates, inputs, sectors, groups)
    return found


def staff_flows(
    inputs: xr.Dataset, residents: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> StaffFlows:
    """Put the rates of every post together with the factors of the draws."""
    for name in ("staff", "exit_rate", "inflow_rate", "position_share"):
        if "draw" in inputs[name].dims:
            raise DataError(
                f"{name} has the dimension 'draw'; put draws into exit_draw and others."
            )
    return StaffFlows(
        start=_laid(on_posts(inputs["staff"], posts), ("region", "occupation", *CELLS)),
        **_exits(inputs, posts),
        **_entries(inputs, residents, posts),
        moves=_moves(inputs, posts),
        ages=inputs.sizes["working_age"],
        **_training(inputs, posts),
    )


def _working_years(
    flows: StaffFlows,
    inputs: xr.Dataset,
    sectors: Sequence[str],
    groups: Sequence[Sequence[int]],
) -> xr.DataArray:
    """Years left by sector: the mean over posts and sexes, by its staff of all ages."""
    ages = inputs["working_age"].values.tolist()
    starts = [age for age in START_AGES if age in ages]
    years = remaining_years(flows, [ages.index(age) for age in starts], groups=groups)
    staff = flows.start.reshape(*flows.start.shape[:2], -1, flows.ages).sum(axis=-1)
    means = []
    for group in groups:
        weight = staff[:, group]
        total = weight.sum(axis=(1, 2))
        weight = weight / np.where(total > 0, total, 1.0)[:, np.newaxis, np.newaxis]
        means.append(np.einsum("drpsk,rps->drk", years[:, :, group], weight))
    array = xr.DataArray(
        np.stack(means, axis=2),
        dims=["draw", "region", "sector", "start_age"],
        coords={
            "region": inputs["region"].values,
            "sector": list(dict.fromkeys(sectors)),
            "start_age": starts,
        },
    )
    return array if len(years) > 1 else array.isel(draw=0)


def _exits(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Hazards by cause, and the factors of the draws on them.

    Alternatives of retirement are hazards that are added to those of the middle one, in the
    measure that a draw leans to the low or to the high: a draw is one future of the rules.
    """
    dims = ("flow_year", "region", "occupation", "cause", *CELLS)
    rate = on_posts(inputs["exit_rate"], posts)
    retired = inputs["cause"] == "retired"
    if "retirement_delay" in inputs:
        delay = at_posts(inputs["retirement_delay"], posts)
        rate = rate.where(~retired, delay_hazard(rate.sel(cause="retired", drop=True), delay))
    rate = rate * at_posts(inputs["exit_factor"], posts)
    middle = by_occupation(inputs["retirement_factor"], posts)
    hazards = [_laid(rate * middle.where(retired, 1.0), dims)]
    factor = on_posts(inputs["exit_draw"], posts) if "exit_draw" in inputs else xr.DataArray(1.0)
    draw_dims = ("draw", *dims[:4])
    sizes = {dim: hazards[0].shape[axis] for axis, dim in enumerate(dims[1:4], 1)}
    factors = [_laid(factor, draw_dims, sizes)]
    causes = list(range(inputs.sizes["cause"]))
    if "retirement_draw" in inputs:
        leaning = inputs["retirement_draw"]
        own = rate.sel(cause=["retired"])
        on_retired = factor.sel(cause=["retired"]) if "cause" in factor.dims else factor
        for name, sign in (("retirement_low", -1.0), ("retirement_high", 1.0)):
            hazards.append(_laid(own * (by_occupation(inputs[name], posts) - middle), dims))
            part = on_retired * (sign * leaning).clip(min=0.0)
            factors.append(_laid(part, draw_dims, sizes | {"cause": 1}))
            causes.append(inputs["cause"].values.tolist().index("retired"))
    return {
        "hazard": _joined(hazards, axis=3),
        "hazard_factor": _joined(factors, axis=4),
        "causes": causes,
    }


def _entries(
    inputs: xr.Dataset, residents: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Recruits per inhabitant by origin, and the inhabitants with the factors of the draws."""
    rate = on_posts(inputs["inflow_rate"], posts)
    entry = _laid(rate, ("region", "occupation", "origin", *CELLS))
    heads = residents.isel(year=slice(0, -1)).rename(year="flow_year")
    factor = at_posts(inputs["inflow_factor"], posts) * heads
    if "inflow_draw" in inputs:
        factor = factor * on_posts(inputs["inflow_draw"], posts)
    dims = ("draw", "flow_year", "region", "occupation", "origin")
    if "replaced_share" in inputs:
        # A post that nobody was seen to be recruited to gets people like those in it.
        start = _laid(on_posts(inputs["staff"], posts), ("region", "occupation", *CELLS))
        alike = start / np.maximum(start.sum(axis=-1, keepdims=True), 1e-12)
        empty = entry.sum(axis=(-2, -1)) <= 0
        entry = np.where(empty[..., None, None], alike[..., None, :], entry)
    return {"entry": entry, "entry_factor": _laid(factor, dims)}


def _moves(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> Numbers | None:
    if "transition" not in inputs:
        return None
    moves = post_transition(inputs, posts)
    sizes = {"region": inputs.sizes["region"]}
    return _laid(moves, ("region", "occupation", "occupation_to"), sizes)


def _training(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Those who change post by training, and the cells that they are taken from."""
    if "retrained" not in inputs:
        return {}
    wanted = between_posts(inputs["retrained"], posts)
    # They move at the end of the year, when they are a year older.
    young = (inputs["working_age"] <= OLDEST_TRAINEE + 1) * xr.ones_like(inputs["sex"], dtype=float)
    dims = ("flow_year", "region", "occupation", "occupation_to")
    return {
        "retrained": wanted.transpose(*dims).values,
        "trainable": young.transpose(*CELLS).values.reshape(-1),
    }


def _ceiling(
    inputs: xr.Dataset, most_fte: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> Ceiling:
    """Lay out what FTE at work are made of, so that staff can be held against the most of them."""
    dims = ("draw", "region", "occupation", "year")
    sizes = {"region": inputs.sizes["region"], "occupation": len(posts)}
    sizes["year"] = inputs.sizes["year"]
    nothing = xr.DataArray(0.0)
    lent, away = (
        on_posts(inputs[name], posts) if name in inputs else nothing
        for name in ("lent_fte", "training_fte")
    )
    gain = nothing
    if "position_gain" in inputs:
        gain = giving_hands(
            *(at_posts(inputs[name], posts) for name in ("position_gain", "extra_hours"))
        )
    present = 1.0 - at_posts(inputs["short_absence"], posts)
    most = (most_fte - lent) / present.where(present > 0, 1.0)
    position = at_posts(inputs["position_factor"], posts)
    return Ceiling(*(_laid(array, dims, sizes) for array in (most, position, gain, away)))


def _weights(inputs: xr.Dataset, posts: Sequence[tuple[str, str]], detail: bool) -> StaffWeights:
    """Weights of the sums: heads, groups of ages, agreed FTE, and FTE with each competence."""
    dims = ("region", "occupation", *CELLS, "sum")
    fte = on_posts(inputs["position_share"], posts)
    one = xr.ones_like(fte)
    age = inputs["working_age"]
    groups = [one * ((age >= low) & (age <= high)) for low, high in AGE_GROUPS.values()]
    held, holders, by_age = [], [], []
    if "holding" in inputs:
        holding = by_occupation(inputs["holding"], posts)
        shares = [holding.sel(competence=c, drop=True) for c in inputs["competence"].values]
        held = [fte * part for part in shares]
        if detail:
            holders = [one * part for part in shares]
            by_age = [part * group for group in groups for part in held]
    stack = [
        np.stack([_laid(array, dims[:-1]) for array in arrays], axis=-1)
        if arrays
        else np.zeros((*_laid(fte, dims[:-1]).shape, 0))
        for arrays in (
            [one, fte, *groups, *held, *holders, *by_age],
            [one, fte, *(held if detail else [])],
            held,
        )
    ]
    return StaffWeights(*stack)


def _laid(array: xr.DataArray, dims: Sequence[str], sizes: dict[str, int] | None = None) -> Numbers:
    """Numbers of an array in the order of ``dims``, sex and age as one axis.

    A dimension that the array lacks has the size given, else 1; years that are all alike are one.
    """
    missing = [dim for dim in dims if dim not in array.dims]
    values = array.variable.transpose(*(dim for dim in dims if dim in array.dims)).values
    values = values[tuple(np.newaxis if dim in missing else slice(None) for dim in dims)]
    shape = [
        max(length, (sizes or {}).get(dim, 1)) if dim in missing else length
        for dim, length in zip(dims, values.shape, strict=True)
    ]
    values = np.broadcast_to(values, shape)
    if "flow_year" in dims and "origin" not in dims:
        axis = list(dims).index("flow_year")
        first = values.take([0], axis=axis)
        values = first if bool((values == first).all()) else values
    if CELLS[0] in dims:
        start = list(dims).index(CELLS[0])
        values = values.reshape(*values.shape[:start], -1, *values.shape[start + 2 :])
    return values


def _joined(arrays: Sequence[Numbers], *, axis: int) -> Numbers:
    """Join along the causes, with as many years and draws as the one that has most."""
    sizes = [max(lengths) for lengths in zip(*(array.shape for array in arrays), strict=True)]
    same = []
    for array in arrays:
        shape = [
            own if place == axis else most
            for place, (own, most) in enumerate(zip(array.shape, sizes, strict=True))
        ]
        same.append(np.broadcast_to(array, shape))
    return np.concatenate(same, axis=axis)


def _detailed(sums: Any, first: int, count: int) -> dict[str, Any]:
    """Pick holders, FTE by age and exits by cause out of the sums."""
    by_age = sums.stock[..., first + count :]
    return {
        "holders": (sums.stock[..., first : first + count], ["year", "competence"]),
        "held_by_age": (
            by_age.reshape(*by_age.shape[:-1], len(AGE_GROUPS), count),
            ["year", "age_group", "competence"],
        ),
        "drain_by_cause": (sums.by_cause[..., 2:], ["flow_year", "cause", "competence"]),
    }


def _labelled(
    sums: Any, inputs: xr.Dataset, labels: list[str], detail: bool, flows: bool
) -> xr.Dataset:
    """Put names on the sums."""
    groups = 2 + len(AGE_GROUPS)
    stock = sums.stock
    found = {
        "headcount": (stock[..., 0], ["year"]),
        "agreed": (stock[..., 1], ["year"]),
        "by_group": (stock[..., 2:groups], ["year", "age_group"]),
    }
    if flows:
        found |= {
            "exits": (sums.by_cause[..., 0], ["flow_year", "cause"]),
            "exits_agreed": (sums.by_cause[..., 1], ["flow_year", "cause"]),
            "recruits": (sums.recruits, ["flow_year", "origin"]),
            "transfers": (sums.transfers, ["flow_year"]),
        }
    if "holding" in inputs:
        count = inputs.sizes["competence"]
        found["held"] = (stock[..., groups : groups + count], ["year", "competence"])
        if flows:
            found["drain"] = (sums.leaving, ["flow_year", "competence"])
        if detail:
            found |= _detailed(sums, groups + count, count)
    drawn = "draw" in inputs.coords and len(stock) == inputs.sizes["draw"]
    lead = ["draw"] if drawn or len(stock) > 1 else []
    arrays = {
        name: ([*lead, "region", "occupation", *last], values if lead else values[0])
        for name, (values, last) in found.items()
    }
    used = {dim for dims, _ in arrays.values() for dim in dims if dim != "draw" or drawn}
    own = {"occupation": labels, "age_group": list(AGE_GROUPS)}
    coords = {dim: own.get(dim, inputs.variables.get(dim)) for dim in used}
    return xr.Dataset(arrays, coords)
