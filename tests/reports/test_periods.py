"""What comes or goes in a year says so in cards, titles, tables and alternative texts."""

import polars as pl
import pytest

from workforce.contract.dictionary import variables
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW, declared
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.reports.findings import (
    ageing_figures,
    competence_figures,
    shortage_figures,
)
from workforce.texts.catalogue import LANGUAGES, load_texts

PER_YEAR = {"nb": "per år", "nn": "per år", "en": "a year"}
DURING = {"nb": "i løpet av", "nn": "i løpet av", "en": "during"}
FIGURES = {
    ("recruitment_need", "", ""): 38.0,
    ("replacement_fte", "", ""): 30.0,
    ("growth_fte", "", ""): 8.0,
    **{
        ("mean_flow", "flow_part", part): fte
        for part, fte in (("need", 38.0), ("replacement", 30.0), ("growth", 8.0), ("inflow", 31.0))
    },
    **{
        ("exits", "cause", cause): 12.0
        for cause in ("retired", "left_sector", "moved_municipality", "other")
    },
    ("competence_drain", "competence", "nurse"): 4.0,
}


def page(language):
    rows = [
        {
            "scenario": "baseline", "region": "1", "sector": "care", "occupation": "all",
            "dimension": dimension, "category": category, "detail": "", "variable": variable,
            "unit": variables()[variable].unit, "year": year, "level": 0.8, "central": value,
            "lower": 0.5 * value, "upper": 2.0 * value, "persons": 100.0,
        }
        for (variable, dimension, category), value in FIGURES.items()
        for year in ((2028,) if variable == "mean_flow" else (2026, 2027))
    ]  # fmt: skip
    codes = (("region", "1"), ("sector", "care"), ("competence", "nurse"))
    names = {(dim, code, one): code for dim, code in codes for one in (*LANGUAGES, "")}
    subject = Subject("1", "care", "baseline", 2026, 2028, load_texts(language), Names(names))
    return Figures(pl.DataFrame(rows, schema=ROW), "internal"), subject


def test_all_variables_of_these_pages_are_declared_as_flows():
    flows = {variable for variable, _, _ in FIGURES} - {"mean_flow"}
    assert all(declared()[variable].is_flow for variable in flows)
    assert declared()["mean_flow"].period == "whole_period"
    assert not any(declared()[name].is_flow for name in ("missing_fte", "headcount", "turnover"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "draw", [charts.recruitment_need, charts.exits_by_cause, charts.competence_drain]
)
def test_a_chart_of_flows_says_their_period_in_title_table_and_alternative_text(language, draw):
    chart = draw(*page(language))
    for said in (chart.title, chart.alt):
        assert f"{DURING[language]} 202" in said
    assert all(PER_YEAR[language] in heading for heading in chart.table.columns[1:])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("cards", "place"), [(ageing_figures, 0), (competence_figures, 0)])
def test_a_card_of_a_flow_says_its_period(language, cards, place):
    assert cards(*page(language))[place].value.endswith(PER_YEAR[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recruitment_need_is_told_per_year_as_the_mean_of_the_period(language):
    card = shortage_figures(*page(language))[0]
    period = "per year" if language == "en" else PER_YEAR[language]
    assert card.label.endswith(f"{period}, 2026–2027")
    assert period not in card.value


@pytest.mark.parametrize(
    ("missing", "value", "told"),
    [
        (24.0, "43 FTE", ("31 that the projection has come in all occupations, and 12 more in "
         "those short of people, to cover the 24 in 2028 when some of them leave again, if nothing "
         "else is done.")),
        (0.2, "38 FTE", ("On average 30 for replacement and 8 for growth, all occupations together "
         "and without today’s shortage. The projection has 31 come in.")),
    ],
)  # fmt: skip
def test_the_card_of_new_staff_covers_what_is_missing_where_people_lack(missing, value, told):
    """31 come each year; over two years 12 more each year cover 24."""
    figures, subject = page("en")
    like = figures.table.filter(variable="mean_flow", category="inflow")
    cover = like.with_columns(category=pl.lit("cover"), central=pl.lit(43.0),
                              lower=pl.lit(40.0), upper=pl.lit(50.0))  # fmt: skip
    last = figures.table.filter(variable="recruitment_need", year=2026).with_columns(
        variable=pl.lit("missing_fte"), year=pl.lit(2028, pl.Int32), central=pl.lit(missing)
    )
    rows = [figures.table, *(one.select(figures.table.columns) for one in (cover, last))]
    both = Figures(pl.concat(rows, how="vertical_relaxed"), "internal")
    card = next(one for one in shortage_figures(both, subject) if "per year" in one.label)
    assert (card.value, card.note) == (value, told)
