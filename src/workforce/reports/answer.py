"""What a director asks first: how many are missing, how sure, from when, why, and what first."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.results import LEVEL
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    at_most_likely,
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
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    adding_up,
    certainty,
    decimals_for,
    in_sentence,
    name_of,
    sector_name,
    spoken,
)
from workforce.reports.findings import most_lacking, most_over, page_figure
from workforce.reports.first_steps import first_steps
from workforce.texts.catalogue import join_list, number, percent, say

LEAST_NAMED = 0.5
"""Smallest shortage of an occupation that the answer names. [FTE]"""
MOST_NAMED = 4
"""Most occupations that a sentence names."""
MOST_OF_ALL = 0.5
"""Part of what is missing from which its occupations tell why."""
REST = "rest"
LEAST_PART = 0.1
"""Smallest part of what is over that the occupation named for it has."""

ORDER = ("many", "how_sure", "when", "why", "first")
SMALL_ORDER = ("many", "how_sure", "first", "when", "why")
"""Where the place is small, its neighbours come before the causes."""


def answer(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Answer the five questions of a director, each with a label and a few sentences.

    A question that the figures have no answer to is left out; without staff there is none.

    Parameters
    ----------
    figures, subject
        Of the page.

    Returns
    -------
    list of (str, str)
        Label and answer, in the order they are read; a new line is a paragraph of its own.
    """
    if "staff" in subject.missing:
        return []
    lacking = _lacking(figures, subject)
    said = {
        "many": _how_many(figures, subject, lacking),
        "how_sure": _how_sure(figures, subject),
        "when": _from_when(figures, subject, lacking),
        "why": _why(figures, subject, lacking),
        "first": first_steps(figures, subject),
    }
    order = SMALL_ORDER if subject.texts.small_place else ORDER
    return [(say(subject.texts, f"answer.{name}"), said[name]) for name in order if said[name]]


def _how_sure(figures: Figures, subject: Subject) -> str:
    """Tell how far apart the runs are, and what intervals and words of certainty mean."""
    texts, missing = (
        subject.texts,
        page_figure(figures, subject, "missing_fte", subject.horizon_year),
    )
    if missing is None or not missing.is_uncertain:
        return ""
    level, places = percent(LEVEL, texts, decimals=0), decimals_for(missing.central, texts)
    ends = {
        end: number(fte, texts, decimals=places)
        for end, fte in (("central", missing.central), ("lower", missing.lower),
                         ("upper", missing.upper))
    }  # fmt: skip
    here = say(texts, "answer.runs", level=level, year=subject.horizon_year, **ends)
    return f"{here} {say(texts, 'page.certainty')}"


def _lacking(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Occupations that lack at the horizon, with the share of draws that say so, largest first."""
    gaps = that_may_lead(
        shown(occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)), figures
    )
    chance = pick(
        figures, subject, "shortage_chance", sector=subject.sector, year=subject.horizon_year
    ).select("occupation", chance=at_most_likely("central"))
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
    where, there = most_lacking(figures, subject)
    if subject.sector == "all" and there is not None and there.central >= LEAST_NAMED:
        name, fte = sector_name(subject, where), _size(there.central, subject)
        parts.append(say(texts, "answer.most_in", name=in_sentence(name), fte=fte))
    printed = _printed(missing, lacking, subject)
    words = {word: rows for word, rows in _by_word(lacking).items() if rows.height}
    for word, rows in words.items():
        every = rows["occupation"].to_list()
        named = every[: MOST_NAMED if len(every) > MOST_NAMED + 1 else None]
        whole_fte = missing.central
        names = [_with_fte(code, printed[code], subject, beside=whole_fte) for code in named]
        if more := every[len(named) :]:
            fte = _size(sum(printed[code] for code in more), subject, beside=missing.central)
            names.append(say(texts, "answer.more", count=len(more), fte=fte))
        parts.append(say(texts, f"answer.{word}", list=join_list(names, texts)))
    if not words:
        parts.append(say(texts, "answer.few" if _some_lack(figures, subject) else "answer.open"))
    elif printed[REST] >= LEAST_NAMED:
        rest = _size(printed[REST], subject, beside=missing.central)
        parts.append(say(texts, "answer.rest", fte=rest))
    told = [" ".join(parts)]
    over = page_figure(figures, subject, "surplus_fte", year)
    if over is not None and over.central >= LEAST_SURPLUS:
        top = most_over(figures, subject, LIKELY)
        if top is not None and top[1].central < LEAST_PART * over.central:
            top = None
        most = top and _with_fte(top[0], top[1].central, subject, beside=missing.central)
        said = say(texts, "answer.over_most", most=most) if most else ""
        fte = _size(over.central, subject, beside=missing.central)
        told.append(say(texts, "answer.over", fte=fte, most=said))
    return "\n".join(told)


def _printed(missing: Estimate, lacking: pl.DataFrame, subject: Subject) -> dict[str, float]:
    """Round the occupations that lack as their table does; the rest adds up to what is missing."""
    places = decimals_for(missing.central, subject.texts)
    parts = {
        code: round(fte, places)
        for code, fte in lacking.select("occupation", "central").iter_rows()
    }
    return parts | {REST: round(missing.central, places) - sum(parts.values())}


def _with_fte(code: str, fte: float, subject: Subject, *, beside: float = 0.0) -> str:
    name = in_sentence(name_of(subject, "occupation", code))
    size = _size(fte, subject, beside=beside or fte)
    return say(subject.texts, "answer.occupation", name=name, fte=size)


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
        began.setdefault(year, []).append(in_sentence(name_of(subject, "occupation", code)))
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


def _why(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell why it comes to lack: the old, need and staff, budgets, and why most leave."""
    parts = [
        _older(figures, subject),
        _chain(figures, subject, lacking),
        _budget(figures, subject),
        _leaving(figures, subject),
    ]
    return " ".join(part for part in parts if part)


def _chain(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell how what lacks today grows by the need and is met by staff, in parts that add up.

    Of the occupations that are likely to lack where most is theirs, or of all, with what is in
    others than those that need it. The staff is told by what the others leave to it.
    """
    texts, ends = subject.texts, (subject.base_year, subject.horizon_year)
    whole_fte = _sum(figures, subject, "missing_fte", ["all"], ends[1]) or 0.0
    some = float(lacking["central"].sum()) >= MOST_OF_ALL * whole_fte > 0.0
    codes = lacking["occupation"].to_list() if some else ["all"]
    now, then, before, after, surplus = (
        _sum(figures, subject, name, codes, year) or 0.0
        for name, year in (("missing_fte", ends[0]), ("missing_fte", ends[1]),
                           ("demand_fte", ends[0]), ("demand_fte", ends[1]),
                           ("surplus_fte", ends[1]))
    )  # fmt: skip
    if not before or not after:
        return ""
    places = decimals_for(max(now, then, whole_fte, abs(after - before)), texts)
    if some:  # as the occupations are printed one by one
        then = sum(round(fte, places) for fte in lacking["central"])
    over = 0.0 if some else round(surplus, places)
    first, need, last = (round(one, places) for one in (now, after - before, then))
    staff = first + need + over - last
    told = {
        name: number(abs(fte), texts, decimals=places)
        for name, fte in (("now", first), ("then", last), ("need", need), ("staff", staff),
                          ("over", over), ("whole", whole_fte))
    }  # fmt: skip
    grows = say(texts, f"answer.need_{_way(need)}", need=told["need"])
    met = say(texts, f"answer.staff_{_way(staff)}", staff=told["staff"])
    told |= {"base": str(ends[0]), "year": str(ends[1]), "need": grows, "staff": met}
    of = "these" if some else "over" if over >= LEAST_SURPLUS else "all"
    return say(texts, f"answer.chain_{of}", **told)


def _sum(
    figures: Figures, subject: Subject, variable: str, codes: list[str], year: int
) -> float | None:
    rows = pick(figures, subject, variable, sector=subject.sector, year=year)
    found = shown(rows).filter(pl.col("occupation").is_in(codes))["central"]
    return float(found.sum()) if len(found) == len(codes) else None


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
    fte = _size(change, subject, beside=need or 0.0)
    told = say(texts, f"answer.budget_{_way(change)}", year=last, base=subject.base_year, fte=fte)
    if need is None:
        return f"{told}."
    beside = say(texts, f"answer.beside_{_way(need)}", need=_size(need, subject, beside=change))
    return f"{told}{beside}."


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
