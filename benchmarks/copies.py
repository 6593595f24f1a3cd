"""Copies of the sample county under other codes, as a country of many municipalities."""

from pathlib import Path

import polars as pl
from tests.tables import read_folder

from workforce.sources.tables.files import packaged_folder

NAMED = ("region", "county", "labour_region")
"""Columns whose codes a copy has its own of."""


def write_copies(folder: Path, municipalities: int) -> list[str]:
    """Write a folder of whole copies of the sample county; give the codes of its municipalities.

    Every copy is a county with its municipalities and their rows in every table; the nation, the
    comparison groups and what belongs to no place are there once.
    """
    tables = read_folder(packaged_folder("sample"))
    level = dict(tables["regions"].select("region", "level").iter_rows())
    towns = [code for code, kind in level.items() if kind == "municipality"]
    shared = [code for code, kind in level.items() if kind in ("nation", "group")]
    copies = [f"{number:02d}" for number in range(-(-municipalities // len(towns)))]
    left_out = [copy + town for copy in copies for town in towns][municipalities:]
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if "region" in table.columns:
            renamed = [_renamed(table, copy, shared) for copy in copies]
            table = pl.concat(renamed).unique(maintain_order=True)
            table = table.filter(~pl.col("region").is_in(left_out))
        table.write_parquet(folder / f"{name}.parquet")
    return [copy + town for copy in copies for town in towns][:municipalities]


def _renamed(table: pl.DataFrame, copy: str, shared: list[str]) -> pl.DataFrame:
    codes = [
        pl.when(pl.col(name).is_in(shared)).then(pl.col(name)).otherwise(copy + pl.col(name))
        .alias(name)
        for name in NAMED
        if name in table.columns
    ]  # fmt: skip
    if "neighbours" in table.columns:
        near = pl.col("neighbours").str.split(";").list.eval(copy + pl.element()).list.join(";")
        codes.append(near)
    return table.with_columns(codes)
