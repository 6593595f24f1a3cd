"""Folders of real populations, as the guide to own data builds them."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.migration import net_migration_rates
from workforce.inputs.stocks import SEXES
from workforce.inputs.vital import survival
from workforce.model.mortality import graduate_mortality

# Back-cast by halves before 2024, as the reference's README says; 2005 misses persons.
LEFT_OUT = ("municip_nor1508", "municip_nor1580")
FIRST_YEAR = 2006
NATION = "NO"
EMPTY = ["", "."]


def write_folder(population: Path, rates: Path, out: Path) -> None:
    """Write regions, population and vital_rates of the nation from the reference cases."""
    wide = _wide(population / "municipality_single_age.csv.gz").filter(
        ~pl.col("location_code").is_in(LEFT_OUT) & (pl.col("calyear") >= FIRST_YEAR)
    )
    long = wide.unpivot(
        index=["location_code", "calyear", "sex"], variable_name="age", value_name="persons"
    )
    long.select(
        region=pl.col("location_code").str.strip_prefix("municip_nor"),
        sex="sex",
        age=pl.col("age").str.strip_prefix("a").cast(pl.Int64),
        year="calyear",
        persons="persons",
    ).write_parquet(out / "population.parquet")
    _regions(population, wide["location_code"].unique().to_list()).write_csv(out / "regions.csv")
    vital_rates(population, rates).write_csv(out / "vital_rates.csv")


def vital_rates(population: Path, rates: Path) -> pl.DataFrame:
    """Mortality, fertility and net migration of the nation by year, each from that year alone."""
    deaths = pl.read_csv(gzip.decompress((rates / "mx_1x1.csv.gz").read_bytes()), null_values=EMPTY)
    deaths = deaths.unpivot(
        on=["Female", "Male"], index=["year", "age"], variable_name="sex", value_name="value"
    ).with_columns(pl.col("value").cast(pl.Float64), pl.col("sex").str.to_lowercase())
    # Nobody alive leaves the rate empty.
    deaths = deaths.filter((pl.col("year") >= 1980) & pl.col("value").is_not_null())
    births = pl.read_csv(gzip.decompress((rates / "asfr.csv.gz").read_bytes()))
    births = births.filter(pl.col("year") >= 1980).rename({"ASFR": "value"})
    births = births.with_columns(sex=pl.lit("female"))
    parts = {
        "mortality": deaths,
        "fertility": births,
        "net_migration": _net_migration(population, deaths),
    }
    columns = ["rate", "region", "sex", "age", "year", "value"]
    return pl.concat(
        table.with_columns(
            pl.col("age").cast(pl.Int64), rate=pl.lit(rate), region=pl.lit(NATION)
        ).select(columns)
        for rate, table in parts.items()
    )


def _net_migration(population: Path, deaths: pl.DataFrame) -> pl.DataFrame:
    """Residuals of the nation's cohorts; a year's own mortality, or the latest known before it."""
    nation = _wide(population / "nation_single_age.csv").filter(pl.col("sex").is_in(SEXES))
    nation = nation.sort("sex", "calyear")
    years = sorted(nation["calyear"].unique().to_list())
    columns = [f"a{age}" for age in range(106)]
    persons = nation.select(columns).to_numpy().astype(float).reshape(2, len(years), 106)
    ages = np.arange(106)
    wide = deaths.pivot(on="year", index=["sex", "age"], values="value").fill_null(0.0)
    wide = wide.sort("sex", "age")
    known = sorted(deaths["year"].unique().to_list())
    values = wide.select([str(year) for year in known]).to_numpy().reshape(2, -1, len(known))
    raw = xr.DataArray(
        values,
        dims=["sex", "age", "year"],
        coords={"sex": SEXES, "age": np.arange(values.shape[1]), "year": known},
    )
    rows = []
    for place, year in enumerate(years[:-1]):
        upto = raw.sel(year=slice(year - 14, year))
        rate = graduate_mortality(upto, ages).isel(year=-1).values[np.newaxis, ..., np.newaxis]
        stocks = persons[:, place : place + 2].swapaxes(1, 2)[np.newaxis]
        moved, survivors = net_migration_rates(stocks, survival(rate))
        found = (moved / np.maximum(survivors, 1.0))[0, ..., 0]
        for s, sex in enumerate(SEXES):
            rows.append(
                pl.DataFrame({"age": ages, "value": found[s]}).with_columns(
                    sex=pl.lit(sex), year=pl.lit(year, dtype=pl.Int64)
                )
            )
    return pl.concat(rows)


def _regions(population: Path, codes: list[str]) -> pl.DataFrame:
    known = pl.read_csv(population / "hierarchy.csv").filter(pl.col("municip_code").is_in(codes))
    towns = known.select(
        region=pl.col("municip_code").str.strip_prefix("municip_nor"),
        level=pl.lit("municipality"),
        name="municip_name",
        county=pl.col("county_code").str.strip_prefix("county_nor"),
    )
    counties = known.unique("county_code", maintain_order=True).select(
        region=pl.col("county_code").str.strip_prefix("county_nor"),
        level=pl.lit("county"),
        name="county_name",
        county=pl.lit(None, dtype=pl.String),
    )
    nation = pl.DataFrame(
        {"region": [NATION], "level": ["nation"], "name": ["Norge"], "county": [None]},
        schema=towns.schema,
    )
    return pl.concat([towns, counties, nation])


def _wide(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    return pl.read_csv(gzip.decompress(content) if path.suffix == ".gz" else content)
