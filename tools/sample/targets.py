"""Published figures that the sample was calibrated to, and what the sample has for each."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Tables = dict[str, pl.DataFrame]

KS_TURNOVER = "KS, publisert turnoverstatistikk (PAI register)"
KS_STAFF = "KS, PAI register, 1 December 2023"
KS_FULL_TIME = "KS, heltid og stillingsstørrelser, 2024"
MUNICIPAL = (
    "KS, 386,400 FTE on 1 December 2023, less 42,800 in the county councils (SSB, KOSTRA 2016)"
)
"""Of these 34,000 in upper secondary schools, which KS counts as teaching; the rest as other."""
SKOLEPORTEN = "Udir, Skoleporten: teaching staff of 49 municipalities 2018-19, with SSB's inhabitants aged 6-15 in 2019"
SSB_CARE = "SSB, care services 2023"
UDIR_KINDERGARTEN = "Udir, facts about kindergartens 2021"
SSB_FIRE = "SSB, fire and accident protection 2023"
SSB_HEALTH = "SSB, health and social personnel, 4th quarter 2023, hospitals among them"
HDIR = "Helsedirektoratet, Kompetanseloft 2025: care services 2023"
SSB_ABSENCE = "SSB, sickness absence in municipalities, doctor-certified, 2023"
SSB_PROJECTION = "SSB, table 14746, main alternative (MMMM), Norway"
ALL = pl.lit(value=True)
ONE = pl.lit(1.0)
TEACHERS = ("2341", "2352")
NO_HEALTH_EDUCATION = ("5329", "2422")
BIRTHDAY_BEFORE_EXIT = 0.5
"""Share of leavers who are a year older at exit than on the 1 January before."""


@dataclass(frozen=True)
class Target:
    """A published figure, how near the sample must be, and how it is measured."""

    name: str
    published: float
    tolerance: float
    unit: str
    source: str
    measure: Callable[[Tables], float]


def mean_age(tables: Tables, sector: str | None = None) -> float:
    """Mean age of staff on 1 January 2024, the nearest to 1 December 2023.

    Parameters
    ----------
    tables
        The sample.
    sector
        One sector, or all.

    Returns
    -------
    float
        [completed years]
    """
    staff = tables["staff"].filter(pl.col("year") == 2024)
    if sector is not None:
        staff = staff.filter(pl.col("sector") == sector)
    return _ratio(staff, pl.col("age") * pl.col("persons"), pl.col("persons"))


def turnover(
    tables: Tables,
    *,
    occupations: tuple[str, ...] = (),
    ages: tuple[int, int] | None = None,
) -> float:
    """Share that left the municipal sector within a year, mean of the observed years.

    Moves to another municipality are not counted, as in KS's statistics.

    Parameters
    ----------
    tables
        The sample.
    occupations
        Those counted, or all.
    ages
        First and last age on 1 January, or all.

    Returns
    -------
    float
        One-year probability. [share]
    """
    staff, flows = tables["staff"], _left(tables)
    staff = staff.filter(pl.col("year") < staff["year"].max())
    if occupations:
        staff, flows = (t.filter(pl.col("occupation").is_in(occupations)) for t in (staff, flows))
    if ages is not None:
        staff, flows = (t.filter(pl.col("age").is_between(*ages)) for t in (staff, flows))
    return int(flows["persons"].sum()) / int(staff["persons"].sum())


def mean_exit_age(tables: Tables) -> float:
    """Mean age of those who left the sector within a year and were 55 or more the year before.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        Completed years at exit: half of the leavers have had their birthday by then. [years]
    """
    left = _left(tables).filter(pl.col("age") >= 55)
    age = pl.col("age") + BIRTHDAY_BEFORE_EXIT
    return _ratio(left, age * pl.col("persons"), pl.col("persons"))


def _left(tables: Tables) -> pl.DataFrame:
    counted = pl.col("flow").is_in(["retired", "left_sector", "other"])
    return tables["staff_flows"].filter(counted & (pl.col("region") == "90"))


def mean_position(tables: Tables) -> float:
    """FTE per person on 1 January 2025.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        [share of a full-time post]
    """
    staff = tables["staff"].filter(pl.col("year") == 2025)
    return float(staff["fte"].sum()) / int(staff["persons"].sum())


def full_time(tables: Tables, which: pl.Expr = ALL) -> float:
    """Share of persons in full-time posts, expected from the generator's own distribution.

    Parameters
    ----------
    tables
        The sample.
    which
        True or false for each row of `staff`.

    Returns
    -------
    float
        1 January 2025. [share]
    """
    import numpy as np

    from tools.sample.occupations import POSTS
    from tools.sample.positions import full_time_share

    staff = tables["staff"].filter((pl.col("year") == 2025) & which)
    shares = full_time_share(np.arange(0, 121, dtype=float))
    place = [POSTS.index(post) for post in staff.select("sector", "occupation").iter_rows()]
    share = shares[place, staff["age"].to_numpy()]
    return float(np.average(share, weights=staff["persons"].to_numpy()))


def fte_share(tables: Tables, which: pl.Expr, *, among: pl.Expr = ALL) -> float:
    """Share of the FTE of 1 January 2026 for which something holds.

    Parameters
    ----------
    tables
        The sample.
    which, among
        True or false for each row of `staff`: those counted, and those they are a share of.

    Returns
    -------
    float
        [share]
    """
    staff = tables["staff"].filter((pl.col("year") == 2026) & among)
    return _ratio(staff, pl.col("fte") * which, pl.col("fte"))


def fte_of(tables: Tables, sector: str, occupations: tuple[str, ...] = ()) -> pl.DataFrame:
    """FTE of each municipality on 1 January 2026.

    Parameters
    ----------
    tables
        The sample.
    sector
        A sector.
    occupations
        Those counted, or all.

    Returns
    -------
    pl.DataFrame
        region, fte.
    """
    inside = (pl.col("year") == 2026) & (pl.col("sector") == sector)
    if occupations:
        inside &= pl.col("occupation").is_in(occupations)
    return tables["staff"].filter(inside).group_by("region").agg(pl.col("fte").sum())


def own_users(tables: Tables, sector: str, each: pl.Expr = ONE) -> pl.DataFrame:
    """Users whom each municipality serves with staff of its own, on 1 January 2026.

    Parameters
    ----------
    tables
        The sample.
    sector
        A sector.
    each
        What a user of a row of `service_use` counts for.

    Returns
    -------
    pl.DataFrame
        region, users.
    """
    use, share = (
        tables[name].filter((pl.col("year") == 2026) & (pl.col("sector") == sector))
        for name in ("service_use", "service_share")
    )
    return (
        use.group_by("region")
        .agg(users=(pl.col("users") * each).sum())
        .join(share.select("region", "share"), on="region")
        .select("region", users=pl.col("users") * pl.col("share"))
    )


def pupils_per_teacher(tables: Tables, inhabitants: tuple[int, int] = (0, 1_000_000)) -> float:
    """Pupils in own schools per FTE of teachers, special needs teachers among them.

    Parameters
    ----------
    tables
        The sample.
    inhabitants
        Municipalities from the first number of inhabitants to below the second.

    Returns
    -------
    float
        The municipalities together. [pupils per FTE]
    """
    both = own_users(tables, "primary_school").join(
        fte_of(tables, "primary_school", TEACHERS), on="region"
    )
    inside = inhabitants_of(tables).filter(
        pl.col("persons").is_between(*inhabitants, closed="left")
    )
    return _ratio(both.join(inside, on="region"), pl.col("users"), pl.col("fte"))


def inhabitants_of(tables: Tables, ages: tuple[int, int] = (0, 120)) -> pl.DataFrame:
    """Inhabitants of each municipality on 1 January 2026.

    Parameters
    ----------
    tables
        The sample.
    ages
        First and last age.

    Returns
    -------
    pl.DataFrame
        region, persons.
    """
    inside = (pl.col("year") == 2026) & pl.col("age").is_between(*ages)
    return tables["population"].filter(inside).group_by("region").agg(pl.col("persons").sum())


def kindergarten_norm(tables: Tables) -> pl.DataFrame:
    """FTE that the norm asks for in own kindergartens: one per 3 under three, per 6 from three.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    pl.DataFrame
        region, users (in FTE).
    """
    asked = pl.when(pl.col("age") < 3).then(1 / 3).otherwise(1 / 6)
    return own_users(tables, "kindergarten", asked)


def per_inhabitant(tables: Tables, which: pl.Expr = ALL) -> float:
    """FTE per 1,000 inhabitants of the county on 1 January 2026.

    Parameters
    ----------
    tables
        The sample.
    which
        True or false for each row of `staff`.

    Returns
    -------
    float
        [FTE per 1,000 persons]
    """
    staff = tables["staff"].filter((pl.col("year") == 2026) & which)
    return 1_000 * float(staff["fte"].sum()) / int(inhabitants_of(tables)["persons"].sum())


def care_per_old(tables: Tables) -> float:
    """FTE in health and care per inhabitant aged 80 and over whom own staff serve.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        [FTE per person]
    """
    share = tables["service_share"].filter(
        (pl.col("year") == 2026) & (pl.col("sector") == "health_care")
    )
    old = inhabitants_of(tables, (80, 120)).join(share, on="region")
    fte = fte_of(tables, "health_care")["fte"].sum()
    return float(fte) / float(old.select((pl.col("persons") * pl.col("share")).sum()).item())


def growth_of_care(tables: Tables) -> float:
    """Growth of FTE in health and care from 1 January 2020 to 2024, the ends of 2019 and 2023.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        [share of the FTE at the first]
    """
    staff = tables["staff"].filter(pl.col("sector") == "health_care")
    then, now = (float(staff.filter(pl.col("year") == y)["fte"].sum()) for y in (2020, 2024))
    return now / then - 1


def coverage(tables: Tables, sector: str, first: int, last: int) -> float:
    """Users per inhabitant of an age band of the county on 1 January 2026.

    Parameters
    ----------
    tables
        The sample.
    sector
        A sector.
    first, last
        Youngest and oldest age of the band.

    Returns
    -------
    float
        [share]
    """
    inside = (pl.col("year") == 2026) & pl.col("age").is_between(first, last)
    users = tables["service_use"].filter(inside & (pl.col("sector") == sector))["users"].sum()
    return int(users) / int(inhabitants_of(tables, (first, last))["persons"].sum())


def share_of_persons(tables: Tables, which: pl.Expr, *, among: pl.Expr = ALL) -> float:
    """Share of persons on 1 January 2026 for which something holds.

    Parameters
    ----------
    tables
        The sample.
    which, among
        True or false for each row of `staff`: those counted, and those they are a share of.

    Returns
    -------
    float
        [share]
    """
    staff = tables["staff"].filter((pl.col("year") == 2026) & among)
    return _ratio(staff, pl.col("persons") * which, pl.col("persons"))


def limit_share(tables: Tables, limit: str) -> float:
    """Share of persons in posts of a limit group.

    Parameters
    ----------
    tables
        The sample.
    limit
        60, 63, 65 or 72.

    Returns
    -------
    float
        [share]
    """
    return share_of_persons(tables, _limit(tables, limit))


def absence(tables: Tables, quarter: str, kind: str = "doctor_certified") -> float:
    """Absence in the municipalities, weighted by FTE.

    Parameters
    ----------
    tables
        The sample.
    quarter
        Such as 2023Q1.
    kind
        Kind of absence.

    Returns
    -------
    float
        [share of agreed days]
    """
    year = int(quarter[:4])
    keys = ["region", "sector"]
    weight = tables["staff"].filter(pl.col("year") == year).group_by(keys).agg(pl.col("fte").sum())
    rates = tables["absence"].filter((pl.col("quarter") == quarter) & (pl.col("kind") == kind))
    both = rates.join(weight, on=keys)
    return _ratio(both, pl.col("absence_rate") * pl.col("fte"), pl.col("fte"))


def growth(tables: Tables, first: int, last: int) -> float:
    """Growth of an age band of the county from 2026 to 2036, main alternative.

    Parameters
    ----------
    tables
        The sample.
    first, last
        Youngest and oldest age of the band.

    Returns
    -------
    float
        [share of the persons in 2026]
    """
    band = tables["population_projection"].filter(
        (pl.col("variant") == "main") & pl.col("age").is_between(first, last)
    )
    then, now = (int(band.filter(pl.col("year") == y)["persons"].sum()) for y in (2036, 2026))
    return then / now - 1


def small_cells(tables: Tables) -> float:
    """Share of the staff cells of the smallest municipality with fewer than ten persons.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        Cells are sector and occupation on 1 January 2026. [share]
    """
    cells = (
        tables["staff"]
        .filter((pl.col("region") == "9012") & (pl.col("year") == 2026))
        .group_by("sector", "occupation")
        .agg(pl.col("persons").sum())
    )
    return float((cells["persons"] < 10).mean())  # type: ignore[arg-type]


def _limit(tables: Tables, limit: str) -> pl.Expr:
    codes = tables["occupations"].filter(pl.col("limit_group") == limit)["occupation"]
    return pl.col("occupation").is_in(codes.to_list())


def _in(*sectors: str) -> pl.Expr:
    return pl.col("sector").is_in(sectors)


def _holding(*occupations: str) -> pl.Expr:
    return pl.col("occupation").is_in(occupations)


def _per(above: pl.DataFrame, below: pl.DataFrame) -> float:
    """Sum over the municipalities of the last column of one table per that of another."""
    return float(above[above.columns[-1]].sum()) / float(below[below.columns[-1]].sum())


def _ratio(table: pl.DataFrame, above: pl.Expr, below: pl.Expr) -> float:
    return float(table.select(above.sum() / below.sum()).item())


def _turnover(*occupations: str) -> Callable[[Tables], float]:
    return lambda t: turnover(t, occupations=occupations)


def _age(sector: str) -> Callable[[Tables], float]:
    return lambda t: mean_age(t, sector)


def _quarter(quarter: str) -> Callable[[Tables], float]:
    return lambda t: absence(t, quarter)


REST = ("child_welfare_social", "technical", "administration")
TARGETS = (
    Target("Mean age of staff", 44.4, 0.4, "years", KS_STAFF, mean_age),
    Target("Mean age, health and care", 43.3, 0.6, "years", KS_STAFF, _age("health_care")),
    Target("Mean age, teaching", 44.8, 0.6, "years", KS_STAFF, _age("primary_school")),
    Target("Mean age, kindergarten", 43.3, 0.8, "years", KS_STAFF, _age("kindergarten")),
    Target("Mean age, technical", 46.7, 0.9, "years", KS_STAFF, _age("technical")),
    Target("Mean age, administration", 49.6, 0.9, "years", KS_STAFF, _age("administration")),
    Target("Mean exit age from 55", 63.1, 0.3, "years", KS_STAFF, mean_exit_age),
    Target("Turnover, mean of years", 0.128, 0.004, "share", KS_TURNOVER, turnover),
    Target("Turnover, assistants", 0.258, 0.012, "share", KS_TURNOVER + ": 23.9 % in 2017-18, 27.6 % in 2021-22", _turnover("5312", "5329")),
    Target("Turnover, nurses", 0.127, 0.010, "share", KS_TURNOVER + ": 11.5 % in 2017-18, 13.9 % in 2021-22", _turnover("2223")),
    Target("Turnover, qualified teachers", 0.066, 0.006, "share", KS_TURNOVER, _turnover("2341")),
    Target("Turnover, health care workers", 0.109, 0.010, "share", KS_TURNOVER + ": 10.1 % in 2017-18, 11.6 % in 2021-22", _turnover("5321")),
    Target("Turnover, advisers", 0.102, 0.010, "share", KS_TURNOVER, _turnover("2422")),
    Target("Turnover, kindergarten teachers (pedagogical leaders)", 0.088, 0.010, "share", KS_TURNOVER, _turnover("2342")),
    Target("Turnover at ages 55-60", 0.052, 0.006, "share", KS_TURNOVER, lambda t: turnover(t, ages=(55, 60))),
    Target("Turnover at ages 65-67", 0.407, 0.030, "share", KS_TURNOVER, lambda t: turnover(t, ages=(65, 67))),
    Target("Turnover under 20 (published as over 60 %)", 0.62, 0.06, "share", KS_TURNOVER, lambda t: turnover(t, ages=(18, 19))),
    Target("Full-time share (generator's distribution)", 0.605, 0.012, "share", KS_FULL_TIME + ": 61.8 % with the county councils, which are assumed to have 73 %", full_time),
    Target("Full-time share, health and care", 0.46, 0.03, "share", "KS, 44 % in 2022; shift workers since then up by 2.5 points a year", lambda t: full_time(t, _in("health_care"))),
    Target("Full-time share, kindergarten", 0.48, 0.03, "share", KS_FULL_TIME, lambda t: full_time(t, _in("kindergarten"))),
    Target("Full-time share, nurses", 0.642, 0.04, "share", SSB_HEALTH, lambda t: full_time(t, _holding("2223"))),
    Target("Full-time share, health care workers", 0.379, 0.04, "share", SSB_HEALTH, lambda t: full_time(t, _holding("5321"))),
    Target("Full-time share, social educators", 0.758, 0.05, "share", SSB_HEALTH, lambda t: full_time(t, _holding("2224"))),
    Target("FTE per person", 0.829, 0.010, "share", MUNICIPAL + "; 462,500 persons less 48,000", mean_position),
    Target("FTE per 1,000 inhabitants", 68.0, 4.0, "FTE", MUNICIPAL + ": 71; SSB 2012, without those on long leave: 64.5", per_inhabitant),
    Target("FTE in health and care", 0.45, 0.04, "share", MUNICIPAL, lambda t: fte_share(t, _in("health_care"))),
    Target("FTE in schools", 0.255, 0.02, "share", "SSB, 116,790 employed in compulsory schools in 2022, at 0.89 FTE, less Oslo and private schools, over the municipal FTE of KS", lambda t: fte_share(t, _in("primary_school"))),
    Target("FTE in kindergartens", 0.112, 0.010, "share", MUNICIPAL, lambda t: fte_share(t, _in("kindergarten"))),
    Target("FTE in the other sectors", 0.154, 0.015, "share", MUNICIPAL, lambda t: fte_share(t, _in(*REST))),
    Target("Pupils per FTE of teachers", 10.5, 0.5, "pupils", "Udir: 609,223 pupils in public schools (GSI 2019-20), 58,158 FTE of teaching staff in them (Skoleporten)", pupils_per_teacher),
    Target("Pupils per FTE of teachers, 5,000 to 22,000 inhabitants", 8.7, 0.6, "pupils", SKOLEPORTEN, lambda t: pupils_per_teacher(t, (5_000, 22_000))),
    Target("Pupils per FTE of teachers, 2,000 to 5,000 inhabitants", 7.2, 0.6, "pupils", SKOLEPORTEN, lambda t: pupils_per_teacher(t, (2_000, 5_000))),
    Target("Pupils per FTE of teachers, under 2,000 inhabitants", 6.3, 0.7, "pupils", SKOLEPORTEN, lambda t: pupils_per_teacher(t, (0, 2_000))),
    Target("Children per FTE in own kindergartens", 3.5, 0.2, "children", UDIR_KINDERGARTEN + ": 268,465 children, 77,450 FTE, all owners", lambda t: _per(own_users(t, "kindergarten"), fte_of(t, "kindergarten"))),
    Target("FTE in kindergartens by FTE that the norm asks for", 1.27, 0.06, "FTE", UDIR_KINDERGARTEN + ", at 37 % of the children under three (assumed)", lambda t: _per(fte_of(t, "kindergarten"), kindergarten_norm(t))),
    Target("Kindergarten teachers among those with the children", 0.44, 0.02, "share", UDIR_KINDERGARTEN, lambda t: fte_share(t, _holding("2342"), among=_in("kindergarten") & _holding("2342", "5311"))),
    Target("Coverage of kindergartens, ages 1-5", 0.934, 0.015, "share", UDIR_KINDERGARTEN, lambda t: coverage(t, "kindergarten", 1, 5)),
    Target("Children in own kindergartens", 0.51, 0.05, "share", "Udir, Utdanningsspeilet 2016: children in municipal kindergartens", lambda t: _per(own_users(t, "kindergarten"), own_users(t | {"service_share": t["service_share"].with_columns(share=1.0)}, "kindergarten"))),
    Target("FTE in health and care per inhabitant aged 80 and over", 0.62, 0.03, "FTE", SSB_CARE + ": 176,380 FTE with municipal health services over 256,485 persons, less the 10 % on long leave (SSB 2012)", care_per_old),
    Target("Growth of FTE in health and care, 2019-2023", 0.088, 0.015, "share", SSB_CARE, growth_of_care),
    Target("Users of health and care, ages 80 and over", 0.375, 0.025, "share", SSB_CARE + ": 26.9 % use home care; about 10.5 % in institutions (39,754 places), assumed", lambda t: coverage(t, "health_care", 80, 120)),
    Target("FTE in care without health education", 0.241, 0.02, "share", HDIR, lambda t: fte_share(t, _holding(*NO_HEALTH_EDUCATION), among=_in("health_care"))),
    Target("Persons in care without health education", 0.323, 0.035, "share", HDIR, lambda t: share_of_persons(t, _holding(*NO_HEALTH_EDUCATION), among=_in("health_care"))),
    Target("Firefighters: FTE per 1,000 inhabitants", 0.47, 0.10, "FTE", SSB_FIRE + ": preparedness, function 339", lambda t: per_inhabitant(t, _holding("5411"))),
    Target("FTE in posts with limit 60", 0.0065, 0.002, "share", KS_STAFF, lambda t: fte_share(t, _limit(t, "60"))),
    Target("Women, municipalities", 0.77, 0.03, "share", KS_STAFF, lambda t: share_of_persons(t, pl.col("sex") == "female")),
    Target("Persons in posts with limit 65", 0.301, 0.03, "share", KS_STAFF + ": 126,200 of 466,800, less 48,000 in the county councils", lambda t: limit_share(t, "65")),
    Target("Persons in posts with limit 60", 0.019, 0.006, "share", KS_STAFF, lambda t: limit_share(t, "60")),
    Target("Absence, first quarter", 0.086, 0.001, "share", SSB_ABSENCE, _quarter("2023Q1")),
    Target("Absence, second quarter", 0.077, 0.001, "share", SSB_ABSENCE, _quarter("2023Q2")),
    Target("Absence, third quarter", 0.063, 0.001, "share", SSB_ABSENCE, _quarter("2023Q3")),
    Target("Absence, fourth quarter", 0.083, 0.001, "share", SSB_ABSENCE, _quarter("2023Q4")),
    Target("Total absence, second quarter", 0.085, 0.001, "share", "KS, self- and doctor-certified, municipal sector, 2023Q2", lambda t: absence(t, "2023Q2", "total")),
    Target("Growth of ages 80 and over, 2026-2036", 0.47, 0.02, "share", SSB_PROJECTION, lambda t: growth(t, 80, 120)),
    Target("Growth of ages 6-15, 2026-2036", -0.065, 0.01, "share", SSB_PROJECTION, lambda t: growth(t, 6, 15)),
)  # fmt: skip
