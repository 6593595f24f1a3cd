"""Real populations from a folder of reference cases, laid out as a folder of tables.

Statistics Norway's populations and projections and the rates of the Human Mortality and Fertility
Databases; the files have a README each and are no part of the project.
"""

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
TELEMARK = "40"
AS_PUBLISHED = {
    "0 år": "0",
    "1-5 år": "1-5",
    "6-12 år": "6-12",
    "13-15 år": "13-15",
    "16-19 år": "16-19",
    "20-44 år": "20-66",
    "45-66 år": "20-66",
    "20-66 år": "20-66",
    "67-79 år": "67-79",
    "80-89 år": "80-89",
    "90 år eller eldre": "90+",
}
"""Bands of ages as the releases name them, and as the back-test does."""


def write_folder(reference: Path, out: Path) -> None:
    """Write regions, population and the nation's vital_rates as tables."""
    population, rates = reference / "population_norway", reference / "norway_hmd_hfd"
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
    # Nobody alive leaves the rate empty: nobody dies.
    deaths = deaths.filter(pl.col("year") >= 1980).with_columns(pl.col("value").fill_null(0.0))
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


def read_releases(reference: Path) -> pl.DataFrame:
    """Read what Statistics Norway projected for the municipalities of Telemark, by release."""
    path = reference / "ssb_projections" / "ssb_projections_by_vintage.csv.gz"
    table = pl.read_csv(gzip.decompress(path.read_bytes()))
    return (
        table.with_columns(band=pl.col("age").replace_strict(AS_PUBLISHED))
        .group_by("vintage", "region", "alt", "year", "band")
        .agg(pl.col("pop").sum())
    )


def municipalities_of(folder: Path, county: str) -> dict[str, str]:
    """Names of the municipalities of a county by code, from a folder of tables."""
    regions = pl.read_csv(folder / "regions.csv", schema_overrides={"region": pl.String})
    rows = regions.filter(
        (pl.col("county").cast(pl.String) == county) & (pl.col("level") == "municipality")
    )
    return dict(zip(rows["region"], rows["name"], strict=True))


def _net_migration(population: Path, deaths: pl.DataFrame) -> pl.DataFrame:
    """Residuals of the nation's cohorts; a year's own mortality, or the latest known before it."""
    nation = _wide(population / "nation_single_age.csv").filter(pl.col("sex").is_in(SEXES))
    nation = nation.sort("sex", "calyear")
    years = sorted(nation["calyear"].unique().to_list())
    columns = [f"a{age}" for age in range(106)]
    persons = nation.select(columns).to_numpy().astype(float).reshape(2, len(years), 106)
    ages = np.arange(106, dtype=np.float64)
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
                pl.DataFrame({"age": np.arange(106), "value": found[s]}).with_columns(
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
