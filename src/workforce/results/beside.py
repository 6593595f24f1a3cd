"""Lay a place beside its comparison group, its county and the nation: what each has counted."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.inputs.inhabitants import load_population
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.pooled import KEPT, known_tables, tables_at
from workforce.inputs.regions import members
from workforce.model.projection import project_inhabitants
from workforce.results.benchmark import DIMENSION, benchmark_rows, places_beside
from workforce.results.benchmark_counts import Counted, counted_places, laid
from workforce.results.benchmark_estimates import with_all
from workforce.results.rows import lay_rows
from workforce.results.together import load_around
from workforce.scenarios.kept import central_path
from workforce.scenarios.simulation import inputs_for

OF_BENCHMARK = ("turnover", "absence_rate", "mean_position")
OLDEST = 80
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
        both = central_path(own)[["shortage_fte", "demand_fte"]].sum("occupation")
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
    counted, growing = counted_places(folder, year), _growing(folder, year, horizon)
    own = [
        pl.DataFrame([growing(code) for code in codes], infer_schema_length=None),
        _observed("older_share", counted, codes, "staff", "older", "persons"),
    ]
    if "shortage" in folder.tables:
        own.append(_observed("unfilled_share", counted, codes, "unfilled", "unfilled", "fte"))
    sectors = [*inputs["sector"].values.tolist(), "all"]
    rows = pl.concat(own, how="diagonal").filter(pl.col("sector").is_in(sectors))
    return rows.drop_nulls("central").with_columns((pl.col("central") * STEPS).round() / STEPS)


@lru_cache(maxsize=KEPT)
def _growing(folder: Folder, year: int, horizon: int) -> Callable[[str], dict[str, Any]]:
    """Give growth of the oldest inhabitants of a place, on the central path, once for each."""
    known = known_tables(with_single_ages(folder), year)

    @cache
    def of(code: str) -> dict[str, Any]:
        people = load_population(known, tables_at(known, [code]), [code], year, horizon, [])
        old = project_inhabitants(people).sel(age=slice(OLDEST, None)).sum(["sex", "age"])
        first, last = map(float, old.sel(year=[year, year + horizon]).values.ravel())
        return {
            "region": code,
            "sector": "all",
            "variable": "oldest_growth",
            "category": "expected",
            "central": last / first - 1 if first > 0 else None,
            "persons": min(first, last),
        }

    return of


def _observed(
    variable: str, counted: Counted, codes: list[str], kind: str, part: str, whole: str
) -> pl.DataFrame:
    """Share of staff or posts of each place and sector, where they are counted."""
    names = dict.fromkeys(("there", "persons", part, whole))
    found = xr.Dataset({name: with_all(laid(counted, kind, name, codes)) for name in names})
    total = found[whole] + found[part] if kind == "unfilled" else found[whole]
    frame: pl.DataFrame = pl.from_pandas(
        found.assign(central=found[part] / total).to_dataframe().reset_index()
    )
    return frame.filter(pl.col("there") > 0).select(
        *POST, "persons", "central", variable=pl.lit(variable), category=pl.lit("observed")
    )


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    """Put rows of all sectors together before those of each."""
    return pl.concat([rows.with_columns(sector=pl.lit("all")), rows])
