"""What first steps would give of what is missing at the horizon, tried one by one in every service.

Each is tried on the central path in all services at once: those who leave for the largest cause
become a tenth fewer from the second year on, positions five points of full time larger, or absence
a point lower.
"""

import polars as pl
import xarray as xr

from workforce.results.rows import figures_of, lay_rows
from workforce.scenarios.kept import central_path
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import inputs_for

FEWER = 0.1
"""Part of those who leave for a cause that stays."""
POINT_LEVERS = {"mean_position": ("position_share", 5.0), "absence_rate": ("absence", -1.0)}
"""Lever and percentage points of each step on those who work already."""
OF_NEED = ("shortage_fte",)


def step_rows(inputs: xr.Dataset, own: pl.DataFrame, *, scenario: str) -> pl.DataFrame:
    """Tell the FTE that each step gives where they lack at the horizon, as rows of results.

    Of an occupation of a service a step counts for no more than what is missing there (``own`` are
    the rows of the page), so that nothing is told of those it has more than enough of.
    """
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    by_post = {"scenario": scenario, "year": year, "dimension": ""}
    missing = own.filter(**by_post, variable="missing_fte").select(
        "sector", "occupation", missing="central"
    )
    cause = _largest_cause(own, scenario)
    if "staff" not in inputs or missing.is_empty() or not cause:
        return lay_rows([])
    bare = inputs_for(inputs, OF_NEED)
    tried = {cause: _with_fewer_leaving(bare, cause)} | {
        step: apply_scenario(
            bare,
            [{"lever": lever, "points": points, "sectors": [one]} for one in _staffed(bare)],
        )
        for step, (lever, points) in POINT_LEVERS.items()
    }
    before = central_path(bare)["shortage_fte"].sel(year=year, drop=True)
    parts = [
        figures_of(before - central_path(changed)["shortage_fte"].sel(year=year, drop=True))
        .join(missing, on=["sector", "occupation"], how="inner")
        .group_by("sector", maintain_order=True)
        .agg(pl.min_horizontal("central", "missing").sum().alias("central"))
        .with_columns(category=pl.lit(step))
        for step, changed in tried.items()
    ]
    return lay_rows(
        pl.concat(parts), inputs, scenario=scenario, year=year, variable="step_effect",
        dimension="step", region=str(inputs["region"].item()), occupation="all",
    )  # fmt: skip


def _largest_cause(own: pl.DataFrame, scenario: str) -> str:
    """Give the cause by which most FTE leave in the years of the page; empty where none do."""
    causes = (
        own.filter(variable="replacement_by_cause", scenario=scenario, sector="all",
                   occupation="all")
        .group_by("category").agg(pl.col("central").sum()).sort("central", "category")
    )  # fmt: skip
    return str(causes["category"][-1]) if causes.height and causes["central"][-1] > 0 else ""


def _staffed(inputs: xr.Dataset) -> list[str]:
    heads = inputs["staff"].sum([one for one in inputs["staff"].dims if one != "sector"])
    return [str(one) for one in heads["sector"].values[heads.values > 0]]


def _with_fewer_leaving(inputs: xr.Dataset, cause: str) -> xr.Dataset:
    some = (inputs["cause"] == cause) & (inputs["flow_year"] > inputs["flow_year"].min())
    factor = inputs["exit_factor"] * (1.0 - FEWER * some)
    return inputs.assign(exit_factor=factor.transpose(*inputs["exit_factor"].dims))
