"""Competence over the years: required, held, missing, draining, and whether units have enough."""

from collections.abc import Sequence

import xarray as xr

from workforce.model.competence import compare_competence
from workforce.model.coverage import covered_units
from workforce.model.posts import on_posts, sum_by_sector


def competence_results(
    inputs: xr.Dataset,
    posts: Sequence[tuple[str, str]],
    staff: xr.Dataset,
    demand: xr.DataArray,
    share: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Competence by sector; for all sectors together held and required are summed, then clipped."""
    held = sum_by_sector(staff["held"] * share, posts)
    required = sum_by_sector(demand * on_posts(inputs["requirement"], posts), posts)
    found = compare_competence(required, held)
    if "drain" in staff:
        worth = over_the_year(share, staff["flow_year"])
        found = found.assign(drain=sum_by_sector(staff["drain"] * worth, posts))
    return {
        f"competence_{name}": array.transpose(
            ..., "sector", "competence", "flow_year" if name == "drain" else "year"
        )
        for name, array in found.items()
    }


def over_the_year(share: xr.DataArray, flow_year: xr.DataArray) -> xr.DataArray:
    """Give those who leave or come in a year what a person of their post gave on 1 January."""
    own = share.isel(year=slice(0, -1)).rename(year="flow_year")
    return own.assign_coords(flow_year=flow_year)


def competence_detail(
    inputs: xr.Dataset,
    posts: Sequence[tuple[str, str]],
    staff: xr.Dataset,
    share: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Holders, FTE held by their age, FTE that leave by cause, and units with enough holders."""
    worth = over_the_year(share, staff["flow_year"])
    holders = sum_by_sector(staff["holders"], posts)
    by_age = sum_by_sector(staff["held_by_age"] * share, posts)
    by_cause = sum_by_sector(staff["drain_by_cause"] * worth, posts)
    found = {
        "competence_holders": holders.transpose(..., "sector", "competence", "year"),
        "competence_by_age": by_age.transpose(..., "sector", "competence", "age_group", "year"),
        "competence_drain_by_cause": by_cause.transpose(
            ..., "sector", "competence", "cause", "flow_year"
        ),
    }
    if "unit_holders" in inputs and "unit_share" in inputs:
        found |= covered_units(holders, inputs["unit_share"], inputs["unit_holders"])
    return found
