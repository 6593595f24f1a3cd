"""What drives the shortage, what each measure does, and what widens the interval, as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.results import LEVEL
from workforce.model.projection import project_inhabitants
from workforce.results.rows import figures_of_draws, lay_rows
from workforce.scenarios.attribution import Split, split
from workforce.scenarios.hiring import limit_hiring
from workforce.scenarios.pieces import POPULATION
from workforce.scenarios.scenario import Scenario, apply_scenario
from workforce.scenarios.uncertainty import width_by_source

BASE, HORIZON, OTHER = "base", "horizon", "other"
"""Ends of a chain of parts, and what belongs to none of them."""
HIRING = "hiring"
"""Part of a chain of measures: those who need not be recruited, since nobody hires past the need.
"""

_GONE = ["left_sector", "moved_municipality", "other"]
_STANDARD = ("standard_factor", "productivity", "use_factor", "service_share")
DRIVERS: dict[str, Any] = {
    "population": [*sorted(POPULATION), "vital_weight"],
    "healthy_ageing": ["years_gained"],
    "standard": [*_STANDARD, "use_draw", "standard_draw"],
    "absence": ["short_absence", "absence_draw"],
    "position_size": ["position_share", "position_factor", "position_draw", "position_gain"],
    "retirement": {"exit_factor": {"cause": ["retired"]}},
    "turnover": {"exit_factor": {"cause": _GONE}},
    "entrants": ["inflow_factor", "replaced_share", "transition"],
}
"""What changes a shortage, and the inputs it is: entrants are recruits and moves between posts."""


def hold_base_year(inputs: xr.Dataset) -> xr.Dataset:
    """Hold everything as it is in the base year: nobody is born, moves, comes or goes.

    Staff grow older and nothing else, each post with its mean position, so that the shortage of
    every year is that of the base year. What is held is not drawn.
    """
    now = project_inhabitants(inputs.drop_vars("population_factor", errors="ignore"))
    still = ("position_factor", "short_absence", *_STANDARD)
    held = {name: _first_year(inputs[name]) for name in still}
    nobody = {name: xr.zeros_like(inputs[name]) for name in ("exit_factor", "inflow_factor")}
    drawn = ("population_factor", "use_draw", "standard_draw", "absence_draw", "position_draw")
    certain = {name: xr.DataArray(1.0) for name in drawn}
    gone = ["years_gained", "replaced_share", "transition", "position_gain"]
    changed = {
        "population_official": _first_year(now),
        "position_share": _mean_position(inputs),
        **held,
        **nobody,
        **certain,
    }
    return inputs.drop_vars(gone, errors="ignore").assign(changed)


def split_change(
    inputs: xr.Dataset,
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    by: Sequence[str] = ("sector",),
) -> Split:
    """Split the shortage at the horizon less that of the base year over `DRIVERS` and ``other``."""
    after = apply_scenario(inputs, scenario, draws=0)
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    before = hold_base_year(after)
    settings: dict[str, Any] = {"variable": "shortage_fte", "by": by, "draws": draws, "seed": seed}
    found = split(before, after, DRIVERS, year=year, **settings)
    rest = found.before - found.at_first
    if float(abs(rest).max()) < 1e-9:
        return found
    extra = rest.broadcast_like(found.after).expand_dims(part=[OTHER])
    parts = xr.concat([found.parts, extra.transpose(*found.parts.dims)], dim="part", join="exact")
    return found._replace(parts=parts, before=found.at_first)


def split_measures(
    inputs: xr.Dataset,
    measures: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    draws: int | None = None,
    seed: int | None = None,
    by: Sequence[str] = ("sector",),
) -> Split:
    """Split what measures, in the order they are pulled in, do to the shortage at the horizon.

    What a measure gives is told as if all recruitment went on. Where measures together would bring
    posts past what is asked for, recruitment gives way (`limit_hiring`), which is the part
    ``hiring``: FTE that need not be recruited.
    """
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    steps = [step for levers in measures.values() for step in levers]
    after = apply_scenario(inputs, steps, draws=draws or 0, seed=seed)
    settings: dict[str, Any] = {"variable": "shortage_fte", "draws": draws or 0, "seed": seed}
    found = split(inputs, after, dict(measures), year=year, by=by, **settings)
    limited = limit_hiring(after, inputs, steps, draws=draws, seed=seed)
    if limited is after:
        return found
    whole = split(limited, limited, {HIRING: list[str]()}, year=year, by=by, **settings)
    gives_way = (whole.after - found.after).expand_dims(part=[HIRING])
    parts = [found.parts, gives_way.transpose(*found.parts.dims)]
    return found._replace(parts=xr.concat(parts, dim="part", join="exact"), after=whole.after)


def split_table(found: Split, inputs: xr.Dataset, *, variable: str, scenario: str) -> pl.DataFrame:
    """Lay a split out as rows of results: ``base`` and the parts sum to ``horizon``."""
    dims = ["draw", "part", "region", "sector", "occupation"]
    chain = (
        found.before.expand_dims(part=[BASE]),
        found.parts,
        found.after.expand_dims(part=[HORIZON]),
    )
    figures = pl.concat(
        [figures_of_draws(link.transpose(*dims), LEVEL, category="part") for link in chain],
        how="diagonal",
    ).with_columns(dimension=pl.lit("part"), variable=pl.lit(variable))
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    return lay_rows(figures, inputs, scenario=scenario, year=year)


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


def _first_year(array: xr.DataArray) -> xr.DataArray:
    """Give every year what the first one has."""
    return array.isel(year=[0] * array.sizes["year"]).assign_coords(year=array["year"])


def _mean_position(inputs: xr.Dataset) -> xr.DataArray:
    """Give everybody in a post its mean position, so that growing older changes no FTE."""
    share, staff = inputs["position_share"], inputs["staff"]
    cells = ["sex", "working_age"]
    persons = staff.sum(cells)
    mean = (share * staff).sum(cells) / persons.where(persons > 0, 1.0)
    return xr.zeros_like(share) + mean
