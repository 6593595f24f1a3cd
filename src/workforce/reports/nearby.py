"""Give hidden cells room by what lies near them, where all of them are too many at once.

Cells that lie far away are held at their truth. What the cells near by can do then, they can do in
the whole as well, and go on doing when more is hidden: a width that was found once is there. Only
a cell that seems narrow may have more room than was looked for, so that somewhat more is hidden
than an attack on the whole would ask for.
"""

from typing import TYPE_CHECKING

import numpy as np

from workforce.reports.margins import Counts, Mask, Places
from workforce.reports.programs import least
from workforce.reports.room import SLACK, open_attack, room_within

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

NEAR = 900, 300
"""Hidden cells looked at together, and cells of any kind, some of which may be hidden too."""
FAR = 3_000, 1_500
"""The same where those near leave no room."""
MIDDLE = 8
"""Of the hidden cells looked at together, one in so many has enough others around it."""
TURNS = 4
"""Pairs of changes of all cells together that are tried before a cell is asked for by itself."""
SEED = 5


def make_room_nearby(
    matrix: "csr_array",
    persons: Counts,
    hidden: Mask,
    free: Mask,
    width: float,
    weight: Counts,
) -> tuple[Mask, Mask]:
    """Hide cells until every hidden one has an interval of the width by cells near it.

    Parameters
    ----------
    matrix, persons, hidden, free, width, weight
        As in `workforce.reports.room.make_room`.

    Returns
    -------
    hidden, hopeless : arrays of bool, shape (cells,)
        The cells to hide, and those that nothing near gives room.
    """
    low, high = np.zeros(persons.size), np.zeros(persons.size)
    _move_together(matrix, persons, hidden & free, width, low, high)
    of_cell = matrix.tocsc()
    every = _within(matrix, free)
    hidden, hopeless = hidden.copy(), hidden & ~free
    lost = np.zeros(hidden.size, dtype=bool)  # Those that the cells near by leave no room.
    while True:
        asked = hidden & ~hopeless & (high - low < width - SLACK)
        if not asked.any():
            return hidden, hopeless & hidden & free
        is_near = bool((asked & ~lost).any())
        asked, size = (asked & ~lost, NEAR) if is_near else (asked, FAR)
        seed = int(np.flatnonzero(asked)[0])
        ours = near_cells(*_within(matrix, hidden & free), seed, size[0])
        cells = np.array(list(dict.fromkeys([*ours, *near_cells(*every, seed, size[1])])))
        middle = ours[: max(1, ours.size // MIDDLE)]
        own = of_cell[:, cells].tocsr()
        hidden[cells], without, down, up = room_within(
            own[np.diff(own.indptr) > 0], persons[cells], hidden[cells],
            np.flatnonzero(asked[middle]), width, weight[cells],
        )  # fmt: skip
        low[cells], high[cells] = np.minimum(low[cells], down), np.maximum(high[cells], up)
        if is_near:
            lost[cells[without]] = True
        elif 0 in without.tolist():
            hopeless[seed] = True


def _move_together(
    matrix: "csr_array", persons: Counts, moving: Mask, width: float, low: Counts, high: Counts
) -> None:
    """Let all hidden cells move at once, up or down by lot: most are seen to have room."""
    rng = np.random.default_rng(SEED)
    of_cell, near = matrix.tocsc(), _within(matrix, moving)
    seen = ~moving
    for seed in np.flatnonzero(moving).tolist():
        if seen[seed]:
            continue
        cells = near_cells(*near, seed, FAR[0])
        seen[cells[: max(1, cells.size // 2)]] = True
        own = of_cell[:, cells].tocsr()
        program = open_attack(own[np.diff(own.indptr) > 0], persons[cells], width)
        for _ in range(TURNS):
            way = rng.choice([-1.0, 1.0], cells.size)
            for sign in (way, -way):
                change = least(program, sign)
                low[cells] = np.minimum(low[cells], change)
                high[cells] = np.maximum(high[cells], change)


def near_cells(part: "csr_array", by_cell: "csc_array", seed: int, size: int) -> Places:
    """Gather the cells that are nearest by relations, those of short relations first."""
    length = np.diff(part.indptr)
    found: dict[int, None] = {seed: None}
    edge = [seed]
    known = np.zeros(part.shape[0], dtype=bool)
    while edge and len(found) < size:
        rows = np.unique(np.concatenate([_line(by_cell, cell) for cell in edge]))
        rows = rows[~known[rows]]
        known[rows] = True
        before = len(found)
        for row in rows[np.argsort(length[rows], kind="stable")].tolist():
            found.update(dict.fromkeys(_line(part, row).tolist()))
            if len(found) >= size:
                break
        edge = list(found)[before:]
    return np.array(list(found), dtype=np.intp)


def _within(matrix: "csr_array", cells: Mask) -> "tuple[csr_array, csc_array]":
    """Keep the relations of some cells only, by relation and by cell."""
    from scipy.sparse import diags_array

    part = (matrix @ diags_array(cells.astype(float))).tocsr()
    part.eliminate_zeros()
    return part, part.tocsc()


def _line(matrix: "csr_array | csc_array", place: int) -> Places:
    return np.asarray(
        matrix.indices[matrix.indptr[place] : matrix.indptr[place + 1]], dtype=np.intp
    )
