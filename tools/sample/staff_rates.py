"""How staff leave, move and arrive by age: the modelled rates behind the sample's flows.

The curves are modelled; their levels were set so that what the sample shows meets the published
turnover by age and by occupation, the mean age and the mean exit age.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tools.sample.occupations import BY_CODE, POSTS, Occupation

Array = NDArray[np.float64]

STAFF_AGES = np.arange(18, 75)
CAUSES = ("retired", "left_sector", "moved_municipality", "other")
ORIGINS = ("graduate", "other_municipality", "other_sector", "outside_work", "return")
LEAST_AGE = {"none": 18, "certificate": 18, "bachelor": 22, "master": 24}

LEAVING = {
    18: 0.55, 19: 0.53, 20: 0.55, 22: 0.36, 25: 0.22, 28: 0.165, 32: 0.125, 36: 0.10, 40: 0.080,
    45: 0.058, 50: 0.034, 55: 0.026, 60: 0.024, 66: 0.0255, 74: 0.028,
}  # fmt: skip
"""Hazard of leaving the municipal sector before the occupation's factor, by age."""
OTHER = {18: 0.004, 35: 0.004, 45: 0.006, 55: 0.011, 60: 0.016, 67: 0.020, 74: 0.030}
"""Hazard of disability and death together, by age."""
MOVING = {18: 0.02, 22: 0.050, 28: 0.060, 35: 0.042, 45: 0.026, 55: 0.012, 62: 0.003, 74: 0.0}
"""Hazard of taking a post in another municipality, by age."""
RETIRING = {
    "72": {59: 0.0, 60: 0.017, 61: 0.049, 62: 0.167, 63: 0.167, 64: 0.21, 65: 0.315, 66: 0.375,
           67: 0.89, 68: 0.59, 69: 0.54, 70: 0.89, 71: 0.79, 72: 1.18, 74: 1.48},
    "65": {58: 0.0, 60: 0.028, 61: 0.07, 62: 0.264, 63: 0.264, 64: 0.39, 65: 0.61, 66: 0.54,
           67: 0.985, 68: 0.69, 69: 0.69, 70: 0.985, 72: 1.18, 74: 1.48},
    "63": {56: 0.0, 58: 0.02, 59: 0.05, 60: 0.20, 61: 0.22, 62: 0.35, 63: 0.80, 64: 0.60, 65: 0.90,
           67: 1.0, 74: 1.5},
    "60": {55: 0.0, 56: 0.04, 57: 0.30, 58: 0.28, 59: 0.35, 60: 1.2, 61: 0.9, 62: 0.9, 65: 1.2,
           74: 1.5},
}  # fmt: skip
"""Hazard of retiring by limit group of the post and age."""
LEAVING_FACTOR = {
    "1112": 1.03, "2142": 1.05, "2211": 1.35, "2223": 1.40, "2224": 1.50, "2264": 1.09,
    "2267": 1.15, "2341": 0.545, "2342": 0.825, "2352": 0.81, "2422": 1.10, "2635": 1.30,
    "3112": 1.03, "3412": 1.23, "4110": 1.09, "5153": 1.15, "5311": 1.50, "5312": 3.05,
    "5321": 1.00, "5329": 3.25, "5411": 0.84, "9112": 1.78,
}  # fmt: skip
"""Factor of each occupation on leaving."""
ARRIVAL_SHIFT = {
    "health_care": 3.5, "primary_school": 1.8, "kindergarten": 0.0, "child_welfare_social": 4.6,
    "technical": 9.4, "administration": 13.2,
}  # fmt: skip
"""Years that a sector's recruits are older than the usual for their origin."""
YEAR_FACTOR = {2019: 0.98, 2020: 0.97, 2021: 1.07, 2022: 1.02, 2023: 1.0, 2024: 0.98, 2025: 0.98}
"""Leaving in a year against the mean of the years: 2021-22 was a peak."""
STAY_IN_COUNTY = 0.45
"""Share of those who move municipality that stay within the county."""

ORIGIN_SHARE = {
    "none": (0.03, 0.08, 0.27, 0.50, 0.12),
    "certificate": (0.20, 0.12, 0.30, 0.25, 0.13),
    "bachelor": (0.35, 0.20, 0.20, 0.10, 0.15),
    "master": (0.30, 0.25, 0.22, 0.08, 0.15),
}
"""Recruits by qualification of the post and origin, in the order of ORIGINS."""
ARRIVAL_AGE = {
    "graduate": (1.0, 1.5, 6.0),
    "other_municipality": (10.0, 6.0, 12.0),
    "other_sector": (9.0, 6.0, 14.0),
    "outside_work": (2.0, 3.0, 14.0),
    "return": (13.0, 7.0, 14.0),
}
"""Age on arrival: years of the peak above the least age of the post, spread below and above."""
CHANGES = {
    ("health_care", "5329", "5321"): 0.020,
    ("health_care", "5321", "2223"): 0.004,
    ("health_care", "5321", "2224"): 0.002,
    ("health_care", "3412", "2224"): 0.010,
    ("health_care", "2223", "2422"): 0.003,
    ("primary_school", "5312", "2341"): 0.008,
    ("primary_school", "5311", "5312"): 0.010,
    ("primary_school", "2341", "2352"): 0.004,
    ("primary_school", "2341", "2422"): 0.001,
    ("kindergarten", "5311", "2342"): 0.010,
    ("kindergarten", "2342", "2352"): 0.003,
    ("child_welfare_social", "3412", "2635"): 0.015,
    ("technical", "3112", "2142"): 0.005,
    ("technical", "9112", "5153"): 0.004,
    ("administration", "4110", "2422"): 0.020,
    ("administration", "2422", "1112"): 0.004,
}
"""Yearly probability that a person who stays changes occupation within the sector."""


def by_age(knots: dict[int, float]) -> Array:
    """Values by staff age, straight lines between the ages given.

    Parameters
    ----------
    knots
        Age to value.

    Returns
    -------
    Array
        Shape (57,), ages 18 to 74.
    """
    return np.asarray(np.interp(STAFF_AGES, list(knots), list(knots.values())))


def exit_hazards(
    year: int,
    posts: Sequence[tuple[str, str]] = POSTS,
    by_code: Mapping[str, Occupation] = BY_CODE,
    factors: Mapping[str, float] = MappingProxyType({}),
    *,
    usual: bool = False,
) -> Array:
    """Hazards of exit by post, age and cause in a year.

    Parameters
    ----------
    year
        Calendar year; years before the sample's first count as usual ones.
    posts, by_code, factors
        Sectors with their occupations, and factors on leaving before those of municipalities.
    usual
        Leave out what was special about the year.

    Returns
    -------
    Array
        Shape (posts, 57, 4). [per person-year]
    """
    leaving, other, moving = by_age(LEAVING), by_age(OTHER), by_age(MOVING)
    level = 1.0 if usual else YEAR_FACTOR.get(year, 1.0)
    hazards = np.zeros((len(posts), STAFF_AGES.size, len(CAUSES)))
    for k, (_, code) in enumerate(posts):
        occupation = by_code[code]
        hazards[k, :, 0] = by_age(RETIRING[occupation.limit_group])
        hazards[k, :, 1] = leaving * factors.get(code, LEAVING_FACTOR.get(code, 1.0)) * level
        hazards[k, :, 2] = moving * (0.6 if occupation.qualification == "none" else 1.1)
        hazards[k, :, 3] = other
    return hazards


def arrival_shares(
    posts: Sequence[tuple[str, str]] = POSTS,
    by_code: Mapping[str, Occupation] = BY_CODE,
    shifts: Mapping[str, float] = MappingProxyType(ARRIVAL_SHIFT),
) -> Array:
    """Distribution of recruits over ages by post and origin.

    Returns
    -------
    Array
        Shape (posts, 5, 57), summing to one over ages.
    """
    shares = np.zeros((len(posts), len(ORIGINS), STAFF_AGES.size))
    for k, (sector, code) in enumerate(posts):
        least = LEAST_AGE[by_code[code].qualification]
        shift = shifts[sector]
        for j, origin in enumerate(ORIGINS):
            above, below, beyond = ARRIVAL_AGE[origin]
            moved = shift if origin != "graduate" else 0.3 * shift
            peak = max(least + above + moved, least + 0.5)
            spread = np.where(peak > STAFF_AGES, below, beyond)
            weight = np.exp(-0.5 * ((STAFF_AGES - peak) / spread) ** 2)
            weight[(least > STAFF_AGES) | (STAFF_AGES > 66)] = 0.0
            shares[k, j] = weight / weight.sum()
    return shares
