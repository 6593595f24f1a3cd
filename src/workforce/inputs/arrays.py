"""Lay rows of a table into a labelled array."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers
from workforce.errors import DataError


def to_array(table: pl.DataFrame, coords: Mapping[str, Sequence[Any]], value: str) -> xr.DataArray:
    """Sum ``value`` into an array with the dimensions of ``coords``.

    Rows of one cell are added; a cell without rows holds zero. A label outside ``coords`` is an
    error: nothing is dropped.

    Parameters
    ----------
    table : polars.DataFrame
        One column per dimension and the value.
    coords : mapping of dimension to labels
    value : str
    """
    values = lay(table, coords, value)
    return xr.DataArray(values, dims=list(coords), coords=dict(coords), name=value)


def lay(table: pl.DataFrame, coords: Mapping[str, Sequence[Any]], value: str) -> Numbers:
    """Sum ``value`` as `to_array` does, into an array without labels."""
    shape = [len(labels) for labels in coords.values()]
    place = np.zeros(len(table), dtype=np.int64)
    for dim, labels in coords.items():
        place = place * len(labels) + _numbers(table[dim], labels, value)
    values = table[value].to_numpy().astype(float)
    data = np.bincount(place, weights=values, minlength=int(np.prod(shape)))
    return data.reshape(shape).astype(float)


def _numbers(column: pl.Series, labels: Sequence[Any], value: str) -> NDArray[np.int64]:
    """Find the place of each cell of a column among the labels."""
    if column.dtype.is_integer():
        cells, known = column.to_numpy(), np.sort(labels)
        there = np.isin(cells, known)
    else:
        listed = column.cast(pl.String).cast(pl.Enum(labels), strict=False)
        there = listed.is_not_null().to_numpy()
    if not there.all():
        unknown = column.filter(pl.Series(~there))[0]
        raise DataError(f"{value}: {column.name} {unknown!r} is not among its labels.")
    if column.dtype.is_integer():
        return np.argsort(labels)[np.searchsorted(known, cells)]
    return listed.to_physical().to_numpy().astype(np.int64)
