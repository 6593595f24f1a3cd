"""Use of services, own share of them, and the staffing standard calibrated from them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.inputs.arrays import labelled, to_array
from workforce.inputs.norms import load_norms
from workforce.inputs.pooled import KEPT, Known
from workforce.inputs.regions import at_level, members
from workforce.inputs.shortage import measured_shortage
from workforce.inputs.stocks import SEXES
from workforce.model.demand import calibrate_standard, service_users
from workforce.model.supply import available_fte
from workforce.sources.tables.files import read_national

USE_K = 20.0  # Inhabitants of a sex and age at which their own use counts for half.


def load_demand(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    base_year: int,
    borrowed: list[Mark],
    inputs: xr.Dataset,
) -> xr.Dataset:
    """Use rates, service share, shortage, funded posts and the calibrated staffing standard.

    Demand in the base year is the FTE available plus the posts measured as unfilled. The other
    lines of the measured shortage (filled without the qualification; agency and overtime) are
    shown beside it: an unfilled post may be covered by overtime, so adding them counts twice.
    """
    sectors = inputs["sector"].values.tolist()
    occupations = inputs["occupation"].values.tolist()
    years = inputs["year"].values.tolist()
    posts = {"region": codes, "sector": sectors, "occupation": occupations}
    supply = available_fte(
        inputs["staff"],
        inputs["position_share"],
        inputs["short_absence"].sel(year=base_year, drop=True),
    ).sum(["sex", "working_age"])
    use_rate, pattern = use_rates(
        known, tables, codes, sectors, base_year, borrowed, inputs, supply
    )
    share = service_shares(tables, codes, sectors, years, pattern)
    short = measured_shortage(tables, posts, base_year, borrowed, supply)
    users = service_users(inputs["population"], use_rate) * share.sel(year=base_year, drop=True)
    unfilled = short["measured_shortage"].sel(line="unfilled", drop=True)
    standard = calibrate_standard(users, supply, unfilled)
    ones = labelled(np.ones((len(sectors), len(years))), {"sector": sectors, "year": years})
    result = xr.Dataset(
        {
            "use_rate": use_rate,
            "service_share": share,
            "staffing_standard": standard.transpose(*posts),
            "standard_factor": ones,
            "use_factor": ones.copy(),
            "productivity": ones.copy(),
        }
    )
    result = result.merge(short, join="exact")
    towns = [town for code in codes for town in members(tables["regions"], code)]
    towns = list(dict.fromkeys(towns))
    served = service_shares(tables, towns, sectors, years[:1], pattern).isel(year=0, drop=True)
    served = served * member_users(tables, towns, sectors, base_year, pattern)
    result = result.merge(load_norms(known, tables, base_year, inputs, served), join="exact")
    funded = _funded(tables, posts, years)
    return result if funded is None else result.assign(funded_posts=funded)


def use_rates(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    base_year: int,
    borrowed: list[Mark],
    inputs: xr.Dataset,
    supply: xr.DataArray,
) -> tuple[xr.DataArray, xr.DataArray]:
    """Users per inhabitant, and the age pattern of all regions that they follow.

    The pattern is taken at the level of the region's own users. Where it expects no user at all
    every inhabitant counts as one, so that the need follows their number.
    """
    population = inputs["population"]
    ages = population["age"].values.tolist()
    pattern, told = use_pattern(known, tuple(sectors), tuple(ages), base_year)
    own = tables.get("service_use")
    users = None
    if own is not None:
        own = own.filter((pl.col("year") == base_year) & pl.col("sector").is_in(sectors))
        own = own.with_columns(pl.col("age").clip(upper_bound=ages[-1]))
        users = to_array(
            at_level(own, tables["regions"], codes), {"region": codes, "sector": sectors}, "users"
        )
    expected = service_users(population, pattern).transpose("region", "sector")
    ratio = xr.ones_like(expected)
    untold: list[str] = sectors if users is None else []
    if users is not None:
        ratio = (users / expected.where(expected > 0, 1.0)).where(expected > 0, 1.0)
        ratio = ratio.where(told, 1.0)
        untold = [s for s in sectors if not bool(told.sel(sector=s))]
    # Staff in a service that nobody is seen to use: the wider pattern says how it may grow.
    unused = (ratio == 0) & (supply.sum("occupation") > 0)
    ratio = ratio.where(~unused, 1.0)
    # A service of which no pattern is known, or nobody of its ages is there: all inhabitants.
    unknown = expected == 0
    lent = (unused | unknown).transpose("region", "sector").values
    borrowed.extend(
        Mark(
            "use_rate",
            code,
            sector,
            "pattern of use by age",
            source="nation" if sector in untold else "all regions in the data",
        )
        for code, of_place in zip(codes, lent, strict=True)
        for sector, not_own in zip(sectors, of_place, strict=True)
        if sector in untold or not_own
    )
    rate = (pattern * ratio).where(~unknown, 1.0)
    return rate.transpose("region", "sector", "sex", "age"), pattern


@lru_cache(maxsize=KEPT)
def use_pattern(
    known: Known, sectors: tuple[str, ...], ages: tuple[int, ...], base_year: int
) -> tuple[xr.DataArray, xr.DataArray]:
    """Use by age in all places of a folder, as `pooled_pattern` has it; else the nation's."""
    dims: dict[str, Sequence[Any]] = {"sector": list(sectors), "sex": SEXES, "age": list(ages)}
    here = pl.col("sector").is_in(sectors) & pl.col("age").is_in(ages)
    rows = read_national("service_use").filter(here)
    national = to_array(rows, dims, "rate")
    use = known.tables.get("service_use")
    if use is None:
        return national, xr.zeros_like(national.isel(sex=0, age=0, drop=True), dtype=bool)
    use = use.filter((pl.col("year") == base_year) & pl.col("sector").is_in(sectors))
    use = use.with_columns(pl.col("age").clip(upper_bound=ages[-1]))
    return pooled_pattern(known.tables["population"], use, national, base_year)


def pooled_pattern(
    people: pl.DataFrame, use: pl.DataFrame, national: xr.DataArray, base_year: int
) -> tuple[xr.DataArray, xr.DataArray]:
    """Use by age in the regions that counted users, drawn to the nation's pattern at their level.

    With the nation's rates q, a region of N inhabitants and U users has the level U / sum(q N),
    and all together L. By sex and age, summed over regions with users,

        rate = (sum of U x L / level + k L q) / (sum of N + k)

    Of the nation and of every region only the pattern counts, not what it takes for a user: a
    region's users times a constant change no pattern.
    """
    cells = {dim: national[dim].values.tolist() for dim in ("sector", "sex", "age")}
    where = {"region": use["region"].unique().sort().to_list()}
    here = (pl.col("year") == base_year) & pl.col("region").is_in(where["region"])
    there = to_array(
        people.filter(here), {**where, "sex": cells["sex"], "age": cells["age"]}, "persons"
    )
    seen = to_array(use, {**where, **cells}, "users")
    counted, expected = seen.sum(["sex", "age"]), service_users(there, national)
    level = (counted / expected.where(expected > 0, 1.0)).where(expected > 0, counted > 0)
    told = counted.sum("region") > 0
    every = expected.where(level > 0, 0.0).sum("region")
    common = (counted.sum("region") / every.where(every > 0, 1.0)).where(every > 0, 1.0)
    users = xr.dot(seen, common / level.where(level > 0, 1.0), dim="region")
    lived = xr.dot(there, (level > 0).astype(float), dim="region")
    rate = (users + USE_K * common * national) / (lived + USE_K)
    # A sector without any users in the table was not asked about: the national pattern stays.
    return rate.where(told, national).transpose(*cells), told


def service_shares(
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    years: list[int],
    pattern: xr.DataArray,
) -> xr.DataArray:
    """Share of the service that own staff provide; the latest figure is held; 1 where not given.

    A region without rows of its own has the mean of its municipalities, weighted by their users.
    """
    share = np.ones((len(codes), len(sectors), len(years)))
    table = tables.get("service_share")
    if table is not None:
        table = table.filter((pl.col("year") <= years[0]) & pl.col("sector").is_in(sectors))
        latest = table.filter(pl.col("year") == pl.col("year").max().over("region", "sector"))
        given: dict[str, dict[str, float]] = {}
        for place, sector, value in latest.select("region", "sector", "share").iter_rows():
            given.setdefault(place, {})[sector] = value
        for i, code in enumerate(codes):
            share[i] = _share_of(given, tables, code, sectors, pattern, years[0])[:, np.newaxis]
    return labelled(share, {"region": codes, "sector": sectors, "year": years})


def _share_of(
    latest: Mapping[str, Mapping[str, float]],
    tables: Mapping[str, pl.DataFrame],
    code: str,
    sectors: list[str],
    pattern: xr.DataArray,
    base_year: int,
) -> np.ndarray:
    """Own share of every sector in one region; its members' where it has no rows."""
    towns = [code] if code in latest else members(tables["regions"], code)
    given = np.array([[latest.get(town, {}).get(one, 1.0) for one in sectors] for town in towns])
    if len(towns) == 1:
        alone: np.ndarray = given[0]
        return alone
    users = member_users(tables, towns, sectors, base_year, pattern)
    total = users.sum(axis=0)
    weighted: np.ndarray = (given * users).sum(axis=0) / np.where(total > 0, total, 1.0)
    mean: np.ndarray = np.where(total > 0, weighted, given.mean(axis=0))
    return mean


def member_users(
    tables: Mapping[str, pl.DataFrame],
    towns: list[str],
    sectors: list[str],
    base_year: int,
    pattern: xr.DataArray,
) -> np.ndarray:
    """Users of each service in each municipality: those counted, else as the pattern expects."""
    ages = pattern["age"].values.tolist()
    people = tables["population"].filter(
        (pl.col("year") == base_year) & pl.col("region").is_in(towns)
    )
    there = to_array(people, {"region": towns, "sex": SEXES, "age": ages}, "persons")
    expected: np.ndarray = service_users(there, pattern).transpose("region", "sector").values
    if "service_use" not in tables:
        return expected
    use = tables["service_use"].filter(
        (pl.col("year") == base_year)
        & pl.col("region").is_in(towns)
        & pl.col("sector").is_in(sectors)
    )
    counted = to_array(use, {"region": towns, "sector": sectors}, "users").values
    users: np.ndarray = np.where(counted > 0, counted, expected)
    return users


def _funded(
    tables: Mapping[str, pl.DataFrame], posts: dict[str, list[str]], years: list[int]
) -> xr.DataArray | None:
    """Funded posts by year; after the last year of the plan the last figure is held."""
    table = tables.get("funded_posts")
    if table is None:
        return None
    rows = table.filter(
        pl.col("year").is_in(years)
        & pl.col("sector").is_in(posts["sector"])
        & pl.col("occupation").is_in(posts["occupation"])
    )
    if rows.is_empty() or years[0] not in rows["year"]:
        return None
    seen = sorted(rows["year"].unique().to_list())
    array = to_array(
        at_level(rows, tables["regions"], posts["region"]), {**posts, "year": seen}, "fte"
    )
    held = [max(year for year in seen if year <= wanted) for wanted in years]
    array = array.sel(year=held).assign_coords(year=years)
    array.attrs["until"] = seen[-1]
    return array
