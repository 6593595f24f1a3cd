"""The tables of a folder as they stand, quicker than a folder that is opened and checked."""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from workforce.sources.tables.files import find_tables, read_table


def read_folder(folder: Path, names: Collection[str] | None = None) -> dict[str, pl.DataFrame]:
    """Read the tables of a folder that are there, or those named among them."""
    return {
        name: read_table(path, name)
        for name, path in find_tables(folder).items()
        if names is None or name in names
    }
