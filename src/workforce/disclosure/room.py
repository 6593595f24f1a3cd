"""Measure the room that is left to each hidden cell, and make more where there is too little."""

from typing import TYPE_CHECKING

import numpy as np

from workforce.disclosure.margins import Counts, Mask, Places
from workforce.disclosure.programs import Program, least, open_program
from workforce.errors import ReportError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SLACK = 1e-6
"""What rounding in the solver may come to. [persons]"""
REACH = 10.0
"""How far above the truth a cell is looked for, in widths."""
HIDDEN_PRICE = 1e-3
"""Cost of touching a hidden cell, against 1 or more for a shown one: so that changes stay small."""


def room_of(matrix: "csr_array", persons: Counts, moving: Mask, enough: float) -> Counts:
    r"""Measure the interval that relations leave each hidden cell.

    The tables that an attacker cannot tell apart are :math:`x = x^0 + d` with :math:`x^0` the
    truth, :math:`A d = 0` and :math:`x \ge 1`, since empty cells are shown. Each answer of a
    program is such a table and widens the intervals of all cells at once, so that many cells need
    no program of their own.

    Parameters
    ----------
    matrix : sparse array, shape (relations, cells)
        Relations: +1 for a total, -1 for its parts.
    persons : array, shape (cells,)
        Persons in each cell, above zero. [persons]
    moving : array of bool, shape (cells,)
        Cells that are hidden and not told elsewhere.
    enough : float
        Width at which a cell needs no more looking into. [persons]

    Returns
    -------
    array, shape (cells,)
        Width in persons. Infinite for the other cells; ``enough`` or more may be wider still.
    """
    width = np.full(persons.shape, np.inf)
    for places, part in hidden_parts(matrix, moving):
        program = open_attack(part, persons[places], enough)
        low, high = np.zeros(places.size), np.zeros(places.size)
        for own in range(places.size):
            for sign in (-1.0, 1.0):
                if high[own] - low[own] < enough - SLACK:
                    change = least(program, _unit(places.size, own, sign))
                    np.minimum(low, change, out=low)
                    np.maximum(high, change, out=high)
        width[places] = high - low
    return width


def hidden_parts(matrix: "csr_array", moving: Mask) -> list[tuple[Places, "csr_array"]]:
    """Split hidden cells into sets that no relation ties together, with the relations of each."""
    from scipy.sparse.csgraph import connected_components

    places = np.flatnonzero(moving)
    if places.size == 0:
        return []
    part = matrix[:, places]
    part = part[np.diff(part.indptr) > 0]
    count, label = connected_components(abs(part.T @ part), directed=False)
    order = np.argsort(label, kind="stable")
    by_cell = part.tocsc()
    found = []
    for own in np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1]):
        inside = by_cell[:, own].tocsr()
        found.append((places[own], inside[np.diff(inside.indptr) > 0]))
    return found


def open_attack(part: "csr_array", persons: Counts, enough: float) -> Program:
    """Open the program of the changes that hidden cells may make and keep every relation."""
    return open_changes(part, persons - 1.0, REACH * enough)


def open_changes(part: "csr_array", fall: Counts, rise: float) -> Program:
    """Open the program of changes that keep every relation, no cell falling or rising further."""
    bounds = np.column_stack([-fall, np.full(fall.size, rise)])
    return open_program(part, np.zeros(part.shape[0]), bounds)


def make_room(
    narrow: Places,
    matrix: "csr_array",
    persons: Counts,
    hidden: Mask,
    free: Mask,
    width: float,
    weight: Counts,
) -> tuple[Mask, Mask]:
    r"""Hide the cheapest cells that give cells with too little room enough of it.

    For cell j, two tables :math:`x^0 + d` and :math:`x^0 + e` with :math:`d_j - e_j` equal to the
    width and :math:`A d = A e = 0` that touch the fewest persons shown: :math:`\min \sum_i w_i
    (|d_i| + |e_i|)` with next to no weight on hidden cells. No cell may fall below one person.

    Parameters
    ----------
    narrow : array of int
        Places of the cells.
    matrix, persons
        As in `room_of`.
    hidden : array of bool, shape (cells,)
        Cells hidden so far.
    free : array of bool, shape (cells,)
        Cells that may give room: those not told elsewhere.
    width : float
        Width asked for. [persons]
    weight : array, shape (cells,)
        How much each cell is missed.

    Returns
    -------
    hidden, hopeless : arrays of bool, shape (cells,)
        The cells to hide, and those that nothing gives room.
    """
    hopeless = np.zeros(persons.shape, dtype=bool)
    places = np.flatnonzero(free)
    part = matrix[:, places]
    part = part[np.diff(part.indptr) > 0]
    own = np.searchsorted(places, narrow)
    taken, lost, _, _ = room_within(
        part, persons[places], hidden[places], own, width, weight[places]
    )
    more = hidden.copy()
    more[places] |= taken
    hopeless[places[lost]] = True
    return more, hopeless


def room_within(
    matrix: "csr_array",
    persons: Counts,
    hidden: Mask,
    narrow: Places,
    width: float,
    weight: Counts,
) -> tuple[Mask, Places, Counts, Counts]:
    """Make room for some cells: what is hidden then, cells without any room, and the changes.

    The changes are the least and the greatest that each cell was seen to make. [persons]
    """
    from scipy.sparse import block_diag, csr_array, hstack, vstack

    size = persons.size
    both_ways = hstack([matrix, -matrix])
    apart = csr_array(np.ones((1, 4 * size)))
    whole = vstack([block_diag([both_ways, both_ways]), apart]).tocsr()
    known = np.append(np.zeros(whole.shape[0] - 1), width)
    limits = [np.full(size, REACH * width), persons - 1.0]
    bounds = np.column_stack([np.zeros(4 * size), np.concatenate(limits * 2)])
    program = open_program(whole, known, bounds, primal=False)
    last = whole.shape[0] - 1
    for column in range(4 * size):
        program.solver.changeCoeff(last, column, 0.0)
    hidden, lost, done = hidden.copy(), list[int](), set[int]()
    low, high = np.zeros(size), np.zeros(size)
    for own in narrow.tolist():
        if own in done:
            continue  # What was hidden for another cell may do for this one.
        mine = [own, own + size, own + 2 * size, own + 3 * size]
        for column, sign in zip(mine, (1.0, -1.0, -1.0, 1.0), strict=True):
            program.solver.changeCoeff(last, column, sign)
        price = np.where(hidden, HIDDEN_PRICE, weight)
        try:
            change = least(program, np.tile(price, 4)).reshape(4, size)
        except ReportError:
            lost.append(own)
        else:
            moved = np.flatnonzero((change > SLACK).any(axis=0))
            hidden[moved] = True
            done |= set(moved.tolist())
            for table in (change[0] - change[1], change[2] - change[3]):
                np.minimum(low, table, out=low)
                np.maximum(high, table, out=high)
        for column in mine:
            program.solver.changeCoeff(last, column, 0.0)
    return hidden, np.array(lost, dtype=np.intp), low, high


def room_by_one(
    matrix: "csr_array",
    persons: Counts,
    hidden: Mask,
    narrow: Places,
    width: float,
    weight: Counts,
) -> tuple[Mask, Places, Counts, Counts]:
    """Make room as `room_within` does, by a single table in which a cell rises by the width.

    That is more than is asked for, where another table could fall instead, and is found in a
    fraction of the time: hidden cells move for nothing, and only shown ones have a price.
    """
    from scipy.sparse import hstack

    size, shown = persons.size, np.flatnonzero(~hidden)
    whole = hstack([matrix, -matrix[:, shown]]).tocsr()
    fall, rise = persons - 1.0, np.full(size, REACH * width)
    low_end = np.concatenate([np.where(hidden, -fall, 0.0), np.zeros(shown.size)])
    high_end = np.concatenate([rise, fall[shown]])
    program = open_program(
        whole, np.zeros(whole.shape[0]), np.column_stack([low_end, high_end]), primal=False
    )
    hidden, lost = hidden.copy(), list[int]()
    low, high = np.zeros(size), np.zeros(size)
    for own in narrow.tolist():
        if high[own] - low[own] >= width - SLACK:
            continue  # What was hidden for another cell may do for this one.
        program.solver.changeColBounds(own, width, REACH * width)
        price = np.where(hidden, 0.0, weight)
        try:
            change = least(program, np.concatenate([price, price[shown]]))
        except ReportError:
            lost.append(own)
        else:
            moved = change[:size].copy()
            moved[shown] -= change[size:]
            hidden |= np.abs(moved) > SLACK
            np.minimum(low, moved, out=low)
            np.maximum(high, moved, out=high)
        program.solver.changeColBounds(own, -fall[own], REACH * width)
    return hidden, np.array(lost, dtype=np.intp), low, high


def _unit(size: int, place: int, value: float) -> Counts:
    unit = np.zeros(size)
    unit[place] = value
    return unit
