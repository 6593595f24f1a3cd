"""Charts of need where staff by age is not known: users, FTE they ask for, KOSTRA's key figures."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    interval,
    name_of,
    only,
    pick,
    sector_name,
    shown,
    table_by_year,
    table_decimals,
)
from workforce.reports.charts.population import change
from workforce.reports.charts.shapes import Line, draw_lines
from workforce.reports.charts.shortage import need_posts_staff
from workforce.reports.charts.style import PENS, Pen
from workforce.texts.catalogue import number, percent, say

YEARS_SHOWN = 3


def users(figures: Figures, subject: Subject) -> Chart:
    """Draw users of the service over the years; silent where staff is known or nobody is told."""
    rows = pick(figures, subject, "users_path", occupation="all")
    return _path(rows, subject, "users", PENS[0])


def need_in_post(figures: Figures, subject: Subject) -> Chart:
    """Draw the FTE that today's staffing per user asks for; silent where staff by age is known."""
    rows = pick(figures, subject, "demand_fte", occupation="all").filter(pl.col("sector") != "all")
    return _path(rows, subject, "need_in_post", PENS[1])


def first_of_need(figures: Figures, subject: Subject) -> Chart:
    """Draw what a page on need opens with: need, posts and staff, or need alone without staff."""
    alone = need_in_post(figures, subject)
    return need_posts_staff(figures, subject) if alone is SILENT else alone


def need_by_occupation(figures: Figures, subject: Subject) -> Chart:
    """Set the need of each occupation in the base year beside that at the horizon."""
    texts = subject.texts
    rows = pick(figures, subject, "demand_fte").filter(
        (pl.col("occupation") != "all") & (pl.col("sector") != "all")
    )
    if _is_silent(subject) or rows["occupation"].n_unique() < 2:
        return SILENT
    ends = [rows.filter(pl.col("year") == y) for y in (subject.base_year, subject.horizon_year)]
    order = ends[0].sort(pl.col("central").fill_null(0.0), descending=True)["occupation"].to_list()
    columns: dict[str, list[str]] = {
        say(texts, "need_in_post.occupation"): [name_of(subject, "occupation", o) for o in order]
    }
    decimals = table_decimals(rows)
    for year, end in zip((subject.base_year, subject.horizon_year), ends, strict=True):
        written = {
            row["occupation"]: cell(row, texts, decimals=decimals)
            for row in end.iter_rows(named=True)
        }
        columns[str(year)] = [written.get(code, "–") for code in order]
    caption = say(
        texts, "need_in_post.occupations", base_year=subject.base_year, year=subject.horizon_year
    )
    note = say(texts, "need_in_post.occupations_note")
    return Chart(None, caption, caption, pl.DataFrame(columns), note)


def key_figures(figures: Figures, subject: Subject) -> Chart:
    """Set out KOSTRA's key figures of the last years; silent where there are none."""
    texts = subject.texts
    rows = pick(figures, subject, "key_figure_value", dimension="key_figure")
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    if rows.is_empty():
        return SILENT
    years = sorted(rows["year"].unique().to_list())[-YEARS_SHOWN:]
    codes = rows["category"].unique(maintain_order=True).to_list()
    columns = {
        say(texts, "kostra_figures.name"): [say(texts, f"kostra_figures.{code}") for code in codes]
    }
    for year in years:
        columns[str(year)] = [_value(only(rows, code), year, subject) for code in codes]
    caption = say(texts, "kostra_figures.caption")
    note = say(texts, "kostra_figures.note")
    return Chart(None, caption, caption, pl.DataFrame(columns), note)


def _is_silent(subject: Subject) -> bool:
    """Whether the page has staff by age, and with it need and supply beside one another."""
    return "staff" not in subject.missing or "fte_in_post" in subject.missing


def _path(rows: pl.DataFrame, subject: Subject, key: str, pen: Pen) -> Chart:
    """Draw one figure of each sector over the years, with its interval."""
    texts = subject.texts
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    if _is_silent(subject) or rows.is_empty():
        return SILENT
    sectors = rows["sector"].unique(maintain_order=True).to_list()
    parts = {code: shown(rows.filter(pl.col("sector") == code)).sort("year") for code in sectors}
    parts = {code: part for code, part in parts.items() if part.height > 1}
    if not parts:
        return absent(subject, key, "fte_in_post")
    names = {code: sector_name(subject, code) for code in parts}
    lines = [
        Line(names[code], part, one)
        for (code, part), one in zip(parts.items(), PENS if len(parts) > 1 else [pen], strict=False)
    ]
    first, part = next(iter(parts.items()))
    base = estimate(part, year=subject.base_year)
    then = estimate(part, year=subject.horizon_year)
    growth = change(part, subject)
    if base is None or then is None or growth is None:
        return absent(subject, key, "fte_in_post")
    decimals = decimals_for(base.central)
    title = say(
        texts, f"{key}.title", sector=names[first], base_year=subject.base_year,
        year=subject.horizon_year, base=number(base.central, texts, decimals=decimals),
        then=interval(then, texts, decimals=decimals),
    )  # fmt: skip
    said = percent(growth.central, texts, decimals=0, sign=True)
    notes = [say(texts, f"{key}.note", base_year=subject.base_year)]
    if key == "need_in_post":
        notes.append(say(texts, "need_in_post.kostra"))
    return Chart(
        draw_lines(lines, texts, x=say(texts, "chart.year_1_january"), y=say(texts, f"{key}.axis")),
        title,
        say(texts, f"{key}.alt", title=title, change=said),
        table_by_year(
            {names[code]: part for code, part in parts.items()}, texts, decimals=decimals
        ),
        " ".join(notes),
    )


def _value(rows: pl.DataFrame, year: int, subject: Subject) -> str:
    """Write a key figure of a year, with a decimal where it has one."""
    texts = subject.texts
    found = rows.filter(pl.col("year") == year)
    if found.is_empty():
        return "–"
    value = found["central"][0]
    if value is None:
        return "–"
    return number(float(value), texts, decimals=0 if float(value).is_integer() else 1)
