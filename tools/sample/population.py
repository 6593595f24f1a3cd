"""The inhabitants: observed years drawn person by person, projected years by cohort components."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample.geography import (
    BASE_YEAR,
    CODES,
    COUNTY,
    FIRST_YEAR,
    LAST_PROJECTED,
    MUNICIPALITIES,
)
from tools.sample.vital import (
    AGES,
    GIRLS_PER_BIRTH,
    LIFE_EXPECTANCY_YEAR,
    SEXES,
    TOTAL_FERTILITY,
    fertility,
    mortality,
    net_migration,
)

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

OBSERVED = range(FIRST_YEAR, BASE_YEAR + 1)
KNOTS = {
    0: 53, 6: 56, 9: 57.5, 13: 60, 16: 63, 20: 67, 25: 70, 30: 76, 35: 80, 40: 75, 45: 70, 50: 73,
    56: 77, 61: 69, 66: 62, 71: 55.5, 77: 49, 80: 42, 82: 35, 85: 24, 90: 9.6, 95: 2.7, 100: 0.45,
    105: 0.03,
}  # fmt: skip
"""Inhabitants by age on 1 January 2026, a smooth likeness of Norway. [thousand persons]"""
FERTILITY_BY_YEAR = {
    2016: 1.71, 2017: 1.62, 2018: 1.56, 2019: 1.53, 2020: 1.48, 2021: 1.55, 2022: 1.41, 2023: 1.40,
    2024: 1.44, 2025: TOTAL_FERTILITY,
}  # fmt: skip
YEARLY_GAIN = 0.012
"""Yearly fall in mortality at all ages. [share]"""
VARIANTS = {"main": (1.60, 0.012, 0.0), "low": (1.30, 0.004, -0.002), "high": (1.80, 0.020, 0.002)}
"""Total fertility reached after ten years, yearly fall in mortality, extra net migration."""


def mortality_in(year: int, *, gain: float = YEARLY_GAIN) -> Array:
    """Death rates in a year, falling by a steady share.

    Parameters
    ----------
    year
        Calendar year.
    gain
        Fall in a year. [share]

    Returns
    -------
    Array
        Shape (2, 106): female, male by age. [per person-year]
    """
    rates = np.stack([mortality(sex) for sex in SEXES])
    return np.asarray(rates * (1 - gain) ** (year - LIFE_EXPECTANCY_YEAR))


def migration_rates() -> Array:
    """Net migration by municipality and age, the same for both sexes.

    Returns
    -------
    Array
        Shape (12, 106). [per person-year]
    """
    return np.stack([net_migration(m.drift, m.youth) for m in MUNICIPALITIES])


def observed_population(rng: np.random.Generator) -> Counts:
    """Inhabitants on 1 January of the observed years, each death, birth and move drawn.

    Parameters
    ----------
    rng
        Random numbers.

    Returns
    -------
    Counts
        Shape (8, 12, 2, 106): year, municipality, sex, age. [persons]
    """
    stock = rng.poisson(_first_stock()).astype(np.int64)
    years = [stock]
    for year in OBSERVED[:-1]:
        stock = _drawn_year(stock, year, rng)
        years.append(stock)
    return np.stack(years)


def _first_stock() -> Array:
    """Take the base-year profile back to the inhabitants expected on the first 1 January."""
    span = BASE_YEAR - FIRST_YEAR
    base = np.interp(AGES, list(KNOTS), list(KNOTS.values()))
    later = np.interp(AGES + span, list(KNOTS), list(KNOTS.values()))
    later[AGES + span > 105] = 0.0
    women = 0.487 + 0.013 * (AGES / 60.0) + 0.10 * np.clip((AGES - 70) / 20.0, 0, 1.6)
    expected = np.zeros((len(CODES), 2, 106))
    lost = np.zeros((2, 106))
    for step, year in enumerate(OBSERVED[:-1]):
        rates = mortality_in(year)
        lost += np.stack([np.interp(AGES + step, AGES, rates[k]) for k in range(2)])
    for k, municipality in enumerate(MUNICIPALITIES):
        tilt = np.exp(municipality.ageing * (AGES - 40) / 40.0)
        gained = span * net_migration(municipality.drift, municipality.youth)
        share = np.interp(AGES + span, AGES, women)
        both = np.stack([later * share, later * (1 - share)])
        expected[k] = both * tilt * np.exp(np.minimum(lost, 4.0)) / np.exp(0.9 * gained)
        profile = base * tilt
        size = municipality.inhabitants * expected[k].sum() / profile.sum()
        expected[k] *= 1.02 * size / expected[k].sum()
    return expected


def _drawn_year(stock: Counts, year: int, rng: np.random.Generator) -> Counts:
    dying = 1 - np.exp(-mortality_in(year))
    alive = rng.binomial(stock, np.broadcast_to(1 - dying, stock.shape))
    net = migration_rates()[:, None, :]
    leaving = 0.025 * np.exp(-0.5 * ((AGES - 27) / 12.0) ** 2) + np.maximum(-net, 0.0)
    left = rng.binomial(alive, np.broadcast_to(1 - np.exp(-leaving), stock.shape))
    came = rng.poisson(stock * np.maximum(leaving + net, 0.0))
    born = rng.poisson((stock[:, 0] * fertility(FERTILITY_BY_YEAR[year])).sum(axis=-1))
    girls = rng.binomial(born, GIRLS_PER_BIRTH)
    return _aged(alive - left + came, np.stack([girls, born - girls], axis=-1))


def _aged(stock: NDArray[np.generic], newborn: NDArray[np.generic]) -> NDArray[np.int64]:
    """One year older; the oldest age keeps its own."""
    older = np.zeros_like(stock)
    older[..., 1:] = stock[..., :-1]
    older[..., -1] += stock[..., -1]
    older[..., 0] = newborn
    return older


def projected_population(base: Counts, variant: str) -> Array:
    """Inhabitants on 1 January from the base year on by cohort components.

    Parameters
    ----------
    base
        Shape (12, 2, 106): the base year. [persons]
    variant
        main, low or high.

    Returns
    -------
    Array
        Shape (21, 12, 2, 106): year, municipality, sex, age. [persons]
    """
    reached, gain, extra = VARIANTS[variant]
    young = np.exp(-0.5 * ((AGES - 29) / 10.0) ** 2)
    net = (migration_rates() + extra * young)[:, None, :]
    stock = base.astype(float)
    years = [stock]
    for year in range(BASE_YEAR, LAST_PROJECTED):
        rates = mortality_in(BASE_YEAR - 1) * (1 - gain) ** (year - BASE_YEAR + 1)
        total = np.interp(year, [BASE_YEAR - 1, BASE_YEAR + 9], [TOTAL_FERTILITY, reached])
        survivors = stock * np.exp(-rates) * np.exp(net)
        mothers = (stock[:, 0] + survivors[:, 0]) / 2
        born = (mothers * fertility(float(total))).sum(axis=-1)
        newborn = np.stack([born * GIRLS_PER_BIRTH, born * (1 - GIRLS_PER_BIRTH)], axis=-1)
        stock = np.asarray(_aged(survivors, newborn), dtype=float)
        years.append(stock)
    return np.stack(years)


def population_table(observed: Counts) -> pl.DataFrame:
    """Table `population`.

    Parameters
    ----------
    observed
        Shape (8, 12, 2, 106).

    Returns
    -------
    pl.DataFrame
        region, sex, age, year, persons; every cell has its row.
    """
    persons = observed.transpose(1, 2, 3, 0)
    keys = {"region": CODES, "sex": SEXES, "age": range(106), "year": OBSERVED}
    return long_table(persons, keys, "persons")


def projection_table(paths: Mapping[str, Array]) -> pl.DataFrame:
    """Table `population_projection`, rounded to whole persons.

    Parameters
    ----------
    paths
        Variant to shape (21, 12, 2, 106).

    Returns
    -------
    pl.DataFrame
        region, variant, sex, age, year, persons; every cell has its row.
    """
    stacked = np.stack(list(paths.values())).transpose(2, 0, 3, 4, 1)
    keys = {
        "region": CODES,
        "variant": tuple(paths),
        "sex": SEXES,
        "age": range(106),
        "year": range(BASE_YEAR, LAST_PROJECTED + 1),
    }
    return long_table(np.floor(stacked + 0.5).astype(np.int64), keys, "persons")


def long_table(values: Counts, keys: Mapping[str, Sequence[object]], measure: str) -> pl.DataFrame:
    """Lay out an array as a table with one row per cell, the first key slowest.

    Parameters
    ----------
    values
        One dimension per key.
    keys
        Key to its labels, in the order of the dimensions.
    measure
        Name of the column of values.

    Returns
    -------
    pl.DataFrame
        The keys and the measure.
    """
    grids = np.indices(values.shape)
    columns = {
        name: pl.Series(name, list(label)).gather(grid.ravel())
        for (name, label), grid in zip(keys.items(), grids, strict=True)
    }
    return pl.DataFrame(columns).with_columns(pl.Series(measure, values.ravel()))


def vital_rates_table() -> pl.DataFrame:
    """Table `vital_rates`: the county's mortality and fertility, the municipalities' migration.

    Returns
    -------
    pl.DataFrame
        rate, region, sex, age, year, value.
    """
    parts = []
    for year in OBSERVED[:-1]:
        deaths, births = mortality_in(year), fertility(FERTILITY_BY_YEAR[year])
        for k, sex in enumerate(SEXES):
            parts.append(_rate("mortality", COUNTY, sex, AGES, year, deaths[k]))
        mothers = births > 0
        parts.append(_rate("fertility", COUNTY, "female", AGES[mothers], year, births[mothers]))
    for code, rates in zip(CODES, migration_rates(), strict=True):
        parts += [_rate("net_migration", code, s, AGES, BASE_YEAR - 1, rates) for s in SEXES]
    return pl.concat(parts)


def _rate(
    rate: str, region: str, sex: str, ages: NDArray[np.int64], year: int, values: Array
) -> pl.DataFrame:
    return pl.DataFrame({"age": ages, "value": np.round(values, 7)}).select(
        rate=pl.lit(rate),
        region=pl.lit(region),
        sex=pl.lit(sex),
        age="age",
        year=pl.lit(year, dtype=pl.Int64),
        value="value",
    )
