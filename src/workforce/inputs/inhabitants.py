"""Inhabitants, and what they are projected with: the official projection or vital rates."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.errors import DataError
from workforce.inputs.arrays import to_array
from workforce.inputs.regions import at_level
from workforce.sources.files import national_folder

SEXES = ["female", "male"]
RECENT_YEARS = 5  # Net migration of a place is the mean of so many years.
SMOOTH_AGES = 5
MORTALITY_DECLINE = 0.017  # A year: life expectancy in Norway has risen by about 0.2 years a year.
OLDEST_MOVER = 75  # Above it a residual is an error of mortality rather than moves.
NET_MIGRATION_K = 2000.0  # Inhabitants at which a place's own migration counts for half.


def load_population(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    base_year: int,
    horizon: int,
    borrowed: list[dict[str, str]],
) -> xr.Dataset:
    """Load the base population and the official projection or the rates to project it with."""
    regions = tables["regions"]
    rows = at_level(tables["population"], regions, codes)
    ages = list(range(int(rows["age"].max()) + 1))  # type: ignore[arg-type]
    years = sorted(rows["year"].unique().to_list())
    observed = to_array(
        rows, {"region": codes, "sex": SEXES, "age": ages, "year": years}, "persons"
    )
    result = xr.Dataset({"population": observed.sel(year=base_year, drop=True)})
    steps = list(range(base_year, base_year + horizon))
    if "population_projection" in tables:
        official = _official(tables, codes, ages, base_year, horizon, result["population"])
        if official is not None:
            return result.assign(population_official=official)
    result = result.assign(_vital(tables, codes, ages, steps, borrowed))
    towns = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    everybody = tables["population"].filter(pl.col("region").is_in(towns))
    whole = to_array(everybody, {"sex": SEXES, "age": ages, "year": years}, "persons")
    migration = _net_migration(observed, whole, result, base_year, steps)
    return result.assign(net_migration=migration)


def _official(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    ages: list[int],
    base_year: int,
    horizon: int,
    base: xr.DataArray,
) -> xr.DataArray | None:
    years = list(range(base_year, base_year + horizon + 1))
    table = tables["population_projection"].filter(
        (pl.col("variant") == "main") & pl.col("year").is_in(years[1:])
    )
    if sorted(table["year"].unique().to_list()) != years[1:]:
        return None
    rows = at_level(table.drop("variant"), tables["regions"], codes)
    if set(rows["region"].unique()) != set(codes):
        return None
    path = to_array(
        rows, {"region": codes, "sex": SEXES, "age": ages, "year": years[1:]}, "persons"
    )
    return xr.concat([base.expand_dims(year=[base_year]), path], dim="year").transpose(
        "region", "sex", "age", "year"
    )


def _vital(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    ages: list[int],
    steps: list[int],
    borrowed: list[dict[str, str]],
) -> dict[str, xr.DataArray]:
    """Read rates of the latest year, of the county or the nation; mortality goes on falling."""
    national = pl.read_csv(
        national_folder() / "vital_rates.csv", schema_overrides={"region": pl.String}
    )
    own = tables.get("vital_rates")
    when = xr.DataArray(np.ones(len(steps)), dims="flow_year", coords={"flow_year": steps})
    falling = when * (1.0 - MORTALITY_DECLINE) ** (when["flow_year"] - steps[0])
    found: dict[str, list[xr.DataArray]] = {"mortality": [], "fertility": []}
    for code in codes:
        for rate, arrays in found.items():
            rows = _rows_of(own, tables["regions"], code, rate) if own is not None else None
            if rows is None:
                borrowed.append(_mark(rate, code, "nation", "published national rates"))
                rows = national.filter(pl.col("rate") == rate)
            arrays.append(_by_age(rows, ages, with_sex=rate == "mortality"))
    place = xr.Variable("region", codes)
    return {
        "mortality": xr.concat(found["mortality"], dim=place) * falling,
        "fertility": xr.concat(found["fertility"], dim=place) * when,
    }


def _rows_of(
    table: pl.DataFrame, regions: pl.DataFrame, code: str, rate: str
) -> pl.DataFrame | None:
    """Rows of the region itself or of its county in the latest year, None without any."""
    county = regions.filter(pl.col("region") == code)["county"].item()
    for where in (code, county):
        rows = table.filter((pl.col("rate") == rate) & (pl.col("region") == where))
        if where is not None and len(rows):
            return rows.filter(pl.col("year") == pl.col("year").max())
    return None


def _by_age(rows: pl.DataFrame, ages: list[int], *, with_sex: bool) -> xr.DataArray:
    """Rates on the ages of the population; past the oldest age given its rate is held."""
    rows = rows.with_columns(pl.col("age").cast(pl.Int64))
    if not with_sex:
        return to_array(rows.filter(pl.col("age").is_in(ages)), {"age": ages}, "value")
    oldest = int(rows["age"].max())  # type: ignore[arg-type]
    array = to_array(rows, {"sex": SEXES, "age": list(range(oldest + 1))}, "value")
    return array.sel(age=[min(age, oldest) for age in ages]).assign_coords(age=ages)


def _net_migration(
    observed: xr.DataArray,
    whole: xr.DataArray,
    rates: xr.Dataset,
    base_year: int,
    steps: list[int],
) -> xr.DataArray:
    """Net migrants by age: what births and deaths do not explain, as rates of recent years.

    The residual of each cohort over a year, by age at the end, as a rate of the persons there,
    smoothed over neighbouring ages and shrunk towards the rate of all municipalities in the
    folder, then carried forward on the base population.
    """
    years = [int(y) for y in observed["year"].values if y <= base_year][-(RECENT_YEARS + 1) :]
    base = observed.sel(year=base_year, drop=True)
    when = xr.DataArray(np.ones(len(steps)), dims="flow_year", coords={"flow_year": steps})
    if len(years) < 2:
        return (xr.zeros_like(base) * when).transpose("region", "sex", "age", "flow_year")
    if years != list(range(years[0], years[-1] + 1)):
        raise DataError(f"population: years {years[0]} to {years[-1]} have gaps.")
    mortality = rates["mortality"].isel(flow_year=0, drop=True).transpose("region", "sex", "age")
    counts = observed.sel(year=years).transpose("region", "sex", "age", "year")
    own = _migration_rate(counts.values, mortality.values)
    together = whole.sel(year=years).transpose("sex", "age", "year").values[np.newaxis]
    pooled = _migration_rate(together, mortality.values.mean(axis=0, keepdims=True))
    inhabitants = base.sum(["sex", "age"]).values[:, np.newaxis, np.newaxis]
    credit = inhabitants / (inhabitants + NET_MIGRATION_K)
    rate = np.clip(credit * own + (1 - credit) * pooled, -0.2, 0.2)
    flow = base.copy(data=rate * base.values)
    return (flow * when).transpose("region", "sex", "age", "flow_year")


def _migration_rate(counts: np.ndarray, mortality: np.ndarray) -> np.ndarray:
    """Net migrants per person by age, from counts (region, sex, age, year) and mortality."""
    stay = np.exp(-mortality)
    expected = np.zeros_like(counts[..., 1:])
    alive = counts[..., :-1] * stay[..., np.newaxis]
    expected[:, :, 1:] = alive[:, :, :-1]
    expected[:, :, -1] += alive[:, :, -1]
    residual = (counts[..., 1:] - expected).sum(axis=-1)
    residual[:, :, 0] = 0.0  # A residual of newborn holds fertility, not moves.
    residual[:, :, OLDEST_MOVER + 1 :] = 0.0
    exposure = counts[..., 1:].sum(axis=-1)
    kernel = np.ones(SMOOTH_AGES)
    smooth = np.apply_along_axis(np.convolve, 2, residual, kernel, "same")
    weight = np.apply_along_axis(np.convolve, 2, exposure, kernel, "same")
    rate: np.ndarray = smooth / np.maximum(weight, 1.0)
    return rate


def _mark(variable: str, region: str, source: str, reason: str) -> dict[str, str]:
    return {"variable": variable, "region": region, "sector": "", "from": source, "reason": reason}
