"""What figures of later years and of measures would give away if true counts were projected."""

from functools import cache

import numpy as np
import polars as pl
import xarray as xr
from tests.disclosure.test_safe_tables import true

from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import BANDS
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.scenario import apply_scenario
from workforce.sources.tables.folder import folder_of

PLACE = "9012"
POINTS = -1.0
BESIDE = ("fte_in_post", "kostra_figures")


@cache
def figures(*, public: bool) -> tuple[xr.Dataset, xr.Dataset]:
    """The projection, and that with less short absence."""
    folder = folder_of({name: table for name, table in true().items() if name not in BESIDE})
    if public:
        folder = protect(folder, Rounding(), key=sample_key())
    inputs = load_inputs(folder, region=PLACE, horizon=10)
    less = apply_scenario(inputs, [{"lever": "absence", "points": POINTS}])
    return project(inputs), project(less)


def counted(*by: str) -> dict[tuple[str, ...], float]:
    now = true()["staff"].filter((pl.col("region") == PLACE) & (pl.col("year") == 2026))
    return {row[:-1]: row[-1] for row in
            now.group_by(by).agg(pl.col("persons").sum()).iter_rows()}  # fmt: skip


def divided_back(*, public: bool) -> dict[tuple[str, ...], float]:
    """Persons of each post by what a measure gives, over its size."""
    before, after = figures(public=public)
    gives = (after["supply_fte"] - before["supply_fte"]).isel(region=0)
    stays = (before["headcount"] / before["headcount"].isel(year=0)).isel(region=0)
    each = (gives / stays).isel(year=1) / (-POINTS / 100.0)
    table = each.transpose("sector", "occupation").to_series().dropna()
    return {tuple(map(str, cell)): n for cell, n in table.items() if n > 0}


def told_ages(*, public: bool) -> list[tuple[str, int]]:
    """Sector and age of those of whom a band that was empty tells by the year when it fills."""
    headcount = figures(public=public)[0]["headcount_by_age"].isel(region=0)
    found = []
    for sector in headcount["sector"].values.tolist():
        for band, (low, _) in BANDS.items():
            path = headcount.sel(sector=sector, age_group=band).values
            jumps = np.flatnonzero(np.diff(path) > 0.5)
            if low and path[0] < 0.01 and jumps.size:
                found.append((sector, low - 1 - int(jumps[0])))
    return found


def test_a_measure_over_its_size_gives_what_is_shown_and_not_the_one_who_is_there():
    few = {cell: n for cell, n in counted("sector", "occupation").items() if 1 <= n <= 4}
    inside, outside = (divided_back(public=public) for public in (False, True))
    right = [cell for cell, n in few.items() if abs(inside.get(cell, 0.0) - n) < 0.75]
    assert len(right) > 0.9 * len(few) > 5
    # FTE of multiples of five, at the positions of the nation.
    heads = [round(n / 4.0) * 5 for n in outside.values()]
    assert all(0.7 < n / shown <= 1.01 for n, shown in zip(outside.values(), heads, strict=True))
    assert [cell for cell, n in few.items() if abs(outside.get(cell, 0.0) - n) < 0.75] == []


def test_a_band_of_age_that_fills_in_a_later_year_tells_nobodys_age():
    here = counted("sector", "age")
    inside, outside = (told_ages(public=public) for public in (False, True))
    assert sum((sector, age) in here for sector, age in inside) >= 2
    assert [one for one in outside if one in here] == []
