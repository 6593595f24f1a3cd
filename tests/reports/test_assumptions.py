"""What a page says that it assumes, by the tables of the folder."""

from types import SimpleNamespace

import polars as pl
import pytest

from workforce.reports.assumptions import assumptions
from workforce.texts.catalogue import LANGUAGES, load_texts


def told(*missing, variable="shortage_fte", language="en"):
    figures = SimpleNamespace(table=pl.DataFrame({"variable": [variable]}))
    subject = SimpleNamespace(missing=missing, texts=load_texts(language))
    return assumptions(figures, subject, has_official=True)


def test_nothing_is_said_to_be_observed_or_measured_that_was_borrowed():
    own = " ".join(told())
    assert "observed rates" in own
    assert "the measured shortage" in own
    lent = " ".join(told("staff_flows", "shortage"))
    assert "observed" not in lent
    assert "national rates" in lent
    assert "national figures on vacancies" in lent


def test_a_page_without_staff_tells_of_use_and_staffing_where_it_has_a_need():
    assert len(told("staff")) == 1
    assert "staffing per user" in told("staff", variable="demand_fte")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumption_has_words(language):
    assert len(told("staff_flows", "shortage", language=language)) == 5
    assert len(told(language=language)) == 5
