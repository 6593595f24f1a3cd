"""Rows on the labour pool: all who plan to hire in an area, and all who come."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.folder import Folder
from workforce.contract.labour_pool import LabourPool
from workforce.inputs import load_inputs
from workforce.model.closed_region import FROM_OTHERS
from workforce.model.labour_pool import net_migration, persons_to_recruit, with_occupation
from workforce.model.population import survival_from_mortality
from workforce.model.projection import project
from workforce.results.rows import figures_of_draws, lay_rows
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.kept import kept
from workforce.scenarios.simulation import inputs_for

WORKING_AGE = slice(20, 66)
MUNICIPALITIES = "municipalities"
MOVERS = "movers"
CHANGED = ["other_sector", "return"]
"""Origins of recruits who were not outside work nor in education, nor in another municipality."""
OF_POOL = ["recruitment_need", "supply_fte", "headcount", "recruits", "exits", "population_path"]


def with_labour_pool(
    table: pl.DataFrame,
    inputs: xr.Dataset,
    folder: Folder,
    pool: LabourPool,
    *,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Add to the results what everybody plans to hire in the area, and who there is to hire.

    The municipalities are projected together, at the level of the area. Where its own flows are
    known, moves between them are neither exits nor recruits, and what each would hire by itself
    stands beside; else those who move count as wanted, and as changing employer. Only occupations
    that ask for an education, and that the folder has a programme for, are told: others anybody
    can learn at work. Of each, by year and over the period:

    - to hire: the recruitment need of the municipalities as persons, at what a person in the post
      gives today; and what each other employer plans. A sum below zero is none.
    - who comes: graduates of the programmes; recruits of the municipalities from outside work, and
      the other employers' as many to each employed; and net migrants aged 20 to 66, as many of
      them in the occupation as of the inhabitants.
    - who changes employer: those who leave the municipalities for other work, and recruits from
      there, if none of them goes to or comes from employers outside the area.
    """
    if not pool.area or "staff" not in inputs or "graduates_path" not in inputs:
        return table
    year, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    whole = load_inputs(folder, region=pool.area, base_year=year, horizon=horizon)
    if "staff" not in whole:
        return table
    whole = inputs_for(whole, ["recruitment_need"])
    drawn = with_draws(whole, draw_inputs(whole, draws=draws, seed=seed))
    outcome = kept(whole, ("pool", draws, seed), lambda: project(drawn, seed=seed)[OF_POOL])
    outcome = outcome.isel(region=0, drop=True)
    heads = whole["staff"].isel(region=0, drop=True).sum(["sector", "sex", "working_age"])
    led_to = whole["education_share"].sum("education") > 0
    codes = [
        code
        for code in outcome["occupation"].values.tolist()
        if code in pool.qualified
        and bool(led_to.sel(occupation=code))
        and float(heads.sel(occupation=code)) > 0
    ]
    outcome = outcome.sel(occupation=codes)
    heads = heads.sel(occupation=codes)
    moves_inside = any(one.variable == "inner_moves" for one in about(whole).borrowed)
    need = {MUNICIPALITIES: _persons(outcome)}
    changed = [*CHANGED, FROM_OTHERS] if moves_inside else CHANGED
    supply = _supply(drawn, outcome, heads, pool, changed)
    level = float(table["level"][0])
    parts = [
        *(_rows(array, "pool_need", name, level, clip=True) for name, array in need.items()),
        *(_rows(array, "pool_supply", name, level, clip=False) for name, array in supply.items()),
        _employer_rows(pool, codes),
    ]
    if not moves_inside:
        parts.append(_apart(folder, pool, codes, year, horizon))
    behind = {code: float(heads.sel(occupation=code)) for code in codes}
    persons = pl.col("occupation").replace_strict(behind, return_dtype=pl.Float64)
    found = pl.concat(parts, how="diagonal").with_columns(
        # Of a small employer fewer stand behind the figure than of the occupation.
        persons=pl.min_horizontal(persons, pl.col("employed")),
        year=pl.coalesce("year", pl.lit(year + horizon)),
        dimension=pl.when(pl.col("category") == "").then(pl.lit("")).otherwise(pl.lit("pool_part")),
    )
    rows = lay_rows(found, scenario="baseline", region=pool.area, level=level)
    return pl.concat([table, rows.sort("variable", "occupation", "category", "year")])


def _persons(outcome: xr.Dataset) -> xr.DataArray:
    """Persons to recruit by occupation and year, in all sectors together."""
    parts = outcome[["recruitment_need", "supply_fte", "headcount"]].sum("sector")
    starts = {"year": parts["flow_year"].values.tolist()}
    supply, heads = (
        parts[name].sel(starts).rename(year="flow_year") for name in ("supply_fte", "headcount")
    )
    return persons_to_recruit(parts["recruitment_need"], supply, heads)


def _supply(
    drawn: xr.Dataset,
    outcome: xr.Dataset,
    heads: xr.DataArray,
    pool: LabourPool,
    changed: Sequence[str],
) -> dict[str, xr.DataArray]:
    """Persons who come to each occupation, by where they come from, in every draw.

    ``changed`` are the origins of recruits who change employer within the area.
    """
    codes = heads["occupation"].values.tolist()
    share = drawn["education_share"].sel(occupation=codes)
    graduates = xr.dot(drawn["graduates_path"], share, dim="education") * pool.graduate_share
    others = _employed(pool, codes)
    recruits = outcome["recruits"].sum("sector")
    outside = recruits.sel(origin="outside_work", drop=True) * (1.0 + others / heads)
    moved = _net_migrants(drawn, outcome)
    base = drawn["population"].isel(region=0, drop=True).sel(age=WORKING_AGE).sum()
    left = outcome["exits"].sum("sector").sel(cause="left_sector", drop=True)
    return {
        "graduates": graduates.transpose("occupation", "flow_year"),
        "outside_work": outside,
        "net_migration": with_occupation(moved, heads + others, base),
        MOVERS: left + recruits.sel(origin=list(changed)).sum("origin"),
    }


def _net_migrants(drawn: xr.Dataset, outcome: xr.Dataset) -> xr.DataArray:
    """Net migrants of working age by year, and draw where there is one."""
    mortality = drawn["mortality"].isel(region=0, drop=True).rename(flow_year="year")
    survival = survival_from_mortality(mortality)
    found = net_migration(outcome["population_path"], survival)
    return found.sel(age=WORKING_AGE).sum(["sex", "age"]).rename(year="flow_year")


def _employed(pool: LabourPool, codes: list[str]) -> xr.DataArray:
    """Persons that other employers have in each occupation in the first year, where they say so."""
    first = pool.employers.filter(pl.col("year") == pool.employers["year"].min())
    by_post = first.group_by("occupation").agg(pl.col("employed").sum())
    known = dict(by_post.iter_rows())
    return xr.DataArray(
        [float(known.get(code) or 0.0) for code in codes],
        dims="occupation",
        coords={"occupation": codes},
    )


def _rows(
    array: xr.DataArray, variable: str, part: str, level: float, *, clip: bool
) -> pl.DataFrame:
    """Lay persons out by year and summed within each draw, the sums cut off at zero if asked."""
    total = array.sum("flow_year").expand_dims(flow_year=[-1])
    both = xr.concat([array, total], dim="flow_year", join="exact")
    if clip:
        both = both.clip(min=0.0)
    frame = figures_of_draws(both if "draw" in both.dims else both.expand_dims("draw"), level)
    is_sum = pl.col("flow_year") < 0
    return frame.select(
        "occupation",
        "central",
        "lower",
        "upper",
        year=pl.when(is_sum).then(None).otherwise(pl.col("flow_year")).cast(pl.Int64),
        variable=pl.when(is_sum).then(pl.lit(f"{variable}_sum")).otherwise(pl.lit(variable)),
        category=pl.lit(part),
        employed=pl.lit(None, pl.Float64),
    )


def _employer_rows(pool: LabourPool, codes: list[str]) -> pl.DataFrame:
    """Lay out what other employers plan, by year and summed; ends are theirs, if they give them."""
    rows = pool.employers.filter(pl.col("occupation").is_in(codes)).select(
        "occupation",
        "year",
        "employed",
        category="employer",
        central="persons",
        lower=pl.coalesce("persons_low", "persons"),
        upper=pl.coalesce("persons_high", "persons"),
    )
    total = rows.group_by("occupation", "category", maintain_order=True).agg(
        pl.col("central", "lower", "upper").sum(), pl.col("employed").first()
    )
    return pl.concat(
        [
            rows.with_columns(variable=pl.lit("pool_need")),
            total.with_columns(variable=pl.lit("pool_need_sum")),
        ],
        how="diagonal",
    )


def _apart(
    folder: Folder, pool: LabourPool, codes: list[str], year: int, horizon: int
) -> pl.DataFrame:
    """Sum what every municipality would hire by itself, on the central path."""
    places = load_inputs(folder, region=list(pool.municipalities), base_year=year, horizon=horizon)
    slim = inputs_for(places, ["recruitment_need"])
    own = _persons(kept(slim, "apart", lambda: project(slim)[OF_POOL]))
    each = own.sum("flow_year").clip(min=0.0).sum("region").reindex(occupation=codes, fill_value=0)
    return pl.DataFrame({"occupation": codes, "central": each.values.tolist()}).with_columns(
        lower=pl.col("central"),
        upper=pl.col("central"),
        category=pl.lit(""),
        variable=pl.lit("pool_need_apart"),
        year=pl.lit(year + horizon, pl.Int64),
    )
