"""Every figure that stands on a page is found again: in the table behind it, and in the store."""

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from workforce.contract.figures import of_sector
from workforce.reports.charts.staff import CAUSES
from workforce.reports.charts.waterfall import why_steps
from workforce.reports.first_steps import OF_STAFF
from workforce.reports.flow_evidence import evidence_of
from workforce.reports.lacking import lacking_services
from workforce.reports.report import open_report
from workforce.results.asked import Asked
from workforce.results.pages import page_figures, place_of
from workforce.texts.catalogue import load_texts

from .read_back import Told, ends_of, figures_of, is_in, read_page, store_of

PAGES = {
    "overview of a large municipality": ("overview", "9001", "nb"),
    "overview of a small municipality": ("overview", "9012", "en"),
    "labour shortage of the county": ("labour_shortage", "90", "nn"),
    "competence of the county council": ("competence_gap", "9000", "en"),
}
DRAWS, HORIZON, SEED = 25, 4, 11


@pytest.fixture(scope="module", params=PAGES)
def page(request, protected_sample):
    """A page with its language, what was read of it, and the figures it is made of."""
    kind, region, language = PAGES[request.param]
    asked = Asked(kind, region, "baseline", 2026, HORIZON, DRAWS, SEED, "2026Q4")
    figures = page_figures(place_of(protected_sample, [asked]), asked)
    subject = open_report(figures, language=language).subject
    return language, read_page(figures, language=language), of_sector(figures, "all"), subject


def cells(chart, language):
    return [one for row in chart.table for cell in row for one in figures_of(cell, language)]


def that_differ(chart, language):
    """Figures of the title and of the text for those who do not see that no cell tells."""
    told = cells(chart, language)
    told += shares_of(chart, language)
    return [
        one.text
        for text in (chart.title, chart.alt)
        for one in figures_of(text, language)
        if chart.table and not any(one.is_as(other) for other in told)
    ]


def shares_of(chart, language):
    """What four parts of a row make, and per cent of it: by age, or by why people leave."""
    found = []
    for row in chart.table[1:]:
        parts = [one[0].value for cell in row[1:] if (one := figures_of(cell, language))]
        if len(parts) != 4 or not sum(parts):
            continue
        some = [*parts, sum(parts[2:])]
        near = 100 / sum(parts)  # Each part is printed within half a step.
        found.append(Told(sum(parts), 1.0, False, None, None, "", ""))
        found += [Told(100 * one / sum(parts), near, True, None, None, "", "") for one in some]
    return found


def test_titles_and_alternative_texts_tell_the_figures_of_the_table_behind(page):
    language, read, *_ = page
    assert len(read.charts) > 5
    differ = {chart.title: that_differ(chart, language) for chart in read.charts}
    assert not {title: found for title, found in differ.items() if found}


def test_every_figure_with_an_interval_is_one_of_the_store(page):
    language, read, figures, subject = page
    store = store_of(figures, subject.base_year)
    said = [*read.sentences]
    for chart in read.charts:
        said += [
            chart.title,
            chart.alt,
            *chart.notes,
            *(cell for row in chart.table for cell in row),
        ]
    found = [one for text in said for one in figures_of(text, language) if one.lower is not None]
    assert len(found) > 50
    assert not [one.text for one in found if not is_in(one, store)]


def test_people_are_told_in_whole_numbers(page):
    _, read, *_ = page
    texts = [*read.sentences]
    for chart in read.charts:
        texts += [chart.title, chart.alt, *chart.notes]
    parts = re.compile(r"\d[.,]\d(?: \([^)]*\))? (?:person|people|ansatt|tilsett|employee)\w*")
    assert not [text for text in texts if parts.search(text)]


def reckoned_from(figures, subject):
    """Figures that an answer reckons: recruits in FTE, what steps give, and what they leave."""
    evidence = evidence_of(figures, subject)
    some = [round(one, -1) for one in (evidence.exits, evidence.recruits)]
    here = figures.table.filter(occupation="all", region=subject.region, scenario=subject.scenario)
    missing = here.filter(variable="missing_fte", year=subject.horizon_year)
    services = [code for code, _ in lacking_services(figures, subject, on_balance=True)]
    steps = here.filter(variable="step_effect")
    given = steps.filter(pl.col("sector").is_in(services))
    keep = given.filter(~pl.col("category").is_in(OF_STAFF))["central"].sum()
    more = given.filter(pl.col("category").is_in(OF_STAFF))["central"].to_list()
    whole = missing.filter(sector="all")["central"].item()
    left = [round(whole) - round(keep) - round(one) for one in [0.0, *more]]
    ends = subject.base_year, subject.horizon_year
    steps_of_why = list(why_steps(figures, subject).values())
    need, staff, funded = (
        dict(here.filter(variable=name, sector="all").select("year", "central").rows())
        for name in ("demand_fte", "supply_fte", "funded_fte")
    )
    last = max(funded)
    paid = [round(of[last] - of[ends[0]]) for of in (need, funded)]
    left += [*steps_of_why, paid[0] - paid[1], *(one / (ends[1] - ends[0]) for one in left[:3])]
    flows = dict(
        here.filter(variable="mean_flow", sector="all").select("category", "central").rows()
    )
    # All who come in a year with what is left after the steps; who began, in FTE.
    each = (flows["cover"] - flows["inflow"]) / whole
    left += [round(one * each) for one in left[:3]]
    left += [round(flows["inflow"]) + one for one in left[-3:]]
    come = here.filter(variable="recruits", sector="all", dimension="origin")
    each = come.group_by("year").agg(pl.col("central").sum())["central"].mean()
    left.append(evidence.recruits / max(evidence.years, 1) * flows["inflow"] / each)
    causes = [flows[name] for name in CAUSES]
    others = sum(causes) - max(causes) - flows["retired"]
    stay = 1.0 - flows["replacement"] / staff[ends[0]]
    left += [one / sum(stay**year for year in range(ends[1] - ends[0])) for one in left[:3]]
    left += [others, np.floor(others), np.ceil(others)]  # as parts that add up are printed
    absence = figures.table.filter(variable="absence_rate")["central"].drop_nulls()
    return np.concatenate([some, [keep], more, left, missing["central"], absence])


def test_every_other_figure_in_a_sentence_is_in_a_table_of_the_page_or_in_the_store(page):
    language, read, figures, subject = page
    texts = load_texts(language)
    # Figures that the words themselves have, such as the age of 55.
    words = {
        one.value
        for text in texts.entries.values()
        for one in figures_of(re.sub(r"{[^}]*}", "", text), language)
    }
    told = [one for chart in read.charts for one in cells(chart, language)]
    ends = np.concatenate([ends_of(figures, subject), reckoned_from(figures, subject)])

    def is_known(one):
        near = one.step / 2 + 1e-6
        share = 100 if one.share else 1
        return (
            one.value in words
            or one.value == DRAWS
            or any(one.is_as(other) for other in told)
            or (np.abs(share * ends - abs(one.value)) <= near).any()
        )

    notes = [note for chart in read.charts for note in chart.notes]
    strange = [
        (one.text, text)
        for text in [*read.sentences, *notes]
        for one in figures_of(text, language)
        if one.lower is None and not is_known(one)
    ]
    assert not [figure for figure, _ in strange], strange


def test_a_figure_that_differs_is_found(page):
    language, read, figures, subject = page
    store = store_of(figures, subject.base_year)
    told, chart = next(
        (one, chart)
        for chart in read.charts
        for one in figures_of(chart.title, language)
        if one.lower is not None and not one.share
    )
    other = told._replace(value=told.value + 3 * told.step, upper=told.upper + 2 * told.step)
    assert not any(other.is_as(one) for one in cells(chart, language))
    assert is_in(told, store)
    assert not is_in(other._replace(lower=told.lower - 7.3), store)
    wrong = re.sub(r"^\D*", "9", told.text)
    assert that_differ(replace(chart, title=chart.title.replace(told.text, wrong)), language)
