"""How many posts open over the period, and how long employees of an age stay."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, of_known_posts, only, pick, shown
from workforce.reports.charts.shapes import Bar, Bars
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import (
    adding_up,
    column,
    decimals_for,
    place_name,
    sector_name,
    spoken,
    table_decimals,
)
from workforce.texts.catalogue import number, say

PARTS = ("openings", "growth", "exits", "transfers")
OTHERS = "others"
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
    places = table_decimals(only(rows, "openings"), texts)
    # The interval of the sum only, so that the table fits a narrow page.
    ends = [pl.when(pl.col("category") == "openings").then(end).otherwise("central").alias(end)
            for end in ("lower", "upper")]  # fmt: skip
    rows = _adding_up(rows.with_columns(ends), by, places)
    codes = _codes(rows, by)
    table = {f"chart.{by}": [place_name(subject, by, code) for code in codes]}
    for part in PARTS if by == "occupation" else PARTS[:3]:
        table[part] = column(only(rows, part), codes, texts, by=by, decimals=places)
    decimals = decimals_for(whole.central, texts)
    of_lead = {part: float(only(lead, part)["central"].sum()) for part in PARTS[1:]}
    printed = adding_up(of_lead, whole.central, decimals=decimals)
    return Told(
        table=table,
        said={
            **spoken("openings", whole, texts, decimals=decimals),
            "exits": number(printed["exits"], texts, decimals=decimals),
            "growth": number(abs(printed["growth"]), texts, decimals=decimals),
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


def _adding_up(rows: pl.DataFrame, by: str, places: int) -> pl.DataFrame:
    """Round what opens posts so that both the parts of a row and the rows of a part add up.

    What is of no row by itself stands as others.
    """
    cells = {(row[by], row["category"]): row for row in rows.iter_rows(named=True)}
    codes = [code for code in rows[by].unique(maintain_order=True) if code != "all"]
    ends = {part: cells["all", part]["central"] for part in PARTS if ("all", part) in cells}
    if len(ends) < len(PARTS) or rows["central"].null_count():
        return rows
    printed: dict[tuple[str, str], float] = {}
    whole = adding_up({part: ends[part] for part in PARTS[1:]}, ends[PARTS[0]], decimals=places)
    for part, total in whole.items():
        each = {code: float(cells[code, part]["central"]) for code in codes}
        rest = ends[part] - sum(each.values())
        if abs(rest) > 1e-6:
            each[OTHERS] = rest
        down = adding_up(each, total, decimals=places) | {"all": total}
        printed |= {(code, part): value for code, value in down.items()}
    for code in dict.fromkeys(code for code, _ in printed):
        printed[code, PARTS[0]] = sum(printed.get((code, part), 0.0) for part in PARTS[1:])
    blank = dict(cells["all", PARTS[0]])
    told = []
    for (code, part), value in printed.items():
        row = cells.get((code, part), blank | {by: code, "category": part, "agree": None})
        certain = {} if part == PARTS[0] and code != OTHERS else {"lower": value, "upper": value}
        told.append(row | {"central": value} | certain)
    return pl.DataFrame(told, schema=rows.schema)


def _codes(rows: pl.DataFrame, by: str) -> list[str]:
    """Codes with the most openings first, those without a figure after them, the whole last."""
    whole = only(rows, "openings").sort("central", descending=True, nulls_last=True)
    codes: list[str] = whole[by].to_list()
    last = [code for code in (OTHERS, "all") if code in codes]
    return [*(code for code in codes if code not in last), *last]
