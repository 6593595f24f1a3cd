"""Municipalities of a closed region together: whom one loses to the others, the others get."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    age_dim,
    check_bounds,
    check_dims,
    check_labels,
    check_rows_sum_to_one,
)
from workforce.errors import DataError
from workforce.model.supply import project_workforce

MOVED, FROM_OTHERS = "moved_municipality", "other_municipality"


def move_shares(arrivals: xr.DataArray) -> xr.DataArray:
    """Where those who leave one municipality for another go, from how many each receives.

        share[r, q] = arrivals[q] / sum of arrivals over all but r, and 0 to r itself

    Where nobody was seen to arrive anywhere but in r, the others share equally.

    Parameters
    ----------
    arrivals : DataArray
        Recruits from other municipalities as observed, dims (..., region); two regions at least.
        [persons per year]

    Returns
    -------
    DataArray
        Dims (..., region, region_to); rows sum to 1, the diagonal is 0. [share]
    """
    check_dims(arrivals, ["region"], name="arrivals")
    check_bounds(arrivals, name="arrivals", lower=0)
    if arrivals.sizes["region"] < 2:
        raise DataError("arrivals: moves between municipalities need two of them at least.")
    places = arrivals["region"].values
    others = xr.DataArray(
        1.0 - np.eye(len(places)),
        dims=["region", "region_to"],
        coords={"region": places, "region_to": places},
    )
    reached = others * arrivals.rename(region="region_to")
    total = reached.sum("region_to")
    alike = others / (len(places) - 1)
    shares = (reached / total.where(total > 0, 1.0)).where(total > 0, alike)
    return shares.transpose(..., "region", "region_to").rename("move_share")


def project_closed_region(
    stock: xr.DataArray,
    exit_rate: xr.DataArray,
    recruits: xr.DataArray,
    moves: xr.DataArray,
    *,
    transition: xr.DataArray | None = None,
) -> xr.Dataset:
    """Project the municipalities of a region that nobody moves into or out of, all together.

    As `project_workforce`, but recruits from other municipalities are those who left the other
    members in the same year, a year older, in the sector, occupation and sex they left:

        arrivals[q, x + 1] = sum over r of exits[r, x, moved_municipality] * moves[r, q]

    so that in every sector, occupation, sex, age, year and draw the arrivals of all members are
    their departures.

    Parameters
    ----------
    stock : DataArray
        Staff on 1 January of the first year, dims (..., region, age). [persons]
    exit_rate : DataArray
        Dims (..., region, age, cause, year), with the cause ``moved_municipality``.
        [per person-year]
    recruits : DataArray
        As for `project_workforce`, dims (..., region, age, origin, year). What is given from
        ``other_municipality`` must be left out: here it follows from the exits.
        [persons per year]
    moves : DataArray
        From `move_shares`, dims (..., region, region_to); rows sum to 1. [share]
    transition : DataArray, optional
        As for `project_workforce`.

    Returns
    -------
    Dataset
        ``stock``, ``exits`` and ``transfers`` as from `project_workforce`, and ``arrivals``
        (..., age, flow_year), by age on the next 1 January. [persons per year]
    """
    age = age_dim(stock, name="stock")
    exit_rate, recruits = (
        array.rename(flow_year="year") if "flow_year" in array.dims else array
        for array in (exit_rate, recruits)
    )
    check_dims(stock, ["region", age], name="stock")
    check_dims(exit_rate, ["region", age, "cause", "year"], name="exit_rate")
    check_dims(recruits, ["region", age, "origin", "year"], name="recruits")
    check_dims(moves, ["region", "region_to"], name="moves")
    check_bounds(moves, name="moves", lower=0, upper=1)
    check_rows_sum_to_one(moves, "region_to", name="moves", tolerance=1e-9)
    check_labels(stock.rename("stock"), moves.rename("moves"))
    if MOVED not in exit_rate["cause"].values:
        raise DataError(f"exit_rate: the cause {MOVED!r} is not there, so nobody can move.")
    if FROM_OTHERS in recruits["origin"].values:
        raise DataError(
            f"recruits: leave out the origin {FROM_OTHERS!r}; who comes from the other "
            "municipalities follows from who leaves them."
        )
    parts, arrivals, stocks, now = [], [], [], stock
    for year in recruits["year"].values:
        own = {"year": [year]}
        step = project_workforce(
            now, exit_rate.sel(own), recruits.sel(own), transition=_in_year(transition, year)
        )
        gone = step["exits"].sel(cause=MOVED, drop=True)
        come = xr.dot(gone, moves, dim="region").rename(region_to="region")
        come = _a_year_older(come, age).transpose(*gone.dims)
        last = step["stock"].isel(year=-1, drop=True)
        now = last + come.isel(flow_year=0, drop=True)
        stocks.append(now.expand_dims(year=[year + 1], axis=-1))
        parts.append(step)
        arrivals.append(come)
    first = stock.broadcast_like(now).expand_dims(year=[recruits["year"].values[0]], axis=-1)
    first = first.transpose(*stocks[0].dims)
    paths = xr.concat([first, *stocks], dim="year", join="exact")
    flows = {
        name: xr.concat([part[name] for part in parts], dim="flow_year", join="exact")
        for name in ("exits", "transfers")
    }
    come = xr.concat(arrivals, dim="flow_year", join="exact")
    return xr.Dataset({"stock": paths, **flows, "arrivals": come})


def _in_year(transition: xr.DataArray | None, year: int) -> xr.DataArray | None:
    if transition is None or not {"year", "flow_year"} & set(transition.dims):
        return transition
    return transition.sel({"year" if "year" in transition.dims else "flow_year": [year]})


def _a_year_older(persons: xr.DataArray, age: str) -> xr.DataArray:
    """Move everybody one age up; the oldest age is open."""
    older = persons.shift({age: 1}, fill_value=0.0)
    oldest = persons.isel({age: [-1]})
    return older + oldest.reindex({age: persons[age].values}, fill_value=0.0)
