"""Remember which cells a run showed and hid, so that a later run gives nothing of it away.

The file lies with the plan, not in the site, and is for owner and group only. It holds the counts
of shown cells, which are published, and the names of hidden ones.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from workforce.contract.bounds import read_parquet_within
from workforce.disclosure.margins import CELL, lay_out
from workforce.disclosure.plan import Plan, Rule, leaves_of, make_plan, write_whole
from workforce.errors import ReportError, SourceError

SCHEMA = {
    **dict.fromkeys((*CELL, "reason"), pl.String),
    "persons": pl.Float64,
    "base_year": pl.Int64,
    "plan": pl.String,
}
FILE_MODE = 0o640


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Cells of earlier plans: shown ones with persons, hidden ones with a reason.

    ``origins`` gives for each plan the hash of what it was made from, and the plans it knew of.
    """

    cells: pl.DataFrame
    origins: Mapping[str, tuple[str, tuple[str, ...]]]

    @staticmethod
    def empty() -> "Memory":
        """Nothing was told before."""
        return Memory(pl.DataFrame(schema=SCHEMA), {})


def recall(paths: Iterable[Path]) -> Memory:
    """Read what earlier runs told; a file that is not there tells nothing.

    Raises
    ------
    ReportError
        A file is there and cannot be read: what it told would be forgotten.
    """
    tables, origins = [pl.DataFrame(schema=SCHEMA)], dict[str, tuple[str, tuple[str, ...]]]()
    for path in sorted(paths):
        if not path.exists() and not path.is_symlink():
            continue
        try:
            table, stamp = read_parquet_within(path)
            tables.append(table.select(*SCHEMA).match_to_schema(SCHEMA))
            origins |= {
                plan: (str(source), tuple(map(str, known)))
                for plan, (source, known) in json.loads(stamp["origins"]).items()
            }
        except (
            SourceError, KeyError, ValueError, TypeError, AttributeError, RecursionError,
            pl.exceptions.PolarsError,
        ) as error:  # fmt: skip
            raise ReportError(
                f"{path} holds what an earlier run published, and cannot be read ({error}). Put "
                "it back from a copy; without it figures could be worked out by comparing runs."
            ) from error
    return Memory(pl.concat(tables).unique(maintain_order=True), origins)


def plan_with_memory(
    base: pl.DataFrame,
    rule: Rule,
    memory: Memory,
    *,
    base_year: int,
    parents: Mapping[str, Sequence[str]] | None = None,
    groups: Mapping[str, str] | None = None,
    others: pl.DataFrame | None = None,
    elsewhere: pl.DataFrame | None = None,
    competences: pl.DataFrame | None = None,
) -> tuple[Plan, Memory]:
    """Make the plan of a run that holds against what earlier runs told, and add it to the memory.

    A cell shown before with the same base year and count is known: hiding it now hides nothing. A
    plan made before from the same persons and rule, which knew of all others, is taken again, so
    that the same figures are hidden in the same way quarter after quarter.

    Parameters
    ----------
    base, rule, parents, groups, others, competences
        As in `make_plan`.
    memory : Memory
        What earlier runs told.
    base_year : int
        1 January that the persons are from.
    elsewhere : pl.DataFrame, optional
        Cells told by others (`make_plan`, ``told``).

    Returns
    -------
    plan : Plan
    memory : Memory
        With this plan.
    """
    leaves = leaves_of(base, others).sort(*CELL, "persons")
    outside = None if elsewhere is None else elsewhere.select(*CELL, "persons").sort(CELL)
    source = _hash(
        asdict(rule), base_year, leaves.rows(), sorted((parents or {}).items()),
        sorted((groups or {}).items()), None if outside is None else outside.rows(),
        None if competences is None else competences.rows(),
    )  # fmt: skip
    again = _plan_again(memory, source)
    known = sorted(memory.origins) if again is None else memory.origins[again][1]
    told = memory.cells.filter(
        (pl.col("base_year") == base_year)
        & pl.col("persons").is_not_null()
        & pl.col("plan").is_in(known)
    ).select(*CELL, "persons")
    told = told if outside is None else pl.concat([told, outside])
    plan = make_plan(
        base, rule, parents=parents, groups=groups, others=others, told=told,
        competences=competences,
    )  # fmt: skip
    shown = shown_cells(plan, leaves, parents, groups)
    rows = pl.concat(
        [shown, plan.cells.with_columns(persons=pl.lit(None, pl.Float64))], how="diagonal"
    ).with_columns(base_year=pl.lit(base_year, pl.Int64), plan=pl.lit(plan.hash))
    cells = pl.concat([memory.cells, rows.select(*SCHEMA)]).unique(maintain_order=True)
    origins = {plan.hash: (source, tuple(known)), **memory.origins}
    return plan, Memory(cells, origins)


def shown_cells(
    plan: Plan,
    leaves: pl.DataFrame,
    parents: Mapping[str, Sequence[str]] | None = None,
    groups: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """List the cells above zero that a plan lets be shown, with their persons.

    Rounded counts are no counts, so that a plan that rounds shows no cell of staff.
    """
    grid = lay_out(leaves, parents or {}, groups)
    table = grid.frame(grid.persons.ravel() > 0)
    if plan.rule.method == "rounding":
        table = table.filter(~pl.col("dimension").is_in(["", "age_group"]))
    return table.join(plan.cells, on=CELL, how="anti").with_columns(reason=pl.lit("shown"))


def remember(memory: Memory, plans: Iterable[str], path: Path) -> None:
    """Write what some plans told to a file for owner and group only; it appears whole."""
    names = sorted(set(plans))
    cells = memory.cells.filter(pl.col("plan").is_in(names))
    origins = {name: memory.origins[name] for name in names if name in memory.origins}
    stamp = {"origins": json.dumps(origins)}
    write_whole(path, lambda part: cells.write_parquet(part, metadata=stamp), mode=FILE_MODE)


def _plan_again(memory: Memory, source: str) -> str | None:
    """Find a plan made from the same, which knew of all the others."""
    for plan, (origin, known) in memory.origins.items():
        if origin == source and set(memory.origins) <= {plan, *known}:
            return plan
    return None


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
