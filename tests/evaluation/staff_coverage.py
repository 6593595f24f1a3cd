"""How often intervals of the shortage hold what comes, where the process of the staff is known."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import xarray as xr
from tests.evaluation.known_staff import (
    POSITION,
    POSTS,
    REGION,
    KnownPlace,
    known_place,
    surroundings,
)

from workforce.contract.arrays import Numbers
from workforce.inputs.flows import CAUSES, ORIGINS
from workforce.inputs.loading import load_inputs
from workforce.model.projection import project_inhabitants, project_need, residents_of
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.folder import folder_of

BASE_YEAR = 2026
BESIDE = ("population_factor", "absence_draw", "position_draw", "use_draw", "standard_draw")
"""Errors that do not come from the flows."""
BOUNDS = ("central", "lower", "upper")


def staff_coverage(
    *,
    employees: int,
    years: int,
    places: int,
    draws: int,
    seed: int,
    ahead: Sequence[int] = (5, 10),
) -> pl.DataFrame:
    """Project made-up places from their tables, and set the shortage that came beside the interval.

    Each place is alone in its folder and has levels of exits and recruits, good and bad years and
    luck of its own (`known_place`). What does not lie in the flows, as inhabitants, use and
    absence, comes as one draw more of the model's own errors: it is the flows that are tested.

    Parameters
    ----------
    employees : int
        Persons where the years observed begin.
    years : int
        Years of flows.
    places : int
        Places to make.
    draws, seed : int
        As for `simulate`.
    ahead : sequence of int
        Years ahead to judge.

    Returns
    -------
    polars.DataFrame
        A row for each place and year ahead: exits, recruits (seen) [persons]; staff, central,
        lower, upper (80 %), came [FTE].
    """
    horizon = max(ahead)
    here = surroundings(employees, BASE_YEAR, horizon)

    def make(residents: Numbers) -> KnownPlace:
        return known_place(
            employees=employees, years=years, base_year=BASE_YEAR, horizon=horizon,
            residents=residents, rng=rng,
        )  # fmt: skip

    def inputs_with(staff: dict[str, pl.DataFrame]) -> xr.Dataset:
        return load_inputs(folder_of({**here, **staff}), region=REGION, horizon=horizon)

    rng = np.random.default_rng([seed, employees, years])
    template = inputs_with(make(np.ones(horizon + 1)).tables)
    fates = draw_inputs(template, draws=places, seed=seed)[list(BESIDE)]
    rows = []
    for place in range(places):
        fate = with_draws(template, fates.isel(draw=[place + 1])).isel(draw=0)
        people = residents_of(project_inhabitants(fate)).isel(region=0).values
        known = make(people / people[0])
        inputs = inputs_with(known.tables)
        came = _shortage_that_came(inputs, fates.isel(draw=[place + 1]), known.coming)
        found = simulate(
            inputs, ["baseline"], draws=draws, seed=seed + place, variables=["shortage_fte"], by=[]
        )["shortage_fte"].squeeze()
        flows = known.tables["staff_flows"]
        counts = {
            name: float(flows.filter(pl.col("flow").is_in(kinds))["persons"].sum())
            for name, kinds in (("exits", CAUSES), ("recruits", ORIGINS))
        }
        for step in ahead:
            said = {name: float(found.sel(bound=name)[step]) for name in BOUNDS}
            rows.append(
                {"place": place, "ahead": step, **counts, "staff": known.coming[0].sum() * POSITION,
                 **said, "came": float(came[step])}
            )  # fmt: skip
    return pl.DataFrame(rows)


def share_inside(found: pl.DataFrame) -> float:
    """Share of what came that lies within the intervals of `staff_coverage`. [share]."""
    inside = pl.col("came").is_between(pl.col("lower"), pl.col("upper"))
    return float(found.select(inside.mean()).item())


def _shortage_that_came(inputs: xr.Dataset, fate: xr.Dataset, coming: Numbers) -> Numbers:
    """Need under what came beside the flows, less the staff that came at their FTE at work."""
    true = with_draws(inputs, fate).isel(draw=0)
    posts = list(POSTS)
    demand = project_need(true, posts).sum(["region", "occupation"])
    sectors = xr.DataArray([sector for sector, _ in posts], dims="post")
    at_work = (true["position_factor"] * (1.0 - true["short_absence"])).sel(sector=sectors)
    fte = POSITION * coming * at_work.isel(region=0).transpose("year", "post").values
    came: Numbers = demand.values - fte.sum(axis=1)
    return came
