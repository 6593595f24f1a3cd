"""Task sharing: occupations with spare capacity do tasks of those that are short of people."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers, check_bounds, check_dims, check_labels
from workforce.errors import DataError

LIMITS = ("none", "tasks", "shortage", "capacity")
"""What binds a pair: it shares nothing by the table; all tasks of the giver that may be shared are
shared; the giver has no shortage left; or the receiver has no more time."""


def share_tasks(
    demand_fte: xr.DataArray,
    supply_fte: xr.DataArray,
    most: xr.DataArray,
    productivity: xr.DataArray,
) -> xr.Dataset:
    """Move tasks from occupations with a shortage to those with spare capacity.

    Pairs of giver i and receiver j are taken in the order of productivity p, highest first. Each
    moves, in FTE of the giver,

        m_ij = min(most_ij * demand_i, shortage left of i, p_ij * spare capacity left of j)

    and takes m_ij / p_ij FTE of the receiver. No receiver gets a shortage by it, and no more moves
    than closes the giver's: the time freed goes to tasks of the giver that were left undone. The
    order is a rule, not an optimum; with one giver, or with one receiver, nothing else moves more.

    ``most`` (share of the giver's work) and ``productivity`` (FTE per FTE, above 0 where ``most``
    is) have dims (occupation, occupation_to). ``moved`` is in FTE of the giver, ``limit`` which of
    `LIMITS` binds each pair, ``demand_fte`` the need left with each occupation.
    """
    need, rest, moved, limit = _shared(demand_fte, supply_fte, most, productivity, keep=True)
    pair = ["occupation", "occupation_to", *rest]
    result = need.to_dataset(name="demand_fte")
    result["moved"] = (pair, moved)
    result["limit"] = (pair, np.array(LIMITS)[limit])
    return result.assign_coords(occupation_to=most["occupation_to"].values)


def demand_with_sharing(
    demand_fte: xr.DataArray,
    supply_fte: xr.DataArray,
    most: xr.DataArray,
    productivity: xr.DataArray,
) -> xr.DataArray:
    """Need that is left with each occupation after `share_tasks`, without laying out the pairs."""
    return _shared(demand_fte, supply_fte, most, productivity, keep=False)[0]


def _shared(
    demand_fte: xr.DataArray,
    supply_fte: xr.DataArray,
    most: xr.DataArray,
    productivity: xr.DataArray,
    *,
    keep: bool,
) -> tuple[xr.DataArray, list[str], Numbers, Numbers]:
    """Go through the pairs; what moves is kept by pair where asked for."""
    _check(demand_fte, supply_fte, most, productivity)
    # What may be shared can differ by draw where need and staff do not.
    demand, supply, _ = xr.broadcast(
        demand_fte, supply_fte, most.isel(occupation=0, occupation_to=0, drop=True)
    )
    rest = [str(dim) for dim in demand.dims if dim != "occupation"]
    demand = demand.transpose("occupation", *rest)
    need = demand.values.astype(float)
    gap = need - supply.transpose("occupation", *rest).values
    short, spare = np.maximum(gap, 0.0), np.maximum(-gap, 0.0)
    ratio = productivity.transpose("occupation", "occupation_to").values
    pairs = _pairs(most, ratio)
    count = need.shape[0]
    shape = (count, count, *need.shape[1:]) if keep else (0,)
    moved, limit = np.zeros(shape), np.zeros(shape, dtype=int)
    for giver, receiver in pairs:
        share = most.isel(occupation=giver, occupation_to=receiver, drop=True)
        # What may be shared is a part of the whole work, whatever another receiver took of it.
        allowed = (share * demand.isel(occupation=giver, drop=True)).transpose(*rest).values
        time = spare[receiver] * ratio[giver, receiver]
        amount = np.minimum(np.minimum(allowed, short[giver]), time)
        if keep:
            moved[giver, receiver] = amount
            limit[giver, receiver] = 1 + np.argmin([allowed, short[giver], time], axis=0)
        # Rounding may carry it a hair above the time there is.
        taken = np.minimum(amount / ratio[giver, receiver], spare[receiver])
        short[giver] -= amount
        spare[receiver] -= taken
        need[giver] -= amount
        need[receiver] += taken
    return demand.copy(data=need), rest, moved, limit


def _pairs(most: xr.DataArray, ratio: Numbers) -> list[tuple[int, int]]:
    """Pairs that may share, by productivity, then in the order of the labels."""
    over = [dim for dim in most.dims if dim not in ("occupation", "occupation_to")]
    used = most.max(over).transpose("occupation", "occupation_to").values > 0
    found = [(int(giver), int(receiver)) for giver, receiver in np.argwhere(used)]
    return sorted(found, key=lambda pair: -ratio[pair])


def _check(
    demand_fte: xr.DataArray,
    supply_fte: xr.DataArray,
    most: xr.DataArray,
    productivity: xr.DataArray,
) -> None:
    for name, array in {"demand_fte": demand_fte, "supply_fte": supply_fte}.items():
        check_dims(array, ["occupation"], name=name)
        check_bounds(array, name=name, lower=0)
    for name, array in {"most": most, "productivity": productivity}.items():
        check_dims(array, ["occupation", "occupation_to"], name=name)
    check_bounds(most, name="most", lower=0, upper=1)
    check_bounds(productivity, name="productivity", lower=0)
    check_labels(demand_fte.rename("demand_fte"), supply_fte.rename("supply_fte"))
    for own in ("occupation", "occupation_to"):
        if most[own].values.tolist() != demand_fte["occupation"].values.tolist():
            raise DataError(f"most must have the occupations of demand_fte as its {own}.")
    if bool(((most > 0) & (productivity <= 0)).any()):
        raise DataError("productivity must be above 0 where tasks may be shared.")
    if bool(((most["occupation"] == most["occupation_to"]) & (most > 0)).any()):
        raise DataError("most must be 0 from an occupation to itself.")
