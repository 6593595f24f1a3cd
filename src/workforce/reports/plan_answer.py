"""The answer that a plan gives: its largest measures, and the next step."""

from __future__ import annotations

from datetime import date as day

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    only,
    pick,
    whole,
)
from workforce.reports.charts.words import (
    HARDLY_FTE,
    NOTHING,
    decimals_for,
    least_told,
    said_of,
    stamp,
)
from workforce.reports.evidence import is_founded
from workforce.reports.mobilisation import measure_name
from workforce.reports.money import prices_told
from workforce.texts.catalogue import date, join_list, number, say

MOST_TOLD = 5


@chart("plan_answer")
def plan_answer(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the measures that give most, with owner, effect and money, and what comes next.

    Parameters
    ----------
    figures
        Protected figures, whose facts have the measures.
    subject
        The page.
    """
    texts, plan = subject.texts, figures.facts.plan
    left = estimate(whole(figures, subject, "missing_fte"), year=subject.horizon_year)
    if not plan or "staff" in subject.missing or left is None:
        return SILENT
    told = largest_measures(figures, subject)
    given = {one.name: _given(figures, subject, one) for one in told}
    prices, language = prices_told(figures, subject), texts.language
    table = {
        "mobilisation.measure": [measure_name(one, subject) for one in told],
        "mobilisation.owner": [
            (one.owner or {}).get(language) or say(texts, "mobilisation.nobody") for one in told
        ],
        "mobilisation.deadline": [
            date(day.fromisoformat(one.deadline), texts) if one.deadline else NOTHING
            for one in told
        ],
        "gives": [_written(given[one.name], subject) for one in told],
    }
    if prices:
        table["price"] = [
            f"{prices[one.name]}{stamp(figures.facts.cost_sources.get(one.name), texts)}"
            if one.name in prices
            else say(texts, "money.untold")
            for one in told
        ]
    others = len(plan) - len(told)
    return Told(
        table=table,
        said={"others": str(others)},
        notes=("others",) if others else (),
        prose=True,
    )


def largest_measures(figures: Figures, subject: Subject) -> list[Measure]:
    """Give the five measures with most effect at the horizon, in KS's order."""
    plan = figures.facts.plan
    given = {one.name: _given(figures, subject, one) for one in plan}
    most = sorted(plan, key=lambda one: -_central(given[one.name]))[:MOST_TOLD]
    return [one for one in plan if one in most]


def _given(figures: Figures, subject: Subject, one: Measure) -> Estimate | None:
    rows = pick(
        figures, subject, "measure_effect", sector=subject.sector, occupation="all",
        dimension="part", year=subject.horizon_year,
    )  # fmt: skip
    value = estimate(only(rows, one.name))
    return None if value is None else value.scaled(-1.0)


def _central(value: Estimate | None) -> float:
    return 0.0 if value is None else value.central


def _written(value: Estimate | None, subject: Subject) -> str:
    if value is None:
        return NOTHING
    texts = subject.texts
    if max(abs(value.lower), abs(value.upper), abs(value.central)) < HARDLY_FTE:
        return say(texts, "plan_answer.hardly")
    decimals = decimals_for(value.central, texts)
    ends = {
        name: number(amount, texts, decimals=decimals)
        for name, amount in (("fte", value.central), ("low", value.lower), ("high", value.upper))
    }
    return say(texts, "plan_answer.between" if value.is_uncertain else "plan_answer.alone", **ends)


def next_step(figures: Figures, subject: Subject, left: Estimate) -> str:
    """Say what to do first: name owners, find what sizes rest on, do more, or carry it out.

    Parameters
    ----------
    figures, subject
        Of a page with measures.
    left
        What is missing with them.
    """
    texts, plan = subject.texts, figures.facts.plan
    for key, lacking in (
        ("no_owner", [one for one in plan if not one.owner]),
        ("no_source", [one for one in plan if not is_founded(one)]),
    ):
        if lacking:
            called = [
                say(texts, "plan_answer.quoted", name=measure_name(one, subject)) for one in lacking
            ]
            return say(texts, f"plan_answer.{key}", names=join_list(called, texts))
    if left.central >= least_told(texts):
        return say(texts, "plan_answer.not_enough", **said_of("left", left, texts))
    return say(texts, "plan_answer.carry_out")
