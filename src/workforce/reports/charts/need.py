"""Charts of need where staff by age is not known: users, FTE they ask for, KOSTRA's key figures."""

from __future__ import annotations

from itertools import cycle

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, of_page, only, pick, shown
from workforce.reports.charts.population import change
from workforce.reports.charts.shapes import Line, Lines
from workforce.reports.charts.shortage import need_posts_staff
from workforce.reports.charts.style import PENS, Pen
from workforce.reports.charts.words import (
    NOTHING,
    column,
    decimals_for,
    interval,
    name_of,
    plain,
    sector_name,
    table_decimals,
)
from workforce.texts.catalogue import number, percent, say

YEARS_SHOWN = 3


@chart("users", "fte_in_post")
def users(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw users of the service over the years; silent where staff is known or nobody is told."""
    rows = pick(figures, subject, "users_path", occupation="all")
    return _path(rows, subject, "users", PENS[0])


@chart("need_in_post", "fte_in_post")
def need_in_post(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw the FTE that today's staffing per user asks for; silent where staff by age is known."""
    rows = pick(figures, subject, "demand_fte", occupation="all").filter(pl.col("sector") != "all")
    return _path(rows, subject, "need_in_post", PENS[1])


@chart("need")
def first_of_need(figures: Figures, subject: Subject) -> Chart:
    """Draw what a page on need opens with: need, posts and staff, or need alone without staff."""
    alone = need_in_post(figures, subject)
    return need_posts_staff(figures, subject) if alone is SILENT else alone


@chart("need_in_post")
def need_by_occupation(figures: Figures, subject: Subject) -> Told | Chart:
    """Set the need of each occupation in the base year beside that at the horizon."""
    rows = pick(figures, subject, "demand_fte").filter(
        (pl.col("occupation") != "all") & (pl.col("sector") != "all")
    )
    if _is_silent(subject) or rows["occupation"].n_unique() < 2:
        return SILENT
    base, places = subject.base_year, table_decimals(rows, subject.texts)
    order = rows.filter(year=base).sort(pl.col("central").fill_null(0.0), descending=True)
    codes = order["occupation"].to_list()
    table = {"occupation": [name_of(subject, "occupation", code) for code in codes]}
    for year in (base, subject.horizon_year):
        table[str(year)] = column(
            rows.filter(year=year), codes, subject.texts, by="occupation", decimals=places
        )
    said = {"base_year": base}
    return Told(table=table, said=said, title="occupations", notes=("occupations_note",))


@chart("kostra_figures")
def key_figures(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out KOSTRA's key figures of the last years; silent where there are none."""
    rows = of_page(pick(figures, subject, "key_figure_value", dimension="key_figure"), subject)
    if rows.is_empty():
        return SILENT
    codes = rows["category"].unique(maintain_order=True).to_list()
    table = {"name": [say(subject.texts, f"kostra_figures.{code}") for code in codes]}
    for year in sorted(rows["year"].unique().to_list())[-YEARS_SHOWN:]:
        table[str(year)] = [_value(only(rows, code), year, subject) for code in codes]
    return Told(table=table, title="caption")


def _is_silent(subject: Subject) -> bool:
    """Whether the page has staff by age, and with it need and supply beside one another."""
    return "staff" not in subject.missing or "fte_in_post" in subject.missing


def _path(rows: pl.DataFrame, subject: Subject, key: str, pen: Pen) -> Told | Chart | None:
    """Draw one figure of each sector over the years, with its interval."""
    texts, rows = subject.texts, of_page(rows, subject)
    if _is_silent(subject) or rows.is_empty():
        return SILENT
    sectors = rows["sector"].unique(maintain_order=True).to_list()
    parts = {code: shown(rows.filter(pl.col("sector") == code)).sort("year") for code in sectors}
    parts = {code: part for code, part in parts.items() if part.height > 1}
    if not parts:
        return None
    pens = cycle(PENS if len(parts) > 1 else [pen])
    lines = [
        Line(sector_name(subject, code), part, one)
        for (code, part), one in zip(parts.items(), pens, strict=False)
    ]
    first = lines[0].rows
    base, then = (estimate(first, year=y) for y in (subject.base_year, subject.horizon_year))
    growth = change(first, subject)
    if base is None or then is None or growth is None:
        return None
    decimals = decimals_for(base.central, texts)
    return Told(
        Lines(lines, "chart.year_1_january", f"{key}.axis", decimals=decimals),
        said={
            "sector": lines[0].label,
            "base_year": subject.base_year,
            "base": plain(base, texts),
            "then": interval(then, texts, decimals=decimals),
            "change": percent(growth.central, texts, decimals=0, sign=True),
        },
        notes=("note", "kostra") if key == "need_in_post" else ("note",),
    )


def _value(rows: pl.DataFrame, year: int, subject: Subject) -> str:
    """Write a key figure of a year, with a decimal where it has one."""
    value = next(iter(rows.filter(pl.col("year") == year)["central"]), None)
    if value is None:
        return NOTHING
    return number(float(value), subject.texts, decimals=0 if float(value).is_integer() else 1)
