"""Whole persons of a block of posts: who leaves, and where recruits come from, as luck has it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workforce.contract.arrays import Numbers
from workforce.model.chance import Places, another, some_whole, split_count, stream

# Independent luck is made of one uniform number for each cell; these tell the uses apart.
CAUSES, MOVERS, DESTINATIONS, ORIGINS = 100, 200, 300, 400


class Luck(NamedTuple):
    """What the chance of a run goes by: a seed, and the names of its regions, posts and years."""

    seed: int
    regions: Sequence[str]
    posts: Sequence[str]
    years: Sequence[int]
    draws: Sequence[int]


# A block: number of the region, numbers of its posts (one after the other), draws.
Place = tuple[int, Numbers, slice]


class Counted(NamedTuple):
    """Cells in which something happened to whole persons of a block, (post, cell, draw)."""

    place: Places  # Number of the cell in the block
    persons: Numbers
    cell: Places  # Its number in (post, cell)
    draw: Places  # Its number in (post, draw)


def uniform_luck(luck: Luck, place: Place, year: int, shape: tuple[int, ...]) -> Numbers:
    """Uniform numbers for exits and recruits, dims (2, post, cell, draw)."""
    region, posts, block = place
    _, cells, draws = shape
    result = np.empty((2, *shape))
    for row, post in enumerate(posts):
        bits = stream(luck.seed, "chance", luck.regions[region], luck.posts[post], luck.years[year])
        bits.advance(2 * cells * int(luck.draws[block.start]))
        numbers = np.random.Generator(bits).random((draws, 2, cells))
        result[:, row] = np.moveaxis(numbers, 0, -1)
    return result


def counted_cells(place: Places, count: Numbers, shape: tuple[int, ...]) -> Counted:
    """Keep the cells with anybody in them."""
    _, cells, draws = shape
    some = np.flatnonzero(count)
    place = place[some]
    cell = place // draws
    return Counted(place, count[some], cell, place + (cell // cells - cell) * draws)


def leavers(luck: Numbers, now: Numbers, whole: Numbers, leave: Numbers) -> Counted:
    """Count the whole persons who leave."""
    some, count = some_whole(luck, whole, leave)
    # A hair under a whole person counts as one, of whom no more can leave than there is.
    return counted_cells(some, np.minimum(count, now.reshape(-1)[some]), now.shape)


def add_exits(
    found: Numbers,
    causes: Sequence[int],
    weights: Numbers,
    left: Counted,
    luck: Numbers,
    own: Numbers,
    base: Numbers,
) -> None:
    """Add counted exits, split by cause."""
    hazards = of_causes(middle(own, left.draw) * middle(base, left.cell), causes, axis=1)
    # Parts that cancel leave a rounding error, which is no hazard.
    np.maximum(hazards, 0.0, out=hazards)
    np.maximum(found, 0.0, out=found)
    split = split_count(another(luck.reshape(-1)[left.place], CAUSES), left.persons, hazards)
    worth = weights.reshape(-1, weights.shape[-1])[left.cell]
    for cause, one in np.ndindex(split.shape[-1], worth.shape[-1]):
        values = split[:, cause] * worth[:, one]
        found[:, cause, one] += sum_cells(left, values, own)


def middle(array: Numbers, places: Places) -> Numbers:
    """Take the middle axis at places that are numbered over the first and the last axis."""
    taken: Numbers = np.swapaxes(array, -1, -2).reshape(-1, array.shape[1])[places]
    return taken


def sum_cells(counted: Counted, values: Numbers, like: Numbers) -> Numbers:
    """Sum by post and draw, the first and the last axis of ``like``."""
    posts, _, draws = like.shape
    sums = np.bincount(counted.draw, weights=values, minlength=posts * draws)
    return sums.astype(float, copy=False).reshape(posts, draws)


def count_origins(came: Numbers, luck: Numbers, arriving: Numbers, entry: Numbers) -> Numbers:
    """Recruits by origin (post, origin, draw), split where somebody came."""
    place = np.flatnonzero(came)
    some = counted_cells(place, came.reshape(-1)[place], came.shape)
    shares = middle(arriving, some.draw) * entry.reshape(-1, entry.shape[-1])[some.cell]
    split = split_count(another(luck.reshape(-1)[place], ORIGINS), some.persons, shares)
    return np.stack([sum_cells(some, kind, came) for kind in split.T], axis=1)


def of_causes(parts: Numbers, causes: Sequence[int], *, axis: int) -> Numbers:
    """Sum the parts of a hazard that belong to one cause."""
    if len(causes) == max(causes) + 1:
        return parts
    moved = np.moveaxis(parts, axis, 0)
    found = np.zeros((max(causes) + 1, *moved.shape[1:]))
    for cause, part in zip(causes, moved, strict=True):
        found[cause] += part
    return np.moveaxis(found, 0, axis)
