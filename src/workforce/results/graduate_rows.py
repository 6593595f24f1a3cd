"""Graduates to come by programme of education, as rows of results."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.dictionary import variables
from workforce.results.table import COLUMNS
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
    anybody's staff.

    Parameters
    ----------
    table : polars.DataFrame
        From `results_table`.
    inputs : Dataset
        As `load_inputs` gives them.
    region : str
        Region of the page.
    scenario : str
        Name that the rows go under.
    measures : str or sequence of levers
        The scenario, as for `apply_scenario`: more students give more graduates.

    Returns
    -------
    polars.DataFrame
        The same rows, and after them, with the programme as category: ``graduates_path`` by year
        and ``graduates_before`` [persons per year], ``programme_completion`` [share],
        ``programme_years`` [years] and, by occupation, ``education_share`` [share]. The same table
        where the folder has no programmes.
    """
    if "graduates_path" not in inputs:
        return table
    changed = apply_scenario(inputs, measures)
    base = int(inputs.attrs["base_year"])
    parts = [
        _rows(changed["graduates_path"].rename(flow_year="year")),
        *(_rows(changed[name].expand_dims(year=[base])) for name in BY_PROGRAMME),
        _rows(changed["education_share"].expand_dims(year=[base])).filter(pl.col("central") > 0),
    ]
    rows = pl.concat(parts, how="diagonal").with_columns(
        pl.col("occupation").fill_null("all"),
        scenario=pl.lit(scenario),
        region=pl.lit(region),
        sector=pl.lit("all"),
        dimension=pl.lit("education"),
        level=pl.lit(float(table["level"][0])),
        lower=pl.col("central"),
        upper=pl.col("central"),
        persons=pl.lit(None, dtype=pl.Float64),
    )
    schema = {name: table.schema[name] for name in COLUMNS}
    return pl.concat([table, rows.select(COLUMNS).cast(schema)])  # type: ignore[arg-type]


def _rows(array: xr.DataArray) -> pl.DataFrame:
    name = str(array.name)
    frame = pl.from_pandas(array.rename("central").to_dataframe().reset_index())
    return frame.rename({"education": "category"}).with_columns(
        pl.col("central").cast(pl.Float64),
        variable=pl.lit(name),
        unit=pl.lit(variables()[name].unit),
    )
