"""Staff stepped through the years in many draws, keeping only the sums that are asked for."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.linalg.blas import dgemm

from workforce.contract.arrays import Numbers
from workforce.model.chance import (
    another,
    poisson_count,
    some_whole,
    split_count,
    whole_persons,
)
from workforce.model.post_room import Ceiling, hired_part
from workforce.model.staff_luck import (
    DESTINATIONS,
    MOVERS,
    Luck,
    Place,
    add_exits,
    count_origins,
    counted_cells,
    leavers,
    of_causes,
    uniform_luck,
)

BLOCK = 100_000  # Numbers in one array of a block: a handful of such arrays stay in the cache.


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
    retrained: Numbers | None = None  # y r p p_to; persons a year who change post by training
    trainable: Numbers | None = None  # a; 1 for cells, at the end of the year, they come from


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
    ceiling: Ceiling | None = None,
    origins: bool = True,
) -> StaffSums:
    """Run the years as `project_workforce` does, block by block, and keep weighted sums.

    A block is a group of posts that exchange staff, in so many draws that its arrays stay in the
    cache. What leaves by cause is never laid out by age: with h the hazard of a cell,

        sum over cells of w * exits_c = factor_c * sum of [stock (1 - exp(-h)) / h] * [w * h0_c],

    a product of matrices. With ``luck`` exits are binomial counts, recruits Poisson counts, both
    from uniform numbers that belong to region, post, year and draw; draw 0 is without.

    ``groups`` are posts that exchange staff with one another, all where they are left out and there
    are moves. ``replaced`` is the share of a post's exits that recruits replace, by the pattern of
    ``entry``, in place of the number that it gives: a plan, so no chance is in it. Where those who
    would be recruited bring a post past the ``ceiling`` on the next 1 January, only the part of
    them that it takes is, of every age and origin the same; the first two sums of ``weights.stock``
    are then persons and agreed FTE.
    """
    lucky = 1 if luck is None else len(luck.draws)
    draws = max(len(flows.hazard_factor), len(flows.entry_factor), lucky)
    years = flows.entry_factor.shape[1]
    regions, posts, cells = flows.start.shape
    causes = max(flows.causes) + 1
    # Laid out as the blocks are (r y p ... d), so that a year of a block is written in one go.
    kept = StaffSums(
        np.zeros((regions, years + 1, posts, weights.stock.shape[-1], draws)),
        np.zeros((regions, years, posts, causes, weights.by_cause.shape[-1], draws)),
        np.zeros((regions, years, posts, weights.leaving.shape[-1], draws)),
        np.zeros((regions, years, posts, flows.entry.shape[2] if origins else 0, draws)),
        np.zeros((regions, years, posts, draws)),
    )
    if flows.moves is None and flows.retrained is None:
        size = max(1, BLOCK // (cells * min(draws, 200)))
        groups = [range(i, min(i + size, posts)) for i in range(0, posts, size)]
    for group in groups or [range(posts)]:
        size = max(1, BLOCK // (cells * len(group)))
        for region in range(regions):
            for block in _blocks(draws, size, luck):
                place = (region, np.array(group), block)
                _run_block(flows, weights, kept, place, luck, replaced, ceiling)
    return StaffSums(*(np.moveaxis(array, (-1, 0, 2, 1), (0, 1, 2, 3)) for array in kept))


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
    ceiling: Ceiling | None,
) -> None:
    """Step the posts of one group through the years; arrays are (post, cell, draw)."""
    region, posts, block = place
    # From here on the sums of this block alone, (year, post, ..., draw).
    ends = slice(posts[0], posts[-1] + 1)
    sums = StaffSums(*(array[region, :, ends, ..., block] for array in sums))
    years = len(sums.transfers)
    factor, entry_factor = (
        np.ascontiguousarray(np.moveaxis(_of_draws(array, block)[:, :, region, posts], 0, -1))
        for array in (flows.hazard_factor, flows.entry_factor)
    )
    start = flows.start[region, posts]
    shape = (*start.shape, block.stop - block.start)
    now = np.broadcast_to(start[..., np.newaxis], shape).copy()
    following, stay, leave, part, space = (np.empty(shape) for _ in range(5))
    entry = _turned(flows.entry[region, posts])
    entry_total = entry.sum(axis=1)[..., np.newaxis]
    moves = None if flows.moves is None else flows.moves[region][np.ix_(posts, posts)]
    wanted, leaving = (_turned(array[region, posts]) for array in (weights.stock, weights.leaving))
    lucky = luck is not None and luck.draws[block.start] != 0
    constant = len(flows.hazard) == 1 and factor.shape[0] == 1
    owed = np.zeros((shape[0], shape[2]))  # Persons turned away who may still come.
    for year in range(years):
        np.matmul(wanted, now, out=sums.stock[year])
        heads = now.sum(axis=1) if ceiling is not None else owed
        own = factor[min(year, len(factor) - 1)]
        if year == 0 or not constant:
            base = flows.hazard[min(year, len(flows.hazard) - 1), region, posts]
            _chances(own, base, stay, leave, part)
            by_cause = _cause_weights(base, weights.by_cause[region, posts])
        u = uniform_luck(luck, place, year, shape) if lucky and luck is not None else None
        aged = following if moves is None else space
        if u is None:
            if sums.by_cause.size:
                exposed = np.multiply(now, part, out=space)
                _sum_exits(sums.by_cause[year], flows.causes, exposed, own, by_cause)
            if len(leaving[0]):
                gone = np.multiply(now, leave, out=space)
                np.matmul(leaving, gone, out=sums.leaving[year])
            _grow_older(np.multiply, now, stay, aged, flows.ages)
        else:
            # Parts of persons leave as expected, whole ones as luck has it.
            whole, rest = whole_persons(now)
            left = leavers(u[0], now, whole, leave)
            gone = np.multiply(rest, leave, out=whole)
            gone.reshape(-1)[left.place] += left.persons
            np.matmul(leaving, gone, out=sums.leaving[year])
            if sums.by_cause.size:
                exposed = np.multiply(rest, part, out=rest)
                _sum_exits(sums.by_cause[year], flows.causes, exposed, own, by_cause)
                worth = weights.by_cause[region, posts]
                add_exits(sums.by_cause[year], flows.causes, worth, left, u[0], own, base)
            _grow_older(np.subtract, now, gone, aged, flows.ages)
        arriving = entry_factor[min(year, len(entry_factor) - 1)]
        if replaced is not None:
            left = now.sum(axis=1) - aged.sum(axis=1)
            arriving = _replacing(arriving, entry_total, replaced[year] * left)
        if moves is not None:
            _move(aged, moves, None if u is None else u[0], following)
            np.subtract(following.sum(axis=1), aged.sum(axis=1), out=sums.transfers[year])
        if flows.retrained is not None:
            _retrain(flows, following, place, year, sums.transfers[year])
        if ceiling is not None:
            share = np.divide(aged.sum(axis=1), heads, out=np.zeros_like(owed), where=heads > 0)
            expected = (arriving * entry_total).sum(axis=1)
            # Who was turned away before and would be there still may be taken on now.
            more = np.divide(owed * share, expected, out=np.zeros_like(owed), where=expected > 0)
            limits = tuple(
                _of_draws(array, block)[:, region, posts, year + 1].T for array in ceiling
            )
        if u is None or replaced is not None:
            if ceiling is not None:
                arriving = arriving * (1.0 + more)[:, np.newaxis]
                coming = np.matmul(np.matmul(wanted[:, :2], entry), arriving)
                hired = hired_part(limits, wanted[:, :2] @ following, coming)
                arriving = arriving * hired[:, np.newaxis]
            if sums.recruits.size:
                np.multiply(arriving, entry_total, out=sums.recruits[year])
            _add_product(entry, arriving, following)
        else:
            expectation = np.matmul(entry, arriving, out=space)
            counts = poisson_count(u[1], expectation)
            if sums.recruits.size:
                sums.recruits[year] = count_origins(counts, u[1], arriving, entry)
            if ceiling is not None:
                counts = counts + expectation * more[:, np.newaxis]
                coming = wanted[:, :2] @ counts
                hired = hired_part(limits, wanted[:, :2] @ following, coming)
                counts = counts * hired[:, np.newaxis]
                if sums.recruits.size:
                    sums.recruits[year] += arriving * entry_total * more[:, np.newaxis]
                    sums.recruits[year] *= hired[:, np.newaxis]
            following += counts
        if ceiling is not None:
            owed = (1.0 - hired) * coming[:, 0] + np.where(expected > 0, 0.0, owed * share)
        now, following = following, now
    np.matmul(wanted, now, out=sums.stock[years])


def _turned(array: Numbers) -> Numbers:
    """Swap the last two axes, laid out anew."""
    return np.ascontiguousarray(np.swapaxes(array, -1, -2))


def _chances(own: Numbers, base: Numbers, stay: Numbers, leave: Numbers, part: Numbers) -> None:
    """Fill in exp(-h), 1 - exp(-h) and (1 - exp(-h)) / h of the hazard h."""
    np.matmul(_turned(base), own, out=part)
    np.exp(np.negative(part, out=stay), out=stay)
    np.subtract(1.0, stay, out=leave)
    np.divide(leave, np.maximum(part, 1e-300, out=part), out=part)


def _add_product(left: Numbers, right: Numbers, total: Numbers) -> None:
    """Add a product of matrices, post by post, in one run through ``total``."""
    for one, two, three in zip(left, right, total, strict=True):
        # Transposed, since the routine counts columns first: then nothing is copied.
        dgemm(1.0, two.T, one.T, 1.0, three.T, overwrite_c=1)


def _replacing(arriving: Numbers, entry_total: Numbers, wanted: Numbers) -> Numbers:
    """Scale what arrives by origin so that it sums to the number wanted, (post, draw)."""
    total = (arriving * entry_total).sum(axis=1)
    scale = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
    scaled: Numbers = arriving * scale[:, np.newaxis]
    return scaled


def _of_draws(array: Numbers, block: slice) -> Numbers:
    """Draws of the block; what is the same in all draws has one."""
    size = block.stop - block.start
    return np.broadcast_to(array, (size, *array.shape[1:])) if len(array) == 1 else array[block]


def _cause_weights(base: Numbers, weights: Numbers) -> Numbers:
    """Hazard times weight, dims (post, cause and sum, cell)."""
    product = base[:, :, np.newaxis] * np.swapaxes(weights, 1, 2)[:, np.newaxis]
    return product.reshape(len(base), -1, base.shape[-1])


def _sum_exits(
    found: Numbers, causes: Sequence[int], exposed: Numbers, own: Numbers, by_cause: Numbers
) -> None:
    """Fill in expected exits by cause: hazards times the person-years exposed to them."""
    parts = (by_cause @ exposed).reshape(*own.shape[:2], -1, own.shape[-1])
    if len(causes) == found.shape[1]:
        np.multiply(parts, own[:, :, np.newaxis], out=found)
    else:
        found[...] = of_causes(parts * own[:, :, np.newaxis], causes, axis=1)


def _move(staying: Numbers, moves: Numbers, luck: Numbers | None, moved: Numbers) -> None:
    """Fill in ``moved``: by probability, or person by person where there is luck."""
    posts = len(moves)
    if luck is None:
        np.matmul(moves.T, staying.reshape(posts, -1), out=moved.reshape(posts, -1))
        return
    whole, part = whole_persons(staying)
    np.matmul(moves.T, part.reshape(posts, -1), out=moved.reshape(posts, -1))
    moved += np.subtract(staying, part, out=part)
    some = np.flatnonzero(whole > 0)
    size = staying[0].size
    luck = luck.reshape(-1)
    away = 1.0 - np.diagonal(moves)
    at, count = some_whole(another(luck[some], MOVERS), whole.reshape(-1)[some], away[some // size])
    some = some[at]
    moving = counted_cells(some, np.minimum(count, staying.reshape(-1)[some]), staying.shape)
    moved.reshape(-1)[moving.place] -= moving.persons
    others = np.where(np.eye(posts, dtype=bool), 0.0, moves)
    shares = others[moving.place // size]
    to = split_count(another(luck[moving.place], DESTINATIONS), moving.persons, shares)
    # One mover's cell may be reached from several posts: an indexed addition would keep only one.
    ends = np.searchsorted(moving.place, size * np.arange(posts + 1))
    for post, (first, last) in enumerate(pairwise(ends)):
        moved.reshape(posts, -1)[:, moving.place[first:last] - post * size] += to[first:last].T


def _retrain(
    flows: StaffFlows, staff: Numbers, place: Place, year: int, transfers: Numbers
) -> None:
    """Move those who have been trained, a plan without chance, and no more than there are."""
    if flows.retrained is None or flows.trainable is None:
        return
    region, posts, _ = place
    wanted = flows.retrained[year, region][np.ix_(posts, posts)]
    leaving = wanted.sum(axis=1)
    able = staff * flows.trainable[:, np.newaxis]
    there = able.sum(axis=1)
    part = np.minimum(leaving[:, np.newaxis] / np.maximum(there, 1e-300), 1.0)
    gone = able * part[:, np.newaxis]
    goals = wanted / np.where(leaving > 0, leaving, 1.0)[:, np.newaxis]
    change = np.tensordot(goals.T, gone, axes=1) - gone
    staff += change
    transfers += change.sum(axis=1)


def _grow_older(combine: np.ufunc, now: Numbers, other: Numbers, aged: Numbers, ages: int) -> None:
    """Fill in ``aged``: now combined with the other, one age further; the oldest age is open.

    All sexes are moved in one go and the ends put right after: one run through memory.
    """
    combine(now[:, :-1], other[:, :-1], out=aged[:, 1:])
    oldest = slice(ages - 1, None, ages)
    aged[:, oldest] += combine(now[:, oldest], other[:, oldest])
    aged[:, ::ages] = 0.0
