"""Turn the tables of a folder into tables that may be built on in public."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TypeVar

import numpy as np
import polars as pl

from workforce.contract.between_tables import EMPLOYERS
from workforce.contract.columns import DTYPES
from workforce.contract.dictionary import Column, Table
from workforce.contract.dictionary import tables as known_tables
from workforce.contract.packed import kept
from workforce.disclosure.flow_rows import flow_rows
from workforce.disclosure.flows import ShownFlows, show_flows
from workforce.disclosure.inside import base_posts, fte_each, staff_rows
from workforce.disclosure.keys import KEY_BYTES
from workforce.disclosure.lists import listed, require_no_persons
from workforce.disclosure.national import patterns, position_shares
from workforce.disclosure.posts import fte_in_post_rows, funded_rows, posts_now, shortage_rows
from workforce.disclosure.services import (
    kostra_rows,
    rate_rows,
    share_rows,
    unit_rows,
    use_rows,
    users_shown,
)
from workforce.disclosure.skills import holding_rows, mobility_rows
from workforce.disclosure.stocks import Keys, ShownStaff, all_persons, show_staff
from workforce.disclosure.tree import HUNDREDTHS, LEAST_BASE, coins, place_key, round_alone
from workforce.errors import DataError, MissingDataError, ParameterError

NO_PLACE = ""
"""Stands for the place in the key of tables that name none."""
SHARES = ("education_occupations",)
"""Tables that go out as they are, but for shares of occupations that do not."""
IN_ORDER = ("staff", "staff_flows")
"""Long tables whose rows are made in the order of their key."""
LONG = 100_000
"""Rows from which numbers of codes are sorted faster than the codes."""
PLACES = 50
"""Places whose flows are made at a time."""
Shown = TypeVar("Shown", ShownFlows, ShownStaff)
DECIMALS = 8
"""Of figures that are made of those shown; more would be the order of adding up."""


LEAST_STAFF = 50
"""Fewest staff of a service, as shown in a year, whose part-timers are told. [persons]"""
LEAST_PART_TIMERS = 10
"""Fewest part-timers, as shown, of services together: of fewer each count would be told more."""
TOGETHER = ""
"""Stands for the services of a place that are too small by themselves."""
LEAST_PAID = 10
"""Fewest persons of an occupation, as shown in a year, whose price goes out. [persons]"""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How counts are rounded for the public."""

    base: int = LEAST_BASE
    """Counts are shown as multiples of this; no lower for the public. [persons]"""

    def __post_init__(self) -> None:
        if self.base < LEAST_BASE:
            raise ParameterError(
                f"base is {self.base}, but must be at least {LEAST_BASE} for the public."
            )


def safe_tables(
    tables: Mapping[str, pl.DataFrame],
    lists: Mapping[str, pl.DataFrame],
    rule: Rounding,
    *,
    key: bytes,
) -> dict[str, pl.DataFrame]:
    """Make the tables that may be built on in public: rounded, and spread by national patterns.

    DataError where nobody has said what a table or a column becomes for the public.
    """
    if len(key) != KEY_BYTES:
        raise ParameterError(f"The key of protection has {len(key)} bytes and not {KEY_BYTES}.")
    require_declared(tables)
    regions = tables.get("regions")
    if regions is None:
        raise MissingDataError("The table 'regions' is needed to protect a folder.")
    keys = {code: place_key(key, code) for code in places(regions)}
    found = {name: tables[name] for name in tables if _is_public(name)}
    require_no_persons(found)
    found |= _of_staff(tables, lists["occupations"], keys, place_key(key, NO_PLACE), rule.base)
    found |= _of_services(tables, keys, rule.base)
    if "wages" in found:
        found["wages"] = _wages(found["wages"], found.get("staff"))
    if "part_time" in tables:
        found["part_time"] = _part_time(tables["part_time"], found.get("staff"), keys, rule.base)
    if "other_employers" in found:
        found["other_employers"] = _employers(found["other_employers"], key, rule.base)
    found = listed(found)
    return {
        name: _canonical(found.pop(name), known_tables()[name])
        for name in known_tables()
        if name in found and found[name].height
    }


def _wages(wages: pl.DataFrame, staff: pl.DataFrame | None) -> pl.DataFrame:
    """Keep what an FTE costs in occupations of some size: of one person it may be that one's pay.

    Which they are is told by what is shown of the staff, and by nothing else.
    """
    if staff is None:
        return wages.clear()
    by_year = staff.group_by("occupation", "year").agg(persons=all_persons())
    enough = by_year.filter(pl.col("persons") >= LEAST_PAID)["occupation"].cast(pl.String)
    return wages.filter(pl.col("occupation").cast(pl.String).is_in(list(enough.unique())))


def _part_time(
    table: pl.DataFrame, staff: pl.DataFrame | None, keys: Keys, base: int
) -> pl.DataFrame:
    """Round the part-timers of services of some size, as these are shown.

    Those of the others of a place are rounded together where these are of that size together, and
    divided by persons shown and by how far from full posts are in the nation.
    """
    if staff is None:
        return table.clear()
    heads: dict[tuple[str, int], dict[str, float]] = {}
    by_cell = staff.group_by("region", "year", "sector").agg(all_persons())
    for region, year, sector, n in by_cell.iter_rows():
        heads.setdefault((region, year), {})[sector] = n

    def rounded(region: str, sector: str, count: float) -> float:
        # The same coin in all years: what does not change is shown the same.
        coin = coins(keys[region], "part_time")
        shown = round_alone(round(count * HUNDREDTHS), coin, sector, base=base * HUNDREDTHS)
        return shown / HUNDREDTHS

    rows: list[tuple[str, str, int, float, float | None]] = []
    few: dict[tuple[str, int], float] = {}
    for row in table.iter_rows(named=True):
        region, sector, year = str(row["region"]), str(row["sector"]), row["year"]
        count, share = row["part_timers"], row.get("wants_more")
        n = heads.get((region, year), {}).get(sector, 0.0)
        if n >= LEAST_STAFF:
            count = min(rounded(region, sector, count), n)
            # Of few a share would tell how many they are.
            wants = None if share is None or count < LEAST_STAFF else round(share, 1)
            rows.append((region, sector, year, count, wants))
        elif n > 0:
            few[region, year] = few.get((region, year), 0.0) + count
    shares = {code: 1.0 - share.mean() for code, share in position_shares().items()}
    for (region, year), count in few.items():
        small = {code: n for code, n in heads[region, year].items() if n < LEAST_STAFF}
        told = rounded(region, TOGETHER, count)
        if sum(small.values()) >= LEAST_STAFF and told >= LEAST_PART_TIMERS:
            part = {code: n * shares.get(code, shares[""]) for code, n in small.items()}
            each = told / sum(part[code] for code in sorted(part))
            rows += [(region, sector, year, min(each * part[sector], n), None)
                     for sector, n in small.items()]  # fmt: skip
    names = ("region", "sector", "year", "part_timers", "wants_more")
    made = pl.DataFrame(rows, schema=names, orient="row") if rows else table.clear()
    return made.select(name for name in names if name in table.columns)


def require_declared(tables: Mapping[str, pl.DataFrame]) -> None:
    """Refuse tables and columns of which nobody has said what the public gets."""
    undeclared = []
    for name, frame in kept(tables).items():
        table = known_tables().get(name)
        for column in frame.columns:
            declared = table.column(column) if table else None
            if declared is None or declared.becomes is None:
                undeclared.append(f"{name}.{column}")
    if undeclared:
        raise DataError(
            "Nobody has said what the public gets of " + ", ".join(undeclared) + ". Say it in the "
            "column 'becomes' of tables.csv (public, rounded, derived or dropped), or leave the "
            "column out."
        )


def places(regions: pl.DataFrame) -> list[str]:
    """List the regions that are protected for themselves: employers, and who has none.

    A county council is an employer as a municipality is, with a key and trees of its own. A county
    that publishes its own schools is a place; one with municipalities in the folder is their sum,
    and its own rows are dropped.
    """
    level = pl.col("level").cast(pl.String)
    towns = regions.filter(level == "municipality")
    above = {code for name in ("county", "comparison_group") if name in towns.columns
             for code in towns[name]}  # fmt: skip
    alone = (level == "county") & ~pl.col("region").is_in(above - {None})
    return regions.filter(level.is_in(EMPLOYERS) | alone)["region"].to_list()


def digest_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """Hash protected tables by their Parquet files: equal where what may be seen is equal."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}\0".encode() + parquet_of(tables[name]))
    return digest.hexdigest()


def parquet_of(table: pl.DataFrame) -> bytes:
    """Give the Parquet file of a protected table."""
    file = io.BytesIO()
    table.write_parquet(file, compression="lz4", statistics=False)
    return file.getvalue()


def _is_public(name: str) -> bool:
    """Whether a table goes out as it is, but for single columns and codes of few people."""
    values = [column for column in known_tables()[name].columns if column.place == "value"]
    return name in SHARES or all(column.becomes == "public" for column in values)


def _of_staff(
    tables: Mapping[str, pl.DataFrame],
    occupations: pl.DataFrame,
    keys: Keys,
    no_place: bytes,
    base: int,
) -> dict[str, pl.DataFrame]:
    """Make the tables of people at work, and of their posts."""
    found: dict[str, pl.DataFrame] = {}
    staffed: set[str] = set()
    if "staff" in tables:
        shown = show_staff(tables["staff"], keys, base=base)
        whole = base_posts(shown, patterns(occupations))
        each = fte_each(shown, whole)
        rows = found["staff"] = staff_rows(shown, whole, each)
        staffed = set(tables["staff"]["region"].unique())
        if "staff_flows" in tables:
            moves = show_flows(tables["staff_flows"], shown, keys, base=base)
            found["staff_flows"] = _flows(moves, shown, occupations)
        posts = posts_now(shown, whole, each)
        if "shortage" in tables:
            found["shortage"] = shortage_rows(tables["shortage"], posts, keys, base=base)
        if "funded_posts" in tables:
            found["funded_posts"] = funded_rows(
                tables["funded_posts"], posts, found.get("shortage"), keys, base=base
            )
        for name, value in (("absence", "absence_rate"), ("vacancies", "vacancy_rate")):
            if name in tables:
                found[name] = rate_rows(tables[name], value, shown, tables["regions"], keys)
        if "mobility" in tables:
            found["mobility"] = mobility_rows(tables["mobility"], rows, no_place, base=base)
        if "competence_holding" in tables:
            found["competence_holding"] = holding_rows(
                tables["competence_holding"],
                tables["staff"],
                keys,
                shown,
                whole,
                tables.get("competence_requirement"),
                no_place,
                base=base,
            )
    if "fte_in_post" in tables:
        found["fte_in_post"] = fte_in_post_rows(tables["fte_in_post"], staffed, keys, base=base)
    return found


def _flows(moves: ShownFlows, staff: ShownStaff, occupations: pl.DataFrame) -> pl.DataFrame:
    """Make the rows of some places at a time, of which none is made with another's.

    Codes are few and rows are many: as numbers they take little until the table is whole.
    """
    codes = sorted(moves.moves["region"].unique())
    if len(codes) <= 1:
        return flow_rows(moves, staff, occupations)
    parts = []
    for first in range(0, max(len(codes), 1), PLACES):
        some = codes[first : first + PLACES]
        rows = flow_rows(_of_places(moves, some), _of_places(staff, some), occupations)
        parts.append(rows.with_columns(pl.col(pl.String).cast(pl.Categorical)))
    return pl.concat(parts).rechunk()


def _of_places(shown: Shown, regions: Sequence[str]) -> Shown:
    """Take what is shown of some places."""
    here = pl.col("region").is_in(regions)
    return type(shown)(*(getattr(shown, part.name).filter(here) for part in fields(shown)))


def _of_services(
    tables: Mapping[str, pl.DataFrame], keys: Keys, base: int
) -> dict[str, pl.DataFrame]:
    """Make the tables of users, their units and shares, and of key figures."""
    found: dict[str, pl.DataFrame] = {}
    users = None
    if "service_use" in tables:
        users = users_shown(tables["service_use"], keys, base=base)
        if "population" in tables:
            found["service_use"] = use_rows(users, tables["population"])
    if "service_units" in tables:
        found["service_units"] = unit_rows(tables["service_units"], keys, base=base)
    if "service_share" in tables:
        found["service_share"] = share_rows(tables["service_share"], users, keys)
    if "kostra_figures" in tables:
        found["kostra_figures"] = kostra_rows(tables["kostra_figures"], keys, base=base)
    return found


def _employers(table: pl.DataFrame, key: bytes, base: int) -> pl.DataFrame:
    """Round how many other employers have; what they plan to hire is what they told the public."""
    if "employed" not in table.columns:
        return table

    def rounded(row: dict[str, object]) -> float | None:
        if row["employed"] is None:
            return None
        coin = coins(place_key(key, str(row["region"])), "employed")
        count = round(float(str(row["employed"])) * HUNDREDTHS)
        name = f"{row['employer']}|{row['occupation']}"
        return round_alone(count, coin, name, base=base * HUNDREDTHS) / HUNDREDTHS

    employed = [rounded(row) for row in table.iter_rows(named=True)]
    return table.with_columns(employed=pl.Series(employed, dtype=pl.Float64))


def _canonical(made: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Lay a table out in one way: columns and kinds of the dictionary, rows sorted by key."""
    there = tuple(column for column in table.columns if column.name in made.columns)
    rows = made.select(_as_declared(there))
    return (rows if table.name in IN_ORDER else _sorted(rows, table.key)).rechunk()


@lru_cache(maxsize=128)
def _as_declared(columns: tuple[Column, ...]) -> list[pl.Expr]:
    """Give the kind of each column, and as many decimals as say something of what is made."""
    kinds = [(c, pl.col(c.name).cast(DTYPES[c.variable.dtype])) for c in columns]
    return [x.round(DECIMALS) if c.variable.dtype == "number" and _is_made(c) else x
            for c, x in kinds]  # fmt: skip


def _sorted(rows: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Sort rows by their key, of a long table as one number of each; in order they stay."""
    if rows.height < LONG or any(rows[name].null_count() for name in key):
        return rows.sort(key)
    of_row = np.zeros(rows.height, dtype=np.int64)
    for name in key:
        column = rows[name]
        if column.dtype == pl.String:
            codes = column.unique().sort()
            column, most = column.cast(pl.Enum(codes)).to_physical(), len(codes)
        else:
            column = column - column.min()
            most = int(column.max() or 0) + 1  # type: ignore[arg-type]
        of_row = of_row * most + column.to_numpy()
    if (of_row[1:] >= of_row[:-1]).all():
        return rows
    return rows[np.argsort(of_row, kind="stable")]


def _is_made(column: Column) -> bool:
    return column.becomes in ("rounded", "derived")
