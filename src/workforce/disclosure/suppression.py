"""Choose which further cells to hide so that every hidden cell keeps enough room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workforce.disclosure.covering import Problem, choose_by_program
from workforce.disclosure.margins import Counts, Mask, Places, merge_equal, relation_matrix
from workforce.disclosure.nearby import make_room_nearby
from workforce.disclosure.room import SLACK, make_room, room_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PROGRAM_CELLS = 2_000
"""Cells above zero, equal ones counted once, up to which tables that hang together are solved by
an integer program."""
ATTACK_CELLS = 1_500
"""Hidden cells, equal ones counted once, up to which they are attacked all at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Cells to hide, those that keep too little room whatever is hidden, and how it was found."""

    hidden: Mask
    exposed: Mask
    by_program: bool
    """Whether all tables that hang together were small enough for the integer program."""
    attacked: bool
    """Whether there were few enough hidden cells to attack them all at once; else each was given
    room by those near it."""


def hide_until_safe(
    persons: Counts,
    primary: Mask,
    families: Sequence[Places],
    *,
    min_width: int,
    told: Mask | None = None,
    weight: Counts | None = None,
    least: float = 1.0,
    program_cells: int = PROGRAM_CELLS,
    attack_cells: int = ATTACK_CELLS,
) -> Choice:
    """Hide cells until every hidden one could be any count of an interval of the width asked for.

    An attacker knows every shown cell, every relation, what is told elsewhere, and that a hidden
    cell holds at least one person, since empty cells are shown. Tables that hang together are
    solved by an integer program where they are small enough (`choose_by_program`), else by
    relations one by one (`hide_by_relations`). Then all cells are attacked with all relations at
    once, and further cells hidden where a hidden one has too little room, until none has; more
    cells than can be attacked at once are given room by those near them (`make_room_nearby`).

    Parameters
    ----------
    persons : array, shape (cells,)
        Persons in each cell. [persons]
    primary : array of bool, shape (cells,)
        Cells that must be hidden.
    families : sequence of arrays, each of shape (relations, 1 + parts)
        Which cell is the sum of which.
    min_width : int
        Least difference between the greatest and the least value a hidden cell may have.
        [persons]
    told : array of bool, shape (cells,), optional
        Cells whose count is known from elsewhere: hiding them hides nothing.
    weight : array, shape (cells,), optional
        How much a reader misses each cell; one and the root of its persons when left out.
    least : float
        What a hidden cell is known to hold at least: one person, or no FTE. [persons]
    program_cells : int
        Cells up to which tables are solved by the integer program.
    attack_cells : int
        Hidden cells up to which all relations are attacked at once.

    Returns
    -------
    Choice
    """
    told = np.zeros(persons.shape, dtype=bool) if told is None else told
    live = persons > 0
    label, matrix = merge_equal(relation_matrix(families, persons.size), live)
    own = label[live]
    count = int(own.max(initial=-1)) + 1
    missed, merged, out, known = (
        np.zeros(count),
        np.full(count, np.inf),
        np.zeros(count, bool),
        np.zeros(count, bool),
    )
    # A region's own count may be less than that of its only part. What is below asks only how far
    # a cell may fall, and takes it to fall to one.
    np.minimum.at(merged, own, persons[live] + 1.0 - least)
    np.add.at(missed, own, (1.0 + np.sqrt(persons) if weight is None else weight)[live])
    np.logical_or.at(out, own, primary[live])
    np.logical_or.at(known, own, told[live])
    by_program = True
    for cells in connected_cells(matrix, out):
        part = matrix[:, cells]
        part = part[np.diff(part.indptr) > 0]
        problem = Problem(merged[cells], out[cells], known[cells], part, min_width, missed[cells])
        chosen = choose_by_program(problem) if cells.size <= program_cells else None
        if chosen is None:
            by_program = False
            chosen = hide_by_relations(problem)
        out[cells] |= chosen
    exposed = out & known
    attacked = int(out.sum()) <= attack_cells
    if attacked:
        out, exposed = _mend(matrix, merged, out, known, min_width, missed)
    else:
        out, lost = make_room_nearby(matrix, merged, out, ~known, float(min_width), missed)
        exposed |= lost
    hidden, bare = np.zeros(persons.shape, dtype=bool), np.zeros(persons.shape, dtype=bool)
    hidden[live], bare[live] = out[own], exposed[own]
    return Choice(hidden, bare, by_program, attacked)


def hide_by_relations(problem: Problem) -> Mask:
    """Hide further cells until no relation by itself leaves a hidden cell too little room.

    A relation is unsafe when exactly one of its cells is hidden, or when its total is shown and
    its hidden parts together are fewer than the width above one person each. Each unsafe relation
    then hides the part that is missed least, the first among equals, and its total only when no
    part is left. A cell that is told elsewhere is never taken.
    """
    persons, matrix = problem.persons, problem.matrix
    hidden = problem.primary.copy()
    free = ~problem.told
    fall = np.minimum(persons - 1.0, problem.min_width)
    # A total costs more than any part.
    cost_of, dear = problem.weight, problem.weight.max(initial=0.0) + 1.0
    of_cell = matrix.tocsc()
    waiting = list(range(matrix.shape[0]))
    queued = np.ones(matrix.shape[0], dtype=bool)
    while waiting:
        row = waiting.pop()
        queued[row] = False
        inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
        cells, total = matrix.indices[inside], matrix.data[inside] > 0
        while _is_unsafe(hidden[cells], free[cells], total, fall[cells], problem.min_width):
            left = ~hidden[cells] & free[cells]
            if not left.any():
                break
            taken = cells[int(np.where(left, cost_of[cells] + dear * total, np.inf).argmin())]
            hidden[taken] = True
            for other in of_cell.indices[of_cell.indptr[taken] : of_cell.indptr[taken + 1]]:
                if not queued[other] and other != row:
                    queued[other] = True
                    waiting.append(int(other))
    return hidden


def connected_cells(matrix: "csr_array", primary: Mask) -> list[Places]:
    """Find the sets of cells that hang together by relations and hold a cell to hide."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(abs(matrix.T @ matrix), directed=False)
    return [np.flatnonzero(label == one) for one in np.unique(label[primary])]


def _is_unsafe(hidden: Mask, free: Mask, total: Mask, fall: Counts, min_width: int) -> bool:
    moving = hidden & free
    if not hidden.any():
        return False
    if moving.sum() < 2:
        return True
    return not moving[total].any() and float(fall[moving].sum()) < min_width


def _mend(
    matrix: "csr_array",
    persons: Counts,
    hidden: Mask,
    told: Mask,
    min_width: int,
    missed: Counts,
) -> tuple[Mask, Mask]:
    """Attack with all relations at once, and hide more where a cell has too little room."""
    exposed = hidden & told
    # Each turn hides at least one cell more or gives one up, so that the turns end.
    while True:
        room = room_of(matrix, persons, hidden & ~told, min_width)
        narrow = np.flatnonzero((room < min_width - SLACK) & ~exposed)
        if narrow.size == 0:
            return hidden, exposed
        more, hopeless = make_room(narrow, matrix, persons, hidden, ~told, min_width, missed)
        if (more == hidden).all() and not (hopeless & ~exposed).any():
            hopeless[narrow] = True
        hidden, exposed = more, exposed | hopeless
