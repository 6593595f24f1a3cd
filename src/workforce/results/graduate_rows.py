"""Graduates to come by programme of education, as rows of results."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.results.rows import figures_of, lay_rows
from workforce.scenarios.scenario import apply_scenario

BY_PROGRAMME = ("graduates_before", "programme_completion", "programme_years")


def with_graduates(
    table: pl.DataFrame,
    inputs: xr.Dataset,
    *,
    region: str,
    scenario: str,
    measures: str | Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    """Add to the results what the programmes of education give, all employers together.

    They are figures about students, in the area that the folder's table is about, and not about
    anybody's staff. More students, by a measure of the scenario, give more graduates.
    """
    if "graduates_path" not in inputs:
        return table
    changed = apply_scenario(inputs, measures, draws=0)
    base = int(inputs.attrs["base_year"])
    parts = [
        _rows(changed["graduates_path"].rename(flow_year="year")),
        *(_rows(changed[name].expand_dims(year=[base])) for name in BY_PROGRAMME),
        _rows(changed["education_share"].expand_dims(year=[base])).filter(pl.col("central") > 0),
    ]
    rows = lay_rows(
        pl.concat(parts, how="diagonal"),
        scenario=scenario,
        region=region,
        dimension="education",
        level=float(table["level"][0]),
    )
    return pl.concat([table, rows])


def _rows(array: xr.DataArray) -> pl.DataFrame:
    rows = figures_of(array, category="education")
    return rows.with_columns(pl.col("central").cast(pl.Float64), variable=pl.lit(str(array.name)))
