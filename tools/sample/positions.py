"""The size of posts: how much of a full-time post a person holds, by post and age."""

import numpy as np
from numpy.typing import NDArray

from tools.sample.occupations import POSTS, SECTOR_CODES, SECTORS

Array = NDArray[np.float64]

SIZES = np.array([0.03, 0.20, 0.40, 0.50, 0.60, 0.70, 0.75, 0.80, 0.90])
"""Part-time posts. [FTE]"""
USUAL = (0.00, 0.09, 0.10, 0.18, 0.16, 0.13, 0.11, 0.15, 0.08)
PART = {
    "5329": (0.00, 0.22, 0.17, 0.20, 0.13, 0.09, 0.08, 0.07, 0.04),
    "5411": (0.80, 0.20, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
}
"""How the part-time posts of care assistants, and of firefighters on call, fall on the sizes."""
SIZE_SHARES = np.array([PART.get(occupation, USUAL) for _, occupation in POSTS])
"""How part-time posts fall on the sizes, by post; assumed."""
FULL_TIME = np.array([SECTORS[SECTOR_CODES.index(s)].mix[occupation][1] for s, occupation in POSTS])
"""Share of persons aged 30-59 in full-time posts, by post."""
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
        Shape (posts, n): post, age.
    """
    factor = np.interp(ages, list(AGE_FACTOR), list(AGE_FACTOR.values()))
    return np.asarray(FULL_TIME[:, None] * factor)


def mean_size(ages: Array) -> Array:
    """FTE per person.

    Parameters
    ----------
    ages
        Shape (n,). [years]

    Returns
    -------
    Array
        Shape (posts, n): post, age.
    """
    full = full_time_share(ages)
    return np.asarray(full + (1 - full) * (SIZE_SHARES @ SIZES)[:, None])


def position_size(post: NDArray[np.int64], age: NDArray[np.int64], rank: Array) -> Array:
    """Position size of each person: full time for the lowest ranks, part time for the others.

    Parameters
    ----------
    post, age
        Shape (n,): place of the post in the list of posts, age. [years]
    rank
        Shape (n,), even on 0 to 1; a person keeps it, so posts grow with age and do not jump.

    Returns
    -------
    Array
        Shape (n,). [FTE per person]
    """
    ages = np.arange(0, 121, dtype=float)
    full = full_time_share(ages)[post, age]
    among_part_time = np.clip((rank - full) / (1 - full), 0.0, 1.0 - 1e-12)
    ladder = np.cumsum(SIZE_SHARES[:, ::-1], axis=1)[post]
    place = (among_part_time[:, None] >= ladder).sum(axis=1)
    part = SIZES[::-1][np.minimum(place, SIZES.size - 1)]
    return np.asarray(np.where(rank < full, 1.0, part))
