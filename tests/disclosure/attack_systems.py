"""Write what an attacker knows of hidden cells as linear systems, and find the ends they leave."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from workforce.disclosure.margins import Counts, Grid, Mask, Places, relation_matrix
from workforce.disclosure.programs import least, open_program
from workforce.disclosure.room import SLACK

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """What the attacker knows of some cells: rows ``matrix x = rows`` and bounds of each x.

    The persons of the cells come first, and amounts with what they are below them after that.
    """

    matrix: "csr_array"
    rows: Counts
    bounds: Counts


def of_persons(
    matrix: "csr_array", right: Counts, places: Places, floor: Counts, top: float
) -> System:
    """Write what is known of the persons of cells that hang together."""
    part = matrix[:, places]
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    limits = np.column_stack([floor, np.full(places.size, top)])
    return System(part[rows], right[rows], limits)


def sums_of_staff(grid: Grid, label: Places) -> "csr_array":
    """Write the sums over occupations, sectors and regions, which amounts keep, by merged cell."""
    from scipy.sparse import coo_array

    width = len(grid.columns)
    by_post = np.array([dimension == "" for _, dimension, _ in grid.columns])
    families = [one[(by_post[one % width] | (one < 0)).all(axis=1)] for one in grid.families]
    live = np.flatnonzero(label >= 0)
    fold = coo_array(
        (np.ones(live.size), (live, label[live])),
        shape=(label.size, int(label.max(initial=-1)) + 1),
    )
    return (relation_matrix(families, label.size) @ fold.tocsr()).tocsr()


def amount_of(grid: Grid, label: Places, table: pl.DataFrame, empty: Mask) -> Counts:
    """Give the amount of each merged cell, not a number where it is not told; nobody has none."""
    amount = np.where(empty, 0.0, np.nan)
    rows, places = grid.places(table)
    inside = label[places] >= 0
    values = table["persons"].cast(pl.Float64).fill_null(np.nan).to_numpy()[rows[inside]]
    known = ~np.isnan(values)
    amount[label[places[inside][known]]] = values[known]
    return amount


def with_amount(system: System, staff: "csr_array", amount: Counts, places: Places) -> System:
    """Add an amount of the same cells: its sums, and that it is no more than the persons."""
    from scipy.sparse import block_array, csr_array, eye_array

    size, wide = places.size, system.matrix.shape[1]
    inside = np.zeros(amount.size, dtype=bool)
    inside[places] = True
    # Sums with an amount that is told nowhere say nothing.
    unknown = abs(staff) @ (np.isnan(amount) & ~inside).astype(float)
    rows = np.flatnonzero((np.diff(staff[:, places].indptr) > 0) & (unknown == 0))
    outside = np.where(inside, 0.0, np.nan_to_num(amount))
    below = csr_array((-np.ones(size), (np.arange(size), np.arange(size))), shape=(size, wide))
    one = eye_array(size, format="csr")
    matrix = block_array(
        [
            [system.matrix, None, None],
            [None, staff[rows][:, places], None],
            [below, one, one],
        ],
        format="csr",
    )
    own = amount[places]
    none, most = np.where(np.isnan(own), 0.0, own), np.where(np.isnan(own), np.inf, own)
    bounds = [system.bounds, np.column_stack([none, most])]
    bounds.append(np.column_stack([np.zeros(size), np.full(size, np.inf)]))
    known = [system.rows, -(staff[rows] @ outside), np.zeros(size)]
    return System(matrix, np.concatenate(known), np.concatenate(bounds))


def ends_of(system: System, size: int, enough: float) -> tuple[Counts, Counts]:
    """Least and greatest count of cells that hang together, the first of the system."""
    program = open_program(system.matrix, system.rows, system.bounds)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    for own in range(size):
        for sign in (1.0, -1.0):
            if not high[own] - low[own] >= enough - SLACK:
                objective = np.zeros(program.cells)
                objective[own] = sign
                point = least(program, objective)[:size]
                np.minimum(low, point, out=low)
                np.maximum(high, point, out=high)
    return low, high
