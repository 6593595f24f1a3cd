"""What to do first: the measures of the scenario, or the steps that the figures point to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.beside import LEAST_POINTS, compared
from workforce.reports.charts.competence import largest_gap
from workforce.reports.charts.figures import Subject, estimate, of_page, pick, shown, whole
from workforce.reports.charts.recruitment import need_in_halves
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    decimals_for,
    in_sentence,
    name_of,
    said_of,
    sector_name,
)
from workforce.reports.findings import most_lacking, most_over, occupations, page_figure
from workforce.reports.mobilisation import measure_name
from workforce.texts.catalogue import date, join_list, number, percent, say

LEAST_FTE = 0.5
"""Smallest figure that a step is told with. [FTE]"""
MOST_MEASURES = 4
TENTH, POINT = 0.1, 0.01
"""What a step is sized by: one in ten of those who leave, one percentage point."""


def first_steps(figures: Figures, subject: Subject) -> str:
    """Tell the measures that are planned, or steps in KS's order, each with who may own it.

    A step is told where the figures support it: in the service that lacks most, by its largest
    cause of leaving and by how it differs from the places beside it.
    """
    texts, plan = subject.texts, figures.facts.measures.get(subject.scenario, ())
    near = [say(texts, "first.neighbours")] if texts.small_place else []
    if plan:
        return "\n".join([*near, _planned(plan, subject), _with_plan(figures, subject)]).strip()
    where, lacks = most_lacking(figures, subject, on_balance=True)
    stay = lacks is not None  # Nobody is asked to stay where there are more than needed.
    service = in_sentence(sector_name(subject, where))
    owner = _owner(where, subject)
    hr = say(texts, "first.owner_hr")
    steps = [
        *((one, say(texts, "first.owner_all")) for one in near),
        (_keep(figures, subject, where, service) if stay else "", join_list([owner, hr], texts)),
        (_work_more(figures, subject, where, service) if stay else "", owner),
        _develop(figures, subject),
        (_recruit(figures, subject), hr),
        (_move(figures, subject), say(texts, "first.owner_all")),
    ]
    told = [(step, who) for step, who in steps if step]
    if not told:
        return ""
    lines = [say(texts, "first.step", at=at, step=step, who=who)
             for at, (step, who) in enumerate(told, 1)]  # fmt: skip
    when = say(texts, "first.when", year=_budget_year(figures))
    return "\n".join([when, *lines, say(texts, "first.money")])


def _keep(figures: Figures, subject: Subject, where: str, service: str) -> str:
    """Tell how many must be replaced in the service, the largest cause, and what a tenth gives."""
    texts, year = subject.texts, subject.horizon_year - 1
    here = {"sector": where, "occupation": "all", "year": year}
    every = estimate(pick(figures, subject, "replacement_fte", **here))  # type: ignore[arg-type]
    causes = shown(pick(figures, subject, "replacement_by_cause", dimension="cause", **here))  # type: ignore[arg-type]
    most = causes.sort("central").tail(1)
    cause = estimate(most)
    if every is None or cause is None or every.central < LEAST_FTE:
        return ""
    fewer = TENTH * cause.central
    parts = [
        say(
            texts, "first.keep", sector=service, year=year,
            cause=say(texts, f"first.cause_{most['category'][0]}"),
            every=number(every.central, texts, decimals=decimals_for(every.central, texts)),
            **said_of("fte", cause, texts),
        )
    ]  # fmt: skip
    if fewer >= LEAST_FTE:
        size = number(fewer, texts, decimals=decimals_for(fewer, texts))
        parts.append(say(texts, "first.keep_tenth", fte=size))
    return " ".join(parts)


def _work_more(figures: Figures, subject: Subject, where: str, service: str) -> str:
    """Tell what a point of larger positions gives, or of less absence where that lags behind."""
    texts, region = subject.texts, subject.region
    rows = figures.table.filter(dimension="benchmark", scenario=subject.scenario)
    found = compared(rows, subject, where)
    beside = [one for one in rows["region"].unique(maintain_order=True) if one != region]
    heads = estimate(
        pick(figures, subject, "headcount", sector=where, occupation="all", year=subject.base_year)
    )
    behind = {
        what: side * (found[what, beside[0]] - found[what, region])
        for what, side in (("mean_position", 1.0), ("absence_rate", -1.0))
        if beside and (what, beside[0]) in found and (what, region) in found
    }
    if not behind or heads is None or POINT * heads.central < LEAST_FTE:
        return ""
    what = max(behind, key=lambda one: behind[one])
    if behind[what] < LEAST_POINTS:
        what = next(iter(behind))
    own, other = (percent(found[what, code], texts, decimals=1) for code in (region, beside[0]))
    place, lag = name_of(subject, "region", beside[0]), behind[what]
    how = "apart" if lag >= LEAST_POINTS else "alike" if lag > -LEAST_POINTS else "ahead"
    size = heads.central * (1.0 if what == "mean_position" else
                            found.get(("mean_position", region), 1.0))  # fmt: skip
    gain = "gain_reach" if how == "apart" and lag * size >= LEAST_FTE else "gain_point"
    fte = size * (lag if gain == "gain_reach" else POINT)
    told = number(fte, texts, decimals=decimals_for(fte, texts))
    return say(
        texts, f"first.{what}", sector=service, own=own,
        beside=say(texts, f"first.{how}", other=other, place=place),
        gain=say(texts, f"first.{gain}", fte=told),
    )  # fmt: skip


def _owner(where: str, subject: Subject) -> str:
    service = in_sentence(sector_name(subject, where))
    key = "first.owner_all" if where == "all" else "first.owner"
    return say(subject.texts, key, sector=service)


def _develop(figures: Figures, subject: Subject) -> tuple[str, str]:
    """Name the competence most missing, and the owner of the service that misses most of it."""
    gap = largest_gap(figures, subject)
    if gap is None or gap[1].central < LEAST_FTE or (gap[1].agree or 0.0) < LIKELY:
        return "", ""
    rows = pick(figures, subject, "competence_missing", dimension="competence",
                year=subject.horizon_year)  # fmt: skip
    by_sector = shown(of_page(rows, subject)).filter(category=gap[0]).sort("central")
    alone = by_sector.filter(pl.col("sector") != "all")["sector"].tail(1).to_list()
    name = in_sentence(name_of(subject, "competence", gap[0]))
    said = said_of("fte", gap[1], subject.texts)
    told = say(subject.texts, "first.develop", name=name, year=subject.horizon_year, **said)
    return told, _owner(alone[0] if alone else "all", subject)


def _recruit(figures: Figures, subject: Subject) -> str:
    """Tell whom to recruit in a year, and of them the occupation that lacks most."""
    texts, year = subject.texts, subject.horizon_year - 1
    need = page_figure(figures, subject, "recruitment_need", year)
    if need is None or need.central < LEAST_FTE:
        return ""
    halves = need_in_halves(figures, subject, year)
    parts = {name: number(one, texts, decimals=decimals_for(need.central, texts))
             for name, one in (halves[1] if halves else {}).items()}  # fmt: skip
    grows = halves is not None and min(halves[1].values()) >= LEAST_FTE
    said = say(texts, "first.recruit", year=year, **said_of("fte", need, texts),
               halves=say(texts, "first.halves", **parts) if grows else "")  # fmt: skip
    top = next(iter(occupations(figures, subject)), None)
    one = top and estimate(pick(figures, subject, "recruitment_need", sector=subject.sector,
                                occupation=top[0], year=year))  # fmt: skip
    if not top or not one or min(top[1].central, one.central) < LEAST_FTE:
        return said
    fte = number(one.central, texts, decimals=decimals_for(need.central, texts))
    name = in_sentence(name_of(subject, "occupation", top[0]))
    return f"{said} {say(texts, 'first.recruit_most', name=name, fte=fte)}"


def _move(figures: Figures, subject: Subject) -> str:
    """Name the occupation that is sure to have more than needed."""
    over = most_over(figures, subject, SURE)
    if over is None:
        return ""
    name = in_sentence(name_of(subject, "occupation", over[0]))
    said = said_of("fte", over[1], subject.texts)
    return say(subject.texts, "first.move", name=name, year=subject.horizon_year, **said)


def _budget_year(figures: Figures) -> int:
    """Return the year whose December adopts the next plan: the last quarter is too late for it."""
    quarter = figures.facts.quarter
    return int(quarter[:4]) + quarter.endswith("Q4")


def _planned(plan: Sequence[Measure], subject: Subject) -> str:
    """Name the first measures of the page's scenario, with owner and deadline."""
    texts, told = subject.texts, []
    for one in plan[:MOST_MEASURES]:
        owner = (one.owner or {}).get(texts.language) or say(texts, "mobilisation.nobody")
        when = date(day.fromisoformat(one.deadline), texts) if one.deadline else ""
        key = "first.measure_by" if when else "first.measure"
        told.append(say(texts, key, name=measure_name(one, subject), owner=owner, date=when))
    if more := len(plan) - len(told):
        told.append(say(texts, "first.more_measures", count=more))
    return say(texts, "first.planned", list="; ".join(told))


def _with_plan(figures: Figures, subject: Subject) -> str:
    """Tell what is missing with the measures and without them, which is what they give."""
    with_plan, without = (
        estimate(whole(figures, subject, "missing_fte", scenario=name), year=subject.horizon_year)
        for name in (subject.scenario, "baseline")
    )
    if with_plan is None or without is None:
        return ""
    places = decimals_for(max(with_plan.central, without.central), subject.texts)
    fte, base = (
        number(one.central, subject.texts, decimals=places) for one in (with_plan, without)
    )
    return say(subject.texts, "first.with_plan", fte=fte, base=base, year=subject.horizon_year)
