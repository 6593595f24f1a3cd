"""Lay a place beside its comparison group, its county and the nation: what each has counted."""

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.inputs.inhabitants import load_population
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.pooled import known_tables, tables_at
from workforce.inputs.regions import at_level, members
from workforce.model.projection import project, project_inhabitants
from workforce.results.benchmark import DIMENSION, benchmark_rows, places_beside
from workforce.results.rows import lay_rows
from workforce.results.together import load_around
from workforce.scenarios.simulation import inputs_for

OF_BENCHMARK = ("turnover", "absence_rate", "mean_position")
OLDER, OLDEST = 55, 80
MOST_PROJECTED = 50
"""Municipalities of a wider place; projecting more takes longer than what it tells is worth."""
STEPS = 1000
"""Shares are told in so many steps, as those of `benchmark_rows`."""
POST = ["region", "sector"]


def beside_rows(inputs: xr.Dataset, folder: Folder, *, region: str, scenario: str) -> pl.DataFrame:
    """Compare a place with its comparison group, its county and the nation.

    Nothing is borrowed: what a place has not counted has no row. ``unfilled_share`` is of FTE and
    unfilled posts in the places and sectors that counted them, ``oldest_growth`` that of
    inhabitants of 80 and over until the horizon, by the projection of each place.
    """
    regions, year = folder.tables["regions"], int(inputs.attrs["base_year"])
    codes = places_beside(regions, region)
    if len(codes) < 2 or "sector" not in inputs.dims:
        return lay_rows([])
    parts: list[pl.DataFrame] = []
    for code in codes:
        if any(code in part["region"] for part in parts):
            continue
        rows = benchmark_rows(inputs, folder, region=code, scenario=scenario, measures=OF_BENCHMARK)
        told = {one for part in parts for one in part["region"]}
        parts.append(rows.filter(pl.col("region").is_in(set(codes) - told)))
    laid = _counted(inputs, folder, codes)
    return pl.concat([*parts, lay_rows(laid, scenario=scenario, dimension=DIMENSION, year=year)])


def member_rows(inputs: xr.Dataset, folder: Folder, *, region: str, scenario: str) -> pl.DataFrame:
    """Tell of each municipality of a wider place what `beside_rows` counts itself.

    Beside it ``member_gap`` in every year: what is missing net as a share of the need, on the
    central path of each, where there are not more than ``MOST_PROJECTED``.
    """
    towns = members(folder.tables["regions"], region)
    if len(towns) < 2 or "sector" not in inputs.dims:
        return lay_rows([])
    year = int(inputs.attrs["base_year"])
    found = [_counted(inputs, folder, towns).with_columns(year=pl.lit(year))]
    if len(towns) <= MOST_PROJECTED:
        found.append(_gaps(inputs, folder, region, towns))
    rows = pl.concat(found, how="diagonal_relaxed")
    return lay_rows(rows, scenario=scenario, dimension="member")


def _gaps(inputs: xr.Dataset, folder: Folder, region: str, towns: list[str]) -> pl.DataFrame:
    """Project each place by itself, and give what is missing net as a share of its need."""
    around = load_around(inputs, folder, region, others=towns)
    found = []
    for code in around["region"].values if "region" in around else ():
        if code not in towns:
            continue
        own = inputs_for(around.sel(region=[code]), ["shortage_fte"])
        made = project(own, flows=False, working_lives=False)
        both = made[["shortage_fte", "demand_fte"]].sum("occupation")
        rows = pl.from_pandas(both.to_dataframe().reset_index())
        heads = own["staff"].sum(["occupation", "sex", "working_age"]).to_series()
        rows = rows.join(pl.from_pandas(heads.rename("persons").reset_index()), on=POST)
        found.append(_with_all(rows))
    if not found:
        return pl.DataFrame()
    values = ("shortage_fte", "demand_fte", "persons")
    rows = pl.concat(found).group_by(*POST, "year", maintain_order=True).agg(pl.col(values).sum())
    share = (pl.col("shortage_fte") / pl.col("demand_fte") * STEPS).round() / STEPS
    return rows.filter(pl.col("demand_fte") > 0).select(
        *POST, "year", "persons", variable=pl.lit("member_gap"), category=pl.lit("expected"),
        central=share,
    )  # fmt: skip


def _counted(inputs: xr.Dataset, folder: Folder, codes: list[str]) -> pl.DataFrame:
    """Count what is compared of some places, in steps."""
    year, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    staff = folder.tables["staff"].filter(year=year)
    own = [
        _growth(folder, codes, year, horizon),
        _older(staff, folder.tables["regions"], codes),
        _unfilled(folder, staff, codes, year),
    ]
    sectors = [*inputs["sector"].values.tolist(), "all"]
    rows = pl.concat(own, how="diagonal").filter(pl.col("sector").is_in(sectors))
    return rows.with_columns((pl.col("central") * STEPS).round() / STEPS)


def _growth(folder: Folder, codes: list[str], year: int, horizon: int) -> pl.DataFrame:
    """Growth of the oldest inhabitants of each place, on the central path."""
    known = known_tables(with_single_ages(folder), year)
    people = load_population(known, tables_at(known, codes), codes, year, horizon, [])
    old = project_inhabitants(people).sel(age=slice(OLDEST, None)).sum(["sex", "age"])
    path = old.sel(year=[year, year + horizon]).transpose("region", "year").values
    return pl.DataFrame(
        {
            "region": codes,
            "sector": "all",
            "variable": "oldest_growth",
            "category": "expected",
            "central": [last / first - 1 if first > 0 else None for first, last in path],
            "persons": path.min(axis=1),
        }
    ).drop_nulls("central")


def _older(staff: pl.DataFrame, regions: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """Share of the staff of each place and sector that is 55 or older."""
    here = _with_all(at_level(staff, regions, codes))
    older = pl.when(pl.col("age") >= OLDER).then("persons").otherwise(0.0)
    return (
        here.group_by(POST, maintain_order=True)
        .agg(central=older.sum() / pl.col("persons").sum(), persons=pl.col("persons").sum())
        .with_columns(variable=pl.lit("older_share"), category=pl.lit("observed"))
    )


def _unfilled(folder: Folder, staff: pl.DataFrame, codes: list[str], year: int) -> pl.DataFrame:
    """Share of the posts that are unfilled, of each place and sector, where they are counted."""
    regions, table = folder.tables["regions"], folder.tables.get("shortage")
    if table is None:
        return pl.DataFrame()
    lacking = table.filter(pl.col("line").cast(pl.String) == "unfilled", pl.col("year") == year)
    lacking = lacking.group_by(POST).agg(unfilled=pl.col("fte").sum())
    posts = staff.group_by(POST, maintain_order=True).agg(pl.col("fte", "persons").sum())
    counted = posts.join(lacking, on=POST, how="inner", maintain_order="left")
    return (
        _with_all(at_level(counted, regions, codes))
        .group_by(POST, maintain_order=True)
        .agg(pl.col("unfilled", "fte", "persons").sum())
        .select(
            *POST,
            "persons",
            variable=pl.lit("unfilled_share"),
            category=pl.lit("observed"),
            central=pl.col("unfilled") / (pl.col("fte") + pl.col("unfilled")),
        )
    )


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    """Put rows of all sectors together before those of each."""
    return pl.concat([rows.with_columns(sector=pl.lit("all")), rows])
