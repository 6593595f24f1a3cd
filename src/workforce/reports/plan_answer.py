"""The answer that a plan gives: its largest measures, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as day

from workforce.contract.about import is_invented
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    whole,
)
from workforce.reports.charts.prices import HIRING
from workforce.reports.charts.waterfall import measure_steps
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
from workforce.reports.money import price_written, prices_told
from workforce.texts.catalogue import date, join_list, number, say

LEAST_TOLD = 0.05
"""Less is written as 0.0. [FTE]"""
MOST_TOLD = 5
"""Measures that are told one by one; a sixth alone is told too, as a line of its own is no less."""


@chart("plan_answer")
def plan_answer(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the measures, those that give most one by one, with owner, effect and money."""
    texts, plan = subject.texts, figures.facts.plan
    left, before = (
        estimate(whole(figures, subject, "missing_fte", scenario=name), year=subject.horizon_year)
        for name in (subject.scenario, "baseline")
    )
    if not plan or "staff" in subject.missing or left is None:
        return SILENT
    told = largest_measures(figures, subject)
    names = [one.name for one in told]
    smaller = [one for one in plan if one not in told]
    others = [one.name for one in smaller]
    (given, places), prices = _given(figures, subject), prices_told(figures, subject)
    printed = {name: one.central for name, one in given.items()}
    gives = [_written(given.get(name), printed.get(name, 0.0), places, subject) for name in names]
    language = texts.language
    table = {
        "mobilisation.measure": [measure_name(one, subject) for one in told],
        "mobilisation.owner": [
            (one.owner or {}).get(language) or say(texts, "mobilisation.nobody") for one in told
        ],
        "mobilisation.deadline": [
            date(day.fromisoformat(one.deadline), texts) if one.deadline else NOTHING
            for one in told
        ],
        "gives": gives,
    }
    costs = [_cost([one.name], prices, figures, subject) for one in told]
    # The lines that make both columns add up as printed, and what they add up to.
    for label, some in (
        (join_list([measure_name(one, subject) for one in smaller], texts), others),
        (say(texts, "measures_effect.part_hiring"), [HIRING]),
        (say(texts, "money.total"), [*names, *others, HIRING]),
    ):
        known = [name for name in some if name in printed or name in prices]
        if not known or known == names:
            continue
        table["mobilisation.measure"].append(label)
        table["gives"].append(
            number(sum(printed.get(name, 0.0) for name in some), texts, decimals=places)
        )
        costs.append(_cost(some, prices, figures, subject))
    net = sum(printed.get(name, 0.0) for name in [*names, *others, HIRING])
    fewer = 0.0 if before is None else lessened(before, left, subject)
    if before is not None and abs(round(net, places) - round(fewer, places)) >= LEAST_TOLD:
        apart = "elsewhere" if net > fewer else "spared"
        for label, fte in ((apart, fewer - net), ("fewer", fewer)):
            table["mobilisation.measure"].append(say(texts, f"plan_answer.{label}"))
            table["gives"].append(number(fte, texts, decimals=places))
            costs.append(NOTHING)
    for column in ("mobilisation.owner", "mobilisation.deadline"):
        table[column] += [NOTHING] * (len(gives) - len(told))
    if prices:
        table["price"] = costs
    return Told(table=table, title="title" if smaller else "title_all", prose=True)


def _cost(
    names: Sequence[str], prices: Mapping[str, float], figures: Figures, subject: Subject
) -> str:
    """Write the price of measures together, stamped where one is made up for an example."""
    priced = [name for name in names if name in prices]
    if not priced:
        return say(subject.texts, "money.untold")
    sources = (figures.facts.cost_sources.get(name, "") for name in priced)
    written = price_written(sum(prices[name] for name in priced), figures, subject)
    return f"{written}{stamp(next(filter(is_invented, sources), ''), subject.texts)}"


def lessened(before: Estimate, after: Estimate, subject: Subject) -> float:
    """Give by how many FTE less is missing with a plan, as the two are printed."""
    printed = [round(one.central, decimals_for(one.central, subject.texts))
               for one in (before, after)]  # fmt: skip
    return printed[0] - printed[1]


def largest_measures(figures: Figures, subject: Subject) -> list[Measure]:
    """Give the five measures with most effect at the horizon, in KS's order."""
    plan = figures.facts.plan
    given = _given(figures, subject)[0]
    most = sorted(plan, key=lambda one: -given[one.name].central if one.name in given else 0.0)
    told = most if len(most) == MOST_TOLD + 1 else most[:MOST_TOLD]
    return [one for one in plan if one in told]


def _given(figures: Figures, subject: Subject) -> tuple[dict[str, Estimate], int]:
    """FTE that each measure gives, and those who need not be recruited take away again."""
    steps, places = measure_steps(figures, subject)
    return {name: one.scaled(-1.0) for name, one in steps.items()}, places


def _written(value: Estimate | None, printed: float, decimals: int, subject: Subject) -> str:
    if value is None:
        return NOTHING
    texts = subject.texts
    if (
        printed < HARDLY_FTE
        and max(abs(value.lower), abs(value.upper), abs(value.central)) < HARDLY_FTE
    ):
        return say(texts, "plan_answer.hardly")
    ends = {
        name: number(amount, texts, decimals=decimals)
        for name, amount in (("fte", printed), ("low", value.lower), ("high", value.upper))
    }
    return say(texts, "plan_answer.between" if value.is_uncertain else "plan_answer.alone", **ends)


def next_step(figures: Figures, subject: Subject, left: Estimate) -> str:
    """Say what to do first: name owners, find what sizes rest on, do more, or carry it out."""
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
