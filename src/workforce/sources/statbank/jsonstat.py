"""Read JSON-stat, the format that Statistics Norway and other offices answer in."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import TextIOBase
from os import PathLike
from pathlib import Path
from typing import IO, Any

import polars as pl

from workforce.contract.signs import forbidden_sign
from workforce.errors import SourceError
from workforce.sources.tables.paths import file_path

ROLES = ("time", "geo", "metric")
MOST_CELLS = 20_000_000  # A sparse document of a few letters may say that it has any number.
MOST_LINKS = 10  # Links of a collection that its message lists.
LONGEST_PLACE = 20
_JSON_WORDS = {
    bool: "true or false",
    dict: "an object",
    float: "a number with decimals",
    int: "a whole number",
    list: "a list",
    str: "a text",
}


@dataclass(frozen=True)
class Dimension:
    """One dimension: its codes in order, and what the document says of each code."""

    name: str
    label: str
    role: str | None
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extension: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """What a dataset says about itself beside its figures."""

    label: str
    source: str | None
    updated: str | None
    dimensions: tuple[Dimension, ...]
    notes: tuple[str, ...] = ()
    status_labels: Mapping[str, str] = field(default_factory=dict)
    extension: Mapping[str, Any] = field(default_factory=dict)

    def dimension(self, name: str) -> Dimension:
        """Hand over the dimension of a name."""
        for found in self.dimensions:
            if found.name == name:
                return found
        names = ", ".join(dimension.name for dimension in self.dimensions)
        raise SourceError(f"{self.label}: there is no dimension {name!r}; it has {names}.")


def read_jsonstat2(
    path_or_buffer: str | PathLike[str] | bytes | IO[bytes] | IO[str], *, dataset: int | str = 0
) -> tuple[pl.DataFrame, Metadata]:
    """Read a JSON-stat document, of version 2 or 1, into one row per cell.

    A cell without a figure stays a row with a null value, and its status mark says why. No status
    is made up and no value filled in.

    Parameters
    ----------
    path_or_buffer : path, bytes or readable buffer
        The document.
    dataset : int or str, optional
        Place or name of the dataset in a document of version 1 that holds several.

    Returns
    -------
    table : polars.DataFrame
        For each dimension a column of its codes and one of its labels (``<name>_label``), in the
        document's order; ``value`` (numbers, or text where the document has text) and ``status``,
        null where there is no mark.
    metadata : Metadata

    Raises
    ------
    SourceError
        The document cannot be read, holds no values, or contradicts itself.

    References
    ----------
    JSON-stat 2.0, https://json-stat.org/full/
    """
    found = _choose(parse_json(path_or_buffer), dataset)
    metadata = describe_dataset(found)
    sizes = [len(dimension.codes) for dimension in metadata.dimensions]
    names = [dimension.name for dimension in metadata.dimensions]
    columns = [*names, *(f"{name}_label" for name in names), "value", "status"]
    if len(set(columns)) < len(columns):
        raise SourceError(
            f"{metadata.label}: the names of its dimensions ({', '.join(names)}) collide with one "
            "another or with the columns for labels, values and status."
        )
    count = math.prod(sizes)
    if count > MOST_CELLS:
        raise SourceError(
            f"{metadata.label}: its sizes make {count:,} cells; at most {MOST_CELLS:,} are read. "
            "Ask for a part of the table."
        )
    values = _values(found["value"], count, metadata.label)
    return cells_of(metadata, values, _statuses(found, count, metadata.label)), metadata


def cells_of(about: Metadata, values: pl.Series, marks: Sequence[str | None]) -> pl.DataFrame:
    """Lay values and their status marks beside the code and label of every dimension."""
    data: dict[str, pl.Series] = {}
    before, after = 1, len(values)
    for dimension in about.dimensions:
        size = len(dimension.codes)
        after //= max(size, 1)
        for name, cells in (
            (dimension.name, dimension.codes),
            (f"{dimension.name}_label", dimension.labels),
        ):
            each = [cell for cell in cells for _ in range(after)]
            data[name] = pl.Series(name, each * before, dtype=pl.String)
        before *= size
    status = pl.Series("status", marks, dtype=pl.String)
    return pl.DataFrame({**data, "value": values, "status": status})


def describe_dataset(found: Mapping[str, Any]) -> Metadata:
    """Read what a dataset says about itself and its dimensions; its values need not be there."""
    title = text_in(found.get("label"), "The dataset: 'label'")
    label = title or text_in(found.get("title"), "The dataset: 'title'") or "The dataset"
    inner = found.get("dimension")
    if not isinstance(inner, Mapping):
        raise SourceError(f"{label}: it has no dimensions, so it is not a JSON-stat dataset.")
    # Version 1 keeps id, size and role among the dimensions.
    ids, sizes = found.get("id", inner.get("id")), found.get("size", inner.get("size"))
    if not isinstance(ids, list) or not isinstance(sizes, list) or len(ids) != len(sizes):
        raise SourceError(f"{label}: 'id' and 'size' are not two lists of equal length.")
    ids = texts_in(ids, f"{label}: 'id'")
    if len(set(ids)) < len(ids):
        raise SourceError(f"{label}: 'id' names a dimension twice.")
    roles = object_in(found.get("role") or inner.get("role"), f"{label}: 'role'")
    role_of = {
        name: role
        for role in ROLES
        for name in texts_in(roles.get(role), f"{label}: the role {role!r}")
    }
    status = found.get("status")
    marks: Mapping[str, Any] = {}
    if isinstance(status, Mapping) and isinstance(status.get("category"), Mapping):
        marks = status["category"].get("label") or {}
    extension = found.get("extension") or {}
    return Metadata(
        label=label,
        source=text_in(found.get("source"), f"{label}: 'source'") or None,
        updated=text_in(found.get("updated"), f"{label}: 'updated'") or None,
        dimensions=tuple(
            _dimension(name, inner.get(name), size, role_of.get(name), label)
            for name, size in zip(ids, sizes, strict=True)
        ),
        notes=texts_in(found.get("note"), f"{label}: 'note'"),
        status_labels=marks if isinstance(marks, Mapping) else {},
        extension=extension if isinstance(extension, Mapping) else {},
    )


def _choose(document: Any, dataset: int | str) -> Mapping[str, Any]:
    """Find the dataset in a document, which may be a bundle of version 1."""
    if not isinstance(document, Mapping):
        raise SourceError("The document is JSON, but no JSON-stat: it is not an object.")
    kind = document.get("class")
    if kind == "collection":
        raise SourceError(_describe_collection(document))
    if "value" in document and "dimension" in document:
        bundle: dict[str, Mapping[str, Any]] = {"": document}
    elif kind is not None:
        raise SourceError(f"The document is a JSON-stat {kind} without values, not a dataset.")
    else:
        bundle = {
            name: part
            for name, part in document.items()
            if isinstance(part, Mapping) and "value" in part and "dimension" in part
        }
    if not bundle:
        raise SourceError("The document is JSON, but holds no JSON-stat dataset with values.")
    names = list(bundle)
    if isinstance(dataset, str) and dataset in bundle:
        return bundle[dataset]
    if isinstance(dataset, int) and 0 <= dataset < len(names):
        return bundle[names[dataset]]
    known = ", ".join(repr(name) for name in names if name) or "one dataset without a name"
    raise SourceError(f"There is no dataset {dataset!r} in the document; it holds {known}.")


def _describe_collection(document: Mapping[str, Any]) -> str:
    items = object_in(document.get("link"), "The collection: 'link'").get("item")
    links = [
        f"{item.get('label', 'no name')} ({item.get('href', '?')})"
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, Mapping)
    ]
    more = f"; and {len(links) - MOST_LINKS} more" if len(links) > MOST_LINKS else ""
    return (
        f"{document.get('label', 'The document')} is a collection of {len(links)} links and holds "
        f"no values. Read one of: {'; '.join(links[:MOST_LINKS])}{more}."
    )


def _dimension(name: str, found: Any, size: Any, role: str | None, label: str) -> Dimension:
    """Read one dimension: its codes may be a list, an object of places, or one label alone."""
    where = f"{label}: dimension {name!r}"
    if not isinstance(found, Mapping) or not isinstance(found.get("category"), Mapping):
        raise SourceError(f"{where} is not described.")
    category = found["category"]
    index, labels = category.get("index"), object_in(category.get("label"), f"{where}: 'label'")
    if isinstance(index, list):
        codes = list(texts_in(index, f"{where}: 'index'"))
    elif isinstance(index, Mapping):
        places = {
            code: whole_in(place, f"{where}: the place of {code!r}")
            for code, place in index.items()
        }
        codes = sorted(places, key=places.__getitem__)
        if sorted(places.values()) != list(range(len(places))):
            raise SourceError(f"{where}: the places of its codes are not 0 to {len(places) - 1}.")
    elif len(labels) == 1:
        codes = [str(code) for code in labels]
    else:
        raise SourceError(f"{where}: there is no index, so the order of its codes is not known.")
    if len(set(codes)) < len(codes):
        raise SourceError(f"{where} has a code twice.")
    expected = whole_in(size, f"{where}: its size")
    if expected != len(codes):
        raise SourceError(f"{where} has {len(codes)} codes, but its size says {expected}.")
    return Dimension(
        name=name,
        label=text_in(found.get("label"), f"{where}: 'label'") or name,
        role=role,
        codes=tuple(codes),
        labels=tuple(
            text_in(labels.get(code), f"{where}: the label of {code!r}") or code for code in codes
        ),
        units={
            code: object_in(unit, f"{where}: the unit of {code!r}")
            for code, unit in object_in(category.get("unit"), f"{where}: 'unit'").items()
        },
        children={
            code: texts_in(below, f"{where}: 'child' of {code!r}")
            for code, below in object_in(category.get("child"), f"{where}: 'child'").items()
        },
        notes={
            code: texts_in(note, f"{where}: 'note' of {code!r}")
            for code, note in object_in(category.get("note"), f"{where}: 'note'").items()
        },
        extension=object_in(found.get("extension"), f"{where}: 'extension'"),
    )


def _values(found: Any, count: int, label: str) -> pl.Series:
    cells = _lay_out(found, count, label, "values")
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        return pl.Series("value", cells, dtype=pl.Float64, strict=False)
    if kinds == {str}:
        return pl.Series("value", cells, dtype=pl.String)
    names = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise SourceError(f"{label}: its values are of several kinds ({names}).")


def _statuses(found: Mapping[str, Any], count: int, label: str) -> list[str | None]:
    status = found.get("status")
    if isinstance(status, Mapping) and "value" in status:
        status = status["value"]
    if status is None:
        return [None] * count
    if isinstance(status, str):
        return [status] * count
    if isinstance(status, list) and len(status) == 1:
        status = status * count
    marks = _lay_out(status, count, label, "status marks")
    # An empty mark is a cell without one.
    return [None if mark is None or mark == "" else str(mark) for mark in marks]


def _lay_out(found: Any, count: int, label: str, what: str) -> list[Any]:
    """Lay a list, or an object by place, out over all cells; nothing is cut or filled."""
    if isinstance(found, list):
        if len(found) != count:
            raise SourceError(
                f"{label}: {len(found)} {what} for {count} cells. The answer may not be whole; "
                "fetch it again."
            )
        return found
    if not isinstance(found, Mapping):
        raise SourceError(f"{label}: its {what} are neither a list nor an object.")
    cells: list[Any] = [None] * count
    for key, cell in found.items():
        place = int(key) if key.isdecimal() and len(key) < LONGEST_PLACE else -1
        if not 0 <= place < count:
            raise SourceError(f"{label}: {what} for a cell {key!r}; cells are 0 to {count - 1}.")
        cells[place] = cell
    return cells


def parse_json(path_or_buffer: str | PathLike[str] | bytes | IO[bytes] | IO[str]) -> Any:
    """Parse a JSON document from a path, bytes or a buffer, refusing what JSON does not allow."""
    name = "The JSON-stat document"
    try:
        if isinstance(path_or_buffer, str | PathLike):
            path = file_path(path_or_buffer)
            name = path.name
            content: str | bytes = path.read_bytes()
        elif isinstance(path_or_buffer, bytes):
            content = path_or_buffer
        else:
            content = path_or_buffer.read()
            name = Path(str(getattr(path_or_buffer, "name", name))).name
            if isinstance(path_or_buffer, TextIOBase):
                content = str(content)
        if isinstance(content, bytes):
            content = content.decode("utf-8-sig")
        document = json.loads(content, parse_constant=_refuse_constant)
        if "\\ud" in content.lower():
            json.dumps(document, ensure_ascii=False).encode()  # Half a letter is none.
        return document
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}. Check the path.") from error
    except UnicodeError as error:
        raise SourceError(f"{name} is not UTF-8 text. JSON-stat is.") from error
    except ValueError as error:
        raise SourceError(f"{name} is not whole JSON: {error}. Fetch it again.") from error
    except RecursionError as error:
        raise SourceError(f"{name} is nested deeper than any JSON-stat. Check it.") from error


def text_in(found: Any, what: str) -> str:
    """Read a text; a number is the text of it, and null is none."""
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise _wrong_kind(what, "text", found)
    text = str(found)
    if sign := forbidden_sign(text):
        raise SourceError(f"{what} holds the sign {sign}, which no text can. Fetch it again.")
    return text


def texts_in(found: Any, what: str) -> tuple[str, ...]:
    """Read a list of texts, or one text alone; null is none."""
    if found is None:
        return ()
    if isinstance(found, Mapping):
        raise _wrong_kind(what, "a list of texts", found)
    texts = tuple(text_in(text, what) for text in (found if isinstance(found, list) else [found]))
    if isinstance(found, list) and None in found:
        raise _wrong_kind(what, "a list of texts", None)
    return texts


def object_in(found: Any, what: str) -> Mapping[str, Any]:
    """Read an object; null is an empty one."""
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise _wrong_kind(what, "an object", found)
    return found


def whole_in(found: Any, what: str) -> int:
    """Read a whole number, which some offices write as text."""
    if isinstance(found, str) and found.isdecimal() and len(found) < LONGEST_PLACE:
        return int(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or found != found // 1:
        raise _wrong_kind(what, "a whole number", found)
    return int(found)


def _wrong_kind(what: str, due: str, found: Any) -> SourceError:
    return SourceError(f"{what} is {_JSON_WORDS.get(type(found), 'null')}, not {due}.")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
