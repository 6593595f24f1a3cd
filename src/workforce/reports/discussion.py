"""The basis for discussion: assumptions, what each measure would mean for whom, and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.levers import lever_terms
from workforce.contract.measures import Measure
from workforce.reports.charts.chart import Chart, show
from workforce.reports.charts.figures import Subject, estimate, pick, whole
from workforce.reports.charts.flow import measure_flow
from workforce.reports.charts.prices import HIRING
from workforce.reports.charts.shortage import scenario_name
from workforce.reports.charts.waterfall import measure_steps
from workforce.reports.charts.words import HARDLY_FTE, decimals_told, name_of
from workforce.reports.discussion_log import Remark, remarks_of
from workforce.reports.page import KeyFigure, described, listing, note, section
from workforce.reports.report import Report
from workforce.texts.catalogue import Texts, date, join_list, number, percent, say

Grounds = Callable[[Figures, Subject, Measure], list[tuple[str, str]]]
ASSUMED = ("population", "need", "exits", "recruits", "hours", "law", "budget")
QUESTIONS = ("assumptions", "early", "load", "competence", "voluntary", "other")
OLDER_GROUPS = ("55_61", "62_plus")
FEW = 10
LEAST_SHARED = 20
"""Fewest persons of whom a percentage is told."""
OTHER = "other"


def discussion_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return rounded key figures: staff today, those of 55 and over, and the gap to come."""
    texts, year = subject.texts, subject.base_year
    found = []
    for key, count in (
        ("staff_now", _persons(figures, subject, [], [])),
        ("staff_older", _older(figures, subject, [])),
    ):
        if count is not None and count >= FEW:
            value = say(texts, "discussion.about", count=_about(count, texts))
            found.append(KeyFigure(say(texts, f"discussion.{key}", year=year), value))
    unchanged = whole(figures, subject, "missing_fte", scenario="baseline")
    gap = estimate(unchanged, year=subject.horizon_year)
    if gap is not None:
        count_text = number(gap.central, texts, decimals=decimals_told(gap.central, texts))
        found.append(
            KeyFigure(
                say(texts, "discussion.gap", year=subject.horizon_year),
                say(texts, "discussion.fte", count=count_text),
                note=say(texts, "discussion.gap_note"),
            )
        )
    return found


def show_assumptions(report: Report) -> None:
    """Show what the page is for, and what its figures assume, in plain words."""
    texts = report.subject.texts
    section(say(texts, "section.discussion_why"), say(texts, "section.discussion_why_text"))
    section(say(texts, "section.discussion_assumed"), say(texts, "section.discussion_assumed_text"))
    listing([say(texts, f"discussion.assumed.{name}") for name in ASSUMED])


def show_measures(report: Report, *, grounds: Grounds | None = None) -> None:
    """Show, for each scenario, what its measures would mean for whom."""
    texts, measures = report.subject.texts, report.figures.facts.measures
    if "staff" in report.subject.missing:
        section(say(texts, "section.discussion_measures"))
        note(say(texts, "report.no_staff"), label=say(texts, "page.left_out"))
        return
    section(
        say(texts, "section.discussion_measures"), say(texts, "section.discussion_measures_text")
    )
    if not measures:
        note(say(texts, "discussion.no_measures"))
    for scenario, steps in measures.items():
        count = len(steps)
        effect = (
            say(texts, "discussion.effect", measures=count),
            effect_told(report.figures, report.subject, scenario, count),
        )
        heading = scenario_name(report.subject, scenario)
        subject = replace(report.subject, scenario=scenario)
        for place, step in enumerate(steps):
            last = place == count - 1
            told = describe_measure(report.figures, subject, step)
            more = [] if grounds is None else grounds(report.figures, subject, step)
            titled = (step.title or {}).get(texts.language)
            if not titled and len(steps) > 1:
                titled = texts.entries.get(f"lever.{step.lever}.title")
            described(
                f"{heading}: {titled}" if titled else heading if place == 0 else "",
                [*told, *more, *([effect] * last)],
            )
        flow = measure_flow(report.figures, subject)
        if flow.draw is not None:
            show(flow, texts)


def describe_measure(figures: Figures, subject: Subject, measure: Measure) -> list[tuple[str, str]]:
    """Tell what a measure is, for whom, how many, and what it does to hours and place of work."""
    texts, lever = subject.texts, measure.lever
    key = lever if f"lever.{lever}.more" in texts.entries else OTHER
    size = measure.size or 0.0
    way = "more" if size >= 0 else "less"
    decimals = next((n for n in range(3) if abs(size - round(size, n)) < 1e-9), 2)
    began = measure.start_year or subject.base_year
    full = measure.end_year or began
    when = "when_later" if full > began else "when_now"
    if full <= subject.base_year:  # A page is made later than that, of what is not done yet.
        when = "when_start"
    what = say(
        texts, f"lever.{key}.{way}",
        size=number(abs(size), texts, decimals=decimals),
        when=say(texts, f"discussion.{when}", year=full),
    )  # fmt: skip
    return [
        (say(texts, "discussion.measure"), what),
        (say(texts, "discussion.whom"), say(texts, f"lever.{key}.whom")),
        (say(texts, "discussion.persons"), how_many(figures, subject, measure)),
        (say(texts, "discussion.time"), say(texts, f"lever.{key}.time")),
        (say(texts, "discussion.place"), say(texts, f"lever.{key}.place")),
    ]


def show_questions(report: Report) -> None:
    """Show questions to go through in the meeting."""
    texts = report.subject.texts
    section(say(texts, "section.discussion_questions"))
    listing([say(texts, f"discussion.question.{name}") for name in QUESTIONS])


def show_log(report: Report) -> None:
    """Show what was said and answered, by date; what is not for the public is left out there."""
    texts = report.subject.texts
    remarks = remarks_of(report.run, report.subject.region)
    if not remarks:  # The head of the page says so.
        return
    section(say(texts, "section.discussion_log"), say(texts, "section.discussion_log_text"))
    show(log_table(remarks, texts, public=report.figures.audience == "public"), texts)


def log_table(remarks: Sequence[Remark], texts: Texts, *, public: bool) -> Chart:
    """Set out the log as a table; on a public page only the text that may stand there."""
    hidden = say(texts, "discussion.internal_only")
    rows = [
        {
            say(texts, "discussion.date"): date(one.date, texts),
            say(texts, "discussion.who"): say(texts, f"discussion.role.{one.who}"),
            say(texts, "discussion.comment"): hidden if public and not one.public else one.comment,
            say(texts, "discussion.answer"): ""
            if public and not one.public
            else one.answer or say(texts, "discussion.no_answer"),
        }
        for one in remarks
    ]
    caption = say(texts, "discussion.log_caption")
    return Chart(None, caption, caption, pl.DataFrame(rows), prose=True)


def how_many(figures: Figures, subject: Subject, measure: Measure) -> str:
    """Say roughly how many work where a measure reaches, and how many of them are 55 or older.

    Of what is not known it says so.
    """
    texts, known = subject.texts, lever_terms().get(measure.lever)
    reaches = known.reaches if known else "staff"
    if reaches == "nobody_yet":
        return say(texts, "discussion.persons_none")
    sectors, occupations = measure.sectors, measure.occupations
    older = reaches == "older" and not occupations
    count = (
        _older(figures, subject, sectors)
        if older
        else _persons(figures, subject, sectors, occupations)
    )
    if count is None:
        return say(texts, "discussion.persons_unknown")
    if count < FEW:
        return say(texts, "discussion.persons_few")
    codes = sectors or [subject.sector]
    where = join_list([_sector(subject, code) for code in codes], texts)
    if occupations:
        named = join_list([name_of(subject, "occupation", code) for code in occupations], texts)
        where = say(texts, "discussion.in_occupations", sectors=where, occupations=named)
    key = "discussion.persons_older" if older else "discussion.persons_all"
    told = [say(texts, key, count=_about(count, texts), where=where, year=subject.base_year)]
    if not older:
        told.append(_of_them_older(figures, subject, sectors, occupations))
    if reaches == "part_time":
        told += _part_timers(figures, subject, [] if occupations else codes)
    return " ".join(told)


def _part_timers(figures: Figures, subject: Subject, sectors: Sequence[str]) -> list[str]:
    """Say how many of those whom a measure reaches work part time, and how many want more."""
    texts = subject.texts
    told = [_wishes(figures, subject, code) for code in sectors]
    if not told or any(count is None for count, _ in told):
        return [say(texts, "discussion.part_time"), say(texts, "mobilisation.wanted_unknown")]
    count = sum(count or 0.0 for count, _ in told)
    if count < FEW:
        return [say(texts, "discussion.part_time_few")]
    said = [say(texts, "discussion.part_time_about", count=_about(count, texts))]
    if count < LEAST_SHARED or any(share is None for _, share in told):
        return [*said, say(texts, "mobilisation.wanted_unknown")]
    want = sum((count or 0.0) * (share or 0.0) for count, share in told) / count
    return [*said, say(texts, "discussion.part_time_want", share=percent(want, texts, decimals=0))]


def _wishes(figures: Figures, subject: Subject, sector: str) -> tuple[float | None, float | None]:
    """Part-timers of a service in the base year, and the share who want more; None: not told."""
    found = []
    for name in ("part_time_staff", "part_time_wants"):
        rows = pick(
            figures, subject, name, scenario="baseline", sector=sector, year=subject.base_year
        )
        found.append(float(rows["central"].sum()) if rows.height else None)
    return found[0], found[1]


def _of_them_older(
    figures: Figures, subject: Subject, sectors: Sequence[str], occupations: Sequence[str]
) -> str:
    """Say how many of those whom a measure reaches are near the age of leaving.

    The results have occupations and ages of each service area, and no table of both.
    """
    texts = subject.texts
    if occupations:
        return say(texts, "older.of_occupations")
    count = _older(figures, subject, sectors)
    if count is None:
        return say(texts, "older.unknown")
    if count < FEW:
        return say(texts, "older.few" if count > 0 else "older.none")
    return say(texts, "older.about", count=_about(count, texts))


def _sector(subject: Subject, code: str) -> str:
    name = (
        say(subject.texts, "chart.all_sectors")
        if code == "all"
        else name_of(subject, "sector", code)
    )
    return name[:1].lower() + name[1:]


def _persons(
    figures: Figures, subject: Subject, sectors: Sequence[str], occupations: Sequence[str]
) -> float | None:
    """Sum the heads of posts; None where one of them is not known."""
    rows = [
        pick(
            figures,
            subject,
            "headcount",
            sector=sector,
            occupation=occupation,
            year=subject.base_year,
        )
        for sector in (sectors or [subject.sector])
        for occupation in (occupations or ["all"])
    ]
    return _total(rows)


def _older(figures: Figures, subject: Subject, sectors: Sequence[str]) -> float | None:
    rows = [
        pick(
            figures,
            subject,
            "headcount_by_age",
            sector=sector,
            dimension="age_group",
            year=subject.base_year,
        ).filter(pl.col("category").is_in(OLDER_GROUPS))
        for sector in (sectors or [subject.sector])
    ]
    return _total(rows)


def _total(parts: Sequence[pl.DataFrame]) -> float | None:
    values = pl.concat([part["central"] for part in parts])
    if any(part.is_empty() for part in parts) or values.null_count():
        return None
    return float(values.sum())


def _about(count: float, texts: Texts) -> str:
    """Round to the nearest ten, or to five where it is under a hundred."""
    step = 10 if count >= 100 else 5
    return number(round(count / step) * step, texts)


def effect_told(figures: Figures, subject: Subject, scenario: str, measures: int) -> str:
    """Say how much smaller or greater the measures of a scenario make the gap at the horizon.

    What they give beyond that is accounted for.
    """
    texts = subject.texts
    before, after = (
        estimate(
            whole(figures, subject, "missing_fte", scenario=name),
            year=subject.horizon_year,
        )
        for name in ("baseline", scenario)
    )
    if before is None or after is None:
        return say(texts, "discussion.effect_unknown")
    gain, said = (
        before.central - after.central,
        {"year": subject.horizon_year, "measures": measures},
    )
    if abs(gain) < HARDLY_FTE:
        return say(texts, "discussion.effect_none", **said)
    count = number(abs(gain), texts)  # it is told as about so many
    key = "discussion.effect_smaller" if gain > 0 else "discussion.effect_greater"
    told = say(texts, key, count=count, **said)
    steps, _ = measure_steps(figures, replace(subject, scenario=scenario))
    given = -sum(one.central for name, one in steps.items() if name != HIRING)
    if not round(given) > round(gain) > 0:
        return told
    gives = say(texts, "plan_head.gives", count=measures, fte=number(given, texts))
    return " ".join([told, *[gives] * (measures > 1), say(texts, "plan_head.rest")])
