"""Charts of what it takes to fill posts: the shortage of today, and whom to recruit."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.disclosure.stocks import OWN
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    how_known,
    largest,
    name_of,
    only,
    pick,
    sector_name,
    shortage_lines,
    shown,
    spoken,
    table_by_year,
    whole,
)
from workforce.reports.charts.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    TEAL,
    TEXT_SIZE,
    canvas,
    label_axes,
    number_axis,
    own_style,
    year_axis,
)
from workforce.texts.catalogue import number, say

CAUSES = ("retired", "left_sector", "moved_municipality", "other")
SHORTAGE_LINES = ("unfilled", "unqualified", "agency_overtime")


def measured_shortage(figures: Figures, subject: Subject) -> Chart:
    """Set out the shortage of the base year by its three lines, never added.

    A line that nobody counted is empty, but for the unfilled posts estimated from national rates.
    """
    texts = subject.texts
    rows = shortage_lines(figures, subject)
    if not shown(rows).height:
        return absent(subject, "measured", "shortage")
    largest_line = shown(rows.filter(pl.col("occupation") == "all"))
    said = {"sector": sector_name(subject), "base": str(subject.base_year)}
    total = {row["category"]: row["central"] for row in largest_line.iter_rows(named=True)}
    known = {line: how_known(rows, line) for line in SHORTAGE_LINES}
    if "unfilled" in total:
        said["fte"] = number(total["unfilled"], texts, decimals=decimals_for(total["unfilled"]))
        title = say(texts, f"measured.title{known['unfilled']}", **said)
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
        none = "–" if written else say(texts, "measured.not_counted")
        heading = say(texts, f"measured.{line}{known[line]}")
        columns[heading] = [written.get(code, none) for code in order]
    notes = [say(texts, "measured.note")]
    if figures.rounded_to is not None and codes:
        notes.append(say(texts, "measured.note_spread", least=OWN))
    if figures.rounded_to is not None and "unfilled" in total and known["unfilled"] == "":
        notes.append(say(texts, "measured.note_drawn"))
    if known["unfilled"]:
        notes.append(say(texts, f"measured.note{known['unfilled']}"))
    return Chart(None, title, title, pl.DataFrame(columns), " ".join(notes))


@own_style()
def recruitment_need(figures: Figures, subject: Subject) -> Chart:
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


def _replacement_parts(
    figures: Figures, subject: Subject, replacement: pl.DataFrame, years: list[int]
) -> dict[str, list[float]]:
    """Split replacement by cause of exit; whole where a cause is hidden."""
    every = _by_year(replacement, years)
    parts = pick(
        figures, subject, "replacement_by_cause", sector=subject.sector, occupation="all",
        dimension="cause",
    )  # fmt: skip
    causes = {name: only(parts, name) for name in CAUSES}
    if any(shown(rows).height < len(years) for rows in causes.values()):
        return {"replacement": every}
    return {name: _by_year(rows, years) for name, rows in causes.items()}


def _by_year(rows: pl.DataFrame, years: list[int]) -> list[float]:
    """Return the central figure of each year; nought where there is none."""
    values = dict(shown(rows).select("year", "central").iter_rows())
    return [float(values.get(year, 0.0)) for year in years]
