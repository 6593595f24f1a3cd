"""The six sectors and the occupations in them: names, rules and how each sector is staffed."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Sector:
    """A service area, its share of the FTE of municipalities and how its people work."""

    code: str
    name_nb: str
    name_nn: str
    name_en: str
    kostra_functions: str
    fte_share: float
    """Share of the FTE of the six sectors in the nation's municipalities, near `targets`."""
    mix: dict[str, tuple[float, float]]
    """By occupation: share of the sector's persons, and share of them in full-time posts at 30-59."""


@dataclass(frozen=True)
class Occupation:
    """An occupation, the age limit of its posts and the sex of those in it."""

    code: str
    name_nb: str
    name_nn: str
    name_en: str
    group: str
    qualification: str
    limit_group: str
    women: float
    """Share of recruits who are women."""


SECTORS = (
    Sector(
        "health_care", "Helse og omsorg", "Helse og omsorg", "Health and care",
        "232;233;234;241;253;254;256;261", 0.46,
        {"2211": (0.018, 0.78), "2223": (0.195, 0.68), "2224": (0.070, 0.77),
         "2264": (0.020, 0.70), "2267": (0.017, 0.76), "5321": (0.325, 0.42),
         "5329": (0.255, 0.19), "3412": (0.050, 0.50), "2422": (0.050, 0.94)},
    ),
    Sector(
        "primary_school", "Grunnskole", "Grunnskule", "Primary and lower secondary school",
        "202;213;215;222;223", 0.25,
        {"2341": (0.550, 0.95), "2352": (0.050, 0.94), "5312": (0.130, 0.66),
         "5311": (0.130, 0.58), "3412": (0.030, 0.76), "4110": (0.040, 0.78),
         "2422": (0.070, 0.97)},
    ),
    Sector(
        "kindergarten", "Barnehage", "Barnehage", "Kindergarten",
        "201;211;221", 0.115,
        {"2342": (0.410, 0.60), "5311": (0.560, 0.42), "2352": (0.030, 0.72)},
    ),
    Sector(
        "child_welfare_social", "Barnevern og sosiale tjenester",
        "Barnevern og sosiale tenester", "Child welfare and social services",
        "242;243;244;251;252;273;275;276;281", 0.045,
        {"2635": (0.620, 0.90), "3412": (0.220, 0.72), "2422": (0.100, 0.94),
         "4110": (0.060, 0.80)},
    ),
    Sector(
        "technical", "Tekniske tjenester", "Tekniske tenester", "Technical services",
        "301;302;315;320;332;333;335;338;339;340;345;350;353;355", 0.068,
        {"2142": (0.070, 0.96), "3112": (0.150, 0.96), "5153": (0.220, 0.92),
         "9112": (0.250, 0.74), "5411": (0.280, 0.27), "2422": (0.030, 0.95)},
    ),
    Sector(
        "administration", "Administrasjon og styring", "Administrasjon og styring",
        "Administration and governance", "100;110;120;121;130", 0.062,
        {"2422": (0.580, 0.94), "4110": (0.320, 0.85), "1112": (0.100, 0.99)},
    ),
)  # fmt: skip

OCCUPATIONS = (
    Occupation("1112", "Toppleder i offentlig administrasjon", "Toppleiar i offentleg administrasjon", "Senior public administrator", "administration", "master", "72", 0.50),
    Occupation("2142", "Sivilingeniør, bygg og anlegg", "Sivilingeniør, bygg og anlegg", "Civil engineer (master)", "engineers", "master", "72", 0.40),
    Occupation("2211", "Allmennlege", "Allmennlege", "General practitioner", "health_professions", "master", "72", 0.54),
    Occupation("2223", "Sykepleier", "Sjukepleiar", "Nurse", "health_professions", "bachelor", "65", 0.88),
    Occupation("2224", "Vernepleier", "Vernepleiar", "Social educator (vernepleier)", "health_professions", "bachelor", "65", 0.80),
    Occupation("2264", "Fysioterapeut", "Fysioterapeut", "Physiotherapist", "health_professions", "bachelor", "72", 0.65),
    Occupation("2267", "Ergoterapeut", "Ergoterapeut", "Occupational therapist", "health_professions", "bachelor", "72", 0.90),
    Occupation("2341", "Grunnskolelærer", "Grunnskulelærar", "Primary school teacher", "teachers", "bachelor", "72", 0.73),
    Occupation("2342", "Barnehagelærer", "Barnehagelærar", "Kindergarten teacher", "teachers", "bachelor", "72", 0.88),
    Occupation("2352", "Spesialpedagog", "Spesialpedagog", "Special needs teacher", "teachers", "master", "72", 0.86),
    Occupation("2422", "Rådgiver og saksbehandler", "Rådgivar og saksbehandlar", "Adviser and executive officer", "administration", "bachelor", "72", 0.62),
    Occupation("2635", "Sosialfaglig rådgiver", "Sosialfagleg rådgivar", "Social worker", "social_workers", "bachelor", "72", 0.83),
    Occupation("3112", "Bygningsingeniør", "Bygningsingeniør", "Building engineer", "engineers", "bachelor", "72", 0.30),
    Occupation("3412", "Miljøarbeider", "Miljøarbeidar", "Social work assistant", "social_workers", "certificate", "72", 0.66),
    Occupation("4110", "Kontormedarbeider", "Kontormedarbeidar", "Office clerk", "administration", "certificate", "72", 0.83),
    Occupation("5153", "Vaktmester", "Vaktmeister", "Caretaker", "operations", "certificate", "72", 0.08),
    Occupation("5311", "Barnehage- og SFO-medarbeider", "Barnehage- og SFO-medarbeidar", "Kindergarten and after-school worker", "childcare_workers", "none", "72", 0.84),
    Occupation("5312", "Skoleassistent", "Skuleassistent", "School assistant", "assistants", "none", "72", 0.70),
    Occupation("5321", "Helsefagarbeider", "Helsefagarbeidar", "Health care worker", "care_workers", "certificate", "65", 0.88),
    Occupation("5329", "Pleieassistent", "Pleieassistent", "Care assistant", "assistants", "none", "72", 0.74),
    Occupation("5411", "Brannkonstabel", "Brannkonstabel", "Firefighter", "operations", "certificate", "60", 0.06),
    Occupation("9112", "Renholder", "Reinhaldar", "Cleaner", "operations", "none", "65", 0.82),
)  # fmt: skip

SECTOR_CODES = tuple(s.code for s in SECTORS)
BY_CODE = {o.code: o for o in OCCUPATIONS}
POSTS = tuple((s.code, occupation) for s in SECTORS for occupation in s.mix)
"""Every sector and occupation that go together, in order."""


def sectors(listed: Sequence[Sector] = SECTORS, by: str = "municipality") -> pl.DataFrame:
    """Rows of the table `sectors`, of one kind of employer.

    Returns
    -------
    pl.DataFrame
        sector, names in three languages, KOSTRA functions, who provides it.
    """
    columns = ["sector", "name_nb", "name_nn", "name_en", "kostra_functions", "provided_by"]
    return pl.DataFrame(
        [(s.code, s.name_nb, s.name_nn, s.name_en, s.kostra_functions, by) for s in listed],
        schema=columns,
        orient="row",
    )


def occupations(listed: Sequence[Occupation] = OCCUPATIONS) -> pl.DataFrame:
    """Rows of the table `occupations`; the code is the four digits of STYRK-08.

    Returns
    -------
    pl.DataFrame
        occupation, names in three languages, styrk08, group, qualification, limit_group.
    """
    rows = [
        (o.code, o.name_nb, o.name_nn, o.name_en, o.code, o.group, o.qualification, o.limit_group)
        for o in listed
    ]
    columns = ["occupation", "name_nb", "name_nn", "name_en", "styrk08", "group"]
    return pl.DataFrame(rows, schema=[*columns, "qualification", "limit_group"], orient="row")
