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
SSB_ABSENCE = "SSB, sickness absence in municipalities, doctor-certified, 2023"
SSB_PROJECTION = "SSB, table 14746, main alternative (MMMM), Norway"
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


def full_time(tables: Tables) -> float:
    """Share of persons in full-time posts, expected from the generator's own distribution.

    Parameters
    ----------
    tables
        The sample.

    Returns
    -------
    float
        1 January 2025. [share]
    """
    import numpy as np

    from tools.sample.occupations import SECTOR_CODES
    from tools.sample.positions import full_time_share

    staff = tables["staff"].filter(pl.col("year") == 2025)
    shares = full_time_share(np.arange(0, 121, dtype=float))
    place = staff["sector"].replace_strict({s: k for k, s in enumerate(SECTOR_CODES)})
    share = shares[place.to_numpy(), staff["age"].to_numpy()]
    return float(np.average(share, weights=staff["persons"].to_numpy()))


def fte_share(tables: Tables, *sectors: str) -> float:
    """Share of the FTE of 1 January 2026 in some sectors.

    Parameters
    ----------
    tables
        The sample.
    *sectors
        Those counted.

    Returns
    -------
    float
        [share]
    """
    staff = tables["staff"].filter(pl.col("year") == 2026)
    inside = pl.col("fte") * pl.col("sector").is_in(sectors)
    return _ratio(staff, inside, pl.col("fte"))


def share_of_persons(tables: Tables, which: pl.Expr) -> float:
    """Share of persons on 1 January 2026 for which something holds.

    Parameters
    ----------
    tables
        The sample.
    which
        True or false for each row of `staff`.

    Returns
    -------
    float
        [share]
    """
    staff = tables["staff"].filter(pl.col("year") == 2026)
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
    codes = tables["occupations"].filter(pl.col("limit_group") == limit)["occupation"]
    return share_of_persons(tables, pl.col("occupation").is_in(codes.to_list()))


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
    Target("Turnover, assistants", 0.276, 0.012, "share", KS_TURNOVER, _turnover("5312", "5329")),
    Target("Turnover, nurses", 0.139, 0.010, "share", KS_TURNOVER, _turnover("2223")),
    Target("Turnover, qualified teachers", 0.066, 0.006, "share", KS_TURNOVER, _turnover("2341")),
    Target("Turnover, health care workers", 0.116, 0.010, "share", KS_TURNOVER, _turnover("5321")),
    Target("Turnover, advisers", 0.102, 0.010, "share", KS_TURNOVER, _turnover("2422")),
    Target("Turnover, kindergarten teachers (pedagogical leaders)", 0.088, 0.010, "share", KS_TURNOVER, _turnover("2342")),
    Target("Turnover at ages 55-60", 0.052, 0.006, "share", KS_TURNOVER, lambda t: turnover(t, ages=(55, 60))),
    Target("Turnover at ages 65-67", 0.407, 0.030, "share", KS_TURNOVER, lambda t: turnover(t, ages=(65, 67))),
    Target("Turnover under 20 (published as over 60 %)", 0.62, 0.06, "share", KS_TURNOVER, lambda t: turnover(t, ages=(18, 19))),
    Target("Full-time share (generator's distribution)", 0.618, 0.010, "share", KS_FULL_TIME, full_time),
    Target("Mean position size", 0.843, 0.006, "share", KS_FULL_TIME, mean_position),
    Target("FTE in health and care", 0.40, 0.015, "share", KS_STAFF, lambda t: fte_share(t, "health_care")),
    Target("FTE in teaching", 0.34, 0.015, "share", KS_STAFF, lambda t: fte_share(t, "primary_school")),
    Target("FTE in kindergartens", 0.10, 0.010, "share", KS_STAFF, lambda t: fte_share(t, "kindergarten")),
    Target("FTE in the other sectors", 0.16, 0.015, "share", KS_STAFF, lambda t: fte_share(t, *REST)),
    Target("Women, municipalities", 0.77, 0.03, "share", KS_STAFF, lambda t: share_of_persons(t, pl.col("sex") == "female")),
    Target("Persons in posts with limit 65", 0.273, 0.03, "share", KS_STAFF, lambda t: limit_share(t, "65")),
    Target("Persons in posts with limit 60", 0.019, 0.006, "share", KS_STAFF, lambda t: limit_share(t, "60")),
    Target("Absence, first quarter", 0.086, 0.001, "share", SSB_ABSENCE, _quarter("2023Q1")),
    Target("Absence, second quarter", 0.077, 0.001, "share", SSB_ABSENCE, _quarter("2023Q2")),
    Target("Absence, third quarter", 0.063, 0.001, "share", SSB_ABSENCE, _quarter("2023Q3")),
    Target("Absence, fourth quarter", 0.083, 0.001, "share", SSB_ABSENCE, _quarter("2023Q4")),
    Target("Total absence, second quarter", 0.085, 0.001, "share", "KS, self- and doctor-certified, municipal sector, 2023Q2", lambda t: absence(t, "2023Q2", "total")),
    Target("Growth of ages 80 and over, 2026-2036", 0.47, 0.02, "share", SSB_PROJECTION, lambda t: growth(t, 80, 120)),
    Target("Growth of ages 6-15, 2026-2036", -0.065, 0.01, "share", SSB_PROJECTION, lambda t: growth(t, 6, 15)),
)  # fmt: skip
