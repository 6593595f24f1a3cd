"""The county council of the sample: its sectors, occupations, users and staff, and what is lent."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample import absence, positions, posts, services, staff_rates, vital
from tools.sample.flows import counted_flows
from tools.sample.geography import BASE_YEAR, COUNTY, FIRST_YEAR
from tools.sample.occupations import BY_CODE as OF_MUNICIPALITIES
from tools.sample.occupations import Occupation, Sector
from tools.sample.population import OBSERVED, Counts, long_table

Array = NDArray[np.float64]

COUNCIL = COUNTY + "00"
"""Code as in KOSTRA: the number of the county and two zeros (SSB, KOKfylkesregion0000)."""
NAME = "Midtfjord fylkeskommune"

SECTORS = (
    Sector(
        "upper_secondary", "Videregående opplæring", "Vidaregåande opplæring", "Upper secondary education",
        "510;511;515;520;521;522;523;524;525;526;527;528;529;530;531;532;533;534;535;536;537;553;554;559;561;562;563;564;570;581;590", 0.795,
        {"2330": (0.40, 0.72), "2320": (0.22, 0.72), "2352": (0.03, 0.74), "1345": (0.06, 0.98),
         "5312": (0.08, 0.41), "2635": (0.03, 0.71), "2422": (0.03, 0.80), "4110": (0.05, 0.65),
         "5153": (0.04, 0.78), "9112": (0.06, 0.45)},
    ),
    Sector(
        "dental_care", "Tannhelse", "Tannhelse", "Dental care", "660;665", 0.079,
        {"2261": (0.36, 0.65), "3251": (0.14, 0.62), "3256": (0.43, 0.52), "4110": (0.05, 0.63),
         "2422": (0.02, 0.80)},
    ),
    Sector(
        "transport", "Fylkesveg og kollektivtransport", "Fylkesveg og kollektivtransport", "County roads and public transport",
        "722;730;731;732;733;734;735", 0.045,
        {"2142": (0.20, 0.83), "3112": (0.25, 0.83), "2164": (0.15, 0.81), "2422": (0.35, 0.81),
         "4110": (0.05, 0.67)},
    ),
    Sector(
        "culture_development", "Kultur, næring og utvikling", "Kultur, næring og utvikling", "Culture, business and development",
        "701;710;711;713;714;715;716;740;750;760;771;772;775;790", 0.025,
        {"2622": (0.20, 0.72), "2422": (0.70, 0.80), "4110": (0.10, 0.65)},
    ),
    Sector(
        "county_administration", "Fylkesadministrasjon", "Fylkesadministrasjon", "County administration",
        "400;410;420;421;430;460;465;480;490", 0.056,
        {"2422": (0.64, 0.81), "4110": (0.26, 0.67), "1112": (0.10, 0.99)},
    ),
)  # fmt: skip
"""Shares of FTE: upper secondary 34,000 and dental care 3,367 of 42,800 in 2016 (SSB, KOSTRA); how
the others share the rest is assumed. Occupations: dental care as in 2011 (SSB, 36, 13 and 43 % of
FTE dentists, hygienists and assistants), others assumed. Functions: those that SSB's control of the
accounts of county councils lets through (kostra-kontrollprogram), without finance and pensions."""

OCCUPATIONS = (
    Occupation("1345", "Skoleleder", "Skuleleiar", "School leader", "administration", "bachelor", "72", 0.54),
    Occupation("2164", "Areal- og samferdselsplanlegger", "Areal- og samferdselsplanleggjar", "Land use and transport planner", "engineers", "master", "72", 0.48),
    Occupation("2261", "Tannlege", "Tannlege", "Dentist", "dental", "master", "72", 0.68),
    Occupation("2320", "Yrkesfaglærer", "Yrkesfaglærar", "Vocational teacher", "teachers", "bachelor", "72", 0.45),
    Occupation("2330", "Lærer i fellesfag, videregående", "Lærar i fellesfag, vidaregåande", "Upper secondary teacher, general subjects", "teachers", "bachelor", "72", 0.57),
    Occupation("2622", "Bibliotekar og kulturfaglig rådgiver", "Bibliotekar og kulturfagleg rådgivar", "Librarian and cultural adviser", "culture", "bachelor", "72", 0.66),
    Occupation("3251", "Tannpleier", "Tannpleiar", "Dental hygienist", "dental", "bachelor", "72", 0.95),
    Occupation("3256", "Tannhelsesekretær", "Tannhelsesekretær", "Dental assistant", "dental", "certificate", "72", 0.98),
)  # fmt: skip
"""Codes are STYRK-08. Shares of women are assumed, those of all together near KS's 61 %."""

ABSENCE = (0.062, 0.054, 0.042, 0.057)
"""Doctor-certified absence in county councils by quarter, 2023. [share of agreed days]"""
ABSENCE_SOURCE = "SSB county councils 2023 by quarter; differences between sectors are not known"
ALIKE = {
    "upper_secondary": "primary_school", "dental_care": "health_care", "transport": "technical",
    "culture_development": "administration", "county_administration": "administration",
}  # fmt: skip
"""Sectors of municipalities whose vacancies are taken to be alike."""
VACANCY_SOURCE = "Assumption: as in the sector of municipalities that is most alike"
POSITION_SOURCE = (
    "Modelled: 42,800 FTE of 49,000 employed in county councils (SSB, KOSTRA 2016); "
    "ages as in municipalities, differences between sectors assumed"
)

PUPILS = {16: 0.95, 17: 0.92, 18: 0.72, 19: 0.20, 20: 0.07, 21: 0.04, 22: 0.03, 23: 0.02, 24: 0.02}
PUPILS_SOURCE = "Assumption by age: pupils without apprentices, who with them make 93 % of 16 to 18"
DENTAL = {1: 0.0, 2: 0.25, 3: 0.6305, 18: 0.6305, 19: 0.423, 20: 0.423, 21: 0.30, 24: 0.30, 25: 0.0}
DENTAL_OF_CARE = 0.30
"""Share of users of care from 67 who are treated in a year, assumed."""
DENTAL_SOURCE = (
    "SSB, KOSTRA 2016, treated in a year over inhabitants: 640,804 aged 3 to 18, 56,934 aged 19 and "
    "20; under 3, 21 to 24 and users of care assumed"
)
EVERYBODY = "Every inhabitant counts as one user"

PUPILS_PER_TEACHER = 8.6
"""Pupils per FTE of teachers in the schools of county councils (SSB, KOSTRA 2016)."""
GENERAL = 0.645
"""Share of teachers' FTE in general subjects, assumed."""
FTE_PER_PUPIL = 34_000 / 22_000 / PUPILS_PER_TEACHER
"""FTE of upper secondary education in 2016, over teachers (assumed 22,000) and their pupils."""
FTE_PER_INHABITANT = 42_800 / 5_258_317
"""FTE of county councils in 2016 (SSB, KOSTRA), by inhabitant of 1 January 2017."""

LEAVING_FACTOR = {"2330": 0.62, "2320": 0.62, "1345": 0.70, "2261": 1.2, "3251": 1.0, "3256": 0.9}
"""On leaving, beside those of `staff_rates`; KS, 2021-22: 7.7 % of lektor leave the sector a year."""
SHIFT = {"upper_secondary": 6.0, "county_administration": 13.0}
"""Years that recruits are older than the usual for their origin; 9 in other sectors."""
UNFILLED = {"2320": 0.030, "2330": 0.010, "2352": 0.030, "2261": 0.060, "3251": 0.030, "2142": 0.055,
            "3112": 0.045, "2164": 0.040, "2635": 0.020, "2422": 0.010}  # fmt: skip
UNQUALIFIED = {"2320": 0.090, "2330": 0.030, "2352": 0.100, "3112": 0.030}
BURN_IN = 45

BY_CODE = {**OF_MUNICIPALITIES, **{one.code: one for one in OCCUPATIONS}}
CODES = tuple(sector.code for sector in SECTORS)
REGION = {"region": COUNCIL, "level": "county_council", "name": NAME, "county": COUNTY}
PART_TIME = float(np.array(positions.USUAL) @ positions.SIZES)
POSTS = tuple((s.code, occupation) for s in SECTORS for occupation in s.mix)


def use_rates() -> Array:
    """Give users per inhabitant by sector, sex and single age, shape (5, 2, 106)."""
    rates = np.ones((len(SECTORS), 2, vital.AGES.size))
    rates[0] = np.array([PUPILS.get(int(age), 0.0) for age in vital.AGES])
    young = np.interp(vital.AGES, list(DENTAL), list(DENTAL.values()), left=0.0, right=0.0)
    care = services.use_rates()[0]
    rates[1] = np.where(
        vital.AGES >= 67, DENTAL_OF_CARE * care, np.where(vital.AGES < 25, young, 0)
    )
    return rates


def use_table() -> pl.DataFrame:
    """Users per inhabitant: sector, sex, age, rate, source."""
    sources = (PUPILS_SOURCE, DENTAL_SOURCE, *(3 * (EVERYBODY,)))
    rates = use_rates()
    return pl.concat(
        pl.DataFrame({"age": vital.AGES, "rate": np.round(rates[j, k], 5)}).select(
            sector=pl.lit(sector), sex=pl.lit(sex), age="age", rate="rate", source=pl.lit(source)
        )
        for j, (sector, source) in enumerate(zip(CODES, sources, strict=True))
        for k, sex in enumerate(vital.SEXES)
    )


def position_table() -> pl.DataFrame:
    """FTE per person: sector, age, share, source."""
    ages = staff_rates.STAFF_AGES
    parts = []
    for sector in SECTORS:
        full = sum(share * part for share, part in sector.mix.values()) * _age_factor(ages)
        size = np.round(full + (1 - full) * PART_TIME, 4)
        parts.append(
            pl.DataFrame({"age": ages, "share": size}).select(
                sector=pl.lit(sector.code), age="age", share="share", source=pl.lit(POSITION_SOURCE)
            )
        )
    return pl.concat(parts)


def absence_rates() -> pl.DataFrame:
    """Absence: sector, quarter, kind, rate, source."""
    rows = [
        (sector, quarter, kind, round(rate * factor, 5), source)
        for sector in CODES
        for quarter, rate in enumerate(ABSENCE, start=1)
        for kind, factor, source in (
            ("doctor_certified", 1.0, ABSENCE_SOURCE),
            ("total", absence.UPLIFT, "As doctor-certified, times 1.10 (KS 2023Q2 and 2024Q2)"),
        )
    ]
    columns = ["sector", "quarter", "kind", "rate", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def vacancy_rates() -> pl.DataFrame:
    """Vacancies over jobs and vacancies: sector, rate, source."""
    rows = [(code, absence.VACANCY[like], VACANCY_SOURCE) for code, like in ALIKE.items()]
    return pl.DataFrame(rows, schema=["sector", "rate", "source"], orient="row")


def council_tables(
    observed: Counts, rng: np.random.Generator, columns: Mapping[str, list[str]]
) -> dict[str, pl.DataFrame]:
    """Rows of the county council in the tables of the sample.

    Parameters
    ----------
    observed
        Shape (8, 12, 2, 106): inhabitants of the municipalities. [persons]
    rng
        Random numbers.
    columns
        Columns of each table.

    Returns
    -------
    dict[str, pl.DataFrame]
        Of the tables that have rows of employers, and the norm of pupils per teacher.
    """
    people = observed.sum(axis=1)
    users = rng.binomial(people[:, None], use_rates()[None])
    employed, flows, part_time = _staff(_wanted(users, people), rng)
    shortage = _shortage(employed)
    found = {
        "service_use": _users(users),
        "staff": employed,
        "staff_flows": flows,
        "part_time": part_time,
        "absence": _absence(rng),
        "shortage": shortage,
        "funded_posts": posts.funded_posts_table(employed, shortage),
        "staffing_norms": _norms(),
    }
    found["vacancies"] = _vacancies(rng)
    return {name: table.select(columns[name]) for name, table in found.items()}


def _users(users: Counts) -> pl.DataFrame:
    labels = {"sector": CODES, "sex": vital.SEXES, "age": range(106), "year": OBSERVED}
    table = long_table(users.transpose(1, 2, 3, 0), labels, "users")
    return table.with_columns(region=pl.lit(COUNCIL)).sort("sector", "sex", "age", "year")


def _wanted(users: Counts, people: Counts) -> dict[int, Array]:
    """Persons that the county council keeps in each post, by year."""
    mean = [sum(s * (f + (1 - f) * PART_TIME) for s, f in one.mix.values()) for one in SECTORS]
    wanted = {}
    for y, year in enumerate(OBSERVED):
        fte = people[y].sum() * FTE_PER_INHABITANT * np.array([s.fte_share for s in SECTORS])
        fte[0] = users[y, 0].sum() * FTE_PER_PUPIL
        wanted[year] = np.array(
            [fte[j] / mean[j] * share for j, s in enumerate(SECTORS) for share, _ in s.mix.values()]
        )
    return wanted


def _staff(
    wanted: Mapping[int, Array], rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Tables `staff`, `staff_flows` and `part_time`: who leaves and comes in each year, person by person."""
    sector_of = np.array([sector for sector, _ in POSTS])
    codes = np.array([occupation for _, occupation in POSTS])
    ages = staff_rates.STAFF_AGES
    women = np.array([BY_CODE[code].women for code in codes])
    arriving = staff_rates.arrival_shares(POSTS, BY_CODE, dict.fromkeys(CODES, 9.0) | SHIFT)
    origins = np.array([staff_rates.ORIGIN_SHARE[BY_CODE[code].qualification] for code in codes])
    rounding = rng.random(len(POSTS))

    def labelled(post: Counts, sex: Counts, age: Counts) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "region": [COUNCIL] * post.size,
                "sector": sector_of[post].tolist(),
                "occupation": codes[post].tolist(),
                "sex": np.array(vital.SEXES)[sex].tolist(),
                "age": age,
            }
        )

    post = np.repeat(np.arange(len(POSTS)), np.floor(wanted[FIRST_YEAR] + rounding).astype(int))
    sex = np.asarray(rng.random(post.size) >= women[post], dtype=np.int64)
    age, rank = rng.integers(25, 62, post.size), rng.random(post.size)
    stocks, flows = [], []
    for year in range(FIRST_YEAR - BURN_IN, BASE_YEAR + 1):
        if year >= FIRST_YEAR:
            here = labelled(post, sex, age).with_columns(
                year=pl.lit(year, dtype=pl.Int64), fte=_size(post, age, rank)
            )
            stocks.append(here)
        if year == BASE_YEAR:
            break
        hazards = staff_rates.exit_hazards(year, POSTS, BY_CODE, LEAVING_FACTOR)[
            post, age - ages[0]
        ]
        total = hazards.sum(axis=1)
        waiting = np.where(age == ages[-1], rng.random(post.size), rng.exponential(1.0 / total))
        picked = rng.random(post.size)[:, None] * total[:, None] > np.cumsum(hazards, axis=1)
        cause = np.where(waiting < 1.0, picked.sum(axis=1), -1)
        cause = np.where(age == ages[-1], 0, cause)
        stays = cause < 0
        target = np.floor(wanted[max(year + 1, FIRST_YEAR)] + rounding).astype(int)
        vacant = np.maximum(target - np.bincount(post[stays], minlength=len(POSTS)), 0)
        came = np.repeat(np.arange(len(POSTS)), vacant)
        ladder = np.cumsum(origins[came], axis=1)
        origin = np.minimum((rng.random(came.size)[:, None] > ladder).sum(axis=1), 4)
        step = np.cumsum(arriving, axis=2)[came, origin]
        place = (rng.random(came.size)[:, None] > step).sum(axis=1)
        came_age = ages[np.minimum(place, ages.size - 1)]
        came_sex = np.asarray(rng.random(came.size) >= women[came], dtype=np.int64)
        if year >= FIRST_YEAR:
            at = pl.lit(year, dtype=pl.Int64)
            named = pl.Series([*staff_rates.CAUSES, None]).gather(cause % 5)
            left = labelled(post, sex, age).with_columns(
                flow=named, lived=pl.Series(np.clip(waiting, 0.001, 1.0)), year=at
            )
            arrived = labelled(came, came_sex, came_age).with_columns(
                flow=pl.Series(staff_rates.ORIGINS).gather(origin), year=at
            )
            flows.append(counted_flows(left, arrived))
        post = np.concatenate([post[stays], came])
        sex = np.concatenate([sex[stays], came_sex])
        age = np.concatenate([age[stays] + 1, came_age])
        rank = np.concatenate([rank[stays], rng.random(came.size)])
    keys = ["region", "sector", "occupation", "sex", "age", "year"]
    counts = [pl.len().cast(pl.Int64).alias("persons"), pl.col("fte").sum().round(2)]
    employed = pl.concat(stocks).group_by(keys).agg(counts).sort(keys)
    part = (
        stocks[-1]
        .group_by("region", "sector", "year")
        .agg(part_timers=(pl.col("fte") < 1.0).sum().cast(pl.Int64))
    )
    return employed, pl.concat(flows).sort([*keys, "flow"]), part.sort("sector")


def _size(post: Counts, age: Counts, rank: Array) -> Array:
    """FTE per person: full time for the lowest ranks, part time for the others."""
    full = np.array([SECTORS[CODES.index(s)].mix[o][1] for s, o in POSTS])[post] * _age_factor(age)
    among = np.clip((rank - full) / (1 - full), 0.0, 1.0 - 1e-12)
    ladder = np.cumsum(np.array(positions.USUAL)[::-1])
    place = np.minimum((among[:, None] >= ladder).sum(axis=1), positions.SIZES.size - 1)
    return np.asarray(np.where(rank < full, 1.0, positions.SIZES[::-1][place]))


def _age_factor(ages: Counts) -> Array:
    factor = positions.AGE_FACTOR
    return np.asarray(np.interp(ages, list(factor), list(factor.values())))


def _absence(rng: np.random.Generator) -> pl.DataFrame:
    """Absence by quarter: the level of county councils, unlike from sector to sector by chance."""
    rows = []
    for year, quarter in absence.QUARTERS:
        for sector, spread in zip(CODES, rng.normal(0.0, 1.0, len(CODES)), strict=True):
            own = 0.04 if sector == "upper_secondary" else 0.12
            rate = ABSENCE[quarter - 1] * absence.YEAR_LEVEL[year] * np.exp(own * spread)
            doctor, self_told = round(rate, 5), round(rate * (absence.UPLIFT - 1), 5)
            told = {"doctor_certified": doctor, "self_certified": self_told}
            told["total"] = round(doctor + self_told, 5)
            rows += [(COUNCIL, sector, f"{year}Q{quarter}", k, v) for k, v in told.items()]
    keys = ["region", "sector", "quarter", "kind"]
    return pl.DataFrame(rows, schema=[*keys, "absence_rate"], orient="row").sort(keys)


def _vacancies(rng: np.random.Generator) -> pl.DataFrame:
    """Vacancies by quarter, with the levels of the sectors of municipalities that are alike."""
    rows = [
        (COUNCIL, sector, f"{year}Q{quarter}", round(level * rng.gamma(6.0, 1 / 6.0), 5))
        for year, quarter in absence.QUARTERS
        for sector, like in ALIKE.items()
        for level in [
            absence.VACANCY[like] * absence.VACANCY_YEAR[year] * absence.VACANCY_SEASON[quarter - 1]
        ]
    ]
    keys = ["region", "sector", "quarter"]
    return pl.DataFrame(rows, schema=[*keys, "vacancy_rate"], orient="row").sort(keys)


def _shortage(employed: pl.DataFrame) -> pl.DataFrame:
    """Lay out posts unfilled and posts filled without the qualification, by year; assumed."""
    in_post = posts.fte_in_post(employed)
    keys = ["region", "sector", "occupation", "year", "line"]
    lacking = pl.concat(
        in_post.filter(pl.col("occupation").is_in(list(levels))).with_columns(
            line=pl.lit(line),
            fte=(pl.col("fte") * pl.col("occupation").replace_strict(levels)
                 * pl.col("year").replace_strict(posts.YEAR_LEVEL)).round(1),
        )
        for line, levels in (("unfilled", UNFILLED), ("unqualified", UNQUALIFIED))
    ).filter(pl.col("fte") > 0)  # fmt: skip
    place = ["region", "sector", "year", "line"]
    counted = in_post.group_by("region", "sector", "year").agg(pl.col("occupation").min())
    lines = pl.DataFrame({"line": ["unfilled", "unqualified"]})
    none = counted.join(lines, how="cross").join(lacking, on=place, how="anti")
    none = none.with_columns(fte=pl.lit(0.0))
    return pl.concat([lacking.select(*keys, "fte"), none.select(*keys, "fte")]).sort(keys)


def _norms() -> pl.DataFrame:
    """Pupils per teacher that the county council plans with; no law sets a norm."""
    rows = [
        (
            "upper_secondary",
            code,
            16,
            24,
            "per_user",
            round(PUPILS_PER_TEACHER / share, 1),
            "pupils",
        )
        for code, share in (("2330", GENERAL), ("2320", 1 - GENERAL))
    ]
    names = ["sector", "occupation", "age_from", "age_to", "kind", "ratio", "unit"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    none = pl.lit(None, pl.Float64)
    return table.with_columns(user_hours=none, fte_hours=none)
