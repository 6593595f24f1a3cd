"""Cheapest mixes of measures as rows of a results table."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.results.rows import lay_rows
from workforce.scenarios.goal_seek import seek
from workforce.scenarios.levers.cost import lever_costs
from workforce.scenarios.levers.registry import LEVERS

OUT_OF_REACH = "limits"
"""Category of the mix that is told when none reaches the target: all levers at their limits."""
MOST_DRAWS = 50  # A mix is projected some tens of times; its interval needs no more than these.
PLACES = ("start_year", "end_year", "profile", "sectors", "occupations")


def priced_levers(
    inputs: xr.Dataset, measures: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """List the levers that have a cost and a direction, with time and place of the measures.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them.
    measures : sequence of levers
        Only these, where any are given; else every lever of the table of costs that takes no
        more than a size.
    """
    priced = {
        name
        for name in lever_costs(inputs)
        if LEVERS[name].helps and all(need in inputs for need in LEVERS[name].needs)
    }
    own = {str(one["lever"]): one for one in measures if one["lever"] in priced}
    alone = {name for name in priced if not LEVERS[name].problems({LEVERS[name].size: 0})}
    chosen = [name for name in LEVERS if name in (own or alone)]
    if inputs.sizes["region"] < 2 and "regional_pooling" in chosen:
        chosen.remove("regional_pooling")
    return [
        {
            "lever": name,
            **{key: own[name][key] for key in PLACES if name in own and key in own[name]},
        }
        for name in chosen
    ]


def mix_rows(
    inputs: xr.Dataset,
    scenario: str,
    measures: Sequence[Mapping[str, Any]] = (),
    *,
    sector: str = "all",
    target: float,
    probability: float,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Seek the cheapest mixes that close the shortage at the horizon, as rows; none without costs.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them, of one region.
    scenario : str
        Name that the rows go under.
    measures : sequence of levers
        As for `priced_levers`.
    sector : str
        Code of the sector that is asked about: mixes are sought for all of them together only.
    target, probability, draws, seed
        As for `seek`; of the draws the first ``MOST_DRAWS``.

    Returns
    -------
    polars.DataFrame
        Rows of results. Dimension ``mix`` with the number of the mix (or
        ``limits``): ``mix_gap``, ``mix_cost``, ``mix_chance``. Dimension ``mix_lever`` with number,
        and lever as detail: ``mix_size``, ``mix_one_more``.
    """
    sought = "staff" in inputs and sector == "all"
    levers = priced_levers(inputs, measures) if sought else []
    if not levers:
        return lay_rows([])
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    found = seek(
        inputs,
        levers,
        target=target,
        year=year,
        probability=probability,
        draws=min(draws, MOST_DRAWS),
        seed=seed,
    )
    mix = pl.when("feasible").then(pl.col("mix").cast(pl.String)).otherwise(pl.lit(OUT_OF_REACH))
    found = found.with_columns(category=mix)
    heads = found.unique("mix", keep="first", maintain_order=True)
    more = found.filter(pl.col("one_more").is_not_null())
    parts = [
        heads.select("category", "central", "lower", "upper", variable=pl.lit("mix_gap")),
        _certain(heads, "total_cost", "mix_cost"),
        _certain(heads, "probability", "mix_chance"),
        _certain(found, "size", "mix_size", detail="lever"),
        _certain(more, "one_more", "mix_one_more", detail="lever"),
    ]
    rows = pl.concat(parts, how="diagonal").with_columns(
        dimension=pl.when(pl.col("detail").is_null())
        .then(pl.lit("mix"))
        .otherwise(pl.lit("mix_lever"))
    )
    region = str(inputs["region"].values[0])
    return lay_rows(rows, inputs, scenario=scenario, region=region, year=year)


def _certain(found: pl.DataFrame, column: str, variable: str, **labels: str) -> pl.DataFrame:
    value = pl.col(column).cast(pl.Float64)
    bounds = dict.fromkeys(("central", "lower", "upper"), value)
    return found.select("category", **labels, **bounds, variable=pl.lit(variable))
