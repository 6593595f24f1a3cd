"""Long tables kept small: numbers of a list of codes for text, and short numbers for long ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from workforce.contract.dictionary import tables as known_tables

LONG = 500_000
"""Rows from which a table is kept small: fewer take little, and are read as they are."""
LARGE = ("staff", "staff_flows", "population", "population_projection", "service_use")
"""Tables that are read as they are kept too, and that nearly every figure rests on."""
SHORT = ("age", "year")
"""Columns of whole numbers that are never long."""

_read: set[str] = set()


@dataclass(frozen=True, eq=False)
class Tables(Mapping[str, pl.DataFrame]):
    """Tables by name, each as its reader knows it however it is kept.

    A text takes sixteen bytes in every row and a year eight, and a country has millions. Whoever
    reads a long table gets a copy of its own with text, for as long as it is held; `rows_of` takes
    some rows without a copy of all.
    """

    kept: Mapping[str, pl.DataFrame]

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Give a table with its codes as text."""
        return plain(self.kept[name], name)

    def __contains__(self, name: object) -> bool:
        return name in self.kept

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


def kept(tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """Give tables as they are kept, for what asks for no text of them, such as their years."""
    return tables.kept if isinstance(tables, Tables) else tables


def rows_of(tables: Mapping[str, pl.DataFrame], name: str, wanted: pl.Expr) -> pl.DataFrame:
    """Take rows of a table by its numbers, such as those of a year."""
    return plain(kept(tables)[name].filter(wanted), name)


def packed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give a long table with the texts that the dictionary knows as numbers of a list of codes."""
    if table.height < LONG:
        return table
    texts = [column for column in _known(name) if table.schema.get(column) == pl.String()]
    lists = {column: table[column].unique().drop_nulls().sort() for column in texts}
    short = [name for name in SHORT if table.schema.get(name) == pl.Int64()]
    return table.with_columns(
        *(pl.col(name).cast(pl.Enum(codes)) for name, codes in lists.items()),
        pl.col(short).cast(pl.Int16),
    )


def plain(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give a table with text as text; itself where it is kept so."""
    _read.add(name)
    schema = table.schema
    lists = [column for column in _known(name) if schema.get(column) == pl.Enum]
    short = [name for name in SHORT if schema.get(name) == pl.Int16()]
    if not lists and not short:
        return table
    return table.with_columns(pl.col(lists).cast(pl.String), pl.col(short).cast(pl.Int64))


def note_read(names: Iterable[str]) -> None:
    """Note tables of which something was looked at without reading them here."""
    _read.update(names)


def tables_read() -> list[str]:
    """Name the tables that this process has read: all that its figures can rest on, and maybe more.

    What is made of all places is kept for the next figures, so that they rest on what was read for
    earlier ones.
    """
    return sorted(_read.union(LARGE))


def _known(name: str) -> list[str]:
    return [column.name for column in known_tables()[name].columns]
