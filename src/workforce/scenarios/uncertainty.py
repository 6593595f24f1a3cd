"""How much of the width of an interval comes from each source of uncertainty."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import xarray as xr

from workforce.errors import ParameterError
from workforce.model.posts import used_posts
from workforce.model.projection import project
from workforce.scenarios.draws import FACTORS, SOURCES, draw_inputs, with_draws
from workforce.scenarios.hiring import assumptions_of, has_measures, surplus_of
from workforce.scenarios.pieces import in_year
from workforce.scenarios.scenario import Scenario, apply_scenario
from workforce.scenarios.shapley import shapley, subsets
from workforce.scenarios.simulation import LEAST_DRAWS, inputs_for, keep_results, needs_flows

SPREAD_FROM = 1e-9  # Standard deviation below which a figure is the same in all draws.


def width_by_source(
    inputs: xr.Dataset,
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    variable: str,
    year: int,
    by: Sequence[str] = (),
) -> pl.DataFrame:
    """Split the variance of a result over population, behaviour, chance and assumptions.

    Every set of sources is run with the same draws, the others held at the central path. With v(S)
    the variance over draws when the sources in S vary, the part of a source is its Shapley value,

        sum over S without it of |S|! (3 - |S|)! / 4! * (v(S with it) - v(S)),

    so that what two sources do together is shared between them equally and the parts sum to the
    variance with all. Parts are estimates from draws: one may come out slightly below zero.

    Some hundred draws give shares to a few hundredths. One row for each figure and source: its
    labels, ``variable``, ``year``, ``source``, ``share`` of the variance (1 over the sources),
    ``alone``, the variance with only that source as a share of the variance with all, and ``sd``,
    the standard deviation with all. Figures that are the same in all draws have no rows.

    Source: Owen (2014), SIAM/ASA Journal on Uncertainty Quantification 2(1), 245-251.
    doi:10.1137/130936233
    """
    if draws < LEAST_DRAWS:
        raise ParameterError(f"draws is {draws}; shares need at least {LEAST_DRAWS}.")
    changed = inputs_for(apply_scenario(inputs, scenario, draws=0), [variable])
    doubted = inputs_for(apply_scenario(inputs, scenario, draws=draws, seed=seed), [variable])
    before = None
    if "staff" in changed and has_measures(scenario):
        before = inputs_for(apply_scenario(inputs, assumptions_of(scenario)), ["shortage_fte"])
    variance: dict[frozenset[str], xr.DataArray] = {}
    everything = draw_inputs(inputs, draws=draws, seed=seed)
    for chosen in filter(None, subsets(SOURCES)):
        own = doubted if "assumptions" in chosen else changed
        values = _outcome(own, before, everything, sorted(chosen), draws, seed, variable, by)
        variance[chosen] = in_year(values, variable, year).var("draw", ddof=1)
    variance[frozenset()] = xr.zeros_like(variance[frozenset(SOURCES)])  # Nothing is drawn.
    return _table(variance, variable, year)


def _outcome(
    inputs: xr.Dataset,
    before: xr.Dataset | None,
    drawn: xr.Dataset,
    chosen: Sequence[str],
    draws: int,
    seed: int,
    variable: str,
    by: Sequence[str],
) -> xr.DataArray:
    """Draws of the variable, the central one left out, with some of the sources.

    ``before`` are the inputs without measures, where there are any: nobody hires past the need.
    """
    central = [name for name in drawn.data_vars if FACTORS[str(name)] not in chosen]
    luck = seed if "chance" in chosen else None
    posts = used_posts(inputs) if "staff" in inputs else None
    drawn = drawn.drop_vars(central)
    if before is not None:
        plain = project(with_draws(before, drawn), seed=luck, posts=posts, flows=False)
        inputs = inputs.assign(allowed_surplus=surplus_of(plain, before))
    told = needs_flows([variable])
    outcome = project(with_draws(inputs, drawn), seed=luck, posts=posts, flows=told)
    return keep_results(outcome, draws, [variable], by)[variable].isel(draw=slice(1, None))


def _table(variance: dict[frozenset[str], xr.DataArray], variable: str, year: int) -> pl.DataFrame:
    whole = variance[frozenset(SOURCES)]
    labels = pl.from_pandas(whole.rename("variance").to_dataframe().reset_index())
    total = whole.values.ravel()
    varies = np.sqrt(total) > SPREAD_FROM
    safe = np.where(varies, total, 1.0)
    flat = {chosen: values.values.ravel() for chosen, values in variance.items()}
    parts = shapley(flat, SOURCES, nothing=lambda: np.zeros(total.size))
    frames = []
    for source in SOURCES:
        part, alone = parts[source], flat[frozenset([source])]
        frames.append(
            labels.drop("variance").with_columns(
                variable=pl.lit(variable),
                year=pl.lit(year),
                source=pl.lit(source),
                share=part / safe,
                alone=alone / safe,
                sd=np.sqrt(total),
            )
        )
    table: pl.DataFrame = pl.concat(frames)
    keys = [name for name in labels.columns if name != "variance"]
    return table.filter(pl.col("sd") > SPREAD_FROM).sort(*keys, maintain_order=True)
