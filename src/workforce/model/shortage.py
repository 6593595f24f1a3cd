"""Shortage, recruitment need and tightness: what is missing when need meets staff."""

import xarray as xr

from workforce.contract.arrays import check_bounds, check_consecutive, check_dims, check_labels
from workforce.errors import DataError, ParameterError


def shortage(demand_fte: xr.DataArray, supply_fte: xr.DataArray) -> xr.DataArray:
    """FTE missing: demand less supply.

    Positive means that people are missing. A surplus is negative and relative to the density of
    the base year; it may only close today's shortage. Nothing is clipped here.

    Parameters
    ----------
    demand_fte, supply_fte : DataArray
        Same labels on the dims they share. [FTE]

    Returns
    -------
    DataArray
        Dims of both. [FTE]
    """
    _check_pair(demand_fte=demand_fte, supply_fte=supply_fte)
    return (demand_fte - supply_fte).rename("shortage_fte")


def missing_and_surplus(shortage_fte: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """FTE missing and FTE over, both at least 0, where no occupation makes up for another.

    Cut at zero by occupation and within each draw, so sum sectors first, and occupations after: the
    sum of what is missing less the sum of what is over is then the shortage of the whole. Since the
    cut lifts the mean, their central figure is the median of the draws. [FTE]
    """
    check_dims(shortage_fte, ["occupation"], name="shortage_fte")
    missing, surplus = shortage_fte.clip(min=0.0), (-shortage_fte).clip(min=0.0)
    return missing.rename("missing_fte"), surplus.rename("surplus_fte")


def growth_where_lacking(
    demand_fte: xr.DataArray, supply_fte: xr.DataArray, leaving_fte: xr.DataArray
) -> xr.DataArray:
    """Parts of the shortage of the last year, of occupations that come to lack people.

    Of the occupations whose need is above their staff in the last year: what they lack in the first
    (``today``), and what their need and staff grow by. Within each draw the first two less the
    third are what is missing in the last year. ``leaving`` are those of their staff who leave on
    the way; whoever comes in, from outside or from other occupations, is that and what staff grows
    by. ``need_of_all`` is what need grows by in those that lack over all sectors together.

    Parameters
    ----------
    demand_fte, supply_fte : DataArray
        Dims occupation, year and sector, with the sum of sectors under ``all``. [FTE]
    leaving_fte : DataArray
        Those who leave in each year, with dim flow_year in place of year. [FTE]

    Returns
    -------
    DataArray
        Dims of these without occupation and years, and lacking_part. [FTE]
    """
    (need, staff), (need_then, staff_then) = (
        (demand_fte.isel(year=end, drop=True), supply_fte.isel(year=end, drop=True))
        for end in (0, -1)
    )
    lacks = need_then > staff_then
    parts = {
        "today": (need - staff).where(lacks, 0.0),
        "need": (need_then - need).where(lacks, 0.0),
        "staff": (staff_then - staff).where(lacks, 0.0),
        "leaving": leaving_fte.sum("flow_year").where(lacks, 0.0),
        "need_of_all": (need_then - need).where(lacks.sel(sector="all", drop=True), 0.0),
    }
    summed = [part.sum("occupation") for part in parts.values()]
    dim = xr.Variable("lacking_part", list(parts))
    return xr.concat(summed, dim=dim, join="exact").rename("lacking_change")


def flow_to_cover(
    mean_flow: xr.DataArray, missing_fte: xr.DataArray, supply_fte: xr.DataArray
) -> xr.DataArray:
    """FTE to recruit in a year so that nobody lacks in the last: what comes, and as many more.

    As many more come in every year of the n until the last, and those who came leave again as the
    staff does, a share q a year: of one FTE more in every year (1 - (1 - q)^n) / q are there in the
    last. No occupation makes up for another, so where some have more than needed it is more than
    `recruitment_need`.

    Parameters
    ----------
    mean_flow : DataArray
        Mean per year, dim flow_part with ``inflow`` and ``replacement``. [FTE per year]
    missing_fte, supply_fte : DataArray
        Dim year in place of flow_part. [FTE]

    Returns
    -------
    DataArray
        Dims of ``mean_flow``, of flow_part ``cover`` alone. [FTE per year]
    """
    years = missing_fte.sizes["year"] - 1
    staff = supply_fte.mean("year")
    leave = mean_flow.sel(flow_part="replacement", drop=True) / staff.where(staff > 0, 1.0)
    leave = leave.clip(0.0, 1.0)
    there = sum(((1.0 - leave) ** year for year in range(1, years)), xr.ones_like(leave))
    comes = mean_flow.sel(flow_part=["inflow"]).assign_coords(flow_part=["cover"])
    return comes + missing_fte.isel(year=-1, drop=True) / there


def recruitment_need(exits_fte: xr.DataArray, growth_fte: xr.DataArray) -> xr.DataArray:
    """FTE to recruit in a year: replacement of those who leave plus growth of the need.

    Negative where the need falls by more than leave by themselves. It holds at the level at which
    exits are counted: moves inside the level must be left out of ``exits_fte``, and levels are
    never summed.

    Parameters
    ----------
    exits_fte : DataArray
        FTE that leave the level in the year. [FTE]
    growth_fte : DataArray
        Change in the FTE needed over the year, negative when it falls. [FTE]

    Returns
    -------
    DataArray
        Dims of both. [FTE]
    """
    _check_pair(exits_fte=exits_fte, growth_fte=growth_fte)
    check_bounds(exits_fte, name="exits_fte", lower=0)
    return (exits_fte + growth_fte).rename("recruitment_need")


def tightness(
    shortage: xr.DataArray, employed: xr.DataArray, *, denominator: str = "wanted"
) -> xr.DataArray:
    """Shortage as a share of employment.

    A surplus has tightness 0, since nothing stands unfilled; so aggregate first, then call.

    Parameters
    ----------
    shortage : DataArray
        Persons or FTE missing; a surplus (negative) counts as none. [persons or FTE]
    employed : DataArray
        Persons or FTE employed, the same unit. [persons or FTE]
    denominator : {"wanted", "employed"}
        "wanted": employed + shortage, as in NAV's employer survey. "employed": employed.

    Returns
    -------
    DataArray
        0 to 1 with "wanted"; 0 where nobody is employed or missing. [share]
    """
    if denominator not in ("wanted", "employed"):
        raise ParameterError(f"denominator is {denominator!r}; use 'wanted' or 'employed'.")
    _check_pair(shortage=shortage, employed=employed)
    check_bounds(employed, name="employed", lower=0)
    missing = shortage.clip(min=0)
    below = employed + missing if denominator == "wanted" else employed
    if bool(((below == 0) & (missing > 0)).any()):
        raise DataError(
            "tightness: there is a shortage where nobody is employed, so shortage over employed "
            "has no value; use denominator='wanted'."
        )
    return (missing / below.where(below > 0, 1.0)).rename("tightness")


def first_year_of_shortage(
    shortage_fte: xr.DataArray, *, threshold: xr.DataArray | float = 0.0
) -> xr.DataArray:
    """First year, rising along ``year``, in which more FTE is missing than the threshold.

    Taken within each draw: the first year of a quantile path is not the quantile of first years.
    Where no year qualifies the answer is the year after the last one projected, which reads "not
    within the horizon" and keeps the order that quantiles need. [1 January of the year]
    """
    check_dims(shortage_fte, ["year"], name="shortage_fte")
    above = _above(shortage_fte, threshold)
    years = above.indexes["year"].to_numpy()
    check_consecutive(years, width=1, name="shortage_fte", dim="year")
    # The first True; where there is none, the place after the last.
    place = above.argmax("year").where(above.any("year"), len(years))
    return (place + int(years[0])).astype(int).rename("first_year_of_shortage")


def shortage_chance(
    shortage_fte: xr.DataArray, *, threshold: xr.DataArray | float = 0.0
) -> xr.DataArray:
    """Share of draws, without the central path, in which more FTE is missing than the threshold."""
    check_dims(shortage_fte, ["draw"], name="shortage_fte")
    return _above(shortage_fte, threshold).mean("draw").rename("shortage_chance")


def _above(shortage_fte: xr.DataArray, threshold: xr.DataArray | float) -> xr.DataArray:
    least = threshold if isinstance(threshold, xr.DataArray) else xr.DataArray(float(threshold))
    _check_pair(shortage_fte=shortage_fte, threshold=least)
    return shortage_fte > least


def _check_pair(**pair: xr.DataArray) -> None:
    for name, array in pair.items():
        check_dims(array, (), name=name)
        check_bounds(array, name=name)
    check_labels(*(array.rename(name) for name, array in pair.items()))
