"""Graduates to come, on two programmes laid out by hand."""

from dataclasses import replace

import polars as pl
import pytest
import xarray as xr

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.results.graduate_rows import with_graduates
from workforce.texts.catalogue import load_texts

NAMES = Names(
    {("occupation", "2223", "en"): "Nurse", ("occupation", "5329", "en"): "Assistant"}, {}
)
SUBJECT = Subject(
    region="1", sector="all", scenario="more", base_year=2026, horizon_year=2030,
    texts=load_texts("en"), names=NAMES,
)  # fmt: skip
INPUTS = xr.Dataset(
    {
        "graduates_path": (("education", "flow_year"), [[20.0] * 4, [10.0, 12.0, 7.0, 7.0]]),
        "graduates_before": ("education", [10.0, 10.0]),
        "programme_completion": ("education", [0.8, 0.5]),
        "programme_years": ("education", [3.0, 2.0]),
        "education_share": (("education", "occupation"), [[1.0, 0.0], [0.25, 0.75]]),
    },
    coords={
        "education": ["nursing", "care"],
        "occupation": ["2223", "5329"],
        "flow_year": [2026, 2027, 2028, 2029],
    },
    attrs={"base_year": 2026, "horizon": 4},
)


@pytest.fixture
def table():
    """A table of results with one row about the population."""
    row = {
        "scenario": "more", "region": "1", "sector": "all", "occupation": "all", "dimension": "",
        "category": "", "detail": "", "variable": "population_path", "unit": "persons",
        "year": 2026,
        "level": 0.8, "central": 900.0, "lower": 900.0, "upper": 900.0, "persons": None,
    }  # fmt: skip
    return pl.DataFrame([row], schema=ROW)


def drawn(table: pl.DataFrame, subject: Subject = SUBJECT) -> charts.Chart:
    rows = with_graduates(table, INPUTS, region="1", scenario="more", measures=[])
    return charts.graduates_to_come(Figures(rows, "public", 5), subject)


def test_graduates_are_told_by_programme_with_those_who_already_study(table):
    chart = drawn(table)
    assert chart.title.startswith("In the area 1 recruits from, 29 people graduate a year")
    assert chart.title.endswith("more than before")
    assert chart.table is not None
    # A nurse of 2028 began in 2025, and one of care in 2027 too: before 2026.
    assert chart.table.rows() == [
        ("Nurse", "10", "20", "80", "60", "3", "80%"),
        ("Assistant (75%) and Nurse (25%)", "10", "9", "36", "22", "2", "50%"),
        ("In all", "20", "29", "116", "82", "–", "–"),
    ]


def test_pages_without_programmes_or_of_one_sector_say_nothing(table):
    assert drawn(table, replace(SUBJECT, sector="health_care")) is SILENT
    bare = INPUTS.drop_vars("graduates_path")
    same = with_graduates(table, bare, region="1", scenario="more", measures="baseline")
    assert same.equals(table)
    assert charts.graduates_to_come(Figures(same, "public", 5), SUBJECT) is SILENT
