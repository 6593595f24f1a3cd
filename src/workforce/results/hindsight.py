"""Forecast again from an earlier year, beside what came; and how the method did elsewhere."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.folder import Folder, some_tables
from workforce.errors import MissingDataError
from workforce.inputs import load_inputs
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.regions import at_level
from workforce.model.projection import AGE_BANDS
from workforce.results.rows import lay_rows
from workforce.results.table import results_table
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.files import national_folder

OBSERVED = "observed"
MADE_AGAIN = "made_again"
FILE = "forecast_quality.csv"
"""What the back-tests measured, among the national figures."""
LONGEST = 5
"""Years looked back at most. [years]"""
VARIABLES = ("population_by_band", "headcount")


def hindsight(
    folder: Folder, *, region: str, base_year: int, draws: int, seed: int
) -> pl.DataFrame:
    """Forecast from an earlier base year to the present one, and set what came beside it.

    Half of the years that the folder has are looked back over, five at most: rates need years
    before the forecast as well. Rows are inhabitants by band of ages and persons employed by
    sector; the scenario is ``made_again`` for the forecast, with its interval, and ``observed`` for
    the outcome. ``persons`` are those of the year that the forecast begins with, and of an outcome
    those who came. No rows where there are too few years.
    """
    tables = some_tables(with_single_ages(folder), "regions", "population", "staff")
    start = start_year(tables, base_year)
    if start is None:
        return lay_rows([])
    try:
        inputs = load_inputs(folder, region=region, base_year=start, horizon=base_year - start)
    except MissingDataError:
        return lay_rows([])
    names = [name for name in VARIABLES if name != "headcount" or "staff" in inputs]
    results = simulate(
        inputs, {MADE_AGAIN: "baseline"}, draws=draws, seed=seed, variables=names, by=["sector"]
    )
    forecast = results_table(results, inputs).filter(
        pl.col("variable").is_in(names) & (pl.col("year") > start)
    )
    parts = [forecast, _bands(tables["population"], tables["regions"], region)]
    if "staff" in inputs:
        parts.append(_staff(tables["staff"], tables["regions"], region))
    rows = pl.concat(parts).filter(pl.col("year").is_between(start, base_year))
    # Staff are judged by the present year alone.
    return rows.filter((pl.col("variable") != "headcount") | (pl.col("year") == base_year))


def start_year(tables: Mapping[str, pl.DataFrame], base_year: int) -> int | None:
    """Return the year to look back from; None where the folder has too few years."""
    stocks = [tables[name] for name in ("population", "staff") if name in tables]
    first = max(int(table["year"].min()) for table in stocks)  # type: ignore[arg-type]
    back = min(LONGEST, (base_year - first) // 2)
    return base_year - back if back >= 1 else None


def _bands(people: pl.DataFrame, regions: pl.DataFrame, region: str) -> pl.DataFrame:
    """Inhabitants by band of ages as they were."""
    rows = at_level(people, regions, [region])
    parts = [
        rows.filter(pl.col("age").is_between(low, high))
        .group_by("year", maintain_order=True)
        .agg(central=pl.col("persons").sum().cast(pl.Float64))
        .with_columns(category=pl.lit(name))
        for name, (low, high) in AGE_BANDS.items()
    ]
    return _outcomes(pl.concat(parts), region, "population_by_band", "age_band")


def _staff(staff: pl.DataFrame, regions: pl.DataFrame, region: str) -> pl.DataFrame:
    """Persons employed by sector, and in all, as they were."""
    rows = at_level(staff, regions, [region])
    persons = pl.col("persons").sum().cast(pl.Float64)
    sectors = rows.group_by("sector", "year", maintain_order=True).agg(central=persons)
    whole = rows.group_by("year", maintain_order=True).agg(central=persons)
    whole = whole.with_columns(sector=pl.lit("all"))
    both = pl.concat([sectors, whole.select(sectors.columns)])
    return _outcomes(both.with_columns(persons="central"), region, "headcount", "")


def _outcomes(rows: pl.DataFrame, region: str, variable: str, dimension: str) -> pl.DataFrame:
    return lay_rows(rows, scenario=OBSERVED, region=region, variable=variable, dimension=dimension)


def measured_elsewhere() -> pl.DataFrame:
    """Read what the back-tests gave; no rows where it was never measured."""
    path = national_folder() / FILE
    texts = dict.fromkeys(("case", "measure", "method", "group", "size"), pl.String)
    columns = {**texts, "horizon": pl.Int64, "value": pl.Float64, "count": pl.Int64}
    if not path.is_file():
        return pl.DataFrame(schema=columns)
    return pl.read_csv(path, schema_overrides=columns).with_columns(pl.col("size").fill_null(""))
