"""Charts of need and staff: the three lines, shortage by occupation and sector, scenarios."""

from __future__ import annotations

import polars as pl

from workforce.disclosure.protection import Publishable
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    hidden_note,
    interval,
    name_of,
    pick,
    sector_name,
    shortage_basis,
    shown,
    spoken,
    table_by_year,
    table_decimals,
    whole,
)
from workforce.reports.charts.shapes import Bar, Line, draw_bars, draw_lines
from workforce.reports.charts.style import (
    BLUE,
    PENS,
    Pen,
)
from workforce.texts.catalogue import say

MOST_BARS = 12
LEAST_BAR = 0.5
"""Smallest shortage or surplus that gets a bar, at the outer end of its interval. [FTE]"""
SURPLUS = Pen(BLUE, "-", "o", "////")


def need_posts_staff(figures: Publishable, subject: Subject) -> Chart:
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
    gap = estimate(whole(figures, subject, "shortage_fte"), year=subject.horizon_year)
    if gap is None or len(lines) < 2:
        return absent(subject, "need", "staff")
    title = gap_title(gap, subject, "need")
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
                say(texts, "need.note", base=subject.base_year),
                say(texts, "need.axis_note"),
                shortage_basis(figures, subject),
            ]
            if one
        ),
    )  # fmt: skip


def shortage_by_occupation(figures: Publishable, subject: Subject) -> Chart:
    """Draw the shortage of each occupation at the horizon, largest first, with intervals."""
    rows = pick(
        figures, subject, "shortage_fte", sector=subject.sector, year=subject.horizon_year
    ).filter(pl.col("occupation") != "all")
    return _sorted_shortages(rows, subject, "occupation")


def shortage_by_sector(figures: Publishable, subject: Subject) -> Chart:
    """Draw the shortage of each sector at the horizon; silent on the page of one sector."""
    if subject.sector != "all":
        return SILENT
    rows = pick(
        figures, subject, "shortage_fte", occupation="all", year=subject.horizon_year
    ).filter(pl.col("sector") != "all")
    return _sorted_shortages(rows, subject, "sector")


def scenario_comparison(figures: Publishable, subject: Subject) -> Chart:
    """Draw the shortage under the page's scenario beside the baseline's; silent on a baseline."""
    texts = subject.texts
    base = whole(figures, subject, "shortage_fte", scenario="baseline")
    other = whole(figures, subject, "shortage_fte")
    if subject.scenario == "baseline":
        return SILENT
    ends = [estimate(rows, year=subject.horizon_year) for rows in (other, base)]
    if ends[0] is None or ends[1] is None:
        return absent(subject, "scenario", "staff")
    label = scenario_name(subject, subject.scenario)
    title = say(
        texts, "scenario.title", scenario=label, year=subject.horizon_year,
        sector=sector_name(subject), **spoken("fte", ends[0], texts),
        **spoken("base", ends[1], texts),
    )  # fmt: skip
    lines = [
        Line(label, other, PENS[0]),
        Line(scenario_name(subject, "baseline"), base, PENS[1]),
    ]
    return Chart(
        draw_lines(
            lines, texts, x=say(texts, "chart.year_1_january"), y=say(texts, "scenario.axis")
        ),
        title,
        say(texts, "scenario.alt", title=title),
        table_by_year({one.label: one.rows for one in lines}, texts),
        f"{say(texts, 'scenario.note')} {shortage_basis(figures, subject)}".strip(),
    )


def gap_title(gap: Estimate, subject: Subject, chart: str) -> str:
    """Say a shortage in words: people missing, more than the density of the base year, or open.

    Parameters
    ----------
    gap
        Demand less supply. [FTE]
    subject
        The page.
    chart
        Key of the chart in the catalogue, with title_lacks, title_surplus and title_open.
    """
    texts, decimals = subject.texts, decimals_for(gap.central)
    said = {
        "sector": sector_name(subject),
        "base": str(subject.base_year),
        "year": str(subject.horizon_year),
    }
    kind = "lacks" if gap.central >= 0 else "surplus"
    if gap.lower < 0 < gap.upper:
        kind = "open"
    value = gap.scaled(-1.0) if kind == "surplus" else gap
    return say(
        texts, f"{chart}.title_{kind}", **said, **spoken("fte", value, texts, decimals=decimals)
    )


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


def _sorted_shortages(rows: pl.DataFrame, subject: Subject, by: str) -> Chart:
    """Draw shortages by occupation or sector, from the most missing to the largest surplus."""
    texts = subject.texts
    found = sorted_estimates(rows, by)
    if not found:
        return absent(subject, f"by_{by}", "staff")
    # Fractions of a post are noise to a reader, so they stay in the table behind.
    drawn = [(code, v) for code, v in found if max(abs(v.lower), abs(v.upper)) >= LEAST_BAR]
    if len(drawn) > MOST_BARS:
        drawn = sorted(drawn, key=lambda pair: -abs(pair[1].central))[:MOST_BARS]
        drawn = sorted(drawn, key=lambda pair: -pair[1].central)
    drawn = drawn or found[:1]
    code, top = drawn[0]
    said = {
        "name": name_of(subject, by, code),
        "sector": sector_name(subject),
        "year": str(subject.horizon_year),
        **spoken("fte", top, texts, decimals=decimals_for(top.central)),
    }
    title = say(texts, f"by_{by}.title" if top.central > 0 else f"by_{by}.title_none", **said)
    listed = "; ".join(
        f"{name_of(subject, by, one)}: {interval(v, texts, decimals=decimals_for(v.central))}"
        for one, v in drawn[:5]
    )
    hidden = [
        name_of(subject, by, one) for one in rows.filter(pl.col("central").is_null())[by].to_list()
    ]
    order = [*(one for one, _ in found), *rows.filter(pl.col("central").is_null())[by].to_list()]
    places = table_decimals(rows)
    written = {row[by]: cell(row, texts, decimals=places) for row in rows.iter_rows(named=True)}
    table = pl.DataFrame(
        {
            say(texts, f"chart.{by}"): [name_of(subject, by, one) for one in order],
            say(texts, "by_occupation.axis"): [written[one] for one in order],
        }
    )
    notes = [hidden_note(rows, texts, hidden), say(texts, "need.note", base=subject.base_year)]
    return Chart(
        draw_bars(
            [Bar(name_of(subject, by, one), value) for one, value in drawn], texts,
            x=say(texts, "by_occupation.axis"), positive=PENS[1], negative=SURPLUS,
        ),
        title,
        say(texts, "by_occupation.alt", title=title, list=listed),
        table,
        " ".join(note for note in notes if note),
    )  # fmt: skip
