"""Shapley values: what each of several parts adds, shared evenly where they act together."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import TypeVar

Part = TypeVar("Part", bound=Hashable)
Value = TypeVar("Value")


def subsets(parts: Sequence[Part]) -> list[frozenset[Part]]:
    """List every set of the parts, the empty one first and the whole last."""
    return [
        frozenset(chosen) for size in range(len(parts) + 1) for chosen in combinations(parts, size)
    ]


def shapley(
    value: Mapping[frozenset[Part], Value], parts: Sequence[Part], *, nothing: Callable[[], Value]
) -> dict[Part, Value]:
    """Split what all parts do together into what each does.

        part i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S with i) - v(S))

    The mean, over all orders in which the parts may come, of what a part adds when its turn comes.
    The parts sum to v(all) - v(none), do not depend on the order they are given in, and one that
    changes nothing is zero.

    ``value`` is v(S) of every set of parts (`subsets`).

    Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II,
    307-317.
    """
    count = len(parts)
    found = {}
    for part in parts:
        others = [other for other in parts if other != part]
        total = nothing()
        for chosen in subsets(others):
            weight = factorial(len(chosen)) * factorial(count - len(chosen) - 1) / factorial(count)
            total = total + weight * (value[chosen | {part}] - value[chosen])  # type: ignore[operator]
        found[part] = total
    return found
