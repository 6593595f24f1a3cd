"""Chance for small numbers: counts from uniform numbers, so that scenarios can share their luck."""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers

Places = NDArray[np.intp]
HAIR = 1e-9  # Rounding of sums of persons.
NOBODY = 1.0 - 1e-12  # Luck and the mean together: where they are no more, nothing happens.
LARGE = 60.0  # From this mean or size on, a normal quantile with Cornish and Fisher's correction.

EDGE = 1e-7
"""Luck nearer to 0 or 1 is taken for this: so far out the approximation is off by more than one,
and 1 - luck is lost among the rounding of sums."""


def stream(seed: int, *names: str | int) -> np.random.PCG64:
    """Random bits that depend on the seed and the names only, not on what else is drawn.

    What all places share is named without a place: jobs that project a county and each of its
    municipalities then meet the same national years.
    """
    return np.random.PCG64(_seeds(seed, "|".join(map(str, names))))


@lru_cache(maxsize=10_000)
def _seeds(seed: int, name: str) -> np.random.SeedSequence:
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype=np.uint32).tolist()
    return np.random.SeedSequence([seed, *words])


def binomial_count(luck: Numbers, trials: Numbers, probability: Numbers) -> Numbers:
    """How many of ``trials`` it happens to: the binomial quantile at ``luck``, uniform in 0 to 1.

    Exact inversion of the distribution where few or many are expected; where both outcomes are
    expected more than ``LARGE`` times, the rounded quantile of Cornish and Fisher, whose error in
    the distribution function is under 0.001 there. A part of a person (an average over years makes
    such stocks) is split in the proportion of the probability. The same luck gives at least as many
    when more are expected.

    Source: Cornish and Fisher (1938), doi:10.2307/1400905.
    """
    luck, trials, probability = np.broadcast_arrays(luck, trials, np.minimum(probability, 1.0))
    whole, part = whole_persons(trials)
    count = part * probability
    some = np.nonzero(whole)
    count[some] += count_whole(luck[some], whole[some], probability[some])
    # A hair under a whole person counts as one, of whom no more can leave than there is.
    return np.minimum(count, trials)


def whole_persons(persons: Numbers) -> tuple[Numbers, Numbers]:
    """Whole persons, and the part beyond them; a hair under a whole one counts as one."""
    whole = np.floor(persons + HAIR)
    return whole, np.maximum(persons - whole, 0.0)


def count_whole(luck: Numbers, trials: Numbers, probability: Numbers) -> Numbers:
    """Binomial quantile for whole trials, as `binomial_count`; all arrays are of one shape."""
    count = np.zeros(trials.shape)
    some, counted = some_whole(luck, trials, probability)
    count[some] = counted
    return count


def some_whole(luck: Numbers, trials: Numbers, probability: Numbers) -> tuple[Places, Numbers]:
    """Where whole trials have any success, by place in all arrays laid flat, and how many there."""
    # Luck below (1 - p)^n is nobody, and this is 1 - n p at least: most cells are done with here.
    some = np.flatnonzero(luck + trials * probability > NOBODY)
    luck, trials, probability = (array.reshape(-1)[some] for array in (luck, trials, probability))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = luck >= np.exp(trials * np.log1p(-probability))
    return some[found], _some_of(luck[found], trials[found], probability[found])


def poisson_count(luck: Numbers, mean: Numbers) -> Numbers:
    """How many come when ``mean`` are expected: the Poisson quantile at ``luck``.

    Exact inversion up to a mean of ``LARGE``, above it as in `binomial_count`.
    """
    luck, mean = np.broadcast_arrays(luck, mean)
    count = np.zeros(mean.shape)
    some = np.flatnonzero(luck + mean > NOBODY)
    u, m = luck.reshape(-1)[some], mean.reshape(-1)[some]
    found = np.zeros(u.shape)
    small = m <= LARGE
    found[small] = _invert_poisson(u[small], m[small])
    big = ~small & (u >= np.exp(-m))
    found[big] = np.maximum(_cornish_fisher(u[big], m[big], m[big], m[big]), 0.0)
    count.reshape(-1)[some] = found
    return count


def split_count(luck: Numbers, count: Numbers, shares: Numbers) -> Numbers:
    """Split counts over kinds, the last axis of ``shares``, as chance would: a multinomial.

    ``luck`` is a number for each count; more are made of each as they are needed.
    """
    left = count.copy()
    ahead = np.cumsum(shares[..., ::-1], axis=-1)[..., ::-1]
    result = np.zeros(shares.shape)
    for kind in range(shares.shape[-1] - 1):
        rest = ahead[..., kind]
        some = np.flatnonzero((left > 0) & (shares[..., kind] > 0))
        if not some.size:
            continue
        part = shares[some, kind] / rest[some]
        result[some, kind] = binomial_count(another(luck[some], kind), left[some], part)
        left = left - result[..., kind]
    result[..., -1] = left
    return result


def another(luck: Numbers, number: int) -> Numbers:
    """Another uniform number made from each one, by the mixing function of SplitMix64.

    Source: Steele, Lea and Flood (2014), doi:10.1145/2660193.2660195.
    """
    bits = (luck * 2.0**53).astype(np.uint64)
    bits = (bits << np.uint64(11)) + np.uint64((number + 1) * 0x9E3779B97F4A7C15 % 2**64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    uniform: Numbers = (bits >> np.uint64(11)).astype(float) * 2.0**-53
    return uniform


def _some_of(luck: Numbers, trials: Numbers, probability: Numbers) -> Numbers:
    """Binomial quantile for whole trials; the rarer outcome is counted."""
    # Counting the other outcome from the other end keeps more luck meaning more events.
    luck = np.clip(luck, EDGE, 1.0 - EDGE)
    flip = probability > 0.5
    p = np.where(flip, 1.0 - probability, probability)
    u = np.where(flip, 1.0 - luck, luck)
    found = np.zeros(u.shape)
    big = trials * p > LARGE
    small = ~big
    found[small] = _invert_binomial(u[small], trials[small], p[small])
    n, q = trials[big], p[big]
    variance = n * q * (1.0 - q)
    third = variance * (1.0 - 2.0 * q)
    found[big] = np.clip(_cornish_fisher(u[big], n * q, variance, third), 0.0, n)
    # Just above the border the approximation may lie below the exact count just under it.
    near = big & (trials * p < 1.1 * LARGE)
    least = _invert_binomial(u[near], trials[near], LARGE / trials[near])
    found[near] = np.maximum(found[near], least)
    return np.where(flip, trials - found, found)


def _invert_binomial(luck: Numbers, trials: Numbers, p: Numbers) -> Numbers:
    """Add up probabilities until they exceed the luck; those done drop out."""
    found = np.zeros(luck.shape)
    odds = p / (1.0 - p)
    chance = np.exp(trials * np.log1p(-p))
    at = np.flatnonzero((chance <= luck) & (trials > 0))
    luck, n, odds, chance = (array[at] for array in (luck, trials, odds, chance))
    below = chance.copy()
    k = 0
    while at.size:
        k += 1
        found[at] = k
        chance *= (n - k + 1.0) / k * odds
        below += chance
        more = np.flatnonzero((below <= luck) & (k < n))
        at = at[more]
        luck, n, odds, chance, below = (one[more] for one in (luck, n, odds, chance, below))
    return found


def _invert_poisson(luck: Numbers, mean: Numbers) -> Numbers:
    found = np.zeros(luck.shape)
    chance = np.exp(-mean)
    at = np.flatnonzero(chance <= luck)
    luck, mean, chance = (array[at] for array in (luck, mean, chance))
    below = chance.copy()
    k = 0
    while at.size:
        k += 1
        found[at] = k
        chance *= mean / k
        below += chance
        # Far above the mean adding changes nothing: rounding has kept the sum under the luck.
        more = np.flatnonzero((below <= luck) & ((k < mean) | (chance > 1e-18)))
        at = at[more]
        luck, mean, chance, below = (one[more] for one in (luck, mean, chance, below))
    return found


def _cornish_fisher(luck: Numbers, mean: Numbers, variance: Numbers, third: Numbers) -> Numbers:
    """Quantile from mean, variance and third central moment, rounded to a count."""
    from scipy.special import ndtri

    z = ndtri(np.clip(luck, 1e-15, 1.0 - 1e-15))
    skew = third / np.maximum(variance, 1e-300)
    return np.floor(mean + z * np.sqrt(variance) + skew * (z * z - 1.0) / 6.0 + 0.5)
