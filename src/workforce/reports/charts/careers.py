"""How many posts open over the period, and how long employees of an age stay."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, of_known_posts, only, pick, shown
from workforce.reports.charts.shapes import Bar, Bars
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import (
    column,
    decimals_for,
    place_name,
    sector_name,
    spoken,
    table_decimals,
)
from workforce.texts.catalogue import number, say

PARTS = ("openings", "growth", "exits", "transfers")
YOUNG, OLDER = "30", "55"
"""Start ages that the title names."""


@chart("openings", "staff")
def openings(figures: Figures, subject: Subject) -> Told | None:
    """Set out the posts that open until the horizon, and what opens them, by sector or occupation.

    Nobody moves from one sector to another, so moves are told between the occupations of one.
    """
    texts, rows = subject.texts, pick(figures, subject, "openings", dimension="opening_part")
    by = "sector" if subject.sector == "all" else "occupation"
    rows = rows.filter(occupation="all") if by == "sector" else rows.filter(sector=subject.sector)
    lead = rows.filter(sector=subject.sector, occupation="all")
    whole, growth, exits = (estimate(only(lead, part)) for part in PARTS[:3])
    if whole is None or growth is None or exits is None:
        return None
    rows = of_known_posts(figures, subject, rows)
    codes = _codes(rows, by)
    places = table_decimals(only(rows, "openings"))
    # The interval of the sum only, so that the table fits a narrow page.
    ends = [pl.when(pl.col("category") == "openings").then(end).otherwise("central").alias(end)
            for end in ("lower", "upper")]  # fmt: skip
    rows = rows.with_columns(ends)
    table = {f"chart.{by}": [place_name(subject, by, code) for code in codes]}
    for part in PARTS if by == "occupation" else PARTS[:3]:
        table[part] = column(only(rows, part), codes, texts, by=by, decimals=places)
    decimals = decimals_for(whole.central)
    return Told(
        table=table,
        said={
            **spoken("openings", whole, texts, decimals=decimals),
            "exits": number(exits.central, texts, decimals=decimals),
            "growth": number(abs(growth.central), texts, decimals=decimals),
        },
        title="title" if growth.central >= 0 else "title_fewer",
        notes=("note", "note_moves") if by == "occupation" else ("note",),
    )


@chart("working_years", "staff")
def working_years(figures: Figures, subject: Subject) -> Told | None:
    """Draw the years that an employee of an age still stays in the sector, by age."""
    texts = subject.texts
    rows = pick(
        figures, subject, "working_years", occupation="all", dimension="start_age",
        year=subject.base_year,
    )  # fmt: skip
    own = shown(rows.filter(pl.col("sector") == subject.sector))
    values = {age: estimate(only(own, age)) for age in own["category"].to_list()}
    young, older = values.get(YOUNG), values.get(OLDER)
    if young is None or older is None:
        return None
    labels = {age: say(texts, "working_years.age", age=age) for age in values}
    sectors = rows["sector"].unique(maintain_order=True).to_list()
    order = sorted(sectors, key=lambda one: (one != subject.sector, sector_name(subject, one)))
    bars = [Bar(labels[age], value) for age, value in values.items() if value is not None]
    return Told(
        Bars(bars, say(texts, "working_years.axis"), PENS[0], PENS[0], decimals=1,
             most_listed=None),
        {"start": list(labels.values())}
        | {sector_name(subject, code): column(rows.filter(pl.col("sector") == code), list(values),
                                              texts, decimals=1)
           for code in order},
        said={"young_age": YOUNG, "older_age": OLDER}
        | spoken("young", young, texts, decimals=1)
        | spoken("older", older, texts, decimals=1),
    )  # fmt: skip


def _codes(rows: pl.DataFrame, by: str) -> list[str]:
    """Codes with the most openings first, hidden ones after them, the whole last."""
    whole = only(rows, "openings").sort("central", descending=True, nulls_last=True)
    codes: list[str] = whole[by].to_list()
    return [*(code for code in codes if code != "all"), *(["all"] if "all" in codes else [])]
