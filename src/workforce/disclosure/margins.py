"""Lay out every cell that a run publishes, and every sum that ties one cell to others.

Cells are places in a flat array of persons. A family of relations is an array of places, shape
(relations, 1 + parts): each row says that the cell in its first column is the sum of the others.
The relations of one family share no cell; -1 fills rows that have fewer parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Column = tuple[str, str, str]
"""Occupation, dimension and category."""

ALL = "all"
"""Label of the sum over sectors, occupations or categories."""
CELL = ("region", "sector", "occupation", "dimension", "category")
WHOLE: Column = (ALL, "", "")
SUM = 3.0
"""How many times as much a sum is missed as one of its parts of the same size."""
UNQUALIFIED = "unqualified"
"""Dimension of FTE in post without the qualification asked for: told by occupation, as staff is."""
NOT_OVER_SECTORS = ("users",)
"""Dimensions of which no sum over sectors is told: users of two services are no sum of anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Published cells: persons of shape (regions, 1 + sectors, columns), and their relations.

    Sector 0 is the sum of the sectors. Column 0 is the whole, followed by occupations, groups of
    occupations, age groups and the columns of other tables.
    """

    persons: Counts
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    columns: tuple[Column, ...]
    families: tuple[Places, ...]

    def frame(self, chosen: Mask) -> pl.DataFrame:
        """Name the cells chosen, in the order of their places, with their persons."""
        flat = np.flatnonzero(chosen)
        r, s, c = np.unravel_index(flat, self.persons.shape)
        columns = np.array(self.columns, dtype=object).reshape(-1, 3)
        return pl.DataFrame(
            {
                "region": np.array(self.regions, dtype=object)[r].tolist(),
                "sector": np.array(self.sectors, dtype=object)[s].tolist(),
                **{name: columns[c, i].tolist() for i, name in enumerate(CELL[2:])},
                "persons": self.persons.ravel()[flat],
            },
            schema={**dict.fromkeys(CELL, pl.String), "persons": pl.Float64},
        )

    def weight(self) -> Counts:
        """How much a reader misses each cell: more where it is large, and most where it is a sum.

        A sum over occupations counts `SUM` times as much, one over occupations and sectors `SUM`
        times that.
        """
        weight = 1.0 + np.sqrt(self.persons)
        weight[:, :, 0] *= SUM
        weight[:, 0, 0] *= SUM
        return weight.ravel()

    def places(self, cells: pl.DataFrame) -> tuple[Places, Places]:
        """Find cells in the grid: their rows in the frame, and their places."""
        region = {code: i for i, code in enumerate(self.regions)}
        sector = {code: i for i, code in enumerate(self.sectors)}
        column = {key: i for i, key in enumerate(self.columns)}
        rows, found = [], []
        for row, (r, s, *rest) in enumerate(cells.select(CELL).iter_rows()):
            key = rest[0], rest[1], rest[2]
            if r in region and s in sector and key in column:
                rows.append(row)
                found.append((region[r], sector[s], column[key]))
        if not rows:
            return np.empty(0, np.intp), np.empty(0, np.intp)
        flat = np.ravel_multi_index(tuple(np.array(found).T), self.persons.shape)
        return np.array(rows, dtype=np.intp), np.asarray(flat, dtype=np.intp)


def lay_out(
    leaves: pl.DataFrame,
    parents: Mapping[str, Sequence[str]],
    groups: Mapping[str, str] | None = None,
) -> Grid:
    """Lay the cells of municipalities out with all their sums.

    Parameters
    ----------
    leaves : pl.DataFrame
        Columns region, sector, occupation, dimension, category and persons, without sums, for
        municipalities. Occupations have an empty dimension; FTE without the qualification
        (`UNQUALIFIED`) come by occupation as well, with groups and a sum of their own. Rows of
        another dimension have the occupation ``all``, and add up to a sum of their own (category
        ``all``) only where they have an occupation. A parent with rows of its own in a table has
        those counts there, and not the sum: a county counts one who works in two of its
        municipalities once.
    parents : mapping of str to sequence of str
        Municipalities of each county, comparison group and nation.
    groups : mapping of str to str, optional
        Group of each occupation.

    Returns
    -------
    Grid
    """
    named = {*leaves["region"].unique(), *(m for ms in parents.values() for m in ms)}
    towns = sorted(named - set(parents))
    regions = (*towns, *sorted(parents))
    sectors = (ALL, *sorted(leaves["sector"].unique()))
    keys = sorted(leaves.select(CELL[2:]).unique().rows(), key=lambda key: (key[1], key))
    columns, sums = _columns([(k[0], k[1], k[2]) for k in keys], groups or {})
    persons = _fill(leaves, regions, sectors, columns, sums)
    own = set(leaves.select("region", "dimension").unique().iter_rows())
    place = {region: i for i, region in enumerate(regions)}
    for whole, parts in parents.items():
        summed = np.array([(whole, dimension) not in own for _, dimension, _ in columns])
        total = persons[[place[part] for part in parts]].sum(axis=0)
        persons[place[whole]] = np.where(summed, total, persons[place[whole]])
    lines = [(place[whole], [place[part] for part in parts]) for whole, parts in sums_of(parents)]
    return Grid(persons, regions, sectors, columns, relate(persons.shape, columns, sums, lines))


def relate(
    shape: tuple[int, ...],
    columns: Sequence[Column],
    sums: Sequence[tuple[int, Sequence[int]]],
    parents: Sequence[tuple[int, Sequence[int]]] = (),
    *,
    over_sectors: bool = True,
) -> tuple[Places, ...]:
    """List the relations of a grid.

    Parameters
    ----------
    shape : tuple of int
        Regions, sectors with their sum, columns.
    columns : sequence of (occupation, dimension, category)
        What each column is.
    sums : sequence of (int, sequence of int)
        A column and the columns it is the sum of.
    parents : sequence of (int, sequence of int)
        A region and the regions it is the sum of.
    over_sectors : bool
        Whether the sums over sectors are shown.

    Returns
    -------
    tuple of arrays, each of shape (relations, 1 + parts)
    """
    grid = np.arange(int(np.prod(shape)), dtype=np.intp).reshape(shape)
    families = [grid[:, :, [total, *parts]].reshape(-1, 1 + len(parts)) for total, parts in sums]
    if over_sectors:
        summed = [i for i, (_, dimension, _) in enumerate(columns) if adds_up(dimension)]
        families.append(grid[:, :, summed].transpose(0, 2, 1).reshape(-1, shape[1]))
    families += [grid[[whole, *parts]].reshape(1 + len(parts), -1).T for whole, parts in parents]
    return tuple(family for family in families if family.shape[1] > 1 and family.shape[0])


def adds_up(dimension: str) -> bool:
    """Whether cells of a dimension are added up over sectors."""
    return dimension not in NOT_OVER_SECTORS


def relation_matrix(families: Sequence[Places], size: int) -> "csr_array":
    """Write relations as a sparse matrix over all cells: +1 for a total, -1 for its parts."""
    from scipy.sparse import coo_array

    rows, columns, signs, first = [], [], [], 0
    for family in families:
        row, member = np.nonzero(family >= 0)
        rows.append(first + row)
        columns.append(family[row, member])
        signs.append(np.where(member == 0, 1.0, -1.0))
        first += len(family)
    if not rows:
        return coo_array((0, size)).tocsr()
    found = (np.concatenate(rows), np.concatenate(columns))
    return coo_array((np.concatenate(signs), found), shape=(first, size)).tocsr()


def merge_equal(matrix: "csr_array", live: Mask) -> tuple[Places, "csr_array"]:
    """Merge cells above zero that a relation says are equal: a total and its only part.

    Parameters
    ----------
    matrix : sparse array, shape (relations, cells)
        From `relation_matrix`.
    live : array of bool, shape (cells,)
        Cells that are not empty.

    Returns
    -------
    label : array of int, shape (cells,)
        Number of the merged cell; -1 for empty cells.
    merged : sparse array, shape (relations left, merged cells)
        Every relation that still says something, once.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places = np.flatnonzero(live)
    part = matrix[:, places]
    two = part[np.diff(part.indptr) == 2]
    # A region's own count may be none where its municipalities have some: no total, two parts.
    is_pair = np.full(part.shape[0], False)
    is_pair[np.diff(part.indptr) == 2] = two.data.reshape(-1, 2).sum(axis=1) == 0
    pairs = part[is_pair].indices.reshape(-1, 2)
    equal = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(places.size,) * 2)
    count, of_place = connected_components(equal, directed=False)
    fold = coo_array(
        (np.ones(places.size), (np.arange(places.size), of_place)), shape=(places.size, count)
    )
    says = (np.diff(part.indptr) > 1) & ~is_pair
    merged = (part[says] @ fold.tocsr()).tocsr()
    merged.eliminate_zeros()
    merged.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    for row, (first, last) in enumerate(zip(merged.indptr[:-1], merged.indptr[1:], strict=True)):
        if last > first:
            key = merged.indices[first:last].tobytes(), merged.data[first:last].tobytes()
            seen.setdefault(key, row)
    label = np.full(live.shape, -1, dtype=np.intp)
    label[places] = of_place
    return label, merged[sorted(seen.values())]


def sums_of(parents: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
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


def _columns(
    keys: Sequence[Column], groups: Mapping[str, str]
) -> tuple[tuple[Column, ...], list[tuple[int, list[int]]]]:
    """Put the columns in order, add the sums among them, and say what each is the sum of."""
    staff, total = _by_post([key for key in keys if key[1] == ""], groups)
    ages = [key for key in keys if key[1] == "age_group"]
    lacking, of_lacking = _by_post([key for key in keys if key[1] == UNQUALIFIED], groups)
    rest = [key for key in keys if key[1] not in ("", "age_group", UNQUALIFIED)]
    tops = {
        (one, dimension, ALL): [key for key in rest if key[:2] == (one, dimension)]
        for one, dimension, _ in sorted(rest)
        if one != ALL
    }
    columns = (WHOLE, *staff[1:], *ages, *rest, *tops, *lacking)
    place = {key: i for i, key in enumerate(columns)}
    sums = [*total, *tops.items(), *of_lacking, (WHOLE, ages)]
    return columns, [
        (place[whole], [place[part] for part in parts]) for whole, parts in sums if parts
    ]


def _by_post(
    keys: Sequence[Column], groups: Mapping[str, str]
) -> tuple[list[Column], list[tuple[Column, list[Column]]]]:
    """Lay occupations out after their sum and before their groups, with what each is the sum of."""
    if not keys:
        return [], []
    dimension, posts = keys[0][1], [key[0] for key in keys]
    members: dict[str, list[str]] = {}
    for post in posts:
        members.setdefault(groups.get(post, post), []).append(post)
    # A group of one occupation is that occupation.
    wide = {group: own for group, own in members.items() if len(own) > 1 and group not in posts}
    alone = [post for post in posts if groups.get(post, post) not in wide]
    order = [ALL, *posts, *sorted(wide)]
    sums = [*wide.items(), (ALL, [*sorted(wide), *alone])]
    return [(one, dimension, "") for one in order], [
        ((whole, dimension, ""), [(part, dimension, "") for part in parts]) for whole, parts in sums
    ]


def _fill(
    leaves: pl.DataFrame,
    regions: Sequence[str],
    sectors: Sequence[str],
    columns: Sequence[Column],
    sums: Sequence[tuple[int, Sequence[int]]],
) -> Counts:
    """Persons by region, sector and column; parents are still empty."""
    region = {code: i for i, code in enumerate(regions)}
    sector = {code: i for i, code in enumerate(sectors)}
    column = {key: i for i, key in enumerate(columns)}
    grid = np.zeros((len(regions), len(sectors), len(columns)))
    for *cell, persons in leaves.group_by(CELL).agg(pl.col("persons").sum()).iter_rows():
        grid[region[cell[0]], sector[cell[1]], column[cell[2], cell[3], cell[4]]] = persons
    for total, parts in sums:
        grid[:, :, total] = grid[:, :, list(parts)].sum(axis=2)
    summed = [i for i, (_, dimension, _) in enumerate(columns) if adds_up(dimension)]
    grid[:, 0, summed] = grid[:, 1:, summed].sum(axis=1)
    return grid
