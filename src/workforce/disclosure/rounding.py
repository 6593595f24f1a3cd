r"""Round counts so that all sums hold: controlled rounding by integer programs.

The cells of each municipality are rounded to multiples of the base at once: integers :math:`z` with
:math:`b z_i` next to :math:`x_i` from below or above for every cell without parts, the others their
sums, and occupations and age groups with the same sum in each sector. The program minimises how far
sums are from the truth, those of counties, groups and nation included, as far as municipalities
were rounded before.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from workforce.contract.dictionary import variables
from workforce.disclosure.margins import ALL, CELL, Counts, Grid, lay_out
from workforce.disclosure.primary import is_ratio, is_year
from workforce.disclosure.programs import least_whole
from workforce.errors import ReportError

if TYPE_CHECKING:
    from workforce.disclosure.plan import Plan

GAP = 0.02
NODES = 500
ABOVE = 0.25
"""Weight of what a sum of municipalities is off by, against 1 for a sum within one."""


def round_grid(
    leaves: pl.DataFrame, grid: Grid, parents: Mapping[str, Sequence[str]], base: int
) -> pl.DataFrame:
    """Round the counts of staff of every region to multiples of a base, so that all sums hold.

    Parameters
    ----------
    leaves : pl.DataFrame
        Cells without parts of municipalities, from `leaves_of`.
    grid : Grid
        The same with all sums.
    parents : mapping of str to sequence of str
        Municipalities of each county, comparison group and nation.
    base : int
        Counts become multiples of this. [persons]

    Returns
    -------
    pl.DataFrame
        Columns of a cell and persons as shown, for cells of staff that are not empty.
    """
    staff = leaves.filter(pl.col("dimension").is_in(["", "age_group"]), pl.col("persons") > 0)
    above: dict[tuple[str, ...], float] = {}
    rounded = []
    for town in grid.regions:
        own = staff.filter(region=town).group_by(staff.columns[:-1]).agg(pl.col("persons").sum())
        if own.is_empty():
            continue
        found = _round_town(own.sort(staff.columns[:-1]), base, above)
        rounded.append(found)
        if town in parents:
            continue
        for *cell, was, now in found.select(*found.columns[1:5], "persons", "shown").iter_rows():
            key = tuple(cell)
            above[key] = above.get(key, 0.0) + now - was
    cells = list(CELL)
    table = leaves.filter(pl.col("dimension").is_in(["", "age_group"]))
    table = table.group_by(cells).agg(pl.col("persons").sum())
    if rounded:
        table = table.join(pl.concat(rounded).drop("persons"), on=cells, how="left")
    else:
        table = table.with_columns(shown=pl.lit(0.0))
    groups = _groups_of(grid)
    shown = lay_out(
        table.drop("persons").with_columns(persons=pl.col("shown").fill_null(0.0)), parents, groups
    )
    there = lay_out(table.drop("shown"), parents, groups).persons.ravel() > 0
    return shown.frame(there)


def rounded_figures(marked: pl.DataFrame, plan: "Plan") -> pl.DataFrame:
    """Let every figure of staff go from the rounded count, so that central figures still add up.

    A post without parts has its figures in the proportion of the rounded to the true count. What
    that changes is added to the sums that the post is part of, intervals included; shares, years
    and figures of one person each stay as they are.
    """
    if plan.rounded.is_empty():
        return marked
    keys = [f"cell_{name}" for name in CELL]
    counts = plan.rounded.select(pl.col(CELL).name.prefix("cell_"), rounded=pl.col("persons"))
    table = marked.join(counts, on=keys, how="left", maintain_order="left")
    scaled = pl.col("counted") & ~is_ratio() & ~is_year() & (pl.col("persons") > 0)
    factor = pl.when(scaled).then(pl.col("rounded") / pl.col("persons")).fill_null(1.0)
    table = table.with_columns(change=pl.col("central") * (factor - 1.0))
    groups = dict(plan.groups)
    post = pl.col("cell_occupation")
    leaf = (pl.col("cell_sector") != ALL) & (
        (post != ALL) | (pl.col("cell_dimension") == "age_group")
    ) & ~post.is_in(list(set(groups.values())))  # fmt: skip
    figure = ["scenario", "cell_region", "dimension", "category", "variable", "year", "level"]
    parts = table.filter(leaf).select(*figure, "cell_sector", "cell_occupation", "change")
    sums = _sums_of_changes(parts, groups, figure)
    table = table.join(
        sums, on=[*figure, "cell_sector", "cell_occupation"], how="left", maintain_order="left"
    )
    moved = pl.when(leaf).then(pl.col("change")).otherwise(pl.col("total_change")).fill_null(0.0)
    proportion = pl.when(leaf & scaled).then(factor).otherwise(1.0)
    shift = pl.when(leaf | ~scaled).then(0.0).otherwise(moved)
    # What cannot be below zero has its interval in proportion, or its lower end might be.
    never_below = [name for name, one in variables().items() if one.lower == 0.0]
    whole = ~leaf & scaled & pl.col("variable").cast(pl.String).is_in(never_below)
    whole &= pl.col("central") > 0
    of_whole = (pl.col("central") + moved) / pl.col("central")
    proportion = pl.when(whole).then(of_whole).otherwise(proportion)
    shift = pl.when(whole).then(0.0).otherwise(shift)
    return table.with_columns(
        (pl.col(name) * proportion + shift).alias(name) for name in ("central", "lower", "upper")
    ).drop("rounded", "change", "total_change")


def _sums_of_changes(
    parts: pl.DataFrame, groups: Mapping[str, str], figure: Sequence[str]
) -> pl.DataFrame:
    """Add changes up over sectors, over the occupations of a group, and over all of both."""
    post = pl.col("cell_occupation")
    group = post.replace_strict(dict(groups), default=None, return_dtype=pl.String)
    wide = [parts, parts.with_columns(cell_occupation=group).filter(post.is_not_null())]
    wide.append(parts.filter(post != ALL).with_columns(cell_occupation=pl.lit(ALL)))
    by_post = pl.concat(wide)
    whole = pl.concat([by_post, by_post.with_columns(cell_sector=pl.lit(ALL))])
    keys = [*figure, "cell_sector", "cell_occupation"]
    return whole.group_by(keys).agg(total_change=pl.col("change").sum())


def _groups_of(grid: Grid) -> dict[str, str]:
    """Find the groups in a grid from its relations."""
    width, groups = len(grid.columns), dict[str, str]()
    for family in grid.families:
        total, *parts = (int(one) for one in family[0])
        if 0 < total < width and grid.columns[total][1] == "" and max(parts) < width:
            groups |= {grid.columns[one][0]: grid.columns[total][0] for one in parts}
    return groups


def _round_town(
    own: pl.DataFrame, base: int, above: Mapping[tuple[str, ...], float]
) -> pl.DataFrame:
    """Round the cells of one municipality; rows sectors x occupations and sectors x age groups."""
    from scipy.sparse import coo_array, hstack, identity, vstack

    persons = own["persons"].to_numpy()
    keys = own.select("sector", "occupation", "dimension", "category").rows()
    sums: list[list[int]] = []
    same: list[tuple[list[int], list[int]]] = []
    sectors = sorted({key[0] for key in keys})
    for sector in sectors:
        posts = [i for i, key in enumerate(keys) if key[0] == sector and key[2] == ""]
        ages = [i for i, key in enumerate(keys) if key[0] == sector and key[2] != ""]
        sums.append(posts)
        same.append((posts, ages))
    columns = sorted({key[1:] for key in keys})
    sums += [[i for i, key in enumerate(keys) if key[1:] == column] for column in columns]
    sums.append([i for i, key in enumerate(keys) if key[2] == ""])
    size, count = persons.size, len(sums)
    low = np.floor(persons / base)
    steps = np.column_stack([low, np.ceil(persons / base)])
    weight = np.concatenate([np.ones(count), np.full(size, ABOVE)])
    member: Any = coo_array(
        (
            np.ones(sum(map(len, sums))),
            (np.repeat(np.arange(count), [len(one) for one in sums]), np.concatenate(sums)),
        ),
        shape=(count, size),
    )
    # Distance of sums, and of each cell's sum over the municipalities so far, up and down.
    lines: Any = vstack([member, identity(size)]).tocsr() * base
    offset = np.array([above.get(key, 0.0) for key in keys])
    truth = np.concatenate([np.array([persons[one].sum() for one in sums]), persons - offset])
    both = len(truth)
    equal = np.zeros((len(same), size + 2 * both))
    for row, (posts, ages) in enumerate(same):
        equal[row, posts] = 1.0
        equal[row, ages] = -1.0
    matrix: Any = vstack(
        [hstack([lines, -identity(both), identity(both)]), coo_array(equal)]
    ).tocsr()
    answer = _answer(matrix, np.concatenate([truth, np.zeros(len(same))]), steps, weight)
    return own.with_columns(shown=pl.Series(np.round(answer[:size]) * base))


def _answer(matrix: Any, rows: Counts, steps: Counts, weight: Counts) -> Counts:
    """Round to the multiple next below or above; a step further only where sums leave no way."""
    size, both = len(steps), weight.size
    cost = np.concatenate([np.zeros(size), weight, weight])
    whole = np.arange(cost.size) < size
    for further in (0.0, 1.0, 2.0):
        reach = np.column_stack([np.maximum(steps[:, 0] - further, 0.0), steps[:, 1] + further])
        free = np.column_stack([np.zeros(2 * both), np.full(2 * both, np.inf)])
        answer = least_whole(
            cost, matrix, rows, np.vstack([reach, free]), whole=whole, gap=GAP, nodes=NODES
        )
        if answer is not None:
            return answer
    raise ReportError("Counts could not be rounded so that sums hold. Use the method suppression.")
