"""Where measures free time: FTE that higher output per FTE spares, as rows of results."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.results import LEVEL
from workforce.model.posts import to_grid, used_posts
from workforce.model.projection import project_need
from workforce.results.rows import figures_of_draws, lay_rows
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.levers.need import freed_fte
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import add_all

FREED = "freed_fte"


def freed_rows(
    inputs: xr.Dataset,
    scenario: str,
    measures: Sequence[Mapping[str, Any]],
    *,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Tell the FTE that measures free at the horizon, by post, as rows of results.

    What is freed is the need without the higher output less the need with it, before tasks are
    shared (`freed_fte`).
    """
    if "staff" not in inputs:
        return lay_rows([])
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    changed = apply_scenario(inputs, list(measures), draws=draws, seed=seed)
    output = changed["productivity"].sel(year=year)
    if float(output.max()) <= 1.0:
        return lay_rows([])
    drawn = with_draws(changed, draw_inputs(inputs, draws=draws, seed=seed))
    posts = used_posts(inputs)
    demand = to_grid(project_need(drawn, posts), posts)
    freed = freed_fte(changed, xr.Dataset({"demand_fte": demand})).sel(year=year, drop=True)
    for dim in ("sector", "occupation"):
        freed = add_all(freed, dim, keep=True)
    by_post = (pl.col("sector") != "all") | (pl.col("occupation") == "all")
    table = figures_of_draws(freed, LEVEL).filter((pl.col("central") != 0) & by_post)
    rows = table.with_columns(variable=pl.lit(FREED))
    return lay_rows(rows, inputs, scenario=scenario, year=year)
