"""What is made of all places of a folder: once for each base year, and sliced for each region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import polars as pl

from workforce.contract.folder import Folder
from workforce.contract.packed import Tables, kept, note_read
from workforce.inputs.regions import members

KEPT = 4
"""Folders and base years whose figures of all places are kept."""
FLOWS = ("staff_flows", "vital_rates", "mobility", "graduates")
STOCKS = (
    *("population", "staff", "shortage", "service_use", "service_share"),
    *("service_units", "funded_posts", "fte_in_post", "kostra_figures", "part_time"),
)
QUARTERLY = ("absence", "vacancies", "national_vacancies")


@dataclass(frozen=True, eq=False)
class Known:
    """Tables as they were known on 1 January of a base year, whole and by place as kept."""

    tables: Mapping[str, pl.DataFrame]
    by_place: Mapping[str, Mapping[str, pl.DataFrame]]


@lru_cache(maxsize=KEPT)
def known_tables(folder: Folder, base_year: int) -> Known:
    """Take what was known on 1 January of a base year, once for a folder."""
    tables = known_on({**folder.lists, **kept(folder.tables)}, base_year)
    by_place = {
        name: rows_by_place(table)
        for name, table in tables.items()
        if name != "regions" and "region" in table.columns
    }
    return Known(Tables(tables), MappingProxyType(by_place))


def rows_by_place(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Sort rows by their place, without copying where each place's rows stand together."""
    runs = table["region"].rle().struct.unnest()
    places = runs["value"].to_list()
    if len(set(places)) < len(places):
        parts = table.partition_by("region", as_dict=True, maintain_order=True)
        return {str(place): rows for (place,), rows in parts.items()}
    starts = (runs["len"].cum_sum() - runs["len"]).to_list()
    spans = zip(places, starts, runs["len"].to_list(), strict=True)
    return {place: table.slice(start, length) for place, start, length in spans}


def tables_at(known: Known, codes: Sequence[str]) -> Mapping[str, pl.DataFrame]:
    """Take the rows of some regions and of the municipalities that they are made up of.

    Tables without places, and ``regions``, come whole.
    """
    wanted = places_of(known.tables["regions"], codes)
    found = dict(kept(known.tables))
    for name, parts in known.by_place.items():
        here = [parts[place] for place in wanted if place in parts]
        found[name] = pl.concat(here) if here else found[name].clear()
    return Tables(found)


def places_of(regions: pl.DataFrame, codes: Sequence[str]) -> list[str]:
    """Name some regions and the municipalities that they are made up of, each once."""
    return list(dict.fromkeys(p for code in codes for p in (code, *members(regions, code))))


def known_on(tables: Mapping[str, pl.DataFrame], base_year: int) -> dict[str, pl.DataFrame]:
    """Keep what was known on 1 January of an earlier base year.

    Stocks up to that day and flows of the years before it. An official projection is left out: the
    table does not say when it was made. Nothing is taken away where the base year is the latest 1
    January, and what does not carry a time is kept.
    """
    if base_year >= int(tables["population"]["year"].max()):  # type: ignore[arg-type]
        return dict(tables)
    # Whether a table is there at all depends on its rows.
    note_read(tables)
    found = {}
    for name, table in tables.items():
        if name == "population_projection":
            continue
        if name in FLOWS:
            table = table.filter(pl.col("year") < base_year)
        elif name in STOCKS:
            table = table.filter(pl.col("year") <= base_year)
        elif name in QUARTERLY:
            quarter = pl.col("quarter").cast(pl.String)
            table = table.filter(quarter.str.slice(0, 4).cast(pl.Int64) < base_year)
        if len(table):
            found[name] = table
    return found
