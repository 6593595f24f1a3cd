"""Charts of need and staff: the three lines, shortage by occupation, recruitment, scenarios."""

from __future__ import annotations

import polars as pl

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
    largest,
    name_of,
    only,
    pick,
    sector_name,
    shown,
    spoken,
    table_by_year,
    table_decimals,
    whole,
)
from workforce.reports.charts.shapes import Bar, Line, draw_bars, draw_lines
from workforce.reports.charts.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PENS,
    PURPLE,
    TEAL,
    TEXT_SIZE,
    Pen,
    canvas,
    label_axes,
    number_axis,
    year_axis,
)
from workforce.reports.disclosure import Publishable
from workforce.reports.texts import number, say

CAUSES = ("retired", "left_sector", "moved_municipality", "other")
SHORTAGE_LINES = ("unfilled", "unqualified", "agency_overtime")
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
            [*note, say(texts, "need.note", base=subject.base_year), say(texts, "need.axis_note")]
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


def measured_shortage(figures: Publishable, subject: Subject) -> Chart:
    """Set out the shortage measured in the base year by its three lines, never added."""
    texts = subject.texts
    rows = pick(
        figures, subject, "measured_shortage", sector=subject.sector, dimension="line",
        year=subject.base_year,
    )  # fmt: skip
    if not shown(rows).height:
        return absent(subject, "measured", "shortage")
    largest_line = shown(rows.filter(pl.col("occupation") == "all"))
    said = {"sector": sector_name(subject), "base": str(subject.base_year)}
    total = {row["category"]: row["central"] for row in largest_line.iter_rows(named=True)}
    if "unfilled" in total:
        said["fte"] = number(total["unfilled"], texts, decimals=decimals_for(total["unfilled"]))
        title = say(texts, "measured.title", **said)
    else:
        title = say(texts, "measured.heading")
    some = rows.filter(pl.col("central").is_null() | (pl.col("central") > 0))
    codes = [code for code in some["occupation"].unique(maintain_order=True) if code != "all"]
    codes = sorted(codes, key=lambda code: name_of(subject, "occupation", code))
    order = [*codes, "all"] if "all" in rows["occupation"].to_list() else codes
    columns: dict[str, list[str]] = {
        say(texts, "chart.occupation"): [
            say(texts, "chart.all_occupations") if c == "all" else name_of(subject, "occupation", c)
            for c in order
        ]
    }
    for line in SHORTAGE_LINES:
        written = {
            row["occupation"]: cell(row, texts, decimals=1)
            for row in only(rows, line).iter_rows(named=True)
        }
        columns[say(texts, f"measured.{line}")] = [written.get(code, "–") for code in order]
    return Chart(None, title, title, pl.DataFrame(columns), say(texts, "measured.note"))


def recruitment_need(figures: Publishable, subject: Subject) -> Chart:
    """Draw the FTE to recruit each year: replacement by cause, and growth.

    Replacement is split by the persons who leave for each cause, since a cause has no FTE of its
    own; where a cause is hidden, replacement stands whole.
    """
    texts = subject.texts
    need = whole(figures, subject, "recruitment_need")
    replacement = whole(figures, subject, "replacement_fte")
    growth = whole(figures, subject, "growth_fte")
    if any(not shown(rows).height for rows in (need, replacement, growth)):
        return absent(subject, "recruitment", "staff")
    years = shown(need)["year"].to_list()
    parts = _replacement_parts(figures, subject, replacement, years)
    parts["growth"] = _by_year(growth, years)
    figure, (axes,) = canvas(5.0)
    above, below = [0.0] * len(years), [0.0] * len(years)
    styles = {"retired": (BLUE, ""), "left_sector": (TEAL, "...."), "other": (GREY, ""),
              "moved_municipality": (PURPLE, "xxxx"), "replacement": (BLUE, ""),
              "growth": (ORANGE, "////")}  # fmt: skip
    for name, values in parts.items():
        start = [a if v >= 0 else b for v, a, b in zip(values, above, below, strict=True)]
        colour, hatch = styles[name]
        drawn = axes.bar(years, values, bottom=start, color=colour, hatch=hatch, edgecolor="white",
                 linewidth=0.8, width=0.72, label=say(texts, f"recruitment.{name}"))  # fmt: skip
        for patch in drawn:
            patch.set_hatch_linewidth(0.6)
        above = [a + max(v, 0) for v, a in zip(values, above, strict=True)]
        below = [b + min(v, 0) for v, b in zip(values, below, strict=True)]
    axes.vlines(years, need["lower"].to_list(), need["upper"].to_list(), color=INK, linewidth=1.8)
    axes.plot(years, _by_year(need, years), "D", color=INK, markersize=5.5, markerfacecolor="white",
              label=say(texts, "recruitment.total"))  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=1)
    year_axis(axes, years)
    number_axis(axes, texts)
    label_axes(axes, x=say(texts, "chart.calendar_year"), y=say(texts, "recruitment.axis"))
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=TEXT_SIZE - 1,
                  handlelength=2.2, handleheight=1.2)  # fmt: skip
    last = estimate(need, year=years[-1]) or Estimate(0, 0, 0, 0)
    decimals = decimals_for(last.central)
    said = {
        "sector": sector_name(subject),
        "year": str(years[-1]),
        **spoken("need", last, texts, decimals=decimals),
        "replacement": number(_by_year(replacement, years)[-1], texts, decimals=decimals),
        "growth": number(_by_year(growth, years)[-1], texts, decimals=decimals),
    }
    title = say(texts, "recruitment.title", **said)
    parts_shown = {"total": need, "replacement": replacement, "growth": growth}
    note = say(texts, "recruitment.note" if "retired" in parts else "recruitment.note_whole")
    return Chart(
        figure,
        title,
        say(texts, "recruitment.alt", title=title, **said),
        table_by_year(
            {say(texts, f"recruitment.{name}"): rows for name, rows in parts_shown.items()},
            texts, decimals=decimals_for(largest(shown(need))),
        ),
        note,
    )  # fmt: skip


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
        say(texts, "scenario.note"),
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
    """Name a scenario in the language of the page; one that is not packaged keeps its code."""
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
        f"{name_of(subject, by, one)}: {interval(value, texts, decimals=decimals_for(value.central))}"
        for one, value in drawn[:5]
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


def _replacement_parts(
    figures: Publishable, subject: Subject, replacement: pl.DataFrame, years: list[int]
) -> dict[str, list[float]]:
    """Split replacement by cause of exit; whole where a cause is hidden."""
    every = _by_year(replacement, years)
    exits = pick(
        figures, subject, "exits", sector=subject.sector, occupation="all", dimension="cause"
    )
    causes = {name: only(exits, name) for name in CAUSES}
    if any(shown(rows).height < len(years) for rows in causes.values()):
        return {"replacement": every}
    persons = {name: _by_year(rows, years) for name, rows in causes.items()}
    totals = [sum(values[i] for values in persons.values()) or 1.0 for i in range(len(years))]
    return {
        name: [every[i] * values[i] / totals[i] for i in range(len(years))]
        for name, values in persons.items()
    }


def _by_year(rows: pl.DataFrame, years: list[int]) -> list[float]:
    """Return the central figure of each year; nought where there is none."""
    values = dict(shown(rows).select("year", "central").iter_rows())
    return [float(values.get(year, 0.0)) for year in years]
