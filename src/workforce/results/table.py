"""The tidy table of results: one row per figure, with the persons behind it."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.results import declared
from workforce.results.rows import lay_rows
from workforce.scenarios.simulation import AGREE

COUNTED, PARTLY = "measured_shortage", "partly_measured_shortage"
ESTIMATED = "estimated_shortage"
"""Variables of the shortage of the base year: counted by the place, by a part of it, by nobody."""
_TWO = {
    "sex_age": ("sex", "age"),
    "competence_age": ("competence", "age_group"),
    "competence_cause": ("competence", "cause"),
}
"""Dimensions of rows that have two labels: what category and detail are labels of."""


def results_table(results: xr.Dataset, inputs: xr.Dataset) -> pl.DataFrame:
    """Lay results out as one row per scenario, place, post, category, variable and year.

    Parameters
    ----------
    results : Dataset
        As `simulate` gives them.
    inputs : Dataset
        The inputs they come from; base-year persons are counted from them.

    Returns
    -------
    polars.DataFrame
        Rows of results. Funded posts end with the last year of the plan.
    """
    base = int(inputs.attrs["base_year"])
    ends = (base, base + int(inputs.attrs["horizon"]))
    frames = [
        _tidy(str(name), _with_year(array, *ends), _agree(results, str(name), *ends))
        for name, array in results.data_vars.items()
        if str(name) in declared()
    ]
    frames.append(_measured(results, inputs) if "measured_shortage" in inputs else pl.DataFrame())
    found = pl.concat([frame for frame in frames if len(frame)], how="diagonal_relaxed")
    if "users_path" in results:
        # Users of different services are no sum of anything.
        found = found.filter((pl.col("variable") != "users_path") | (pl.col("sector") != "all"))
    table = lay_rows(found, inputs, sums=about(results).sums)
    if "norm_fte" in results:
        # Norms cover some occupations: where there is none, and over sectors, no sum is told.
        asks = (inputs["norm_rate"].sum("age") > 0).to_dataframe(name="asks").reset_index()
        normed = pl.from_pandas(asks[asks["asks"]])
        of_norm = pl.struct("sector", "occupation").is_in(
            pl.concat(
                [
                    normed.select("sector", "occupation"),
                    normed.select("sector", occupation=pl.lit("all")).unique(),
                ]
            )
            .to_struct()
            .implode()
        )
        table = table.filter((pl.col("variable") != "norm_fte") | of_norm)
    nobody = (pl.col("variable") == "working_years") & (pl.col("persons") == 0.0)
    table = table.filter(~nobody)
    if "funded_posts" in inputs:
        until = inputs["funded_posts"].attrs.get("until", int(inputs["year"].max()))
        table = table.filter((pl.col("variable") != "funded_fte") | (pl.col("year") <= until))
    return table


def _with_year(array: xr.DataArray, base: int, last: int) -> xr.DataArray:
    """Date what is about the whole period by its end, and lives from today on by today."""
    if {"year", "flow_year"} & set(array.dims):
        return array
    return array.expand_dims(year=[base if "start_age" in array.dims else last])


def _agree(results: xr.Dataset, name: str, base: int, last: int) -> xr.DataArray | None:
    """Share of the draws on the side of each figure, where the results tell it."""
    array = results.get(f"{name}{AGREE}")
    return None if array is None else _with_year(array, base, last)


def _tidy(name: str, array: xr.DataArray, agree: xr.DataArray | None) -> pl.DataFrame:
    dimension = next((one for one in declared()[name].dimensions if one), "")
    own = dict(zip(("category", "detail"), _TWO.get(dimension, (dimension,)), strict=False))
    own = {column: dim for column, dim in own.items() if dim}
    time = "year" if "year" in array.dims else "flow_year"
    lead = [str(dim) for dim in array.dims if dim != "bound"]
    array = array.transpose(*lead, "bound")
    values = array.values.reshape(-1, array.sizes["bound"])
    places = np.indices([array.sizes[dim] for dim in lead], sparse=True)
    frame = pl.DataFrame(
        {
            dim: pl.Series(array.get_index(dim).tolist()).gather(
                np.broadcast_to(place, array.shape[:-1]).ravel()
            )
            for dim, place in zip(lead, places, strict=True)
        }
    )
    return frame.rename({time: "year"} | {dim: column for column, dim in own.items()}).with_columns(
        *(pl.col(column).cast(pl.String) for column in own),
        *(pl.Series(bound, values[:, i]) for i, bound in enumerate(array["bound"].values)),
        dimension=pl.lit(dimension),
        variable=pl.lit(name),
        agree=_values(agree, array),
    )


def _values(agree: xr.DataArray | None, like: xr.DataArray) -> pl.Series | pl.Expr:
    if agree is None:
        return pl.lit(None, pl.Float64)
    one = like.isel(bound=0, drop=True)
    return pl.Series(agree.broadcast_like(one).transpose(*one.dims).values.ravel())


def _measured(results: xr.Dataset, inputs: xr.Dataset) -> pl.DataFrame:
    """Shortage of the base year by line, with totals, the same in every scenario.

    Only what the place counted is ``measured_shortage``. A line that some municipalities counted,
    or of which some sectors were, is ``partly_measured_shortage``; unfilled posts that nobody
    counted are ``estimated_shortage``, of all occupations together, which the national rates do not
    tell apart; and the other lines have no rows then. Where the results have sums of occupations,
    the lines have them, too.
    """
    # The results hold the posts that exist somewhere; the others have neither staff nor shortage.
    there = {dim: results[dim].values.tolist() for dim in ("sector", "occupation")}
    measured = inputs["measured_shortage"]
    array = measured.sel({dim: measured[dim].isin(labels).values for dim, labels in there.items()})
    # A post that nobody holds and that lacks nobody tells nothing of what was counted.
    anybody = inputs["staff"].sum(["sex", "working_age"]) + measured.sum("line") > 0
    known = inputs["shortage_counted"].where(anybody)
    both = xr.merge([array.rename("central"), known.rename("known")], join="left")
    frame = pl.from_pandas(both.to_dataframe().reset_index(), nan_to_null=True)
    keys = ["region", "sector", "occupation", "line"]
    frame = frame.select(*keys, "central", least="known", most="known")
    sums = (pl.col("central").sum(), pl.col("least").min(), pl.col("most").max())
    parts = [frame]
    for gone in (["occupation"], ["sector"], ["sector", "occupation"]):
        rest = [key for key in keys if key not in gone]
        total = frame.group_by(rest, maintain_order=True).agg(sums)
        total = total.with_columns(pl.lit("all").alias(key) for key in gone)
        parts.append(total.select(frame.columns))
    for label, members in about(results).sums.items():
        if label not in there["occupation"]:
            continue
        for part in (parts[0], parts[2]):
            summed = part.filter(pl.col("occupation").is_in(members))
            summed = (
                summed.with_columns(occupation=pl.lit(label))
                .group_by(keys, maintain_order=True)
                .agg(sums)
            )
            parts.append(summed.select(frame.columns))
    place = ("region", "sector", "line")
    national = (pl.col("line") == "unfilled") & (pl.col("occupation") == "all")
    lines = (
        pl.concat(parts)
        .with_columns(
            variable=pl.when(pl.col("least").min().over(place) >= 1.0)
            .then(pl.lit(COUNTED))
            .when(pl.col("most").max().over(place) > 0.0)
            .then(pl.lit(PARTLY))
            .otherwise(pl.lit(ESTIMATED))
        )
        .filter((pl.col("most") > 0.0) | (national & pl.col("most").is_not_null()))
        .drop("least", "most")
        .rename({"line": "category"})
    )
    scenarios = pl.DataFrame({"scenario": results["scenario"].values.astype(str)})
    levels = pl.DataFrame({"level": results["level"].values})
    return (
        lines.join(scenarios, how="cross")
        .join(levels, how="cross")
        .with_columns(
            dimension=pl.lit("line"),
            year=pl.lit(int(inputs.attrs["base_year"]), dtype=pl.Int64),
            lower=pl.col("central"),
            upper=pl.col("central"),
            # Nobody holds an occupation that is only lacking. Those without the qualification are
            # at least as many as their FTE, and not all who are in the post.
            persons=pl.when(
                pl.col("category") == "unqualified", pl.col("variable") != ESTIMATED
            ).then(pl.col("central").round(6).ceil()),
        )
    )
