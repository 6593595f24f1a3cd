"""Attack what a run published: bound every hidden count from all that it and others showed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from tests.disclosure.attack_systems import (
    amount_of,
    ends_of,
    of_persons,
    sums_of_staff,
    with_amount,
)

from workforce.disclosure.margins import (
    ALL,
    CELL,
    Counts,
    Grid,
    Mask,
    lay_out,
    merge_equal,
    relation_matrix,
)
from workforce.disclosure.room import SLACK, hidden_parts
from workforce.disclosure.unqualified import is_unqualified

COUNTS = {"headcount": "", "headcount_by_age": "age_group", "users_path": "users"}
"""Variables that are counts in the base year, and the dimension of their cells."""
AMOUNTS = ("supply_fte", "exits")
"""Variables of what staff have and do in the base year, in no more than their number."""
SHORTAGE = "measured_shortage"
FAR = 1_000.0
"""How far above the largest count shown a hidden one is looked for. [persons]"""


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """What an attacker finds out.

    ``cells`` has a row for each hidden cell: its keys, ``low`` and ``high``, the least and the
    greatest count that fit everything shown.
    """

    cells: pl.DataFrame

    @property
    def narrowest(self) -> float:
        """Persons that the narrowest interval spans; infinite where nothing is hidden."""
        if self.cells.is_empty():
            return float("inf")
        return float((self.cells["high"] - self.cells["low"]).to_numpy().min())

    def narrower_than(self, width: float) -> pl.DataFrame:
        """Keep the cells whose interval is narrower."""
        return self.cells.filter(pl.col("high") - pl.col("low") < width - 10 * SLACK)


def read_published(paths: Sequence[str | Path], *, base_year: int) -> pl.DataFrame:
    """Read the base-year counts out of published results.

    Parameters
    ----------
    paths : sequence of path
        Results as `write_publishable` wrote them.
    base_year : int
        1 January that the counts are from.

    Returns
    -------
    pl.DataFrame
        Columns of a cell and persons, null where hidden; each cell once.
    """
    tables = [published_counts(pl.read_parquet(path), base_year=base_year) for path in paths]
    return pl.concat(tables).unique(maintain_order=True)


def published_counts(table: pl.DataFrame, *, base_year: int) -> pl.DataFrame:
    """Take the base-year counts out of one table of protected figures."""
    variable = pl.col("variable").cast(pl.String)
    rows = table.filter((pl.col("year") == base_year) & variable.is_in(list(COUNTS)))
    dimension = variable.replace_strict(COUNTS, return_dtype=pl.String)
    return rows.select(
        pl.col("region").cast(pl.String),
        pl.col("sector").cast(pl.String),
        pl.col("occupation").cast(pl.String),
        dimension=dimension,
        category=pl.when(dimension == "users").then(pl.lit("")).otherwise(pl.col("category")),
        persons=pl.when("hidden").then(None).otherwise(pl.col("central").round(6)),
    ).unique(maintain_order=True)


def published_unqualified(table: pl.DataFrame, *, base_year: int) -> pl.DataFrame:
    """Take those without the qualification asked for out of a table, as cells of occupations.

    They are FTE, so that an attack on them takes ``least=0.0``.
    """
    rows = table.filter(
        is_unqualified(), pl.col("variable").cast(pl.String) == SHORTAGE, year=base_year
    )
    return rows.select(
        *(pl.col(name).cast(pl.String) for name in CELL[:3]),
        dimension=pl.lit(""),
        category=pl.lit(""),
        persons=pl.when("hidden").then(None).otherwise(pl.col("central").round(6)),
    ).unique(maintain_order=True)


def published_amounts(table: pl.DataFrame, *, base_year: int) -> list[pl.DataFrame]:
    """Take what staff have and do in the base year out of a table of protected figures.

    Returns
    -------
    list of pl.DataFrame
        FTE, and exits for all causes together: columns of a cell and persons, null where hidden.
    """
    variable = pl.col("variable").cast(pl.String)
    found = []
    for name in AMOUNTS:
        rows = table.filter(variable == name, pl.col("year") == base_year)
        rows = rows.unique(("region", "sector", "occupation", "category"), maintain_order=True)
        told = pl.when(~pl.col("hidden").any()).then(pl.col("central").sum())
        cells = rows.group_by(
            *(pl.col(column).cast(pl.String) for column in CELL[:3]), maintain_order=True
        ).agg(told.alias("persons"))
        empty = {"dimension": pl.lit(""), "category": pl.lit("")}
        found.append(cells.with_columns(**empty).select(*CELL, "persons"))
    return [one for one in found if one.height]


def attack(
    published: pl.DataFrame,
    *,
    parents: Mapping[str, Sequence[str]],
    groups: Mapping[str, str] | None = None,
    earlier: Sequence[pl.DataFrame] = (),
    elsewhere: pl.DataFrame | None = None,
    twice: pl.DataFrame | None = None,
    amounts: Sequence[pl.DataFrame] = (),
    least: float = 1.0,
    enough: float = np.inf,
) -> Attack:
    """Bound every hidden cell by linear programs over all relations at once.

    The attacker knows how occupations make up groups, sectors a whole and municipalities a county;
    that cells which are not named are empty and hidden ones are not; all that is shown; what was
    shown in earlier runs of the same figures; and what is told elsewhere. He takes an earlier
    count of a region for today's where all counts of the region that both runs show are equal.

    Parameters
    ----------
    published : pl.DataFrame
        From `read_published`.
    parents : mapping of str to sequence of str
        Municipalities of each county, comparison group and nation.
    groups : mapping of str to str, optional
        Group of each occupation.
    earlier : sequence of pl.DataFrame
        From `read_published`, of earlier runs.
    elsewhere : pl.DataFrame, optional
        Columns of a cell and persons.
    twice : pl.DataFrame, optional
        Columns of a cell and persons: by how many the sum of municipalities is above a region's
        own count, since some work in two of them. The attacker is taken to know it.
    amounts : sequence of pl.DataFrame
        From `published_amounts`: FTE, exits and the like. In each cell they are none or more and
        no more than its persons, since a post is full at most and a person leaves once; and they
        add up as persons do.
    least : float
        What a hidden cell holds at least: somebody, where persons are counted. [persons]
    enough : float
        Width at which a cell needs no more looking into; intervals are exact where left out.

    Returns
    -------
    Attack

    Raises
    ------
    ReportError
        What is shown contradicts itself.
    """
    known = _counts(published)
    for table in earlier:
        known = _agreeing(known, _counts(table)) | known
    if elsewhere is not None:
        known = _counts(elsewhere) | known
    tables = [published, *earlier]
    grid = _grid(tables, parents, groups or {})
    count, sure, floor = _places(grid, tables, known, least)
    # With those who are counted twice put in, every sum is exact.
    more = np.zeros(count.size)
    if twice is not None:
        rows, places = grid.places(twice)
        more[places] = twice["persons"].to_numpy()[rows]
    count, floor = count + more, floor + more
    label, matrix = merge_equal(relation_matrix(grid.families, count.size), ~sure | (count > 0))
    own = label >= 0
    cells = int(label.max(initial=-1)) + 1
    value, told, least_count = np.zeros(cells), np.zeros(cells, bool), np.zeros(cells)
    shown = own & sure
    value[label[shown]], told[label[shown]] = count[shown], True
    np.maximum.at(least_count, label[own], floor[own])
    low, high = value.copy(), value.copy()
    top = value.max(initial=0.0) + FAR
    right = -(matrix @ value)
    staff = sums_of_staff(grid, label)
    sizes = [amount_of(grid, label, table, told & (value == 0)) for table in amounts]
    for places, _ in hidden_parts(matrix, ~told):
        system = of_persons(matrix, right, places, least_count[places], top)
        for size in sizes:
            system = with_amount(system, staff, size, places)
        low[places], high[places] = ends_of(system, places.size, enough)
    _, hidden = grid.places(published.filter(pl.col("persons").is_null()))
    mask = np.zeros(count.size, dtype=bool)
    mask[hidden] = True
    found = grid.frame(mask).drop("persons")
    ends = {"low": low[label[mask]] - more[mask], "high": high[label[mask]] - more[mask]}
    return Attack(found.with_columns(pl.Series(name, end) for name, end in ends.items()))


def _counts(table: pl.DataFrame) -> dict[tuple[str, ...], float]:
    rows = table.filter(pl.col("persons").is_not_null()).select(*CELL, "persons")
    return {tuple(cell): persons for *cell, persons in rows.iter_rows()}


def _agreeing(
    known: Mapping[tuple[str, ...], float], older: Mapping[tuple[str, ...], float]
) -> dict[tuple[str, ...], float]:
    """Keep the older counts of regions where all counts shown in both runs are equal."""
    revised = {cell[0] for cell, persons in older.items() if known.get(cell, persons) != persons}
    return {cell: persons for cell, persons in older.items() if cell[0] not in revised}


def _grid(
    tables: Sequence[pl.DataFrame], parents: Mapping[str, Sequence[str]], groups: Mapping[str, str]
) -> Grid:
    """Lay out every cell there may be: any column in any sector of any municipality."""
    named = pl.concat(tables).select(CELL).unique()
    wide = list(set(groups.values()))
    towns = sorted({*named["region"], *(one for parts in parents.values() for one in parts)})
    places = pl.DataFrame({"region": [town for town in towns if town not in parents]})
    sectors = named.filter(pl.col("sector") != ALL).select("sector").unique()
    columns = named.select(CELL[2:]).filter(
        ((pl.col("occupation") != ALL) & ~pl.col("occupation").is_in(wide))
        | (pl.col("dimension") != "")
    )
    leaves = places.join(sectors, how="cross").join(columns.unique(), how="cross")
    return lay_out(leaves.with_columns(persons=pl.lit(1.0)), parents, groups)


def _places(
    grid: Grid,
    tables: Sequence[pl.DataFrame],
    known: Mapping[tuple[str, ...], float],
    least: float,
) -> tuple[Counts, Mask, Counts]:
    """Find the counts known, which are known, and the least count of the others.

    In a region and sector whose table is published, an occupation or age group that is not named
    is empty, and one that is named is not; of other places nothing is known.
    """
    size = grid.persons.size
    count, sure, floor = np.zeros(size), np.zeros(size, dtype=bool), np.zeros(size)
    named = pl.concat(tables).select(CELL).unique()
    every = grid.frame(np.ones(size, dtype=bool)).with_row_index("place")
    wide = {key[0] for key in grid.columns if key[1] == ""} - set(named["occupation"])
    told = named.select("region", "sector", "dimension").unique()
    empty = (
        every.join(told, on=["region", "sector", "dimension"], how="semi")
        .join(named, on=CELL, how="anti")
        .filter(~pl.col("occupation").is_in(list(wide | _groups(grid))))
    )
    sure[empty["place"].to_numpy()] = True
    _, there = grid.places(named)
    floor[there] = least
    cells = pl.DataFrame(list(known), schema=dict.fromkeys(CELL, pl.String), orient="row")
    rows, places = grid.places(cells)
    count[places], sure[places] = np.array(list(known.values()))[rows], True
    return count, sure, floor


def _groups(grid: Grid) -> set[str]:
    """Find the columns that are groups of occupations: they are named only where needed."""
    width = len(grid.columns)
    totals = {int(family[0, 0]) for family in grid.families if (family[0] < width).all()}
    return {grid.columns[one][0] for one in totals - {0} if grid.columns[one][1] == ""}
