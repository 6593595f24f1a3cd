"""Long tables kept small: with numbers of a list of codes for text, which is there when read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from workforce.contract.dictionary import tables as known_tables

LONG = 500_000
"""Rows from which a table is kept small: fewer take little, and are read as they are."""


@dataclass(frozen=True, eq=False)
class Tables(Mapping[str, pl.DataFrame]):
    """Tables by name, each as its reader knows it however it is kept.

    A text takes sixteen bytes in every row, and a country has millions. Whoever reads a long table
    gets a copy of its own with text, for as long as it is held.
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


def packed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give a long table with the texts that the dictionary knows as numbers of a list of codes."""
    if table.height < LONG:
        return table
    texts = [column for column in _known(name) if table.schema.get(column) == pl.String()]
    lists = {column: table[column].unique().drop_nulls().sort() for column in texts}
    return table.with_columns(pl.col(name).cast(pl.Enum(codes)) for name, codes in lists.items())


def plain(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give a table with text as text; itself where it is kept so."""
    schema = table.schema
    lists = [column for column in _known(name) if schema.get(column) == pl.Enum]
    return table.with_columns(pl.col(lists).cast(pl.String)) if lists else table


def _known(name: str) -> list[str]:
    return [column.name for column in known_tables()[name].columns]
