"""A page from its figures: open it, show its parts, close it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from workforce.contract.about import Mark
from workforce.contract.facts import Source
from workforce.contract.figures import Figures, of_sector, write_figures
from workforce.contract.results import LEVEL
from workforce.reports.charts.chart import SILENT, Chart, show
from workforce.reports.charts.figures import (
    Subject,
    estimate,
    how_known,
    is_small,
    shortage_lines,
    whole,
)
from workforce.reports.charts.shortage import scenario_name
from workforce.reports.charts.words import name_of, sector_name
from workforce.reports.discussion_log import discussed_line, remarks_of
from workforce.reports.flow_evidence import evidence_line, evidence_of, flow_notes, rest_on_others
from workforce.reports.page import KeyFigure, method_box, note, open_page, section
from workforce.texts.catalogue import Texts, date, join_list, load_texts, quarter_name, say

SAY_NO_STAFF = ("staff", "need", "competence")
"""Sections that say that there is no staff; those that follow them on a page are left out."""
ABOUT_PEOPLE = ("staff", "fte_in_post", "service_use")
"""Tables of others than inhabitants, whose numbers are public statistics."""
OF_FLOWS = ("exits", "recruits")
SUMMED = "inner_moves"
"""A mark that tells how municipalities are summed: an assumption, as nothing is borrowed."""
LEAST_WHOLE = 10.0
"""Smallest need beside which a tenth says nothing. [FTE]"""


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
    need = estimate(whole(figures, subject, "demand_fte"), year=subject.horizon_year)
    texts = replace(
        subject.texts,
        small_place=is_small(figures, subject),
        whole_fte=need is not None and need.central >= LEAST_WHOLE,
    )
    subject = replace(subject, texts=texts)
    return Report(figures, subject, str(run))


def open_with(
    report: Report,
    key_figures: Callable[[Figures, Subject], list[KeyFigure]],
    lead: Callable[[Figures, Subject], Chart] | None = None,
    answers: Callable[[Figures, Subject], list[tuple[str, str]]] | None = None,
    *,
    discussed: bool = False,
) -> None:
    """Show the head of the page: title, what it is about, what it finds, and the key figures.

    With ``discussed`` whether the staffing situation was discussed, too, which only a run knows.
    """
    remarks = remarks_of(report.run, report.subject.region) if discussed else None
    subject, kind = report.subject, report.figures.facts.page
    named, region = subject.names.named, name_of(subject, "region", subject.region)
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
        discussed=("", "") if remarks is None else (
            say(subject.texts, "discussion.label"),
            discussed_line(remarks, report.figures.facts.quarter, subject.texts),
        ),
        # A place of one word is a proper name alone, and may be a word of the page's language.
        norwegian=[name for (dimension, code, language), name in named.items()
                   if (dimension, language, subject.texts.language) == ("region", "nb", "en")
                   and " " in name and named.get((dimension, code, "en"), name) == name],
    )  # fmt: skip
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
        borrowed=_borrowed([m for m in facts.borrowed if m.variable != SUMMED], subject),
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


def accepted_red(figures: Figures, subject: Subject) -> tuple[str, ...]:
    """Tell, for the head of a page, which red figures it rests on and why."""
    texts, told = subject.texts, []
    red = figures.facts.lights.filter(pl.col("accepted") != "")
    for (reason,), rows in red.group_by("accepted", maintain_order=True):
        tables = rows["table"].unique(maintain_order=True).to_list()
        names = join_list([say(texts, f"quality.tables.{table}") for table in tables], texts)
        told.append(say(texts, "quality.red_head", tables=names, reason=str(reason)))
    return tuple(told)


def source_lines(sources: Sequence[Source], texts: Texts) -> tuple[str, ...]:
    """Write the source line of every table that was fetched, each once."""
    lines = []
    for source in sources:
        if not source.statbank:
            lines.append(say(texts, "sources.klass"))
            continue
        fetched = date(dt.date.fromisoformat(source.fetched), texts)
        line = say(texts, "sources.line", table=source.statbank, fetched=fetched)
        if source.updated:
            key = "updated"
            if source.revised is not None:
                key = "revised" if source.revised else "unrevised"
            updated = date(dt.date.fromisoformat(source.updated), texts)
            line += f" ({say(texts, f'sources.{key}', updated=updated)})"
        lines.append(line)
    return tuple(dict.fromkeys(lines))


def assumptions(figures: Figures, subject: Subject, *, has_official: bool) -> list[str]:
    """Write the assumptions of a page, each as a sentence."""
    names = ["population_official" if has_official else "population_own"]
    evidence = evidence_of(figures, subject)
    if "staff" not in subject.missing:
        known = "_of_others" if rest_on_others(figures, subject) else ""
        if "staff_flows" in subject.missing:
            known = "_borrowed"
        names += [*(f"{name}{known}" for name in OF_FLOWS), "demand"]
        names.append(f"calibrated{_shortage_known(figures, subject)}")
    elif (figures.table["variable"] == "demand_fte").any():
        names.append("demand")
    said = [say(subject.texts, f"assumption.{name}") for name in names]
    if any(mark.variable == SUMMED for mark in figures.facts.borrowed):
        said.append(say(subject.texts, f"borrowed.{SUMMED}"))
    if evidence is None or not evidence.years:
        return said
    return [*said, evidence_line(evidence, subject.texts)]


def _shortage_known(figures: Figures, subject: Subject) -> str:
    """How the shortage of the base year is known, also on a page that has no line of it."""
    lines = shortage_lines(figures, subject)
    if lines.is_empty() and "shortage" in subject.missing:
        return "_estimated"
    return how_known(lines)
