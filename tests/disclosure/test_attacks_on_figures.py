"""What figures of later years and of measures would give away if true counts were projected."""

from collections import Counter
from functools import cache

import numpy as np
import polars as pl
import xarray as xr
from tests.disclosure.test_safe_tables import of_towns, protected, safe, true

from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import AGES, BANDS, EXITS, patterns
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


def over_the_rate(retire: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    """Persons aged 62 or more of each post, by who retires next over the open national rate."""
    nation = patterns(true()["occupations"])
    leave = nation.leaving[:, BANDS["62_plus"][0] - AGES[0] :, sorted(EXITS).index("retired")]
    there = nation.ages[:, BANDS["62_plus"][0] - AGES[0] :]
    rate = (leave * there).sum(1) / there.sum(1)
    return {
        post: n / rate[nation.at[post[-1]]]
        for post, n in retire.items() if n > 0 and post[-1] in nation.at
    }  # fmt: skip


def retiring(*, public: bool) -> dict[tuple[str, ...], float]:
    exits = figures(public=public)[0]["exits"].isel(region=0, flow_year=0).sel(cause="retired")
    table = exits.transpose("sector", "occupation").to_series().dropna()
    return over_the_rate({tuple(map(str, post)): n for post, n in table.items()})


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


def test_who_retires_over_the_national_rate_gives_what_is_shown_and_not_who_is_old():
    old = pl.col("age") >= BANDS["62_plus"][0]
    now = (pl.col("region") == PLACE) & (pl.col("year") == 2026) & old
    shown = safe()["staff"].filter(now).group_by("sector").agg(pl.col("persons").sum())
    few = true()["staff"].filter(now).group_by("sector", "occupation").agg(pl.col("persons").sum())
    posts = {row[:2] for row in few.iter_rows()}
    inside, outside = ({post for post, n in retiring(public=public).items() if n > 0.4}
                       for public in (False, True))  # fmt: skip
    # Inside whoever is told is there, and nobody is left out.
    assert inside == posts
    assert len(posts) > 4
    assert outside - posts
    assert posts - outside
    told = Counter[str]()
    for (sector, _), n in retiring(public=True).items():
        told[sector] += n
    fives = dict(shown.iter_rows())
    assert all(abs(n - fives.get(sector, 0.0)) < 0.5 for sector, n in told.items())


def test_a_competence_of_one_or_two_is_told_as_one_that_nobody_holds():
    """ "Fewer than three have it: 1" named the one of which nothing else was told."""
    tables = of_towns(true(), [PLACE])
    heads = tables["staff"].filter(pl.col("year") == 2026).group_by("occupation", "age")
    held = tables["competence_holding"].join(
        heads.agg(heads=pl.col("persons").sum()), on=["occupation", "age"], how="left"
    )
    persons = pl.col("share") * pl.col("heads").fill_null(0.0)
    holders = dict(held.group_by("competence").agg(persons.sum()).sort("competence").iter_rows())
    few = [one for one, n in holders.items() if 0 < n < 3]

    def told(*gone: str) -> pl.DataFrame:
        share = pl.when(pl.col("competence").is_in(gone)).then(0.0).otherwise("share")
        without = tables["competence_holding"].with_columns(share=share)
        return protected(tables | {"competence_holding": without})["competence_holding"]

    before = told()
    silent = set(few) - set(before["competence"])
    assert len(silent) > 0.8 * len(few) > 8
    # Without those who hold it all is told as before, of most of them by themselves.
    assert sum(told(one).equals(before) for one in silent) > 0.5 * len(silent)
