"""The one dictionary: what every name means, and which columns every table at the door has."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Role = Literal["dimension", "attribute", "measure", "input", "result"]
Kind = Literal["code", "text", "integer", "number", "quarter"]
Place = Literal["key", "value", "optional"]
Becomes = Literal["public", "rounded", "derived", "dropped"]


@dataclass(frozen=True)
class Variable:
    """One name of the project with its unit, bounds and meaning."""

    name: str
    role: Role
    dtype: Kind
    dims: tuple[str, ...]
    unit: str
    lower: float | None
    upper: float | None
    fill: float | None
    description: str


@dataclass(frozen=True)
class Column:
    """One column of a table; its meaning is that of its variable.

    ``codes`` lists the codes allowed, ``refers_to`` names the table and column that define them,
    ``rules`` are the demands on rows together: ``dense``, ``consecutive``, ``consecutive:0``,
    ``sums_to_one:<key>`` and ``same_over:<key>``. ``becomes`` is what the public gets of it:
    itself, rounded figures, something made of rounded figures and national patterns (of codes
    those that show), or nothing; None where nobody has said so, and then the public gets no
    folder that has it.
    """

    table: str
    name: str
    place: Place
    variable: Variable
    codes: tuple[str, ...]
    refers_to: tuple[str, str] | None
    rules: tuple[str, ...]
    becomes: Becomes | None = None

    @property
    def required(self) -> bool:
        """Whether the column must be there, without empty cells."""
        return self.place != "optional"


@dataclass(frozen=True)
class Table:
    """One table at the door: what it is for, and its columns in order."""

    name: str
    needed_for: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that together name a row."""
        return tuple(column.name for column in self.columns if column.place == "key")

    def column(self, name: str) -> Column | None:
        """Find a column by its name; None where the table has no such column."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def variables() -> dict[str, Variable]:
    """Read every variable of the dictionary, by name, in the order of the file."""
    found = [_variable(row) for row in read_rows("variables.csv")]
    return {variable.name: variable for variable in found}


@cache
def tables() -> dict[str, Table]:
    """Read every table at the door, by name, in the order of the file."""
    columns: dict[str, list[Column]] = {}
    needed: dict[str, str] = {}
    for row in read_rows("tables.csv"):
        columns.setdefault(row["table"], []).append(_column(row))
        if row["needed_for"]:
            needed[row["table"]] = row["needed_for"]
    return {
        name: Table(name=name, needed_for=needed.get(name, ""), columns=tuple(found))
        for name, found in columns.items()
    }


def read_rows(name: str, package: str = "workforce.contract") -> list[dict[str, str]]:
    """Read a packaged list, such as ``variables.csv`` of the contract."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _variable(row: dict[str, str]) -> Variable:
    return Variable(
        name=row["name"],
        role=cast("Role", row["role"]),
        dtype=cast("Kind", row["dtype"]),
        dims=tuple(dim.strip() for dim in row["dims"].split(",") if dim.strip()),
        unit=row["unit"],
        lower=_bound(row["lower"]),
        upper=_bound(row["upper"]),
        fill=_bound(row["fill"]),
        description=row["description"],
    )


def _column(row: dict[str, str]) -> Column:
    codes, refers_to = row["codes"], None
    if "." in codes:
        table, _, column = codes.partition(".")
        codes, refers_to = "", (table, column)
    return Column(
        table=row["table"],
        name=row["column"],
        place=cast("Place", row["place"]),
        variable=variables()[row["variable"] or row["column"]],
        codes=tuple(codes.split("|")) if codes else (),
        refers_to=refers_to,
        rules=tuple(row["completeness"].split(";")) if row["completeness"] else (),
        becomes=cast("Becomes", row["becomes"]) if row["becomes"] else None,
    )


def _bound(text: str) -> float | None:
    return float(text) if text else None
