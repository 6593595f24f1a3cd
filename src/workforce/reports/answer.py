"""What a director asks first: how many are missing, from when, why, and what to do first."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.competence import largest_gap
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    how_known,
    occupation_gaps,
    pick,
    shortage_lines,
    shown,
    that_may_lead,
    whole,
)
from workforce.reports.charts.shortage import LEAST_SURPLUS
from workforce.reports.charts.words import LIKELY, SURE, decimals_for, name_of, spoken
from workforce.reports.findings import older_staff, page_figure
from workforce.texts.catalogue import join_list, number, say

LEAST_NAMED = 0.5
"""Smallest shortage of an occupation that the answer names. [FTE]"""
MOST_NAMED = 4
"""Most occupations that a sentence names."""


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


def _how_many(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    texts, year = subject.texts, subject.horizon_year
    missing = page_figure(figures, subject, "missing_fte", year)
    if missing is None:
        return ""
    if missing.central < LEAST_NAMED:
        return say(texts, "answer.none_missing", year=year)
    parts = [say(texts, "answer.missing", year=year, **_fte("fte", missing, subject))]
    for word, rows in _by_word(lacking).items():
        if rows.height:
            names = [
                say(
                    texts,
                    "answer.occupation",
                    name=_small(name_of(subject, "occupation", row["occupation"])),
                    fte=_size(row["central"], subject),
                )
                for row in rows.head(MOST_NAMED).iter_rows(named=True)
            ]
            if more := rows.height - len(names):
                key = "answer.more_one" if more == 1 else "answer.more"
                names.append(say(texts, key, count=more))
            parts.append(say(texts, f"answer.{word}", list=join_list(names, texts)))
    if lacking.is_empty():
        parts.append(say(texts, "answer.open"))
    over = page_figure(figures, subject, "surplus_fte", year)
    if over is not None and over.central >= LEAST_SURPLUS:
        parts.append(say(texts, "answer.over", **_fte("fte", over, subject)))
    return " ".join(parts)


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
    head = say(texts, today, year=subject.base_year, **_fte("fte", now, subject))
    if lacking.is_empty():
        return head
    words = _by_word(lacking)
    word = "sure" if words["sure"].height else "likely"
    chances = pick(figures, subject, "shortage_chance", sector=subject.sector)
    least = SURE if word == "sure" else LIKELY
    began: dict[int, list[str]] = {}
    for code in words[word]["occupation"].head(MOST_NAMED):
        below = chances.filter((pl.col("occupation") == code) & (pl.col("central") < least))
        last = below["year"].max()
        year = subject.base_year if not isinstance(last, int) else last + 1
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
    return f"{head} {say(texts, f'answer.{word}_from', list='; '.join(told))}"


def _why(figures: Figures, subject: Subject) -> str:
    """Set the growth of need against that of staff and of budgets, and tell why most leave."""
    texts, base, then = subject.texts, subject.base_year, subject.horizon_year
    need, staff = (_change(figures, subject, name) for name in ("demand_fte", "supply_fte"))
    if need is None or staff is None:
        return ""
    parts = [
        say(
            texts,
            f"answer.need_{_way(need)}_staff_{_way(staff)}",
            need=_size(need, subject),
            staff=_size(staff, subject),
            year=then,
        )
    ]
    funded = shown(whole(figures, subject, "funded_fte")).sort("year")
    if funded.height > 1 and funded["year"][0] == base:
        last, change = funded["year"][-1], funded["central"][-1] - funded["central"][0]
        text = f"answer.budget_{_way(change)}"
        parts.append(say(texts, text, fte=_size(change, subject), year=last))
    parts.append(_leaving(figures, subject))
    return " ".join(part for part in parts if part)


def _change(figures: Figures, subject: Subject, variable: str) -> float | None:
    first, last = (
        page_figure(figures, subject, variable, year)
        for year in (subject.base_year, subject.horizon_year)
    )
    return None if first is None or last is None else last.central - first.central


def _way(change: float) -> str:
    return "same" if abs(change) < LEAST_NAMED else "more" if change > 0 else "less"


def _size(fte: float, subject: Subject) -> str:
    return number(abs(fte), subject.texts, decimals=decimals_for(fte, subject.texts))


def _leaving(figures: Figures, subject: Subject) -> str:
    """Tell how many FTE are to be replaced in a year, and the largest cause beside retirement."""
    texts, year = subject.texts, subject.horizon_year - 1
    whole_year = page_figure(figures, subject, "replacement_fte", year)
    causes = shown(
        pick(figures, subject, "replacement_by_cause", sector=subject.sector, occupation="all",
             dimension="cause", year=year)
    ).sort("central", descending=True)  # fmt: skip
    if whole_year is None or causes.is_empty() or whole_year.central < LEAST_NAMED:
        return ""
    largest = str(causes["category"][0])
    said = {
        "fte": _size(whole_year.central, subject),
        "largest": _size(float(causes["central"][0]), subject),
        "cause": say(texts, f"answer.cause_{largest}"),
    }
    retired = estimate(causes.filter(pl.col("category") == "retired"))
    if retired is None or largest == "retired":
        return say(texts, "answer.leaving", year=year, **said)
    said["retired"] = _size(retired.central, subject)
    return say(texts, "answer.leaving_and_retiring", year=year, **said)


def _what_first(figures: Figures, subject: Subject) -> str:
    """Begin with those who are there, then with what they can learn, then recruit for the rest."""
    texts = subject.texts
    parts = [say(texts, "answer.neighbours")] if subject.texts.small_place else []
    older = older_staff(figures, subject)
    if older is not None and older[0] >= LEAST_NAMED:
        parts.append(say(texts, "answer.mobilise_older", persons=number(older[0], texts)))
    else:
        parts.append(say(texts, "answer.mobilise"))
    gap = largest_gap(figures, subject)
    if gap is not None and gap[1].central >= LEAST_NAMED:
        name = _small(name_of(subject, "competence", gap[0]))
        parts.append(say(texts, "answer.develop", name=name, **_fte("fte", gap[1], subject)))
    need = page_figure(figures, subject, "recruitment_need", subject.horizon_year - 1)
    if need is not None and need.central >= LEAST_NAMED:
        year = subject.horizon_year - 1
        parts.append(say(texts, "answer.recruit", year=year, **_fte("fte", need, subject)))
    return " ".join(parts)


def _fte(name: str, value: Estimate, subject: Subject) -> dict[str, str]:
    return spoken(name, value, subject.texts, decimals=decimals_for(value.central, subject.texts))


def _small(name: str) -> str:
    """Write a name as within a sentence: its first letter small, unless it begins an acronym."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
