"""Check labelled arrays before they are computed with, and lay them out for numpy."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from workforce.errors import DataError

Numbers = NDArray[np.float64]

_SHOWN = 5


def check_dims(array: xr.DataArray, required: Iterable[str], *, name: str) -> None:
    """Raise DataError where an array lacks a dimension, or one has no labels or a label twice."""
    if not isinstance(array, xr.DataArray):
        raise DataError(
            f"{name} is a {type(array).__name__}; give an xarray.DataArray with named dimensions."
        )
    problems = []
    for dim in required:
        if dim not in array.dims:
            have = ", ".join(map(str, array.dims)) or "none"
            problems.append(f"the dimension {dim!r} is missing (it has: {have})")
        elif dim not in array.coords:
            problems.append(f"the dimension {dim!r} has no labels")
        else:
            index = array.indexes[dim]
            if not index.is_unique:
                twice = index[index.duplicated()].unique().tolist()
                problems.append(f"the dimension {dim!r} has labels more than once: {_show(twice)}")
            if not len(index):
                problems.append(f"the dimension {dim!r} is empty")
    if problems:
        raise DataError(f"{name}: " + "; ".join(problems) + ".")


def check_labels(*arrays: xr.DataArray) -> None:
    """Raise DataError where dimensions that arrays share differ in labels or in their order.

    xarray by default drops the labels that differ.
    """
    first: dict[Hashable, tuple[str, xr.DataArray]] = {}
    problems = []
    for place, array in enumerate(arrays, start=1):
        name = str(array.name) if array.name is not None else f"array {place}"
        for dim in array.dims:
            if dim in first:
                problems += _compare(dim, *first[dim], name, array)
            if dim not in first or dim not in first[dim][1].coords:
                first[dim] = (name, array)
    if problems:
        raise DataError(
            "Labels differ: " + "; ".join(problems) + ". Select or reindex the arrays so that both "
            "hold the same labels in the same order."
        )


def check_bounds(
    array: xr.DataArray, *, name: str, lower: float | None = None, upper: float | None = None
) -> None:
    """Raise DataError, with the first cells, where a value is not finite or outside bounds."""
    values = array.values
    try:
        finite = np.isfinite(values)
    except TypeError:
        raise DataError(f"{name} holds values that are not numbers ({values.dtype}).") from None
    rules = [("not a finite number", ~finite)]
    if lower is not None:
        rules.append((f"below {lower:g}", finite & (values < lower)))
    if upper is not None:
        rules.append((f"above {upper:g}", finite & (values > upper)))
    problems = [
        f"{name_cells(array.copy(data=broken))} {rule}" for rule, broken in rules if broken.any()
    ]
    if problems:
        raise DataError(f"{name}: " + "; ".join(problems) + ".")


def check_rows_sum_to_one(
    array: xr.DataArray, dim: str | Sequence[str], *, name: str, tolerance: float = 1e-9
) -> None:
    """Raise DataError, with the first sums, where shares along dimensions do not sum to one."""
    total = array.sum(dim)
    broken = np.asarray(np.abs(total.values - 1.0) > tolerance)
    if broken.any():
        over = dim if isinstance(dim, str) else " and ".join(dim)
        raise DataError(
            f"{name} must sum to 1 over {over}; {name_cells(total.copy(data=broken))} do not."
        )


def name_cells(broken: xr.DataArray) -> str:
    """Count the cells that break a rule (true) and name the first ones by their labels."""
    if not broken.dims:
        return "the value is"
    count = int(broken.sum())
    named = []
    for position in np.argwhere(broken.values)[:_SHOWN]:
        labels = [
            f"{dim}={broken.coords[dim].values[i]}" if dim in broken.coords else f"{dim} no {i + 1}"
            for dim, i in zip(broken.dims, position, strict=True)
        ]
        named.append(" ".join(labels))
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    return f"{count} {'cell' if count == 1 else 'cells'} ({'; '.join(named)}{more})"


def age_dim(array: xr.DataArray, *, name: str) -> str:
    """Name the one dimension of ages: ``working_age`` (staff) or ``age``; else DataError."""
    found = [dim for dim in ("age", "working_age") if dim in array.dims]
    if len(found) != 1:
        raise DataError(
            f"{name} must have one age dimension, 'age' or 'working_age'; it has "
            + (" and ".join(found) or "none")
            + "."
        )
    return found[0]


def check_transition(array: xr.DataArray, *, name: str) -> None:
    """Raise DataError where (..., occupation, occupation_to) are no distributions on one set."""
    check_dims(array, ["occupation", "occupation_to"], name=name)
    origin = array.indexes["occupation"]
    destination = array.indexes["occupation_to"]
    if not origin.equals(destination):
        raise DataError(
            f"{name}: occupation and occupation_to must have the same labels in the same order; "
            f"{_show(origin.symmetric_difference(destination).tolist()) or 'the order'} differs."
        )
    check_bounds(array, name=name, lower=0, upper=1)
    check_rows_sum_to_one(array, "occupation_to", name=name)


def check_consecutive(labels: Numbers, *, width: int, name: str, dim: str) -> None:
    """Raise DataError where labels are no whole numbers that rise by ``width``."""
    if not np.issubdtype(labels.dtype, np.number):
        raise DataError(f"{name}: the labels of {dim!r} must be whole numbers.")
    wrong = np.flatnonzero(np.diff(labels) != width)
    if len(wrong) or np.any(labels != np.floor(labels)):
        at = int(wrong[0]) if len(wrong) else 0
        raise DataError(
            f"{name}: the labels of {dim!r} must be whole numbers that rise by {width}; "
            f"see {_show(labels[at : at + 2].tolist())}."
        )


def lay_out(
    *arrays: tuple[xr.DataArray, Sequence[str]],
) -> tuple[list[Numbers], dict[Hashable, xr.DataArray | None]]:
    """Lay arrays out as numpy with the same leading dimensions, then each its own core.

    A dimension that is not core to its array is leading. A core or leading dimension that an array
    lacks becomes an axis of length 1, which numpy broadcasts. Beside the arrays stand the leading
    dimensions in order of first appearance, each with its labels (None if unlabelled).
    """
    leading: dict[Hashable, xr.DataArray | None] = {}
    for array, core in arrays:
        for dim in array.dims:
            if dim not in core and (dim not in leading or leading[dim] is None):
                leading[dim] = array.coords.get(dim)
    laid = []
    for array, core in arrays:
        order = [*leading, *core]
        present = [dim for dim in order if dim in array.dims]
        values = np.asarray(array.transpose(*present).values, dtype=np.float64)
        shape = [array.sizes[dim] if dim in array.dims else 1 for dim in order]
        laid.append(values.reshape(shape))
    return laid, leading


def _compare(
    dim: Hashable, one_name: str, one: xr.DataArray, other_name: str, other: xr.DataArray
) -> list[str]:
    """Say how the labels of a shared dimension differ; nothing when they agree."""
    pair = f"{one_name} and {other_name} share the dimension {dim!r}"
    if dim not in one.coords or dim not in other.coords:
        if one.sizes[dim] == other.sizes[dim]:
            return []
        return [f"{pair} with {one.sizes[dim]} and {other.sizes[dim]} places"]
    left, right = one.indexes[dim], other.indexes[dim]
    if left.equals(right):
        return []
    only_left = left.difference(right, sort=False).tolist()
    only_right = right.difference(left, sort=False).tolist()
    if not only_left and not only_right:
        return [f"{pair} in another order or with labels more than once"]
    parts = [
        f"{_show(labels)} only in {name}"
        for labels, name in ((only_left, one_name), (only_right, other_name))
        if labels
    ]
    return [f"{pair} but {' and '.join(parts)}"]


def _show(labels: Sequence[object]) -> str:
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(str(label) for label in labels[:_SHOWN]) + more


@contextmanager
def same_labels() -> Iterator[None]:
    """Compute with what has the same labels: what does not fit is an error, and aligning is slow.

    A context, or a decorator of a function.
    """
    with xr.set_options(arithmetic_join="exact"):  # type: ignore[no-untyped-call]
        yield


def relabelled(
    array: xr.DataArray, values: Numbers, dims: Sequence[Hashable], **labels: Sequence[str]
) -> xr.DataArray:
    """Label numbers as the array that they are made of, and other dimensions by their own labels.

    An index is taken over or made once: of texts it takes longer than many a computation.
    """
    found, indexes = {}, {}
    for name, coord in array.coords.variables.items():
        if name not in labels and set(coord.dims) <= set(dims):
            found[name] = coord
            if name in array.xindexes:
                indexes[name] = array.xindexes[name]
    for dim, own in labels.items():
        made = _coords(dim, tuple(own))
        found |= made.variables
        indexes |= made.xindexes
    return xr.DataArray(values, xr.Coordinates(found, indexes), dims)


@lru_cache(maxsize=256)
def _coords(dim: str, labels: tuple[str, ...]) -> xr.Coordinates:
    return xr.Coordinates({dim: list(labels)})
