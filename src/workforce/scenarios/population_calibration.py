"""Estimate the size of population errors from a back-test, and count how often they are met."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.scenarios.population_backtest import BASE_YEARS, HORIZONS, project_past
from workforce.scenarios.population_error import GROUPS, OLD_FROM, ErrorSize, population_factor

SIZE_CLASSES = {
    "under 2,000": (0, 2_000),
    "2,000-5,000": (2_000, 5_000),
    "5,000-20,000": (5_000, 20_000),
    "over 20,000": (20_000, 10**9),
}
COVERED = {"all": (0, 200), "80+": (OLD_FROM, 200)}
LEVEL = 0.8
_WORKING_TO = 66
_NORMAL_80 = 1.2815515655446004
_AHEAD = range(1, 11)


def estimate_sizes(actual: xr.DataArray, paths: Mapping[int, xr.DataArray]) -> dict[str, ErrorSize]:
    """Fit the variance of log errors to how large the errors were.

    For each horizon and class of size the 80 % quantile of the absolute log error, over 1.28, is
    taken as a standard deviation, errors in one direction included; `ErrorSize` is fitted to the
    logarithms by least squares. ``shared`` is the mean square error of all places together over
    the common part.

    Parameters
    ----------
    actual, paths
        As `project_past` gives them; leave a base year out to judge it by the others.
    """
    return {group: _fit(actual, paths, group) for group in GROUPS}


def sizes_table(folder: str | Path) -> pl.DataFrame:
    """Make the table of `data/national/population_error.csv` from a folder of past populations."""
    sizes = estimate_sizes(*project_past(folder))
    rows = [
        {"group": name}
        | {key: round(value, 5) for key, value in vars(size).items()}
        | {"source": f"Back-test of municipalities from {BASE_YEARS[0]} to {BASE_YEARS[-1]}"}
        for name, size in sizes.items()
    ]
    return pl.DataFrame(rows)


def coverage_table(
    actual: xr.DataArray,
    paths: Mapping[int, xr.DataArray],
    *,
    draws: int = 200,
    seed: int = 1,
    leave_one_out: bool = True,
) -> pl.DataFrame:
    """How often 80 % intervals of totals and of 80+ held the outcome, by size and horizon.

    The width for each base year is estimated from the other base years.

    Returns
    -------
    polars.DataFrame
        band, size_class, horizon, places, coverage [share], half_width (median, of the central
        figure) [share].
    """
    found: dict[tuple[str, str, int], list[tuple[Numbers, Numbers]]] = {}
    everything = estimate_sizes(actual, paths)
    for base, path in paths.items():
        others = {year: other for year, other in paths.items() if year != base}
        sizes = estimate_sizes(actual, others) if leave_one_out else everything
        for (band, ahead), (held, width) in _held(actual, path, base, sizes, draws, seed).items():
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
    seed: int,
) -> dict[tuple[str, int], tuple[Numbers, Numbers]]:
    horizon = path.sizes["year"] - 1
    inputs = xr.Dataset({"population": path.sel(year=base, drop=True)})
    inputs.attrs = {"base_year": base, "horizon": horizon}
    found: dict[tuple[str, int], list[tuple[Numbers, Numbers]]] = {}
    for first in range(0, inputs.sizes["region"], 60):
        some = slice(first, first + 60)
        factor = population_factor(inputs.isel(region=some), draws, seed, sizes=sizes)
        for ahead in (h for h in HORIZONS if h <= horizon):
            year = {"year": base + ahead}
            people = path.isel(region=some).sel(year).sum("sex")
            drawn = factor.sel(year)
            for band, ages in COVERED.items():
                pick = {"age": slice(*ages)}
                total = xr.dot(people.sel(pick), drawn.sel(pick), dim="age")
                total = total.transpose("draw", "region").values
                low, high = np.quantile(total[1:], [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
                seen = actual.isel(region=some).sel(year).sel(pick).sum(["sex", "age"]).values
                pair = ((seen >= low) & (seen <= high), (high - low) / 2 / total[0])
                found.setdefault((band, ahead), []).append(pair)
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


def _fit(actual: xr.DataArray, paths: Mapping[int, xr.DataArray], group: str) -> ErrorSize:
    from scipy.optimize import least_squares

    rows: list[tuple[float, float, float]] = []
    together: list[tuple[int, float]] = []
    for ahead in _AHEAD:
        errors, sizes, inhabitants = [], [], []
        for base, path in paths.items():
            if base + ahead not in path["year"].values:
                continue
            start, seen, said = (
                array.sel(year=year).sum("sex").transpose("region", "age").values
                for array, year in ((actual, base), (actual, base + ahead), (path, base + ahead))
            )
            error, whole = _log_error(seen, said, group, ahead)
            errors.append(error)
            together.append((ahead, whole))
            count = _ages("old" if group == "old" else "general", 0)
            sizes.append(start[:, count].sum(axis=1))
            inhabitants.append(start.sum(axis=1))
        error, size, people = (np.concatenate(part) for part in (errors, sizes, inhabitants))
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
    ratio = [whole**2 / (np.exp(2 * sd) * ahead ** (2 * power)) for ahead, whole in together]
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
