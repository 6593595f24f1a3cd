"""Staff of a county's municipalities together, with what they lose to and take from one another."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.model.closed_region import FROM_OTHERS, MOVED, move_shares, project_closed_region
from workforce.model.posts import by_sector, post_labels, sum_by_sector
from workforce.model.staffing import CELLS, staff_flows


def project_members(
    inputs: xr.Dataset,
    residents: xr.DataArray,
    posts: Sequence[tuple[str, str]],
    *,
    crossing_out: xr.DataArray,
    crossing_in: xr.DataArray,
) -> xr.Dataset:
    """Project the members together, so that who leaves one for another arrives there.

    Of the moves out of a municipality a share crosses the border of the whole; the rest go to the
    other members that were seen to recruit to the same post from other municipalities, in
    proportion to how many (`project_closed_region`). Where nobody else was, all cross it. No lever
    on training or on the replacement of exits is heeded.

    ``residents`` are inhabitants of working age ([draw], region, year) [persons], ``crossing_out``
    and ``crossing_in`` the parts of the moves out of municipalities that leave the whole, and of
    the recruits from others that come from outside it, (sector) [share]. ``moved_out`` and
    ``moved_in`` (..., region, sector, flow_year) have the same sum over regions in every draw and
    year. [persons per year]
    """
    flows = staff_flows(inputs, residents, posts)
    causes, origins = (inputs[name].values.tolist() for name in ("cause", "origin"))
    regions, labels = inputs["region"].values, post_labels(posts)
    lead = {"region": regions, "occupation": labels}
    hazard = _hazard(flows.hazard, flows.hazard_factor, flows.causes)
    years = flows.entry_factor.shape[1]
    other = origins.index(FROM_OTHERS)
    arriving = flows.entry[:, :, other].sum(axis=-1) * flows.entry_factor[0, 0, :, :, other]
    seen = xr.DataArray(arriving, dims=list(lead), coords=lead)
    others = seen.sum("region") - seen > 0
    out, into = (by_sector(share, posts) for share in (crossing_out, crossing_in))
    inside = (1.0 - out) * others

    def cells(values: Numbers, kind: str, names: list[str]) -> xr.DataArray:
        """Label (draw, year, region, post, kind, cell), the sexes apart."""
        sizes = [inputs.sizes[dim] for dim in CELLS]
        shape = (len(values), years, *values.shape[2:-1], *sizes)
        values = np.broadcast_to(values, (len(values), years, *values.shape[2:]))
        coords = {"year": inputs["flow_year"].values, **lead, kind: names}
        coords |= {dim: inputs[dim].values for dim in CELLS}
        return xr.DataArray(values.reshape(shape), dims=["draw", *coords], coords=coords)

    # Only moves inside are told apart: other exits are one cause, other recruits one origin.
    moved = causes.index(MOVED)
    going = hazard[..., moved, :] * inside.transpose(*lead).values[..., np.newaxis]
    rest = np.maximum(hazard.sum(axis=-2) - going, 0.0)
    rate = cells(np.stack([going, rest], axis=-2), "cause", [MOVED, "rest"])
    part = np.ones((len(labels), len(origins)))
    part[:, other] = into.values
    come = np.einsum("rpoa,dyrpo,po->dyrpa", flows.entry, flows.entry_factor, part)
    recruits = cells(come[..., np.newaxis, :], "origin", ["rest"])
    start = cells(flows.start[np.newaxis, np.newaxis, :, :, np.newaxis], "kind", ["all"])
    start = start.isel(draw=0, year=0, kind=0, drop=True)
    transition = None
    if flows.moves is not None:
        transition = xr.DataArray(
            np.broadcast_to(flows.moves, (len(regions), *flows.moves.shape[1:])),
            dims=["region", "occupation", "occupation_to"],
            coords={**lead, "occupation_to": labels},
        )
    found = project_closed_region(start, rate, recruits, move_shares(seen), transition=transition)
    sums = {
        "moved_out": found["exits"].sel(cause=MOVED, drop=True).sum(CELLS),
        "moved_in": found["arrivals"].sum(CELLS),
    }
    return xr.Dataset({name: sum_by_sector(array, posts) for name, array in sums.items()})


def _hazard(parts: Numbers, factors: Numbers, causes: Sequence[int]) -> Numbers:
    """Hazard of each cause (draw, year, region, post, cause, cell) from its parts and factors."""
    shape = np.broadcast_shapes(parts.shape[:3], factors.shape[1:4])
    whole = np.zeros((len(factors), *shape, max(causes) + 1, parts.shape[-1]))
    for part, cause in enumerate(causes):
        whole[..., cause, :] += parts[..., part, :] * factors[..., part, np.newaxis]
    # Parts that cancel leave a rounding error, which is no hazard.
    return np.maximum(whole, 0.0)
