"""Spread an open group of the oldest over the ages in it, as people of the nation survive."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.contract.arrays import Numbers
from workforce.contract.between_tables import OLDEST_TOLD
from workforce.contract.folder import Folder
from workforce.contract.packed import Tables, kept
from workforce.inputs.stocks import SEXES
from workforce.inputs.vital import by_single_age, packaged_rates, survival
from workforce.model.mortality import graduate_mortality
from workforce.model.rates import rates_at_years
from workforce.sources.tables.files import read_national

OLDEST = 105
"""Oldest age, an open group, where a group of more ages is spread."""
STOCKS = ("population", "population_projection")


@lru_cache(maxsize=2)
def with_single_ages(folder: Folder) -> Folder:
    """Give a folder with its oldest spread, once; itself where there is nothing to spread."""
    spread = spread_oldest(folder.tables)
    if all(spread[name] is table for name, table in kept(folder.tables).items()):
        return folder
    return replace(folder, tables=Tables(MappingProxyType(spread)))


def spread_oldest(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Give inhabitants and users single ages to 105 where they end in an open group under 100.

    The persons of an open group a+ on 1 January are laid on a, a+1, ..., 105+ in proportion to
    those who would be there had as many reached a in every year before, with the survival of the
    nation in the year before; users in an open group that begins at the same age follow these
    persons times the nation's use of the service. Sums over the group stay as they are. Tables
    without ages, or with single ages to 100 or more, are handed back as they are.
    """
    found = dict(kept(tables))
    opened = _oldest(tables, "population")
    if opened is None:
        return found
    top = OLDEST if opened < OLDEST_TOLD else opened
    for name in STOCKS:
        oldest = _oldest(tables, name)
        if oldest is not None and oldest < min(top, OLDEST_TOLD):
            found[name] = _spread(tables[name], "persons", _survivors(oldest, tables[name]), oldest)
    users = _oldest(tables, "service_use")
    if users == opened < OLDEST_TOLD:
        weights = _survivors(opened, tables["service_use"]).join(
            read_national("service_use").drop("source"), on=["sex", "age"]
        )
        by_use = weights.with_columns(weight=pl.col("weight") * pl.col("rate")).drop("rate")
        found["service_use"] = _spread(tables["service_use"], "users", by_use, opened)
    return found


def is_spread(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether the oldest of a table of inhabitants are one group that is spread."""
    oldest = [_oldest(tables, name) for name in STOCKS]
    return any(age is not None and age < OLDEST_TOLD for age in oldest)


def marks_of_spread(codes: list[str]) -> list[Mark]:
    """Mark the regions whose oldest are spread as the nation's: all, since ages go for all."""
    reason = "the oldest are one open group"
    return [Mark("oldest_ages", code, "", reason, imputed=True) for code in codes]


def _oldest(tables: Mapping[str, pl.DataFrame], name: str) -> int | None:
    table = kept(tables).get(name)
    return None if table is None else table["age"].max()  # type: ignore[return-value]


def _survivors(opened: int, table: pl.DataFrame) -> pl.DataFrame:
    """Weights by sex, age and year of those aged ``opened`` and over in a stationary population."""
    years = sorted(table["year"].unique().to_list())
    rates = by_single_age(packaged_rates().filter(pl.col("rate") == "mortality"), with_sex=True)
    ages: Numbers = np.arange(OLDEST + 1, dtype=float)
    before = np.array(years, dtype=int) - 1
    deaths = rates_at_years(graduate_mortality(rates.sel(sex=SEXES), ages), before)
    into = survival(deaths.transpose("sex", "age", "year").values[np.newaxis])[0]
    kept: Numbers = np.ones((len(SEXES), OLDEST + 1 - opened, len(years)))
    kept[:, 1:] = np.cumprod(into[:, opened + 1 :], axis=1)
    kept[:, -1] /= 1.0 - into[:, -1]  # Those who stay in the last group, year after year.
    weights = xr.DataArray(
        kept,
        dims=["sex", "age", "year"],
        coords={"sex": SEXES, "age": range(opened, OLDEST + 1), "year": years},
        name="weight",
    )
    return pl.from_pandas(weights.to_series().reset_index())


def _spread(table: pl.DataFrame, measure: str, weights: pl.DataFrame, opened: int) -> pl.DataFrame:
    """Lay the rows of the open group on single ages; where no weight is known they stay."""
    on = [name for name in weights.columns if name not in ("age", "weight")]
    total = pl.col("weight").sum().over(on)
    shares = weights.with_columns(share=pl.col("weight") / total).filter(total > 0)
    shares = shares.select(*on, pl.col("age").cast(table.schema["age"]).alias("single"), "share")
    last = pl.col("age") == opened
    laid = table.filter(last).join(shares, on=on, how="left", maintain_order="left")
    laid = laid.with_columns(
        pl.coalesce("single", "age").alias("age"),
        (pl.col(measure) * pl.col("share").fill_null(1.0)).alias(measure),
    ).select(table.columns)
    return pl.concat([table.filter(~last), laid], how="vertical_relaxed")
