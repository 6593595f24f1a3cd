"""Parts that stand under a total add up to it as they are printed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.errors import ReportError
from workforce.reports import charts
from workforce.reports.charts.words import adding_up, name_of
from workforce.reports.findings import shortage_figures
from workforce.reports.report import open_report
from workforce.results.asked import Asked
from workforce.results.pages import page_figures
from workforce.results.place import place_of

FIGURE = re.compile(r"^[−+]?[\d,]+(\.\d+)?")


def read(cell):
    """Read the figure that a cell begins with, as written in English; a dash is none."""
    found = FIGURE.match(cell)
    return float(found[0].replace(",", "").replace("−", "-")) if found else 0.0


def numbers(pattern, text):
    return [read(one) for one in re.search(pattern, text).groups()]


def columns(table):
    return {head: [read(cell) for cell in table[head]] for head in table.columns[1:]}


@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=30),
    st.sampled_from([0, 1]),
)
def test_printed_parts_add_up_to_the_printed_total_and_each_is_within_a_step(values, decimals):
    total = sum(values)
    printed = adding_up(dict(enumerate(values)), total, decimals=decimals)
    step = 10.0**-decimals
    assert sum(printed.values()) == pytest.approx(round(total, decimals), abs=1e-6)
    assert all(abs(printed[name] - value) <= step + 1e-4 for name, value in enumerate(values))


def test_what_needs_no_rounding_stays_as_it_is_and_what_lacks_a_line_is_refused():
    assert adding_up({"a": 2.0, "b": -3.0}, -1.0) == {"a": 2.0, "b": -3.0}
    assert adding_up({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, 1.0, decimals=2) == {
        "a": 0.34, "b": 0.33, "c": 0.33,
    }  # fmt: skip
    with pytest.raises(ReportError, match="a line for the others"):
        adding_up({"a": 2.0, "b": 3.0}, 8.0)


@pytest.fixture(scope="module")
def figures(protected_sample):
    asked = Asked("overview", "9006", "baseline", 2026, 4, 20, 1, "2026Q4",
                  sectors=("all", "health_care"))  # fmt: skip
    return page_figures(place_of(protected_sample, [asked]), asked)


@pytest.fixture(params=["all", "health_care"])
def page(request, figures):
    report = open_report(figures, sector=request.param, language="en")
    return report.figures, report.subject


def test_posts_to_fill_add_up_by_what_opens_them_and_by_where_they_are(page):
    told = list(columns(charts.openings(*page).table).values())
    for total, *parts in zip(*told, strict=True):
        assert sum(parts) == pytest.approx(total)
    for *each, whole in told:
        assert sum(each) == pytest.approx(whole)


def test_replacement_and_growth_add_up_to_the_recruitment_need_in_table_title_and_card(page):
    chart = charts.recruitment_need(*page)
    for need, replacement, growth in zip(*columns(chart.table).values(), strict=True):
        assert replacement + growth == pytest.approx(need)
    need, *parts = numbers(r"(\S+) FTE must be.*, (\S+) for replacement and (\S+) for", chart.title)
    assert sum(parts) == pytest.approx(need)
    card = next(one for one in shortage_figures(*page) if "projection has come" in one.note)
    parts = numbers(r"(\S+) that the projection has come .*, and (\S+) more", card.note)
    assert sum(parts) == pytest.approx(read(card.value))


def test_occupations_and_the_rest_add_up_to_what_is_missing_in_all(page):
    for *each, whole in columns(charts.shortage_by_occupation(*page).table).values():
        assert sum(each) == pytest.approx(whole)


def test_lines_of_the_shortage_of_today_add_up_over_occupations(page):
    table = charts.measured_shortage(*page).table
    for head, (*each, whole) in columns(table).items():
        counted = [cell for cell in table[head].to_list()[:-1] if FIGURE.match(cell)]
        assert not counted or sum(each) == pytest.approx(whole)


def test_the_two_oldest_bands_add_up_to_their_total_which_is_named_as_one(page):
    table = charts.population_bands(*page).table
    assert table[-1, 0].endswith("in all")
    years = {head: cells for head, cells in columns(table).items() if head.isdigit()}
    assert len(years) == 3
    for *_, last, oldest, whole in years.values():
        assert last + oldest == pytest.approx(whole)


def test_a_group_of_occupations_never_stands_in_one_list_with_its_members(figures):
    page = open_report(figures, sector="all", language="en")
    together = figures.facts.together.get("all", {})
    for draw in (charts.shortage_by_occupation, charts.measured_shortage):
        table = draw(page.figures, page.subject).table
        listed = set(table[table.columns[0]].to_list())
        for member, group in together.items():
            names = {name_of(page.subject, "occupation", one) for one in (member, group)}
            assert not names <= listed
