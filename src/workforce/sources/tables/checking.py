"""What is wrong with a folder of tables, as a table."""

from pathlib import Path

import polars as pl

from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.shown import shown

COLUMNS = {
    "table": pl.String(),
    "file": pl.String(),
    "column": pl.String(),
    "rule": pl.String(),
    "count": pl.Int64(),
    "rows": pl.List(pl.Int64()),
    "message": pl.String(),
}


def check(path: str | Path) -> pl.DataFrame:
    """Check the tables of a folder against the dictionary.

    Parameters
    ----------
    path : str or Path
        Folder of tables, or a workbook.

    Returns
    -------
    DataFrame
        A row for each rule that a table breaks: table, file, column, rule, count of rows, rows (the
        first ones, where row 1 is the header) and message: what to do. No rows where all is well.

    Raises
    ------
    SourceError
        The folder is not there, or a file in it cannot be read.
    """
    found = open_folder(path).report.problems
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in found]
    return shown(pl.DataFrame(rows, schema=COLUMNS))
