"""Posts that open over the whole period of a projection, by what opens them."""

import xarray as xr

from workforce.model.supply import openings

PARTS = ("growth", "exits", "transfers", "openings")


def period_openings(
    staff: xr.Dataset, demand_fte: xr.DataArray, fte_at_work: xr.DataArray
) -> xr.DataArray:
    """Count the posts that open over the years: growth, exits, transfers, and the sum of these.

    Persons needed are the FTE needed over the FTE at work that a person of the post gives: the
    agreed FTE per person of the base year, with what becomes of positions and absence. A post that
    nobody holds is reckoned by the mean of all staff of the region.
    """
    heads, agreed = (staff[name].isel(year=0, drop=True) for name in ("headcount", "agreed"))
    everybody = heads.sum("occupation")
    mean = agreed.sum("occupation") / everybody.where(everybody > 0, 1.0)
    each = (agreed / heads.where(heads > 0, 1.0)).where(heads > 0, mean.where(everybody > 0, 1.0))
    worth = each * fte_at_work
    needed = demand_fte / worth.where(worth > 0, 1.0)
    growth = needed.isel(year=-1, drop=True) - needed.isel(year=0, drop=True)
    exits = staff["exits"].sum(["cause", "flow_year"])
    moved = -staff["transfers"].sum("flow_year")
    total = openings(growth, exits, moved)
    # Where only some of the parts have draws, all have them.
    parts = [part.broadcast_like(total) for part in (growth, exits, moved)] + [total]
    return xr.concat(parts, dim=xr.Variable("opening_part", list(PARTS)), join="exact")
