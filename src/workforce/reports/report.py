"""A report from results to page: protect the figures, open the page, show its parts, close it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import Mark, about
from workforce.contract.figures import Audience, Figures, require_audience, write_figures
from workforce.contract.folder import Folder
from workforce.contract.results import LEVEL
from workforce.reports.assumptions import assumptions
from workforce.reports.charts.chart import SILENT, Chart, show
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.shortage import scenario_name
from workforce.reports.charts.words import name_of, sector_name
from workforce.reports.display import in_groups, read_display, standing_together
from workforce.reports.flow_evidence import flow_notes, rest_on_others
from workforce.reports.lights import accepted_red
from workforce.reports.page import KeyFigure, method_box, note, open_page, section
from workforce.reports.sources import source_lines
from workforce.results.borrowing import share_rows
from workforce.results.counted import counted_rows
from workforce.results.flow_evidence import evidence_rows
from workforce.results.observed import judged_rows, observed_rows
from workforce.texts.catalogue import load_texts, quarter_name, say

SAY_NO_STAFF = ("staff", "need", "competence")
"""Sections that say that there is no staff; those that follow them on a page are left out."""
ABOUT_PEOPLE = ("staff", "fte_in_post", "service_use")
"""Tables of others than inhabitants, whose numbers are public statistics."""
POPULATION = ("population_path", "population_by_band", "population_observed")
OwnScenario = Mapping[str, Any]
"""A scenario of the params file, as JSON: title by language, and measures."""


@dataclass(frozen=True)
class Report:
    """What a page shows: figures with their audience, what they are about, how they were made.

    Parameters
    ----------
    figures
        Figures of the region and sector.
    subject
        Whom and what the page is about.
    quarter
        Label of the run.
    draws, seed
        Of the simulation.
    has_official
        Whether the population follows the official projection.
    borrowed
        Lines that name what was borrowed and from where.
    accepted
        Sentences about the red figures that the run accepted, and why.
    sources
        Source lines of the figures that were fetched.
    """

    figures: Figures
    subject: Subject
    quarter: str
    draws: int
    seed: int
    has_official: bool
    borrowed: tuple[str, ...]
    accepted: tuple[str, ...]
    sources: tuple[str, ...]


def scenarios_of(
    scenario: str, *others: str, own: Mapping[str, OwnScenario] | None = None
) -> dict[str, str | list[dict[str, Any]]]:
    """Return the scenarios to simulate: the baseline, the one asked for, and others beside it.

    Parameters
    ----------
    scenario
        That of the page.
    *others
        Names of packaged scenarios.
    own
        Scenarios of the params file by name, as the notebook is given them.

    Returns
    -------
    dict
        Name to the name of a packaged scenario, or to the levers of one of the params file.
    """
    given = own or {}
    return {
        name: levers_of(given[name]) if name in given else name
        for name in dict.fromkeys(["baseline", scenario, *others])
    }


def levers_of(scenario: OwnScenario) -> list[dict[str, Any]]:
    """Return the levers of a scenario of the params file, as `apply_scenario` takes them."""
    return [{"lever": one["lever"], **one["options"]} for one in scenario["measures"]]


def open_report(
    table: pl.DataFrame,
    inputs: xr.Dataset,
    *,
    folder: Folder,
    region: str,
    sector: str,
    scenario: str,
    quarter: str,
    language: str,
    audience: Audience,
    draws: int,
    seed: int,
    rates: Sequence[str] = (),
    judge_absence: bool = False,
    counted: bool = False,
    quality: bool = False,
    run: str | Path = "",
    results: str | Path = "",
    scenarios: Mapping[str, OwnScenario] | None = None,
) -> Report:
    """Take the figures of one region and sector, and gather what the page needs.

    Parameters
    ----------
    table
        Results, from `results_table`.
    inputs
        The inputs they come from.
    folder
        From `open_for` for the audience; a public page is made from a protected one.
    region, sector, scenario
        Codes; sector may be "all".
    quarter, language, audience
        Label of the run, language of the page, and whom it is for.
    draws, seed
        Of the simulation.
    rates
        Of ``absence`` and ``vacancies``, those to forecast for the page.
    judge_absence
        Whether to forecast absence again from a year ago and set the outcome beside it.
    counted
        Whether to set the inhabitants counted so far, and key figures of KOSTRA, beside the rest.
    quality
        Whether to tell how much of the FTE has figures that are borrowed or imputed.
    run
        Folder of the run, which has its lights; empty where the notebook runs by itself.
    results
        File for the figures; empty: not written.
    scenarios
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.

    Returns
    -------
    Report

    Raises
    ------
    ParameterError
        The folder is not one that the audience may see.
    """
    require_audience(audience, folder.rounded_to)
    base_year = int(inputs.attrs["base_year"])
    seen = [table, observed_rows(inputs, folder, rates, region=region)]
    if judge_absence:
        seen.append(judged_rows(inputs, folder, region=region))
    if counted:
        seen.append(counted_rows(inputs, folder, region=region, scenario=scenario))
    seen.append(evidence_rows(inputs, region=region, scenario=scenario))
    if quality:
        seen.append(share_rows(inputs, region=region, scenario=scenario))
    table = pl.concat(seen)
    groups = standing_together(inputs, folder, sector=sector, run=run)
    table = in_groups(table, groups, hide=read_display(run) is not None)
    figures = Figures(_of_sector(table, sector), audience, folder.rounded_to)
    if results:
        write_figures(figures, results)
    texts = load_texts(language)
    subject = Subject(
        region=region,
        sector=sector,
        scenario=scenario,
        base_year=base_year,
        horizon_year=base_year + int(inputs.attrs["horizon"]),
        texts=texts,
        names=folder.names,
        missing=about(inputs).missing,
        own_names={name: one["title"][language] for name, one in (scenarios or {}).items()},
    )
    return Report(
        figures=figures,
        subject=subject,
        quarter=quarter,
        draws=draws,
        seed=seed,
        has_official="population_official" in inputs,
        borrowed=_borrowed(about(inputs).borrowed, subject),
        accepted=accepted_red(run, subject),
        sources=source_lines(folder, texts),
    )


def open_with(
    report: Report,
    kind: str,
    key_figures: Callable[[Figures, Subject], list[KeyFigure]],
    lead: Callable[[Figures, Subject], Chart] | None = None,
) -> None:
    """Show the head of the page: title, what it is about, what it finds, and the key figures.

    Parameters
    ----------
    report
        From `open_report`.
    kind
        Name of the notebook.
    key_figures
        Function of findings that gives the strip.
    lead
        Chart whose title is the first thing a leader should read; none where no figure comes first.
    """
    subject = report.subject
    region = name_of(subject, "region", subject.region)
    key = f"report.{kind}.title"
    if "staff" in subject.missing and f"{key}_without_staff" in subject.texts.entries:
        key = f"{key}_without_staff"
    title = say(
        subject.texts, key, region=region, base=subject.base_year, year=subject.horizon_year
    )
    first = SILENT if lead is None else lead(report.figures, subject)
    open_page(
        kind,
        title=title,
        region_name=region,
        sector_name=sector_name(subject),
        scenario_name=scenario_name(subject, subject.scenario),
        quarter=report.quarter,
        texts=subject.texts,
        key_figures=key_figures(report.figures, subject),
        audience=report.figures.audience,
        base_year=subject.base_year,
        horizon_year=subject.horizon_year,
        lead=f"{first.title}." if first.draw is not None else "",
    )
    for sentence in report.accepted:
        note(sentence, label=say(subject.texts, "quality.red_label"))
    for label, sentence in flow_notes(report.figures, subject):
        note(sentence, label=label)


def show_section(report: Report, name: str, *charts: Chart) -> None:
    """Show a section of the page and its charts; one sentence where the staff is not known.

    A section whose charts have nothing to say on the page is left out.

    Parameters
    ----------
    report
        From `open_report`.
    name
        Key of the section in the catalogue.
    *charts
        Charts in the order they are read.
    """
    texts = report.subject.texts
    charts = tuple(chart for chart in charts if chart is not SILENT)
    if not charts:
        return
    heading, text = say(texts, f"section.{name}"), f"section.{name}_text"
    if "staff_flows" in report.subject.missing and f"{text}_borrowed" in texts.entries:
        text = f"{text}_borrowed"
    elif rest_on_others(report.figures, report.subject) and f"{text}_of_others" in texts.entries:
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
    subject, texts = report.subject, report.subject.texts
    has_staff = "staff" not in subject.missing
    base = "vintage.base" if has_staff else "vintage.base_without_staff"
    method_box(
        texts,
        base_year=subject.base_year,
        audience=report.figures.audience,
        seed=report.seed,
        draws=report.draws,
        assumptions=assumptions(report.figures, subject, has_official=report.has_official),
        borrowed=report.borrowed,
        vintage=[
            say(texts, base, year=subject.base_year),
            say(texts, "vintage.quarter", quarter=quarter_name(report.quarter, texts)),
            *report.sources,
        ],
        level=LEVEL,
        surplus=has_staff,
        people=not set(ABOUT_PEOPLE) <= set(subject.missing),
    )


def _of_sector(table: pl.DataFrame, sector: str) -> pl.DataFrame:
    """Keep the sector of the page; its own sum must not stand in for that of all sectors."""
    if sector == "all":
        return table
    of_population = pl.col("variable").is_in(POPULATION)
    return table.filter(of_population | (pl.col("sector") == sector))


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
