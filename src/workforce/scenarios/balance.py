"""Random normals that balance within a run: what moves figures most is drawn evenly.

Ends of an interval err by the luck of few draws. Where the draws of a random input have mean 0 and
variance 1, not on average but in the run at hand, and those of two inputs do not go together by
accident, a figure that is near to a sum of such inputs has its mean and its spread nearly exact,
and the ends between which most of the draws lie are off by less.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from workforce.contract.arrays import Numbers
from workforce.model.chance import stream

KEPT = 256
"""Sets of numbers that are kept, so that every source of a run asks for them anew."""
NEARLY = 0.999
"""Part of the largest that counts as large as it."""
ROOM = 2
"""Draws for each number that is balanced: with fewer there is no luck left in the last ones."""
Columns = Mapping[str, int]

NATION: Columns = {
    "exit years": 3, "inflow years": 3, "general": 2, "old": 2, "unborn": 1, "retirement": 1,
}  # fmt: skip
"""What all places share and moves them most; of paths over years, their first components."""
REGION: Columns = {
    "exit years": 3, "inflow years": 3, "general": 2, "old": 2, "unborn": 1, "exit": 4, "inflow": 5,
}  # fmt: skip
"""What a place has of its own for all posts: years, inhabitants, and levels by cause or origin."""
SECTOR: Columns = {"use": 1, "standard": 1, "absence": 1, "position": 1}
OCCUPATION: Columns = {"exit years": 2, "inflow years": 2}
POST: Columns = {"exit": 4, "inflow": 5}


def balanced(rng: np.random.Generator, draws: int, columns: int, beside: Numbers) -> Numbers:
    """Draw normal numbers with mean 0, variance 1 and no correlation in these very draws.

    The numbers of a generator less what is alike in them and in ``beside``, made orthogonal by the
    matrix that changes them least (quadratic resampling). Any order of the draws is as likely.
    Columns for which there is no room are plain normals.

    Source: Barraquand (1995), Management Science 41(12), 1882-1891. doi:10.1287/mnsc.41.12.1882
    """
    found: Numbers = rng.normal(size=(draws, columns))
    size = min(columns, draws // ROOM - beside.shape[1] - 1)
    if size < 1:
        return found
    some = found[:, :size] - found[:, :size].mean(axis=0)
    some -= beside @ (beside.T @ some) / draws
    values, vectors = np.linalg.eigh(some.T @ some / draws)
    found[:, :size] = some @ (vectors / np.sqrt(values)) @ vectors.T
    found.flags.writeable = False  # The same numbers serve several sources.
    return found


@lru_cache(maxsize=KEPT)
def lead(seed: int, draws: int, *place: str) -> Numbers:
    """Balanced numbers of the nation, or of a place beside those of the nation, (draw, column)."""
    if not place:
        return balanced(_numbers(seed, "lead"), draws, sum(NATION.values()), np.empty((draws, 0)))
    rng = _numbers(seed, "lead", *place)
    return balanced(rng, draws, sum(REGION.values()), lead(seed, draws))


@lru_cache(maxsize=KEPT)
def _lesser(seed: int, draws: int, columns: int, names: tuple[str, ...], place: str) -> Numbers:
    """Balanced numbers of a sector, occupation or post, of the nation or of a place."""
    beside = lead(seed, draws)
    if place:
        beside = np.concatenate([beside, lead(seed, draws, place)], axis=1)
    return balanced(_numbers(seed, *names, place), draws, columns, beside)


def normals(
    seed: int, draws: int, columns: Columns, name: str, *names: str, place: str = ""
) -> Numbers:
    """Give the balanced numbers of one source, (draw, column)."""
    if columns is NATION or columns is REGION:
        together = lead(seed, draws, *([place] if place else []))
    else:
        together = _lesser(seed, draws, sum(columns.values()), names, place)
    order = list(columns)
    first = sum(columns[other] for other in order[: order.index(name)])
    return together[:, first : first + columns[name]]


def along(path: Numbers, luck: Numbers, rng: np.random.Generator) -> Numbers:
    """Make the independent normals of a path, with balanced numbers along what moves it most.

    An orthogonal turn of independent normals gives independent normals, so that the distribution
    of the path is what it was.
    """
    directions = np.linalg.svd(path)[2]
    # A direction is the same as its opposite: one is chosen, whatever the processor. Of two parts
    # that weigh the same, as in a direction that is even or odd, rounding must not choose.
    size = abs(directions)
    first = (size > NEARLY * size.max(axis=1, keepdims=True)).argmax(axis=1)[:, np.newaxis]
    directions = directions * np.sign(np.take_along_axis(directions, first, axis=1))
    draws, lead = len(luck), min(luck.shape[1], len(directions))
    rest = rng.normal(size=(draws, len(directions) - lead))
    found: Numbers = np.concatenate([luck[:, :lead], rest], axis=1) @ directions
    return found


def _numbers(seed: int, *names: str) -> np.random.Generator:
    return np.random.Generator(stream(seed, *names))
