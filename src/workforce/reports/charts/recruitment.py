"""Charts of what it takes to fill posts: the shortage of today, and whom to recruit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.persons import OWN
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    estimate_of,
    how_known,
    only,
    pick,
    shortage_lines,
    shown,
    whole,
)
from workforce.reports.charts.staff import CAUSES
from workforce.reports.charts.style import (
    FILLS,
    GREY,
    INK,
    canvas,
    label_axes,
    legend_below,
    number_axis,
    year_axis,
)
from workforce.reports.charts.words import (
    NOTHING,
    adding_up,
    column,
    decimals_for,
    name_of,
    place_name,
    plain,
    spoken,
    table_by_year,
    years_adding_up,
)
from workforce.texts.catalogue import number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OTHERS = "others"
SHORTAGE_LINES = ("unfilled", "unqualified", "agency_overtime")
PARTS = ("retired", "left_sector", "moved_municipality", "other", "growth")
COLOURS = dict(zip(PARTS, FILLS, strict=True)) | {"replacement": FILLS[0]}


@chart("measured", "shortage")
def measured_shortage(figures: Figures, subject: Subject) -> Told | None:
    """Set out the shortage of the base year by its three lines, never added.

    A line that nobody counted is empty, but for the unfilled posts estimated from national rates.
    """
    texts = subject.texts
    rows = shortage_lines(figures, subject)
    if not shown(rows).height:
        return None
    known = {line: how_known(rows, line) for line in SHORTAGE_LINES}
    unfilled = estimate(only(rows.filter(pl.col("occupation") == "all"), "unfilled"))
    some = rows.filter(pl.col("central").is_null() | (pl.col("central") > 0))
    codes = [code for code in some["occupation"].unique(maintain_order=True) if code != "all"]
    codes = sorted(codes, key=lambda code: name_of(subject, "occupation", code))
    whole = rows["occupation"].to_list()
    others = any(OTHERS in line_adding_up(only(rows, line))["occupation"] for line in known)
    order = [*codes, *[OTHERS] * others, *["all"] * ("all" in whole)]
    table = {"chart.occupation": [place_name(subject, "occupation", code) for code in order]}
    for line, how in known.items():
        own = line_adding_up(only(rows, line))
        none = NOTHING if own.height else say(texts, "measured.not_counted")
        cells = column(own, order, texts, by="occupation", decimals=1, none=none)
        table[f"{line}{how}"] = cells
    rounded, how = figures.rounded_to is not None, known["unfilled"]
    notes = ["note"]
    if rounded and codes:
        notes.append("note_spread")
    if rounded and unfilled is not None and not how:
        notes.append("note_drawn")
    if how:
        notes.append(f"note{how}")
    return Told(
        table=table,
        said={"least": OWN, "fte": plain(unfilled, texts) if unfilled else ""},
        title=f"title{how}" if unfilled else "heading",
        notes=notes,
    )


def line_adding_up(line: pl.DataFrame) -> pl.DataFrame:
    """Round a line so that its occupations add up to all, with the others where not all are told.

    A line of all occupations together alone stays as it is.
    """
    posts = dict(shown(line).select("occupation", "central").iter_rows())
    whole = posts.pop("all", None)
    if whole is None or not posts:
        return line
    rest = whole - sum(posts.values())
    if abs(rest) > 1e-6:
        posts[OTHERS] = rest
        other = line.filter(occupation="all").with_columns(occupation=pl.lit(OTHERS))
        line = pl.concat([line, other])
    printed = adding_up(posts, whole, decimals=1)
    told = pl.col("occupation").replace_strict(printed, default=None, return_dtype=pl.Float64)
    return line.with_columns(
        pl.coalesce(told, end).alias(end) for end in ("central", "lower", "upper")
    )


def need_in_halves(
    figures: Figures, subject: Subject, year: int
) -> tuple[Estimate, dict[str, float]] | None:
    """Return the need to recruit in a year, and replacement and growth that add up to it in print.

    None where a figure is not there.
    """
    need, replacement, growth = (
        estimate(whole(figures, subject, name), year=year)
        for name in ("recruitment_need", "replacement_fte", "growth_fte")
    )
    if need is None or replacement is None or growth is None:
        return None
    halves = {"replacement": replacement.central, "growth": growth.central}
    places = decimals_for(need.central, subject.texts)
    return need, adding_up(halves, need.central, decimals=places)


def mean_flows(figures: Figures, subject: Subject) -> dict[str, Estimate]:
    """Return what leaves, is to be recruited and comes in per year, the mean of the period.

    By part; none where the need, replacement, growth or inflow is not there.
    """
    rows = pick(figures, subject, "mean_flow", sector=subject.sector, occupation="all",
                dimension="flow_part")  # fmt: skip
    found = {row["category"]: estimate_of(row) for row in shown(rows).iter_rows(named=True)}
    return found if {"need", "replacement", "growth", "inflow"} <= set(found) else {}


@chart("recruitment", "staff")
def recruitment_need(figures: Figures, subject: Subject) -> Told | None:
    """Draw the FTE to recruit each year: replacement by cause, and growth.

    Replacement is split by the persons who leave for each cause, since a cause has no FTE of its
    own; where a cause has no figure, replacement stands whole.
    """
    texts = subject.texts
    series = {
        name: whole(figures, subject, variable)
        for name, variable in (("total", "recruitment_need"), ("replacement", "replacement_fte"),
                               ("growth", "growth_fte"))
    }  # fmt: skip
    years = shown(series["total"])["year"].to_list()
    found = need_in_halves(figures, subject, years[-1]) if years else None
    if found is None:
        return None
    need, halves = found
    parts = _replacement_parts(figures, subject, series["replacement"], years)
    parts["growth"] = _by_year(series["growth"], years)
    places = decimals_for(need.central, texts)
    both = {name: series[name] for name in halves}
    inside = any(one.variable == "inner_moves" for one in figures.facts.borrowed)
    told = {"total": series["total"], **years_adding_up(both, series["total"], decimals=places)}
    return Told(
        lambda: _draw(parts, series["total"], years, subject),
        table_by_year(
            {say(texts, f"recruitment.{name}"): rows for name, rows in told.items()},
            texts, decimals=places,
        ),
        said={
            "year": years[-1],
            **spoken("need", need, texts, decimals=places),
            **{name: number(value, texts, decimals=places) for name, value in halves.items()},
            "less": number(-halves["growth"], texts, decimals=places),
        },
        title="title" if halves["growth"] >= 0 else "title_less",
        notes=(
            "note" if "retired" in parts else "note_whole",
            "moves_counted" if inside else "moves_left_out",
        ),
    )  # fmt: skip


def _draw(
    parts: dict[str, list[float]], need: pl.DataFrame, years: list[int], subject: Subject
) -> Figure:
    """Draw a bar for each year with its parts up and down from nought, and the need as a dot."""
    texts = subject.texts
    figure, (axes,) = canvas(5.0)
    above, below = [0.0] * len(years), [0.0] * len(years)
    for name, values in parts.items():
        start = [a if v >= 0 else b for v, a, b in zip(values, above, below, strict=True)]
        axes.bar(years, values, bottom=start, color=COLOURS[name], edgecolor="white",
                 linewidth=0.8, width=0.72, label=say(texts, f"recruitment.{name}"))  # fmt: skip
        above = [a + max(v, 0) for v, a in zip(values, above, strict=True)]
        below = [b + min(v, 0) for v, b in zip(values, below, strict=True)]
    axes.vlines(years, need["lower"].to_list(), need["upper"].to_list(), color=INK, linewidth=1.8)
    axes.plot(years, _by_year(need, years), "D", color=INK, markersize=5.5, markerfacecolor="white",
              label=say(texts, "recruitment.total"))  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=1)
    year_axis(axes, years)
    number_axis(axes, texts)
    label_axes(axes, x=say(texts, "chart.calendar_year"), y=say(texts, "recruitment.axis"))
    legend_below(figure)
    return figure


def _replacement_parts(
    figures: Figures, subject: Subject, replacement: pl.DataFrame, years: list[int]
) -> dict[str, list[float]]:
    """Split replacement by cause of exit; whole where a cause has no figure."""
    parts = pick(
        figures, subject, "replacement_by_cause", sector=subject.sector, occupation="all",
        dimension="cause",
    )  # fmt: skip
    causes = {name: only(parts, name) for name in CAUSES}
    if any(shown(rows).height < len(years) for rows in causes.values()):
        return {"replacement": _by_year(replacement, years)}
    return {name: _by_year(rows, years) for name, rows in causes.items()}


def _by_year(rows: pl.DataFrame, years: list[int]) -> list[float]:
    """Return the central figure of each year; nought where there is none."""
    values = dict(shown(rows).select("year", "central").iter_rows())
    return [float(values.get(year, 0.0)) for year in years]
