"""Moves between occupations: how alike they are, what must be learnt, and who moves."""

import xarray as xr

from workforce.contract.arrays import check_bounds, check_dims, check_labels, check_transition
from workforce.errors import ParameterError


def similarity(profiles: xr.DataArray, *, method: str = "cosine") -> xr.DataArray:
    """How alike occupations are in the competence they ask for.

    "cosine":  sum(a b) / sqrt(sum(a a) sum(b b))
    "overlap": sum(min(a, b)) / sum(max(a, b)), the weighted Jaccard (Ruzicka) index

    Symmetric; an occupation is 1 to itself. One with an empty profile is 0 to all others.

    Parameters
    ----------
    profiles : DataArray
        How much of each competence an occupation asks for, 0 or more, dims (..., occupation,
        competence). [any one unit]
    method : {"cosine", "overlap"}

    Returns
    -------
    DataArray
        Dims (..., occupation, occupation_to), 0 to 1. [share]
    """
    if method not in ("cosine", "overlap"):
        raise ParameterError(f"method is {method!r}; use 'cosine' or 'overlap'.")
    origin, destination = _pair(profiles)
    if method == "cosine":
        common: xr.DataArray = xr.dot(origin, destination, dim="competence")
        size = (profiles**2).sum("competence") ** 0.5
        whole = size * size.rename(occupation="occupation_to")
    else:
        # min = (a + b - |a - b|) / 2 and max = (a + b + |a - b|) / 2.
        total, apart = origin + destination, abs(origin - destination)
        common = (total - apart).sum("competence") / 2
        whole = (total + apart).sum("competence") / 2
    # Rounding may carry a share a hair above one.
    alike = (common / whole.where(whole > 0, 1.0)).clip(0.0, 1.0)
    same = origin.occupation == destination.occupation_to
    return alike.where(~same, 1.0).rename("similarity")


def learning_gap(profiles: xr.DataArray) -> xr.DataArray:
    """Learning that a move asks for: what the destination needs and the origin lacks.

    gap[a, b] = sum over competences of max(profile[b] - profile[a], 0)

    One-way: an assistant lacks much of what a nurse must know, a nurse little of what an
    assistant must. 0 where the origin covers all.

    Parameters
    ----------
    profiles : DataArray
        How much of each competence an occupation asks for, 0 or more, dims (..., occupation,
        competence). [any one unit]

    Returns
    -------
    DataArray
        Dims (..., occupation, occupation_to). [unit of the profiles]
    """
    origin, destination = _pair(profiles)
    return (destination - origin).clip(min=0).sum("competence").rename("learning_gap")


def apply_transition(stock: xr.DataArray, transition: xr.DataArray) -> xr.DataArray:
    """Move people between occupations; their number stays the same.

    stock'[b] = sum over a of stock[a] * transition[a, b]

    Parameters
    ----------
    stock : DataArray
        Dims (..., occupation). [persons or FTE]
    transition : DataArray
        Dims (..., occupation, occupation_to); rows sum to 1. [probability]

    Returns
    -------
    DataArray
        Dims of ``stock``, after what only ``transition`` has. [unit of stock]
    """
    check_dims(stock, ["occupation"], name="stock")
    check_bounds(stock, name="stock", lower=0)
    check_transition(transition, name="transition")
    check_labels(stock.rename("stock"), transition.rename("transition"))
    moved: xr.DataArray = xr.dot(stock, transition, dim="occupation")
    moved = moved.rename(occupation_to="occupation")
    extra = [dim for dim in moved.dims if dim not in stock.dims]
    return moved.transpose(*extra, *stock.dims).rename(stock.name)


def _pair(profiles: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Profiles seen as origin and as destination."""
    check_dims(profiles, ["occupation", "competence"], name="profiles")
    check_bounds(profiles, name="profiles", lower=0)
    return profiles, profiles.rename(occupation="occupation_to")
