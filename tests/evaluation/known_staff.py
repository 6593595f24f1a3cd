"""Made-up places whose staff follows a known process: their tables, and what came of them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers
from workforce.errors import MissingDataError
from workforce.inputs.exits import national_exits
from workforce.inputs.flows import CAUSES, ORIGINS
from workforce.inputs.retirement import retirement_factors
from workforce.inputs.stocks import SEXES
from workforce.model.competing_risks import leave_and_stay
from workforce.sources.tables.files import national_folder, read_packaged

Counts = NDArray[np.int64]

POSTS = {
    ("health_care", "2223"): 0.18, ("health_care", "5321"): 0.22, ("health_care", "5329"): 0.08,
    ("primary_school", "2341"): 0.2, ("primary_school", "5312"): 0.06,
    ("kindergarten", "2342"): 0.07, ("kindergarten", "5311"): 0.09,
    ("administration", "2422"): 0.06, ("technical", "9112"): 0.04,
}  # fmt: skip
"""Share of the staff in each post. [share]"""
AGES = list(range(18, 75))
REGION = "P"
WOMEN = 0.75
POSITION = 0.8  # FTE per person.
INHABITANTS = 10  # For each employee.
ORIGIN_SHARES = (0.2, 0.2, 0.25, 0.2, 0.15)
SETTLED_YEARS = 60  # Until ages are those that the rates and the inflow give.


@dataclass(frozen=True)
class Spread:
    """How places, posts and years differ: standard deviations of the log of a rate.

    Levels of places and of posts within a place are an assumption; Norwegian figures of turnover
    by municipality are not published together. Years are those of `scenarios.draws`.
    """

    place: float = 0.2
    post: float = 0.2
    exit_years: tuple[float, ...] = (0.05, 0.03, 0.03)
    inflow_years: tuple[float, ...] = (0.08, 0.05, 0.05)
    kept: float = 0.7


@dataclass(frozen=True)
class KnownPlace:
    """Tables of a place on 1 January of the base year, and its staff in the years to come."""

    tables: dict[str, pl.DataFrame]
    coming: Numbers
    """Persons from the base year on, shape (year, post) in the order of `POSTS`. [persons]"""


def known_place(
    *,
    employees: int,
    years: int,
    base_year: int,
    horizon: int,
    residents: Numbers,
    rng: np.random.Generator,
    spread: Spread = Spread(),
) -> KnownPlace:
    """Let the staff of a place live through the years observed and those to come.

    Parameters
    ----------
    employees : int
        Persons where the years observed begin.
    years : int
        Years of flows.
    base_year, horizon : int
    residents : ndarray
        Inhabitants of working age relative to the base year, by year to come. [factor]
    rng : numpy.random.Generator
    spread : Spread
    """
    nation, entry = _rates_of_nation(), _entry_profile()
    posts = list(POSTS)
    occupations = [occupation for _, occupation in posts]
    exit_level = np.exp(_levels(len(posts), spread, rng))
    inflow_level = np.exp(_levels(len(posts), spread, rng))
    rates = nation.sel(occupation=occupations).values * exit_level[:, np.newaxis, np.newaxis]
    start = employees * np.array(list(POSTS.values()))
    ages, leaving = _settle(rates, entry, start)
    # By post, sex, age; the place recruits for its leavers, at a level of its own.
    stock = rng.poisson(ages[:, np.newaxis] * _by_sex()[:, np.newaxis]).astype(np.int64)
    recruits = leaving * inflow_level
    total = years + horizon
    exit_year, inflow_year = (
        np.exp(_good_and_bad_years(sds, occupations, total, spread.kept, rng))
        for sds in (spread.exit_years, spread.inflow_years)
    )
    factors = _retirement(occupations, base_year, horizon, rng)
    heads, rows = [], []
    staff = pl.DataFrame()
    for step in range(years + horizon + 1):
        year, ahead = base_year - years + step, step - years
        if ahead == 0:
            staff = _staff_rows(stock, year)
        if ahead >= 0:
            heads.append(stock.sum(axis=(1, 2)))
        if ahead == horizon:
            break
        hazard = rates * exit_year[:, step, np.newaxis, np.newaxis]
        wanted = recruits * inflow_year[:, step]
        if ahead >= 0:
            hazard, wanted = hazard * factors[ahead], wanted * residents[ahead]
        gone, came = _luck(stock, hazard, wanted, entry, rng)
        if ahead < 0:
            rows.append(_flow_rows(stock, gone, came, year))
        left = stock - gone.sum(axis=-1)
        stock = came.sum(axis=-1)
        stock[..., 1:] += left[..., :-1]
        stock[..., -1] += left[..., -1]
    return KnownPlace(
        {"staff": staff, "staff_flows": pl.concat(rows)}, np.array(heads, dtype=float)
    )


def surroundings(employees: int, base_year: int, horizon: int) -> dict[str, pl.DataFrame]:
    """Tables of the place and of inhabitants who stay as they are, so that only staff moves."""
    ages = np.arange(106)
    alive = np.clip((100 - ages) / 40.0, 0.0, 1.0)
    persons = np.round(employees * INHABITANTS / 2.0 * alive / alive.sum()).astype(int)
    one = pl.DataFrame({"age": ages, "persons": persons}).join(
        pl.DataFrame({"sex": SEXES}), how="cross"
    )
    years = pl.DataFrame({"year": range(base_year, base_year + horizon + 1)})
    held = one.with_columns(region=pl.lit(REGION)).join(years, how="cross")
    return {
        "regions": pl.DataFrame({"region": [REGION], "level": ["municipality"], "name": [REGION]}),
        "population": held.filter(pl.col("year") == base_year),
        "population_projection": held.with_columns(variant=pl.lit("main")),
    }


def _occupations() -> dict[str, pl.DataFrame]:
    table = read_packaged("occupations")
    if table is None:
        raise MissingDataError("The table 'occupations' is not packaged.")
    return {"occupations": table}


def _rates_of_nation() -> xr.DataArray:
    names = list(dict.fromkeys(occupation for _, occupation in POSTS))
    return national_exits(_occupations(), names, AGES)


def _entry_profile() -> Numbers:
    """How recruits spread over age and origin, shape (age, origin); sums to 1."""
    rows = pl.read_csv(national_folder() / "inflow_profile.csv").filter(pl.col("age").is_in(AGES))
    found = np.zeros((len(AGES), len(ORIGINS)))
    for origin, age, share in rows.select("origin", "age", "share").iter_rows():
        found[AGES.index(age), ORIGINS.index(origin)] = share
    profile: Numbers = found / found.sum(axis=0) * np.array(ORIGIN_SHARES)
    return profile


def _by_sex() -> Numbers:
    return np.array([WOMEN if sex == "female" else 1.0 - WOMEN for sex in SEXES])


def _levels(posts: int, spread: Spread, rng: np.random.Generator) -> Numbers:
    """Log of the level of each post, with mean 1: that of the place and the post's own."""
    levels: Numbers = rng.normal(0.0, spread.place) + rng.normal(0.0, spread.post, posts)
    return levels - (spread.place**2 + spread.post**2) / 2.0


def _settle(rates: Numbers, entry: Numbers, start: Numbers) -> tuple[Numbers, Numbers]:
    """Persons by post and age where as many come as go, and how many a year that is by post."""
    _, stay = leave_and_stay(rates, -1)
    ages = np.zeros((len(start), len(AGES)))
    for _ in range(SETTLED_YEARS):
        left = ages * stay[..., 0]
        ages = np.concatenate([np.zeros((len(start), 1)), left[:, :-1]], axis=1)
        ages[:, -1] += left[:, -1]
        ages += entry.sum(axis=1)
    per_recruit = ages.sum(axis=1)
    recruits: Numbers = start / per_recruit
    return ages * recruits[:, np.newaxis], recruits


def _good_and_bad_years(
    sds: tuple[float, ...],
    occupations: list[str],
    steps: int,
    kept: float,
    rng: np.random.Generator,
) -> Numbers:
    """Log factors by post and year: years of the nation, of the place and of the occupation."""
    names = list(dict.fromkeys(occupations))
    kinds = [(sds[0], 1), (sds[1], 1), (sds[2], len(names))]
    paths = []
    for sd, count in kinds:
        now = rng.normal(0.0, sd, count)
        path = [now]
        for _ in range(steps):
            now = kept * now + rng.normal(0.0, sd * np.sqrt(1.0 - kept**2), count)
            path.append(now)
        paths.append(np.stack(path, axis=-1))
    own = paths[2][[names.index(occupation) for occupation in occupations]]
    total: Numbers = paths[0] + paths[1] + own - sum(sd**2 for sd in sds) / 2.0
    return total


def _retirement(
    occupations: list[str], base_year: int, horizon: int, rng: np.random.Generator
) -> Numbers:
    """Factors on the hazard by year to come, post, age and cause: one future of the rules."""
    names = list(dict.fromkeys(occupations))
    coming = list(range(base_year, base_year + horizon))
    found = retirement_factors(_occupations(), names, AGES, coming)
    leaning = rng.triangular(-1.0, 0.0, 1.0)
    middle = found["retirement_factor"]
    end = found["retirement_high" if leaning > 0 else "retirement_low"]
    path = (middle + abs(leaning) * (end - middle)).sel(occupation=occupations)
    factors = np.ones((horizon, len(occupations), len(AGES), len(CAUSES)))
    factors[..., CAUSES.index("retired")] = path.transpose(
        "flow_year", "occupation", "working_age"
    ).values
    return factors


def _luck(
    stock: Counts, hazard: Numbers, wanted: Numbers, entry: Numbers, rng: np.random.Generator
) -> tuple[Counts, Counts]:
    """Draw exits (post, sex, age, cause) and recruits (post, sex, age, origin) of a year."""
    leave, stay = leave_and_stay(hazard, -1)
    chances = np.concatenate([leave, stay], axis=-1)
    gone = rng.multinomial(stock, np.broadcast_to(chances[:, np.newaxis], (*stock.shape, 5)))
    mean = wanted[:, np.newaxis, np.newaxis, np.newaxis] * entry
    came = rng.poisson(mean * _by_sex()[:, np.newaxis, np.newaxis])
    return gone[..., :-1], came


def _cells(array: Numbers | Counts, year: int, **named: str) -> pl.DataFrame:
    """Rows of the cells of an array (post, sex, age) that hold anything."""
    post, sex, age = np.nonzero(array)
    posts = list(POSTS)
    return pl.DataFrame(
        {
            "sector": [posts[p][0] for p in post],
            "occupation": [posts[p][1] for p in post],
            "sex": [SEXES[x] for x in sex],
            "age": age + AGES[0],
            "value": array[post, sex, age].astype(float),
        },
        schema_overrides={"sector": pl.String, "occupation": pl.String, "sex": pl.String},
    ).with_columns(
        pl.lit(REGION).alias("region"),
        pl.lit(year).alias("year"),
        *(pl.lit(value).alias(name) for name, value in named.items()),
    )


def _staff_rows(stock: Counts, year: int) -> pl.DataFrame:
    rows = _cells(stock, year).rename({"value": "persons"})
    return rows.with_columns(fte=pl.col("persons") * POSITION)


def _flow_rows(stock: Counts, gone: Counts, came: Counts, year: int) -> pl.DataFrame:
    """Rows of a year of flows; who leaves has lived half of it, and a quiet cell has nobody."""
    lived = _cells(stock - gone.sum(axis=-1) / 2.0, year, flow="retired")
    quiet = lived.rename({"value": "exposure"}).with_columns(value=pl.lit(0.0))
    seen = [_cells(gone[..., i], year, flow=cause) for i, cause in enumerate(CAUSES)]
    seen += [_cells(came[..., i], year, flow=origin) for i, origin in enumerate(ORIGINS)]
    key = ["region", "sector", "occupation", "sex", "age", "year"]
    counted = pl.concat(seen).join(quiet.select(*key, "exposure"), on=key, how="left")
    rows = pl.concat([counted, quiet.join(counted, on=key, how="anti")], how="diagonal")
    return rows.with_columns(pl.col("exposure").fill_null(0.0)).rename({"value": "persons"})
