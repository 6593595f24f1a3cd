"""Moves between occupations, as one-year probabilities."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.model.rates import probability_from_rate, shrink_rates

MOVE_K = 500.0  # Person-years at which the moves of a pair count for half.


def occupational_moves(
    tables: Mapping[str, pl.DataFrame],
    staff: pl.DataFrame,
    sectors: list[str],
    occupations: list[str],
) -> xr.DataArray:
    """One-year probabilities of moving between occupations that the sector has.

    A pair's rate is persons over person-years of the origin, drawn towards the mean rate of the
    other pairs seen between the two groups of occupations by exposure / (exposure + 500); a pair
    that is the only one between its groups has its own rate. A pair never seen to move has no
    moves: an assistant does not become a doctor because a nurse became an adviser.
    """
    dims = {"occupation": occupations, "occupation_to": occupations}
    rate = _move_rates(tables, occupations)["rate"]
    eye = xr.DataArray(np.eye(len(occupations)), dims=list(dims), coords=dims)
    has = to_array(staff, {"sector": sectors, "occupation": occupations}, "persons") > 0
    rate = rate * (1.0 - eye) * has * has.rename(occupation="occupation_to")
    moves = probability_from_rate(rate.rename(occupation_to="cause")).rename(cause="occupation_to")
    stay = 1.0 - moves.sum("occupation_to")
    return (moves + eye * stay).transpose("sector", "occupation", "occupation_to")


def move_weights(tables: Mapping[str, pl.DataFrame], occupations: list[str]) -> xr.DataArray:
    """Credibility weight of each pair's own moves against those of the others of its groups."""
    return _move_rates(tables, occupations)["weight"]


def _move_rates(tables: Mapping[str, pl.DataFrame], occupations: list[str]) -> xr.Dataset:
    """Rate of each pair seen to move, drawn to that of the others seen between its groups."""
    groups = ("group", "group_to")
    group = tables["occupations"].select("occupation", "group")
    pairs = (
        tables["mobility"]
        .filter(
            pl.col("occupation").is_in(occupations) & pl.col("occupation_to").is_in(occupations)
        )
        .group_by("occupation", "occupation_to", maintain_order=True)
        .agg(pl.col("persons").sum().cast(pl.Float64), pl.col("exposure").sum())
        .filter(pl.col("persons") > 0)
        .join(group, on="occupation")
        .join(
            group.rename({"occupation": "occupation_to", "group": "group_to"}), on="occupation_to"
        )
        .with_columns(
            pl.col(value).sum().over(groups).sub(pl.col(value)).alias(f"others_{value}")
            for value in ("persons", "exposure")
        )
        .with_columns(
            prior=pl.when(pl.len().over(groups) > 1)
            .then(pl.col("others_persons") / pl.col("others_exposure"))
            .otherwise(pl.col("persons") / pl.col("exposure"))
        )
    )
    dims = {"occupation": occupations, "occupation_to": occupations}
    persons, exposure, prior = (
        to_array(pairs, dims, value) for value in ("persons", "exposure", "prior")
    )
    return shrink_rates(persons, exposure, prior, k=MOVE_K)
