"""Staff stepped through the years in many draws, keeping only the sums that are asked for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers
from workforce.model.chance import another, binomial_count, poisson_count, split_count, stream

BLOCK = 100_000  # Numbers in one array of a block: a handful of such arrays stay in the cache.
# Independent luck is made of one uniform number for each cell; these tell the uses apart.
CAUSES, MOVERS, DESTINATIONS, ORIGINS = 100, 200, 300, 400


class Luck(NamedTuple):
    """What the chance of a run goes by: a seed, and the names of its regions, posts and years."""

    seed: int
    regions: Sequence[str]
    posts: Sequence[str]
    years: Sequence[int]
    draws: Sequence[int]


Places = NDArray[np.intp]
# A block: number of the region, numbers of its posts (one after the other), draws.
Place = tuple[int, Numbers, slice]


class StaffFlows(NamedTuple):
    """Rates of staff, cells being sex by age laid out as one axis, the ages of a sex together.

    The hazard of a cause is ``hazard * hazard_factor``, recruits are ``entry * entry_factor``.
    Axes: r region, p post, a cell, d draw, y year (1 where all years are alike), c part of the
    hazard, o origin. A cause may have several parts; a part may be below zero, their sum is not.
    """

    start: Numbers  # r p a; persons
    hazard: Numbers  # y r p c a; per person-year
    hazard_factor: Numbers  # d y r p c
    entry: Numbers  # r p o a; recruits per unit of the factor
    entry_factor: Numbers  # d y r p o
    causes: Sequence[int]  # The cause that each c belongs to
    moves: Numbers | None  # r p p_to; probability among those who stay
    ages: int  # Ages of one sex


class StaffWeights(NamedTuple):
    """What to sum over cells, the last axis being the sums."""

    stock: Numbers  # r p a k
    by_cause: Numbers  # r p a j
    leaving: Numbers  # r p a l


class StaffSums(NamedTuple):
    """Sums over cells by draw, region, post and year."""

    stock: Numbers  # d r p y+1 k
    by_cause: Numbers  # d r p y c j
    leaving: Numbers  # d r p y l
    recruits: Numbers  # d r p y o
    transfers: Numbers  # d r p y


def sum_staff(
    flows: StaffFlows,
    weights: StaffWeights,
    *,
    groups: Sequence[Sequence[int]] | None = None,
    luck: Luck | None = None,
    replaced: Numbers | None = None,
) -> StaffSums:
    """Run the years as `project_workforce` does, block by block, and keep weighted sums.

    A block is a group of posts that exchange staff, in so many draws that its arrays stay in the
    cache. What leaves by cause is never laid out by age: with h the hazard of a cell,

        sum over cells of w * exits_c = factor_c * sum of [stock (1 - exp(-h)) / h] * [w * h0_c],

    a product of matrices. With ``luck`` exits are binomial counts, recruits Poisson counts, both
    from uniform numbers that belong to region, post, year and draw.

    Parameters
    ----------
    flows : StaffFlows
        Rates and stocks.
    weights : StaffWeights
        What to sum.
    groups : sequence of sequences of int, optional
        Posts that exchange staff with one another; all posts when left out and there are moves.
    luck : Luck, optional
        Chance for small numbers; draw 0 is without. Left out: expected numbers.
    replaced : ndarray, optional
        Share of a post's exits in each year that recruits replace, by the pattern of ``entry``,
        in place of the number that ``entry`` gives. A plan, so no chance is in it.

    Returns
    -------
    StaffSums
    """
    lucky = 1 if luck is None else len(luck.draws)
    draws = max(len(flows.hazard_factor), len(flows.entry_factor), lucky)
    years = flows.entry_factor.shape[1]
    regions, posts, cells = flows.start.shape
    causes, origins = max(flows.causes) + 1, flows.entry.shape[2]
    # Laid out as the blocks are (r y p d ...), so that a year of a block is written in one go.
    kept = StaffSums(
        np.zeros((regions, years + 1, posts, draws, weights.stock.shape[-1])),
        np.zeros((regions, years, posts, draws, causes, weights.by_cause.shape[-1])),
        np.zeros((regions, years, posts, draws, weights.leaving.shape[-1])),
        np.zeros((regions, years, posts, draws, origins)),
        np.zeros((regions, years, posts, draws)),
    )
    if flows.moves is None:
        size = max(1, BLOCK // (cells * min(draws, 200)))
        groups = [range(i, min(i + size, posts)) for i in range(0, posts, size)]
    for group in groups or [range(posts)]:
        size = max(1, BLOCK // (cells * len(group)))
        for region in range(regions):
            for block in _blocks(draws, size, luck):
                place = (region, np.array(group), block)
                _run_block(flows, weights, kept, place, luck, replaced)
    return StaffSums(*(np.moveaxis(array, (3, 0, 2, 1), (0, 1, 2, 3)) for array in kept))


def _blocks(draws: int, size: int, luck: Luck | None) -> list[slice]:
    """Draws that are run together; with chance the central path is run alone."""
    first = [slice(0, 1)] if luck is not None and luck.draws[0] == 0 else []
    start = len(first)
    return [*first, *(slice(i, min(i + size, draws)) for i in range(start, draws, size))]


def _run_block(
    flows: StaffFlows,
    weights: StaffWeights,
    sums: StaffSums,
    place: Place,
    luck: Luck | None,
    replaced: Numbers | None,
) -> None:
    """Step the posts of one group through the years; arrays are (post, draw, cell)."""
    region, posts, block = place
    years = sums.transfers.shape[1]
    factor, entry_factor = (
        np.ascontiguousarray(np.moveaxis(_of_draws(array, block)[:, :, region, posts], 0, 2))
        for array in (flows.hazard_factor, flows.entry_factor)
    )
    start = flows.start[region, posts]
    shape = (len(posts), block.stop - block.start, start.shape[-1])
    now = np.broadcast_to(start[:, np.newaxis, :], shape).copy()
    following, hazard, stay, part, staying = (np.empty(shape) for _ in range(5))
    entry = flows.entry[region, posts]
    entry_total = entry.sum(axis=-1)[:, np.newaxis]
    moves = None if flows.moves is None else flows.moves[region][np.ix_(posts, posts)]
    wanted = weights.stock[region, posts]
    lucky = luck is not None and luck.draws[block.start] != 0
    constant = len(flows.hazard) == 1 and factor.shape[0] == 1
    for year in range(years):
        np.matmul(now, wanted, out=_of_block(sums.stock, place, year))
        own = factor[min(year, len(factor) - 1)]
        if year == 0 or not constant:
            base = flows.hazard[min(year, len(flows.hazard) - 1), region, posts]
            _chances(own, base, hazard, stay, part)
            by_cause = _cause_weights(base, weights.by_cause[region, posts])
        u = _uniform(luck, place, year, shape) if lucky and luck is not None else None
        if u is None:
            _sum_exits(sums, flows.causes, weights, now, part, staying, own, by_cause, place, year)
            np.multiply(now, stay, out=staying)
            if weights.leaving.shape[-1]:
                gone = np.subtract(now, staying, out=following)
                np.matmul(
                    gone, weights.leaving[region, posts], out=_of_block(sums.leaving, place, year)
                )
        else:
            gone = binomial_count(u[0], now, 1.0 - stay)
            _count_exits(sums, flows.causes, weights, gone, u[0], own, base, place, year)
            np.subtract(now, gone, out=staying)
        arriving = entry_factor[min(year, len(entry_factor) - 1)]
        if replaced is not None:
            left = now.sum(axis=-1) - staying.sum(axis=-1)
            arriving = _replacing(arriving, entry, replaced[year] * left)
        if moves is not None:
            moved = _move(staying, moves, None if u is None else u[0])
            _of_block(sums.transfers, place, year)[...] = moved.sum(axis=-1) - staying.sum(axis=-1)
            staying = moved
        np.matmul(arriving, entry, out=following)
        if u is None or replaced is not None:
            come = arriving * entry_total
        else:
            following = poisson_count(u[1], following)
            come = _count_origins(following, u[1], arriving, entry)
        _of_block(sums.recruits, place, year)[...] = come
        _grow_older(staying, following, flows.ages)
        now, following = following, now
    np.matmul(now, wanted, out=_of_block(sums.stock, place, years))


def _chances(own: Numbers, base: Numbers, hazard: Numbers, stay: Numbers, part: Numbers) -> None:
    """Fill in the hazard h, the chance of staying exp(-h), and (1 - exp(-h)) / h."""
    np.matmul(own, base, out=hazard)
    np.exp(np.negative(hazard, out=stay), out=stay)
    np.subtract(1.0, stay, out=part)
    np.divide(part, np.maximum(hazard, 1e-300, out=hazard), out=part)


def _replacing(arriving: Numbers, entry: Numbers, wanted: Numbers) -> Numbers:
    """Scale what arrives by origin so that it sums to the number wanted, (post, draw)."""
    total = (arriving * entry.sum(axis=-1)[:, np.newaxis]).sum(axis=-1)
    scale = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
    scaled: Numbers = arriving * scale[..., np.newaxis]
    return scaled


def _of_draws(array: Numbers, block: slice) -> Numbers:
    """Draws of the block; what is the same in all draws has one."""
    size = block.stop - block.start
    return np.broadcast_to(array, (size, *array.shape[1:])) if len(array) == 1 else array[block]


def _of_block(target: Numbers, place: Place, year: int) -> Numbers:
    """Where the sums of a block and year are kept, (post, draw, ...)."""
    region, posts, block = place
    return target[region, year, posts[0] : posts[-1] + 1, block]


def _cause_weights(base: Numbers, weights: Numbers) -> Numbers:
    """Hazard times weight, dims (post, cell, cause and sum)."""
    product = np.swapaxes(base, 1, 2)[..., np.newaxis] * weights[:, :, np.newaxis, :]
    return np.ascontiguousarray(product.reshape(*product.shape[:2], -1))


def _sum_exits(
    sums: StaffSums,
    causes: Sequence[int],
    weights: StaffWeights,
    now: Numbers,
    part: Numbers,
    space: Numbers,
    own: Numbers,
    by_cause: Numbers,
    place: Place,
    year: int,
) -> None:
    """Add up expected exits by cause, through the hazards; ``space`` is written over."""
    if weights.by_cause.shape[-1]:
        found = np.multiply(now, part, out=space) @ by_cause
        found = found.reshape(*found.shape[:2], own.shape[-1], -1)
        found *= own[..., np.newaxis]
        _of_block(sums.by_cause, place, year)[...] = _of_causes(found, causes, axis=2)


def _count_exits(
    sums: StaffSums,
    causes: Sequence[int],
    weights: StaffWeights,
    gone: Numbers,
    luck: Numbers,
    own: Numbers,
    base: Numbers,
    place: Place,
    year: int,
) -> None:
    """Add up counted exits, split by cause where somebody left."""
    region, posts, _ = place
    _of_block(sums.leaving, place, year)[...] = gone @ weights.leaving[region, posts]
    some, post, row, cell = _nonzero(gone)
    own, base = own.reshape(-1, own.shape[-1]), np.swapaxes(base, 1, 2)
    hazards = _of_causes(own[row] * base[post, cell], causes, axis=1)
    # Parts that cancel leave a rounding error, which is no hazard.
    hazards = np.maximum(hazards, 0.0)
    u = another(luck.reshape(-1)[some], CAUSES)
    split = split_count(u, gone.reshape(-1)[some], hazards)
    worth = weights.by_cause[region, posts][post, cell]
    found = _of_block(sums.by_cause, place, year)
    for cause in range(split.shape[-1]):
        for one in range(worth.shape[-1]):
            found[..., cause, one] = _sum_rows(row, split[:, cause] * worth[:, one], gone)


def _nonzero(counts: Numbers) -> tuple[Places, Places, Places, Places]:
    """Where somebody is: place in memory, post, row of post and draw together, and cell."""
    some = np.flatnonzero(counts)
    row, cell = np.divmod(some, counts.shape[-1])
    return some, row // counts.shape[1], row, cell


def _sum_rows(row: Places, values: Numbers, counts: Numbers) -> Numbers:
    """Sum by post and draw."""
    rows = counts.shape[0] * counts.shape[1]
    sums = np.bincount(row, weights=values, minlength=rows).astype(float, copy=False)
    return sums.reshape(counts.shape[:2])


def _of_causes(parts: Numbers, causes: Sequence[int], *, axis: int) -> Numbers:
    """Sum the parts of a hazard that belong to one cause."""
    if len(causes) == max(causes) + 1:
        return parts
    moved = np.moveaxis(parts, axis, 0)
    found = np.zeros((max(causes) + 1, *moved.shape[1:]))
    for cause, part in zip(causes, moved, strict=True):
        found[cause] += part
    return np.moveaxis(found, 0, axis)


def _count_origins(came: Numbers, luck: Numbers, arriving: Numbers, entry: Numbers) -> Numbers:
    """Recruits by origin (post, draw, origin), split where somebody came."""
    some, post, row, cell = _nonzero(came)
    shares = arriving.reshape(-1, arriving.shape[-1])[row] * np.swapaxes(entry, 1, 2)[post, cell]
    split = split_count(another(luck.reshape(-1)[some], ORIGINS), came.reshape(-1)[some], shares)
    kinds = [_sum_rows(row, split[:, kind], came) for kind in range(split.shape[-1])]
    return np.stack(kinds, axis=-1)


def _move(staying: Numbers, moves: Numbers, luck: Numbers | None) -> Numbers:
    """Move between posts: by probability, or person by person where there is luck."""
    if luck is None:
        flat = moves.T @ staying.reshape(len(staying), -1)
        return flat.reshape(staying.shape)
    away = 1.0 - np.diagonal(moves)[:, np.newaxis, np.newaxis]
    moving = binomial_count(another(luck, MOVERS), staying, away)
    moved = staying - moving
    post, draw, cell = np.nonzero(moving)
    shares = moves[post].copy()
    shares[np.arange(len(post)), post] = 0.0
    u = another(luck[post, draw, cell], DESTINATIONS)
    to = split_count(u, moving[post, draw, cell], shares)
    # One mover's cell may be reached from several posts: an indexed addition would keep only one.
    for origin in range(len(moves)):
        own = post == origin
        moved[:, draw[own], cell[own]] += to[own].T
    return moved


def _grow_older(staying: Numbers, following: Numbers, ages: int) -> None:
    """Add those who stay to the recruits one age further; the oldest age is open.

    All sexes are moved in one go, the oldest taken out first and put back: a run through memory
    without the breaks is four times as fast. ``staying`` is written over.
    """
    by_age = (*staying.shape[:-1], -1, ages)
    old, new = staying.reshape(by_age), following.reshape(by_age)
    oldest = old[..., -1].copy()
    old[..., -1] = 0.0
    flat = following.reshape(-1)[1:]
    np.add(flat, staying.reshape(-1)[:-1], out=flat)
    new[..., -1] += oldest


def _uniform(luck: Luck, place: Place, year: int, shape: tuple[int, ...]) -> Numbers:
    """Uniform numbers for exits and recruits, dims (2, post, draw, cell)."""
    region, posts, block = place
    _, draws, cells = shape
    result = np.empty((2, *shape))
    for row, post in enumerate(posts):
        bits = stream(luck.seed, "chance", luck.regions[region], luck.posts[post], luck.years[year])
        bits.advance(2 * cells * int(luck.draws[block.start]))
        numbers = np.random.Generator(bits).random((draws, 2, cells))
        result[:, row] = np.moveaxis(numbers, 1, 0)
    return result
