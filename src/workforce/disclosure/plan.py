"""Make the suppression plan of a run: which cells of its tables are hidden, and by which rule."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from workforce.contract.places import fresh
from workforce.disclosure.competence_cells import COMPETENCE, telling_competences
from workforce.disclosure.margins import ALL, CELL, UNQUALIFIED, Grid, lay_out
from workforce.disclosure.rounding import round_grid
from workforce.disclosure.rule import Audience, Rule
from workforce.disclosure.suppression import PROGRAM_CELLS, hide_until_safe
from workforce.disclosure.unqualified import without_staff
from workforce.errors import DataError, ReportError

BASE = ("region", "sector", "occupation", "age_group", "persons")
NO_CELLS = pl.DataFrame(schema=dict.fromkeys((*CELL, "reason"), pl.String))
NO_COUNTS = pl.DataFrame(schema={**dict.fromkeys(CELL, pl.String), "persons": pl.Float64})


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The cells that a run hides everywhere, made before its jobs."""

    cells: pl.DataFrame
    """Columns region, sector, occupation, dimension, category, reason (primary, secondary or told:
    small, and known from what was published before or elsewhere)."""
    rule: Rule
    regions: tuple[str, ...]
    """Regions that the plan was made for."""
    by_program: bool = True
    """Whether the tables were small enough for the integer program."""
    attacked: bool = True
    """Whether there were few enough hidden cells to attack them all at once; else each was given
    room by those near it."""
    groups: tuple[tuple[str, str], ...] = ()
    """Occupation and group, where a group has several occupations."""
    covered: tuple[str, ...] = ()
    """Dimensions beyond occupations and age groups that the plan covers with their sums."""
    rounded: pl.DataFrame = field(default_factory=lambda: NO_COUNTS)
    """Where counts are rounded: columns of a cell, and persons as they are shown."""
    hash: str = field(init=False)
    """SHA-256 of everything above, for the keys of jobs."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", self.cells.select(*CELL, "reason").sort(CELL))
        object.__setattr__(self, "rounded", self.rounded.select(*CELL, "persons").sort(CELL))
        for name in ("regions", "groups", "covered"):
            object.__setattr__(self, name, tuple(sorted(map(_plain, getattr(self, name)))))
        rows = self.cells.rows(), self.rounded.rows()
        text = json.dumps([self.stamp(), rows], sort_keys=True, ensure_ascii=False)
        object.__setattr__(self, "hash", hashlib.sha256(text.encode()).hexdigest())

    def stamp(self) -> dict[str, str]:
        """Give all but the tables, as text."""
        names = ("regions", "by_program", "attacked", "groups", "covered")
        values = {name: json.dumps(getattr(self, name), ensure_ascii=False) for name in names}
        return {"rule": json.dumps(asdict(self.rule), ensure_ascii=False), **values}


def make_plan(
    base: pl.DataFrame,
    rule: Rule,
    *,
    parents: Mapping[str, Sequence[str]] | None = None,
    groups: Mapping[str, str] | None = None,
    others: pl.DataFrame | None = None,
    told: pl.DataFrame | None = None,
    competences: pl.DataFrame | None = None,
    program_cells: int = PROGRAM_CELLS,
) -> Plan:
    """Choose the cells to hide in the published tables of a run, all their margins at once.

    Two tables of staff are published: region x sector x occupation, with groups of occupations,
    and region x sector x age group, each with the sums over sectors, over occupations or age
    groups, and over the municipalities of every parent region; they share the margin region x
    sector. A parent with rows of its own is planned by its own counts, as if a reader knew by how
    much they differ from the sum of its municipalities. Cells on 1 to ``min_persons`` - 1 persons
    are hidden first, then those from which they could be bounded too closely (`hide_until_safe`).
    With the method ``rounding`` counts are rounded instead (`round_grid`), and only other tables
    have hidden cells.

    Empty cells are shown: there is nobody in them to learn anything about, whoever knows a small
    municipality knows that it has no midwife, and hiding them would not mislead anyone.

    Parameters
    ----------
    base : pl.DataFrame
        Columns region, sector, occupation, age_group and persons in the base year, for
        municipalities, and for parents that are not the sum of theirs. A combination that is not
        there has no persons.
    rule : Rule
        Audience and thresholds.
    parents : mapping of str to sequence of str, optional
        Municipalities of each county, comparison group and nation.
    groups : mapping of str to str, optional
        Group of each occupation.
    others : pl.DataFrame, optional
        Cells of municipalities in other tables, such as users, holders of competences, or FTE
        without the qualification: columns region, sector, occupation, dimension, category and
        persons (see `lay_out`).
    told : pl.DataFrame, optional
        Cells whose count is known from elsewhere: columns of a cell and persons, which is null
        where a cell is known whatever its count. A count other than today's is another figure.
    competences : pl.DataFrame, optional
        sector, occupation and competence: which posts hold or must hold each, so that no
        competence tells of a hidden one (`telling_competences`).
    program_cells : int
        Cells up to which tables that hang together are solved by the integer program.

    Returns
    -------
    Plan
        The hidden cells, stamped with the rule.

    Raises
    ------
    DataError
        A column is missing, persons are negative or not there, or a parent is a part of another.
    """
    require_columns(base, BASE, "base persons")
    parents = parents or {}
    leaves = leaves_of(base, others)
    _check_base(leaves, parents)
    grid = lay_out(leaves, parents, groups)
    posts = {column[0] for column in grid.columns if column[1] == ""}
    known = tuple((one, group) for one, group in (groups or {}).items() if {one, group} <= posts)
    covered = tuple({dimension for _, dimension, _ in grid.columns} - {"", "age_group"})
    if rule.min_persons is None:
        return Plan(NO_CELLS, rule, grid.regions, groups=known, covered=covered)
    lacks = pl.col("dimension") == UNQUALIFIED
    lacking = lay_out(leaves.filter(lacks), parents, groups)
    if rule.method == "rounding":
        rounded = round_grid(leaves, grid, parents, rule.rounding_base)
        few = plan_of_grid(lacking, rule, told=told, program_cells=program_cells, least=0.0)
        return Plan(
            few.cells, rule, grid.regions, few.by_program, few.attacked, known, covered, rounded
        )
    # No sum ties holders of competences, or those without the qualification, to occupations, so
    # that they can be planned afterwards.
    of_holders = pl.col("dimension") == COMPETENCE
    staff = plan_of_grid(
        lay_out(leaves.filter(~of_holders & ~lacks), parents, groups), rule, told=told,
        program_cells=program_cells,
    )  # fmt: skip
    telling = None if competences is None else telling_competences(staff.cells, competences)
    held = plan_of_grid(
        lay_out(leaves.filter(of_holders), parents), rule, told=told, also=telling,
        program_cells=program_cells,
    )  # fmt: skip
    few = plan_of_grid(
        lacking, rule, told=told, also=without_staff(staff.cells), program_cells=program_cells,
        least=0.0,
    )  # fmt: skip
    parts = staff, held, few
    return Plan(
        pl.concat([part.cells for part in parts]),
        rule,
        grid.regions,
        all(part.by_program for part in parts),
        all(part.attacked for part in parts),
        known,
        covered,
    )


def plan_of_grid(
    grid: Grid,
    rule: Rule,
    *,
    told: pl.DataFrame | None = None,
    program_cells: int = PROGRAM_CELLS,
    also: pl.DataFrame | None = None,
    least: float = 1.0,
) -> Plan:
    """Hide cells of a grid, those named in ``also`` among them, and name those hidden."""
    persons = grid.persons.ravel()
    primary = (persons > 0) & (persons < (rule.min_persons or 0))
    if also is not None:
        _, telling = grid.places(also)
        primary[telling] = persons[telling] > 0
    known = np.zeros(persons.shape, dtype=bool)
    if told is not None:
        rows, places = grid.places(told)
        counts = told["persons"].cast(pl.Float64).fill_null(np.nan).to_numpy()[rows]
        same = np.isnan(counts) | (np.abs(counts - persons[places]) < 0.5)
        known[places[same]] = True
    choice = hide_until_safe(
        persons,
        primary,
        grid.families,
        min_width=rule.min_width or 1,
        told=known,
        weight=grid.weight(),
        least=least,
        program_cells=program_cells,
    )
    names = np.where(choice.exposed, "told", np.where(primary, "primary", "secondary"))
    cells = grid.frame(choice.hidden).with_columns(
        reason=pl.Series(names[choice.hidden].tolist(), dtype=pl.String)
    )
    return Plan(cells, rule, grid.regions, choice.by_program, choice.attacked)


def leaves_of(base: pl.DataFrame, others: pl.DataFrame | None = None) -> pl.DataFrame:
    """Lay base persons out as cells of two tables, with those of other tables below."""
    text = {name: pl.col(name).cast(pl.String) for name in BASE[:4]}
    persons = pl.col("persons").cast(pl.Float64)
    place = [text["region"], text["sector"]]
    empty = pl.lit("")
    parts = [
        base.select(*place, text["occupation"], dimension=empty, category=empty, persons=persons),
        base.select(
            *place,
            occupation=pl.lit(ALL),
            dimension=pl.lit("age_group"),
            category=text["age_group"],
            persons=persons,
        ),
    ]
    if others is not None:
        require_columns(others, (*CELL, "persons"), "other cells")
        parts.append(others.select(*(pl.col(c).cast(pl.String) for c in CELL), persons))
    return pl.concat(parts)


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan to Parquet, with its rule as metadata; the file appears whole or not at all."""
    table = pl.concat(
        [plan.cells, plan.rounded.with_columns(reason=pl.lit("rounded"))], how="diagonal"
    )
    stamp = {**plan.stamp(), "hash": plan.hash}
    write_whole(path, lambda part: table.write_parquet(part, metadata=stamp), mode=0o640)


def read_plan(path: str | Path) -> Plan:
    """Read a plan that :func:`write_plan` wrote, and make sure that nothing in it has changed."""
    advice = f"The suppression plan {path} cannot be used. Make the plan of the run again."
    try:
        stamp = pl.read_parquet_metadata(path)
        table = pl.read_parquet(path)
        is_rounded = pl.col("reason") == "rounded"
        rest: dict[str, Any] = {
            name: _tuples(json.loads(stamp[name]))
            for name in ("regions", "by_program", "attacked", "groups", "covered")
        }
        plan = Plan(
            table.filter(~is_rounded),
            Rule(**json.loads(stamp["rule"])),
            rounded=table.filter(is_rounded),
            **rest,
        )
    except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise ReportError(f"{advice} ({error})") from error
    if plan.hash != stamp["hash"]:
        raise ReportError(f"{advice} (Its content does not match its hash.)")
    return plan


def write_whole(
    path: str | Path, write: Callable[[Path], object], *, mode: int | None = None
) -> None:
    """Write a file under a temporary name beside its own, and rename it when it is whole.

    Links in the place of either are not followed.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(fresh(part))
        if mode is not None:
            part.chmod(mode)
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


def _check_base(leaves: pl.DataFrame, parents: Mapping[str, Sequence[str]]) -> None:
    wrong = leaves.filter(
        ~pl.col("persons").is_finite().fill_null(False) | (pl.col("persons") < 0)
    ).unique(("region", "sector", "persons"))
    if not wrong.is_empty():
        raise DataError(
            f"Base persons must be zero or more: {wrong.height} rows are negative or empty, "
            f"the first for region {wrong['region'][0]}."
        )
    inner = sorted({part for parts in parents.values() for part in parts} & set(parents))
    if inner:
        raise DataError(
            f"The regions {', '.join(inner)} are made up of municipalities, so they may not be "
            "parts of another region. Name the municipalities instead."
        )
    staff = leaves.filter(pl.col("dimension").is_in(["", "age_group"]))
    of_sum = (pl.col("occupation") == ALL) & (pl.col("dimension") == "")
    if not staff.filter(
        (pl.col("sector") == ALL) | (pl.col("category") == ALL) | of_sum
    ).is_empty():
        raise DataError(f"Base persons hold the sum {ALL!r}. Leave sums out.")


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _tuples(value: object) -> object:
    return tuple(map(_plain, value)) if isinstance(value, list) else value


__all__ = [
    "ALL",
    "BASE",
    "CELL",
    "Audience",
    "Plan",
    "Rule",
    "make_plan",
    "read_plan",
    "write_plan",
]
