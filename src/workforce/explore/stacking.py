"""Inputs of one region under several measures, laid side by side as regions of their own."""

from collections.abc import Collection, Hashable, Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.errors import ParameterError


def side_by_side(states: Sequence[xr.Dataset], *, of: Collection[str] | None = None) -> xr.Dataset:
    """Lay states of one region side by side as regions, in numpy, since xarray takes its time.

    ``of`` names the inputs to keep, all of them when left out.
    """
    first, held = states[0], [state.variables for state in states]
    names = list(dict.fromkeys(str(name) for state in states for name in state.data_vars))
    names = [name for name in names if of is None or name in of]
    found = {}
    for name in names:
        own = [known[name] if name in known else _nothing(name) for known in held]
        same = all(one is own[0] or one.values is own[0].values for one in own)
        if same and "region" not in own[0].dims:
            found[name] = own[0]
            continue
        dims = list(dict.fromkeys(["region", *(dim for one in own for dim in one.dims)]))
        sizes = {dim: max(one.sizes.get(dim, 1) for one in own) for dim in dims}
        sizes["region"] = 1
        laid = [_with_dims(one, dims) for one in own]
        shape = list(sizes.values())
        values = np.concatenate([np.broadcast_to(array, shape) for array in laid])
        found[name] = xr.Variable(dims, values)
    coords = {name: coord for name, coord in first.coords.items() if name != "region"}
    labels = [str(number) for number in range(len(states))]
    return xr.Dataset(found, coords={**coords, "region": labels}, attrs=first.attrs)


def _with_dims(array: xr.Variable, dims: Sequence[Hashable]) -> Numbers:
    """Numbers in the order of ``dims``, with length 1 where the array lacks one."""
    own = [dim for dim in dims if dim in array.dims]
    shape = [array.sizes.get(dim, 1) for dim in dims]
    laid: Numbers = array.transpose(*own).values.reshape(shape)
    return laid


def _nothing(name: str) -> xr.Variable:
    """Give what a lever adds to the inputs, for a state in which it is not pulled."""
    if name not in ADDED:
        raise ParameterError(f"The input {name} is made by a lever that cannot be tried out here.")
    return xr.Variable((), np.array(ADDED[name]))


ADDED: dict[str, float] = {
    "retirement_delay": 0.0,
    "position_gain": 0.0,
    "extra_hours": 0.0,
    "years_gained": 0.0,
}
"""What levers add to inputs, and the value that does nothing."""
