from pathlib import Path

import polars as pl
import pytest

from workforce.inputs import load_inputs
from workforce.results.drivers import width_rows

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_widths_become_rows_with_the_persons_behind_them() -> None:
    inputs = load_inputs(SAMPLE, region="9012", horizon=2)
    table = width_rows(inputs, draws=20, seed=1)
    sums = table.group_by("sector").agg(pl.col("central").sum())
    assert sums["central"].to_list() == pytest.approx([1.0] * sums.height)
    assert set(table["category"]) == {"population", "behaviour", "chance", "assumptions"}
    persons = float(inputs["staff"].sum())
    assert table.filter(pl.col("sector") == "all")["persons"].unique().to_list() == [persons]
    assert table["persons"].null_count() == 0


def test_without_staff_nothing_is_added() -> None:
    inputs = load_inputs(SAMPLE, region="9012", horizon=2)
    bare = inputs.drop_vars("staff")
    assert width_rows(bare, draws=20, seed=1).is_empty()
