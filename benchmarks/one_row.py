"""Projections of places of the sample after one row of 9005 changed in a table that holds them all.

``python -m benchmarks.one_row [TABLE.COLUMN ...] [--places 9005,9012]`` makes the figures of
overview and labour shortage of each place, then changes a row of one table after the other, and
prints how many projections each place takes and the seconds of processor of all.
"""

import argparse
import os
import shutil
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import polars as pl

from workforce.batch.figure_worker import _answer
from workforce.batch.stray import STRAY
from workforce.results.asked import Asked, kept_path
from workforce.sources.tables.files import find_tables, packaged_folder, read_table

TABLES = ("funded_posts.fte", "shortage.fte", "service_share.share", "absence.absence_rate",
          "service_use.users", "population.persons", "staff_flows.persons",
          "staff.persons")  # fmt: skip
CHANGED = "9005"


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("tables", nargs="*", default=TABLES)
    given.add_argument("--places", default="9005,9012")
    asked = given.parse_args()
    places = asked.places.split(",")
    with tempfile.TemporaryDirectory() as folder:
        os.environ[STRAY] = str(Path(folder) / "libraries.log")
        data = Path(shutil.copytree(packaged_folder("sample"), Path(folder) / "data"))
        tell("from nothing", data, places)
        for one in asked.tables:
            table, column = one.split(".")
            change(data, table, column)
            tell(one, data, places)


def tell(name: str, data: Path, places: list[str]) -> None:
    """Make the figures of places, and print what that took."""
    began, run = time.process_time(), data.parent / "run"
    run.mkdir(exist_ok=True)
    made = {}
    for place in places:
        pages = [
            Asked(page, place, "baseline", 2026, 10, 200, 1, "2026Q4")
            for page in ("overview", "labour_shortage")
        ]
        told = [
            {"asked": asdict(one), "path": str(kept_path(run, one)), "made_from": ""}
            for one in pages
        ]
        request = {
            "data": str(data), "audience": "internal", "run": str(run), "content": {},
            "store": str(run / "projections" / place / "now"), "pages": told, "environment": {},
        }  # fmt: skip
        made[place] = sum(one["projections"] for one in _answer(request))
    print(f"{name}: {made}, {time.process_time() - began:.1f} s of processor", flush=True)


def change(data: Path, name: str, column: str) -> None:
    """Change the first row of the place that has a figure, in the latest year or quarter."""
    path = find_tables(data)[name]
    table = read_table(path, name).with_row_index()
    rows = table.filter(pl.col("region") == CHANGED, pl.col(column) > 0)
    for time_ in {"year", "quarter"} & {*rows.columns}:
        rows = rows.filter(pl.col(time_) == rows[time_].max())
    here = pl.col("index") == rows["index"][0]
    whole = table.schema[column].is_integer()
    other = pl.col(column) + 1 if whole else pl.col(column) * 0.9
    table = table.with_columns(pl.when(here).then(other).otherwise(column).alias(column))
    write = pl.DataFrame.write_parquet if path.suffix == ".parquet" else pl.DataFrame.write_csv
    write(table.drop("index"), path)


if __name__ == "__main__":
    main()
