r"""Choose cells to hide by an integer program, with cuts from the cells it leaves too narrow.

The program has a variable :math:`y_i \in \{0, 1\}` for each cell: hidden or not. It minimises
:math:`\sum_i w_i y_i`, with weights that say how much a reader misses a cell.
An attacker bounds cell k by :math:`\max` and :math:`\min d_k` subject to :math:`A d = 0`,
:math:`-L_i y_i \le d_i \le U_i y_i`. By duality the width that a choice leaves is at most
:math:`\sum_i c_i y_i` with :math:`c_i` from the reduced costs, so that each cell found too narrow
gives an inequality :math:`\sum_i \min(c_i, W) y_i \ge W y_k` that every safe choice satisfies and
this one does not (Fischetti and Salazar 2001, with a sliding protection level).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.disclosure.margins import Counts, Mask, Places
from workforce.disclosure.programs import least, least_whole, slopes
from workforce.disclosure.room import REACH, SLACK, hidden_parts, open_attack, room_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROUNDS = 6
"""Times that a program is solved again with further cuts."""
SMALL = 500
"""Cells up to which cuts are added while something is too narrow. A larger program is solved once,
with what every relation asks for, and room is made afterwards for what is too narrow still."""
GAP = 0.01
"""Distance from the best choice at which the program stops."""
NODES = 1_000
"""Branches the program may open: a count and not a time, so that it ends alike everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Cells above zero that hang together: their persons, what must be hidden, what is told."""

    persons: Counts
    primary: Mask
    told: Mask
    matrix: "csr_array"
    """Relations, shape (relations, cells): +1 for a total, -1 for its parts."""
    min_width: int
    weight: Counts
    """How much each cell is missed."""


def choose_by_program(problem: Problem) -> Mask | None:
    """Choose the cells to hide; None where the program does not end within its bounds."""
    rows = _relation_cuts(problem)
    chosen = None
    for _ in range(ROUNDS if problem.persons.size <= SMALL else 1):
        found = _solve(problem, rows)
        if found is None:
            return chosen
        chosen = found
        if problem.persons.size > SMALL:
            return chosen
        cuts = _attack_cuts(problem, chosen)
        if not cuts:
            return chosen
        rows = _stack(rows, cuts)
    return chosen


def _solve(problem: Problem, rows: "csr_array") -> Mask | None:
    primary = problem.primary.astype(float)
    most = np.where(problem.told & ~problem.primary, 0.0, 1.0)
    answer = least_whole(
        problem.weight,
        rows,
        np.zeros(rows.shape[0]),
        np.column_stack([primary, most]),
        upper=np.full(rows.shape[0], np.inf),
        gap=GAP,
        nodes=NODES,
    )
    return None if answer is None else np.asarray(answer > 0.5)


def _relation_cuts(problem: Problem) -> "csr_array":
    """Write what each relation by itself asks for, as rows that must not fall below zero.

    No relation may have a single hidden cell; and where its total is shown, its hidden parts must
    be able to fall by the width together: one of them can rise only as far as the others fall.
    """
    from scipy.sparse import coo_array

    width, matrix = float(problem.min_width), problem.matrix
    free = ~problem.told
    fall = np.minimum(problem.persons - 1.0, width)
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    count = 0
    for first, last in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        cells = matrix.indices[first:last]
        total = matrix.data[first:last] > 0
        can = free[cells]
        for own in np.flatnonzero(can):
            others = cells[can & (np.arange(cells.size) != own)]
            row += [count] * (others.size + 1)
            column += [int(cells[own]), *others.tolist()]
            value += [-1.0, *[1.0] * others.size]
            count += 1
            if total[own] or (fall[cells[own]] >= width and not total.any()):
                continue
            coefficient = np.where(total, width, fall[cells])[can]
            inside = cells[can]
            coefficient = coefficient - width * (inside == cells[own])
            row += [count] * inside.size
            column += inside.tolist()
            value += coefficient.tolist()
            count += 1
    return coo_array((value, (row, column)), shape=(count, problem.persons.size)).tocsr()


def _attack_cuts(problem: Problem, chosen: Mask) -> list[tuple[Places, Counts]]:
    """Make an inequality for each hidden cell that the choice leaves too narrow."""
    width = float(problem.min_width)
    moving = chosen & ~problem.told
    room = room_of(problem.matrix, problem.persons, moving, width)
    fall_of = np.where(problem.told, 0.0, problem.persons - 1.0)
    rise_of = np.where(problem.told, 0.0, REACH * width)
    cuts = []
    for places, _ in hidden_parts(problem.matrix, moving):
        narrow = np.flatnonzero(room[places] < width - SLACK)
        if narrow.size == 0:
            continue
        part = problem.matrix[:, places]
        live = np.flatnonzero(np.diff(part.indptr) > 0)
        program = open_attack(part[live], problem.persons[places], width)
        whole = problem.matrix[live].T.tocsr()
        for own in narrow.tolist():
            reach = np.zeros(problem.persons.size)
            for sign in (1.0, -1.0):
                objective = np.zeros(places.size)
                objective[own] = -sign
                least(program, objective)
                slope = whole @ slopes(program)
                slope[places[own]] += sign
                reach += np.where(slope > 0, slope * rise_of, -slope * fall_of)
            reach = np.where(reach < SLACK, 0.0, np.minimum(reach, width))
            reach[places[own]] -= width
            used = np.flatnonzero(reach)
            cuts.append((used, reach[used]))
    return cuts


def _stack(rows: "csr_array", cuts: list[tuple[Places, Counts]]) -> "csr_array":
    from scipy.sparse import coo_array, vstack

    row = np.repeat(np.arange(len(cuts)), [len(places) for places, _ in cuts])
    column = np.concatenate([places for places, _ in cuts])
    value = np.concatenate([numbers for _, numbers in cuts])
    more = coo_array((value, (row, column)), shape=(len(cuts), rows.shape[1]))
    stacked: csr_array = vstack([rows, more], format="csr")
    return stacked
