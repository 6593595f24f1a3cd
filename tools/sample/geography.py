"""The places of the fictional county: municipalities, comparison groups and who borders on whom."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

from dataclasses import dataclass

import polars as pl

COUNTY = "90"
NATION = "NO"
BASE_YEAR = 2026
FIRST_YEAR = 2019
LAST_PROJECTED = 2046


@dataclass(frozen=True)
class Municipality:
    """A municipality and what makes it unlike the others."""

    code: str
    name: str
    inhabitants: int
    ageing: float
    """How much older than the nation: log-ratio of ages 80 and 40."""
    drift: float
    """Net migration beyond the national, all ages. [per person-year]"""
    youth: float
    """Net migration at age 20, on top of the drift. [per person-year]"""
    group: str
    labour_region: str
    neighbours: tuple[str, ...]


MUNICIPALITIES = (
    Municipality("9001", "Havnesund", 90_000, -0.12, 0.001, 0.030, "G1", "L1", ("9002", "9003", "9004", "9007")),
    Municipality("9002", "Elvestrand", 34_000, -0.04, 0.002, -0.015, "G1", "L1", ("9001", "9003", "9005")),
    Municipality("9003", "Lauvedalen", 20_800, 0.02, 0.001, -0.030, "G1", "L1", ("9001", "9002", "9005", "9006")),
    Municipality("9004", "Granmoen", 12_300, 0.06, 0.000, -0.045, "G1", "L2", ("9001", "9007", "9008")),
    Municipality("9005", "Nordbygdi", 8_400, 0.12, -0.001, -0.055, "G1", "L2", ("9002", "9003", "9006", "9009")),
    Municipality("9006", "Bjørkeneset", 5_700, 0.14, -0.001, -0.060, "G1", "L2", ("9003", "9005", "9010")),
    Municipality("9007", "Steinvatn", 4_200, 0.18, -0.002, -0.065, "G2", "L1", ("9001", "9004", "9008")),
    Municipality("9008", "Høgsletta", 3_100, 0.22, -0.003, -0.070, "G2", "L2", ("9004", "9007", "9011")),
    Municipality("9009", "Kvernlidi", 2_100, 0.26, -0.003, -0.075, "G2", "L3", ("9005", "9010")),
    Municipality("9010", "Tverrskaret", 1_350, 0.30, -0.004, -0.080, "G2", "L3", ("9006", "9009", "9012")),
    Municipality("9011", "Ytterholmen", 760, 0.36, -0.005, -0.085, "G2", "L3", ("9008", "9012")),
    Municipality("9012", "Skarvhella", 300, 0.42, -0.006, -0.090, "G2", "L3", ("9010", "9011")),
)  # fmt: skip

CODES = tuple(m.code for m in MUNICIPALITIES)


def regions() -> pl.DataFrame:
    """Table `regions`: the nation, the county, two comparison groups and twelve municipalities.

    Returns
    -------
    pl.DataFrame
        One row per region.
    """
    above = [
        {"region": NATION, "level": "nation", "name": "Norge"},
        {"region": COUNTY, "level": "county", "name": "Midtfjord fylke"},
        *(
            {
                "region": f"G{number}",
                "level": "group",
                "name": f"Gruppe {number}: {size} 5 000 innbyggere",
                "name_nn": f"Gruppe {number}: {size} 5 000 innbyggjarar",
                "name_en": f"Group {number}: {in_english} 5,000 inhabitants",
            }
            for number, size, in_english in ((1, "minst", "at least"), (2, "under", "under"))
        ),
    ]
    below = [
        {
            "region": m.code,
            "level": "municipality",
            "name": m.name,
            "county": COUNTY,
            "comparison_group": m.group,
            "labour_region": m.labour_region,
            "neighbours": ";".join(m.neighbours),
        }
        for m in MUNICIPALITIES
    ]
    columns = (
        "region",
        "level",
        "name",
        "name_nn",
        "name_en",
        "county",
        "comparison_group",
        "labour_region",
        "neighbours",
    )
    return pl.DataFrame(above + below, schema=dict.fromkeys(columns, pl.String))
