"""Counts of one place rounded along a tree, so that a cell and all its sums stay near the truth.

Every count x lies between two multiples of a base b. Those who hold a fraction x mod b meet in
pairs, and one of the two is settled each time, so that of any branch of the tree one fraction at
the most is left, which moves up. A leaf, a branch and the whole are therefore each within b of the
truth, the sums of what is shown are what is shown of the sums, and each is right on average.

The pivotal method: Deville and Tille (1998), Unequal probability sampling without replacement
through a splitting method, doi:10.1093/biomet/85.1.89. Controlled rounding: Cox (1987),
doi:10.1080/01621459.1987.10478456.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

Path = tuple[str, ...]
Coin = Callable[[str], float]
"""A number in [0, 1) by the name of where it is needed."""

LEAST_BASE = 5
"""Base of what is shown to the public; a lower one is refused. [persons]"""
HUNDREDTHS = 100
"""Counts are held as whole hundredths, so that FTE are rounded along the same tree."""


@dataclass(frozen=True, slots=True)
class _Left:
    """The leaf that holds the fraction that is left of a branch."""

    leaf: Path
    fraction: int


def place_key(master: bytes, region: str) -> bytes:
    """Give the key of a place, which tells nothing of the master key or of other places."""
    return hmac.digest(master, region.encode(), hashlib.sha256)


def coins(key: bytes, table: str) -> Coin:
    """Give the coins of one table of a place: the same wherever and whenever they are tossed.

    A coin depends on the key, the table and on who meets whom, and on no count and no year: what
    does not change is shown alike year after year, which a fresh coin for every content would
    give away by its mean.
    """

    @cache
    def coin(name: str) -> float:
        digest = hmac.digest(key, f"{table}|{name}".encode(), hashlib.sha256)
        return int.from_bytes(digest[:8], "big") / 2.0**64

    return coin


def round_tree(
    counts: Mapping[Path, int], coin: Coin, *, base: int = LEAST_BASE * HUNDREDTHS
) -> dict[Path, int]:
    """Round counts by path, all of one length, to multiples of a base.

    What is shown is sorted, and has no path that is shown as 0.
    """
    known = {path: count for path, count in counts.items() if count}
    up, left = _settle((), sorted(known), 0, known, coin, base)
    if left is not None and coin("") * base < left.fraction:
        up.add(left.leaf)
    return _shown(known, up, base)


def round_below(
    counts: Mapping[Path, int],
    totals: Mapping[Path, int],
    coin: Coin,
    *,
    base: int = LEAST_BASE * HUNDREDTHS,
) -> dict[Path, int]:
    """Round another division of branches whose sums (``totals``) are shown already, to the sums.

    The last step of a path is the part. Each branch (the first steps) is rounded as in
    `round_tree`, but what is left of it goes the way its own total went: two tables with a sum in
    common show it alike, and toss no second coin for it.
    """
    known = {path: count for path, count in counts.items() if count}
    branches: dict[Path, list[Path]] = {}
    for path in sorted(known):
        branches.setdefault(path[:-1], []).append(path)
    ups: set[Path] = set()
    for branch, leaves in branches.items():
        up, left = _settle(branch, leaves, len(branch), known, coin, base)
        whole = sum(known[leaf] for leaf in leaves)
        if left is not None and totals.get(branch, 0) > whole:
            up.add(left.leaf)
        ups |= up
    return _shown(known, ups, base)


def round_inside(
    counts: Mapping[Path, int],
    totals: Mapping[Path, int],
    around: Mapping[Path, int],
    coin: Coin,
    *,
    base: int = LEAST_BASE * HUNDREDTHS,
) -> dict[Path, int]:
    """Round divisions of branches that are part of another division, which is shown already.

    As `round_below`, but the branches together never show more of a part than is shown of all: five
    of an occupation in a band of age where nobody of the sector shows would be 1 to 4. What went up
    in a part that has no room goes up in another part of its branch instead, where its fraction is
    the greatest.
    """
    known = {path: count for path, count in counts.items() if count}
    down = {path: count - count % base for path, count in known.items()}
    first = round_below(known, totals, coin, base=base)
    room = dict(around)
    for path, count in down.items():
        part = (*path[:-2], path[-1])
        room[part] = room.get(part, 0) - count
    ups: set[Path] = set()

    def has_room(path: Path) -> bool:
        part = (*path[:-2], path[-1])
        if room[part] < base:
            return False
        room[part] -= base
        ups.add(path)
        return True

    for path in sorted(known):
        if first.get(path, 0) > known[path] and not has_room(path):
            rest = [other for other in known if other[:-1] == path[:-1] and other not in ups
                    and first.get(other, 0) < known[other]]  # fmt: skip
            any(map(has_room, sorted(rest, key=lambda other: (-(known[other] % base), other))))
    return _shown(known, ups, base)


def round_alone(count: int, coin: Coin, name: str, *, base: int = LEAST_BASE * HUNDREDTHS) -> int:
    """Round one count that is part of no sum; a change may be below 0."""
    fraction = count % base
    return count - fraction + base * (coin(name) * base < fraction)


def sums(cells: Mapping[Path, int], depth: int) -> dict[Path, int]:
    """Sum cells over all but the first steps of their paths."""
    found: dict[Path, int] = {}
    for path, count in cells.items():
        found[path[:depth]] = found.get(path[:depth], 0) + count
    return found


def _shown(known: Mapping[Path, int], up: set[Path], base: int) -> dict[Path, int]:
    shown = {path: known[path] - known[path] % base + base * (path in up) for path in sorted(known)}
    return {path: count for path, count in shown.items() if count}


def _settle(
    node: Path, leaves: Iterable[Path], depth: int, known: Mapping[Path, int], coin: Coin, base: int
) -> tuple[set[Path], _Left | None]:
    """Settle the leaves under a node but one; give those that go up, and the one that is left."""
    up: set[Path] = set()
    held: _Left | None = None
    children: dict[str, list[Path]] = {}
    for leaf in leaves:
        children.setdefault(leaf[depth], []).append(leaf)
    for name, below in children.items():
        if len(below[0]) == depth + 1:
            fraction = known[below[0]] % base
            came = _Left(below[0], fraction) if fraction else None
        else:
            more, came = _settle((*node, name), below, depth + 1, known, coin, base)
            up |= more
        if held is None or came is None:
            held = held or came
            continue
        # Children are named and not leaves: who met last year meet again, by the same coin.
        pair = "|".join(("/".join(node), held.leaf[depth], name))
        gone, held = _meet(held, came, coin(pair), base)
        if gone is not None:
            up.add(gone)
    return up, held


def _meet(one: _Left, other: _Left, toss: float, base: int) -> tuple[Path | None, _Left | None]:
    """Settle one of two; give who goes up, if any, and who is left with what fraction."""
    both = one.fraction + other.fraction
    if both < base:
        taker = one if toss * both < one.fraction else other
        return None, _Left(taker.leaf, both)
    if both == base:
        return (one if toss * base < one.fraction else other).leaf, None
    first = toss * (2 * base - both) < base - other.fraction
    gone, stays = (one, other) if first else (other, one)
    return gone.leaf, _Left(stays.leaf, both - base)
