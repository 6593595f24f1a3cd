"""Retirement of cohorts to come, by the pension rules and the limit group of the post."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.packed import plain
from workforce.inputs.arrays import to_array
from workforce.inputs.flows import cell_exposure
from workforce.inputs.rules import AGES, LAST_OLD, LIMIT_72_YEAR, birth_year, limit_lifted_rows
from workforce.model.rates import shrink_rates
from workforce.sources.tables.files import read_national

# Retirements expected at which a birth group's own figures count for half.
COHORT_K = 100.0
BIRTHS = {"to_1957": (0, 1957), "1958_1962": (1958, LAST_OLD), "from_1963": (1963, 3000)}
ALTERNATIVES = ("low", "middle", "high")


def retirement_factors(
    tables: Mapping[str, pl.DataFrame],
    occupations: list[str],
    ages: list[int],
    flow_years: list[int],
    learnt: xr.DataArray | None = None,
) -> xr.Dataset:
    """Factors on the hazard of retiring by occupation, age and year, in three alternatives.

    A person who has completed x years on 1 January of year y was born in y - x - 1. Those born
    from 1963 have the pension rules after the reform, which hardly anyone has retired under:
    `retirement_factors.csv` says what is assumed of them, by limit group and age. What was seen
    of each group of birth years over what the assumption led one to expect multiplies it, drawn
    towards 1 by expected / (expected + 100) retirements: the alternatives draw near one another
    as the new rules are observed.

    Those of 70 and 71 in posts with the general limit need not leave from 2026, whenever born.
    """
    groups = _limit_groups(tables, occupations)
    assumed = _assumed(sorted(set(groups)), ages)
    by_cohort = assumed.sel(born=list(BIRTHS))
    if learnt is not None:
        by_cohort = by_cohort * learnt
    limit_lifted = assumed.sel(born="any", drop=True)
    by_year = _on_years(by_cohort, limit_lifted, ages, flow_years)
    picked = by_year.sel(limit_group=xr.DataArray(groups, dims="occupation")).drop_vars(
        "limit_group"
    )
    picked = picked.assign_coords(occupation=occupations)
    names = dict(
        zip(ALTERNATIVES, ("retirement_low", "retirement_factor", "retirement_high"), strict=True)
    )
    dims = ["occupation", "working_age", "flow_year"]
    return xr.Dataset(
        {
            variable: picked.sel(alternative=name, drop=True).transpose(*dims)
            for name, variable in names.items()
        }
    )


def _assumed(groups: list[str], ages: list[int]) -> xr.DataArray:
    """Factors assumed by alternative, limit group, birth years and age; 1 outside 62-72."""
    table = read_national("retirement_factors").filter(
        pl.col("limit_group").is_in(groups) & pl.col("age").is_in(ages)
    )
    coords: dict[str, list[str] | list[int]] = {
        "limit_group": groups,
        "born": [*BIRTHS, "any"],
        "working_age": ages,
        "alternative": list(ALTERNATIVES),
    }
    long = table.rename({"age": "working_age"})
    parts = [
        long.with_columns(alternative=pl.lit(name), less=1.0 - pl.col(name))
        for name in ALTERNATIVES
    ]
    return 1.0 - to_array(pl.concat(parts), coords, "less")


def _limit_groups(tables: Mapping[str, pl.DataFrame], occupations: list[str]) -> list[str]:
    limit = dict(tables["occupations"].select("occupation", "limit_group").iter_rows())
    return [str(limit[occupation]) for occupation in occupations]


def cohort_factors(
    tables: Mapping[str, pl.DataFrame],
    occupations: list[str],
    ages: list[int],
    flows: pl.DataFrame,
    exit_rate: xr.DataArray,
) -> xr.DataArray:
    """Retirements seen over those assumed, by limit group, birth years and alternative.

    How many retired under the old rules in all is told by the exit rates themselves, so that only
    what sets the groups of birth years apart is learnt here.
    """
    groups = _limit_groups(tables, occupations)
    assumed = _assumed(sorted(set(groups)), ages).sel(born=list(BIRTHS))
    limit = pl.DataFrame({"occupation": occupations, "limit_group": groups})
    label = pl.coalesce(
        pl.when(birth_year().is_between(*years)).then(pl.lit(name))
        for name, years in BIRTHS.items()
    )
    rows = flows.filter(pl.col("working_age").is_between(*AGES) & ~limit_lifted_rows())
    rows = rows.with_columns(born=label)
    retired = plain(rows.filter(pl.col("flow").is_in(["retired"])), "staff_flows")
    retired = retired.join(limit, on="occupation")
    known = sorted(set(groups))
    seen = to_array(retired, {"limit_group": known, "born": list(BIRTHS)}, "persons")
    cells = {
        "born": list(BIRTHS),
        "occupation": occupations,
        "sex": exit_rate["sex"].values.tolist(),
        "working_age": ages,
    }
    exposed = cell_exposure(rows.drop("born")).with_columns(born=label)
    years = to_array(exposed, cells, "exposure")
    before = xr.dot(years, exit_rate.sel(cause="retired", drop=True), dim="sex")
    member = xr.DataArray(
        np.array([[group == of for of in groups] for group in known], dtype=float),
        dims=["limit_group", "occupation"],
        coords={"limit_group": known, "occupation": occupations},
    )
    expected = xr.dot(member, before, assumed, dim=["occupation", "working_age"])
    old = expected["born"] != "from_1963"
    before_reform, due = (events.where(old, 0.0).sum("born") for events in (seen, expected))
    drawn = (before_reform + COHORT_K) / (due + COHORT_K)
    level = (before_reform / due.where(due > 0, 1.0)).where(old, drawn)
    return shrink_rates(
        seen.broadcast_like(expected), expected * level, xr.ones_like(expected), k=COHORT_K
    )["rate"]


def _on_years(
    by_cohort: xr.DataArray, limit_lifted: xr.DataArray, ages: list[int], flow_years: list[int]
) -> xr.DataArray:
    """Factors by age and year from those by age and birth years."""
    inside = xr.DataArray(
        [AGES[0] <= age <= AGES[1] for age in ages],
        dims="working_age",
        coords={"working_age": ages},
    )
    parts = []
    for year in flow_years:
        born = [
            next(name for name, (first, last) in BIRTHS.items() if first <= year - age - 1 <= last)
            for age in ages
        ]
        picked = by_cohort.sel(
            working_age=xr.DataArray(ages, dims="working_age"),
            born=xr.DataArray(born, dims="working_age"),
        ).drop_vars("born")
        picked = picked.where(inside, 1.0)
        parts.append(picked * limit_lifted if year >= LIMIT_72_YEAR else picked)
    return xr.concat(parts, dim=xr.Variable("flow_year", flow_years))
