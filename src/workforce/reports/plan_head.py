"""What a plan comes to: what is missing, what is done about it, what it costs, what is next."""

from __future__ import annotations

from datetime import date as day

from workforce.contract.figures import Figures
from workforce.reports.charts.figures import Estimate, Subject, estimate, whole
from workforce.reports.charts.waterfall import measure_steps
from workforce.reports.charts.words import HARDLY_FTE, plain, said_of
from workforce.reports.mobilisation import measure_name
from workforce.reports.money import price_told
from workforce.reports.plan_answer import lessened, next_step
from workforce.texts.catalogue import date, say

LEAST_LOST = 1.0
"""Fewest FTE by which what a plan gives and what it lessens differ to be told of. [FTE]"""


def plan_head(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Answer what a plan does about the shortage, each with a label and a few sentences.

    The measures themselves stand in `plan_answer`, right below.
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
        "done": _done(figures, subject, lessened(before, after, subject)),
        "cost": price_told(figures, subject),
        "left": f"{next_step(figures, subject, after)}\n{_deadline(figures, subject)}".strip(),
    }
    return [(say(texts, f"plan_head.{name}"), text) for name, text in said.items() if text]


def _done(figures: Figures, subject: Subject, fewer: float) -> str:
    """Say what the measures are expected to give, and by how much less is missing."""
    texts, plan = subject.texts, figures.facts.plan
    steps, _ = measure_steps(figures, subject)
    given = -sum(steps[one.name].central for one in plan if one.name in steps)
    head, told = say(texts, "plan_head.measures", count=len(plan)), []
    if given < HARDLY_FTE:
        return head
    head += " " + say(texts, "plan_head.gives", fte=_fte(given, subject), count=len(plan))
    if abs(round(given) - round(fewer)) >= LEAST_LOST:
        falls = say(texts, "plan_head.falls", fte=_fte(fewer, subject))
        told.append(f"{falls} {say(texts, 'plan_head.rest')}" if given > fewer else falls)
    return "\n".join([head, *told])


def _fte(value: float, subject: Subject) -> str:
    return plain(Estimate(value, value, value, 0.0), subject.texts)


def _deadline(figures: Figures, subject: Subject) -> str:
    """Tell who has the nearest deadline."""
    texts = subject.texts
    dated = [one for one in figures.facts.plan if one.deadline]
    if not dated:
        return ""
    one = min(dated, key=lambda each: str(each.deadline))
    owner = (one.owner or {}).get(texts.language) or say(texts, "mobilisation.nobody")
    return say(
        texts, "plan_head.next", measure=measure_name(one, subject), owner=owner,
        date=date(day.fromisoformat(str(one.deadline)), texts),
    )  # fmt: skip
