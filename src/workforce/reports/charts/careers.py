"""How many posts open over the period, and how long employees of an age stay."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    interval,
    name_of,
    of_known_posts,
    only,
    pick,
    sector_name,
    shown,
    spoken,
    table_decimals,
)
from workforce.reports.charts.shapes import Bar, draw_bars
from workforce.reports.charts.style import PENS
from workforce.texts.catalogue import number, say

PARTS = ("openings", "growth", "exits", "transfers")
YOUNG, OLDER = "30", "55"
"""Start ages that the title names."""


def openings(figures: Figures, subject: Subject) -> Chart:
    """Set out the posts that open until the horizon, and what opens them, by sector or occupation.

    Nobody moves from one sector to another, so moves are told between the occupations of one.
    """
    texts = subject.texts
    rows = pick(figures, subject, "openings", dimension="opening_part")
    by = "sector" if subject.sector == "all" else "occupation"
    rows = (
        rows.filter(pl.col("occupation") == "all")
        if by == "sector"
        else rows.filter(pl.col("sector") == subject.sector)
    )
    lead = rows.filter((pl.col("sector") == subject.sector) & (pl.col("occupation") == "all"))
    values = {part: estimate(only(lead, part)) for part in PARTS}
    rows = of_known_posts(figures, subject, rows)
    whole, growth, exits = (values[part] for part in PARTS[:3])
    if whole is None or growth is None or exits is None:
        return absent(subject, "openings", "staff")
    codes = _codes(rows, by)
    places = table_decimals(only(rows, "openings"))
    columns = {say(texts, f"chart.{by}"): [_name(subject, by, code) for code in codes]}
    for part in PARTS if by == "occupation" else PARTS[:3]:
        found = {row[by]: row for row in only(rows, part).iter_rows(named=True)}
        columns[say(texts, f"openings.{part}")] = [
            cell(_plain(found[code], part), texts, decimals=places) if code in found else "–"
            for code in codes
        ]
    decimals = decimals_for(whole.central)
    title = say(
        texts, "openings.title" if growth.central >= 0 else "openings.title_fewer",
        sector=sector_name(subject), base=str(subject.base_year), year=str(subject.horizon_year),
        **spoken("openings", whole, texts, decimals=decimals),
        exits=number(exits.central, texts, decimals=decimals),
        growth=number(abs(growth.central), texts, decimals=decimals),
    )  # fmt: skip
    notes = [say(texts, "openings.note")]
    notes += [say(texts, "openings.note_moves")] if by == "occupation" else []
    return Chart(None, title, title, pl.DataFrame(columns), " ".join(notes))


def working_years(figures: Figures, subject: Subject) -> Chart:
    """Draw the years that an employee of an age still stays in the sector, by age."""
    texts = subject.texts
    rows = pick(
        figures, subject, "working_years", occupation="all", dimension="start_age",
        year=subject.base_year,
    )  # fmt: skip
    own = shown(rows.filter(pl.col("sector") == subject.sector))
    ages = own["category"].to_list()
    values = {age: estimate(only(own, age)) for age in ages}
    young, older = values.get(YOUNG), values.get(OLDER)
    if young is None or older is None:
        return absent(subject, "working_years", "staff")
    labels = {age: say(texts, "working_years.age", age=age) for age in ages}
    sectors = rows["sector"].unique(maintain_order=True).to_list()
    columns = {say(texts, "working_years.start"): list(labels.values())}
    for code in sorted(sectors, key=lambda one: (one != subject.sector, sector_name(subject, one))):
        found = rows.filter(pl.col("sector") == code)
        by_age = {row["category"]: row for row in found.iter_rows(named=True)}
        columns[sector_name(subject, code)] = [
            cell(by_age[age], texts, decimals=1) if age in by_age else "–" for age in ages
        ]
    title = say(
        texts, "working_years.title", sector=sector_name(subject), young_age=YOUNG, older_age=OLDER,
        **spoken("young", young, texts, decimals=1), **spoken("older", older, texts, decimals=1),
    )  # fmt: skip
    bars = [Bar(labels[age], value) for age, value in values.items() if value is not None]
    listed = "; ".join(f"{bar.label}: {interval(bar.value, texts, decimals=1)}" for bar in bars)
    return Chart(
        draw_bars(
            bars, texts, x=say(texts, "working_years.axis"), positive=PENS[0], negative=PENS[0],
            decimals=1,
        ),
        title,
        say(texts, "working_years.alt", title=title, list=listed),
        pl.DataFrame(columns),
        say(texts, "working_years.note"),
    )  # fmt: skip


def _plain(row: dict[str, object], part: str) -> dict[str, object]:
    """Keep the interval of the sum only, so that the table fits a narrow page."""
    return row if part == "openings" else row | {"lower": row["central"], "upper": row["central"]}


def _codes(rows: pl.DataFrame, by: str) -> list[str]:
    """Codes with the most openings first, hidden ones after them, the whole last."""
    whole = only(rows, "openings").sort("central", descending=True, nulls_last=True)
    codes: list[str] = whole[by].to_list()
    return [*(code for code in codes if code != "all"), *(["all"] if "all" in codes else [])]


def _name(subject: Subject, by: str, code: str) -> str:
    if by == "sector":
        return sector_name(subject, code)
    if code == "all":
        return say(subject.texts, "chart.all_occupations")
    return name_of(subject, by, code)
