"""Staff stepped through the years in many draws, keeping only the sums that are asked for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workforce.contract.arrays import Numbers
from workforce.model.chance import another, binomial_count, poisson_count, split_count, stream

BLOCK = 50_000  # Numbers in one array of a block: a handful of such arrays stay in the cache.
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
    shape = (draws, regions, posts)
    sums = StaffSums(
        np.zeros((*shape, years + 1, weights.stock.shape[-1])),
        np.zeros((*shape, years, causes, weights.by_cause.shape[-1])),
        np.zeros((*shape, years, weights.leaving.shape[-1])),
        np.zeros((*shape, years, origins)),
        np.zeros((*shape, years)),
    )
    if flows.moves is None:
        size = max(1, BLOCK // (cells * min(draws, 200)))
        groups = [range(i, min(i + size, posts)) for i in range(0, posts, size)]
    for group in groups or [range(posts)]:
        size = max(1, BLOCK // (cells * len(group)))
        for region in range(regions):
            for block in _blocks(draws, size, luck):
                place = (region, np.array(group), block)
                _run_block(flows, weights, sums, place, luck, replaced)
    return sums


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
    years = sums.transfers.shape[-1]
    factor, entry_factor = (
        np.ascontiguousarray(np.moveaxis(_of_draws(array, block)[:, :, region, posts], 0, 2))
        for array in (flows.hazard_factor, flows.entry_factor)
    )
    start = flows.start[region, posts]
    shape = (len(posts), block.stop - block.start, start.shape[-1])
    now = np.broadcast_to(start[:, np.newaxis, :], shape).copy()
    following, hazard, stay, part = (np.empty(shape) for _ in range(4))
    entry = flows.entry[region, posts]
    moves = None if flows.moves is None else flows.moves[region][np.ix_(posts, posts)]
    wanted = weights.stock[region, posts]
    lucky = luck is not None and luck.draws[block.start] != 0
    constant = len(flows.hazard) == 1 and factor.shape[0] == 1
    for year in range(years):
        _put(sums.stock, place, year, now @ wanted)
        own = factor[min(year, len(factor) - 1)]
        if year == 0 or not constant:
            base = flows.hazard[min(year, len(flows.hazard) - 1), region, posts]
            _chances(own, base, hazard, stay, part)
            by_cause = _cause_weights(base, weights.by_cause[region, posts])
        u = _uniform(luck, place, year, shape) if lucky and luck is not None else None
        if u is None:
            _sum_exits(sums, flows.causes, weights, now, part, stay, own, by_cause, place, year)
            staying = now * stay
        else:
            gone = binomial_count(u[0], now, 1.0 - stay)
            _count_exits(sums, flows.causes, weights, gone, u[0], own, base, place, year)
            staying = now - gone
        heads = staying.sum(axis=-1)
        if moves is not None:
            staying = _move(staying, moves, None if u is None else u[0])
            _put(sums.transfers, place, year, staying.sum(axis=-1) - heads)
        arriving = entry_factor[min(year, len(entry_factor) - 1)]
        if replaced is not None:
            arriving = _replacing(arriving, entry, replaced[year] * (now.sum(axis=-1) - heads))
        np.matmul(arriving, entry, out=following)
        if u is None or replaced is not None:
            come = arriving * entry.sum(axis=-1)[:, np.newaxis]
        else:
            following = poisson_count(u[1], following)
            come = _count_origins(following, u[1], arriving, entry)
        _put(sums.recruits, place, year, come)
        _grow_older(staying, following, flows.ages)
        now, following = following, now
    _put(sums.stock, place, years, now @ wanted)


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


def _put(target: Numbers, place: Place, year: int, values: Numbers) -> None:
    region, posts, block = place
    target[block, region, posts[0] : posts[-1] + 1, year] = np.moveaxis(values, 0, 1)


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
    stay: Numbers,
    own: Numbers,
    by_cause: Numbers,
    place: Place,
    year: int,
) -> None:
    """Add up expected exits: by cause through the hazards, all together through the leavers."""
    region, posts, _ = place
    if weights.by_cause.shape[-1]:
        found = (now * part) @ by_cause
        found = found.reshape(*found.shape[:2], own.shape[-1], -1) * own[..., np.newaxis]
        _put(sums.by_cause, place, year, _of_causes(found, causes, axis=2))
    if weights.leaving.shape[-1]:
        gone = now - now * stay
        _put(sums.leaving, place, year, gone @ weights.leaving[region, posts])


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
    _put(sums.leaving, place, year, gone @ weights.leaving[region, posts])
    post, draw, cell = np.nonzero(gone)
    hazards = _of_causes(own[post, draw] * base[post, :, cell], causes, axis=1)
    # Parts that cancel leave a rounding error, which is no hazard.
    hazards = np.maximum(hazards, 0.0)
    split = split_count(another(luck[post, draw, cell], CAUSES), gone[post, draw, cell], hazards)
    worth = weights.by_cause[region, posts][post, cell]
    found = np.zeros((*gone.shape[:2], hazards.shape[1], worth.shape[-1]))
    np.add.at(found, (post, draw), split[..., np.newaxis] * worth[:, np.newaxis, :])
    _put(sums.by_cause, place, year, found)


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
    found = np.zeros((*came.shape[:2], entry.shape[1]))
    post, draw, cell = np.nonzero(came)
    shares = arriving[post, draw] * entry[post, :, cell]
    u = another(luck[post, draw, cell], ORIGINS)
    np.add.at(found, (post, draw), split_count(u, came[post, draw, cell], shares))
    return found


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
    for destination in range(len(moves)):
        np.add.at(moved[destination], (draw, cell), to[:, destination])
    return moved


def _grow_older(staying: Numbers, following: Numbers, ages: int) -> None:
    """Add those who stay to the recruits one age further; the oldest age is open."""
    by_age = (*staying.shape[:-1], -1, ages)
    old, new = staying.reshape(by_age), following.reshape(by_age)
    new[..., 1:] += old[..., :-1]
    new[..., -1] += old[..., -1]


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
