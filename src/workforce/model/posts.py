"""Posts, the pairs of sector and occupation that exist, laid out as one dimension and back."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import relabelled

SEPARATOR = "|"


def used_posts(inputs: xr.Dataset) -> list[tuple[str, str]]:
    """Pairs of sector and occupation that have staff or a shortage in the base year."""
    used = inputs["staff"].sum(["region", "sex", "working_age"])
    used = used + inputs["staffing_standard"].sum("region")
    if "draw" in used.dims:
        used = used.sum("draw")
    grid = used.transpose("sector", "occupation")
    sectors, occupations = grid["sector"].values, grid["occupation"].values
    return [(str(sectors[i]), str(occupations[j])) for i, j in np.argwhere(grid.values > 0)]


def post_labels(posts: Sequence[tuple[str, str]]) -> list[str]:
    """Name each post by its sector and occupation."""
    return [SEPARATOR.join(post) for post in posts]


def _taken(
    array: xr.DataArray, posts: Sequence[tuple[str, str]], dims: Sequence[str]
) -> xr.DataArray:
    """Take what belongs to each post out of some of an array's dimensions.

    Positions are taken from the bare variable: a selection by labels gives the same, and spends
    most of its time on carrying the other indexes along. A projection does this some 30 times.
    """
    part = {"sector": [s for s, _ in posts], "occupation": [o for _, o in posts]}
    at = {}
    for dim in dims:
        place = {label: place for place, label in enumerate(array.indexes[dim])}
        at[dim] = xr.Variable("post", [place[label] for label in part[dim]])
    picked = array.variable.isel(at)
    names = ["occupation" if dim == "post" else dim for dim in picked.dims]
    return relabelled(array, picked.data, names, occupation=post_labels(posts))


def on_posts(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Lay sector and occupation out as one dimension of the posts that exist."""
    return _taken(array, posts, ["sector", "occupation"])


def by_sector(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Give every post the figures of its sector."""
    return _taken(array, posts, ["sector"])


def by_occupation(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Give every post the figures of its occupation."""
    return _taken(array, posts, ["occupation"])


def at_posts(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Give every post the figures of its sector, its occupation or both, whichever there are."""
    if "sector" in array.dims and "occupation" in array.dims:
        return on_posts(array, posts)
    if "sector" in array.dims:
        return by_sector(array, posts)
    return by_occupation(array, posts) if "occupation" in array.dims else array


def to_grid(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Lay posts out again as sector by occupation; a pair that does not exist holds zero."""
    sectors = list(dict.fromkeys(s for s, _ in posts))
    occupations = sorted({o for _, o in posts})
    rest = [dim for dim in array.dims if dim != "occupation"]
    last = [dim for dim in ("cause", "origin", "year", "flow_year") if dim in rest]
    lead = [dim for dim in rest if dim not in last]
    values = array.variable.transpose(*lead, *last, "occupation").values
    grid = np.zeros((*values.shape[:-1], len(sectors), len(occupations)))
    rows = [sectors.index(s) for s, _ in posts]
    columns = [occupations.index(o) for _, o in posts]
    grid[..., rows, columns] = values
    behind = range(len(lead), len(rest))
    values = grid.transpose(*range(len(lead)), len(rest), len(rest) + 1, *behind)
    dims = [*lead, "sector", "occupation", *last]
    return relabelled(array, values, dims, sector=sectors, occupation=occupations)


def sum_by_sector(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Sum posts over the occupations of each sector."""
    names = [sector for sector, _ in posts]
    sectors = list(dict.fromkeys(names))
    axis = array.get_axis_num("occupation")
    sums = [
        array.values.take([place for place, own in enumerate(names) if own == sector], axis).sum(
            axis=axis, keepdims=True
        )
        for sector in sectors
    ]
    dims = ["sector" if dim == "occupation" else dim for dim in array.dims]
    return relabelled(array, np.concatenate(sums, axis=axis), dims, sector=sectors)


def between_posts(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Lay what goes from occupation to occupation out on posts; 0 from one sector to another."""
    sector, occupation = (np.array(names) for names in zip(*posts, strict=True))
    same = sector[:, np.newaxis] == sector[np.newaxis, :]
    labels = post_labels(posts)
    at = {
        "occupation": xr.DataArray(occupation, dims="post"),
        "occupation_to": xr.DataArray(occupation, dims="post_to"),
    }
    inside = xr.DataArray(
        same * 1.0, dims=["post", "post_to"], coords={"post": labels, "post_to": labels}
    )
    if "sector" in array.dims:
        at["sector"] = xr.DataArray(sector, dims="post")
    picked = array.sel(at).drop_vars(list(at)) * inside
    return picked.rename(post="occupation", post_to="occupation_to")


def post_transition(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """One-year moves between the posts of one sector; nobody changes sector here."""
    moves = inputs["transition"].transpose(..., "sector", "occupation", "occupation_to")
    sectors = moves["sector"].values.tolist()
    occupations = moves["occupation"].values.tolist()
    s = np.array([sectors.index(sector) for sector, _ in posts])
    o = np.array([occupations.index(occupation) for _, occupation in posts])
    values = moves.values[..., s[:, None], o[:, None], o[None, :]]
    values = values * (s[:, None] == s[None, :])
    # A move to an occupation that the sector has nobody in stays where it was.
    values[..., np.arange(len(s)), np.arange(len(s))] += 1.0 - values.sum(axis=-1)
    lead = [str(dim) for dim in moves.dims[:-3]]
    labels = post_labels(posts)
    return xr.DataArray(
        values,
        dims=[*lead, "occupation", "occupation_to"],
        coords={"occupation": labels, "occupation_to": labels},
    )
