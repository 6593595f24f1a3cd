"""Project inhabitants from years gone by with what was known then, and compare with what came."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.inputs import load_inputs
from workforce.inputs.arrays import to_array
from workforce.inputs.stocks import SEXES
from workforce.model.projection import project_inhabitants
from workforce.sources.files import read_folder

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
OVER_80 = (80, 200)
STEP, OLDEST_RATIO, BEARING = 5, 90, slice(3, 10)
Method = Callable[[xr.DataArray, xr.DataArray], xr.DataArray]


def project_past(
    folder: str | Path, *, base_years: Sequence[int] = BASE_YEARS, longest: int = max(HORIZONS)
) -> tuple[xr.DataArray, dict[int, xr.DataArray]]:
    """Project all municipalities of a folder from each base year, with rates of earlier years only.

    Parameters
    ----------
    folder : path
        Folder with regions, population of many years and, for the nation, vital_rates by year.
        `load_inputs` uses stocks up to the base year and rates of the years before it.
    base_years : sequence of int
    longest : int
        Years to project, as far as outcomes are known.

    Returns
    -------
    tuple
        Outcomes (region, sex, age, year), and by base year the path (region, sex, age, year) from
        the base year on. [persons]
    """
    actual = observed_population(folder)
    last = int(actual["year"].values[-1])
    paths = {}
    for base in base_years:
        inputs = load_inputs(folder, base_year=base, horizon=min(longest, last - base))
        paths[base] = project_inhabitants(inputs).transpose("region", "sex", "age", "year")
    return actual, paths


def observed_population(folder: str | Path) -> xr.DataArray:
    """Read persons of every municipality by sex, age and year, in the order of the regions."""
    tables = read_folder(Path(folder), ["regions", "population"])
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
    horizons: Sequence[int] = HORIZONS,
) -> pl.DataFrame:
    """Pooled errors by band of ages and horizon: ours, no change, and cohort change ratios.

    WAPE is the sum of absolute errors over the sum of outcomes, over places and base years; bias is
    the sum of errors over the sum of outcomes.

    Parameters
    ----------
    actual, paths
        As `project_past` gives them.
    regions : sequence of str, optional
        Places to compare; all when left out.
    horizons : sequence of int

    Returns
    -------
    polars.DataFrame
        method, band, horizon, base_years (how many), wape, bias [share].
    """
    places = list(actual["region"].values) if regions is None else list(regions)
    errors: dict[tuple[str, str, int], list[tuple[Numbers, Numbers]]] = {}
    for base, path in paths.items():
        for method, predicted in _methods(actual, path, base).items():
            for ahead in horizons:
                if base + ahead not in predicted["year"].values:
                    continue
                outcome = actual.sel(region=places, year=base + ahead)
                said = predicted.sel(region=places, year=base + ahead)
                for band, ages in BANDS.items():
                    pair = (_in_band(said, ages), _in_band(outcome, ages))
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

    Groups of five years to 90+; children 0-4 per woman 15-49 as in the base year. Years between
    are on a line; persons of a group are spread over its ages as in the base year.

    Parameters
    ----------
    actual : DataArray
        Dims (region, sex, age, year). [persons]
    base, horizon : int

    Returns
    -------
    DataArray
        Dims (region, sex, age, year). [persons]

    References
    ----------
    Hamilton and Perry (1962), Social Forces 41(2). doi:10.2307/2573607
    """
    now, before = (_five_years(actual.sel(year=year).values) for year in (base, base - STEP))
    ratio = np.ones_like(now)
    ratio[..., 1:-1] = now[..., 1:-1] / np.maximum(before[..., :-2], 1e-9)
    ratio[..., -1] = now[..., -1] / np.maximum(before[..., -2] + before[..., -1], 1e-9)
    # A cohort that nobody was in says nothing.
    ratio[..., 1:-1] = np.where(before[..., :-2] > 0, ratio[..., 1:-1], 1.0)
    children = now[..., 0] / np.maximum(now[:, :1, BEARING].sum(axis=-1), 1e-9)
    groups = [now]
    for _ in range(-(-horizon // STEP)):
        old = groups[-1]
        new = np.empty_like(old)
        new[..., 1:-1] = old[..., :-2] * ratio[..., 1:-1]
        new[..., -1] = (old[..., -2] + old[..., -1]) * ratio[..., -1]
        new[..., 0] = children * new[:, :1, BEARING].sum(axis=-1)
        groups.append(new)
    years = range(base, base + horizon + 1)
    base_ages = actual.sel(year=base).values
    spread = [_spread(groups, (year - base) / STEP, base_ages, now) for year in years]
    coords = {name: actual[name] for name in ("region", "sex", "age")}
    return xr.DataArray(
        np.stack(spread, axis=-1),
        dims=["region", "sex", "age", "year"],
        coords={**coords, "year": list(years)},
    )


def _methods(actual: xr.DataArray, path: xr.DataArray, base: int) -> dict[str, xr.DataArray]:
    held = xr.ones_like(path) * actual.sel(year=base, drop=True)
    horizon = path.sizes["year"] - 1
    found = {"ours": path, "no_change": held}
    if base - STEP in actual["year"].values:
        found["cohort_change_ratios"] = cohort_change_ratios(actual, base, horizon)
    return found


def _in_band(persons: xr.DataArray, ages: tuple[int, int]) -> Numbers:
    total: Numbers = persons.sel(age=slice(*ages)).sum(["sex", "age"]).values
    return total


def _five_years(persons: Numbers) -> Numbers:
    young = [persons[..., age : age + STEP].sum(axis=-1) for age in range(0, OLDEST_RATIO, STEP)]
    return np.stack([*young, persons[..., OLDEST_RATIO:].sum(axis=-1)], axis=-1)


def _spread(groups: list[Numbers], at: float, base_ages: Numbers, now: Numbers) -> Numbers:
    """Persons by single age between two steps."""
    below = int(at)
    share = at - below
    between = groups[below]
    if share > 0:
        between = (1 - share) * between + share * groups[below + 1]
    group = np.minimum(np.arange(base_ages.shape[-1]) // STEP, now.shape[-1] - 1)
    widths = np.bincount(group)
    whole = now[..., group]
    even = 1.0 / widths[group]
    part = np.where(whole > 0, base_ages / np.maximum(whole, 1e-9), even)
    spread: Numbers = between[..., group] * part
    return spread
