"""Rows on neighbours: what each of them needs and lacks at the horizon, place by place."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.inputs import base_persons, load_inputs
from workforce.inputs.neighbours import neighbourhoods
from workforce.results.rows import POST, lay_rows
from workforce.scenarios.kept import central_path
from workforce.scenarios.simulation import add_all, inputs_for


def load_around(
    inputs: xr.Dataset, folder: Folder, region: str, *, others: Sequence[str] = ()
) -> xr.Dataset:
    """Load the places near a region that have staff, and others, each as a region of its own."""
    if "staff" not in inputs or "staff" not in folder.tables:
        return xr.Dataset()
    year, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    near = {code for codes in neighbourhoods(folder, region).values() for code in codes}
    heads = base_persons(folder, base_year=year).filter(pl.col("persons") > 0)
    staffed = set(heads["region"].unique().to_list())
    codes = sorted((near | set(others)) & staffed)
    if not codes:
        return xr.Dataset()
    loaded = load_inputs(folder, region=codes, base_year=year, horizon=horizon)
    return inputs_for(loaded, ["shortage_fte", "competence_held"])


def with_neighbours(
    table: pl.DataFrame,
    around: xr.Dataset,
    folder: Folder,
    *,
    region: str,
) -> pl.DataFrame:
    """Add to the results what the neighbours need and lack at the horizon, in the baseline.

    A row belongs to the place that it is about. Nothing is summed over places here.
    """
    near = {code for codes in neighbourhoods(folder, region).values() for code in codes}
    there = around["region"].values.tolist() if "region" in around else []
    codes = [code for code in there if code in near]
    if len(codes) < 2:
        return table
    parts = []
    for code in codes:
        # One by one, as on the place's own page: a post that only another place has is nobody's way
        # out of a post here.
        own = around.sel(region=[code])
        results = central_path(own)
        parts.append(_posts(own, results))
        if "competence_held" in results:
            parts.append(_competences(results))
    rows = lay_rows(
        pl.concat(parts, how="diagonal"),
        around,
        scenario="baseline",
        year=int(around["year"].values[-1]),
        level=float(table["level"][0]),
    )
    return pl.concat([table, rows.sort("variable", *POST, "category")])


def _posts(near: xr.Dataset, results: xr.Dataset) -> pl.DataFrame:
    """Need in full posts and shortage by place, sector (and all) and occupation."""
    last = results["demand_fte"]["year"].values[-1]
    # A post gives its FTE less short absence, so need at work is met by that much more in posts.
    at_work = 1.0 - near["short_absence"].sel(year=last)
    both = xr.Dataset(
        {
            "neighbour_need": results["demand_fte"].sel(year=last) / at_work,
            "neighbour_shortage": results["shortage_fte"].sel(year=last),
        }
    )
    rows = pl.from_pandas(both.drop_vars("year").to_dataframe().reset_index())
    rows = rows.unpivot(index=POST, variable_name="variable", value_name="central")
    keys = ["region", "occupation", "variable"]
    total = rows.group_by(keys, maintain_order=True).agg(pl.col("central").sum())
    total = total.with_columns(sector=pl.lit("all"))
    return pl.concat([rows, total.select(rows.columns)])


def _competences(results: xr.Dataset) -> pl.DataFrame:
    """Competence required less held by place and sector (and all)."""
    last = {"year": results["demand_fte"]["year"].values[-1]}
    held, required = (
        add_all(results[f"competence_{name}"].sel(last, drop=True), "sector", keep=True)
        for name in ("held", "required")
    )
    both = xr.Dataset({"central": required - held, "required": required})
    frame = pl.from_pandas(both.to_dataframe().reset_index()).rename({"competence": "category"})
    labels = {"dimension": pl.lit("competence"), "variable": pl.lit("neighbour_competence")}
    return (
        frame.filter((pl.col("required") > 0) | (pl.col("central") != 0))
        .drop("required")
        .with_columns(**labels)
    )
