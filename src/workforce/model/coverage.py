"""Collective competence: whether the units of a service have enough holders, each of them."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers, check_bounds, check_dims, check_labels
from workforce.errors import DataError

MOST_LEAST = 50  # Holders a unit may ask for; more is no count of persons in a unit.


def unit_coverage(
    holders: xr.DataArray,
    unit_share: xr.DataArray,
    least_holders: xr.DataArray,
    *,
    present: float = 1.0,
) -> xr.DataArray:
    """Probability that a unit has at least so many holders, when they are spread by chance.

    Each holder works in unit u with probability s[u], its share of the service, and is there with
    probability p, independently of the others. The holders of a unit are then binomial:

        P[u] = P(X >= least),  X ~ Binomial(holders, s[u] p)

    A part of a holder is a holder with that probability: between two whole numbers P is on the
    straight line. The same number of holders covers fewer units the smaller these are, which a
    sum over individuals does not show. A placing on purpose can do better than chance.

    Source: the binomial model of occupancy, Johnson, Kemp and Kotz (2005), Univariate Discrete
    Distributions, 3rd ed., ch. 3 and 10.
    """
    if not 0.0 < present <= 1.0:
        raise DataError(f"present is {present}; it must be above 0, at most 1.")
    for name, array, dims, upper in (
        ("holders", holders, ["competence"], None),
        ("unit_share", unit_share, ["service_unit"], 1.0),
        ("least_holders", least_holders, ["competence"], MOST_LEAST),
    ):
        check_dims(array, dims, name=name)
        check_bounds(array, name=name, lower=0, upper=upper)
    if (least_holders != np.floor(least_holders)).any():
        raise DataError("least_holders: holders of a unit are whole persons.")
    check_labels(
        holders.rename("holders"),
        unit_share.rename("unit_share"),
        least_holders.rename("least_holders"),
    )
    covered: xr.DataArray = xr.apply_ufunc(_at_least, holders, unit_share * present, least_holders)
    rest = [dim for dim in covered.dims if dim not in ("competence", "service_unit")]
    return covered.transpose(*rest, "competence", "service_unit").rename("coverage")


def _at_least(holders: Numbers, share: Numbers, least: Numbers) -> Numbers:
    """P(X >= least) on the line between the whole numbers of holders on either side."""
    low = np.floor(holders)
    part = holders - low
    return (1.0 - part) * _tail(low, share, least) + part * _tail(low + 1.0, share, least)


def _tail(count: Numbers, share: Numbers, least: Numbers) -> Numbers:
    """1 - sum over k < least of C(n, k) s^k (1 - s)^(n - k), each term from the one before."""
    certain = share >= 1.0
    inside = np.where(certain, 0.5, share)
    odds = inside / (1.0 - inside)
    term = np.exp(count * np.log1p(-inside))
    below = np.zeros(np.broadcast_shapes(term.shape, np.shape(least)))
    for k in range(int(np.max(least, initial=0.0))):
        below = below + np.where(k < least, term, 0.0)
        term = term * np.maximum(count - k, 0.0) / (k + 1.0) * odds
    # Terms that sum to one may carry a hair above it.
    tail = np.clip(1.0 - below, 0.0, 1.0)
    result: Numbers = np.where(certain, (count >= least) * 1.0, tail)
    return result


def covered_units(
    holders: xr.DataArray, unit_share: xr.DataArray, least_holders: xr.DataArray
) -> dict[str, xr.DataArray]:
    """Count units with enough holders of each competence, and of every one that they ask for.

    Units are small or large beside the mean of the sector. Holders of unlike competences are taken
    as spread independently of one another.
    """
    sectors = holders["sector"].values.tolist()
    covered, staffed = [], []
    for sector in sectors:
        one = {"sector": sector}
        own = unit_share.sel(one, drop=True)
        used = (own > 0).any("region").values
        own, least = own.isel(service_unit=used), least_holders.sel(one, drop=True)
        held = holders.sel(one, drop=True)
        asked = least["competence"].values[least.values > 0].tolist()
        some = (
            unit_coverage(held.sel(competence=asked), own, least.sel(competence=asked))
            if asked and used.any()
            else None
        )
        nothing = held * 0.0
        sizes = unit_sizes(own)
        if some is None:
            covered.append(nothing)
            staffed.append(
                nothing.isel(competence=0, drop=True) * (sizes.sum("service_unit") * 0.0)
            )
            continue
        there = own > 0
        counted = some.where(there, 0.0).sum("service_unit")
        covered.append(counted.reindex(competence=held["competence"], fill_value=0.0))
        staffed.append((some.prod("competence") * sizes).sum("service_unit"))
    labels = xr.Variable("sector", sectors)
    return {
        "units_covered": xr.concat(covered, dim=labels, join="exact").transpose(
            ..., "region", "sector", "competence", "year"
        ),
        "units_staffed": xr.concat(staffed, dim=labels, join="exact").transpose(
            ..., "region", "sector", "unit_size", "year"
        ),
    }


def unit_sizes(unit_share: xr.DataArray) -> xr.DataArray:
    """Tell whether a unit is small or large beside the mean unit of its region and sector.

    Dims (unit_size, ..., service_unit): small, large and every unit. [0 or 1]
    """
    there = unit_share > 0
    mean = unit_share.sum("service_unit") / there.sum("service_unit").clip(min=1)
    kinds = {"small": there & (unit_share < mean), "large": there & (unit_share >= mean)}
    kinds["every"] = there
    return xr.concat(list(kinds.values()), dim=xr.Variable("unit_size", list(kinds))) * 1.0
