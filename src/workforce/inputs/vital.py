"""Mortality and fertility of each place: rates of the nation, at the level its stocks show."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.contract.arrays import Numbers
from workforce.errors import DataError
from workforce.inputs.arrays import to_array
from workforce.inputs.pooled import KEPT, Known
from workforce.inputs.stocks import SEXES, Stocks, age_by_a_year
from workforce.model.mortality import graduate_mortality, project_mortality
from workforce.model.population import survival_from_mortality
from workforce.model.rates import rates_at_ages, rates_at_years, shrink
from workforce.sources.tables.files import read_national

LOSSES_FROM = 80
"""From this age what a cohort loses is taken to be deaths; few of the oldest move."""
MORTALITY_K = {"county": 1000.0, "place": 500.0}
"""Expected deaths at which a place's own level counts for half. [deaths]"""
LEVEL_KEPT = 0.95
"""Share of a place's distance from the national mortality that is left after each year."""
FERTILITY_K = {"county": 500.0, "place": 300.0}
"""Expected births at which a place's own level counts for half. [births]"""
YEAR_K = 2000.0
"""Expected births at which one year of all places counts for half. [births]"""
SOURCES = 64
"""Places whose published rates are kept as they are laid out."""
BORROWED = "published national rates"


class Reference(NamedTuple):
    """Rates before any level of the place, first axis the region asked for."""

    past: Numbers  # Mortality in the years observed (region, sex, age, year).
    coming: Numbers  # Mortality in the years projected (region, sex, age, year).
    births: Numbers  # Fertility in the years observed (region, age, year).
    latest_births: Numbers  # Fertility in the latest year known (region, age).
    live: Numbers  # Survival into each age in the years observed (region, sex, age, year).
    own_mortality: Numbers  # Whether the rates are the place's own (region).
    own_fertility: Numbers


class Level(NamedTuple):
    """Rates of a place relative to its reference, with the weight of its own figures."""

    level: Numbers
    weight: Numbers


@dataclass(frozen=True, eq=False)
class KnownRates:
    """Rows of vital rates known before the base year, by rate and region; "" is the package."""

    rows: dict[tuple[str, str], pl.DataFrame]
    county: dict[str, str | None]
    nations: list[str]


@lru_cache(maxsize=KEPT)
def known_rates(known: Known, base_year: int) -> KnownRates:
    """Sort vital rates by rate and region.

    Only years before the base year; where there are none, the first year there is.
    """
    tables, regions = known.tables, known.tables["regions"]
    packaged = packaged_rates().with_columns(region=pl.lit(""))
    columns = ["rate", "region", "sex", "age", "year", "value"]
    found = [packaged.select(columns)]
    if "vital_rates" in tables:
        own = tables["vital_rates"].select(columns)
        found.append(own.with_columns(pl.col("age").cast(pl.Int64)))
    parts = pl.concat(found, how="vertical_relaxed").partition_by("rate", "region", as_dict=True)
    counties = regions["county"].to_list() if "county" in regions.columns else [None] * len(regions)
    return KnownRates(
        rows={
            (rate, region): _known_then(part, base_year) for (rate, region), part in parts.items()
        },
        county=dict(zip(regions["region"].to_list(), counties, strict=True)),
        nations=regions.filter(pl.col("level") == "nation")["region"].to_list(),
    )


def source_of(known: KnownRates, rate: str, code: str) -> str:
    """Find whose rows speak for a place: its own, its county's, the nation's or the package's."""
    for where in (code, known.county.get(code), *known.nations, ""):
        if where is not None and (rate, where) in known.rows:
            return where
    raise DataError(f"vital_rates: no {rate} for {code}, and none is packaged.")


def packaged_rates() -> pl.DataFrame:
    """Read the national rates that come with the package."""
    return read_national("vital_rates")


def read_reference(
    known: KnownRates,
    codes: list[str],
    stocks: Stocks,
    steps: list[int],
    borrowed: list[Mark],
) -> Reference:
    """Read mortality and fertility for every region, each source once."""
    ages, past = tuple(stocks.ages), tuple(stocks.years[:-1])
    deaths, births, own = [], [], []
    for code in codes:
        of_deaths, of_births = (source_of(known, rate, code) for rate in ("mortality", "fertility"))
        deaths.append(_mortality(known, of_deaths, ages, past, tuple(steps)))
        births.append(_fertility(known, of_births, ages, past))
        own.append([of_deaths == code, of_births == code])
        for rate, where in (("mortality", of_deaths), ("fertility", of_births)):
            if not where:
                borrowed.append(Mark(rate, code, "", BORROWED))
    seen, coming, live = (np.stack(part) for part in zip(*deaths, strict=True))
    born, latest = (np.stack(part) for part in zip(*births, strict=True))
    return Reference(seen, coming, born, latest, live, *np.array(own).T)


def mortality_level(stocks: Stocks, reference: Reference) -> Level:
    """Losses of the cohorts over 80 against those expected, drawn towards county and nation.

    With observed losses D and expected losses E over the years, level = (D + k level') / (E + k),
    where level' is the county's, itself drawn towards 1. Moves of the oldest count as losses.
    """
    if stocks.own.shape[-1] < 2:
        nothing = np.zeros(len(stocks.own))
        return Level(nothing + 1.0, nothing)
    dying = 1.0 - reference.live
    lost, expected = {}, {}
    for name, persons in (("county", stocks.county), ("place", stocks.own)):
        older = age_by_a_year(persons[..., :-1].swapaxes(-1, -2)).swapaxes(-1, -2)
        old = (slice(None), slice(None), slice(LOSSES_FROM, None))
        lost[name] = np.maximum((older - persons[..., 1:])[old].sum(axis=(1, 2, 3)), 0.0)
        expected[name] = (older * dying)[old].sum(axis=(1, 2, 3))
    return _two_steps(lost, expected, MORTALITY_K, reference.own_mortality)


def at_place(level: Numbers, ages: list[int], steps_ahead: Numbers) -> Numbers:
    """Factor on mortality, shape (region, 1, age, year), that a level of the old stands for.

    It holds in full from 80 to 85, rises from nothing at 20 and falls to nothing at 110, where the
    differences between groups vanish; each year ahead ``LEVEL_KEPT`` of it is left.
    """
    age = np.array(ages, dtype=float)
    rising = np.clip((age - 20.0) / (LOSSES_FROM - 20.0), 0.0, 1.0)
    falling = np.clip((110.0 - age) / 25.0, 0.0, 1.0)
    kept = LEVEL_KEPT ** np.asarray(steps_ahead, dtype=float)
    power = (rising * falling)[:, np.newaxis] * kept
    factor: Numbers = np.exp(np.log(level)[:, np.newaxis, np.newaxis, np.newaxis] * power)
    return factor


def fertility_of_places(stocks: Stocks, reference: Reference) -> tuple[Numbers, Level]:
    """Births per woman by age (region, age), and the level of each place that went into it.

    Children of age 0 on 1 January against those expected from the women of the year before. A year
    of all places in the folder corrects the rates of the nation for that year; the place is then
    compared with the corrected rates, and drawn towards its county and all places.
    """
    latest = reference.latest_births
    if stocks.own.shape[-1] < 2:
        return latest, Level(np.ones(len(latest)), np.zeros(len(latest)))
    live = reference.live
    mean = (live.mean(axis=0, keepdims=True), reference.births.mean(axis=0, keepdims=True))
    born, expected = _births(stocks.whole, *mean)
    by_year = ((born + YEAR_K) / (expected + YEAR_K))[:, np.newaxis]
    last_women = _births(stocks.whole[..., -2:], mean[0][..., -1:], latest.mean(0)[None, :, None])
    now = ((last_women[0] + YEAR_K) / (last_women[1] + YEAR_K))[:, 0]
    seen, due = {}, {}
    for name, persons in (("county", stocks.county), ("place", stocks.own)):
        children, from_rates = _births(persons, live, reference.births * by_year)
        seen[name], due[name] = children.sum(axis=-1), from_rates.sum(axis=-1)
    level = _two_steps(seen, due, FERTILITY_K, reference.own_fertility)
    now_here = np.where(reference.own_fertility, 1.0, now)
    return latest * (level.level * now_here)[:, np.newaxis], level


def survival(mortality: Numbers) -> Numbers:
    """Survival into each age, shape (region, sex, age, year)."""
    array = xr.DataArray(
        mortality,
        dims=["region", "sex", "age", "year"],
        coords={"sex": SEXES, "age": np.arange(mortality.shape[2])},
    )
    found: Numbers = survival_from_mortality(array).values
    return found


def by_single_age(rows: pl.DataFrame, *, with_sex: bool, log: bool = False) -> xr.DataArray:
    """Rates (sex, age, year) or (age, year) by single age; groups of ages are interpolated."""
    rows = rows.with_columns(pl.col("age").cast(pl.Int64))
    labels = {name: sorted(rows[name].unique().to_list()) for name in ("age", "year")}
    if with_sex:
        array = to_array(rows, {"sex": SEXES, **labels}, "value")
    else:
        array = to_array(rows, labels, "value")
    if len(labels["age"]) > 1 and np.diff(labels["age"]).max() > 1:
        array = rates_at_ages(array, log=log)
    return array


def _known_then(rows: pl.DataFrame, base_year: int) -> pl.DataFrame:
    before = rows.filter(pl.col("year") < base_year)
    return before if len(before) else rows.filter(pl.col("year") == pl.col("year").min())


@lru_cache(maxsize=SOURCES)
def _mortality(
    known: KnownRates, where: str, ages: tuple[int, ...], past: tuple[int, ...],
    steps: tuple[int, ...],
) -> tuple[Numbers, Numbers, Numbers]:  # fmt: skip
    """Mortality in the years observed and to come, and survival in the first, (sex, age, year)."""
    rates = by_single_age(known.rows["mortality", where], with_sex=True, log=True).sel(sex=SEXES)
    latest = rates["year"].values[-1]
    seen = graduate_mortality(rates, np.array(ages))
    # Years after the latest known, whether they are past or to come, follow the trend.
    after = np.array([year for year in (*past, *steps) if year > latest], dtype=int)
    if len(after):
        seen = xr.concat([seen, project_mortality(rates, after, np.array(ages))], dim="year")
    seen = seen.transpose("sex", "age", "year")
    observed = rates_at_years(seen, np.array(past, dtype=int)).values
    coming = rates_at_years(seen, np.array(steps, dtype=int)).values
    return observed, coming, survival(observed[np.newaxis])[0]


@lru_cache(maxsize=SOURCES)
def _fertility(
    known: KnownRates, where: str, ages: tuple[int, ...], past: tuple[int, ...]
) -> tuple[Numbers, Numbers]:
    rows = known.rows["fertility", where]
    rates = by_single_age(rows, with_sex=False).reindex(age=list(ages), fill_value=0.0)
    observed = rates_at_years(rates, np.array(past, dtype=int)).values
    return observed, rates.isel(year=-1).values


def _births(persons: Numbers, live: Numbers, rates: Numbers) -> tuple[Numbers, Numbers]:
    """Children of age 0 and those expected, by year; persons (place, sex, age, year)."""
    at_start = persons[:, 0, :, :-1]
    at_end = age_by_a_year(at_start.swapaxes(-1, -2)).swapaxes(-1, -2) * live[:, 0]
    born = ((at_start + at_end) / 2.0 * rates).sum(axis=1)
    return persons[:, :, 0, 1:].sum(axis=1), born * live[:, :, 0].mean(axis=1)


def _two_steps(
    events: dict[str, Numbers], expected: dict[str, Numbers], k: dict[str, float], own: Numbers
) -> Level:
    """Draw the county towards 1 and the place towards its county; own rates need no level."""
    prior = weight = np.ones(len(own))
    for name in ("county", "place"):
        seen = np.where(expected[name] > 0, events[name], 0.0)
        prior, weight = shrink(seen, expected[name], prior, k[name])
    return Level(np.where(own, 1.0, prior), np.where(own, 1.0, weight))
