"""Inhabitants by the cohort-component method: survive, give birth, move, grow older."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    Numbers,
    check_bounds,
    check_consecutive,
    check_dims,
    check_labels,
    lay_out,
)
from workforce.errors import DataError, ParameterError
from workforce.model.life_table import person_years

_AGED = ["sex", "age"]


def project_population(
    population: xr.DataArray,
    survival: xr.DataArray,
    fertility: xr.DataArray,
    *,
    net_migration: xr.DataArray | None = None,
    immigration: xr.DataArray | None = None,
    emigration_rate: xr.DataArray | None = None,
    sex_ratio_at_birth: float | xr.DataArray,
    migration_timing: str = "even",
    width: int = 1,
) -> xr.Dataset:
    """Project inhabitants by sex and age in steps of ``width`` years.

    With n = width, N persons, S survival, F fertility, all at the step from y to y + n:

        N[x, y+n] = N[x-n, y] * S[x];   oldest age w: (N[w-n, y] + N[w, y]) * S[w]
        births[x] = n * F[x] * (women[x, y] + women[x, y+n]) / 2
        girls     = births / (1 + r), boys = births * r / (1 + r);  N[0, y+n] = newborn * S[0]

    Timing "even": half of the migrants move at the start (they give birth and may die here) and
    half at the end; women[y] are then those after the first half and women[y+n] those after the
    second. Timing "end": all move at the end, after births and deaths. Those who emigrate at a
    rate e are 1 - exp(-e n / 2) of the persons at each half ("even"), 1 - exp(-e n) ("end").

    Nobody can leave who is not there: where net out-migration is more than the persons of that
    sex and age at that moment, they all leave and the rest of the number is not carried out. The
    migration that took place is returned, so that for each sex

        persons at the start + births - deaths + net migration = persons at the end.

    Parameters
    ----------
    population : DataArray
        Persons on 1 January of the first year, dims (..., sex, age). Sex "female" and "male", or
        "female" alone. Ages rise by ``width``, the oldest is an open group. [persons]
    survival : DataArray
        Survival into age x during the step, at label 0 of the newborn, dims (..., sex, age, year).
        Years are the start of each step. [share]
    fertility : DataArray
        Births per woman-year by her age, dims (..., age, [year]); ages as in ``population`` or
        some of them, never the youngest. [per woman-year]
    net_migration, immigration : DataArray, optional
        Dims (..., sex, age, [year]), by age when they move. [persons per step]
    emigration_rate : DataArray, optional
        Dims (..., sex, age, [year]). [per person-year]
    sex_ratio_at_birth : float or DataArray
        Boys per girl. [ratio]
    migration_timing : {"even", "end"}
    width : {1, 5}
        Width of ages and length of a step. [years]

    Returns
    -------
    Dataset
        ``population`` (..., sex, age, year) on 1 January of each start year and of the end
        [persons]; per step, on flow_year: ``births`` (..., age, flow_year) of both sexes by age of
        the mother, ``births_by_sex`` (..., sex, flow_year), ``deaths`` (..., sex, age, flow_year)
        by the age they would have reached at the end of the step, and ``net_migration`` that took
        place (..., sex, age, flow_year) [persons per step].

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, chapter 6.
    """
    if migration_timing not in ("even", "end"):
        raise ParameterError(f"migration_timing is {migration_timing!r}; use 'even' or 'end'.")
    if width not in (1, 5):
        raise ParameterError(f"width is {width}; use 1 or 5 years.")
    ratio = (
        sex_ratio_at_birth
        if isinstance(sex_ratio_at_birth, xr.DataArray)
        else xr.DataArray(float(sex_ratio_at_birth))
    )
    nothing = xr.DataArray(0.0)
    moves = {
        "net_migration": nothing if net_migration is None else net_migration,
        "immigration": nothing if immigration is None else immigration,
        "emigration_rate": nothing if emigration_rate is None else emigration_rate,
    }
    _check_population(population, survival, fertility, moves, ratio, width)
    years = survival.indexes["year"].to_numpy()
    fertile = population.indexes["age"].get_indexer(fertility.indexes["age"])

    (start, *flows), leading = lay_out(
        (population, _AGED),
        (survival, ["year", *_AGED]),
        (fertility, ["year", "age"]),
        (ratio, ["year"]),
        *((move, ["year", *_AGED]) for move in moves.values()),
    )
    # The year comes first, so that a year is one block of memory.
    by_year = [np.moveaxis(flow, len(leading), 0) for flow in flows]
    female = int(population.indexes["sex"].get_loc("female"))
    paths = _step_through(
        start, _Flows(*by_year), fertile, female, width, migration_timing, len(years)
    )
    coords = {dim: labels for dim, labels in leading.items() if labels is not None}
    coords |= {dim: population.coords[dim] for dim in _AGED}
    return _label(paths, coords, list(leading), years, width)


def survival_from_mortality(
    mortality: xr.DataArray, *, width: int = 1, open_age: int | None = None
) -> xr.DataArray:
    """Survival from one age group to the next, from central death rates by a life table.

        q = n m / (1 + (n - a) m);   L = n l(x+n) + a (l(x) - l(x+n));   L(open) = l / m
        S[0] = nL0 / (n l0);   S[x] = nLx / nL(x-n);   S[open w] = T(w) / T(w-n)

    Years lived by those who die (a). Width 1: Andreev and Kingkade at age 0, one half above.
    Width 5: Coale-Demeny West at ages 0 and 1-4, 2.5 at 5-14, from 15 Greville's

        a = 2.5 - (25/12) (m - k),   k = ln(m(x+5) / m(x-5)) / 10

    and 2.5 where a neighbouring rate is zero or the result is outside the interval.

    Parameters
    ----------
    mortality : DataArray
        Central death rates, dims (..., sex, age). Ages 0, 1, 2, ... with width 1; 0, 1, 5, 10, ...
        with width 5. The oldest is an open group and its rate above 0. [per person-year]
    width : {1, 5}
        Width of the ages that come out. [years]
    open_age : int, optional
        Oldest age to come out; groups above are joined to it. Default: the oldest given.

    Returns
    -------
    DataArray
        Dims of ``mortality``, ages 0, width, 2 width, ...; label 0 is from birth. [share]

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, chapter 3 (table 3.3 for Coale-Demeny).
    Andreev and Kingkade (2015), Demographic Research 33:13. doi:10.4054/DemRes.2015.33.13
    Greville (1943), as in United Nations, MORTPAK for Windows (2003).
    """
    if width not in (1, 5):
        raise ParameterError(f"width is {width}; use 1 or 5 years.")
    check_dims(mortality, _AGED, name="mortality")
    check_bounds(mortality, name="mortality", lower=0)
    ages = mortality.indexes["age"].to_numpy()
    expected = np.arange(len(ages)) if width == 1 else np.r_[0, 1, 5 * np.arange(1, len(ages) - 1)]
    if len(ages) < 4 or not np.array_equal(ages, expected):
        given = "0, 1, 2, ..." if width == 1 else "0, 1, 5, 10, ..."
        raise DataError(f"mortality: with width {width} the ages must be {given}.")
    if bool((mortality.isel(age=-1) == 0).any()):
        raise DataError(f"mortality: the rate at the open age {ages[-1]}+ must be above 0.")
    sexes = _check_sexes(mortality, name="mortality")
    oldest = int(ages[-1]) if open_age is None else open_age
    if oldest not in ages[3:]:
        raise ParameterError(f"open_age {oldest} is not one of the ages {ages[3]}-{ages[-1]}.")

    others = [dim for dim in mortality.dims if dim not in _AGED]
    rates = np.asarray(mortality.transpose(*others, *_AGED).values, dtype=np.float64)
    lived = person_years(rates, np.diff(ages), [sex == "female" for sex in sexes])
    if width == 5:
        lived = np.concatenate([lived[..., :2].sum(-1, keepdims=True), lived[..., 2:]], axis=-1)
    last = oldest // width
    lived = np.concatenate([lived[..., :last], lived[..., last:].sum(-1, keepdims=True)], axis=-1)
    before = np.concatenate([np.full_like(lived[..., :1], width), lived[..., :-1]], axis=-1)
    before[..., -1] += lived[..., -1]
    # Where nobody lives to an age there is nobody to survive from it.
    survival = np.divide(lived, before, out=np.zeros_like(lived), where=before > 0)
    coords = {dim: mortality.coords[dim] for dim in [*others, "sex"] if dim in mortality.coords}
    result = xr.DataArray(
        np.minimum(survival, 1.0),
        dims=[*others, *_AGED],
        coords={**coords, "age": np.arange(0, oldest + 1, width)},
        name="survival",
    )
    return result.transpose(*mortality.dims)


class _Flows(NamedTuple):
    """What drives a step, each with the year as first axis (length 1: every year the same)."""

    survival: Numbers
    fertility: Numbers
    ratio: Numbers
    net: Numbers
    arriving: Numbers
    leaving: Numbers


class _Paths(NamedTuple):
    population: Numbers
    births: Numbers
    births_by_sex: Numbers
    deaths: Numbers
    migration: Numbers


def _step_through(
    start: Numbers,
    flows: _Flows,
    fertile: Numbers,
    female: int,
    width: int,
    timing: str,
    steps: int,
) -> _Paths:
    """Run the steps. Shapes: start (..., sex, age); paths with the step as first axis."""
    aged = [flow.shape[1:-2] for flow in (flows.survival, flows.net, flows.arriving, flows.leaving)]
    lead = np.broadcast_shapes(
        start.shape[:-2], flows.fertility.shape[1:-1], flows.ratio.shape[1:], *aged
    )
    sexes, ages = start.shape[-2:]
    paths = _Paths(
        population=np.empty((steps + 1, *lead, sexes, ages)),
        births=np.zeros((steps, *lead, ages)),
        births_by_sex=np.empty((steps, *lead, sexes)),
        deaths=np.empty((steps, *lead, sexes, ages)),
        migration=np.empty((steps, *lead, sexes, ages)),
    )
    paths.population[0] = start
    part = 0.5 if timing == "even" else 1.0
    for step in range(steps):
        survival, fertility, ratio, net, arriving, leaving = (
            flow[min(step, len(flow) - 1)] for flow in flows
        )
        planned = (part * net, part * arriving, -np.expm1(-leaving * width * part))
        present = paths.population[step]
        moved = np.zeros_like(present)
        if timing == "even":
            moved = _migration(present, *planned)
        at_start = present + moved
        living = np.zeros_like(at_start)
        living[..., 1:] = at_start[..., :-1]
        living[..., -1] += at_start[..., -1]
        staying = living * survival
        at_end = staying + _migration(staying, *planned)

        mothers = at_end if timing == "even" else staying
        women = (at_start + mothers)[..., female, :][..., fertile] / 2
        births = width * fertility * women
        paths.births[step][..., fertile] = births
        girls = births.sum(axis=-1) / (1.0 + ratio)
        newborn = np.stack([girls if i == female else girls * ratio for i in range(sexes)], axis=-1)
        paths.births_by_sex[step] = newborn

        living[..., 0] = newborn
        staying[..., 0] = newborn * survival[..., 0]
        moved_late = _migration(staying, *planned)
        np.add(staying, moved_late, out=paths.population[step + 1])
        np.subtract(living, staying, out=paths.deaths[step])
        np.add(moved, moved_late, out=paths.migration[step])
    return paths


def _migration(present: Numbers, net: Numbers, arriving: Numbers, leaving: Numbers) -> Numbers:
    """Net migrants at one moment; out-migration never takes more than those present."""
    return np.maximum(arriving - present * leaving + net, -present)


def _label(
    paths: _Paths,
    coords: dict[Hashable, xr.DataArray],
    leading: list[Hashable],
    years: Numbers,
    width: int,
) -> xr.Dataset:
    """Put labels back on, the year last."""
    flow = ("flow_year", years)
    stock = ("year", np.append(years, years[-1] + width))
    shape = {
        "population": (paths.population, _AGED, stock),
        "births": (paths.births, ["age"], flow),
        "births_by_sex": (paths.births_by_sex, ["sex"], flow),
        "deaths": (paths.deaths, _AGED, flow),
        "net_migration": (paths.migration, _AGED, flow),
    }
    result = {}
    for name, (values, core, (year, labels)) in shape.items():
        dims = [*leading, *core]
        known = {dim: coords[dim] for dim in dims if dim in coords}
        array = xr.DataArray(values, dims=[year, *dims], coords={**known, year: labels})
        result[name] = array.transpose(*dims, year)
    return xr.Dataset(result)


def _check_population(
    population: xr.DataArray,
    survival: xr.DataArray,
    fertility: xr.DataArray,
    moves: dict[str, xr.DataArray],
    ratio: xr.DataArray,
    width: int,
) -> None:
    """Check dimensions, labels and bounds of everything a projection of inhabitants takes."""
    check_dims(population, _AGED, name="population")
    check_dims(survival, [*_AGED, "year"], name="survival")
    check_dims(fertility, ["age"], name="fertility")
    if "year" in population.dims:
        raise DataError("population has the dimension 'year'; select the first 1 January.")
    if "sex" in fertility.dims:
        raise DataError("fertility has the dimension 'sex'; give the rates of women without it.")
    if "female" not in _check_sexes(population, name="population"):
        raise DataError("population must have the sex 'female': births follow from the women.")
    used = [population.rename("population"), survival.rename("survival")]
    used += [ratio.rename("sex_ratio_at_birth")]
    for name, move in moves.items():
        if move.ndim:
            check_dims(move, _AGED, name=name)
        used.append(move.rename(name))
    check_labels(*used)
    _check_fertile_ages(population, fertility)
    check_labels(survival.isel(age=0).rename("survival"), fertility.isel(age=0).rename("fertility"))
    for array in [*used, fertility.rename("fertility")]:
        signed = array.name == "net_migration"
        upper = 1.0 if array.name == "survival" else None
        check_bounds(array, name=str(array.name), lower=None if signed else 0, upper=upper)
    for labels, dim in ((population.indexes["age"], "age"), (survival.indexes["year"], "year")):
        check_consecutive(labels.to_numpy(), width=width, name="survival", dim=dim)


def _check_fertile_ages(population: xr.DataArray, fertility: xr.DataArray) -> None:
    unknown = fertility.indexes["age"].difference(population.indexes["age"]).tolist()
    if unknown:
        raise DataError(f"fertility has ages that population has not: {unknown[:5]}.")
    youngest = population.indexes["age"][0]
    if youngest in fertility.indexes["age"] and bool((fertility.sel(age=youngest) > 0).any()):
        raise DataError(f"fertility at the youngest age {youngest} must be 0.")


def _check_sexes(array: xr.DataArray, *, name: str) -> list[str]:
    sexes = [str(sex) for sex in array.indexes["sex"]]
    unknown = set(sexes) - {"female", "male"}
    if unknown:
        raise DataError(f"{name}: sex must be 'female' or 'male', not {sorted(unknown)}.")
    return sexes
