"""Give hidden cells room by what lies near them, where all of them are too many at once.

Cells that lie far away are held at their truth. What the cells near by can do then, they can do in
the whole as well, and go on doing when more is hidden: a width that was found once is there. Only
a cell that seems narrow may have more room than was looked for, so that somewhat more is hidden
than an attack on the whole would ask for.

Turns of two steps: all hidden cells move together, which shows most of them to have room; then some
of those that are still narrow, far apart from one another, are asked for by themselves, and what
they need is hidden. What is hidden for one of them gives room to many, so that few are asked.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workforce.disclosure.margins import Counts, Mask, Places
from workforce.disclosure.programs import least
from workforce.disclosure.room import SLACK, open_changes, room_by_one, room_within

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

Levels = NDArray[np.intp]

EVERY = 1_000_000_000
SIZES = (900, 300), (3_000, 1_500), (EVERY, 3_000), (EVERY, EVERY)
"""Hidden cells looked at together, and cells of any kind, some of which may be hidden too: first
those near by, then farther where those leave no room, then everything."""
TOGETHER = 3_000
"""Hidden cells that move together."""
MIDDLE = 8
"""Of the hidden cells looked at together, one in so many has enough others around it."""
ASKED = 6
"""Cells asked for by themselves in one place before all move together again."""
TURNS = 12
"""Pairs of changes of all cells together that are tried before cells are asked for."""
GAIN = 0.97
"""Part of the narrow cells that a pair of changes may leave narrow to be followed by another."""
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
        As in `workforce.disclosure.room.make_room`.

    Returns
    -------
    hidden, hopeless : arrays of bool, shape (cells,)
        The cells to hide, and those that nothing gives room.
    """
    low, high = np.zeros(persons.size), np.zeros(persons.size)
    hidden, level = hidden.copy(), np.zeros(persons.size, dtype=np.intp)
    rng = np.random.default_rng(SEED)
    while True:
        _move_together(matrix, persons, hidden & free, width, low, high, rng)
        narrow = hidden & free & (level < len(SIZES)) & (high - low < width - SLACK)
        if not narrow.any():
            left = hidden & free & (high - low < width - SLACK)
            return hidden, left
        now = int(level[narrow].min())
        asked = narrow & (level == now)
        _ask_apart(matrix, persons, hidden, free, width, weight, low, high, asked, level)


def _ask_apart(
    matrix: "csr_array", persons: Counts, hidden: Mask, free: Mask, width: float, weight: Counts,
    low: Counts, high: Counts, asked: Mask, level: Levels,
) -> None:  # fmt: skip
    """Ask for cells that lie apart, and hide what they need; one without room goes a level up.

    ``hidden``, ``low``, ``high`` and ``level`` are changed.
    """
    now = int(level[asked].min())
    of_cell, every = matrix.tocsc(), _within(matrix, free)
    here = _within(matrix, hidden & free)
    waiting = asked.copy()
    for seed in np.flatnonzero(asked).tolist():
        if not waiting[seed] or high[seed] - low[seed] >= width - SLACK:
            continue
        ours = near_cells(*here, seed, SIZES[now][0])
        cells = np.array(list(dict.fromkeys([*ours, *near_cells(*every, seed, SIZES[now][1])])))
        middle = ours[: max(1, ours.size // MIDDLE)]
        wanted = np.flatnonzero(waiting[middle] & (high - low < width - SLACK)[middle])[:ASKED]
        waiting[middle] = False
        own = of_cell[:, cells].tocsr()
        own = own[np.diff(own.indptr) > 0]
        known = own, persons[cells]
        more, without, down, up = room_by_one(*known, hidden[cells], wanted, width, weight[cells])
        if without.size and now == len(SIZES) - 1:
            more, without, *wide = room_within(*known, more, without, width, weight[cells])
            down, up = np.minimum(down, wide[0]), np.maximum(up, wide[1])
        hidden[cells] = more
        low[cells], high[cells] = np.minimum(low[cells], down), np.maximum(high[cells], up)
        level[cells[without]] = now + 1


def _move_together(
    matrix: "csr_array", persons: Counts, moving: Mask, width: float, low: Counts, high: Counts,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Let all hidden cells move at once, up or down by lot: most are seen to have room.

    Those that have room already follow. ``low`` and ``high`` are changed.
    """
    of_cell, near = matrix.tocsc(), _within(matrix, moving)
    seen = ~moving
    for seed in np.flatnonzero(moving & (high - low < width - SLACK)).tolist():
        if seen[seed]:
            continue
        cells = near_cells(*near, seed, TOGETHER)
        seen[cells] = True
        own = of_cell[:, cells].tocsr()
        fall = np.minimum(persons[cells] - 1.0, width)
        program = open_changes(own[np.diff(own.indptr) > 0], fall, width)
        left = np.inf
        for _ in range(TURNS):
            narrow = high[cells] - low[cells] < width - SLACK
            if not narrow.any() or narrow.sum() > GAIN * left:
                break
            left = int(narrow.sum())
            # One that can hardly fall must rise.
            way = np.where(rng.random(cells.size) < fall / width / 2, 1.0, -1.0)
            for sign in (way, -way):
                change = least(program, np.where(narrow, sign, 0.0))
                low[cells] = np.minimum(low[cells], change)
                high[cells] = np.maximum(high[cells], change)
                narrow &= high[cells] - low[cells] < width - SLACK


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
