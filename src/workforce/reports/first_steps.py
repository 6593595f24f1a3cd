"""What to do first: the measures of the scenario, or the steps that the figures point to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.beside import compared
from workforce.reports.charts.competence import largest_gap
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    occupation_gaps,
    of_page,
    pick,
    shown,
    whole,
)
from workforce.reports.charts.recruitment import mean_flows
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    decimals_told,
    each_year,
    in_sentence,
    name_of,
    said_of,
    sector_name,
)
from workforce.reports.lacking import lacking_services, most_over, page_figure
from workforce.reports.mobilisation import measure_name
from workforce.texts.catalogue import date, join_list, number, percent, say

LEAST_FTE = 0.5
"""Smallest figure that a step is told with. [FTE]"""
MOST_MEASURES = 4
MOST_POSITION = 0.9
"""Largest average position that is told to grow by five points of a full one."""
PLAN_YEARS = 4
"""Years of a municipality's financial plan."""
OF_STAFF = ("mean_position", "absence_rate")
"""Steps on those who work already; another is the cause of which fewer leave."""
Step = tuple[str, str, str, float]
"""What to do, what belongs to it, who may own it, and the FTE that it is printed to give."""


def first_steps(figures: Figures, subject: Subject) -> str:
    """Tell the measures that are planned, or steps in KS's order, each with who may own it.

    A step is told where the figures support it: in the services that lack most, with what it gives
    of what is missing.
    """
    texts, plan = subject.texts, figures.facts.measures.get(subject.scenario, ())
    near = [say(texts, "first.neighbours")] if texts.small_place else []
    if plan:
        return "\n".join([*near, _planned(plan, subject), _with_plan(figures, subject)]).strip()
    # Nobody is asked to stay where there are more than needed.
    services = [code for code, _ in lacking_services(figures, subject, on_balance=True)]
    missing = page_figure(figures, subject, "missing_fte", subject.horizon_year)
    first = say(texts, "first.begin_neighbours")
    every: list[Step] = [(one, first, _owner(figures, subject, "all"), 0.0) for one in near]
    every += [*_keep(figures, subject, services, missing),
              *_work_more(figures, subject, services, missing)]  # fmt: skip
    every += [*_develop(figures, subject), *_recruit(figures, subject, missing, every),
              *_move(figures, subject)]  # fmt: skip
    if not every:
        return ""
    lines: list[str] = []
    for at, (step, then, who, _) in enumerate(every, 1):
        more = f"{then} {say(texts, 'first.owner_is', who=who)}".strip()
        # The first is the answer, and what belongs to it a line below.
        lines += [say(texts, "first.step", at=at, step=step), more] if at == 1 else [
            f"{say(texts, 'first.step', at=at, step=step)} {more}"
        ]  # fmt: skip
    year, late = int(figures.facts.quarter[:4]), figures.facts.quarter.endswith("Q4")
    plan_years = {"year": year + late, "next": year + late + 1, "last": year + late + PLAN_YEARS}
    start = say(texts, f"first.start{'_late' if late else ''}", **plan_years)
    return "\n".join([*lines, f"{start} {say(texts, 'first.money')}"])


def _effects(figures: Figures, subject: Subject, services: Sequence[str]) -> pl.DataFrame:
    """Pick what each step gives in each of some services at the horizon."""
    rows = pick(figures, subject, "step_effect", occupation="all", dimension="step",
                year=subject.horizon_year)  # fmt: skip
    return shown(rows).filter(pl.col("sector").is_in(services))


def _fte(value: float, missing: Estimate, subject: Subject) -> tuple[str, float]:
    """Write what a step gives as what is missing is written, and as it is printed."""
    places = decimals_told(missing.central, subject.texts)
    return number(value, subject.texts, decimals=places), round(value, places)


def _keep(
    figures: Figures, subject: Subject, services: Sequence[str], missing: Estimate | None
) -> list[Step]:
    """Tell what it gives where those who leave for the largest cause become a tenth fewer."""
    texts = subject.texts
    rows = _effects(figures, subject, services).filter(~pl.col("category").is_in(OF_STAFF))
    rows = rows.filter(pl.col("central") > 0)
    services = [code for code in services if code in set(rows["sector"])]
    gives = float(rows["central"].sum())
    if missing is None or gives < LEAST_FTE:
        return []
    where = [say(texts, "answer.within", name=_service(code, subject)) for code in services]
    owners = [_owner(figures, subject, code) for code in (*services, "hr")]
    (fte, printed), of = _fte(gives, missing, subject), _fte(missing.central, missing, subject)[0]
    begin = "talking" if rows["category"][0] == "retired" else "asking"
    told = say(
        texts, "first.keep", where=join_list(where, texts), fte=fte, missing=of,
        cause=say(texts, f"first.cause_{rows['category'][0]}"), year=subject.horizon_year,
    )  # fmt: skip
    return [
        (
            told,
            say(texts, f"first.begin_{begin}"),
            join_list(list(dict.fromkeys(owners)), texts),
            printed,
        )
    ]


def _work_more(
    figures: Figures, subject: Subject, services: Sequence[str], missing: Estimate | None
) -> list[Step]:
    """Tell what larger positions give, or less absence, in the service where it gives most."""
    rows = _effects(figures, subject, services).filter(pl.col("category").is_in(OF_STAFF))
    beside = figures.table.filter(dimension="benchmark", scenario=subject.scenario)
    now_of = {code: compared(beside, subject, code) for code in services}
    # Where nearly all work full time, and where nobody knows, none is asked to work more.
    part_time = {
        code
        for code in services
        if now_of[code].get(("mean_position", subject.region), 1.0) <= MOST_POSITION
    }
    able = (pl.col("category") != "mean_position") | pl.col("sector").is_in(part_time)
    rows = rows.filter(able).sort("central").tail(1)
    if missing is None or rows.is_empty() or rows["central"][0] < LEAST_FTE:
        return []
    code, what = rows["sector"][0], rows["category"][0]
    fte, printed = _fte(rows["central"][0], missing, subject)
    own = now_of[code].get((what, subject.region))
    now = "" if own is None else " " + say(
        subject.texts, f"first.now_{what}", share=percent(own, subject.texts, decimals=1),
        last=subject.base_year - 1,
    )  # fmt: skip
    told = say(subject.texts, f"first.{what}", sector=_service(code, subject), fte=fte, now=now,
               missing=_fte(missing.central, missing, subject)[0])  # fmt: skip
    return [(told, "", _owner(figures, subject, code), printed)]


def _service(code: str, subject: Subject) -> str:
    return in_sentence(sector_name(subject, code))


def _owner(figures: Figures, subject: Subject, where: str) -> str:
    """Name who may own a step in a service, in ``all`` or in ``hr``; of a county, those of each.

    A small place has one leader for all of them.
    """
    if subject.texts.small_place:
        return say(subject.texts, "first.owner_all")
    each = "" if figures.table.filter(dimension="member").is_empty() else "_each"
    if where in ("all", "hr"):
        return say(subject.texts, f"first.owner_{where}{each}")
    return say(subject.texts, f"first.owner{each}", sector=_service(where, subject))


def _develop(figures: Figures, subject: Subject) -> list[Step]:
    """Name the competence most missing, and the owner of the service that misses most of it."""
    gap = largest_gap(figures, subject)
    if gap is None or gap[1].central < LEAST_FTE or (gap[1].agree or 0.0) < LIKELY:
        return []
    rows = pick(figures, subject, "competence_missing", dimension="competence",
                year=subject.horizon_year)  # fmt: skip
    by_sector = shown(of_page(rows, subject)).filter(category=gap[0]).sort("central")
    alone = by_sector.filter(pl.col("sector") != "all")["sector"].tail(1).to_list()
    name = in_sentence(name_of(subject, "competence", gap[0]))
    said = said_of("fte", gap[1], subject.texts)
    told = say(subject.texts, "first.develop", name=name, year=subject.horizon_year, **said)
    return [(told, "", _owner(figures, subject, alone[0] if alone else "all"), 0.0)]


def _recruit(
    figures: Figures, subject: Subject, missing: Estimate | None, before: Sequence[Step]
) -> list[Step]:
    """Tell what is still missing after the steps before, or where nothing is, who is recruited."""
    texts, year = subject.texts, subject.horizon_year
    who = _owner(figures, subject, "hr")
    given = sum(fte for *_, fte in before)
    printed = 0.0 if missing is None else _fte(missing.central, missing, subject)[1] - given
    if missing is None or printed < LEAST_FTE:
        flows = mean_flows(figures, subject)
        need = flows["need"].central if flows else 0.0
        if need < LEAST_FTE:
            return []
        fte = number(need, texts, decimals=decimals_told(need, texts))
        return [(say(texts, "first.replace", year=year, fte=fte), "", who, 0.0)]
    key = "first.recruit_rest" if given else "first.recruit"
    key += "_near" if given and texts.small_place else ""
    years = year - subject.base_year
    steps = [str(at) for at, (*_, fte) in enumerate(before, 1) if fte]
    each, yearly, flows = printed / years, "", mean_flows(figures, subject)
    if not texts.small_place and years > 1 and round(each, 1) and "cover" in flows:
        places = decimals_told(flows["need"].central, texts)  # as its figure has
        # Some of those who come leave again, as on the card.
        each *= years * (flows["cover"].central - flows["inflow"].central) / missing.central
        more = round(flows["inflow"].central, places) + round(each, places)
        alone, in_all = (number(fte, texts, decimals=places)
                         for fte in (flows["cover"].central, more))  # fmt: skip
        yearly = " " + say(
            texts, f"first.yearly{'' if given and alone != in_all else '_alone'}",
            fte=each_year(each, texts), in_all=in_all, alone=alone,
            count=len(steps), steps=join_list(steps, texts),
        )  # fmt: skip
    left, gives, of = (_fte(fte, missing, subject)[0] for fte in (printed, given, missing.central))
    told = say(texts, key, year=year, fte=left, yearly=yearly, gives=gives,
               missing=of, count=len(steps), steps=join_list(steps, texts))  # fmt: skip
    return [(told, "", who, 0.0)]


def _move(figures: Figures, subject: Subject) -> list[Step]:
    """Name the occupation that is sure to have more than needed."""
    texts, over = subject.texts, most_over(figures, subject, SURE)
    if over is None:
        return []
    name = in_sentence(name_of(subject, "occupation", over[0]))
    said = said_of("fte", over[1], texts)
    gaps = occupation_gaps(figures, subject, subject.sector, year=subject.base_year)
    lacks = float(shown(gaps.filter(occupation=over[0]))["central"].sum())
    now = number(lacks, texts, decimals=decimals_told(lacks, texts))
    key = "first.move_lacks" if lacks >= LEAST_FTE else "first.move_now"
    told = say(texts, "first.move", name=name, year=subject.horizon_year,
               since=_since_over(figures, subject, over[0]),
               now=say(texts, key, base=subject.base_year, fte=now), **said)  # fmt: skip
    return [(told, "", _owner(figures, subject, "all"), 0.0)]


def _since_over(figures: Figures, subject: Subject, code: str) -> int:
    """Give the year from which an occupation is sure to have more than needed, to the horizon."""
    since = subject.horizon_year
    for year in range(subject.horizon_year - 1, subject.base_year, -1):
        gaps = occupation_gaps(figures, subject, subject.sector, year=year)
        sure = (pl.col("central") <= -LEAST_FTE) & (pl.col("agree") >= SURE)
        if gaps.filter(sure, pl.col("occupation") == code).is_empty():
            break
        since = year
    return since


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
    return "\n".join([say(texts, "first.planned"), f"{'; '.join(told)}."])


def _with_plan(figures: Figures, subject: Subject) -> str:
    """Tell what is missing with the measures and without them, which is what they give."""
    with_plan, without = (
        estimate(whole(figures, subject, "missing_fte", scenario=name), year=subject.horizon_year)
        for name in (subject.scenario, "baseline")
    )
    if with_plan is None or without is None:
        return ""
    places = decimals_told(max(with_plan.central, without.central), subject.texts)
    fte, base = (
        number(one.central, subject.texts, decimals=places) for one in (with_plan, without)
    )
    return say(subject.texts, "first.with_plan", fte=fte, base=base, year=subject.horizon_year)
