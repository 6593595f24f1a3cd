"""The size of posts: how much of a full-time post a person holds, by sector and age."""

import numpy as np
from numpy.typing import NDArray

from tools.sample.occupations import SECTORS

Array = NDArray[np.float64]

SIZES = np.array([0.20, 0.40, 0.50, 0.60, 0.70, 0.75, 0.80, 0.90])
"""Part-time posts. [FTE]"""
SIZE_SHARES = np.array([0.11, 0.11, 0.19, 0.16, 0.11, 0.10, 0.15, 0.07])
"""How the part-time posts fall on the sizes."""
AGE_FACTOR = {18: 0.30, 20: 0.62, 24: 0.80, 28: 0.95, 32: 1.0, 59: 1.0, 62: 0.92, 68: 0.60, 74: 0.3}
"""Full-time share by age against ages 30-59."""


def full_time_share(ages: Array) -> Array:
    """Share of persons in full-time posts.

    Parameters
    ----------
    ages
        Shape (n,). [years]

    Returns
    -------
    Array
        Shape (6, n): sector, age.
    """
    factor = np.interp(ages, list(AGE_FACTOR), list(AGE_FACTOR.values()))
    return np.stack([s.full_time * factor for s in SECTORS])


def position_size(sector: NDArray[np.int64], age: NDArray[np.int64], rank: Array) -> Array:
    """Position size of each person: full time for the lowest ranks, part time for the others.

    Parameters
    ----------
    sector, age
        Shape (n,): place of the sector in the list of sectors, age. [years]
    rank
        Shape (n,), even on 0 to 1; a person keeps it, so posts grow with age and do not jump.

    Returns
    -------
    Array
        Shape (n,). [FTE per person]
    """
    ages = np.arange(0, 121, dtype=float)
    full = full_time_share(ages)[sector, age]
    among_part_time = np.clip((rank - full) / (1 - full), 0.0, 1.0 - 1e-12)
    place = np.searchsorted(np.cumsum(SIZE_SHARES[::-1]), among_part_time, side="right")
    part = SIZES[::-1][np.minimum(place, SIZES.size - 1)]
    return np.asarray(np.where(rank < full, 1.0, part))
