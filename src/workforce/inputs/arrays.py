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
    places = []
    for dim, labels in coords.items():
        lookup = {label: place for place, label in enumerate(labels)}
        column = table[dim].to_list()
        try:
            places.append(np.fromiter((lookup[label] for label in column), int, len(column)))
        except KeyError as error:
            raise DataError(f"{value}: {dim} {error.args[0]!r} is not among its labels.") from None
    numbers = table[value].to_numpy().astype(float)
    data = np.zeros(shape)
    if len(numbers):
        np.add.at(data, tuple(places), numbers)
    return xr.DataArray(data, dims=list(coords), coords=dict(coords), name=value)
