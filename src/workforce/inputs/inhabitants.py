"""Inhabitants, and what they are projected with: the official projection or rates of the place."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.contract.arrays import Numbers
from workforce.errors import ParameterError
from workforce.inputs.arrays import to_array
from workforce.inputs.migration import arrivals_and_departures, national_rates, place_rates
from workforce.inputs.pooled import Known
from workforce.inputs.regions import at_level
from workforce.inputs.stocks import SEXES, Stocks, age_by_a_year, read_stocks
from workforce.inputs.vital import (
    KnownRates,
    Reference,
    at_place,
    fertility_of_places,
    known_rates,
    mortality_level,
    read_reference,
    survival,
)
from workforce.model.projection import project_inhabitants

RATES = ["mortality", "fertility", "net_migration"]


def load_population(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    base_year: int,
    horizon: int,
    borrowed: list[Mark],
    *,
    variant: str = "main",
) -> xr.Dataset:
    """Load the base population, mortality, and the official projection or rates to project with.

    Where the official projection ends before the horizon it is carried on with rates of the place,
    and that is marked.
    """
    stocks = read_stocks(known, tables, codes, base_year)
    official = _official(known, tables, codes, stocks, base_year + horizon, variant)
    steps = list(range(base_year, base_year + horizon))
    vital = known_rates(known, base_year)
    reference = read_reference(vital, codes, stocks, steps, borrowed)
    rates = _rates(vital, codes, stocks, steps, reference, borrowed)
    if official is None:
        return rates
    last = int(official["year"].values[-1])
    if last < base_year + horizon:
        official = _carry_on(official, rates, last)
        reason = f"the official projection ends in {last}"
        borrowed += [
            Mark("population_official", code, "", reason, source="own projection") for code in codes
        ]
    kept = rates[["population", "mortality", "vital_weight"]].sel(rate=["mortality"])
    borrowed[:] = [row for row in borrowed if row.variable not in RATES[1:]]
    return kept.assign(population_official=official)


def _rates(
    known: KnownRates,
    codes: list[str],
    stocks: Stocks,
    steps: list[int],
    reference: Reference,
    borrowed: list[Mark],
) -> xr.Dataset:
    """Make the population of the base year and the rates of each place."""
    mortality = mortality_level(stocks, reference)
    ahead = np.arange(len(steps), dtype=np.float64)
    here: Numbers = reference.coming * at_place(mortality.level, stocks.ages, ahead)
    births, fertility = fertility_of_places(stocks, reference)
    past = reference.past * at_place(mortality.level, stocks.ages, np.zeros(1))
    recent, drift, published = national_rates(known, codes, stocks, borrowed)
    net, own = place_rates(stocks, survival(past), recent, published)
    base = stocks.own[..., -1]
    survivors = age_by_a_year(base) * survival(here[..., :1])[..., 0]
    arrivals, departures = arrivals_and_departures(net, drift, survivors, len(steps))
    aged = ("region", "sex", "age")
    by_year = np.broadcast_to(births[..., np.newaxis], (*births.shape, len(steps)))
    weights = np.stack([mortality.weight, fertility.weight, own], axis=1)
    return xr.Dataset(
        {
            "population": (aged, base),
            "mortality": ((*aged, "flow_year"), here),
            "fertility": (("region", "age", "flow_year"), by_year.copy()),
            "arrivals": ((*aged, "flow_year"), arrivals),
            "departure_rate": ((*aged, "flow_year"), departures),
            "vital_weight": (("region", "rate"), weights),
        },
        coords={
            "region": codes,
            "sex": SEXES,
            "age": stocks.ages,
            "flow_year": steps,
            "rate": RATES,
        },
    )


def _official(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    stocks: Stocks,
    end: int,
    variant: str,
) -> xr.DataArray | None:
    """Official projection from the base year as far as it goes, None without it."""
    if "population_projection" not in tables:
        if variant != "main":
            raise ParameterError(
                f"variant {variant!r}: there is no table population_projection to take it from."
            )
        return None
    base_year = stocks.years[-1]
    table = tables["population_projection"]
    if variant not in table["variant"]:
        there = known.tables["population_projection"]["variant"].unique().to_list()
        if variant in there:
            return None
        raise ParameterError(f"variant {variant!r} is not one of {', '.join(sorted(there))}.")
    table = table.filter(
        (pl.col("variant") == variant) & pl.col("year").is_between(base_year + 1, end)
    ).with_columns(pl.col("age").clip(upper_bound=stocks.ages[-1]))
    years = sorted(table["year"].unique().to_list())
    if not years or years != list(range(base_year + 1, years[-1] + 1)):
        return None
    rows = at_level(table.drop("variant"), tables["regions"], codes)
    if set(rows["region"].unique()) != set(codes):
        return None
    labels: dict[str, Sequence[Any]] = {
        "region": codes,
        "sex": SEXES,
        "age": stocks.ages,
        "year": years,
    }
    path = to_array(rows, labels, "persons")
    first = path.isel(year=[0]).assign_coords(year=[base_year])
    base: Numbers = stocks.own[..., -1:]
    return xr.concat([first.copy(data=base), path], dim="year")


def _carry_on(official: xr.DataArray, rates: xr.Dataset, last: int) -> xr.DataArray:
    """Project from the last official year with the rates of the places."""
    left = rates.sel(flow_year=slice(last, None)).drop_vars(["vital_weight", "rate"])
    start = left.assign(population=official.sel(year=last, drop=True))
    after = project_inhabitants(start).sel(year=slice(last + 1, None))
    return xr.concat([official, after.transpose(*official.dims)], dim="year")
