"""Estimate the size of population errors from a back-test, and count how often they are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.places import write_whole
from workforce.contract.results import LEVEL
from workforce.evaluation.population_backtest import BASE_YEARS, HORIZONS
from workforce.scenarios.draws import ENDS
from workforce.scenarios.population_error import (
    FILE,
    GROUPS,
    OLD_FROM,
    ErrorSize,
    population_factor,
)

SIZE_CLASSES = {
    "under 2,000": (0, 2_000),
    "2,000-5,000": (2_000, 5_000),
    "5,000-20,000": (5_000, 20_000),
    "over 20,000": (20_000, 10**9),
}
COVERED = {"all": (0, 200), "80+": (OLD_FROM, 200)}
_WORKING_TO = 66
_NORMAL_80 = 1.2815515655446004
_AHEAD = range(1, 11)
_DECIMALS = 5


@dataclass(frozen=True)
class _Miss:
    """What a path missed of a group of ages: log errors of the places, and of all together."""

    base: int
    group: str
    ahead: int
    error: Numbers
    together: float
    size: Numbers
    inhabitants: Numbers


def estimate_sizes(actual: xr.DataArray, paths: Mapping[int, xr.DataArray]) -> dict[str, ErrorSize]:
    """Fit the variance of log errors to how large the errors were.

    For each horizon and class of size the 80 % quantile of the absolute log error, over 1.28, is
    taken as a standard deviation, errors in one direction included; `ErrorSize` is fitted to the
    logarithms by least squares. ``shared`` is the mean square error of all places together over
    the common part. A base year that is left out can be judged by the others.
    """
    return _fit_all(_misses(actual, paths))


def sizes_table(actual: xr.DataArray, paths: Mapping[int, xr.DataArray]) -> pl.DataFrame:
    """Make the table of `data/national/population_error.csv`."""
    rows = [
        {"group": name}
        | {key: round(value, _DECIMALS) for key, value in vars(size).items()}
        | {"source": f"Back-test of municipalities from {BASE_YEARS[0]} to {BASE_YEARS[-1]}"}
        for name, size in estimate_sizes(actual, paths).items()
    ]
    return pl.DataFrame(rows)


def write_sizes(table: pl.DataFrame, national: Path) -> bool:
    """Write the sizes of errors that reports draw from, and tell whether the file held others.

    Sizes within the last decimal are the same, and the file is left as it is.
    """
    path = national / FILE
    if path.is_file() and same_sizes(pl.read_csv(path), table):
        return False
    write_whole(path, table.write_csv)
    return True


def same_sizes(one: pl.DataFrame, two: pl.DataFrame) -> bool:
    """Whether two tables have the same groups, and figures that another fit may end at."""
    if one.columns != two.columns or not one["group"].equals(two["group"]):
        return False
    first, second = (table.drop("group", "source").to_numpy().astype(float) for table in (one, two))
    return bool(np.allclose(first, second, rtol=0, atol=1.5 * 10**-_DECIMALS))


def coverage_table(
    actual: xr.DataArray,
    paths: Mapping[int, xr.DataArray],
    *,
    draws: int = 200,
) -> pl.DataFrame:
    """How often 80 % intervals of totals and of 80+ held the outcome, by size and horizon.

    The width for each base year is estimated from the other base years.
    """
    found: dict[tuple[str, str, int], list[tuple[Numbers, Numbers]]] = {}
    misses = _misses(actual, paths)
    for base, path in paths.items():
        sizes = _fit_all([m for m in misses if m.base != base])
        for (band, ahead), (held, width) in _held(actual, path, base, sizes, draws).items():
            inhabitants = actual.sel(year=base).sum(["sex", "age"]).values
            for name, (low, high) in SIZE_CLASSES.items():
                here = (inhabitants >= low) & (inhabitants < high)
                found.setdefault((band, name, ahead), []).append((held[here], width[here]))
    rows = []
    for (band, name, ahead), pairs in found.items():
        held = np.concatenate([pair[0] for pair in pairs])
        width = np.concatenate([pair[1] for pair in pairs])
        rows.append(
            {
                "band": band,
                "size_class": name,
                "horizon": ahead,
                "places": len(held),
                "coverage": float(held.mean()),
                "half_width": float(np.median(width)),
            }
        )
    return pl.DataFrame(rows).sort("band", "horizon", maintain_order=True)


def _held(
    actual: xr.DataArray,
    path: xr.DataArray,
    base: int,
    sizes: dict[str, ErrorSize],
    draws: int,
) -> dict[tuple[str, int], tuple[Numbers, Numbers]]:
    horizon = path.sizes["year"] - 1
    asked = [base + ahead for ahead in HORIZONS if ahead <= horizon]
    inputs = xr.Dataset({"population": path.sel(year=base, drop=True)})
    inputs.attrs = {"base_year": base, "horizon": horizon}
    found: dict[tuple[str, int], list[tuple[Numbers, Numbers]]] = {}
    for first in range(0, inputs.sizes["region"], 60):
        some = slice(first, first + 60)
        factor = population_factor(inputs.isel(region=some), draws, 1, sizes=sizes, years=asked)
        for label in asked:
            year = {"year": label}
            people = path.isel(region=some).sel(year).sum("sex")
            drawn = factor.sel(year)
            for band, ages in COVERED.items():
                pick = {"age": slice(*ages)}
                total = xr.dot(people.sel(pick), drawn.sel(pick), dim="age")
                total = total.transpose("draw", "region").values
                tails = [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
                low, high = np.quantile(total[1:], tails, axis=0, method=ENDS)
                seen = actual.isel(region=some).sel(year).sel(pick).sum(["sex", "age"]).values
                pair = ((seen >= low) & (seen <= high), (high - low) / 2 / total[0])
                found.setdefault((band, label - base), []).append(pair)
    return {
        key: (np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))
        for key, parts in found.items()
    }


def _ages(group: str, ahead: int) -> slice:
    """Ages that show the error of a group: those already born, those not yet, the old."""
    return {
        "general": slice(ahead, _WORKING_TO + 1),
        "unborn": slice(0, ahead),
        "old": slice(OLD_FROM, None),
    }[group]


def _misses(actual: xr.DataArray, paths: Mapping[int, xr.DataArray]) -> list[_Miss]:
    """Compare each path with what came, by horizon and group of ages."""
    found = []
    for base, path in paths.items():
        start = _by_age(actual, base)
        for ahead in (h for h in _AHEAD if base + h in path["year"].values):
            seen, said = (_by_age(array, base + ahead) for array in (actual, path))
            for group in GROUPS:
                error, whole = _log_error(seen, said, group, ahead)
                count = _ages("old" if group == "old" else "general", 0)
                size, inhabitants = start[:, count].sum(axis=1), start.sum(axis=1)
                found.append(_Miss(base, group, ahead, error, whole, size, inhabitants))
    return found


def _by_age(persons: xr.DataArray, year: int) -> Numbers:
    found: Numbers = persons.sel(year=year).sum("sex").transpose("region", "age").values
    return found


def _fit_all(misses: Sequence[_Miss]) -> dict[str, ErrorSize]:
    return {group: _fit([miss for miss in misses if miss.group == group]) for group in GROUPS}


def _fit(misses: Sequence[_Miss]) -> ErrorSize:
    from scipy.optimize import least_squares

    rows: list[tuple[float, float, float]] = []
    for ahead in _AHEAD:
        known = [miss for miss in misses if miss.ahead == ahead]
        error, size, people = (
            np.concatenate([getattr(miss, name) for miss in known])
            for name in ("error", "size", "inhabitants")
        )
        for low, high in SIZE_CLASSES.values():
            here = (people >= low) & (people < high)
            spread = np.quantile(np.abs(error[here]), LEVEL) / _NORMAL_80
            rows.append((float(ahead), float(1.0 / np.mean(1.0 / size[here])), float(spread)))
    h, n, spreads = np.array(rows).T

    def residual(p: Numbers) -> Numbers:
        common, small = np.exp(2 * p[0]) * h ** (2 * p[1]), np.exp(2 * p[2]) * h ** (2 * p[3])
        return np.asarray(np.log(common + small / n) / 2 - np.log(spreads))

    bounds = ([-9.0, 0.1, -5.0, 0.1], [0.0, 2.0, 3.0, 2.0])
    sd, power, small, small_power = least_squares(residual, [-5.0, 0.8, -0.7, 0.5], bounds=bounds).x
    ratio = [m.together**2 / (np.exp(2 * sd) * m.ahead ** (2 * power)) for m in misses]
    return ErrorSize(
        common_sd=float(np.exp(sd)),
        common_power=float(power),
        small_sd=float(np.exp(small)),
        small_power=float(small_power),
        shared=float(np.clip(np.mean(ratio), 0.0, 1.0)),
    )


def _log_error(seen: Numbers, said: Numbers, group: str, ahead: int) -> tuple[Numbers, float]:
    """Log errors of the places, and of all places together."""
    ages = _ages(group, ahead)
    came, expected = seen[:, ages].sum(axis=1), said[:, ages].sum(axis=1)
    error = np.log(np.maximum(came, 0.5) / expected)
    whole = np.log(came.sum() / expected.sum())
    if group == "unborn":
        # What all ages have in common is in the general error.
        general, together = _log_error(seen, said, "general", ahead)
        error, whole = error - general, whole - together
    return error, float(whole)
