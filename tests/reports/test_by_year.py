"""Heat maps by year: what is missing by service, and who retires."""

import polars as pl
import pytest

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts import Subject
from workforce.reports.charts.chart import SILENT, html_table
from workforce.texts.catalogue import load_texts

from .read_back import figures_of
from .test_charts import row

NAMES = Names({("sector", code, "en"): code.title() for code in ("care", "school")})
FIRST, LAST = 2026, 2033


def subject(sector="all"):
    return Subject("1", sector, "baseline", FIRST, LAST, load_texts("en"), NAMES)


def missing(sector, year, fte, agree=0.95):
    return row("missing_fte", year, fte, fte / 2, fte * 2, sector=sector, agree=agree)


def retired(sector, year, persons, occupation="all"):
    return row("exits", year, persons, sector=sector, occupation=occupation, dimension="cause",
               category="retired")  # fmt: skip


def published(rows):
    return Figures(pl.DataFrame(rows, schema=ROW), "internal")


@pytest.fixture(scope="module")
def shortage():
    years = range(FIRST, LAST + 1)
    rows = [
        *(missing("care", year, 5.0 * (year - FIRST)) for year in years),
        *(missing("school", year, 2.0, agree=0.5) for year in years),
    ]
    return charts.shortage_by_year(published(rows), subject())


def test_the_years_end_with_the_horizon_and_begin_with_the_base_year(shortage):
    assert shortage.table.columns == ["Service area", "2026", "2027", "2029", "2031", "2033"]


def test_what_is_open_stands_in_brackets_and_most_missing_is_darkest(shortage):
    care, school = shortage.table.rows()
    assert care == ("Care", "0", "5", "15", "25", "35")
    assert school == ("School", "(2)", "(2)", "(2)", "(2)", "(2)")
    assert [list(one) for one in shortage.shades] == [[0, 1, 2, 3, 4], [1, 1, 1, 1, 1]]
    assert shortage.title == "Largest shortage in 2033: Care, 35 FTE (certain)"
    assert "Brackets mean" in shortage.note


def test_a_heat_map_is_a_table_whose_fields_are_shaded(shortage):
    html = html_table(shortage.table, shortage.title, shades=shortage.shades)
    assert html.count('class="figure heat-4"') == 1
    assert '<table class="heat">' in html
    norwegian = html_table(pl.DataFrame({"Tjenesteområde": ["Skole"]}), "", shades=[[0]])
    assert "Tjeneste&shy;område" in norwegian, "a phone would part it anywhere"
    assert "heat" not in html_table(shortage.table, shortage.title)


def test_a_number_in_a_heading_or_a_row_of_a_table_is_not_broken_over_lines():
    table = pl.DataFrame({"Over 5 000, 2026 2030": ["2 000–5 000"]})
    html = html_table(table, "")
    assert "Over 5\u00a0000, 2026 2030" in html
    assert "2\u00a0000–5\u00a0000" in html


def test_words_stand_at_the_left_and_each_figure_of_a_wide_table_knows_its_heading():
    posts = pl.DataFrame({"To": ["Nurse"], "From": ["Health care worker"], "Cost": ["1 385"]})
    assert "--need" not in (html := html_table(posts, ""))
    assert html.count('class="text"') == 3, "heading and cell, and the heading of the rows"
    wide = posts.rename({"Cost": 'Cost of "all", NOK'}).with_columns(
        pl.lit("12 (certain, 9 to 15)").alias(f"{name} 2036") for name in ("Missing", "Held")
    )
    html = html_table(wide, "")
    assert '"--need:48;--h2:&quot;From&quot;;--h3:&quot;Cost of \\&quot;' in html
    assert html.count('role="cell"') == 4


def test_the_page_of_one_service_has_no_heat_map_of_services():
    assert (
        charts.shortage_by_year(published([missing("care", LAST, 1.0)]), subject("care")) is SILENT
    )


def test_who_retires_adds_up_down_and_along_and_to_what_the_title_says():
    each = {"care": 1.4, "school": 0.4}
    rows = [retired(sector, year, fte) for sector, fte in each.items()
            for year in range(FIRST, LAST)]  # fmt: skip
    rows += [retired("all", year, sum(each.values())) for year in range(FIRST, LAST)]
    chart = charts.retirement_wave(published(rows), subject())
    *parts, whole = [[float(cell) for cell in line[1:]] for line in chart.table.rows()]
    for *column, total in zip(*parts, whole, strict=True):
        assert sum(column) == total
    for *cells, total in [*parts, whole]:
        assert sum(cells) == total
    said = [one.value for one in figures_of(chart.title, "en")]
    assert said == [whole[-1], parts[0][-1]]
    assert chart.table.columns[1:] == ["2026–2027", "2028–2029", "2030–2031", "2032",
                                       "In all 2026–2032"]  # fmt: skip


def test_the_page_of_one_service_tells_who_retires_by_occupation():
    rows = [
        retired("care", year, 1.0, one) for year in range(FIRST, LAST) for one in ("2223", "all")
    ]
    table = charts.retirement_wave(published(rows), subject("care")).table
    assert table.columns[0] == "Occupation"
    assert [line[0] for line in table.rows()] == ["2223", "In all"]


def test_why_goes_from_what_is_missing_today_by_those_who_come_to_lack_to_the_horizon():
    parts = {"dimension": "lacking_part", "sector": "all"}
    rows = [
        *(
            row("missing_fte", year, fte, sector="all")
            for year, fte in ((FIRST, 9.0), (LAST, 75.0))
        ),
        row("lacking_change", LAST, 7.0, category="today", **parts),
        row("lacking_change", LAST, 86.6, category="need", **parts),
        row("lacking_change", LAST, 18.5, category="staff", **parts),
    ]
    chart = charts.shortage_why(published(rows), subject())
    assert chart.table.rows() == [
        ("Missing on 1 January 2026", "9"),
        ("Occupations no longer short of people", "−2"),
        ("The need grows in the occupations expected to be short of people", "+87"),
        ("More staff in the same occupations", "−19"),
        ("Missing on 1 January 2033", "75"),
    ]
    assert "9 FTE missing in 2026, and 75 in 2033" in chart.title
