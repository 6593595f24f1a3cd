"""Other employers of the fictional county that hire the same people as its municipalities."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

import polars as pl

from tools.sample.geography import BASE_YEAR, COUNTY

SOURCE = "Made up for the fictional county: no real employer's plan"
YEARS = range(BASE_YEAR, BASE_YEAR + 4)
GROWTH = 0.015
"""Yearly growth of what each plans to hire."""
DOUBT = 0.2
"""How far on each side of its plan an employer may end. [share]"""

EMPLOYERS = (
    ("hospital", "Midtfjord sjukehus HF", "hospital_trust", (("2223", 1900, 0.125), ("5321", 240, 0.10), ("2264", 70, 0.09), ("2267", 40, 0.09), ("2224", 60, 0.12), ("2422", 90, 0.09))),
    ("county", "Midtfjord fylkeskommune", "county", (("2352", 40, 0.08), ("2635", 40, 0.09), ("2422", 160, 0.09), ("2142", 15, 0.10), ("3112", 20, 0.10))),
    ("care_company", "Solglimt Omsorg AS", "private", (("2223", 60, 0.16), ("5321", 150, 0.14), ("2224", 40, 0.16))),
    ("kindergartens", "Fjordbarnehagene AS", "private", (("2342", 420, 0.10), ("5311", 510, 0.15))),
    ("engineers", "Midtfjord Prosjekt AS", "private", (("2142", 140, 0.11), ("3112", 190, 0.11))),
    ("foundation", "Stiftelsen Nordheim", "voluntary", (("2223", 35, 0.13), ("5321", 70, 0.12), ("2635", 30, 0.11), ("2224", 45, 0.13))),
)  # fmt: skip
"""Code, name, kind, and by occupation persons employed in 2026 and the share hired in a year. Those
of the county council are near the staff that `county_council` makes."""


def other_employers_table() -> pl.DataFrame:
    """Table `other_employers`: what each plans to hire in the next years, all of it made up.

    Returns
    -------
    pl.DataFrame
        region, employer, occupation, year, name, employer_kind, persons, persons_low,
        persons_high, employed, source.
    """
    rows = []
    for code, name, kind, posts in EMPLOYERS:
        for occupation, employed, share in posts:
            for year in YEARS:
                hired = employed * share * (1.0 + GROWTH) ** (year - BASE_YEAR)
                ends = round(hired * (1.0 - DOUBT), 1), round(hired * (1.0 + DOUBT), 1)
                rows.append(
                    (COUNTY, code, occupation, year, name, kind, round(hired, 1), *ends, employed,
                     SOURCE)
                )  # fmt: skip
    columns = ["region", "employer", "occupation", "year", "name", "employer_kind", "persons"]
    columns += ["persons_low", "persons_high", "employed", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row")
