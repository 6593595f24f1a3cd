"""What a director asks first: how many are missing, from when, why, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.competence import largest_gap
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    how_known,
    leading_band,
    occupation_gaps,
    only,
    pick,
    shortage_lines,
    shown,
    since_when,
    that_may_lead,
    whole,
)
from workforce.reports.charts.population import change, change_of_few
from workforce.reports.charts.recruitment import need_in_halves
from workforce.reports.charts.shortage import LEAST_SURPLUS
from workforce.reports.charts.waterfall import net_steps
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    adding_up,
    certainty,
    decimals_for,
    name_of,
    spoken,
)
from workforce.reports.findings import occupations, older_staff, page_figure
from workforce.reports.mobilisation import measure_name
from workforce.texts.catalogue import date, join_list, number, percent, say

LEAST_NAMED = 0.5
"""Smallest shortage of an occupation that the answer names. [FTE]"""
MOST_NAMED = 4
"""Most occupations that a sentence names."""
OPEN_REST = 0.05
"""Share of what is missing from which it is told that the rest is in other occupations."""


ORDER = ("many", "when", "why", "first")
SMALL_ORDER = ("many", "first", "when", "why")
"""Where the place is small, its neighbours come before the causes."""


def answer(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Answer the four questions of a director, each with a label and a few sentences.

    A question that the figures have no answer to is left out; without staff there is none.

    Parameters
    ----------
    figures, subject
        Of the page.

    Returns
    -------
    list of (str, str)
        Label and answer, in the order they are read.
    """
    if "staff" in subject.missing:
        return []
    lacking = _lacking(figures, subject)
    said = {
        "many": _how_many(figures, subject, lacking),
        "when": _from_when(figures, subject, lacking),
        "why": _why(figures, subject),
        "first": _what_first(figures, subject),
    }
    order = SMALL_ORDER if subject.texts.small_place else ORDER
    return [(say(subject.texts, f"answer.{name}"), said[name]) for name in order if said[name]]


def _lacking(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Occupations that lack at the horizon, with the share of draws that say so, largest first."""
    gaps = that_may_lead(
        shown(occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)), figures
    )
    chance = pick(
        figures, subject, "shortage_chance", sector=subject.sector, year=subject.horizon_year
    ).select("occupation", chance="central")
    return (
        gaps.filter(pl.col("central") >= LEAST_NAMED)
        .join(chance, on="occupation", how="inner")
        .filter(pl.col("chance") >= LIKELY)
        .sort("central", "occupation", descending=[True, False])
    )


def _some_lack(figures: Figures, subject: Subject) -> bool:
    """Whether an occupation of too few persons to lead is likely to lack at the horizon."""
    year = subject.horizon_year
    gaps = shown(occupation_gaps(figures, subject, subject.sector, year=year))
    return gaps.filter((pl.col("central") >= LEAST_NAMED) & (pl.col("agree") >= LIKELY)).height > 0


def _how_many(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    texts, year = subject.texts, subject.horizon_year
    missing, need = (
        page_figure(figures, subject, name, year) for name in ("missing_fte", "demand_fte")
    )
    if missing is None or need is None:
        return ""
    if missing.central < LEAST_NAMED:
        return say(texts, "answer.none_missing", year=year)
    parts = [_in_all(missing, need, subject)]
    words = {word: rows for word, rows in _by_word(lacking).items() if rows.height}
    for word, rows in words.items():
        names = [
            say(
                texts,
                "answer.occupation",
                name=_small(name_of(subject, "occupation", row["occupation"])),
                fte=_size(row["central"], subject, beside=_most(lacking)),
            )
            for row in rows.head(MOST_NAMED).iter_rows(named=True)
        ]
        if more := rows.height - len(names):
            names.append(say(texts, "answer.more", count=more))
        parts.append(say(texts, f"answer.{word}", list=join_list(names, texts)))
    if not words:
        parts.append(say(texts, "answer.few" if _some_lack(figures, subject) else "answer.open"))
    elif missing.central - float(lacking["central"].sum()) >= OPEN_REST * missing.central:
        parts.append(say(texts, "answer.rest"))
    over = page_figure(figures, subject, "surplus_fte", year)
    if over is not None and over.central >= LEAST_SURPLUS:
        fte = _size(over.central, subject, beside=missing.central)
        parts.append(say(texts, "answer.over", fte=fte, most=_most_over(figures, subject)))
    return " ".join(parts)


def _in_all(missing: Estimate, need: Estimate, subject: Subject) -> str:
    """Tell how much is missing of how much, and in words how sure it is that something is."""
    texts, places = subject.texts, decimals_for(missing.central, subject.texts)
    kind = "" if missing.agree is None else f"_{certainty(missing.agree)}"
    fte, lower, upper = (
        number(one, texts, decimals=places)
        for one in (missing.central, missing.lower, missing.upper)
    )
    span = f" {say(texts, 'chart.span', lower=lower, upper=upper)}" if lower != upper else ""
    said = {"fte": fte, "span": span, "need": number(need.central, texts)}
    return say(texts, f"answer.missing{kind}", year=subject.horizon_year, **said)


def _most(lacking: pl.DataFrame) -> float:
    return float(lacking["central"].max() or 0.0)  # type: ignore[arg-type]


def _most_over(figures: Figures, subject: Subject) -> str:
    """Name the occupation that has most more than needed, where that is likely; else nothing."""
    found = occupations(figures, subject)
    if not found:
        return ""
    code, value = found[-1]
    if value.central > -LEAST_NAMED or (value.agree or 0.0) < LIKELY:
        return ""
    name = _small(name_of(subject, "occupation", code))
    return say(subject.texts, "answer.over_most", name=name, fte=_size(value.central, subject))


def _by_word(lacking: pl.DataFrame) -> dict[str, pl.DataFrame]:
    sure = pl.col("chance") >= SURE
    return {"sure": lacking.filter(sure), "likely": lacking.filter(~sure)}


def _from_when(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell since when the largest shortages are there in as many draws as at the horizon."""
    texts, now = subject.texts, page_figure(figures, subject, "missing_fte", subject.base_year)
    if now is None:
        return ""
    known = how_known(shortage_lines(figures, subject))
    today = f"answer.today{known}" if now.central >= LEAST_NAMED else "answer.today_none"
    then = page_figure(figures, subject, "missing_fte", subject.horizon_year)
    places = decimals_for(max(now.central, then.central if then else 0.0), texts)
    said = spoken("fte", now, texts, decimals=places)
    head = say(texts, today, year=subject.base_year, **said)
    if lacking.is_empty():
        if then is None or then.central - now.central < LEAST_NAMED:
            return head
        size = _size(then.central, subject)
        return f"{head} {say(texts, 'answer.grows', year=subject.horizon_year, fte=size)}"
    words = _by_word(lacking)
    word = "sure" if words["sure"].height else "likely"
    chances = pick(figures, subject, "shortage_chance", sector=subject.sector)
    least = SURE if word == "sure" else LIKELY
    began: dict[int, list[str]] = {}
    for code in words[word]["occupation"].head(MOST_NAMED):
        year = since_when(chances.filter(occupation=code), least, subject)
        if year is None:
            continue
        began.setdefault(year, []).append(_small(name_of(subject, "occupation", code)))
    told = [
        say(
            texts,
            "answer.already" if year == subject.base_year else "answer.from_year",
            year=year,
            names=join_list(names, texts),
        )
        for year, names in sorted(began.items())
    ]
    alone = all(len(names) == 1 for names in began.values())
    listed = join_list(told, texts) if alone else "; ".join(told)
    return f"{head} {say(texts, f'answer.{word}_from', list=listed)}"


def _why(figures: Figures, subject: Subject) -> str:
    """Set the growth of need against that of staff and of budgets, and tell why most leave."""
    texts, then = subject.texts, subject.horizon_year
    steps = net_steps(figures, subject)
    if steps is None:
        return ""
    _, need, fewer, _ = steps
    staff = -fewer
    largest = max(abs(one) for one in steps)
    parts = [
        _older(figures, subject),
        say(
            texts,
            f"answer.need_{_way(need)}_staff_{_way(staff)}",
            need=_size(need, subject, beside=largest),
            staff=_size(staff, subject, beside=largest),
            year=then,
        ),
        _net(figures, subject, steps),
        _budget(figures, subject),
        _leaving(figures, subject),
    ]
    return " ".join(part for part in parts if part)


def _net(figures: Figures, subject: Subject, steps: tuple[float, float, float, float]) -> str:
    """Tell what need and staff sum to where other occupations have more than needed."""
    over = page_figure(figures, subject, "surplus_fte", subject.horizon_year)
    if over is None or over.central < LEAST_SURPLUS:
        return ""
    today, _, _, then = steps
    largest = max(abs(one) for one in steps)
    ends = {
        name: _size(fte, subject, beside=largest) for name, fte in (("now", today), ("then", then))
    }
    key = f"answer.net_{'over' if today < 0 else 'short'}_{'over' if then < 0 else 'short'}"
    return say(subject.texts, key, **ends)


def _older(figures: Figures, subject: Subject) -> str:
    """Tell how many more there will be of those who need most, where that is likely.

    Pupils in upper secondary education may become fewer, and that is told, too.
    """
    band = leading_band(figures)
    rows = only(pick(figures, subject, "population_by_band", dimension="age_band"), band)
    share, persons = change(rows, subject), change_of_few(rows, subject)
    value = share if persons is None else persons
    fewer = value is not None and value.central < 0
    if value is None or not value.central or (value.agree or 0.0) < LIKELY:
        return ""
    if fewer and band == "80+":
        return ""
    texts, size = subject.texts, abs(value.central)
    told = percent(size, texts, decimals=0)
    if persons is not None:
        told = say(texts, "figure.persons", value=number(size, texts))
    key = "answer.young_fewer" if fewer else "answer.older"
    key = key if (value.agree or 0.0) >= SURE else f"{key}_likely"
    return say(subject.texts, key, change=told, year=subject.horizon_year)


def _budget(figures: Figures, subject: Subject) -> str:
    """Set the budget's change to the last year it is known for beside that of the need."""
    texts = subject.texts
    funded = shown(whole(figures, subject, "funded_fte")).sort("year")
    if funded.height < 2 or funded["year"][0] != subject.base_year:
        return ""
    last, change = int(funded["year"][-1]), float(funded["central"][-1] - funded["central"][0])
    need = _change(figures, subject, "demand_fte", last)
    beside = ""
    if need is not None:
        beside = say(texts, f"answer.beside_{_way(need)}", need=_size(need, subject, beside=change))
    said = {"fte": _size(change, subject, beside=need or 0.0), "beside": beside}
    return say(texts, f"answer.budget_{_way(change)}", year=last, **said)


def _change(figures: Figures, subject: Subject, variable: str, year: int) -> float | None:
    first, last = (
        page_figure(figures, subject, variable, one) for one in (subject.base_year, year)
    )
    return None if first is None or last is None else last.central - first.central


def _way(change: float) -> str:
    return "same" if abs(change) < LEAST_NAMED else "more" if change > 0 else "less"


def _size(fte: float, subject: Subject, *, beside: float = 0.0) -> str:
    """Write a number of FTE, as coarsely as the larger figure that it stands beside."""
    places = decimals_for(max(abs(fte), abs(beside)), subject.texts)
    return number(abs(fte), subject.texts, decimals=places)


def _leaving(figures: Figures, subject: Subject) -> str:
    """Tell how many FTE are to be replaced in a year, and after whom, in parts that add up."""
    texts, year = subject.texts, subject.horizon_year - 1
    halves = need_in_halves(figures, subject, year)
    causes = shown(
        pick(figures, subject, "replacement_by_cause", sector=subject.sector, occupation="all",
             dimension="cause", year=year)
    ).sort("central", descending=True)  # fmt: skip
    if halves is None or causes.is_empty():
        return ""
    every = halves[1]["replacement"]
    # Where a cause has no figure, the others do not tell it all.
    if every < LEAST_NAMED or abs(float(causes["central"].sum()) - every) > 1.0:
        return ""
    places = decimals_for(halves[0].central, texts)
    parts = adding_up(
        dict(causes.select("category", "central").iter_rows()), every, decimals=places
    )
    listed = [
        say(texts, f"answer.cause_{cause}", fte=number(fte, texts, decimals=places))
        for cause, fte in parts.items()
        if fte
    ]
    whole_year = number(every, texts, decimals=places)
    return say(texts, "answer.leaving", year=year, fte=whole_year, list=join_list(listed, texts))


def _what_first(figures: Figures, subject: Subject) -> str:
    """Begin with those who are there, then with what they can learn, then recruit for the rest."""
    texts = subject.texts
    parts = [say(texts, "answer.neighbours")] if texts.small_place else []
    plan = figures.facts.measures.get(subject.scenario, ())
    if plan:
        return " ".join([*parts, _planned(plan, subject), _with_plan(figures, subject)]).strip()
    begin = say(texts, "answer.begin_then" if parts else "answer.begin")
    older = older_staff(figures, subject)
    if older is not None and older[0] >= LEAST_NAMED:
        persons = number(older[0], texts)
        parts.append(say(texts, "answer.mobilise_older", begin=begin, persons=persons))
    else:
        parts.append(say(texts, "answer.mobilise", begin=begin))
    gap = largest_gap(figures, subject)
    if gap is not None and gap[1].central >= LEAST_NAMED and (gap[1].agree or 0.0) >= LIKELY:
        name = _small(name_of(subject, "competence", gap[0]))
        parts.append(say(texts, "answer.develop", name=name, **_fte("fte", gap[1], subject)))
    need = page_figure(figures, subject, "recruitment_need", subject.horizon_year - 1)
    if need is not None and need.central >= LEAST_NAMED:
        year = subject.horizon_year - 1
        parts.append(say(texts, "answer.recruit", year=year, **_fte("fte", need, subject)))
    return " ".join(parts)


def _planned(plan: Sequence[Measure], subject: Subject) -> str:
    """Name the first measures of the page's scenario, with owner and deadline."""
    texts, told = subject.texts, []
    for one in plan[:MOST_NAMED]:
        owner = (one.owner or {}).get(texts.language) or say(texts, "mobilisation.nobody")
        when = date(day.fromisoformat(one.deadline), texts) if one.deadline else ""
        key = "answer.measure_by" if when else "answer.measure"
        told.append(say(texts, key, name=measure_name(one, subject), owner=owner, date=when))
    if more := len(plan) - len(told):
        told.append(say(texts, "answer.more_measures", count=more))
    return say(texts, "answer.planned", list="; ".join(told))


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
    return say(subject.texts, "answer.with_plan", fte=fte, base=base, year=subject.horizon_year)


def _fte(name: str, value: Estimate, subject: Subject) -> dict[str, str]:
    return spoken(name, value, subject.texts, decimals=decimals_for(value.central, subject.texts))


def _small(name: str) -> str:
    """Write a name as within a sentence: its first letter small, unless it begins an acronym."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
