"""What is shown of the staff of each place: by occupation, by band of age, and in earlier years."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workforce.contract.persons import OWN as OWN
from workforce.disclosure.national import BANDS, branch_of
from workforce.disclosure.tree import (
    HUNDREDTHS,
    LEAST_BASE,
    Coin,
    Path,
    coins,
    round_below,
    round_inside,
    round_tree,
    sums,
)

Keys = Mapping[str, bytes]
"""Key of each place, by its code."""
Place = tuple[Any, ...]
"""Codes and years that a tree is of."""


@dataclass(frozen=True, eq=False)
class ShownStaff:
    """What is shown of staff, in multiples of the base; what is shown as 0 has no row.

    ``cells`` has region, sector, group, occupation and persons in the latest year of each place
    (table A), ``bands`` region, sector, band and persons then (table B), ``sectors`` region,
    year, sector and persons in every year, ``fte`` region, sector and agreed FTE of the latest
    year. Whatever else is made of staff is made of these.
    """

    cells: pl.DataFrame
    bands: pl.DataFrame
    sectors: pl.DataFrame
    large: pl.DataFrame
    aged: pl.DataFrame
    fte: pl.DataFrame
    large_fte: pl.DataFrame

    def latest(self) -> dict[str, int]:
        """Latest year of each region."""
        return dict(self.sectors.select("region", "year").iter_rows())


def show_staff(staff: pl.DataFrame, keys: Keys, *, base: int = LEAST_BASE) -> ShownStaff:
    """Round staff along place, sector, group and occupation, and bands of age to the same sums.

    Every year of a place is rounded along the whole tree, by the coins of the place alone, but of
    earlier years nothing finer leaves than sectors, their bands of age, and occupations that show
    `OWN` or more.
    """
    here = staff.filter(pl.col("region").is_in(list(keys)) & (pl.col("persons") > 0))
    now = here.filter(pl.col("year") == pl.col("year").max().over("region"))
    step = base * HUNDREDTHS
    cells: list[Place] = []
    bands: list[Place] = []
    sectors: list[Place] = []
    large: list[Place] = []
    aged: list[Place] = []
    where, post = ["region", "year"], ("sector", "occupation")
    every = trees(here.with_columns(band=band_of()), "persons", where, (*A_PATH, "band"))
    last: dict[str, int] = dict(every.keys())
    of_staff = {region: staff_coins(key) for region, key in keys.items()}
    of_sector = {region: coins(key, "bands") for region, key in keys.items()}
    of_post = {region: coins(key, "bands of occupations") for region, key in keys.items()}
    for at, tree in every.items():
        region, year = at
        shown = round_tree(sums(tree, 3), of_staff[region], base=step)
        by_sector = sums(shown, 1)
        sectors += [(*at, path[0], count) for path, count in by_sector.items()]
        in_band = sums({(path[0], path[3], *path[1:3]): n for path, n in tree.items()}, 2)
        by_band = round_below(in_band, by_sector, of_sector[region], base=step)
        bands += [(*at, *path, count) for path, count in by_band.items()]
        alone: dict[Path, int] = {
            (path[0], path[2]): n for path, n in shown.items() if n >= OWN * HUNDREDTHS
        }
        large += [(*at, *path, count) for path, count in alone.items()]
        own = {(path[0], *path[2:]): n for path, n in tree.items() if (path[0], path[2]) in alone}
        if own:
            by_band = round_inside(own, alone, by_band, of_post[region], base=step)
            aged += [(*at, *path, count) for path, count in by_band.items()]
        if last[region] == year:
            cells += [(region, *path, count) for path, count in shown.items()]
    fte: list[Place] = []
    large_fte: list[Place] = []
    big = {row[:-1] for row in large}
    for (region,), tree in trees(now, "fte", ["region"], post).items():
        shown = round_tree(tree, coins(keys[region], "fte"), base=step)
        fte += [(region, *path, count) for path, count in sums(shown, 1).items()]
        large_fte += [(region, *path, count) for path, count in shown.items()
                      if (region, last[region], *path) in big]  # fmt: skip
    return ShownStaff(
        counted(cells, ["region", *A_PATH, "persons"]),
        counted(bands, [*where, "sector", "band", "persons"]),
        counted(sectors, [*where, "sector", "persons"]),
        counted(large, [*where, *post, "persons"]),
        counted(aged, [*where, *post, "band", "persons"]),
        counted(fte, ["region", "sector", "fte"]),
        counted(large_fte, ["region", *post, "fte"]),
    )


A_PATH = ("sector", "group", "occupation")


def staff_coins(key: bytes) -> Coin:
    """Coins of table A of a place."""
    return coins(key, "staff")


def band_of() -> pl.Expr:
    """Band of age of a row."""
    return pl.coalesce(
        pl.when(pl.col("age").is_between(*ages)).then(pl.lit(name)) for name, ages in BANDS.items()
    )


def all_persons() -> pl.Expr:
    """Sum persons of rows that were made, so that what decides is not their last digits."""
    return pl.col("persons").sum().round(4)


def trees(
    rows: pl.DataFrame, value: str, where: list[str], path: tuple[str, ...]
) -> dict[Place, dict[Path, int]]:
    """Sum a value in whole hundredths by path, for each place (and year), in order of both.

    The group of an occupation is that in which it is rounded, whatever its list says.
    """
    by = [name for name in (*where, *path) if name != "group"]
    hundredths = (pl.col(value).sum() * HUNDREDTHS).round().cast(pl.Int64)
    table = rows.group_by(by).agg(hundredths.alias("count")).sort(by)
    found: dict[Place, dict[Path, int]] = {}
    group = len(where) + path.index("group") if "group" in path else 0
    for row in table.iter_rows():
        codes = (*row[:group], branch_of(row[group]), *row[group:]) if group else row
        found.setdefault(row[: len(where)], {})[codes[len(where) : -1]] = row[-1]
    return found


def counted(rows: list[Place], columns: list[str]) -> pl.DataFrame:
    """Lay rows of counts in hundredths out as a sorted table of whole figures."""
    kinds: dict[str, type[pl.DataType]] = {
        name: pl.Int64 if name in ("year", "first", "years") else pl.String for name in columns[:-1]
    }
    kinds[columns[-1]] = pl.Float64
    sorted_rows = [(*row[:-1], row[-1] / HUNDREDTHS) for row in sorted(rows)]
    by_column = zip(columns, zip(*sorted_rows, strict=True))  # noqa: B905  None where nothing shows.
    return pl.DataFrame(dict(by_column), schema=kinds)
