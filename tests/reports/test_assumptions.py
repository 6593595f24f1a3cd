"""What a page says that it assumes, by the tables of the folder."""

from dataclasses import replace

import pytest
from tests.reports.test_charts import BASE, published, row, subject

from workforce.contract.about import Mark
from workforce.contract.facts import Facts
from workforce.reports.report import assumptions
from workforce.texts.catalogue import LANGUAGES


def told(*missing, variable="shortage_fte", short="", language="en"):
    rows = [row(variable, BASE, 3.0)]
    if short:
        rows.append(row(short, BASE, 3.0, dimension="line", category="unfilled"))
    page = subject(missing=missing, language=language)
    return assumptions(published(rows), page, has_official=True)


def test_nothing_is_said_to_be_observed_or_measured_that_was_borrowed():
    own = " ".join(told(short="measured_shortage"))
    assert "from those of others where your own are few" in own
    assert "the measured shortage" in own
    lent = " ".join(told("staff_flows", "shortage", short="estimated_shortage"))
    assert "observed" not in lent
    assert "measured" not in lent
    assert "national rates" in lent
    assert "national figures on vacancies" in lent


def test_how_municipalities_are_summed_is_an_assumption_and_nothing_borrowed():
    summed = Facts(borrowed=(Mark("inner_moves", "90", "members", ""),))
    figures = replace(published([row("shortage_fte", BASE, 3.0)]), facts=summed)
    said = assumptions(figures, subject(), has_official=True)
    assert "counted as exits and recruitment." in said[-1]


def test_the_shortage_at_the_start_is_told_by_how_the_page_knows_it():
    """A folder may have the table, and the place of the page none of its rows."""
    assert "own figures are missing or too small" in " ".join(told(short="estimated_shortage"))
    assert "where your own figures are missing or too small" in " ".join(
        told(short="partly_measured_shortage")
    )


def test_a_page_without_staff_tells_of_use_and_staffing_where_it_has_a_need():
    assert len(told("staff")) == 1
    assert "staffing per user" in told("staff", variable="demand_fte")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumption_has_words(language):
    assert len(told("staff_flows", "shortage", language=language)) == 5
    assert len(told(language=language)) == 5
