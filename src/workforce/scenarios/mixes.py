"""The linear program of a goal: sizes of least cost for which a quantile is on target."""

from dataclasses import dataclass, replace

import numpy as np

from workforce.contract.arrays import Numbers

NEAR = 0.1  # Draws whose rank is this near that of the quantile tell its slope.
TURNS = 30


@dataclass(frozen=True)
class Problem:
    """Limits and unit costs of the levers, and what is to be reached how surely."""

    most: Numbers
    costs: Numbers
    target: float
    probability: float
    least: Numbers | float = 0.0
    """What is used anyway: levers that come before the others in KS's order are at their limit."""

    def quantile(self, gaps: Numbers) -> float:
        """Shortage that is not exceeded with the probability; the first draw is the central one."""
        # At most this in at least that share of the draws: what is on target has the chance asked.
        return float(np.quantile(gaps[1:], self.probability, method="inverted_cdf"))

    def with_more(self, place: int, more: float) -> "Problem":
        """Let one lever go further; one that is used to its limit is used to the new one."""
        most, least = self.most.copy(), self.least + np.zeros(len(self.most))
        least[place] += more * float(least[place] >= most[place])
        most[place] += more
        return replace(self, most=most, least=least)


@dataclass(frozen=True)
class Effects:
    """The shortage as linear in the sizes around a mix: gaps(x) = gaps + slopes (x - sizes)."""

    sizes: Numbers
    gaps: Numbers  # by draw
    slopes: Numbers  # by draw and lever; FTE per unit

    def at(self, sizes: Numbers) -> Numbers:
        """Shortage by draw of another mix."""
        found: Numbers = self.gaps + self.slopes @ (sizes - self.sizes)
        return found

    def moved(self, sizes: Numbers, gaps: Numbers) -> "Effects":
        """Carry the same slopes to a mix whose shortage is known."""
        return Effects(sizes, gaps, self.slopes)

    def near(self, problem: Problem, gaps: Numbers) -> Numbers:
        """Slope of the quantile: the mean over draws whose shortage is near it."""
        rank = np.argsort(np.argsort(gaps[1:])) / max(len(gaps) - 2, 1)
        close = np.abs(rank - problem.probability) <= NEAR
        found: Numbers = self.slopes[1:][close].mean(axis=0)
        return found


def cheapest(problem: Problem, effects: Effects, allowed: np.ndarray) -> Numbers | None:
    """Find the sizes of least cost that bring the quantile of the linear draws to the target.

        minimise c'x  subject to  q + s'(x - x0) <= target,  least <= x <= most

    with q the quantile and s its slope at x0. Which draws make the quantile depends on x, so the
    program is solved again around its own answer until that does not move.
    """
    from scipy.optimize import linprog

    sizes: Numbers = effects.sizes
    least = problem.least + np.zeros(len(problem.most))
    limits = list(zip(least, np.where(allowed, problem.most, least), strict=True))
    for _ in range(TURNS):
        gaps = effects.at(sizes)
        slope = effects.near(problem, gaps)
        room = problem.target - problem.quantile(gaps) + float(slope @ sizes)
        answer = linprog(problem.costs, A_ub=[slope], b_ub=[room], bounds=limits, method="highs")
        if answer.x is None:
            return None
        before, sizes = sizes, np.asarray(answer.x, dtype=float)
        moved = float(np.abs(sizes - before).max())
        if moved < 1e-7 * max(1.0, float(problem.most.max())):
            break
    return sizes
