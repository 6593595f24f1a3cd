"""Lay rows of a table into a labelled array."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

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
    shape = [len(labels) for labels in coords.values()]
    place = np.zeros(len(table), dtype=np.int64)
    for dim, labels in coords.items():
        found = pl.DataFrame({dim: table[dim].unique()})
        lookup = {label: number for number, label in enumerate(labels)}
        unknown = [label for label in found[dim].to_list() if label not in lookup]
        if unknown:
            raise DataError(f"{value}: {dim} {unknown[0]!r} is not among its labels.")
        column = table[dim]
        numbers = column.replace_strict(
            found[dim], [lookup[label] for label in found[dim].to_list()], return_dtype=pl.Int64
        )
        place = place * len(labels) + numbers.to_numpy().astype(np.int64)
    values = table[value].to_numpy().astype(float)
    data = np.bincount(place, weights=values, minlength=int(np.prod(shape)))
    return xr.DataArray(
        data.reshape(shape).astype(float), dims=list(coords), coords=dict(coords), name=value
    )
