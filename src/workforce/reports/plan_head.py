"""What a plan comes to: what is missing, what is done about it, what it costs, what is left."""

from __future__ import annotations

from datetime import date as day

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import Subject, estimate, only, pick, whole
from workforce.reports.charts.mixes import cheapest_mixes
from workforce.reports.charts.words import said_of
from workforce.reports.mobilisation import measure_name
from workforce.reports.money import plan_money
from workforce.reports.plan_answer import largest_measures
from workforce.texts.catalogue import date, say

LEAST_SPARED = 0.5
"""Fewest recruits spared that are told of. [FTE]"""


def plan_head(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Answer what a plan does about the shortage, each with a label and a few sentences.

    Parameters
    ----------
    figures, subject
        Of the page.

    Returns
    -------
    list of (str, str)
        Label and answer, in the order they are read; none without measures.
    """
    plan, texts = figures.facts.plan, subject.texts
    before, after = (
        estimate(whole(figures, subject, "missing_fte", scenario=name), year=subject.horizon_year)
        for name in ("baseline", subject.scenario)
    )
    if not plan or subject.scenario == "baseline" or before is None or after is None:
        return []
    ends = said_of("before", before, texts) | said_of("after", after, texts)
    said = {
        "missing": say(texts, "plan_head.from_to", year=subject.horizon_year, **ends),
        "done": _done(figures, subject),
        "cost": _title(plan_money(figures, subject)),
        "left": _left(figures, subject),
    }
    return [(say(texts, f"plan_head.{name}"), text) for name, text in said.items() if text]


def _done(figures: Figures, subject: Subject) -> str:
    """Name the measures with most effect in KS's order, and whom they spare from being recruited.

    What each gives, costs and asks of its owner stands in `plan_answer`, right below.
    """
    texts, told = subject.texts, largest_measures(figures, subject)
    named = [measure_name(one, subject) for one in told]
    if more := len(figures.facts.plan) - len(named):
        named.append(say(texts, "plan_head.more", count=more))
    parts = pick(
        figures, subject, "measure_effect", sector=subject.sector, occupation="all",
        dimension="part", year=subject.horizon_year,
    )  # fmt: skip
    said = say(texts, "plan_head.measures", list="; ".join(named))
    spared = estimate(only(parts, "hiring"))
    if spared is None or spared.central < LEAST_SPARED:
        return said
    return f"{said} {say(texts, 'plan_head.hiring', **said_of('fte', spared, texts))}"


def _left(figures: Figures, subject: Subject) -> str:
    """Tell who has the nearest deadline, and what would close the gap where that was sought."""
    texts = subject.texts
    dated = [one for one in figures.facts.plan if one.deadline]
    parts = []
    if dated:
        one = min(dated, key=lambda each: str(each.deadline))
        owner = (one.owner or {}).get(texts.language) or say(texts, "mobilisation.nobody")
        parts.append(
            say(
                texts, "plan_head.next", measure=measure_name(one, subject), owner=owner,
                date=date(day.fromisoformat(str(one.deadline)), texts),
            )
        )  # fmt: skip
    return " ".join([*parts, _title(cheapest_mixes(figures, subject))]).strip()


def _title(chart: Chart) -> str:
    """Return the finding of a chart as a sentence; empty where it has no figures."""
    return "" if chart.table is None else f"{chart.title}."
