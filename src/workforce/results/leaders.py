"""Who leads: staff per leader, leaders of 55 and over, and how many leave, as rows of results."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.results.rows import figures_of, lay_rows
from workforce.scenarios.levers.leaving import base_hazard
from workforce.scenarios.simulation import add_all

MANAGERS = "1"
"""How the codes of leaders begin: the first major group of STYRK-08."""
AGED_FROM = 55
CELLS = ["sex", "working_age"]


def leader_rows(inputs: xr.Dataset, scenario: str) -> pl.DataFrame:
    """Tell of each sector and of all who leads, in the base year, as rows of results.

    Leaders are those in occupations whose codes begin with 1; others who lead, as one does who is
    in the post of a nurse, nobody can tell apart. A sector without such posts is in no figure, nor
    in that of all.
    """
    if "staff" not in inputs:
        return lay_rows([])
    staff = inputs["staff"]
    leads = inputs["occupation"].astype(str).str.startswith(MANAGERS)
    leaders = staff * leads
    chance = -np.expm1(-base_hazard(inputs).sum("cause"))
    by_post = {
        "leaders": leaders,
        "leaders_aged": leaders.sel(working_age=slice(AGED_FROM, None)),
        "leaders_leaving": leaders * chance,
        "staff_per_leader": staff * ~leads,
    }
    led = leaders.sum([*CELLS, "occupation"]) > 0
    summed = {
        name: add_all(array.sum([*CELLS, "occupation"]).where(led, 0.0), "sector", keep=True)
        for name, array in by_post.items()
    }
    some = summed["leaders"] > 0
    summed["staff_per_leader"] = summed["staff_per_leader"] / summed["leaders"].where(some, 1.0)
    found = [
        figures_of(array).filter(pl.Series(some.values.ravel())).with_columns(variable=pl.lit(name))
        for name, array in summed.items()
    ]
    return lay_rows(
        pl.concat(found), inputs, scenario=scenario, year=int(inputs.attrs["base_year"])
    )
