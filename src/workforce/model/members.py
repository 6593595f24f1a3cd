"""Staff of a county's municipalities together, with what they lose to and take from one another."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.model.closed_region import FROM_OTHERS, MOVED, move_shares
from workforce.model.posts import by_sector, post_labels, sum_by_sector
from workforce.model.staffing import staff_flows
from workforce.model.tally import counted


@counted
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
    labels, regions = post_labels(posts), inputs["region"].values
    other = inputs["origin"].values.tolist().index(FROM_OTHERS)
    out, into = (by_sector(share, posts).values for share in (crossing_out, crossing_in))
    # Arrays of people are laid out (post, region, cell, draw).
    arriving = flows.entry[:, :, other].sum(axis=-1) * flows.entry_factor[0, 0, :, :, other]
    seen = xr.DataArray(arriving.T, dims=["post", "region"], coords={"region": regions})
    others = seen.sum("region") - seen > 0
    inside = ((1.0 - out)[:, np.newaxis] * others.values)[..., np.newaxis, np.newaxis]
    shares = move_shares(seen).values.swapaxes(1, 2)
    from_outside = np.ones((len(labels), inputs.sizes["origin"]))
    from_outside[:, other] = into
    entry = flows.entry.transpose(1, 0, 3, 2) * from_outside[:, np.newaxis, np.newaxis]
    moved = np.array(flows.causes) == inputs["cause"].values.tolist().index(MOVED)
    draws = max(len(flows.hazard_factor), len(flows.entry_factor))
    now = np.repeat(flows.start.swapaxes(0, 1)[..., np.newaxis], draws, axis=-1)
    years = flows.entry_factor.shape[1]
    gone, come = (np.empty((years, *now.shape[:2], draws)) for _ in range(2))
    for year in range(years):
        base = _in_year(flows.hazard, year).transpose(1, 0, 3, 2)
        factor = _in_year(flows.hazard_factor.swapaxes(0, 1), year).transpose(2, 1, 3, 0)
        # Parts that cancel leave a rounding error, which is no hazard.
        hazard = np.maximum(base @ factor, 0.0)
        going = inside * np.maximum(base[..., moved] @ factor[:, :, moved], 0.0)
        stay = np.exp(-hazard)
        part = np.divide(going, hazard, out=np.zeros_like(hazard), where=hazard > 0)
        leaving = now * (1.0 - stay) * part
        found = (shares @ leaving.reshape(*leaving.shape[:2], -1)).reshape(now.shape)
        gone[year], come[year] = leaving.sum(axis=2), found.sum(axis=2)
        entry_factor = flows.entry_factor[:, year].transpose(2, 1, 3, 0)
        staying = _to_posts(now * stay, flows.moves)
        now = _older(staying + found, flows.ages) + entry @ entry_factor
    coords = {
        "flow_year": inputs["flow_year"].values,
        "occupation": labels,
        "region": regions,
        "draw": np.arange(draws),
    }
    return xr.Dataset(
        {
            name: sum_by_sector(xr.DataArray(each, coords), posts).transpose(
                "draw", "region", "sector", "flow_year"
            )
            for name, each in (("moved_out", gone), ("moved_in", come))
        }
    ).drop_vars("draw")


def _in_year(array: Numbers, year: int) -> Numbers:
    """Take what holds in a year; one year holds in all."""
    found: Numbers = array[min(year, len(array) - 1)]
    return found


def _to_posts(staff: Numbers, moves: Numbers | None) -> Numbers:
    """Move those who stay between posts, by the probabilities of their municipality."""
    if moves is None:
        return staff
    flat = staff.reshape(*staff.shape[:2], -1).swapaxes(0, 1)
    found: Numbers = (moves.swapaxes(1, 2) @ flat).swapaxes(0, 1).reshape(staff.shape)
    return found


def _older(staff: Numbers, ages: int) -> Numbers:
    """Move everybody one age up; the oldest age is open."""
    by_age = staff.reshape(*staff.shape[:2], -1, ages, staff.shape[-1])
    found = np.zeros_like(by_age)
    found[..., 1:, :] = by_age[..., :-1, :]
    found[..., -1, :] += by_age[..., -1, :]
    return found.reshape(staff.shape)
