"""Forecast again from an earlier year with what was known then, beside what came."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.folder import Folder, some_tables
from workforce.errors import MissingDataError
from workforce.inputs import load_inputs
from workforce.inputs.oldest import with_single_ages
from workforce.inputs.regions import at_level
from workforce.model.projection import AGE_BANDS
from workforce.results.table import COLUMNS, results_table
from workforce.scenarios.simulation import simulate

OBSERVED = "observed"
MADE_AGAIN = "made_again"
LONGEST = 5
"""Years looked back at most. [years]"""
VARIABLES = ("population_by_band", "headcount")


def hindsight(
    folder: Folder, *, region: str, base_year: int, draws: int, seed: int
) -> pl.DataFrame:
    """Forecast from an earlier base year to the present one, and set what came beside it.

    Half of the years that the folder has are looked back over, five at most: rates need years
    before the forecast as well.

    Parameters
    ----------
    folder : Folder
        From `open_folder`.
    region : str
        Code of the region.
    base_year : int
        1 January that the outcomes end with.
    draws, seed : int
        As for `simulate`.

    Returns
    -------
    polars.DataFrame
        Columns of `results_table`: inhabitants by band of ages and, where there is staff, persons
        employed by sector. The scenario is ``made_again`` for the forecast, with its interval, and
        ``observed`` for the outcome; staff for the base year alone. ``persons`` are the fewest
        that a figure stands on in the years looked back over. No rows where there are too few
        years.
    """
    tables = some_tables(with_single_ages(folder), "regions", "population", "staff")
    start = start_year(tables, base_year)
    if start is None:
        return pl.DataFrame(schema=_schema())
    try:
        inputs = load_inputs(folder, region=region, base_year=start, horizon=base_year - start)
    except MissingDataError:
        return pl.DataFrame(schema=_schema())
    names = [name for name in VARIABLES if name != "headcount" or "staff" in inputs]
    results = simulate(
        inputs, {MADE_AGAIN: "baseline"}, draws=draws, seed=seed, variables=names, by=["sector"]
    )
    forecast = results_table(results, inputs).filter(
        pl.col("variable").is_in(names) & (pl.col("year") > start)
    )
    parts = [forecast.cast(_schema()), _bands(tables["population"], tables["regions"], region)]
    if "staff" in inputs:
        parts.append(_staff(tables["staff"], tables["regions"], region))
    rows = pl.concat([part.select(COLUMNS) for part in parts])
    rows = rows.filter(pl.col("year").is_between(start, base_year))
    if "staff" not in inputs:
        return rows
    least = _least_persons(tables["staff"], tables["regions"], region, start, base_year)
    return _stand_on_least(rows, least, base_year)


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
        .group_by("year")
        .agg(central=pl.col("persons").sum().cast(pl.Float64))
        .with_columns(category=pl.lit(name))
        for name, (low, high) in AGE_BANDS.items()
    ]
    return _outcomes(pl.concat(parts), region, "population_by_band").with_columns(
        dimension=pl.lit("age_band"), sector=pl.lit("all"), persons=pl.lit(None, pl.Float64)
    )


def _staff(staff: pl.DataFrame, regions: pl.DataFrame, region: str) -> pl.DataFrame:
    """Persons employed by sector, and in all, as they were."""
    rows = at_level(staff, regions, [region])
    persons = pl.col("persons").sum().cast(pl.Float64)
    sectors = rows.group_by("sector", "year").agg(central=persons)
    whole = rows.group_by("year").agg(central=persons).with_columns(sector=pl.lit("all"))
    both = pl.concat([sectors, whole.select(sectors.columns)])
    return _outcomes(both, region, "headcount").with_columns(
        dimension=pl.lit(""), category=pl.lit(""), persons=pl.col("central")
    )


def _least_persons(
    staff: pl.DataFrame, regions: pl.DataFrame, region: str, start: int, base_year: int
) -> pl.DataFrame:
    """Fewest persons of each sector in the years looked back over, those with nobody left out."""
    rows = at_level(staff, regions, [region]).filter(pl.col("year").is_between(start, base_year))
    counts = rows.group_by("sector", "year").agg(pl.col("persons").sum().cast(pl.Float64))
    counts = counts.filter(pl.col("persons") > 0)
    sectors = counts.group_by("sector").agg(least=pl.col("persons").min())
    whole = sectors.select(sector=pl.lit("all"), least=pl.col("least").min())
    return pl.concat([sectors, whole])


def _stand_on_least(rows: pl.DataFrame, least: pl.DataFrame, base_year: int) -> pl.DataFrame:
    """Keep staff of the base year only, on the fewest persons that the figures stand on.

    A forecast carries the staff it began with, and the sum less the sectors shown would give back
    one that is hidden: the sum stands on as few as the smallest of its sectors.
    """
    of_staff = pl.col("variable") == "headcount"
    rows = rows.filter(~of_staff | (pl.col("year") == base_year))
    rows = rows.join(least, on="sector", how="left", maintain_order="left")
    few = pl.min_horizontal("persons", "least")
    return rows.with_columns(
        persons=pl.when(of_staff).then(few).otherwise(pl.col("persons"))
    ).select(COLUMNS)


def _outcomes(rows: pl.DataFrame, region: str, variable: str) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("year").cast(pl.Int64),
        scenario=pl.lit(OBSERVED),
        region=pl.lit(region),
        occupation=pl.lit("all"),
        variable=pl.lit(variable),
        unit=pl.lit("persons"),
        level=pl.lit(0.8),
        lower=pl.col("central"),
        upper=pl.col("central"),
    )


def _schema() -> pl.Schema:
    numbers = {"level", "central", "lower", "upper", "persons"}
    return pl.Schema(
        {
            name: pl.Int64 if name == "year" else pl.Float64 if name in numbers else pl.String
            for name in COLUMNS
        }
    )
