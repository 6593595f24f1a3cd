"""Where the width of the shortage's interval comes from, as rows of a results table."""

from typing import Any

import polars as pl
import xarray as xr

from workforce.results.rows import lay_rows
from workforce.scenarios.scenario import Scenario
from workforce.scenarios.uncertainty import width_by_source


def width_of_shortage(
    inputs: xr.Dataset, scenario: Scenario, *, draws: int, seed: int
) -> pl.DataFrame:
    """Split the variance of the shortage at the horizon, by sector; no rows without staff."""
    if "staff" not in inputs:
        return pl.DataFrame()
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    settings: dict[str, Any] = {"variable": "shortage_fte", "year": year, "by": ["sector"]}
    return width_by_source(inputs, scenario, draws=draws, seed=seed, **settings)


def with_widths(table: pl.DataFrame, widths: pl.DataFrame, inputs: xr.Dataset) -> pl.DataFrame:
    """Add to a results table where the width of an interval comes from."""
    if widths.is_empty():
        return table
    rows = widths.filter(pl.col("occupation") == "all").select(
        "region", "sector", "year", category="source", central="share"
    )
    own = lay_rows(
        rows, inputs, scenario="baseline", dimension="width_source", variable="width_share"
    )
    return pl.concat([table, own])
