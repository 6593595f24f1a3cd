"""Charts of need and staff: the three lines, shortage by occupation and sector, scenarios."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    interval,
    name_of,
    occupation_gaps,
    pick,
    sector_name,
    shortage_basis,
    shown,
    spoken,
    table_by_year,
    table_decimals,
    that_may_lead,
    whole,
)
from workforce.reports.charts.shapes import Bar, Line, draw_bars, draw_lines
from workforce.reports.charts.style import (
    BLUE,
    PENS,
    Pen,
)
from workforce.texts.catalogue import Texts, number, say

MOST_BARS = 12
LEAST_SURPLUS = 0.5
"""Smallest surplus that a title or a card names beside what is missing. [FTE]"""
LEAST_SHORTAGE = 0.05
"""Less is written as 0.0. [FTE]"""
LEAST_BAR = 0.5
"""Smallest shortage or surplus that gets a bar, at the outer end of its interval. [FTE]"""
SURPLUS = Pen(BLUE, "-", "o", "////")


def need_posts_staff(figures: Figures, subject: Subject) -> Chart:
    """Draw need, funded posts and staff over the years, three lines beside one another."""
    texts = subject.texts
    series = {
        name: whole(figures, subject, name) for name in ("demand_fte", "funded_fte", "supply_fte")
    }
    lines = [
        Line(say(texts, f"need.{name}"), rows, pen)
        for (name, rows), pen in zip(series.items(), (PENS[1], PENS[2], PENS[0]), strict=True)
        if shown(rows).height
    ]
    missing, over, net = (
        estimate(whole(figures, subject, name), year=subject.horizon_year)
        for name in ("missing_fte", "surplus_fte", "shortage_fte")
    )
    if missing is None or over is None or net is None or len(lines) < 2:
        return absent(subject, "need", "staff")
    title = missing_title(missing, over, subject)
    net_said = spoken("net", net, texts, decimals=decimals_for(net.central))
    ends = {
        f"{name}_{when}": interval(value, texts) if value else "–"
        for name in ("demand_fte", "supply_fte")
        for when, year in (("base", subject.base_year), ("then", subject.horizon_year))
        for value in [estimate(series[name], year=year)]
    }
    note = [] if shown(series["funded_fte"]).height else [say(texts, "need.no_funded_posts")]
    return Chart(
        draw_lines(
            lines, texts, x=say(texts, "chart.year_1_january"), y=say(texts, "chart.fte"),
            from_zero=False,
        ),
        title,
        say(texts, "need.alt", title=title, base=subject.base_year, year=subject.horizon_year,
            **ends),
        table_by_year({one.label: one.rows for one in lines}, texts),
        " ".join(
            one
            for one in [
                *note,
                say(texts, "need.net_note", year=subject.horizon_year, **net_said),
                say(texts, "need.note", base=subject.base_year),
                say(texts, "need.axis_note"),
                shortage_basis(figures, subject),
            ]
            if one
        ),
    )  # fmt: skip


def shortage_by_occupation(figures: Figures, subject: Subject) -> Chart:
    """Draw the shortage of each occupation at the horizon, largest first, with intervals."""
    return _sorted_shortages(figures, subject, "occupation")


def shortage_by_sector(figures: Figures, subject: Subject) -> Chart:
    """Draw what is missing in each sector at the horizon; silent on the page of one sector."""
    if subject.sector != "all":
        return SILENT
    return _sorted_shortages(figures, subject, "sector")


def scenario_comparison(figures: Figures, subject: Subject, *, net: bool = False) -> Chart:
    """Draw the shortage under the page's scenario beside the baseline's; silent on a baseline.

    Net, a surplus in one occupation makes up for a shortage in another, and the title says so.
    """
    texts = subject.texts
    variable, kind = ("shortage_fte", "_net") if net else ("missing_fte", "")
    base = whole(figures, subject, variable, scenario="baseline")
    other = whole(figures, subject, variable)
    if subject.scenario == "baseline":
        return SILENT
    ends = [estimate(rows, year=subject.horizon_year) for rows in (other, base)]
    if ends[0] is None or ends[1] is None:
        return absent(subject, "scenario", "staff")
    label = scenario_name(subject, subject.scenario)
    title = say(
        texts, f"scenario.title{kind}", scenario=label, year=subject.horizon_year,
        sector=sector_name(subject), **spoken("fte", ends[0], texts),
        **spoken("base", ends[1], texts),
    )  # fmt: skip
    lines = [
        Line(label, other, PENS[0]),
        Line(scenario_name(subject, "baseline"), base, PENS[1]),
    ]
    return Chart(
        draw_lines(
            lines,
            texts,
            x=say(texts, "chart.year_1_january"),
            y=say(texts, f"scenario.axis{kind}"),
        ),
        title,
        say(texts, "scenario.alt", title=title),
        table_by_year({one.label: one.rows for one in lines}, texts),
        f"{say(texts, 'scenario.note')} {shortage_basis(figures, subject)}".strip(),
    )


def missing_title(missing: Estimate, surplus: Estimate, subject: Subject) -> str:
    """Say in words what is missing, and beside it what other occupations have more of than needed.

    Parameters
    ----------
    missing, surplus
        Over occupations, none of which makes up for another. [FTE]
    subject
        The page.
    """
    texts = subject.texts
    kind = "lacks" if missing.lower >= LEAST_SHORTAGE else "open"
    if missing.upper < LEAST_SHORTAGE:
        kind = "none"
    title = say(
        texts, f"need.title_{kind}", sector=sector_name(subject), year=subject.horizon_year,
        **spoken("fte", missing, texts, decimals=decimals_for(missing.central)),
    )  # fmt: skip
    if surplus.central < LEAST_SURPLUS:
        return title
    over = number(surplus.central, texts, decimals=decimals_for(surplus.central))
    beside = "need.title_beside_none" if kind == "none" else "need.title_beside"
    return say(texts, beside, title=title, surplus=over)


def scenario_name(subject: Subject, scenario: str) -> str:
    """Name a scenario in the language of the page; one without a name keeps its code."""
    if scenario in subject.own_names:
        return subject.own_names[scenario]
    key = f"scenario_name.{scenario}"
    return say(subject.texts, key) if key in subject.texts.entries else scenario


def sorted_estimates(rows: pl.DataFrame, column: str) -> list[tuple[str, Estimate]]:
    """Return the shown figures of each code in a column, largest first."""
    found = [
        (str(row[column]), estimate(pl.DataFrame([row], schema=rows.schema)))
        for row in shown(rows).iter_rows(named=True)
    ]
    kept = [(code, value) for code, value in found if value is not None]
    return sorted(kept, key=lambda pair: -pair[1].central)


def _sorted_shortages(figures: Figures, subject: Subject, by: str) -> Chart:
    """Draw what is missing by occupation or sector, from the most missing to the largest surplus.

    An occupation is either missing or over. A sector can be both, in different occupations: its bar
    is what is missing. The figures are medians of their own draws, so that occupations do not add
    up to the whole; the rest has a line of its own.
    """
    texts, year = subject.texts, subject.horizon_year
    one_way = by == "occupation"
    place = {"sector": subject.sector} if one_way else {"occupation": "all"}
    missing, surplus = (
        pick(figures, subject, name, year=year, **place).filter(pl.col(by) != "all")
        for name in ("missing_fte", "surplus_fte")
    )
    drawn_rows = missing
    if one_way:
        drawn_rows = occupation_gaps(figures, subject, subject.sector, year=year)
    found = sorted_estimates(drawn_rows, by)
    if not found:
        return absent(subject, f"by_{by}", "staff")
    # Fractions of a post are noise to a reader, so they stay in the table behind.
    drawn = [(code, v) for code, v in found if max(abs(v.lower), abs(v.upper)) >= LEAST_BAR]
    if len(drawn) > MOST_BARS:
        drawn = sorted(drawn, key=lambda pair: -abs(pair[1].central))[:MOST_BARS]
        drawn = sorted(drawn, key=lambda pair: -pair[1].central)
    drawn = drawn or found[:1]
    leading = sorted_estimates(that_may_lead(drawn_rows, figures), by)
    title = _largest_title(leading, found, subject, by)
    listed = "; ".join(
        f"{name_of(subject, by, one)}: {interval(v, texts, decimals=decimals_for(v.central))}"
        for one, v in drawn[:5]
    )
    order = [one for one, _ in found]
    ends = ("rest", "whole") if one_way else ()
    columns = {
        say(texts, f"chart.{by}"): [
            *(name_of(subject, by, one) for one in order),
            *(say(texts, f"by_occupation.{end}") for end in ends),
        ]
    }
    for key, rows, name in (
        ("missing", missing, "missing_fte"),
        ("surplus", surplus, "surplus_fte"),
    ):
        places = table_decimals(rows)
        written = {row[by]: cell(row, texts, decimals=places) for row in rows.iter_rows(named=True)}
        cells = [written[one] for one in order]
        if one_way:
            cells += _rest_and_whole(
                rows, estimate(whole(figures, subject, name), year=year), texts, places
            )
        columns[say(texts, f"by_occupation.{key}")] = cells
    notes = [
        say(texts, "by_occupation.rest_note" if one_way else "by_sector.not_a_sum"),
        say(texts, "need.note", base=subject.base_year),
    ]
    return Chart(
        draw_bars(
            [Bar(name_of(subject, by, one), value) for one, value in drawn], texts,
            x=say(texts, "by_occupation.axis"), positive=PENS[1], negative=SURPLUS,
        ),
        title,
        say(texts, "by_occupation.alt", title=title, list=listed),
        pl.DataFrame(columns),
        " ".join(notes),
    )  # fmt: skip


def _largest_title(
    leading: Sequence[tuple[str, Estimate]],
    found: Sequence[tuple[str, Estimate]],
    subject: Subject,
    by: str,
) -> str:
    """Name the largest shortage; where only what may not lead is short, what the chart shows."""
    texts = subject.texts
    if not leading or leading[0][1].central <= 0 < found[0][1].central:
        return say(texts, f"by_{by}.heading")
    code, top = leading[0]
    return say(
        texts, f"by_{by}.title" if top.central > 0 else f"by_{by}.title_none",
        name=name_of(subject, by, code), sector=sector_name(subject), year=subject.horizon_year,
        **spoken("fte", top, texts, decimals=decimals_for(top.central)),
    )  # fmt: skip


def _rest_and_whole(
    rows: pl.DataFrame, total: Estimate | None, texts: Texts, places: int
) -> list[str]:
    """Write the line that makes the occupations add up as printed, and the figure of them all."""
    if total is None:
        return ["–"] * 2
    printed = sum(round(value, places) for value in shown(rows)["central"])
    rest = number(round(total.central, places) - printed + 0.0, texts, decimals=places)
    return [rest, interval(total, texts, decimals=places)]
