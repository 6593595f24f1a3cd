"""A page from its figures: open it, show its parts, close it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workforce.contract.about import Mark
from workforce.contract.figures import Figures, of_sector, write_figures
from workforce.contract.results import LEVEL
from workforce.reports.assumptions import assumptions
from workforce.reports.charts.chart import SILENT, Chart, show
from workforce.reports.charts.figures import Subject, is_small
from workforce.reports.charts.shortage import scenario_name
from workforce.reports.charts.words import name_of, sector_name
from workforce.reports.flow_evidence import flow_notes, rest_on_others
from workforce.reports.lights import accepted_red
from workforce.reports.page import KeyFigure, method_box, note, open_page, section
from workforce.reports.sources import source_lines
from workforce.texts.catalogue import load_texts, quarter_name, say

SAY_NO_STAFF = ("staff", "need", "competence")
"""Sections that say that there is no staff; those that follow them on a page are left out."""
ABOUT_PEOPLE = ("staff", "fte_in_post", "service_use")
"""Tables of others than inhabitants, whose numbers are public statistics."""


@dataclass(frozen=True)
class Report:
    """What a page shows: figures with their audience and facts, and what they are about."""

    figures: Figures
    subject: Subject
    run: str


def open_report(
    figures: Figures,
    *,
    sector: str = "all",
    language: str = "nb",
    run: str | Path = "",
    results: str | Path = "",
) -> Report:
    """Take the figures of one sector, and gather what the page needs to speak of them."""
    figures = of_sector(figures, sector)
    if results:
        write_figures(figures, results)
    facts = figures.facts
    subject = Subject(
        region=facts.region,
        sector=sector,
        scenario=facts.scenario,
        base_year=facts.base_year,
        horizon_year=facts.base_year + facts.horizon,
        texts=load_texts(language, employer=facts.employer),
        names=facts.names,
        missing=facts.missing,
        own_names={name: one["title"][language] for name, one in facts.scenarios.items()},
    )
    if is_small(figures, subject):
        subject = replace(subject, texts=replace(subject.texts, small_place=True))
    return Report(figures, subject, str(run))


def open_with(
    report: Report,
    key_figures: Callable[[Figures, Subject], list[KeyFigure]],
    lead: Callable[[Figures, Subject], Chart] | None = None,
    answers: Callable[[Figures, Subject], list[tuple[str, str]]] | None = None,
) -> None:
    """Show the head of the page: title, what it is about, what it finds, and the key figures."""
    subject, kind = report.subject, report.figures.facts.page
    region = name_of(subject, "region", subject.region)
    key = f"report.{kind}.title"
    if "staff" in subject.missing and f"{key}_without_staff" in subject.texts.entries:
        key = f"{key}_without_staff"
    about = region
    if subject.sector != "all":
        sector = sector_name(subject)
        about = say(subject.texts, "report.in_sector", region=region, sector=sector)
    title = say(subject.texts, key, region=about, base=subject.base_year, year=subject.horizon_year)
    answered = [] if answers is None else answers(report.figures, subject)
    first = SILENT if lead is None or answered else lead(report.figures, subject)
    open_page(
        kind,
        title=title,
        region_name=region,
        sector_name=sector_name(subject),
        scenario_name=scenario_name(subject, subject.scenario),
        quarter=report.figures.facts.quarter,
        texts=subject.texts,
        key_figures=key_figures(report.figures, subject),
        audience=report.figures.audience,
        base_year=subject.base_year,
        horizon_year=subject.horizon_year,
        lead=f"{first.title}." if first.draw is not None else "",
        answers=answered,
    )
    for sentence in accepted_red(report.figures, subject):
        note(sentence, label=say(subject.texts, "quality.red_label"))
    for label, sentence in flow_notes(report.figures, subject):
        note(sentence, label=label)


def show_section(report: Report, name: str, *charts: Chart) -> None:
    """Show a section of the page and its charts; one sentence where the staff is not known.

    A section whose charts have nothing to say on the page is left out.
    """
    texts = report.subject.texts
    charts = tuple(chart for chart in charts if chart is not SILENT)
    if not charts:
        return
    heading, text = say(texts, f"section.{name}"), f"section.{name}_text"
    if "staff_flows" in report.subject.missing and f"{text}_borrowed" in texts.entries:
        text = f"{text}_borrowed"
    elif f"{text}_of_others" in texts.entries and rest_on_others(report.figures, report.subject):
        text = f"{text}_of_others"
    intro = say(texts, text)
    empty = all(chart.draw is None and chart.table is None for chart in charts)
    if empty and "staff" in report.subject.missing:
        if name not in SAY_NO_STAFF:
            return
        section(heading)
        note(say(texts, "report.no_staff"), label=say(texts, "page.left_out"))
        return
    section(heading, intro)
    for chart in charts:
        show(chart, texts)


def close_report(report: Report) -> None:
    """Show how the figures were made: assumptions, borrowed figures, data and how to read them."""
    subject, texts, facts = report.subject, report.subject.texts, report.figures.facts
    has_staff = "staff" not in subject.missing
    base = "vintage.base" if has_staff else "vintage.base_without_staff"
    method_box(
        texts,
        base_year=subject.base_year,
        audience=report.figures.audience,
        seed=facts.seed,
        draws=facts.draws,
        assumptions=assumptions(report.figures, subject, has_official=facts.has_official),
        borrowed=_borrowed(facts.borrowed, subject),
        vintage=[
            say(texts, base, year=subject.base_year),
            say(texts, "vintage.quarter", quarter=quarter_name(facts.quarter, texts)),
            *source_lines(facts.sources, texts),
        ],
        level=LEVEL,
        surplus=has_staff,
        people=not set(ABOUT_PEOPLE) <= set(subject.missing),
    )


def _borrowed(marks: Sequence[Mark], subject: Subject) -> tuple[str, ...]:
    """Write what was borrowed, each source once."""
    texts = subject.texts
    lines = []
    for mark in marks:
        what = f"borrowed.{mark.variable}"
        what = what if what in texts.entries else "borrowed.other"
        lines.append(
            say(texts, "borrowed.line", what=say(texts, what), source=_source(mark.source, subject))
        )
    return tuple(dict.fromkeys(lines))


def _source(source: str, subject: Subject) -> str:
    """Name where a figure was borrowed from."""
    if source == "nation":
        return say(subject.texts, "borrowed.nation")
    if source == "members":
        return say(subject.texts, "borrowed.members")
    if source == "all regions in the data":
        return say(subject.texts, "borrowed.all_regions")
    return name_of(subject, "region", source)
