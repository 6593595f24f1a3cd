"""Where the width of the shortage's interval comes from, as rows of results."""

from typing import Any

import polars as pl
import xarray as xr

from workforce.results.rows import lay_rows
from workforce.scenarios.uncertainty import width_by_source


def width_rows(inputs: xr.Dataset, *, draws: int, seed: int) -> pl.DataFrame:
    """Split the variance of the shortage at the horizon, by sector; no rows without staff."""
    if "staff" not in inputs:
        return lay_rows([])
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    asked: dict[str, Any] = {"variable": "shortage_fte", "year": year, "by": ["sector"]}
    widths = width_by_source(inputs, "baseline", draws=draws, seed=seed, **asked)
    rows = widths.filter(pl.col("occupation") == "all").select(
        "region", "sector", "year", category="source", central="share"
    )
    return lay_rows(
        rows, inputs, scenario="baseline", dimension="width_source", variable="width_share"
    )
