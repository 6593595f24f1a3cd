"""Charts of need and staff: the three lines, shortage by occupation and sector, scenarios."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_SHORTAGE,
    Estimate,
    Subject,
    estimate,
    occupation_gaps,
    of_known_posts,
    pick,
    shown,
    that_are_drawn,
    that_may_lead,
    whole,
)
from workforce.reports.charts.shapes import MOST_BARS, Bar, Bars, Line, Lines
from workforce.reports.charts.style import BLUE, PENS, Pen
from workforce.reports.charts.waterfall import net_words
from workforce.reports.charts.words import (
    NOTHING,
    certainty,
    certainty_word,
    column,
    decimals_told,
    interval,
    least_told,
    name_of,
    plain,
    said_of,
    sector_name,
    shortage_basis,
    spoken,
    table_by_year,
    table_decimals,
)
from workforce.texts.catalogue import Texts, number, say

LEAST_ROUNDED = 1.5
"""Smallest shortage of an occupation that is named for today, or where rounding shows. [FTE]"""
LEAST_SURPLUS = 0.5
"""Smallest surplus that a title or a card names beside what is missing. [FTE]"""
LEAST_BAR = 0.5
"""Smallest shortage or surplus that gets a bar, at the outer end of its interval. [FTE]"""
SURPLUS = Pen(BLUE, "-", "o")


@chart("need", "staff")
def need_posts_staff(figures: Figures, subject: Subject) -> Told | None:
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
        return None
    ends = {
        f"{name}_{when}": interval(value, texts) if value else NOTHING
        for name in ("demand_fte", "supply_fte")
        for when, year in (("base", subject.base_year), ("then", subject.horizon_year))
        for value in [estimate(series[name], year=year)]
    }
    notes = [] if shown(series["funded_fte"]).height else ["no_funded_posts"]
    # Between the two lines is the net; where nobody reads it off, it is not bracketed.
    gap = None
    if net.central >= least_told(texts):
        apart = number(net.central, texts, decimals=decimals_told(net.central, texts))
        gap = (say(texts, "need.gap", fte=apart), 0, len(lines) - 1)
    sides = {name: whole(figures, subject, f"{name}_fte") for name in ("missing", "surplus")}
    beside = {say(texts, f"by_occupation.{name}"): rows for name, rows in sides.items()}
    places = table_decimals(pl.concat([*sides.values()]), texts)
    return Told(
        Lines(lines, "chart.year_1_january", "chart.fte", from_zero=False, decimals=0, gap=gap),
        table_by_year({one.label: one.rows for one in lines}, texts).join(
            table_by_year(beside, texts, decimals=places), on=say(texts, "chart.year"), how="left"
        ),
        said=ends,
        sentence=missing_title(missing, over, subject),
        notes=(*notes, "note", "axis_note"),
        more=[shortage_basis(figures, subject)],
    )


@chart("by_occupation", "staff")
def shortage_by_occupation(figures: Figures, subject: Subject) -> Told | None:
    """Draw the shortage of each occupation at the horizon, largest first, with intervals."""
    return _sorted_shortages(figures, subject, "occupation")


@chart("by_sector", "staff")
def shortage_by_sector(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw what is missing in each sector at the horizon; silent on the page of one sector."""
    if subject.sector != "all":
        return SILENT
    return _sorted_shortages(figures, subject, "sector")


@chart("scenario", "staff")
def scenario_comparison(
    figures: Figures, subject: Subject, *, net: bool = False
) -> Told | Chart | None:
    """Draw the shortage under the page's scenario beside the baseline's; silent on a baseline.

    Net, a surplus in one occupation makes up for a shortage in another, and the title says so.
    """
    if subject.scenario == "baseline":
        return SILENT
    texts = subject.texts
    variable, kind = ("shortage_fte", "_net") if net else ("missing_fte", "")
    lines = [
        Line(scenario_name(subject, name), whole(figures, subject, variable, scenario=name), pen)
        for name, pen in ((subject.scenario, PENS[0]), ("baseline", PENS[1]))
    ]
    ends = [estimate(one.rows, year=subject.horizon_year) for one in lines]
    if ends[0] is None or ends[1] is None:
        return None
    return Told(
        Lines(lines, "chart.year_1_january", f"scenario.axis{kind}", decimals=0),
        said={"scenario": lines[0].label}
        | (
            {"fte": net_words(ends[0], texts), "base": net_words(ends[1], texts)}
            if net
            else spoken("fte", ends[0], texts) | spoken("base", ends[1], texts)
        ),
        title=f"title{kind}",
        more=[shortage_basis(figures, subject)],
    )


def missing_title(missing: Estimate, surplus: Estimate, subject: Subject) -> str:
    """Say in words what is missing, or where nothing is, what there is more of than needed.

    Both are over occupations, none of which makes up for another. [FTE]
    """
    texts = subject.texts
    kind = "lacks" if missing.central >= least_told(texts) else "none"
    if missing.agree is not None and certainty(missing.agree) == "open":
        kind = "open"
    # The word is of what lacks; of what is less than told, but not nothing, it says nothing.
    known = kind != "none" or missing.central < LEAST_SHORTAGE
    word = certainty_word(missing, texts) if known else ""
    title = say(
        texts, f"need.title_{kind}", sector=sector_name(subject), year=subject.horizon_year,
        certainty=f" ({word})" if word else "", **said_of("fte", missing, texts),
    )  # fmt: skip
    # Beside what is missing it would be taken off; the card has both.
    if kind != "none" or surplus.central < LEAST_SURPLUS:
        return title
    return say(texts, "need.title_beside", title=title, surplus=plain(surplus, texts))


def scenario_name(subject: Subject, scenario: str) -> str:
    """Name a scenario in the language of the page; one without a name keeps its code."""
    if scenario in subject.own_names:
        return subject.own_names[scenario]
    key = f"scenario_name.{scenario}"
    return say(subject.texts, key) if key in subject.texts.entries else scenario


def sorted_estimates(rows: pl.DataFrame, by: str) -> list[tuple[str, Estimate]]:
    """Return the shown figures of each code in a column, largest first."""
    found = [
        (str(row[by]), estimate(pl.DataFrame([row], schema=rows.schema)))
        for row in shown(rows).iter_rows(named=True)
    ]
    kept = [(code, value) for code, value in found if value is not None]
    return sorted(kept, key=lambda pair: -pair[1].central)


def _sorted_shortages(figures: Figures, subject: Subject, by: str) -> Told | None:
    """Draw what is missing by occupation or sector, from the most missing to the largest surplus.

    An occupation is either missing or over. A sector can be both, in different occupations: its bar
    is what is missing. The figures are medians of their own draws, so that occupations do not add
    up to the whole; the rest has a line of its own.
    """
    texts, year = subject.texts, subject.horizon_year
    one_way = by == "occupation"
    place = {"sector": subject.sector} if one_way else {"occupation": "all"}
    sides = {
        side: pick(figures, subject, f"{side}_fte", year=year, **place).filter(pl.col(by) != "all")
        for side in ("missing", "surplus")
    }
    drawn_rows = sides["missing"]
    if one_way:
        gaps = occupation_gaps(figures, subject, subject.sector, year=year)
        drawn_rows = of_known_posts(figures, subject, gaps)
    found = sorted_estimates(drawn_rows, by)
    if not found:
        return None
    enough = that_are_drawn(shown(drawn_rows), figures)
    # Fractions of a post are noise to a reader, so they stay in the table behind.
    drawn = [
        (code, v)
        for code, v in sorted_estimates(enough, by)
        if max(abs(v.lower), abs(v.upper)) >= LEAST_BAR
    ]
    if len(drawn) > MOST_BARS:
        drawn = sorted(drawn, key=lambda pair: -abs(pair[1].central))[:MOST_BARS]
        drawn = sorted(drawn, key=lambda pair: -pair[1].central)
    below = any(value.lower < 0 for _, value in drawn or found[:1])
    ends = [say(texts, f"by_occupation.{end}") for end in ("rest", "whole")] if one_way else []
    totals = {side: estimate(whole(figures, subject, f"{side}_fte"), year=year) for side in sides}
    places = table_decimals(pl.concat([*sides.values()]), texts)
    table = {f"chart.{by}": [*(name_of(subject, by, one) for one, _ in found), *ends]}
    for side, rows in sides.items():
        cells = column(rows, [one for one, _ in found], texts, by=by, decimals=places)
        if one_way:
            cells += _rest_and_whole(rows, totals[side], texts, places)
        table[f"by_occupation.{side}"] = cells
    leading = sorted_estimates(that_may_lead(drawn_rows, figures), by)
    title, said = _largest(leading, found, subject, by, places)
    # Where rounding is as large as what lacks, no occupation is called the largest.
    if title == "title" and one_way and texts.small_place and figures.rounded_to is not None:
        title = "title" if leading[0][1].central >= LEAST_ROUNDED else "heading"
    return Told(
        Bars(
            [Bar(name_of(subject, by, one), value) for one, value in drawn or found[:1]],
            say(texts, "by_occupation.axis_both" if below else "by_occupation.axis"),
            positive=PENS[1], negative=SURPLUS,
        ),
        table,
        said=said,
        title=title,
        alt="by_occupation.alt",
        notes=(
            "rest_note" if one_way else "not_a_sum",
            *(["chart.few_in_table"] if enough.height < len(found) else []),
        ),
    )  # fmt: skip


def _largest(
    leading: Sequence[tuple[str, Estimate]],
    found: Sequence[tuple[str, Estimate]],
    subject: Subject,
    by: str,
    places: int,
) -> tuple[str, dict[str, str]]:
    """Name the largest shortage; where only what may not lead is short, what the chart shows.

    The figure has the decimals of the table.
    """
    if not leading or leading[0][1].central <= 0 < found[0][1].central:
        return "title_few" if leading and by == "occupation" else "heading", {}
    code, top = leading[0]
    said = {
        "name": name_of(subject, by, code),
        **spoken("fte", top, subject.texts, decimals=places),
    }
    if round(top.central, places) > 0:
        return "title", said
    return "title_open" if by == "occupation" and top.central > 0 else "title_none", said


def _rest_and_whole(
    rows: pl.DataFrame, total: Estimate | None, texts: Texts, places: int
) -> list[str]:
    """Write the line that makes the occupations add up as printed, and the figure of them all."""
    if total is None:
        return [NOTHING] * 2
    printed = sum(round(value, places) for value in shown(rows)["central"])
    rest = number(round(total.central, places) - printed + 0.0, texts, decimals=places)
    return [rest, interval(total, texts, decimals=places)]
