"""Inhabitants observed: of the regions asked for, their counties and all places in the folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.errors import DataError
from workforce.inputs.arrays import to_array
from workforce.inputs.pooled import KEPT, Known
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


@dataclass(frozen=True, eq=False)
class Towns:
    """Persons of every municipality of a folder on 1 January, shape (place, sex, age, year)."""

    persons: Numbers
    whole: Numbers
    by_county: Mapping[str, Numbers]
    names: list[str]
    counties: list[str | None]
    ages: list[int]
    years: list[int]


@lru_cache(maxsize=KEPT)
def read_towns(known: Known, base_year: int) -> Towns:
    """Read the stocks of all municipalities in the base year and up to ten years before it."""
    regions, everything = known.tables["regions"], known.tables["population"]
    ages = list(range(int(everything["age"].max()) + 1))  # type: ignore[arg-type]
    table = everything.filter(pl.col("year").is_between(base_year - WINDOW, base_year))
    years = sorted(table["year"].unique().to_list())
    if years != list(range(years[0], base_year + 1)):
        raise DataError(f"population: years {years[0]} to {base_year} have gaps.")
    towns = regions.filter(pl.col("level") == "municipality")
    names = towns["region"].to_list()
    rows = table.filter(pl.col("region").is_in(names))
    cells: dict[str, Sequence[Any]] = {"region": names, "sex": SEXES, "age": ages, "year": years}
    persons: Numbers = to_array(rows, cells, "persons").values
    counties = towns["county"].to_list() if "county" in towns.columns else [None] * len(names)
    by_county = {
        name: persons[[county == name for county in counties]].sum(axis=0)
        for name in dict.fromkeys(counties)
        if name is not None
    }
    return Towns(persons, persons.sum(axis=0), by_county, names, counties, ages, years)


def read_stocks(
    known: Known, tables: Mapping[str, pl.DataFrame], codes: list[str], base_year: int
) -> Stocks:
    """Read the stocks of the base year and up to ten years before it.

    ``county`` holds the municipalities of the county that each region lies in, ``whole`` all of
    them in the folder. A region of a higher level has no county.
    """
    towns, regions = read_towns(known, base_year), tables["regions"]
    place_of = {name: place for place, name in enumerate(towns.names)}
    own = np.empty((len(codes), *towns.persons.shape[1:]))
    higher = [code for code in codes if code not in place_of]
    if higher:
        rows = at_level(tables["population"], regions, higher)
        rows = rows.filter(pl.col("year").is_in(towns.years))
        labels: dict[str, Sequence[Any]] = {
            "region": higher,
            "sex": SEXES,
            "age": towns.ages,
            "year": towns.years,
        }
        own[[codes.index(code) for code in higher]] = to_array(rows, labels, "persons").values
    county, whole = np.zeros_like(own), np.zeros_like(own)
    for place, code in enumerate(codes):
        if set(towns.names) - set(members(regions, code)):
            whole[place] = towns.whole
        if code not in place_of:
            continue
        own[place] = towns.persons[place_of[code]]
        lies_in = towns.counties[place_of[code]]
        if lies_in is not None and towns.counties.count(lies_in) > 1:
            county[place] = towns.by_county[lies_in]
    return Stocks(own, county, whole, towns.ages, towns.years)


def age_by_a_year(persons: Numbers) -> Numbers:
    """Persons at the age they reach in a year if all live; shape (..., age), newborn 0."""
    older = np.zeros_like(persons)
    older[..., 1:] = persons[..., :-1]
    older[..., -1] += persons[..., -1]
    return older
