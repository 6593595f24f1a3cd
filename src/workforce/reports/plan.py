"""Make the suppression plan of a run: which cells of its tables are hidden, and by which rule."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from workforce.errors import DataError, ParameterError, ReportError
from workforce.reports.suppression import Counts, Places, grid_relations, hide_until_safe

Audience = Literal["internal", "public"]

ALL = "all"
"""Label of the sum over sectors, occupations or age groups."""
CELL = ("region", "sector", "occupation", "dimension", "category")
BASE = ("region", "sector", "occupation", "age_group", "persons")
LEAST_PUBLIC = 3
"""Lowest threshold for a public table: Statistics Norway hides fewer than three. [persons]"""
AUDIT_CELLS = 4_000
"""Hidden cells up to which a plan is audited by linear programs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who a report is for and how few persons a figure in it may stand on.

    A threshold left out is 5 persons and a base of 10 for the public, and none for an internal
    audience. With no ``min_persons`` nothing is hidden for being a small cell.
    """

    audience: Audience
    min_persons: int | None = None
    """A cell on fewer persons, but not none, is hidden. [persons]"""
    min_base: int | None = None
    """A share of fewer persons than this, but not of none, is hidden. [persons]"""
    legal_basis: str = "Anonymous figures: GDPR recital 26, Statistics Act section 7"

    def __post_init__(self) -> None:
        if self.audience not in ("internal", "public"):
            raise ParameterError(
                f"The audience {self.audience!r} is not known. Use 'internal' or 'public'."
            )
        if self.audience == "public":
            object.__setattr__(
                self, "min_persons", 5 if self.min_persons is None else self.min_persons
            )
            object.__setattr__(self, "min_base", 10 if self.min_base is None else self.min_base)
        least = LEAST_PUBLIC if self.audience == "public" else 1
        for name in ("min_persons", "min_base"):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ParameterError(
                    f"{name} is {value}, but must be at least {least} for the audience "
                    f"{self.audience}."
                )


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The cells that a run hides everywhere, made before its jobs."""

    cells: pl.DataFrame
    """Columns region, sector, occupation, dimension, category, reason (primary or secondary)."""
    rule: Rule
    regions: tuple[str, ...]
    """Regions that the plan was made for."""
    audited: bool
    """Whether combinations of relations were tested too."""
    hash: str = field(init=False)
    """SHA-256 of everything above, for the keys of jobs."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", self.cells.select(*CELL, "reason").sort(CELL))
        object.__setattr__(self, "regions", tuple(sorted(self.regions)))
        content = [asdict(self.rule), self.regions, self.audited, self.cells.rows()]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        object.__setattr__(self, "hash", hashlib.sha256(text.encode()).hexdigest())


def make_plan(
    base: pl.DataFrame,
    rule: Rule,
    *,
    parents: Mapping[str, Sequence[str]] | None = None,
    audit_cells: int = AUDIT_CELLS,
) -> Plan:
    """Choose the cells to hide in the published tables of a run, all their margins at once.

    Two tables are published: region x sector x occupation and region x sector x age group, each
    with the sums over sectors, over occupations or age groups, and over the municipalities of
    every parent region; they share the margin region x sector. Cells on 1 to ``min_persons`` - 1
    persons are hidden first, then those from which they could be computed back.

    Empty cells are shown: there is nobody in them to learn anything about, whoever knows a small
    municipality knows that it has no midwife, and hiding them would not mislead anyone.

    Parameters
    ----------
    base : pl.DataFrame
        Columns region, sector, occupation, age_group and persons in the base year, for
        municipalities only. A combination that is not there has no persons.
    rule : Rule
        Audience and thresholds.
    parents : mapping of str to sequence of str, optional
        Municipalities of each county, comparison group and nation.
    audit_cells : int
        Hidden cells up to which the plan is audited; `Plan.audited` tells whether it was.

    Returns
    -------
    Plan
        The hidden cells, stamped with the rule.

    Raises
    ------
    DataError
        A column is missing, persons are negative or not there, or a parent has rows of its own.
    """
    require_columns(base, BASE, "base persons")
    parents = parents or {}
    _check_base(base, parents)
    cells = pl.concat(
        [
            base.select(
                *(pl.col(c).cast(pl.String) for c in BASE[:2]),
                pl.lit(dimension).alias("dimension"),
                pl.col(part).cast(pl.String).alias("part"),
                pl.col("persons").cast(pl.Float64),
            )
            for dimension, part in (("", "occupation"), ("age_group", "age_group"))
        ]
    )
    leaves = sorted({*cells["region"].unique(), *(m for ms in parents.values() for m in ms)})
    regions = [*leaves, *sorted(parents)]
    if rule.min_persons is None:
        return Plan(_no_cells(), rule, tuple(regions), audited=True)
    sectors = sorted(cells["sector"].unique())
    columns = [("", ALL), *sorted(cells.select("dimension", "part").unique().rows())]
    occupations = sum(dimension == "" for dimension, _ in columns) - 1
    persons = _fill_grid(cells, leaves, regions, sectors, columns, parents)
    place = {region: i for i, region in enumerate(regions)}
    sums = [(place[whole], [place[part] for part in parts]) for whole, parts in _sums_of(parents)]
    families = grid_relations(
        (len(regions), len(sectors), occupations, len(columns) - 1 - occupations), sums
    )
    labels = (regions, [ALL, *sectors], columns)
    return plan_from_grid(persons, families, labels, rule, audit_cells=audit_cells)


def plan_from_grid(
    persons: Counts,
    families: Sequence[Places],
    labels: tuple[Sequence[str], Sequence[str], Sequence[tuple[str, str]]],
    rule: Rule,
    *,
    audit_cells: int = AUDIT_CELLS,
) -> Plan:
    """Hide cells of a grid of regions, sectors and columns, and name those hidden.

    Parameters
    ----------
    persons : array, shape (regions, sectors, columns)
        Persons in each cell, sums included. [persons]
    families : sequence of arrays
        Relations between the cells, as places in the flattened grid.
    labels : tuple of sequences
        Regions, sectors, and columns as (dimension, code).
    rule : Rule
        Audience and thresholds.
    audit_cells : int
        Hidden cells up to which the plan is audited.
    """
    least = rule.min_persons or 0
    flat = persons.ravel()
    primary = (flat > 0) & (flat < least)
    hidden = hide_until_safe(flat, primary, families, min_persons=least, audit=False)
    audited = int(hidden.sum()) <= audit_cells
    if audited:
        hidden = hide_until_safe(flat, hidden, families, min_persons=least)
    regions, sectors, columns = labels
    rows = []
    for place in np.flatnonzero(hidden):
        r, s, c = np.unravel_index(place, persons.shape)
        dimension, code = columns[int(c)]
        rows.append(
            (
                regions[int(r)],
                sectors[int(s)],
                ALL if dimension else code,
                dimension,
                code if dimension else "",
                "primary" if primary[place] else "secondary",
            )
        )
    return Plan(
        pl.DataFrame(rows, schema=_no_cells().schema, orient="row"), rule, tuple(regions), audited
    )


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan to Parquet, with its rule as metadata; the file appears whole or not at all."""
    stamp = {
        "rule": json.dumps(asdict(plan.rule), ensure_ascii=False),
        "regions": json.dumps(plan.regions),
        "audited": json.dumps(plan.audited),
        "hash": plan.hash,
    }
    write_whole(path, lambda part: plan.cells.write_parquet(part, metadata=stamp))


def read_plan(path: str | Path) -> Plan:
    """Read a plan that :func:`write_plan` wrote, and make sure that nothing in it has changed."""
    advice = f"The suppression plan {path} cannot be used. Make the plan of the run again."
    try:
        stamp = pl.read_parquet_metadata(path)
        plan = Plan(
            pl.read_parquet(path),
            Rule(**json.loads(stamp["rule"])),
            tuple(json.loads(stamp["regions"])),
            json.loads(stamp["audited"]),
        )
    except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise ReportError(f"{advice} ({error})") from error
    if plan.hash != stamp["hash"]:
        raise ReportError(f"{advice} (Its content does not match its hash.)")
    return plan


def write_whole(path: str | Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name beside its own, and rename it when it is whole."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        part.replace(path)
    except OSError as error:
        raise ReportError(f"{path} could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def require_columns(table: pl.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise an error that names the columns a table lacks."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DataError(f"The table of {name} lacks the columns {', '.join(missing)}.")


def _check_base(base: pl.DataFrame, parents: Mapping[str, Sequence[str]]) -> None:
    wrong = base.filter(
        ~pl.col("persons").cast(pl.Float64).is_finite().fill_null(False) | (pl.col("persons") < 0)
    )
    if not wrong.is_empty():
        raise DataError(
            f"Base persons must be zero or more: {wrong.height} rows are negative or empty, "
            f"the first for region {wrong['region'][0]}."
        )
    own = sorted(set(base["region"].cast(pl.String)) & set(parents))
    own += sorted({part for parts in parents.values() for part in parts} & set(parents))
    if own:
        raise DataError(
            f"The regions {', '.join(own)} are sums of municipalities, so they may neither have "
            "base persons of their own nor be parts of another region. Leave those rows out."
        )
    for column in BASE[1:4]:
        if (base[column].cast(pl.String) == ALL).any():
            raise DataError(f"Base persons hold the sum {ALL!r} in {column}. Leave sums out.")


def _fill_grid(
    cells: pl.DataFrame,
    leaves: Sequence[str],
    regions: Sequence[str],
    sectors: Sequence[str],
    columns: Sequence[tuple[str, str]],
    parents: Mapping[str, Sequence[str]],
) -> Counts:
    """Persons by region, sector (sum first) and column (sum first), parents included."""
    region = {code: i for i, code in enumerate(regions)}
    sector = {code: i for i, code in enumerate(sectors, start=1)}
    column = {key: i for i, key in enumerate(columns)}
    grid = np.zeros((len(regions), 1 + len(sectors), len(columns)))
    totals = cells.group_by("region", "sector", "dimension", "part").agg(pl.col("persons").sum())
    for r, s, dimension, part, persons in totals.iter_rows():
        grid[region[r], sector[s], column[dimension, part]] = persons
    inner = [i for i, (dimension, _) in enumerate(columns) if i and dimension == ""]
    grid[:, :, 0] = grid[:, :, inner].sum(axis=2)
    grid[:, 0] = grid[:, 1:].sum(axis=1)
    for whole, parts in parents.items():
        grid[region[whole]] = grid[: len(leaves)][[region[part] for part in parts]].sum(axis=0)
    return grid


def _sums_of(parents: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Every way a parent is a sum: of its municipalities, and of other parents that do not overlap.

    A nation of three counties is their sum as well, so that one hidden county could be read off
    the others. Parents are gathered, largest first, into families without overlap.
    """
    members = {whole: frozenset(parts) for whole, parts in sorted(parents.items())}
    sums = [(whole, sorted(parts)) for whole, parts in members.items()]
    for whole, parts in members.items():
        families: list[list[str]] = []
        inside = [p for p in members if p != whole and members[p] and members[p] <= parts]
        for part in sorted(inside, key=lambda p: (-len(members[p]), p)):
            room = (f for f in families if all(members[part].isdisjoint(members[o]) for o in f))
            home = next(room, None)
            if home is None:
                families.append([part])
            else:
                home.append(part)
        for family in families:
            covered = frozenset[str]().union(*(members[part] for part in family))
            sums.append((whole, [*sorted(family), *sorted(parts - covered)]))
    return sums


def _no_cells() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys((*CELL, "reason"), pl.String))
