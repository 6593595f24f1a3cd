"""Education and training: students on their way, courses between occupations, costs of measures."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

import polars as pl

from tools.sample.geography import LAST_PROJECTED
from tools.sample.occupations import BY_CODE

SOURCE = "Assumption made for the fictional county"
FIRST_INTAKE = 2013
PROGRAMMES = {
    "nursing_bachelor": (215, 0.78, 3, 22, 35, -0.010, {"2223": 1.0}),
    "social_educator_bachelor": (75, 0.77, 3, 22, 38, 0.000, {"2224": 1.0}),
    "health_worker_certificate": (260, 0.66, 4, 19, 45, 0.005, {"5321": 0.85, "5329": 0.15}),
    "child_youth_certificate": (130, 0.70, 4, 19, 40, 0.0, {"5311": 0.7, "5312": 0.15, "3412": 0.15}),
    "teacher_master": (190, 0.66, 5, 24, 34, -0.020, {"2341": 0.93, "2352": 0.07}),
    "kindergarten_teacher_bachelor": (115, 0.70, 3, 22, 36, -0.025, {"2342": 0.95, "2352": 0.05}),
    "social_work_bachelor": (105, 0.78, 3, 22, 36, 0.0, {"2635": 0.8, "3412": 0.2}),
    "physiotherapy_bachelor": (22, 0.88, 3, 22, 30, 0.0, {"2264": 1.0}),
    "occupational_therapy_bachelor": (18, 0.82, 3, 22, 32, 0.0, {"2267": 1.0}),
    "medicine": (20, 0.92, 6, 25, 32, 0.0, {"2211": 1.0}),
    "engineering_bachelor": (90, 0.68, 3, 22, 30, 0.005, {"3112": 1.0}),
    "engineering_master": (40, 0.80, 5, 24, 30, 0.005, {"2142": 1.0}),
    "public_administration_bachelor": (120, 0.70, 3, 22, 40, 0.0, {"2422": 0.85, "4110": 0.15}),
}  # fmt: skip
"""New students in 2025, share that completes, years, ages at completion, yearly growth, leads to."""

TRAINING = (
    ("5329", "5321", 60.0, 65_000, 60, 1),
    ("5321", "2223", 150.0, 180_000, 25, 1),
    ("5321", "2224", 150.0, 175_000, 15, 1),
    ("5329", "2223", 170.0, 190_000, 5, 1),
    ("3412", "2224", 140.0, 170_000, 10, 1),
    ("3412", "2635", 140.0, 170_000, 10, 1),
    ("5311", "2342", 150.0, 160_000, 30, 1),
    ("5312", "2341", 200.0, 230_000, 10, 1),
    ("5311", "5312", 4.0, 10_000, 30, 1),
    ("2342", "2341", 80.0, 95_000, 12, 1),
    ("2341", "2352", 60.0, 75_000, 20, 1),
    ("2342", "2352", 60.0, 75_000, 12, 1),
    ("9112", "5329", 6.0, 12_000, 30, 1),
    ("9112", "5153", 30.0, 35_000, 10, 1),
    ("5153", "5411", 14.0, 90_000, 6, 1),
    ("4110", "2422", 60.0, 70_000, 20, 1),
    ("4110", "5329", 6.0, 12_000, 20, 1),
    ("3112", "2142", 90.0, 120_000, 4, 1),
    ("2223", "2422", 30.0, 45_000, 10, 1),
    ("2422", "1112", 30.0, 60_000, 8, 1),
    ("2223", "1112", 45.0, 90_000, 4, 1),
    ("2341", "1112", 40.0, 80_000, 4, 1),
    ("9112", "2211", 310.0, 900_000, 0, 0),
    ("5153", "2223", 210.0, 250_000, 0, 0),
)
"""From, to, weeks, cost per person [NOK], places a year, allowed."""

BESIDE_WORK = ((100.0, 0.75, 0.20), (20.0, 0.50, 0.20), (0.0, 1.00, 1.00))
"""From so many weeks: pace of study, part of working time that it takes. Short courses are at work."""

SUBSTITUTE = {"none": 600_000, "certificate": 650_000, "bachelor": 760_000, "master": 950_000}
"""Cost of a substitute by the qualification of the one who learns [NOK per FTE-year]."""

# What it takes beside wages, which are counted for whoever is added: shift plans and follow-up.
MEASURES = (
    ("position_share", "percentage points of a full post per FTE", 1_000, 0.0, 5.0),
    ("absence", "percentage points of agreed days per FTE", 6_000, -2.0, 0.0),
    ("long_absence", "percentage points of agreed days per FTE", 5_000, -2.0, 0.0),
    ("turnover", "percentage points of staff per FTE", 4_500, -3.0, 0.0),
    ("onboarding", "percentage points of recruits per FTE", 900, -5.0, 0.0),
    ("retirement_age", "years per FTE", 4_000, 0.0, 2.0),
    ("recruitment", "per cent of recruits per FTE", 300, 0.0, 30.0),
    ("full_time", "percentage points of staff who work full time per FTE", 400, 0.0, 15.0),
    ("still_working", "percentage points of those at work at 55 per FTE", 300, 0.0, 10.0),
    ("education_intake", "per cent more students per FTE", 60, 0.0, 30.0),
    ("completion", "percentage points of students who complete per FTE", 90, 0.0, 10.0),
    ("inclusion", "persons a year", 250_000, 0.0, 60.0),
    ("reskilling", "persons a year", 400_000, 0.0, 60.0),
    ("productivity", "per cent of output per FTE", 2_500, 0.0, 10.0),
    ("digitalisation", "per cent of tasks per FTE", 2_500, 0.0, 10.0),
    ("task_sharing", "per cent of the tasks that may be shared per FTE", 40, 0.0, 100.0),
    ("regional_pooling", "per cent of the surplus of other places per FTE", 20, 0.0, 100.0),
    ("co_production", "per cent of the work per FTE", 1_500, 0.0, 3.0),
)  # fmt: skip


INVESTMENTS = {"digitalisation": 6_000.0}
"""NOK once for a unit of a measure; of others nothing is told."""
TASKS = (
    ("2223", "5321", 0.15, 0.9),
    ("2223", "4110", 0.05, 1.0),
    ("2224", "5321", 0.15, 0.9),
    ("2211", "2223", 0.10, 0.9),
    ("5321", "5329", 0.20, 0.85),
    ("2341", "5312", 0.05, 0.9),
    ("2341", "3412", 0.05, 0.9),
    ("2342", "5311", 0.10, 0.85),
    ("2635", "3412", 0.15, 0.9),
    ("2142", "3112", 0.20, 0.9),
    ("2422", "4110", 0.15, 0.9),
)
"""Occupation, the one that may do its tasks, largest share of the work, work done per FTE."""


def graduates_table() -> pl.DataFrame:
    """Table `graduates`: new students each year, the future ones as the trend goes for ten years.

    Returns
    -------
    pl.DataFrame
        education, year, intake, completion_rate, study_years, entry_age_low, entry_age_high.
    """
    rows = []
    for code, (intake, completion, study, youngest, oldest, growth, _) in PROGRAMMES.items():
        for year in range(FIRST_INTAKE, LAST_PROJECTED + 1):
            trend = (1 + growth) ** (min(year, 2030) - 2025)
            rows.append((code, year, round(intake * trend), completion, study, youngest, oldest))
    columns = ["education", "year", "intake", "completion_rate", "study_years"]
    return pl.DataFrame(rows, schema=[*columns, "entry_age_low", "entry_age_high"], orient="row")


def education_occupations_table() -> pl.DataFrame:
    """Table `education_occupations`: where graduates go, summing to one.

    Returns
    -------
    pl.DataFrame
        education, occupation, share.
    """
    rows = [
        (code, occupation, share)
        for code, p in PROGRAMMES.items()
        for occupation, share in p[6].items()
    ]
    return pl.DataFrame(rows, schema=["education", "occupation", "share"], orient="row")


def training_table() -> pl.DataFrame:
    """Table `training`: weeks, cost and places from one occupation to another.

    Returns
    -------
    pl.DataFrame
        occupation, occupation_to, weeks, cost, places, feasible, study_pace, study_share,
        backfill_price.
    """
    rows = []
    for origin, destination, weeks, *rest in TRAINING:
        pace, share = next((p, s) for least, p, s in BESIDE_WORK if weeks >= least)
        price = SUBSTITUTE[BY_CODE[origin].qualification]
        rows.append((origin, destination, weeks, *rest, pace, share, price))
    columns = ["occupation", "occupation_to", "weeks", "cost", "places", "feasible"]
    columns += ["study_pace", "study_share", "backfill_price"]
    return pl.DataFrame(rows, schema=columns, orient="row").sort("occupation", "occupation_to")


def task_sharing_table() -> pl.DataFrame:
    """Table `task_sharing`: which occupation may do how much of the work of another, and how well.

    Returns
    -------
    pl.DataFrame
        occupation, occupation_to, share, output_ratio, source.
    """
    rows = [(*row, SOURCE) for row in TASKS]
    columns = ["occupation", "occupation_to", "share", "output_ratio", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row").sort("occupation", "occupation_to")


def measure_costs_table() -> pl.DataFrame:
    """Table `measure_costs`: what a unit of each measure costs a year, and how far it can go.

    Returns
    -------
    pl.DataFrame
        lever, unit, cost, least, most, source, investment.
    """
    rows = [(*row, SOURCE, INVESTMENTS.get(row[0])) for row in MEASURES]
    columns = ["lever", "unit", "cost", "least", "most", "source", "investment"]
    return pl.DataFrame(rows, schema=columns, orient="row")
