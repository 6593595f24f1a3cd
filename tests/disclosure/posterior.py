"""What one who knows the algorithm, but not the key, can believe of the counts behind a table.

Two ways that share no line with what they judge: every path of the coins of a small table, and
sums over all tables that could lie behind a large one.
"""

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction

from workforce.disclosure.tree import Path, round_tree

BASE = 5
PRIORS: dict[str, Callable[[int], float]] = {
    "even": lambda count: 1.0 if count >= 0 else 0.0,
    "small": lambda count: 1.0 / (1 + count) if count >= 0 else 0.0,
}
"""Beliefs before: all counts alike, and small ones as common as they are in tables of staff."""


class Fork:
    """A coin that falls both ways: it is asked for a side, and tells how likely that was."""

    def __init__(self, script: list[bool]) -> None:
        self.script, self.taken, self.chances = script, [], []

    def __call__(self, _: str) -> "Fork":
        return self

    def __mul__(self, scale: int) -> "Fork":
        self.scale = scale
        return self

    def __lt__(self, below: int) -> bool:
        side = self.script[len(self.taken)] if len(self.taken) < len(self.script) else True
        chance = Fraction(below, self.scale)
        self.taken.append(side)
        self.chances.append(chance if side else 1 - chance)
        return side


def outcomes(
    counts: Mapping[Path, int], base: int = BASE
) -> dict[tuple[tuple[Path, int], ...], Fraction]:
    """All that could be shown of some counts, with its exact probability, by branching."""
    found: dict[tuple[tuple[Path, int], ...], Fraction] = {}
    scripts: list[list[bool]] = [[]]
    while scripts:
        script = scripts.pop()
        fork = Fork(script)
        shown = tuple(sorted(round_tree(counts, fork, base=base).items()))
        chance = Fraction(1)
        for one in fork.chances:
            chance *= one
        if chance:
            found[shown] = found.get(shown, Fraction(0)) + chance
        scripts += [[*fork.taken[:place], False] for place in range(len(script), len(fork.taken))]
    return found


State = tuple[int, bool] | None
"""What is left of a branch: its fraction, and whether its leaf is shown above; or nothing."""
Weights = dict[State, float]


def believe(
    shown: Mapping[Path, int],
    target: Path,
    prior: Callable[[int], float],
    *,
    bands: Mapping[Path, int] | None = None,
    target_in_bands: bool = False,
) -> dict[int, float]:
    """Posterior of one count of a table, exactly, given all that is shown of the table.

    Parameters
    ----------
    shown
        Every cell that may hold somebody, by path, with what is shown of it; 0 included.
    target
        Path of the count that is asked about.
    prior
        Weight of a count before.
    bands
        A second division of the first steps of the paths, shown to the same sums.
    target_in_bands
        Whether the target is a cell of that division.
    """
    cells = bands if target_in_bands and bands is not None else shown
    values = range(max(0, cells[target] - BASE + 1), cells[target] + BASE)
    weight = {}
    for value in values:
        held = {target: value}
        weight[value] = _evidence(
            shown, prior, {} if target_in_bands else held, bands, held if target_in_bands else {}
        )
    whole = sum(weight.values())
    return {value: one / whole for value, one in weight.items() if one}


def _evidence(shown, prior, known, bands, known_bands) -> float:
    whole: Weights = {None: 1.0}
    names = sorted({path[0] for path in shown} | {path[0] for path in bands or {}})
    for name in names:
        own = _branch({p: s for p, s in shown.items() if p[0] == name}, 1, prior, known)
        if bands is not None:
            other = _branch({p: s for p, s in bands.items() if p[0] == name}, 1, prior, known_bands)
            # Both divisions have one sum, and what is left of it goes one way.
            own = {state: w * other[state] for state, w in own.items() if state in other}
        whole = _join(whole, own)
    return sum(w * _shown_so(state) for state, w in whole.items())


def _way(chance: float, up: bool) -> float:
    return chance if up else 1.0 - chance


def _branch(shown: Mapping[Path, int], depth: int, prior, known) -> Weights:
    """Weights of what is left of a branch, summed over all counts that could lie behind it."""
    if all(len(path) == depth for path in shown):
        (path,) = shown
        return _leaf(shown[path], prior, known.get(path))
    held: Weights = {None: 1.0}
    for name in sorted({path[depth] for path in shown}):
        inner = {path: count for path, count in shown.items() if path[depth] == name}
        held = _join(held, _branch(inner, depth + 1, prior, known))
    return held


def _leaf(shown: int, prior, value: int | None) -> Weights:
    found: Weights = {}
    for count in range(max(0, shown - BASE + 1), shown + BASE):
        if value is None or count == value:
            state = None if count % BASE == 0 else (count % BASE, count < shown)
            if count % BASE or count == shown:
                found[state] = found.get(state, 0.0) + prior(count)
    return found


def _join(one: Weights, other: Weights) -> Weights:
    """Let what is left of two branches meet, in every way that shows what is shown."""
    found: Weights = {}

    def add(state: State, weight: float) -> None:
        if weight:
            found[state] = found.get(state, 0.0) + weight

    for first, w in one.items():
        for second, v in other.items():
            if first is None or second is None:
                add(first or second, w * v)
                continue
            (a, a_up), (d, d_up) = first, second
            both = a + d
            if both < BASE:
                add((both, a_up), w * v * a / both * (not d_up))
                add((both, d_up), w * v * d / both * (not a_up))
            elif both == BASE:
                add(None, w * v * a / BASE * (a_up and not d_up))
                add(None, w * v * d / BASE * (d_up and not a_up))
            else:
                chance = (BASE - d) / (2 * BASE - both)
                add((both - BASE, d_up), w * v * chance * a_up)
                add((both - BASE, a_up), w * v * (1 - chance) * d_up)
    return found


def believe_cause(
    shown: Mapping[str, int],
    target: str,
    prior: Callable[[int], float],
    *,
    missed: int = 0,
) -> dict[int, float]:
    """Posterior of those who left for one cause, given the stocks and recruits around them.

    Stock, exits, recruits and the stock at the end are bound by a sum, and each is shown by a draw
    of its own.

    Parameters
    ----------
    shown
        Exits of a sector by cause, whose sum is shown too.
    target
        Cause that is asked about.
    prior
        Weight of a count before.
    missed
        By how much what is shown misses the balance.
    """
    near = {count: 1.0 - abs(count) / BASE for count in range(1 - BASE, BASE)}
    # Stocks and recruits off by some together, beside exits that are off by as much.
    others = {0: 1.0}
    for _ in range(3):
        together: dict[int, float] = {}
        for one, other in itertools.product(others, near):
            together[one + other] = together.get(one + other, 0.0) + others[one] * near[other]
        others = together
    weight = {}
    for value in range(max(0, shown[target] - BASE + 1), shown[target] + BASE):
        causes = {(name,): count for name, count in shown.items()}
        left = _branch_of_leaves(causes, prior, {(target,): value})
        weight[value] = sum(
            w * _shown_so(state) * others.get(_off(state) - missed, 0.0)
            for state, w in left.items()
        )
    whole = sum(weight.values())
    return {value: one / whole for value, one in weight.items() if one}


def _off(state: State) -> int:
    """How far a sum lies from what is shown of it."""
    return 0 if state is None else state[0] - BASE * state[1]


def _shown_so(state: State) -> float:
    return 1.0 if state is None else _way(state[0] / BASE, state[1])


def _branch_of_leaves(shown: Mapping[Path, int], prior, known) -> Weights:
    held: Weights = {None: 1.0}
    for path in sorted(shown):
        held = _join(held, _leaf(shown[path], prior, known.get(path)))
    return held
