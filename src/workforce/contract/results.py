"""What a row of results may hold: its columns, and of every variable kind, period and labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import polars as pl

from workforce.contract.dictionary import read_rows, variables
from workforce.contract.problems import shorten
from workforce.errors import DataError

FigureKind = Literal["count", "share", "mean", "amount", "rate", "year"]
Period = Literal["stock", "year", "quarter", "whole_period"]
Side = Literal["", "zero", "base"]
LEVEL = 0.8
"""Probability that an interval is made to hold with."""
_LABELS = ("scenario", "region", "sector", "occupation", "dimension", "category", "detail",
           "variable", "unit")  # fmt: skip
_NUMBERS = ("level", "central", "lower", "upper", "agree", "persons")
ROW = pl.Schema(
    {
        **dict.fromkeys(_LABELS, pl.String()),
        "year": pl.Int64(),
        **dict.fromkeys(_NUMBERS, pl.Float64()),
    }
)
"""Columns of a row of results. ``dimension`` says what ``category`` and ``detail`` are labels of;
they are empty where there is none. ``agree`` is the share of the draws on the figure's side, null
where there are no draws or no side. ``persons`` are those in the base year that the figure stands
on, null where it is about nobody who may be named."""
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Declared:
    """What is declared of a variable that stands in rows of results.

    ``period`` is the time that a figure is about: a ``stock`` on 1 January, a ``year`` or a
    ``quarter`` in which it happens, or the ``whole_period``. ``persons`` are the people that it
    stands on: ``staff`` of the post, ``holders`` of the competence, ``users`` of the service,
    those that its maker ``told``, or ``nobody``. ``side`` is what the draws agree on: that the
    figure is above or below ``zero``, or more or less than in the ``base`` year; or nothing.
    """

    name: str
    kind: FigureKind
    period: Period
    dimensions: tuple[str, ...]
    persons: tuple[str, ...]
    side: Side

    @property
    def is_flow(self) -> bool:
        """Whether it counts or measures what comes or goes in a year."""
        return self.period == "year" and self.kind in ("count", "amount")


@cache
def declared() -> dict[str, Declared]:
    """Read what may stand in rows of results, by the name of the variable."""
    return {
        row["variable"]: Declared(
            name=row["variable"],
            kind=cast("FigureKind", row["kind"]),
            period=cast("Period", row["period"]),
            dimensions=tuple(row["dimensions"].split("|")),
            persons=tuple(row["persons"].split("|")),
            side=cast("Side", row["side"]),
        )
        for row in read_rows("results.csv")
    }


@cache
def labels() -> dict[str, tuple[str, str]]:
    """Read what category and detail of each dimension may be.

    Codes with bars between, ``table.column`` of the codes of a folder, ``number``, ``quarter``,
    ``text``, ``optional`` text, or nothing.
    """
    found = {
        row["dimension"]: (row["category"], row["detail"]) for row in read_rows("dimensions.csv")
    }
    return {"": ("", ""), **found}


def require_declared(table: pl.DataFrame) -> None:
    """Raise one DataError that tells all that is not as declared, by variable, column and rule."""
    lacking = [name for name in ROW if name not in table.columns]
    other = [name for name in table.columns if name not in ROW]
    if lacking or other:
        parts = [f"it lacks {shorten(lacking)}"] * bool(lacking)
        parts += [f"it has {shorten(other)}"] * bool(other)
        raise DataError(
            f"This is no table of results: {', and '.join(parts)}. Lay rows out with lay_rows."
        )
    problems = list(_problems(table))
    if problems:
        raise DataError(
            "Rows of results that are not as results.csv and dimensions.csv declare:\n"
            + "\n".join(f"- {problem}" for problem in problems)
        )


def _problems(table: pl.DataFrame) -> Iterator[str]:
    for name, kind in ROW.items():
        if table.schema[name] not in (kind, pl.Null):
            yield f"column {name}: {table.schema[name]} and not {kind}"
    for (label,), rows in table.group_by("variable", maintain_order=True):
        name = str(label)
        if name not in declared():
            yield f"variable {name}: not declared ({rows.height} rows). Add it to results.csv"
            continue
        yield from _problems_of(declared()[name], rows)


def _problems_of(one: Declared, rows: pl.DataFrame) -> Iterator[str]:
    variable = variables()[one.name]
    central = pl.col("central")
    rules: list[tuple[str, pl.Expr, str]] = [
        ("unit", pl.col("unit") != variable.unit, f"other than {variable.unit}"),
        (
            "central, lower, upper",
            pl.any_horizontal(pl.col("central", "lower", "upper").is_nan()),
            "not a number",
        ),
        ("lower", pl.col("lower") > pl.col("upper") + _TOLERANCE, "above upper"),
        ("agree", ~pl.col("agree").is_between(0.0, 1.0), "not between 0 and 1"),
        ("persons", pl.col("persons") < 0, "below 0"),
    ]
    if one.persons == ("nobody",):
        rules.append(("persons", pl.col("persons").is_not_null(), "stands on nobody"))
    if variable.lower is not None:
        rules.append(("central", central < variable.lower - _TOLERANCE, f"below {variable.lower}"))
    if variable.upper is not None:
        rules.append(("central", central > variable.upper + _TOLERANCE, f"above {variable.upper}"))
    for dimension in rows["dimension"].unique(maintain_order=True):
        of = pl.col("dimension").eq_missing(dimension)
        if dimension not in one.dimensions:
            allowed = ", ".join(name or "none" for name in one.dimensions)
            rules.append(("dimension", of, f"not among those declared ({allowed})"))
            continue
        for column, allowed in zip(("category", "detail"), labels()[dimension], strict=True):
            label = pl.col(column)
            broken = {
                "": label != "",
                "number": ~label.str.contains(r"^\d+$"),
                "quarter": ~label.str.contains(r"^\d{4}Q[1-4]$"),
                "optional": pl.lit(False),
            }.get(allowed, label == "")
            codes = allowed.split("|")
            if len(codes) > 1:
                numbers = label.str.contains(r"^\d+$") if "number" in codes else pl.lit(False)
                broken = ~label.is_in(codes) & ~numbers
            rule = f"no label of {dimension or 'no dimension'}"
            rules.append((column, of & broken.fill_null(True), rule))
    yield from _told(one.name, rules, rows)


def _told(name: str, rules: list[tuple[str, pl.Expr, str]], rows: pl.DataFrame) -> Iterator[str]:
    """Tell which rules are broken by which rows; all rules are looked at in one pass."""
    broken = rows.select(
        how.fill_null(False).any().alias(str(i)) for i, (_, how, _) in enumerate(rules)
    ).row(0)
    for (column, how, rule), is_broken in zip(rules, broken, strict=True):
        if not is_broken:
            continue
        found, seen = rows.filter(how.fill_null(False)), ""
        if found.schema.get(column) == pl.String:
            seen = f": {shorten(repr(one) for one in found[column].unique(maintain_order=True))}"
        yield f"variable {name}, column {column}: {rule}{seen} ({found.height} rows)"
