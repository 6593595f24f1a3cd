"""Project inhabitants from years gone by with what was known then, and compare with what came."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.folder import Folder
from workforce.inputs.arrays import to_array
from workforce.inputs.loading import load_inputs
from workforce.inputs.stocks import SEXES
from workforce.model.projection import project_inhabitants

BASE_YEARS = (2011, 2012, 2014, 2016, 2018, 2020)
HORIZONS = (1, 5, 10)
BANDS = {
    "0": (0, 0),
    "1-5": (1, 5),
    "6-12": (6, 12),
    "13-15": (13, 15),
    "16-19": (16, 19),
    "20-66": (20, 66),
    "67-79": (67, 79),
    "80-89": (80, 89),
    "90+": (90, 200),
    "all": (0, 200),
}
STEP, OLDEST_RATIO, BEARING = 5, 90, slice(15, 50)


def project_past(folder: Folder) -> tuple[xr.DataArray, dict[int, xr.DataArray]]:
    """Project all municipalities of a folder from each base year, with rates of earlier years only.

    Outcomes, and the path by base year: (region, sex, age, year). [persons]
    """
    actual = observed_population(folder.tables)
    last = int(actual["year"].values[-1])
    paths = {}
    for base in BASE_YEARS:
        inputs = load_inputs(folder, base_year=base, horizon=min(max(HORIZONS), last - base))
        paths[base] = project_inhabitants(inputs).transpose("region", "sex", "age", "year")
    return actual, paths


def observed_population(tables: Mapping[str, pl.DataFrame]) -> xr.DataArray:
    """Count persons of every municipality by sex, age and year, in the order of the regions."""
    towns = tables["regions"].filter(pl.col("level") == "municipality")["region"].to_list()
    rows = tables["population"].filter(pl.col("region").is_in(towns))
    ages = list(range(int(rows["age"].max()) + 1))  # type: ignore[arg-type]
    years = sorted(rows["year"].unique().to_list())
    return to_array(rows, {"region": towns, "sex": SEXES, "age": ages, "year": years}, "persons")


def error_table(
    actual: xr.DataArray,
    paths: Mapping[int, xr.DataArray],
    *,
    regions: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Pooled errors by band of ages and horizon: ours, no change, and cohort change ratios.

    WAPE is the sum of absolute errors over the sum of outcomes, over places and base years; bias is
    the sum of errors over the sum of outcomes.
    """
    places = list(actual["region"].values) if regions is None else list(regions)
    outcomes = actual.sel(region=places)
    errors: dict[tuple[str, str, int], list[tuple[Numbers, Numbers]]] = {}
    for base, path in paths.items():
        predicted = _methods(outcomes, path.sel(region=places), base)
        known = [h for h in HORIZONS if base + h in path["year"].values]
        came = {ahead: _by_band(outcomes.sel(year=base + ahead)) for ahead in known}
        for method, persons in predicted.items():
            for ahead, seen in came.items():
                said = _by_band(persons.sel(year=base + ahead))
                for band in BANDS:
                    pair = (said[band], seen[band])
                    errors.setdefault((method, band, ahead), []).append(pair)
    rows = [pooled_error(*key, pairs) for key, pairs in errors.items()]
    return pl.DataFrame(rows, orient="row")


def pooled_error(
    method: str, band: str, horizon: int, pairs: Sequence[tuple[Numbers, Numbers]]
) -> dict[str, str | int | float]:
    """Pool pairs of predicted and observed persons, one pair for each base year."""
    said = np.concatenate([pair[0] for pair in pairs])
    seen = np.concatenate([pair[1] for pair in pairs])
    return {
        "method": method,
        "band": band,
        "horizon": horizon,
        "base_years": len(pairs),
        "wape": float(np.abs(said - seen).sum() / seen.sum()),
        "bias": float((said - seen).sum() / seen.sum()),
    }


def cohort_change_ratios(actual: xr.DataArray, base: int, horizon: int) -> xr.DataArray:
    """Project by Hamilton and Perry: each cohort changes as it did over the last five years.

    The ratio of a group of five years, 90+ the last, holds for each of its ages; over h < 5 years
    it is taken to the power h / 5. Children 0-4 per woman 15-49 are as in the base year. Hamilton
    and Perry (1962), Social Forces 41(2), doi:10.2307/2573607.
    """
    persons = actual.transpose("region", "sex", "age", "year")
    now, before = (persons.sel(year=year).values for year in (base, base - STEP))
    group = np.minimum(np.arange(now.shape[-1]) // STEP, OLDEST_RATIO // STEP)
    came, from_them = _by_group(now, group), _by_group(_older(before, STEP), group)
    known = (from_them > 0) & (np.arange(from_them.shape[-1]) > 0)
    # A cohort that nobody was in says nothing, and neither does one not yet born.
    ratio = np.divide(came, from_them, out=np.ones_like(came), where=known)[..., group]
    children = came[..., 0] / np.maximum(now[:, 0, BEARING].sum(axis=-1)[:, np.newaxis], 1e-9)
    path = [now]
    for ahead in range(1, horizon + 1):
        years = min(ahead, STEP)
        new = _older(path[ahead - years], years) * ratio ** (years / STEP)
        born = children * new[:, 0, BEARING].sum(axis=-1)[:, np.newaxis] / STEP
        new[..., :years] = born[..., np.newaxis]
        path.append(new)
    coords = {name: persons[name] for name in ("region", "sex", "age")}
    return xr.DataArray(
        np.stack(path, axis=-1),
        dims=["region", "sex", "age", "year"],
        coords={**coords, "year": list(range(base, base + horizon + 1))},
    )


def _methods(actual: xr.DataArray, path: xr.DataArray, base: int) -> dict[str, xr.DataArray]:
    held = xr.ones_like(path) * actual.sel(year=base, drop=True)
    horizon = path.sizes["year"] - 1
    found = {"ours": path, "no_change": held}
    if base - STEP in actual["year"].values:
        found["cohort_change_ratios"] = cohort_change_ratios(actual, base, horizon)
    return found


def _by_band(persons: xr.DataArray) -> dict[str, Numbers]:
    both = persons.sum("sex")
    return {band: both.sel(age=slice(*ages)).sum("age").values for band, ages in BANDS.items()}


def _older(persons: Numbers, years: int) -> Numbers:
    """Persons at the age they reach if all live; the oldest age is open."""
    older = np.zeros_like(persons)
    older[..., years:] = persons[..., :-years]
    older[..., -1] += persons[..., -years:].sum(axis=-1)
    return older


def _by_group(persons: Numbers, group: Numbers) -> Numbers:
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sums: Numbers = np.add.reduceat(persons, starts, axis=-1)
    return sums
