"""Which occupations of a public page are so few that they stand in their group."""

from collections.abc import Iterable

import xarray as xr

from workforce.contract.folder import Folder
from workforce.contract.grouping import OTHERS

ALONE = 10
"""Persons that an occupation of a public page shows at least, to stand by itself."""


def standing_together(
    inputs: xr.Dataset, folder: Folder, *, sector: str, hide_fte: int | None = None
) -> dict[str, str]:
    """Find the group of occupations that stand in it on a public page, since they are so few.

    A count of 5 in a protected folder may be anything from 1 to 9, and the sum of several is nearer
    the truth than each of them. The code of a group begins with ``other_`` where occupations of it
    that are large enough stand beside it.
    """
    if folder.rounded_to is None:
        return {}
    groups = occupation_groups(folder)
    size, least = _size(inputs, sector, hide_fte)
    few = {code for code, count in size.items() if 0 < count < least and code in groups}
    large = {groups[code] for code, count in size.items() if count >= least and code in groups}
    return {
        code: f"{OTHERS}{groups[code]}" if groups[code] in large else groups[code]
        for code in sorted(few)
    }


def groupings(
    inputs: xr.Dataset, folder: Folder, sectors: Iterable[str], *, hide_fte: int | None = None
) -> dict[str, dict[str, str]]:
    """Find them for pages of several sectors: group by sector and occupation."""
    return {
        sector: standing_together(inputs, folder, sector=sector, hide_fte=hide_fte)
        for sector in sectors
    }


def _size(inputs: xr.Dataset, sector: str, hide_fte: int | None) -> tuple[dict[str, float], float]:
    """Give how many there are in each occupation, and how many it takes to stand by itself."""
    if "staff" in inputs:
        counts = inputs["staff"]
        if hide_fte is not None:
            counts = counts * inputs["position_share"]
    elif "fte_in_post" in inputs:
        counts = inputs["fte_in_post"]
    else:
        return {}, 0.0
    if sector != "all":
        counts = counts.sel(sector=sector)
    counts = counts.sum([name for name in counts.dims if name != "occupation"])
    size = {str(code): float(counts.sel(occupation=code)) for code in counts["occupation"].values}
    return size, ALONE - 0.5 if hide_fte is None else hide_fte + 1e-6


def occupation_groups(folder: Folder) -> dict[str, str]:
    """Give the group of each occupation, by the folder's list or the packaged one."""
    if "occupations" not in folder.lists:
        return {}
    return dict(folder.lists["occupations"].select("occupation", "group").drop_nulls().iter_rows())
