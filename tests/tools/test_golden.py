"""What a change moved is told, and nothing else."""

import json

import polars as pl
import pytest
from tools.golden import compare, write_inputs

from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import open_folder

ROWS = pl.DataFrame({"variable": ["fte", "fte", "persons"], "year": [2026, 2027, 2026],
                     "central": [10.0, None, 1e6]})  # fmt: skip


def write(folder, rows, **facts):
    folder.mkdir(parents=True)
    rows.write_parquet(folder / "page.parquet", metadata={"facts": json.dumps(facts)})
    return folder


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (pl.col("central"), ""),
        (pl.col("central") * (1 + 1e-11), ""),
        (pl.col("central").fill_null(0.0), "central: 1 rows"),
        (pl.col("central") + pl.when(pl.col("year") == 2026).then(1e-5).otherwise(0), "central: 1"),
        (pl.lit("fte").alias("variable"), "variable: 1 rows"),
    ],
)
def test_a_figure_that_moved_is_told_and_the_order_of_rows_is_none(tmp_path, change, told):
    before = write(tmp_path / "before", ROWS, projections=3, page="ageing")
    after = write(tmp_path / "after", ROWS.with_columns(change).reverse(), page="ageing")
    found = list(compare(before, after))
    assert bool(found) == bool(told)
    assert told in "".join(found)


def test_pages_that_came_or_went_and_what_they_tell_beside_figures_are_told(tmp_path):
    before = write(tmp_path / "before", ROWS, page="ageing")
    after = write(tmp_path / "after", ROWS, page="overview")
    assert list(compare(before, after)) == ["page.parquet: what it tells as facts differs"]
    (after / "page.parquet").rename(after / "other.parquet")
    assert list(compare(before, after)) == [
        f"page.parquet: not in {after}",
        f"other.parquet: not in {before}",
    ]


def test_inputs_differ_in_the_thirteenth_figure(tmp_path):
    paths = [tmp_path / name / "inputs" / "9012.parquet" for name in ("before", "after")]
    for path in paths:
        write_inputs(open_folder(packaged_folder("sample")), "9012", path, 2026, 5)
    assert list(compare(tmp_path / "before", tmp_path / "after")) == []
    moved = pl.read_parquet(paths[1]).with_columns(pl.col("value") * (1 + 1e-11))
    moved.write_parquet(paths[1], metadata=pl.read_parquet_metadata(paths[0]))
    (told,) = compare(tmp_path / "before", tmp_path / "after")
    assert "value" in told
