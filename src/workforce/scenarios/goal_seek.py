"""Find the mixes of measures, in KS's order, that bring down what is missing as surely as asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.results import LEVEL
from workforce.errors import ParameterError
from workforce.scenarios.ends import ends
from workforce.scenarios.goal_case import Case, make_case
from workforce.scenarios.levers.registry import KINDS, LEVERS
from workforce.scenarios.mixes import Effects, cheapest

CLOSE = 0.05  # FTE within which a quantile is on target; less is shown as 0.0.
ROUNDS = 5  # Re-projections of a mix in search of one that is on target.
LOCAL = (0,)  # Rounds after which the effects are measured anew around the mix.
CUTS = 6  # Rounds of taking off from one lever what a mix has beyond the target.
USED = 0.01  # Share of its range below which a lever is not part of a mix.


Mix = tuple[Numbers, Numbers, Effects | None]
"""Sizes, what is missing in every draw, and the effects around it; None where out of reach."""


def seek(
    inputs: xr.Dataset,
    levers: Sequence[str | Mapping[str, Any]],
    *,
    target: float,
    year: int,
    probability: float,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    costs: Mapping[str, float] | None = None,
    draws: int,
    seed: int,
    mixes: int = 3,
    sector: str = "all",
) -> pl.DataFrame:
    """Find the mixes of levers that bring what is missing down to a target by a year.

    KS's order comes first, then cost: levers that mobilise are used before those that develop,
    these before those that recruit, and a kind is used only where all before it are at their
    limits. Of the last kind that is needed the mix x of least cost c'x within its bounds is taken
    for which the share of draws with ``missing_fte`` at most ``target`` is at least
    ``probability``, that is for which this quantile of the draws is at most the target. Nobody
    hires past the need (`limit_hiring`).

    The effect of each lever is measured by projecting; around a mix the quantile is taken as linear
    in the sizes, a linear program (HiGHS) gives the next mix, and that one is projected again,
    until the quantile of the projected draws itself is on target. The figures told of a mix are
    those of its own projection, with chance in small numbers.

    Further mixes do without the lever of the last kind that does most in one before them, so that
    no two use the same levers. Beside them stands what the price alone would say: the cheapest mix
    whatever the order. Where all levers at their limits do not reach the target, they are told
    instead.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them, of one region.
    levers : sequence of str or mapping
        Names, or steps without size such as ``{"lever": "absence", "end_year": 2030}``.
    target : float
        What may still be missing, occupation by occupation. [FTE]
    year : int
        1 January by which it is to be reached.
    probability : float
        Share of the draws in which it is to be reached, between 0 and 1.
    bounds : mapping of str to (float, float), optional
        Sizes a lever may have, in its unit; those of ``measure_costs`` when left out.
    costs : mapping of str to float, optional
        NOK a year for one unit of size in full effect, wages and all; when left out, what
        ``measure_costs`` tells and the wages of those whom the lever adds
        (`workforce.scenarios.money.price_of`).
    draws, seed : int
        As for `simulate`.
    mixes : int
        Most mixes in KS's order.
    sector : str
        A sector, or all together.

    Returns
    -------
    polars.DataFrame
        A row for each mix and lever: ``mix``, ``basis`` (``order``, or ``price`` for the last where
        the price alone says something else), ``feasible``, ``lever``, ``size`` (in the unit of the
        lever, with its sign), ``unit``, ``cost`` [NOK per year], ``at_limit``, ``one_more`` (with
        one more unit of the limit: NOK a year saved, or where the target is not reached FTE less
        missing in the quantile; null for a lever that is not at its limit, or that would not help,
        and where the basis is the price),
        and of the mix ``total_cost``, ``central``, ``lower``, ``upper`` (80 %) [FTE] and
        ``probability``.

    Raises
    ------
    ParameterError
        A lever, year, sector or number that does not exist, or no bounds or cost for a lever.

    References
    ----------
    Nocedal and Wright (2006), Numerical Optimization, chapter 18 (successive linearisation);
    Pagnoncelli, Ahmed and Shapiro (2009), doi:10.1007/s10957-009-9523-6 (sample quantiles).
    """
    if mixes < 1:
        raise ParameterError(f"mixes is {mixes}; ask for one or more.")
    case = make_case(
        inputs, levers, target, year, probability, bounds or {}, costs or {}, draws, seed, sector
    )
    return settle_case(case, mixes)


def settle_case(case: Case, mixes: int) -> pl.DataFrame:
    """Find the mixes of a case, as `seek` tells them."""
    staged = _stage(case)
    if staged is None:
        most = case.problem.most
        gaps = case.gaps(most)
        effects = _effects(case, most, case.gaps(most), most > 0)
        return _table([(case, "order", (most, gaps, None))], effects)
    within, allowed = staged
    effects = _first_effects(within, allowed)
    found = _further(within, effects, allowed, mixes)
    told = [(within, "order", mix) for mix in found]
    everything = np.ones(len(case.names), dtype=bool)
    if not allowed.all() or float(np.max(within.problem.least)) > 0:
        free = _settle(case, _first_effects(case, everything), everything)
        if free is not None and not _alike(case, free[0], [found[0][0]]):
            told.append((case, "price", free))
    return _table(told, effects)


def _stage(case: Case) -> tuple[Case, np.ndarray] | None:
    """Go through the kinds in KS's order until their levers at their limits reach the target."""
    kinds = np.array([KINDS.index(LEVERS[name].kind) for name in case.names])
    for kind in sorted(set(kinds.tolist())):
        most = np.where(kinds <= kind, case.problem.most, 0.0)
        if case.problem.quantile(case.gaps(most)) - case.problem.target <= CLOSE:
            least = np.where(kinds < kind, case.problem.most, 0.0)
            return replace(case, problem=replace(case.problem, least=least)), kinds <= kind
    return None


def _further(case: Case, effects: Effects, allowed: np.ndarray, mixes: int) -> list[Mix]:
    """Find the cheapest mix, and others without the lever that does most in one before them."""
    best = _settle(case, effects, allowed) or _at_limits(case, effects, allowed)
    found, waiting, tried = [best], [(allowed, best)], {allowed.tobytes()}
    while waiting and len(found) < mixes:
        some, mix = waiting.pop(0)
        free = mix[0] > case.problem.least
        contribution = -effects.slopes.mean(axis=0) * mix[0] * free
        for lever in np.argsort(-contribution):
            without = some.copy()
            without[lever] = False
            if not (free & _used(case, mix[0]))[lever] or without.tobytes() in tried:
                continue
            tried.add(without.tobytes())
            other = _settle(case, effects, without)
            if other is None or len(found) >= mixes:
                continue
            waiting.append((without, other))
            if not _alike(case, other[0], [one for one, _, _ in found]):
                found.append(other)
    found.sort(key=lambda mix: float(case.problem.costs @ mix[0]))
    return found


def _at_limits(case: Case, effects: Effects, allowed: np.ndarray) -> Mix:
    """Give the mix of all that may be used."""
    most = np.where(allowed, case.problem.most, 0.0)
    gaps = case.gaps(most)
    return most, gaps, effects.moved(most, gaps)


def _settle(case: Case, effects: Effects, allowed: np.ndarray) -> Mix | None:
    """Find the cheapest mix that is on target by its own projection; None if none is.

    Linear program, projection, correction, until the projected quantile is on target.
    """
    at_limits = _at_limits(case, effects, allowed)
    if case.problem.quantile(at_limits[1]) - case.problem.target > CLOSE:
        return None
    around, best, least = effects, at_limits, case.problem.least
    free = allowed & (case.problem.most > least)
    for turn in range(ROUNDS if free.sum() > 1 else 0):  # One alone is sought below.
        sizes = cheapest(case.problem, around, allowed)
        sizes = at_limits[0] if sizes is None else sizes
        gaps = case.gaps(sizes)
        off = case.problem.quantile(gaps) - case.problem.target
        if off <= CLOSE and case.problem.costs @ (sizes - best[0]) < 0:
            best = (sizes, gaps, around.moved(sizes, gaps))
        if abs(off) <= CLOSE or (off < 0 and not (sizes > least).any()):
            break
        again = turn in LOCAL
        around = _effects(case, sizes, gaps, free) if again else around.moved(sizes, gaps)
    return _trimmed(case, best)


def _trimmed(case: Case, mix: Mix) -> Mix:
    """Take off what a mix has beyond the target, from the lever that costs most for what it does.

    The size of one lever after the other is sought by false position between none of it and what
    it is.
    """
    sizes, gaps, effects = mix
    if effects is None:
        return mix
    doing = -effects.near(case.problem, gaps)
    dear = case.problem.costs / np.maximum(doing, 1e-9)
    least = case.problem.least + np.zeros(len(sizes))

    def off(at: Numbers) -> float:
        return case.problem.quantile(case.gaps(at)) - case.problem.target

    for place in np.argsort(-dear):
        over = off(sizes)
        if over >= -CLOSE:
            break
        if not _used(case, sizes - least)[place]:
            continue
        less = sizes.copy()
        less[place] = least[place]
        under = off(less)
        if under <= CLOSE:
            sizes = less
            continue
        for _ in range(CUTS):
            between = sizes.copy()
            part = over / (over - under)
            between[place] = sizes[place] + part * (less[place] - sizes[place])
            value = off(between)
            # An end that stays where it is counts for half (Illinois), so that both come nearer.
            if value <= CLOSE:
                sizes, over, under = between, value, under / 2.0
            else:
                less, under, over = between, value, over / 2.0
            if abs(value) <= CLOSE:
                break
    gaps = case.gaps(sizes)
    return sizes, gaps, effects.moved(sizes, gaps)


def _first_effects(case: Case, allowed: np.ndarray) -> Effects:
    """Effect of each lever by itself, from what is used anyway to its limit, by draw."""
    least = case.problem.least + np.zeros(len(case.names))
    start = case.gaps(least)
    slopes = np.zeros((len(start), len(least)))
    for place, most in enumerate(case.problem.most):
        if allowed[place] and most > least[place]:
            alone = least.copy()
            alone[place] = most
            slopes[:, place] = (case.gaps(alone) - start) / (most - least[place])
    return Effects(least, start, slopes)


def _effects(case: Case, sizes: Numbers, gaps: Numbers, allowed: np.ndarray) -> Effects:
    """Effect of a little more, or at the limit a little less, of each lever around a mix."""
    slopes = np.zeros((len(gaps), len(sizes)))
    for place, most in enumerate(case.problem.most):
        if allowed[place]:
            step = 0.1 * most if sizes[place] + 0.1 * most <= most else -0.1 * most
            beside = sizes.copy()
            beside[place] += step
            slopes[:, place] = (case.gaps(beside) - gaps) / step
    return Effects(sizes, gaps, slopes)


def _used(case: Case, sizes: Numbers) -> np.ndarray:
    used: np.ndarray = sizes > USED * case.problem.most
    return used


def _alike(case: Case, sizes: Numbers, others: Sequence[Numbers]) -> bool:
    """Whether a mix uses the same levers as one there is."""
    return any(bool((_used(case, sizes) == _used(case, other)).all()) for other in others)


def _table(found: Sequence[tuple[Case, str, Mix]], effects: Effects) -> pl.DataFrame:
    rows = []
    for number, (case, basis, (sizes, gaps, around)) in enumerate(found, 1):
        centre = np.asarray(
            np.median(gaps[1:])
        )  # What is cut at zero has its median for its centre.
        tails = ends(gaps[1:], centre, LEVEL, by_year=False)
        head = {
            "total_cost": float(case.problem.costs @ sizes),
            "central": float(centre),
            "lower": float(tails[0]),
            "upper": float(tails[1]),
            "probability": float((gaps[1:] <= case.problem.target + CLOSE).mean()),
        }
        gains: list[float | None] = [None] * len(sizes)
        if basis == "order":
            gains = _gains(case, sizes, gaps, effects, reached=around is not None)
        for place, name in enumerate(case.names):
            lever = LEVERS[name]
            rows.append(
                {
                    "mix": number,
                    "basis": basis,
                    "feasible": around is not None,
                    "lever": name,
                    "size": (1 if lever.helps >= 0 else -1) * float(sizes[place]),
                    "unit": lever.unit,
                    "cost": float(case.problem.costs[place] * sizes[place]),
                    "at_limit": bool(sizes[place] >= (1 - USED) * case.problem.most[place]),
                    "one_more": gains[place],
                    **head,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"one_more": pl.Float64})


def _gains(
    case: Case, sizes: Numbers, gaps: Numbers, effects: Effects, *, reached: bool
) -> list[float | None]:
    """Tell what one more unit of each limit gives; None where the limit does not bind.

    Where no mix is on target every lever is at its limit, and a wider one may do no good among so
    many others.
    """
    gains: list[float | None] = []
    bound = sizes >= (1 - USED) * case.problem.most
    around = _effects(case, sizes, gaps, sizes > 0) if reached and bound.any() else effects
    for place in range(len(sizes)):
        if not bound[place]:
            gains.append(None)
        elif not reached:
            gain = -float(effects.near(case.problem, gaps)[place])
            gains.append(gain if gain > 0.0 else None)
        else:
            wider = case.problem.with_more(place, 1.0)
            cheaper = cheapest(wider, around, sizes > 0)
            gains.append(None if cheaper is None else _saved(case, sizes, cheaper))
    return gains


def _saved(case: Case, sizes: Numbers, cheaper: Numbers) -> float:
    """NOK a year between two mixes; the wider limit never makes it dearer."""
    return max(float(case.problem.costs @ (sizes - cheaper)), 0.0)
