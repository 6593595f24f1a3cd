"""Lay rows of a table into a labelled array."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers
from workforce.errors import DataError


def to_array(table: pl.DataFrame, coords: Mapping[str, Sequence[Any]], value: str) -> xr.DataArray:
    """Sum ``value`` into an array with the dimensions of ``coords``, each a column of the table.

    Rows of one cell are added; a cell without rows holds zero. A label outside ``coords`` is an
    error: nothing is dropped.
    """
    return labelled(lay(table, coords, value), coords, value)


def labelled(
    values: Numbers, coords: Mapping[str, Sequence[Any]], name: str | None = None
) -> xr.DataArray:
    """Label an array; the same labels are one object, which is not made nor compared again."""
    key = tuple((dim, tuple(given), type(next(iter(given), ""))) for dim, given in coords.items())
    found = _labels(key).copy(deep=False, data=values)
    found.name = name
    return found


def fresh(made: xr.Dataset) -> xr.Dataset:
    """Give arrays that are kept as arrays of one's own, which may be written in."""
    return made.copy(data={name: array.values.copy() for name, array in made.data_vars.items()})


@lru_cache(maxsize=256)
def _labels(key: tuple[tuple[str, tuple[Any, ...], type], ...]) -> xr.DataArray:
    """Make the labels of an array, which is copied with values of its own."""
    parts = [_along(*one) for one in key]
    indexes = {dim: index for part in parts for dim, index in part.xindexes.items()}
    coords = xr.Coordinates({dim: part[dim].variable for part in parts for dim in part}, indexes)
    shape = [len(labels) for _, labels, _ in key]
    return xr.DataArray(np.broadcast_to(0.0, shape), coords, list(indexes))


@lru_cache(maxsize=256)
def _along(dim: str, labels: tuple[Any, ...], _kind: type) -> xr.Coordinates:
    """Make the labels of a dimension; their kind tells 1 from 1.0 among those that were made."""
    return xr.Coordinates({dim: list(labels)})


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
        listed = column.cast(pl.String).cast(_listed(tuple(labels)), strict=False)
        there = listed.is_not_null().to_numpy()
    if not there.all():
        unknown = column.filter(pl.Series(~there))[0]
        raise DataError(f"{value}: {column.name} {unknown!r} is not among its labels.")
    if column.dtype.is_integer():
        return np.argsort(labels)[np.searchsorted(known, cells)]
    return listed.to_physical().to_numpy().astype(np.int64)


@lru_cache(maxsize=256)
def _listed(labels: tuple[str, ...]) -> pl.Enum:
    return pl.Enum(labels)
