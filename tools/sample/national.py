"""The national rates to borrow where a folder lacks its own, each row with its source."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample import (
    absence,
    county_council,
    occupations,
    positions,
    services,
    staff_rates,
    vital,
)
from tools.sample.geography import BASE_YEAR, NATION
from tools.sample.population import FERTILITY_BY_YEAR, mortality_in

Array = NDArray[np.float64]

YEAR = BASE_YEAR - 1
EVERYONE = "all"
UNTOLD = "0000"
"""Code of STYRK-08 for occupations that are not told."""
SHORT_SELF_CERTIFIED = 1 - 1 / absence.UPLIFT
"""Self-certified absence as share of the total; all of it is short."""
SHORT_DOCTOR_CERTIFIED = 0.13
"""Assumed share of doctor-certified days in spells of up to 16 days."""

YEARLY_GAIN = 0.017  # Life expectancy in Norway has risen by about 0.2 years a year.
MORTALITY = "Modelled: logistic fitted to SSB life expectancy 2023, falling by 1.7 % a year"
FERTILITY = "Modelled curve: SSB total fertility of the year, mean age of mothers 31.8"
MIGRATION = "Modelled net immigration by age"
EARLY_GENERAL, EARLY_SPECIAL = 0.5, 0.6
"""Least factor on retiring at 62-66 of those born from 1963: general and special limits."""
LATER = dict.fromkeys(range(67, 70), 0.8)
"""Least factor at 67-69, where they can work on without losing pension."""
LIMIT_70_LIFTED = 0.6
"""Least factor at 70 and 71 when the general limit is 72 and no longer 70."""
REFORM = "Assumption; Hernaes, Markussen, Piggott and Roed (2016), J. Public Economics 142"
LIMIT_72 = "Assumption; general age limit of 72 from 2026"
EXITS = "Modelled on KS turnover by age and position"
INFLOW = "Modelled age profile of recruits"
POSITION = "Modelled on KS full-time shares and mean position 2024, without county councils"
SMALL_POSTS = (
    ("5411", 0.28, "KS 2023, posts with age limit 60: 2,500 FTE of 8,800 persons, most on call"),
)
"""Occupations whose posts are small by nature, FTE per person, source."""
ABSENCE = "SSB municipalities 2023 by quarter; sector differences modelled"
TOTAL = "As doctor-certified, times 1.10 (KS 2023Q2 and 2024Q2)"
USE = "Modelled on KOSTRA coverage by age"
VACANCY = "Modelled level, municipal sector"


def write_rates(folder: Path) -> None:
    """Write the lists and the rates as CSV.

    Parameters
    ----------
    folder
        Folder for the files; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in national_tables().items():
        table.write_csv(folder / f"{name}.csv", line_terminator="\n")


def national_tables() -> dict[str, pl.DataFrame]:
    """All lists and rates to borrow.

    Returns
    -------
    dict[str, pl.DataFrame]
        File name without its ending to table.
    """
    return {
        "sectors": all_sectors(),
        "occupations": _occupations(),
        "vital_rates": vital_rates(),
        "exit_rates": exit_rates(),
        "retirement_factors": retirement_factors(),
        "inflow_profile": inflow_profile(),
        "position_share": pl.concat([position_share(), county_council.position_table()]),
        "small_posts": small_posts(),
        "absence": pl.concat([absence_rates(), county_council.absence_rates()]),
        "short_absence_share": short_absence_share(),
        "service_use": pl.concat([service_use(), county_council.use_table()]),
        "vacancy_rate": pl.concat([vacancy_rate(), county_council.vacancy_rates()]),
    }


def all_sectors() -> pl.DataFrame:
    """Table `sectors`: those of municipalities, then those of county councils."""
    theirs = occupations.sectors(county_council.SECTORS, "county_council")
    return pl.concat([occupations.sectors(), theirs])


def all_occupations() -> pl.DataFrame:
    """Table `occupations`, of municipalities and county councils, by code."""
    theirs = occupations.occupations(county_council.OCCUPATIONS)
    return pl.concat([occupations.occupations(), theirs]).sort("occupation")


def vital_rates() -> pl.DataFrame:
    """Mortality, fertility and net migration of the nation.

    Returns
    -------
    pl.DataFrame
        rate, region, sex, age, year, value, source.
    """
    moves = vital.net_migration(0.0, 0.0)
    parts = [_vital("net_migration", sex, vital.AGES, YEAR, moves) for sex in vital.SEXES]
    for year, total in FERTILITY_BY_YEAR.items():
        deaths, births = mortality_in(year, gain=YEARLY_GAIN), vital.fertility(total)
        mothers = births > 0
        for k, sex in enumerate(vital.SEXES):
            parts.append(_vital("mortality", sex, vital.AGES, year, deaths[k]))
        parts.append(_vital("fertility", "female", vital.AGES[mothers], year, births[mothers]))
    sources = {"mortality": MORTALITY, "fertility": FERTILITY, "net_migration": MIGRATION}
    return pl.concat(parts).with_columns(source=pl.col("rate").replace_strict(sources))


def _vital(rate: str, sex: str, ages: NDArray[np.int64], year: int, values: Array) -> pl.DataFrame:
    return pl.DataFrame({"age": ages, "value": np.round(values, 7)}).select(
        rate=pl.lit(rate),
        region=pl.lit(NATION),
        sex=pl.lit(sex),
        age="age",
        year=pl.lit(year, dtype=pl.Int64),
        value="value",
    )


def _occupations() -> pl.DataFrame:
    """List the occupations of the sample, and the code of STYRK-08 for those not told apart."""
    other = {
        "occupation": UNTOLD,
        "name_nb": "Andre og uoppgitte yrker",
        "name_nn": "Andre og uoppgitte yrke",
        "name_en": "Other and unknown occupations",
        "styrk08": UNTOLD,
        "group": "other",
        "qualification": "none",
        "limit_group": "72",
    }
    listed = all_occupations()
    return pl.concat([listed, pl.DataFrame([other], schema=listed.schema)])


def exit_rates() -> pl.DataFrame:
    """List exits per person-year by limit group, group of occupations, age and cause.

    A group's rate is the mean of its occupations weighted by their share of all staff. The group
    `all` stands for any group that has no rows with that limit.

    Returns
    -------
    pl.DataFrame
        limit_group, group, age, cause, rate, source.
    """
    hazards, weight = staff_rates.exit_hazards(YEAR, usual=True), _staff_weights()
    found = [occupations.BY_CODE[code] for _, code in occupations.POSTS]
    groups = sorted({(o.limit_group, o.group) for o in found})
    parts = []
    for limit, group in [*groups, *((limit, EVERYONE) for limit in staff_rates.RETIRING)]:
        if group == EVERYONE:
            inside = weight
        else:
            inside = weight * np.array([(o.limit_group, o.group) == (limit, group) for o in found])
        rates = np.einsum("p,pac->ac", inside / inside.sum(), hazards)
        rates[:, 0] = staff_rates.by_age(staff_rates.RETIRING[limit])
        for k, cause in enumerate(staff_rates.CAUSES):
            ages = {"age": staff_rates.STAFF_AGES, "rate": np.round(rates[:, k], 5)}
            parts.append(
                pl.DataFrame(ages).select(
                    limit_group=pl.lit(limit),
                    group=pl.lit(group),
                    age="age",
                    cause=pl.lit(cause),
                    rate="rate",
                    source=pl.lit(EXITS),
                )
            )
    return pl.concat(parts).sort("limit_group", "group", "age", "cause")


def retirement_factors() -> pl.DataFrame:
    """List factors on the hazard of retiring at 62-72, by limit group and birth years.

    High: people go on leaving as those before them. Low: the response that the reform of AFP in
    the private sector points to. Middle: half-way between. Only factors other than 1 are listed.
    Birth years "any": the general limit of 72, whenever born.

    Returns
    -------
    pl.DataFrame
        limit_group, born, age, low, middle, high, source.
    """
    rows = [("72", "any", age, LIMIT_70_LIFTED, LIMIT_72) for age in (70, 71)]
    for limit in staff_rates.RETIRING:
        early = EARLY_GENERAL if limit == "72" else EARLY_SPECIAL
        for age, low in {**dict.fromkeys(range(62, 67), early), **LATER}.items():
            rows.append((limit, "from_1963", age, low, REFORM))
    table = pl.DataFrame(
        rows, schema=["limit_group", "born", "age", "low", "source"], orient="row"
    ).sort("limit_group", "born", "age")
    return table.select(
        "limit_group",
        "born",
        pl.col("age").cast(pl.Int64),
        "low",
        middle=(pl.col("low") + 1.0) / 2.0,
        high=pl.lit(1.0),
        source="source",
    )


def _staff_weights() -> Array:
    """Share of all staff in each post."""
    shares = []
    for sector, occupation in occupations.POSTS:
        place = occupations.SECTORS[occupations.SECTOR_CODES.index(sector)]
        share, _ = place.mix[occupation]
        shares.append(share * place.fte_share / services.MEAN_POSITION[place.code])
    return np.asarray(shares) / sum(shares)


def inflow_profile() -> pl.DataFrame:
    """How recruits of each origin spread over ages, summing to one.

    Returns
    -------
    pl.DataFrame
        origin, age, share, source.
    """
    shares = np.einsum("p,poa->oa", _staff_weights(), staff_rates.arrival_shares())
    parts = [
        pl.DataFrame({"age": staff_rates.STAFF_AGES, "share": np.round(shares[k], 6)}).select(
            origin=pl.lit(origin), age="age", share="share", source=pl.lit(INFLOW)
        )
        for k, origin in enumerate(staff_rates.ORIGINS)
    ]
    return pl.concat(parts)


def position_share() -> pl.DataFrame:
    """Mean position size by sector and age, of occupations whose posts are not small by nature.

    Returns
    -------
    pl.DataFrame
        sector, age, share, source.
    """
    ages = staff_rates.STAFF_AGES
    sizes, weight = positions.mean_size(ages.astype(float)), _staff_weights()
    small = {occupation for occupation, *_ in SMALL_POSTS}
    parts = []
    for sector in occupations.SECTOR_CODES:
        usual = [found == sector and o not in small for found, o in occupations.POSTS]
        inside = np.where(usual, weight, 0.0)
        mean = np.round(inside @ sizes / inside.sum(), 4)
        parts.append(
            pl.DataFrame({"age": ages, "share": mean}).select(
                sector=pl.lit(sector), age="age", share="share", source=pl.lit(POSITION)
            )
        )
    return pl.concat(parts)


def small_posts() -> pl.DataFrame:
    """FTE per person in occupations whose posts are small by nature.

    Returns
    -------
    pl.DataFrame
        occupation, share, source.
    """
    return pl.DataFrame(SMALL_POSTS, schema=["occupation", "share", "source"], orient="row")


def absence_rates() -> pl.DataFrame:
    """Absence by sector and quarter of the year.

    Returns
    -------
    pl.DataFrame
        sector, quarter (1 to 4), kind, rate, source.
    """
    shares = np.array([s.fte_share for s in occupations.SECTORS])
    levels = np.array([absence.SECTOR_LEVEL[s] for s in occupations.SECTOR_CODES])
    levels /= shares @ levels
    rows = [
        (sector, quarter, kind, round(float(level) * rate * factor, 5), source)
        for sector, level in zip(occupations.SECTOR_CODES, levels, strict=True)
        for quarter, rate in enumerate(absence.DOCTOR_CERTIFIED, start=1)
        for kind, factor, source in (
            ("doctor_certified", 1.0, ABSENCE),
            ("total", absence.UPLIFT, TOTAL),
        )
    ]
    columns = ["sector", "quarter", "kind", "rate", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def short_absence_share() -> pl.DataFrame:
    """Share of all absence days that lie in spells of up to 16 days.

    Returns
    -------
    pl.DataFrame
        share, source; one row.
    """
    share = SHORT_SELF_CERTIFIED + (1 - SHORT_SELF_CERTIFIED) * SHORT_DOCTOR_CERTIFIED
    source = (
        "Assumption: self-certified absence is 1 - 1/1.10 of the total and all short; "
        "13 % of doctor-certified days are taken to lie in spells of up to 16 days"
    )
    return pl.DataFrame({"share": [round(share, 3)], "source": [source]})


def service_use() -> pl.DataFrame:
    """Users per inhabitant by sector, sex and age.

    Returns
    -------
    pl.DataFrame
        sector, sex, age, rate, source.
    """
    rates = services.use_rates()
    parts = [
        pl.DataFrame({"age": vital.AGES, "rate": np.round(rates[j, k], 5)}).select(
            sector=pl.lit(sector), sex=pl.lit(sex), age="age", rate="rate", source=pl.lit(USE)
        )
        for j, sector in enumerate(occupations.SECTOR_CODES)
        for k, sex in enumerate(vital.SEXES)
    ]
    return pl.concat(parts)


def vacancy_rate() -> pl.DataFrame:
    """Vacancies over jobs and vacancies by sector.

    Returns
    -------
    pl.DataFrame
        sector, rate, source.
    """
    rows = [(sector, rate, VACANCY) for sector, rate in absence.VACANCY.items()]
    return pl.DataFrame(rows, schema=["sector", "rate", "source"], orient="row")
