"""Who uses the services, and how many staff that asks for in each municipality."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample.geography import BASE_YEAR, CODES, MUNICIPALITIES
from tools.sample.occupations import POSTS, SECTOR_CODES, SECTORS
from tools.sample.population import OBSERVED, Counts, long_table
from tools.sample.vital import AGES, SEXES

Array = NDArray[np.float64]

STAFFING = {
    "health_care": 0.62, "primary_school": 0.151, "kindergarten": 1.25,
    "child_welfare_social": 0.102, "technical": 0.0040, "administration": 0.0036,
}  # fmt: skip
"""FTE of the county in the base year: by own inhabitant aged 80 and over, by own pupil, by FTE
that the norm of own kindergartens asks for, by user, and by inhabitant in the last two. Set so that
the sample meets `targets`; how the last three share what KS counts as the rest is assumed."""
NORM = (1 / 3, 1 / 6)
"""Employees that the norm asks for, per child under three and from three. [FTE per child]"""
MEAN_POSITION = {
    "health_care": 0.77, "primary_school": 0.92, "kindergarten": 0.80,
    "child_welfare_social": 0.93, "technical": 0.76, "administration": 0.96,
}  # fmt: skip
"""Mean position size that comes out, to turn FTE into persons. [FTE per person]"""
SMALL_SCALE = {
    "health_care": 0.10, "primary_school": 0.14, "kindergarten": 0.06,
    "child_welfare_social": 0.10, "technical": 0.15, "administration": 0.22,
}  # fmt: skip
"""How fast staff per user falls with the size of the municipality. [power of inhabitants]

Schools: 0.145 over 50 municipalities of 480 to 680,000 inhabitants, pupils aged 6-15 (SSB, 2019)
per FTE of teaching staff (Udir, Skoleporten 2018-19). Kindergartens: 3.9 children per employee in
two places of 1,000 to 1,800 inhabitants, 5.9 in the nation (Udir). The others are assumed."""
STANDARD_GROWTH = {"health_care": 0.004, "primary_school": 0.004, "child_welfare_social": 0.006}
"""Yearly growth of staff per user in the observed years."""
CARE_USE = {0: 0.012, 17: 0.014, 18: 0.020, 49: 0.030, 60: 0.038, 67: 0.055, 73: 0.10, 79: 0.18,
            85: 0.36, 90: 0.60, 95: 0.78, 105: 0.90}  # fmt: skip
"""Users of health and care services per inhabitant by age, modelled."""
KINDERGARTEN_USE = {0: 0.03, 1: 0.83, 2: 0.95, 3: 0.975, 4: 0.98, 5: 0.985}
SOCIAL_USE = {0: 0.012, 6: 0.022, 13: 0.035, 17: 0.045, 18: 0.045, 23: 0.055, 30: 0.040, 45: 0.030,
              60: 0.018, 66: 0.010}  # fmt: skip

UNIT_SIZE = {"kindergarten": 50, "primary_school": 220, "health_care": 90}
"""Users of a kindergarten, a school and a home or zone of care on average, an assumption."""
UNLIKE = (1.0, 0.6, 1.4, 0.8, 1.2)
"""Sizes of units beside the average, in turn."""


def use_rates() -> Array:
    """Users per inhabitant by sector, sex and single age, the modelled national pattern.

    Returns
    -------
    Array
        Shape (6, 2, 106). [users per person]
    """
    rates = np.zeros((len(SECTORS), 2, AGES.size))
    care = np.interp(AGES, list(CARE_USE), list(CARE_USE.values()))
    rates[0, 0] = care * np.where(AGES > 75, 1.06, 1.0)
    rates[0, 1] = care * np.where(AGES > 75, 0.90, 1.0)
    rates[0] = np.minimum(rates[0], 0.97)
    rates[1][:, 6:16] = 0.985
    for age, share in KINDERGARTEN_USE.items():
        rates[2][:, age] = share
    social = np.interp(AGES, list(SOCIAL_USE), list(SOCIAL_USE.values()))
    rates[3] = np.where(AGES <= 66, social, 0.0)
    rates[4:] = 1.0
    return rates


def service_use_table(observed: Counts, rng: np.random.Generator) -> pl.DataFrame:
    """Table `service_use`: users drawn from the inhabitants; every cell has its row.

    Parameters
    ----------
    observed
        Shape (8, 12, 2, 106): inhabitants. [persons]
    rng
        Random numbers.

    Returns
    -------
    pl.DataFrame
        region, sector, sex, age, year, users.
    """
    people = observed.transpose(1, 2, 3, 0)[:, None]
    rates = use_rates()[None, :, :, :, None]
    users = rng.binomial(np.broadcast_to(people, (12, 6, 2, 106, len(OBSERVED))), rates)
    labels = (CODES, SECTOR_CODES, SEXES, range(106), OBSERVED)
    names = ("region", "sector", "sex", "age", "year")
    return long_table(users, dict(zip(names, labels, strict=True)), "users")


def own_share(inhabitants: float) -> dict[str, float]:
    """Share of each service that the municipality's own staff provide, by its size.

    Parameters
    ----------
    inhabitants
        [persons]

    Returns
    -------
    dict[str, float]
        Sector to share; sectors left out are provided in full.
    """
    if inhabitants > 15_000:
        return {"kindergarten": 0.50, "health_care": 0.94, "primary_school": 0.96}
    if inhabitants > 5_000:
        return {"kindergarten": 0.65, "health_care": 0.97, "primary_school": 0.98}
    if inhabitants > 2_500:
        return {"kindergarten": 0.80}
    return {}


def service_share_table() -> pl.DataFrame:
    """Table `service_share`.

    Returns
    -------
    pl.DataFrame
        region, sector, year, share.
    """
    rows = [
        (m.code, sector, year, own_share(m.inhabitants).get(sector, 1.0))
        for m in MUNICIPALITIES
        for sector in SECTOR_CODES
        for year in OBSERVED
    ]
    return pl.DataFrame(rows, schema=["region", "sector", "year", "share"], orient="row")


def service_units_table(use: pl.DataFrame) -> pl.DataFrame:
    """Table `service_units`: own kindergartens, schools, and homes and zones of care, base year.

    Own users are split over units of unlike size, as many as make the usual size on average.

    Parameters
    ----------
    use
        Table `service_use`.

    Returns
    -------
    pl.DataFrame
        region, sector, service_unit, year, users.
    """
    totals = use.filter(pl.col("year") == BASE_YEAR).group_by("region", "sector")
    users = {(r, s): u for r, s, u in totals.agg(pl.col("users").sum()).iter_rows()}
    rows = []
    for place in MUNICIPALITIES:
        for sector, usual in UNIT_SIZE.items():
            own = users[place.code, sector] * own_share(place.inhabitants).get(sector, 1.0)
            units = max(1, round(own / usual))
            sizes = np.array([UNLIKE[k % len(UNLIKE)] for k in range(units)])
            ends = np.round(np.cumsum(sizes) / sizes.sum() * own).astype(int)
            rows += [
                (place.code, sector, f"{k + 1:02d}", BASE_YEAR, int(size))
                for k, size in enumerate(np.diff(ends, prepend=0))
            ]
    columns = ["region", "sector", "service_unit", "year", "users"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def wanted_staff(observed: Counts) -> Mapping[int, Array]:
    """Persons that each municipality keeps in each post, by year.

    Persons = users x staff per user x share of own staff, with more staff per user in small
    places; the level of each sector gives the county's FTE in the base year. Children in
    kindergarten count by what the norm asks for.

    Parameters
    ----------
    observed
        Shape (8, 12, 2, 106): inhabitants. [persons]

    Returns
    -------
    Mapping[int, Array]
        Year to shape (12, posts). [persons]
    """
    need = use_rates()
    need[SECTOR_CODES.index("kindergarten")] *= np.where(AGES < 3, *NORM)
    users = np.einsum("ymga,sga->yms", observed, need)
    sizes = np.array([m.inhabitants for m in MUNICIPALITIES], dtype=float)
    own = np.array(
        [[own_share(m.inhabitants).get(s, 1.0) for s in SECTOR_CODES] for m in MUNICIPALITIES]
    )
    units = users[-1].copy()
    units[:, SECTOR_CODES.index("health_care")] = observed[-1][..., AGES >= 80].sum(axis=(1, 2))
    fte = np.array([STAFFING[s] for s in SECTOR_CODES]) * (units * own).sum(axis=0)
    scale = np.array([SMALL_SCALE[s] for s in SECTOR_CODES])
    pull = users * own * (sizes[:, None] / 20_000.0) ** -scale
    level = fte / np.array([MEAN_POSITION[s] for s in SECTOR_CODES]) / pull[-1].sum(axis=0)
    wanted = {}
    for k, year in enumerate(OBSERVED):
        growth = np.array([1 + STANDARD_GROWTH.get(s, 0.0) for s in SECTOR_CODES])
        by_sector = pull[k] * level * growth ** (year - BASE_YEAR)
        columns = [
            by_sector[:, SECTOR_CODES.index(sector)] * _mix(sector, occupation, sizes)
            for sector, occupation in POSTS
        ]
        wanted[year] = np.stack(columns, axis=1)
    return wanted


def _mix(sector: str, occupation: str, sizes: Array) -> Array:
    """Share of the occupation in the sector; small places have more without a certificate."""
    mix = {o: share for o, (share, _) in SECTORS[SECTOR_CODES.index(sector)].mix.items()}
    untrained = {"5329", "5311", "5312", "9112"}
    if untrained.isdisjoint(mix):
        return np.full(sizes.shape, mix[occupation])
    extra = np.clip(0.03 * np.log(20_000.0 / sizes), -0.05, 0.12)
    lift = {o: np.where(o in untrained, 1 + extra, 1.0) for o in mix}
    total = sum((mix[o] * lift[o] for o in mix), np.zeros(sizes.shape))
    return np.asarray(mix[occupation] * lift[occupation] / total)
