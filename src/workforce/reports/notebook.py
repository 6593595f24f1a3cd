"""What a notebook says: open a page on its figures, show its sections, close it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from workforce.contract.figures import Figures
from workforce.contract.page_parameters import PageParameters
from workforce.reports import charts, findings
from workforce.reports.answer import answer
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import Subject
from workforce.reports.discussion import (
    discussion_figures,
    show_assumptions,
    show_log,
    show_measures,
    show_questions,
)
from workforce.reports.evidence import grounds, show_evidence
from workforce.reports.mobilisation import mobilisation_figures, show_steps
from workforce.reports.page import KeyFigure
from workforce.reports.plan_head import plan_head
from workforce.reports.quality import quality_figures
from workforce.reports.report import Report, close_report, open_report, open_with, show_section

Drawn = Callable[[Figures, Subject], Chart | Sequence[Chart]]
"""A function of `charts`."""
HEADS: Mapping[
    str,
    tuple[
        Callable[[Figures, Subject], list[KeyFigure]],
        Callable[[Figures, Subject], Chart] | None,
    ],
] = {
    "overview": (findings.overview_figures, charts.population_bands),
    "ageing": (findings.ageing_figures, charts.population_bands),
    "labour_shortage": (findings.shortage_figures, charts.first_of_need),
    "competence_gap": (findings.competence_figures, charts.competence_gap),
    "forecast_quality": (quality_figures, charts.judged_population),
    "discussion": (discussion_figures, None),
    "mobilisation": (mobilisation_figures, charts.scenario_comparison),
}
"""Key figures of each kind of page, and the chart whose title a leader reads first."""
ANSWERS: Mapping[str, Callable[[Figures, Subject], list[tuple[str, str]]]] = {
    "overview": answer,
    "mobilisation": plan_head,
}
"""Pages that answer their reader's questions before anything else."""
WRITTEN: Mapping[str, Callable[[Report], None]] = {
    "discussion_assumed": show_assumptions,
    "discussion_measures": partial(show_measures, grounds=grounds),
    "discussion_questions": show_questions,
    "discussion_log": show_log,
    "mobilisation_steps": show_steps,
    "mobilisation_evidence": show_evidence,
}
"""Sections that are written rather than drawn."""
DISCUSSED = ("overview", "discussion")
"""Pages whose head says when the staffing situation was discussed."""


@dataclass(frozen=True)
class Page:
    """A page that is open."""

    report: Report

    def show(self, section: str, *drawn: Drawn, scenario: str = "") -> None:
        """Show a section; one whose charts have nothing to say is left out."""
        if not drawn:
            WRITTEN[section](self.report)
            return
        figures, subject = self.report.figures, self.report.subject
        if scenario:
            subject = replace(subject, scenario=scenario)
        found: list[Chart] = []
        for draw in drawn:
            made = draw(figures, subject)
            found += [made] if isinstance(made, Chart) else made
        show_section(self.report, section, *found)

    def close(self) -> None:
        """Show how the figures were made."""
        close_report(self.report)


def open_page(
    figures: Figures,
    asked: PageParameters | None = None,
    *,
    sector: str = "all",
    language: str = "nb",
) -> Page:
    """Open a page on its figures, and show its head.

    Parameters
    ----------
    figures
        From `workforce.figures`.
    asked
        What the page is asked for: its sector and language, the run that knows what was discussed,
        and the file for its rows.
    sector, language
        Where nothing is asked: code, or "all"; ``nb``, ``nn`` or ``en``.

    Returns
    -------
    Page
        Its functions ``show`` and ``close`` do the rest.
    """
    if asked is None:
        report = open_report(figures, sector=sector, language=language)
    else:
        told = {name: getattr(asked, name) for name in ("sector", "language", "run", "results")}
        report = open_report(figures, **told)
    page = figures.facts.page
    open_with(report, *HEADS[page], answers=ANSWERS.get(page), discussed=page in DISCUSSED)
    return Page(report)
