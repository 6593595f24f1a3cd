"""What a director asks first: how many are missing, how sure, from when, why, and what first."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.quality import MOST_BORROWED
from workforce.contract.results import LEVEL
from workforce.reports.charts.figures import (
    LEAST_NAMED,
    SMALL_STAFF,
    Estimate,
    Subject,
    at_most_likely,
    how_known,
    occupation_gaps,
    pick,
    shortage_lines,
    shown,
    since_when,
    that_may_lead,
)
from workforce.reports.charts.recruitment import mean_flows
from workforce.reports.charts.shortage import LEAST_ROUNDED, LEAST_SURPLUS
from workforce.reports.charts.staff import CAUSES
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    adding_up,
    certainty,
    decimals_for,
    decimals_told,
    in_sentence,
    name_of,
    sector_name,
    spoken,
)
from workforce.reports.first_steps import first_steps
from workforce.reports.flow_evidence import borrowed_flows
from workforce.reports.lacking import lacking_services, most_over, page_figure
from workforce.reports.why import budget, children, growth, older, room_in_budget
from workforce.texts.catalogue import join_list, number, percent, say

MOST_NAMED = 4
"""Most occupations that a sentence names."""
LEAST_PARTED = 10.0
"""Fewest who leave in a year that are told by cause: among fewer, one is known. [FTE]"""
LEAST_PART = 0.25
"""Smallest part of what is over that the occupation named for it has."""
LEAST_EXACT = 400.0
"""Need below which rounding to protect people is told to show in what occupations lack: assumed,
within the places of 250 to 799 employees where it is measured to (docs/disclosure.md). [FTE]"""
MOST_TODAY = 2
"""Most occupations that are named for what is missing today."""

ORDER = ("many", "how_sure", "when", "why", "first")


def answer(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Answer the five questions of a director: label and answer, a new line being a paragraph.

    A question that the figures have no answer to is left out; without staff there is none.
    """
    if "staff" in subject.missing:
        return []
    lacking = _lacking(figures, subject)
    said = {
        "many": _how_many(figures, subject, lacking),
        "how_sure": _how_sure(figures, subject, lacking),
        "when": _from_when(figures, subject, lacking),
        "why": _why(figures, subject, lacking),
        "first": first_steps(figures, subject),
    }
    return [(say(subject.texts, f"answer.{name}"), said[name]) for name in ORDER if said[name]]


def _how_sure(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell how sure it is that anything lacks, and what intervals and words of certainty mean."""
    texts, year = subject.texts, subject.horizon_year
    missing = page_figure(figures, subject, "missing_fte", year)
    if missing is None:
        return ""
    said: list[str] = []
    if subject.scenario == "baseline":
        said += filter(None, [room_in_budget(figures, subject)])
    if _rounding_shows(figures, subject):
        said.append(say(texts, f"answer.rounded{'_small' if texts.small_place else ''}"))
    borrowed = borrowed_flows(figures, subject)
    if borrowed >= MOST_BORROWED:
        share = percent(borrowed, texts, decimals=0)
        said.append(say(texts, "answer.borrowed", share=share))
    if not missing.is_uncertain:
        return "\n".join(said)
    level = percent(LEVEL, texts, decimals=0)
    said += [f"{say(texts, 'page.intervals', level=level)} {say(texts, 'page.certainty')}",
             say(texts, "page.tested")]  # fmt: skip
    lower, upper = _written(missing, subject)[1:]
    span = "" if lower == upper else say(texts, "answer.span", lower=lower, upper=upper)
    if span and not lacking.is_empty():
        span += f" {say(texts, 'answer.span_each')}"
    word = certainty(missing.agree or 0.0)
    if missing.central < LEAST_NAMED:
        word = "none" if span else "nobody"
    elif _is_held_back(figures, subject):
        word = "few_people"
    elif word == "sure" and _by_word(lacking)["sure"].is_empty():
        word = "which"
    if missing.agree is not None or missing.central < LEAST_NAMED:
        said.insert(0, f"{say(texts, f'answer.total_{word}', year=year)} {span}".strip())
    return "\n".join(said)


def _is_held_back(figures: Figures, subject: Subject) -> bool:
    """Whether what lacks in all is told as likely only since it stands on few people."""
    one = figures.table.filter(
        variable="missing_fte", dimension="", scenario=subject.scenario, region=subject.region,
        sector=subject.sector, occupation="all", year=subject.horizon_year,
    )  # fmt: skip
    few = (pl.col("persons") < SMALL_STAFF) & (pl.col("agree") >= SURE)
    return not one.filter(few).is_empty()


def _lacking(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Occupations that lack at the horizon, with the share of draws that say so, largest first."""
    gaps = that_may_lead(
        shown(occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)), figures
    )
    chance = pick(
        figures, subject, "shortage_chance", sector=subject.sector, year=subject.horizon_year
    ).select("occupation", chance=at_most_likely("central"))
    return (
        gaps.filter(pl.col("central") >= _least(figures, subject))
        .join(chance, on="occupation", how="inner")
        .filter(pl.col("chance") >= LIKELY)
        .sort("central", "occupation", descending=[True, False])
    )


def _least(figures: Figures, subject: Subject) -> float:
    """Give the least FTE of an occupation that is named: more where rounding is as large."""
    return LEAST_ROUNDED if _rounding_shows(figures, subject) else LEAST_NAMED


def _rounding_shows(figures: Figures, subject: Subject) -> bool:
    """Whether rounding to protect people shows in what occupations lack."""
    need = page_figure(figures, subject, "demand_fte", subject.horizon_year)
    return figures.rounded_to is not None and need is not None and need.central < LEAST_EXACT


def _some_over(figures: Figures, subject: Subject) -> bool:
    """Whether an occupation of too few persons to lead is likely to have more than needed."""
    return _of_few(figures, subject, pl.col("central") <= -LEAST_NAMED)


def _some_lack(figures: Figures, subject: Subject) -> bool:
    """Whether an occupation of too few persons to lead is likely to lack at the horizon."""
    return _of_few(figures, subject, pl.col("central") >= LEAST_NAMED)


def _of_few(figures: Figures, subject: Subject, what: pl.Expr) -> bool:
    gaps = shown(occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year))
    few = gaps.join(that_may_lead(gaps, figures), on="occupation", how="anti")
    return few.filter(what & (pl.col("agree") >= LIKELY)).height > 0


def _how_many(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    texts, year = subject.texts, subject.horizon_year
    missing, need = (
        page_figure(figures, subject, name, year) for name in ("missing_fte", "demand_fte")
    )
    if missing is None or need is None:
        return ""
    if missing.central < LEAST_NAMED:
        return say(texts, "answer.none_missing", year=year)
    told = [_in_all(missing, need, subject)]
    parts = [say(texts, "answer.premise" if subject.scenario == "baseline" else "answer.distance")]
    services = [(code, one.central) for code, one in lacking_services(figures, subject)
                if subject.sector == "all" and one.central >= LEAST_NAMED]  # fmt: skip
    if services:
        where = [_within(code, subject, fte, missing) for code, fte in services]
        parts.append(say(texts, "answer.most_in", list=join_list(where, texts)))
        places = decimals_told(missing.central, texts)
        if _in_services(figures, subject, places) > round(missing.central, places):
            parts.append(say(texts, "answer.services_more"))
    told.append(" ".join(parts))
    parts = []
    size, places = missing.central, decimals_told(missing.central, texts)
    words = {word: rows for word, rows in _by_word(lacking).items() if rows.height}
    rest = round(size, places)
    fine = decimals_for(max(lacking["central"].to_list(), default=0.0), texts)
    for word, rows in words.items():
        found = rows.select("occupation", "central").rows()
        # The others are fewer than the largest of those that are named, and more than one.
        some = next(
            at
            for at in range(MOST_NAMED, len(found) + MOST_NAMED)
            if len(found) - at != 1 and sum(fte for _, fte in found[at:]) <= found[0][1]
        )
        names = [_with_fte(code, fte, subject, beside=size) for code, fte in found[:some]]
        parted = [fte for _, fte in found[:some]]
        if found[some:]:
            # Of many small ones, as they are printed in their chart.
            parted.append(sum(round(fte, fine) for _, fte in found[some:]))
            fte = _size(parted[-1], subject, beside=size)
            names.append(say(texts, "answer.more", count=len(found[some:]), fte=fte))
        parts.append(say(texts, f"answer.{word}", list=join_list(names, texts), year=year))
        rest -= sum(round(fte, places) for fte in parted)
    if not words:
        parts.append(say(texts, "answer.few" if _some_lack(figures, subject) else "answer.open"))
        if services and _in_services(figures, subject, places) < rest:
            parts.append(say(texts, "answer.rest_of_services"))
    elif rest >= LEAST_NAMED:
        parts.append(say(texts, "answer.rest", fte=_size(rest, subject, beside=size)))
    elif rest <= -LEAST_NAMED:
        parts.append(say(texts, "answer.more_than_all"))
    told.append(" ".join(parts))
    over = page_figure(figures, subject, "surplus_fte", year)
    if over is not None and over.central >= LEAST_SURPLUS:
        top, said = most_over(figures, subject, LIKELY), ""
        if top is None:
            few = _some_over(figures, subject)
            said = say(texts, f"answer.over_{'few' if few else 'open'}")
        elif top[1].central >= LEAST_PART * over.central:
            most = _with_fte(top[0], top[1].central, subject, beside=missing.central)
            said = say(texts, "answer.over_most", most=most)
        else:
            said = say(texts, "answer.over_spread")
        fte = _size(over.central, subject, beside=missing.central)
        told.append(say(texts, "answer.over", fte=fte, most=said))
    return "\n".join(told)


def _in_services(figures: Figures, subject: Subject, places: int) -> float:
    """Sum what services lack at the horizon, as printed, in FTE."""
    rows = pick(figures, subject, "missing_fte", occupation="all", year=subject.horizon_year)
    each = shown(rows.filter(pl.col("sector") != "all"))["central"]
    return sum((round(float(fte), places) for fte in each), 0.0)


def _is_sure(value: Estimate | None) -> bool:
    return value is not None and certainty(value.agree or 0.0) == "sure"


def _within(code: str, subject: Subject, fte: float, missing: Estimate) -> str:
    """Write a service and what it lacks, as something is within it."""
    said = say(subject.texts, "answer.within", name=in_sentence(sector_name(subject, code)))
    return say(subject.texts, "answer.occupation", name=said,
               fte=_size(fte, subject, beside=missing.central))  # fmt: skip


def _with_fte(code: str, fte: float, subject: Subject, *, beside: float = 0.0) -> str:
    name = in_sentence(name_of(subject, "occupation", code))
    size = _size(fte, subject, beside=beside or fte)
    return say(subject.texts, "answer.occupation", name=name, fte=size)


def _in_all(missing: Estimate, need: Estimate, subject: Subject) -> str:
    """Tell how much is missing of how much."""
    texts, (fte, lower, upper) = subject.texts, _written(missing, subject)
    span = f" {say(texts, 'chart.span', lower=lower, upper=upper)}" if lower != upper else ""
    needed = number(need.central, texts, decimals=decimals_told(need.central, texts))
    return say(texts, "answer.missing", year=subject.horizon_year, fte=fte, span=span,
               need=needed)  # fmt: skip


def _written(value: Estimate, subject: Subject) -> list[str]:
    """Write a figure and the ends of its interval."""
    places = decimals_told(value.central, subject.texts)
    ends = (value.central, value.lower, value.upper)
    return [number(one, subject.texts, decimals=places) for one in ends]


def _by_word(lacking: pl.DataFrame) -> dict[str, pl.DataFrame]:
    sure = pl.col("chance") >= SURE
    return {"sure": lacking.filter(sure), "likely": lacking.filter(~sure)}


def _from_when(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell what lacks today and then, and from when the largest occupations are likely to."""
    texts, base = subject.texts, subject.base_year
    middle = (base + subject.horizon_year) // 2
    now, between, then = (
        page_figure(figures, subject, "missing_fte", year)
        for year in (base, middle, subject.horizon_year)
    )
    if now is None or then is None:
        return ""
    places = decimals_told(max(now.central, then.central), texts)
    ends = {"base": str(base), "year": str(subject.horizon_year),
            "then": number(then.central, texts, decimals=places)}  # fmt: skip
    if now.central < LEAST_NAMED:
        key = "today_none" if then.central < LEAST_NAMED else "today_later"
        head = say(texts, f"answer.{key}", **ends)
    else:
        said = ends | spoken("fte", now, texts, decimals=places) | {"between": ""}
        if between is not None and base < middle:
            half = number(between.central, texts, decimals=places)
            said["between"] = say(texts, "answer.between", fte=half, middle=str(middle))
        known = how_known(shortage_lines(figures, subject))
        head = say(texts, f"answer.today{known}", **said)
    years = range(base, subject.horizon_year + 1)
    of_all = [page_figure(figures, subject, "missing_fte", year) for year in years]
    every = not _is_held_back(figures, subject) and all(
        one is not None and one.central >= LEAST_NAMED and _is_sure(one) for one in of_all
    )
    told = [_most_today(figures, subject, beside=max(now.central, then.central))]
    told.append(say(texts, "answer.when_all", last=subject.horizon_year) if every else "")
    told.append(_by_occupation(figures, subject, lacking))
    return "\n".join(filter(None, [head, " ".join(filter(None, told))]))


def _most_today(figures: Figures, subject: Subject, *, beside: float) -> str:
    """Name the occupations of which most are missing today, where they were counted.

    Nothing where one of too few persons lacks more, or that lacks most is not likely to go on to.
    """
    if how_known(shortage_lines(figures, subject)):
        return ""
    rows = shown(occupation_gaps(figures, subject, subject.sector, year=subject.base_year))
    rows = rows.sort("central", "occupation", descending=[True, False]).head(MOST_TODAY)
    told = that_may_lead(rows, figures).filter(pl.col("central") >= LEAST_ROUNDED)
    lasts = [_since(figures, subject, code, LIKELY) == subject.base_year
             for code in told["occupation"]]  # fmt: skip
    if not lasts or not all(lasts) or told["occupation"][0] != rows["occupation"][0]:
        return ""
    names = [_with_fte(code, fte, subject, beside=beside)
             for code, fte in told.select("occupation", "central").iter_rows()]  # fmt: skip
    return say(subject.texts, "answer.most_today", base=subject.base_year,
               list=join_list(names, subject.texts))  # fmt: skip


def _by_occupation(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell from when occupations are likely to lack in every year, and which are sure from today.

    Of those that are sure to lack at the horizon, and the largest others.
    """
    texts, words = subject.texts, _by_word(lacking)
    codes = words["sure"]["occupation"].to_list()[: MOST_NAMED + 1]
    codes += words["likely"]["occupation"].to_list()[: max(0, MOST_NAMED - len(codes))]
    began: dict[tuple[int, str], list[str]] = {}
    for code in codes:
        likely, sure = (_since(figures, subject, code, least) for least in (LIKELY, SURE))
        if likely is not None:
            when = {subject.base_year: "always", subject.horizon_year: "last"}.get(likely, "when")
            how = "sure" if sure == likely else "both" if sure else "likely"
            name = in_sentence(name_of(subject, "occupation", code))
            began.setdefault((likely, f"answer.{when}_{how}"), []).append(name)
    return " ".join(
        say(texts, key, year=year, last=subject.horizon_year, names=join_list(names, texts))
        for (year, key), names in sorted(began.items(), key=lambda one: one[0][0])
    )


def _since(figures: Figures, subject: Subject, code: str, least: float) -> int | None:
    chances, missing = (
        pick(figures, subject, name, sector=subject.sector, occupation=code)
        for name in ("shortage_chance", "missing_fte")
    )
    return since_when(chances, missing, least, subject)


def _why(figures: Figures, subject: Subject, lacking: pl.DataFrame) -> str:
    """Tell why it comes to lack: need and staff, the old, budgets, and why most leave."""
    band, aged = older(figures, subject)
    head, grows = growth(figures, subject, aged=aged, named=not lacking.is_empty())
    people = " ".join(filter(None, [band, children(figures, subject)]))
    parts = [grows, people, budget(figures, subject), _leaving(figures, subject)]
    return "\n".join(filter(None, [head, *parts]))


def _size(fte: float, subject: Subject, *, beside: float = 0.0) -> str:
    """Write a number of FTE, as coarsely as the larger figure that it stands beside."""
    places = decimals_told(max(abs(fte), abs(beside)), subject.texts)
    return number(abs(fte), subject.texts, decimals=places)


def _leaving(figures: Figures, subject: Subject) -> str:
    """Tell how many FTE leave in a year, by the largest cause and by retirement."""
    texts, flows = subject.texts, mean_flows(figures, subject)
    causes = {name: flows[name].central for name in CAUSES if name in flows}
    every = flows["replacement"].central if flows else 0.0
    # Where a cause has no figure, the others do not tell it all.
    if every < LEAST_NAMED or abs(sum(causes.values()) - every) > 1.0:
        return ""
    places = decimals_told(max(every, abs(flows["need"].central)), texts)
    most = [max(causes, key=lambda name: causes[name]), "retired"]
    parts = {name: causes[name] for name in dict.fromkeys(most) if name in causes}
    parts["other"] = every - sum(one for name, one in parts.items() if name != "other")
    listed = join_list([
        say(texts, f"answer.cause_{name}", fte=number(fte, texts, decimals=places))
        for name, fte in adding_up(parts, every, decimals=places).items()
        if fte
    ], texts) if every >= LEAST_PARTED else ""  # fmt: skip
    if texts.small_place and not listed:
        return ""
    return say(texts, f"answer.leaving{'' if listed else '_few'}", list=listed,
               fte=number(every, texts, decimals=places))  # fmt: skip
