"""Mortality, fertility and migration by age: modelled curves that meet published totals."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AGES = np.arange(106)
SEXES = ("female", "male")
LIFE_EXPECTANCY = {"female": 84.6, "male": 81.4}
"""Life expectancy at birth, Norway 2023 (Statistics Norway). [years]"""
LIFE_EXPECTANCY_YEAR = 2023
INFANT_MORTALITY = {"female": 0.0017, "male": 0.0021}
"""Modelled around 1.9 deaths per 1,000 births. [per person-year]"""
BACKGROUND = {"female": 0.00007, "male": 0.00006}
"""Mortality that does not depend on age (Makeham). [per person-year]"""
YOUNG_ADULTS = {"female": 0.00008, "male": 0.00034}
"""Extra mortality at age 24, chiefly accidents and suicide. [per person-year]"""
SLOPE = {"female": 0.101, "male": 0.094}
"""Growth of the odds of dying with age among adults. [log per year of age]"""
OLD_SLOPE = {"female": 0.068, "male": 0.072}
"""What the growth gains among the old. [log per year of age]"""
OLD_FROM = {"female": (80.3, 5.4), "male": (79.5, 6.8)}
"""Age at which half of it is gained, and how many years that takes. [years]"""
TOTAL_FERTILITY = 1.44
MEAN_AGE_OF_MOTHERS = 31.8
GIRLS_PER_BIRTH = 1 / 2.06


def mortality(sex: str, *, life_expectancy: float | None = None) -> Array:
    """Central death rates by single age that give a life expectancy at birth.

    m(x) = A + Y exp(-((x - 24) / 6)^2 / 2) + e^z / (1 + e^z), m(0) on its own, with

        z(x) = c + b x + d w ln(1 + exp((x - u) / w))

    Above 80 this is the logistic of Kannisto, which bends where Gompertz's line would go on, but
    the odds rise faster among the old than among adults (by b + d instead of b). c is solved by
    halving. The other numbers are chosen to look like Norway in 2018-2022: within 6 % of the
    rates of the Human Mortality Database from 40 to 100 years, save men at 40 and 50 (11 %).

    Parameters
    ----------
    sex
        female or male.
    life_expectancy
        Years to live at birth; Norway's if not given.

    Returns
    -------
    Array
        Shape (106,), ages 0 to 105, the last one open. [per person-year]

    References
    ----------
    Thatcher, Kannisto and Vaupel (1998), The Force of Mortality at Ages 80 to 120, Odense.
    """
    wanted = LIFE_EXPECTANCY[sex] if life_expectancy is None else life_expectancy
    low, high = -16.0, -6.0
    for _ in range(60):
        middle = (low + high) / 2
        if life_expectancy_at_birth(_logistic(sex, middle)) > wanted:
            low = middle
        else:
            high = middle
    return _logistic(sex, (low + high) / 2)


def _logistic(sex: str, level: float) -> Array:
    age = AGES + 0.5
    start, years = OLD_FROM[sex]
    faster = OLD_SLOPE[sex] * years * np.logaddexp(0.0, (age - start) / years)
    odds = np.exp(level + SLOPE[sex] * age + faster)
    young = YOUNG_ADULTS[sex] * np.exp(-0.5 * ((age - 24.0) / 6.0) ** 2)
    rates = BACKGROUND[sex] + young + odds / (1.0 + odds)
    rates[0] = INFANT_MORTALITY[sex]
    return np.asarray(rates)


def life_expectancy_at_birth(rates: Array) -> float:
    """Life expectancy at birth from central death rates by single age.

    Parameters
    ----------
    rates
        Shape (n,), ages 0 to n - 1, the last one open. [per person-year]

    Returns
    -------
    float
        [years]
    """
    lived = np.full(rates.shape, 0.5)
    lived[0] = 0.1
    dying = rates / (1 + (1 - lived) * rates)
    dying[-1] = 1.0
    alive = np.concatenate([[1.0], np.cumprod(1 - dying)[:-1]])
    years = alive * (1 - dying) + alive * dying * lived
    years[-1] = alive[-1] / rates[-1]
    return float(years.sum())


def fertility(total: float = TOTAL_FERTILITY) -> Array:
    """Births per woman by mother's age, 15 to 49, as a bell curve around the mean age.

    Parameters
    ----------
    total
        Total fertility: births per woman over all ages.

    Returns
    -------
    Array
        Shape (106,), zero outside 15 to 49. [per woman-year]
    """
    shape = np.exp(-0.5 * ((AGES + 0.5 - MEAN_AGE_OF_MOTHERS) / 5.1) ** 2)
    shape[(AGES < 15) | (AGES > 49)] = 0.0
    return np.asarray(total * shape / shape.sum())


def net_migration(drift: float, youth: float) -> Array:
    """Net migrants per inhabitant by age: families move in, the young move to study.

    Parameters
    ----------
    drift
        Net migration of all ages beyond the national gain. [per person-year]
    youth
        Extra at age 20; negative where the young leave. [per person-year]

    Returns
    -------
    Array
        Shape (106,), nothing from age 85. [per person-year]
    """
    adults = 0.0095 * np.exp(-0.5 * ((AGES - 30) / 8.0) ** 2)
    children = 0.004 * np.exp(-AGES / 8.0)
    students = youth * np.exp(-0.5 * ((AGES - 20.5) / 2.3) ** 2)
    back = -0.35 * youth * np.exp(-0.5 * ((AGES - 30) / 5.0) ** 2)
    everyone = drift * np.exp(-AGES / 45.0)
    rates = adults + children + students + back + everyone
    return np.asarray(np.where(AGES < 85, rates, 0.0))
