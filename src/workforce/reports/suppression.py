"""Choose which further cells to hide so that no hidden cell can be computed back from those shown.

Cells are places in a flat array of persons. A family of relations is an array of places, shape
(relations, 1 + parts): each row says that the cell in its first column is the sum of the others.
The relations of one family share no cell; -1 fills rows that have fewer parts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workforce.errors import ReportError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

MARGINS = ("occupation", "age_group", "sector")
"""Sums that tables may show beside the parts."""
SEED = 7
"""Fixes the objectives of the audit, so that the same table is always hidden in the same way."""
MOVED = 1e-6
"""Least change of a cell that tells a movement from rounding in the solver. [persons]"""
HIDDEN_PRICE = 1e-3
"""Cost of touching a hidden cell, in persons shown: above zero, so that changes stay small."""


def hide_until_safe(
    persons: Counts,
    primary: Mask,
    families: Sequence[Places],
    *,
    min_persons: int,
    audit: bool = True,
) -> Mask:
    """Hide cells until every relation is safe and, with the audit, no hidden cell is pinned.

    Parameters
    ----------
    persons : array, shape (cells,)
        Persons in each cell. [persons]
    primary : array of bool, shape (cells,)
        Cells that must be hidden.
    families : sequence of arrays, each of shape (relations, 1 + parts)
        Which cell is the sum of which.
    min_persons : int
        Persons that the hidden parts of a shown total must hold together.
    audit : bool
        Whether relations are also combined (:func:`pinned_cells`). Takes linear programs with one
        unknown per hidden cell.

    Returns
    -------
    array of bool, shape (cells,)
        The cells to hide, the primary ones included.
    """
    hidden = hide_secondary(persons, primary, families, min_persons=min_persons)
    while audit:
        pinned = pinned_cells(persons, hidden, families)
        if pinned.size == 0:
            break
        hidden = release_pinned(pinned, persons, hidden, families)
        hidden = hide_secondary(persons, hidden, families, min_persons=min_persons)
    return hidden


def hide_secondary(
    persons: Counts, primary: Mask, families: Sequence[Places], *, min_persons: int
) -> Mask:
    """Hide further cells until no relation by itself gives a hidden cell away.

    A relation is unsafe when exactly one of its cells is hidden, or when its total is shown and
    the hidden parts together hold fewer than ``min_persons``. Each unsafe relation then hides its
    part with the fewest persons above zero, the first by code among equals, and its total only
    when no part is left; families take turns until nothing changes. An empty cell is never taken:
    it is known to be empty by anyone who knows the place, and so hides nothing.

    Parameters
    ----------
    persons : array, shape (cells,)
        Persons in each cell. [persons]
    primary : array of bool, shape (cells,)
        Cells that must be hidden.
    families : sequence of arrays, each of shape (relations, 1 + parts)
        Which cell is the sum of which.
    min_persons : int
        Persons that the hidden parts of a shown total must hold together.

    Returns
    -------
    array of bool, shape (cells,)
        The cells to hide, the primary ones included.
    """
    # The last place stands for "no cell" and is what -1 points at.
    count = np.append(persons, 0.0)
    hidden = np.append(primary, False)
    changed = True
    while changed:
        changed = False
        for family in families:
            while (taken := _next_to_hide(count, hidden, family, min_persons)).size:
                hidden[taken] = True
                changed = True
    return hidden[:-1]


def pinned_cells(persons: Counts, hidden: Mask, families: Sequence[Places]) -> Places:
    r"""Find the hidden cells that all relations together, with integers in mind, leave no room.

    An attacker knows every shown cell and that a hidden one holds at least one person, since
    empty cells are shown. The tables he cannot tell apart are :math:`x = x^0 + d`, with
    :math:`x^0` the truth, :math:`A d = 0` for the relations and :math:`d_j \ge 0` where
    :math:`x^0_j = 1`. They form a cone, so cell j is pinned if and only if :math:`d_j = 0` all
    over it. One linear program with a random objective over the cells not yet seen to move moves
    at least one of them, unless none can move; so a few programs settle all cells, where bounding
    each cell in turn would take two for each.

    Parameters
    ----------
    persons : array, shape (cells,)
        Persons in each cell. [persons]
    hidden : array of bool, shape (cells,)
        Cells hidden.
    families : sequence of arrays, each of shape (relations, 1 + parts)
        Which cell is the sum of which.

    Returns
    -------
    array of int
        Places of the cells that can be computed exactly, rising.

    Notes
    -----
    This guards against exact computation, not against a narrow interval: a cell of 3 may be left
    with the interval from 2 to 4.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47(7). doi:10.1287/mnsc.47.7.1008.9805.
    """
    places = np.flatnonzero(hidden)
    if places.size == 0 or not families:
        return places[:0]
    matrix = _relations_over(hidden, families)
    least = np.where(persons[places] > 1.0, -1.0, 0.0)
    bounds = np.column_stack([least, np.ones(places.size)])
    rng = np.random.default_rng(SEED)
    still = np.ones(places.size, dtype=bool)
    weight = rng.uniform(0.5, 1.5, places.size)
    while still.any():
        moved = np.zeros(places.size, dtype=bool)
        for sign in (-1.0, 1.0):
            objective = np.where(still, sign * weight, 0.0)
            moved |= np.abs(_solve(objective, matrix, bounds)) > MOVED
        if not (moved & still).any():
            break
        still &= ~moved
        weight = rng.normal(size=places.size)
    return places[still]


def release_pinned(
    pinned: Places, persons: Counts, hidden: Mask, families: Sequence[Places]
) -> Mask:
    r"""Hide the cheapest further cells that give every pinned cell room to move.

    For a pinned cell j a linear program finds the change :math:`d` with :math:`d_j = 1` and
    :math:`A d = 0` that touches the fewest persons shown, :math:`\sum_i w_i |d_i|` with
    :math:`w_i` = persons for a shown cell and next to nothing for a hidden one. The shown cells
    that it touches are hidden. Empty cells do not move. There is always an answer: all cells
    grow in proportion.

    Parameters
    ----------
    pinned : array of int
        Places of the cells to release.
    persons : array, shape (cells,)
        Persons in each cell. [persons]
    hidden : array of bool, shape (cells,)
        Cells hidden.
    families : sequence of arrays, each of shape (relations, 1 + parts)
        Which cell is the sum of which.

    Returns
    -------
    array of bool, shape (cells,)
        The cells to hide, those hidden before included.
    """
    from scipy.sparse import hstack

    places = np.flatnonzero(persons > 0)
    matrix = _relations_over(persons > 0, families)
    both_ways = hstack([matrix, -matrix]).tocsr()
    fall = np.where(persons[places] > 1.0, np.inf, 0.0)
    bounds = np.column_stack(
        [np.zeros(2 * places.size), np.append(np.full(places.size, np.inf), fall)]
    )
    hidden = hidden.copy()
    released: set[int] = set()
    for place in pinned.tolist():
        if place in released:
            continue
        own = int(np.searchsorted(places, place))
        limits = bounds.copy()
        limits[[own, own + places.size]] = [[1.0, 1.0], [0.0, 0.0]]
        price = np.tile(np.where(hidden[places], HIDDEN_PRICE, persons[places]), 2)
        answer = _solve(price, both_ways, limits)
        change = answer[: places.size] - answer[places.size :]
        moved = places[np.abs(change) > MOVED]
        hidden[moved] = True
        released |= set(moved.tolist())
    return hidden


def grid_relations(
    shape: tuple[int, int, int, int],
    parents: Sequence[tuple[int, Sequence[int]]] = (),
    margins: Sequence[str] = MARGINS,
) -> list[Places]:
    """List the relations of the two published tables with their margins.

    The cells lie in a grid of regions, sectors and columns. Sector 0 is the sum of the sectors.
    Column 0 is the whole, followed by the occupations and then the age groups: the tables region
    x sector x occupation and region x sector x age group share the margin region x sector.

    Parameters
    ----------
    shape : tuple of int
        Numbers of regions, sectors, occupations and age groups, without sums.
    parents : sequence of (int, sequence of int)
        A region and the regions it is the sum of.
    margins : sequence of str
        Which sums are shown: over occupation, age_group and sector.

    Returns
    -------
    list of arrays, each of shape (relations, 1 + parts)
        One for each margin, and one for each parent.
    """
    regions, sectors, occupations, ages = shape
    columns = 1 + occupations + ages
    places = np.arange(regions * (1 + sectors) * columns, dtype=np.intp)
    grid = places.reshape(regions, 1 + sectors, columns)
    over = {
        "occupation": grid[:, :, : 1 + occupations].reshape(-1, 1 + occupations),
        "age_group": grid[:, :, [0, *range(1 + occupations, columns)]].reshape(-1, 1 + ages),
        "sector": grid.transpose(0, 2, 1).reshape(-1, 1 + sectors),
    }
    families = [over[margin] for margin in MARGINS if margin in margins]
    families += [grid[[whole, *parts]].reshape(1 + len(parts), -1).T for whole, parts in parents]
    return [family for family in families if family.shape[1] > 1]


def _next_to_hide(count: Counts, hidden: Mask, family: Places, min_persons: int) -> Places:
    """One further cell for each unsafe relation of a family that has any left."""
    out = hidden[family]
    held = np.where(out[:, 1:], count[family[:, 1:]], 0.0).sum(axis=1)
    members = out.sum(axis=1)
    unsafe = (members == 1) | ((members > 0) & ~out[:, 0] & (held < min_persons))
    if not unsafe.any():
        return np.empty(0, dtype=np.intp)
    family, out = family[unsafe], out[unsafe]
    cost = np.where(~out & (count[family] > 0), count[family], np.inf)
    best = 1 + cost[:, 1:].argmin(axis=1)
    rows = np.arange(len(family))
    best = np.where(np.isinf(cost[rows, best]), 0, best)
    return np.asarray(family[rows, best][np.isfinite(cost[rows, best])], dtype=np.intp)


def _solve(objective: Counts, matrix: "csr_array", bounds: Counts) -> Counts:
    """Find the change with the least objective that keeps every relation."""
    from scipy.optimize import linprog

    answer = linprog(  # type: ignore[call-overload]
        objective, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds, method="highs"
    )
    if answer.x is None:
        raise ReportError(
            f"The audit of hidden cells found no answer ({answer.message}). Check the base persons."
        )
    return np.asarray(answer.x, dtype=np.float64)


def _relations_over(cells: Mask, families: Sequence[Places]) -> "csr_array":
    """Sparse matrix of the relations over some of the cells: +1 for a total, -1 for its parts."""
    from scipy.sparse import coo_array

    out = np.append(cells, False)
    column = np.cumsum(out) - 1
    rows, columns, signs, first = [], [], [], 0
    for family in families:
        inside = out[family]
        kept = inside.any(axis=1)
        row, member = np.nonzero(inside[kept])
        rows.append(first + row)
        columns.append(column[family[kept][row, member]])
        signs.append(np.where(member == 0, 1.0, -1.0))
        first += int(kept.sum())
    return coo_array(
        (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))),
        shape=(first, int(cells.sum())),
    ).tocsr()
