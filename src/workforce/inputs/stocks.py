"""Inhabitants observed: of the regions asked for, their counties and all places in the folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.errors import DataError
from workforce.inputs.arrays import to_array
from workforce.inputs.regions import at_level, members

SEXES = ["female", "male"]
WINDOW = 10
"""Years of stocks that the rates of a place are inferred from."""


@dataclass(frozen=True)
class Stocks:
    """Persons on 1 January, shape (place, sex, age, year); the last year is the base year.

    ``county`` and ``whole`` are nobody where they hold the place itself and no other: it would be
    drawn towards what happened in itself, which would count twice.
    """

    own: Numbers
    county: Numbers
    whole: Numbers
    ages: list[int]
    years: list[int]


def read_stocks(tables: dict[str, pl.DataFrame], codes: list[str], base_year: int) -> Stocks:
    """Read the stocks of the base year and up to ten years before it.

    ``county`` holds the municipalities of the county that each region lies in, ``whole`` all of
    them in the folder. A region of a higher level has no county.
    """
    regions, everything = tables["regions"], tables["population"]
    ages = list(range(int(everything["age"].max()) + 1))  # type: ignore[arg-type]
    table = everything.filter(pl.col("year").is_between(base_year - WINDOW, base_year))
    years = sorted(table["year"].unique().to_list())
    if years != list(range(years[0], base_year + 1)):
        raise DataError(f"population: years {years[0]} to {base_year} have gaps.")
    towns = regions.filter(pl.col("level") == "municipality")
    names = towns["region"].to_list()
    labels: dict[str, Sequence[Any]] = {"sex": SEXES, "age": ages, "year": years}
    rows = table.filter(pl.col("region").is_in(names))
    all_towns = to_array(rows, {"region": names, **labels}, "persons").values
    higher = [code for code in codes if code not in names]
    own = np.empty((len(codes), *all_towns.shape[1:]))
    if higher:
        rows = at_level(table, regions, higher)
        above = to_array(rows, {"region": higher, **labels}, "persons").values
        own[[codes.index(code) for code in higher]] = above
    counties = towns["county"].to_list() if "county" in towns.columns else [None] * len(names)
    sums = {
        name: all_towns[[county == name for county in counties]].sum(axis=0)
        for name in dict.fromkeys(counties)
    }
    county, whole = np.zeros_like(own), np.zeros_like(own)
    for place, code in enumerate(codes):
        if set(names) - set(members(regions, code)):
            whole[place] = all_towns.sum(axis=0)
        if code in higher:
            continue
        town = names.index(code)
        own[place] = all_towns[town]
        if counties.count(counties[town]) > 1:
            county[place] = sums[counties[town]]
    return Stocks(own, county, whole, ages, years)


def age_by_a_year(persons: Numbers) -> Numbers:
    """Persons at the age they reach in a year if all live; shape (..., age), newborn 0."""
    older = np.zeros_like(persons)
    older[..., 1:] = persons[..., :-1]
    older[..., -1] += persons[..., -1]
    return older
