"""How wrong a projection of inhabitants may be: factors drawn with the size of past errors."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.model.chance import stream
from workforce.scenarios.balance import NATION, REGION, along, normals
from workforce.sources.tables.files import national_folder

FILE = "population_error.csv"
GROUPS = ("general", "unborn", "old")
OLD_FROM = 80
"""From this age errors are those of mortality; from 60 they come in bit by bit. [years]"""
_PARTS = ((0, 66), (67, 79), (OLD_FROM, 200))
_MOVES = 0.05  # Part of a cohort that moves in or out in a year.
_MOST_CHANCE = 1.5


@dataclass(frozen=True)
class ErrorSize:
    """Variance of the log error of a group of ages, h years ahead in a place with n persons.

    variance = common_sd^2 h^(2 common_power) + small_sd^2 h^(2 small_power) / n

    ``shared`` is the part of the first term that all places have in common.
    """

    common_sd: float
    common_power: float
    small_sd: float
    small_power: float
    shared: float


def population_factor(
    inputs: xr.Dataset,
    draws: int,
    seed: int,
    *,
    sizes: dict[str, ErrorSize] | None = None,
    years: Sequence[int] | None = None,
) -> xr.DataArray:
    """Draw factors on a projection of inhabitants; draw 0 is the central path.

    The log error of age x, h years ahead, is

        (1 - w(x)) G(h) + w(x) O(h) + [x < h] B(h) + C(x - h, h) - half the variance

    with G the error of all ages (moves above all), O that of the old (mortality), w(x) rising from
    0 at 60 to 1 at 80, and B that of those not yet born. Each is a part shared by all places and a
    part of the place, wider where people are few; over years it is a walk whose increments give
    the variance of `ErrorSize`. C is the chance of each cohort, as for a count of those who come,
    go or die; it moves persons between ages, and cancels within 0-66, 67-79 and 80 and over, whose
    totals have their chance in G, B and O. The mean over draws is the central path.

    ``sizes`` are those of `data/national` when left out, which the back-test gave. A year has the
    same factors whichever others are asked for, and what places share is the same whichever of them
    are given. Dims (draw, region, age, year); the base year and draw 0 are 1. [factor]
    """
    sizes = read_sizes() if sizes is None else sizes
    ages = inputs["age"].values.astype(float)
    base, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    every = np.arange(horizon + 1, dtype=float)
    given = range(base, base + horizon + 1) if years is None else years
    ahead = np.array(given, dtype=float) - base
    people = inputs["population"].sum("sex").transpose("region", "age").values
    old = ages >= OLD_FROM
    count = {"old": people[:, old].sum(axis=1), "general": people[:, ages < _PARTS[1][0]].sum(1)}
    count["unborn"] = count["general"]
    path, variance = {}, {}
    for group in GROUPS:
        steps = _walk(sizes[group], count[group], every, inputs, draws, seed, group)
        path[group], variance[group] = (part[..., ahead.astype(int)] for part in steps)
    weight = np.clip((ages - 60.0) / 20.0, 0.0, 1.0)[:, np.newaxis]
    unborn = (ages[:, np.newaxis] < ahead).astype(float)
    by_age = {"general": 1.0 - weight, "old": weight, "unborn": unborn}
    log = sum(by_age[group] * path[group][:, :, np.newaxis, :] for group in GROUPS)
    spread = sum(by_age[group] ** 2 * variance[group][:, np.newaxis, :] for group in GROUPS)
    factor = np.exp(log - spread / 2.0)
    factor *= _chance(people, ages, ahead, horizon, draws, _streams(inputs, seed, "cohorts")[1])
    whole = np.concatenate([np.ones((1, *factor.shape[1:])), factor])
    return xr.DataArray(
        whole,
        dims=["draw", "region", "age", "year"],
        coords={
            "region": inputs["region"],
            "age": inputs["age"],
            "year": np.array(given),
        },
        name="population_factor",
    )


def read_sizes() -> dict[str, ErrorSize]:
    """Read the sizes of errors that the back-test gave."""
    table = pl.read_csv(national_folder() / FILE)
    names = [field.name for field in fields(ErrorSize)]
    return {row["group"]: ErrorSize(*(row[name] for name in names)) for row in table.to_dicts()}


def _streams(
    inputs: xr.Dataset, seed: int, what: str
) -> tuple[np.random.Generator, list[np.random.Generator]]:
    """Random numbers that all places share, and those of each place by its name."""
    places = inputs["region"].values.astype(str)
    shared = np.random.Generator(stream(seed, "population", what))
    own = [np.random.Generator(stream(seed, "population", what, place)) for place in places]
    return shared, own


def _walk(
    size: ErrorSize,
    count: Numbers,
    ahead: Numbers,
    inputs: xr.Dataset,
    draws: int,
    seed: int,
    group: str,
) -> tuple[Numbers, Numbers]:
    """Paths (draw, region, year) from zero, and their variance (region, year)."""
    common = size.common_sd**2 * ahead ** (2 * size.common_power)
    small = size.small_sd**2 * ahead ** (2 * size.small_power)
    own = (1 - size.shared) * common + small / np.maximum(count, 1.0)[:, np.newaxis]
    shared = size.shared * common
    nation, places = _streams(inputs, seed, group)
    names = inputs["region"].values.astype(str).tolist()
    path = _steps(shared, normals(seed, draws, NATION, group), nation)[:, np.newaxis] + np.stack(
        [
            _steps(variance, normals(seed, draws, REGION, group, place=name), rng)
            for name, variance, rng in zip(names, own, places, strict=True)
        ],
        axis=1,
    )
    return path, own + shared


def _steps(variance: Numbers, luck: Numbers, rng: np.random.Generator) -> Numbers:
    """Paths from zero whose independent steps give the variance by year, (draw, year)."""
    path = np.tril(np.ones((len(variance) - 1,) * 2)) * np.sqrt(np.diff(variance))
    walked = along(path, luck, rng) @ path.T
    return np.concatenate([np.zeros((len(luck), 1)), walked], axis=1)


def _chance(
    people: Numbers,
    ages: Numbers,
    ahead: Numbers,
    horizon: int,
    draws: int,
    places: list[np.random.Generator],
) -> Numbers:
    """Chance of small numbers by age and year, shape (draw, region, age, year), with mean 1.

    A cohort of n persons of whom a part p has come, gone or died since the base year varies by
    about n p; those not yet born vary as a count. Within each part of the ages it sums to nothing.
    """
    near = np.apply_along_axis(np.convolve, 1, people, np.ones(5) / 5, "same")
    changes = _MOVES + np.minimum(1.0, np.exp((ages - 105.0) / 10.0))
    turned = np.minimum(1.0, changes[:, np.newaxis] * ahead)
    turned = np.where(ages[:, np.newaxis] < ahead, 1.0, turned)
    variance = np.minimum(turned / np.maximum(near, 0.2)[..., np.newaxis], _MOST_CHANCE)
    # One chance for each cohort, carried along as it grows older: years are not independent.
    cohort = np.arange(len(ages))[:, np.newaxis] - ahead.astype(int) + horizon
    shape = (draws, len(ages) + horizon)
    luck = np.stack([rng.normal(size=shape) for rng in places], axis=1)
    spread = np.sqrt(np.log1p(variance))
    # In place: in large places or runs these are the largest arrays of all.
    chance: Numbers = luck[:, :, cohort]
    chance *= spread
    chance -= spread**2 / 2
    np.exp(chance, out=chance)
    for low, high in _PARTS:
        part = slice(*np.searchsorted(ages, [low, high + 1]))
        weight = near[:, part] / np.maximum(near[:, part].sum(axis=1, keepdims=True), 1e-9)
        total = np.einsum("ra,drat->drt", weight, chance[:, :, part])
        chance[:, :, part] /= np.maximum(total, 1e-9)[:, :, np.newaxis, :]
    return chance
