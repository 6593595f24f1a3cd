"""FTE per person employed, by age."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.flows import Cells

SHARE_K = 20.0  # Persons in a band of ages at which their own share counts for half.
BANDS = [24, 34, 44, 54, 59, 61, 64, 66, 69]  # Upper ages; retirement asks for narrow ones.


def position_by_age(table: pl.DataFrame, profile: Cells) -> xr.DataArray:
    """FTE per person of all regions, dims (sector, occupation, working_age). [FTE per person]."""
    persons = to_array(table, profile, "persons")
    fte = to_array(table, profile, "fte")
    band = _band(persons["working_age"])
    in_band = persons.groupby(band).sum()
    fte_in_band = fte.groupby(band).sum()
    beside = persons.sum("working_age") - in_band
    overall = float(fte.sum() / max(float(persons.sum()), 1.0))
    level = (fte.sum("working_age") - fte_in_band) / beside.where(beside > 0, 1.0)
    level = level.where(beside > 0, overall)
    shares = (fte_in_band + SHARE_K * level) / (in_band + SHARE_K)
    by_age: xr.DataArray = shares.sel(band=band).drop_vars("band")
    return by_age


def position_share(by_age: xr.DataArray, own: pl.DataFrame, cells: Cells) -> xr.DataArray:
    """FTE per person by age, as in all regions, scaled so that base-year FTE is exact."""
    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    heads = to_array(own, cells, "persons")
    expected = (heads * by_age).sum(["sex", "working_age"])
    measured = to_array(own, posts, "fte")
    factor = (measured / expected.where(expected > 0, 1.0)).where(expected > 0, 1.0)
    return (heads * 0 + by_age * factor).transpose(*map(str, heads.dims))


def _band(ages: xr.DataArray) -> xr.DataArray:
    return xr.DataArray(np.digitize(ages, BANDS, right=True), dims="working_age", name="band")
