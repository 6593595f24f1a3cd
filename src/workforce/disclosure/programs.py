"""Open a linear program over tables once, and ask it many questions: HiGHS keeps its last answer.

Each question of an attack has the same relations and another objective, so that the answer to one
is a good start for the next. scipy starts afresh each time, which takes fifty times as long.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workforce.disclosure.margins import Counts, Mask
from workforce.errors import ReportError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PRIMAL_SIMPLEX = 4
"""The answer to one objective stays possible under the next, which is where primal simplex starts
from."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A linear program with rows ``A x = b`` that is ready to be asked."""

    solver: Any
    cells: int


def open_program(
    matrix: "csr_array", rows: Counts, bounds: Counts, *, primal: bool = True
) -> Program:
    """Set a program up.

    Parameters
    ----------
    matrix : sparse array, shape (rows, cells)
        Left-hand sides.
    rows : array, shape (rows,)
        Right-hand sides.
    bounds : array, shape (cells, 2)
        Least and greatest value of each cell.
    primal : bool
        Whether questions differ by their objective, so that an answer stays possible; else by
        their rows.
    """
    import highspy

    matrix = matrix.tocsr()
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_, model.col_upper_ = bounds[:, 0].copy(), bounds[:, 1].copy()
    model.row_lower_, model.row_upper_ = rows, rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(float)
    with _silence():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    if primal:
        solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
    solver.passModel(model)
    return Program(solver, matrix.shape[1])


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the greeting of HiGHS, which it cannot be asked to leave out, from pages and pipes."""
    out = os.dup(1)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(out, 1)
        os.close(out)


def least(program: Program, objective: Counts) -> Counts:
    """Find the values with the least objective.

    Raises
    ------
    ReportError
        No values fit the rows.
    """
    import highspy

    solver = program.solver
    solver.changeColsCost(
        program.cells, np.arange(program.cells, dtype=np.int32), np.asarray(objective, dtype=float)
    )
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise ReportError(
            f"No table fits what is shown ({solver.modelStatusToString(status)}). The figures "
            "shown contradict one another, or are not those that the base persons came from."
        )
    return np.asarray(solver.getSolution().col_value, dtype=np.float64)


def slopes(program: Program) -> Counts:
    """Tell what each row is worth in the last answer (dual values), shape (rows,)."""
    return np.asarray(program.solver.getSolution().row_dual, dtype=np.float64)


def least_whole(
    objective: Counts,
    matrix: "csr_array",
    rows: Counts,
    bounds: Counts,
    *,
    upper: Counts | None = None,
    whole: Mask | None = None,
    gap: float = 0.0,
    nodes: int | None = None,
) -> Counts | None:
    """Find whole numbers with the least objective; None where none is found within the bounds.

    Parameters
    ----------
    objective : array, shape (cells,)
        Cost of one of each.
    matrix, rows, bounds
        As in `open_program`; rows are least values where ``upper`` is given.
    upper : array, shape (rows,), optional
        Greatest values of the rows.
    whole : array of bool, shape (cells,), optional
        Which must be whole; all when left out.
    gap : float
        Relative distance from the best at which to stop.
    nodes : int, optional
        Branches to open at most: a count and not a time, so that the answer is the same everywhere.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    most = rows if upper is None else upper
    options: dict[str, Any] = {"mip_rel_gap": gap}
    if nodes is not None:
        options["node_limit"] = nodes
    answer = milp(
        objective,
        integrality=np.ones(objective.size, dtype=np.int_)
        if whole is None
        else whole.astype(np.int_),
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
        constraints=LinearConstraint(matrix, rows, most),
        options=options,  # type: ignore[arg-type]
    )
    return None if answer.x is None else np.asarray(answer.x, dtype=np.float64)
