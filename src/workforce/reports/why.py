"""Why it comes to lack: what need and staff grow by, the old who become more, and the budget."""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    leading_band,
    of_page,
    only,
    pick,
    shown,
    whole,
)
from workforce.reports.charts.population import change, change_of_few
from workforce.reports.charts.waterfall import lacking_parts, why_steps
from workforce.reports.charts.words import (
    LIKELY,
    SURE,
    adding_up,
    certainty,
    decimals_told,
    in_sentence,
    sector_name,
    spoken,
)
from workforce.reports.lacking import lacking_services, page_figure
from workforce.texts.catalogue import MINUS, number, say

LEAST_TOLD = 0.5
"""Smallest change that is told as one. [FTE]"""
USED_BY = {"80+": ("all", "health_care"), "16-19": ("all", "upper_secondary")}
"""Pages that tell how the band of inhabitants grows that uses most of their services."""
CHILDREN = {"primary_school": "6-15", "kindergarten": "1-5"}
"""Those whom services for children are for."""


def growth(figures: Figures, subject: Subject, *, aged: str, named: bool) -> tuple[str, str]:
    """Tell why more comes to lack, and the sum that leads to it, in parts that add up as printed.

    What need grows more than staff in the occupations that come to lack people, and those that lack
    no longer; ``aged`` is how sure it is that the old become more, and ``named`` whether any of
    those occupations is.
    """
    texts, ends = subject.texts, (subject.base_year, subject.horizon_year)
    now, then = (page_figure(figures, subject, "missing_fte", year) for year in ends)
    of_all = [_change(figures, subject, name, ends[1]) for name in ("demand_fte", "supply_fte")]
    steps = why_steps(figures, subject)
    if now is None or then is None or None in of_all:
        return "", ""
    if then.central < LEAST_TOLD:
        steps = {}
    need, staff = of_all[0] or 0.0, of_all[1] or 0.0
    most_fte = max(now.central, then.central, abs(steps.get("need", need)), abs(staff))
    places = decimals_told(most_fte, texts)
    first, last = round(now.central, places), round(then.central, places)
    if steps:
        steps = adding_up(steps, last - first, decimals=places)
        need, staff = steps["need"], -steps["staff"]
    need, staff = round(need, places), round(staff, places)
    there = f" {say(texts, 'answer.there')}" if steps else ""
    told = {
        "need": say(texts, f"answer.need_{_way(need)}",
                    need=number(abs(need), texts, decimals=places)),
        "staff": say(texts, f"answer.staff_{_way(staff)}", there=there,
                     staff=number(abs(staff), texts, decimals=places)),
    }  # fmt: skip
    grown = _by_service(figures, subject, lacking=bool(steps))
    most = max(grown, key=lambda code: grown[code], default="")
    if need < LEAST_TOLD or grown.get(most, 0.0) <= need / 2:
        most = ""
    old = aged if most == USED_BY["80+"][1] else ""
    where = in_sentence(sector_name(subject, most)) if most and len(grown) > 1 else ""
    of_staff = round(of_all[1] or 0.0, places)
    # Where staffing falls by more than the need grows, that is the larger cause.
    goes = bool(steps) and staff <= -LEAST_TOLD and need <= -staff
    cause = ""
    if goes:
        cause = f"{say(texts, 'answer.two_causes')} " if need >= LEAST_TOLD else ""
        told = {
            "need": say(texts, f"answer.and_need_{_way(need)}",
                        need=number(abs(need), texts, decimals=places)),
            "staff": number(-staff, texts, decimals=places),
        }  # fmt: skip
    elif old == "sure":
        growing = {code for code, fte in grown.items() if fte >= LEAST_TOLD}
        young = "_children" if children(figures, subject, least=SURE, among=growing) else ""
        # Where staffing falls by half as much as the need grows, that is named beside it.
        fall = "_goes" if steps and staff <= -max(LEAST_TOLD, need / 2) else ""
        cause = f"{say(texts, f'answer.cause_old{young}{fall}')} "
    because = "_old" if old == "likely" else "_older" if old == "sure" and goes else ""
    chain = say(texts, f"answer.chain{'_goes' if goes else '_lacking' if steps else ''}",
                year=ends[1], cause=cause,
                most=say(texts, f"answer.most{because}", name=where) if where else "",
                **told)  # fmt: skip
    if not steps:
        return chain, ""
    told_sum = say(texts, "answer.sum_today", fte=number(first, texts, decimals=places))
    for name, fte in steps.items():
        if round(fte, places):
            size = number(abs(fte), texts, decimals=places)
            one = say(texts, f"answer.sum_{name}_{'more' if fte > 0 else 'less'}", fte=size)
            told_sum += f" {'+' if fte > 0 else MINUS} {one}"
    then_told = number(last, texts, decimals=places)
    told_sum = say(texts, "answer.sum", terms=told_sum, then=then_told, year=ends[1])
    flows = _flows(figures, subject, staff, of_staff, places)
    if flows and not named:
        flows = f"{flows} {say(texts, 'answer.which_varies')}"
    return chain, "\n".join(filter(None, [told_sum, flows]))


def _flows(figures: Figures, subject: Subject, staff: float, of_staff: float, places: int) -> str:
    """Tell who leaves and comes where people come to lack, if staff falls, and of the others.

    ``staff`` is what it grows by there, as printed, and ``of_staff`` in all occupations, in FTE.
    """
    texts = subject.texts
    leave = round(lacking_parts(figures, subject).get("leaving", 0.0), places)
    if staff > -LEAST_TOLD or leave + staff <= 0:
        return ""
    parts = {"leaves": leave, "comes": leave + staff, "fewer": -staff, "more": of_staff - staff,
             "in_all": abs(of_staff)}  # fmt: skip
    said = {name: number(fte, texts, decimals=places) for name, fte in parts.items()}
    key = f"flows_{_way(of_staff)}" if of_staff - staff >= LEAST_TOLD else "flows"
    years = subject.horizon_year - subject.base_year
    return say(texts, f"answer.{key}", years=years, **said)


def _by_service(figures: Figures, subject: Subject, *, lacking: bool) -> dict[str, float]:
    """Give what need grows by in each service of the page, ``lacking`` in those that lack."""
    if lacking:
        part = "need_of_all" if subject.sector == "all" else "need"
        parts = of_page(pick(figures, subject, "lacking_change", dimension="lacking_part"), subject)
        parts = shown(parts).filter(pl.col("category") == part, pl.col("sector") != "all")
        return dict(parts.select("sector", "central").iter_rows())
    rows = of_page(pick(figures, subject, "demand_fte", occupation="all"), subject)
    rows = shown(rows).filter(pl.col("sector") != "all")
    first, last = (
        dict(rows.filter(year=year).select("sector", "central").iter_rows())
        for year in (subject.base_year, subject.horizon_year)
    )
    return {code: last[code] - fte for code, fte in first.items() if code in last}


def older(figures: Figures, subject: Subject) -> tuple[str, str]:
    """Tell how many more there will be of those who need most, where likely, and how sure it is.

    Pupils in upper secondary education may become fewer, and that is told, too.
    """
    band = leading_band(figures)
    if subject.sector not in USED_BY[band]:
        return "", ""
    value, few = _change_of(figures, subject, band)
    fewer = value is not None and value.central < 0
    if value is None or not round(value.central, 0 if few else 2):
        return "", ""
    if (value.agree or 0.0) < LIKELY:
        return "", ""
    if fewer and band == "80+":
        return "", ""
    texts = subject.texts
    said = spoken("change", value.scaled(-1.0) if fewer else value, texts, share=not few)
    key = "answer.young_fewer" if fewer else "answer.older"
    told = say(texts, key, change=said["change"], span=said["change_span"])
    return told, "" if fewer else certainty(value.agree or 0.0)


def children(
    figures: Figures, subject: Subject, *, least: float = LIKELY, among: Set[str] | None = None
) -> str:
    """Tell how many more children there will be, where a service for them is named and it is so.

    Of a page on all services, where it is one of those that lack most; ``least`` is how sure it is
    at least, and ``among`` are the services that count; all where left out.
    """
    texts, told = subject.texts, []
    for code, _ in lacking_services(figures, subject):
        if among is not None and code not in among:
            continue
        value, few = _change_of(figures, subject, CHILDREN.get(code, ""))
        if value is None or round(value.central, 0 if few else 2) <= 0:
            continue
        if (value.agree or 0.0) < least:
            continue
        said = spoken("change", value, texts, share=not few)
        told.append(say(texts, "answer.children", ages=CHILDREN[code].replace("-", "–"),
                        change=said["change"], span=said["change_span"]))  # fmt: skip
    return " ".join(told)


def _change_of(figures: Figures, subject: Subject, band: str) -> tuple[Estimate | None, bool]:
    """Give the change of a band of inhabitants, and whether it is of few and so in persons."""
    rows = only(pick(figures, subject, "population_by_band", dimension="age_band"), band)
    share, persons = change(rows, subject), change_of_few(rows, subject)
    return (share if persons is None else persons), persons is not None


def budget(figures: Figures, subject: Subject) -> str:
    """Set the budget's change to the last year it is known for beside that of the need."""
    texts = subject.texts
    funded = shown(whole(figures, subject, "funded_fte")).sort("year")
    if funded.height < 2 or funded["year"][0] != subject.base_year:
        return ""
    last, change = int(funded["year"][-1]), float(funded["central"][-1] - funded["central"][0])
    need = _change(figures, subject, "demand_fte", last)
    places = decimals_told(max(abs(change), abs(need or 0.0)), texts)
    change, need = round(change, places), need and round(need, places)
    beside = lacks = ""
    if need is not None:
        size = number(abs(need), texts, decimals=places)
        beside = say(texts, f"answer.beside_{_way(need)}", need=size)
        if need >= LEAST_TOLD and need - change >= LEAST_TOLD:
            fte = number(need - change, texts, decimals=places)
            how = {"more": "", "same": "_all", "less": "_less"}[_way(change)]
            lacks = say(texts, f"answer.unfunded{how}", fte=fte, need=size)
    fte = number(abs(change), texts, decimals=places)
    told = say(texts, f"answer.budget_{_way(change)}", year=last, base=subject.base_year, fte=fte,
               beside=beside)  # fmt: skip
    return " ".join(filter(None, [told, lacks]))


def room_in_budget(figures: Figures, subject: Subject) -> str:
    """Tell that staff is projected whatever the budget, and whether what is known has room for it.

    Where it has not, by the year that has least.
    """
    texts = subject.texts
    paths = [shown(whole(figures, subject, name)) for name in ("funded_fte", "supply_fte")]
    both = paths[0].join(paths[1].select("year", staff="central"), on="year")
    if both.height < 2:
        return ""
    lacks = both.select("year", fte=pl.col("staff") - pl.col("central")).sort("fte", "year")
    year, fte = lacks.row(-1)
    if fte < LEAST_TOLD:
        year = max(lacks["year"])
        return say(texts, f"answer.room{'_all' if year >= subject.horizon_year else ''}", year=year)
    places = decimals_told(both["staff"][-1], texts)
    return say(texts, "answer.no_room", year=year, fte=number(fte, texts, decimals=places))


def _change(figures: Figures, subject: Subject, variable: str, year: int) -> float | None:
    first, last = (
        page_figure(figures, subject, variable, one) for one in (subject.base_year, year)
    )
    return None if first is None or last is None else last.central - first.central


def _way(change: float) -> str:
    return "same" if abs(change) < LEAST_TOLD else "more" if change > 0 else "less"
