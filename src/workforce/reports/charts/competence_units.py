"""Charts of collective competence: units with enough holders, not a sum of individuals."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.competence import is_formal
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    Estimate,
    Subject,
    estimate,
    of_page,
    only,
    pick,
    shown,
)
from workforce.reports.charts.shapes import LISTED, Dots
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import (
    column,
    few_years,
    interval,
    name_of,
    sector_name,
    side_by_side,
)
from workforce.texts.catalogue import number, say

STANDS_ON = ("service_units", "competence_requirement")
SIZES = ("small", "large", "every")
ALL_COVERED = 0.995  # Reads as 100 %.


@chart("units", *STANDS_ON)
def units_covered(figures: Figures, subject: Subject) -> Told | None:
    """Draw the share of units with enough holders of each competence, today and at the horizon.

    Of few units the table alone tells, by how many.
    """
    texts, ends = subject.texts, (subject.base_year, subject.horizon_year)
    asking = _certain(figures, subject, "units_asking", "competence", subject.sector)
    rows = pick(figures, subject, "units_covered", sector=subject.sector, dimension="competence")
    whole: dict[str, tuple[Estimate, Estimate]] = {}
    for code, count in asking.items():
        base, then = (estimate(only(rows, code), year=year) for year in ends)
        if count > 0 and base is not None and then is not None:
            whole[code] = (base.scaled(1 / count), then.scaled(1 / count))
    if not whole:
        return _no_units(subject)
    names = {code: name_of(subject, "competence", code) for code in whole}
    order = sorted(whole, key=lambda code: (not is_formal(subject, code), whole[code][1].central))
    places = _decimals(subject)
    many = [code for code in order if asking[code] >= LEAST_FOR_SHARE]
    least = min(whole, key=lambda code: whole[code][1].central)
    table = {
        "chart.competence": [names[code] for code in order],
        "units": [number(asking[code], texts) for code in order],
    }
    for year in few_years(*ends):
        table[str(year)] = column(
            rows.filter(pl.col("year") == year), order, texts, decimals=places
        )
    return Told(
        Dots(
            {names[code]: whole[code] for code in many},
            ((str(ends[0]), PENS[0]), (str(ends[1]), PENS[1])),
            say(texts, "units.axis"), share=True,
        ) if many else None,
        table,
        said={
            "name": names[least],
            "share": _of(whole[least][1], asking[least], subject, span=True),
            "count": number(asking[least], texts),
        },
        title="title_all" if whole[least][1].central >= ALL_COVERED else "title",
        parts=[f"{names[code]}: {_of(whole[code][1], asking[code], subject)}"
               for code in many[:LISTED]],
        notes=["note"] + ["few"] * (0 < len(many) < len(order)),
    )  # fmt: skip


@chart("units", *STANDS_ON)
def units_staffed(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out, by service and size of unit, the units with enough of every competence."""
    texts, base, then = subject.texts, subject.base_year, subject.horizon_year
    rows = of_page(pick(figures, subject, "units_staffed", dimension="unit_size"), subject)
    years = few_years(base, then)
    sectors = [code for code in rows["sector"].unique(maintain_order=True) if code != "all"]
    lines = []
    for sector in sorted(sectors, key=lambda code: sector_name(subject, code)):
        counts = _certain(figures, subject, "units_asking", "unit_size", sector)
        for size in SIZES:
            if not counts.get(size):
                continue
            own = only(rows.filter(pl.col("sector") == sector), size)
            about = [sector_name(subject, sector), say(texts, f"units.{size}")]
            cells = column(own, years, texts, by="year", decimals=_decimals(subject))
            lines.append([*about, number(counts[size], texts), *cells])
    if not lines:
        return SILENT  # Said above.
    heads = ["chart.sector", "size", "units", *map(str, years)]
    return Told(table=side_by_side(heads, lines), title="staffed", notes=("staffed_note",))


def _certain(
    figures: Figures, subject: Subject, variable: str, dimension: str, sector: str
) -> dict[str, float]:
    """Figures of the base year by category, of those that are shown."""
    rows = shown(pick(figures, subject, variable, sector=sector, dimension=dimension))
    return {code: float(value) for code, value in rows.select("category", "central").iter_rows()}


def _decimals(subject: Subject) -> int:
    """Return the decimals of an expected number of units: none of a small place."""
    return 0 if subject.texts.small_place else 1


def _of(value: Estimate, count: float, subject: Subject, *, span: bool = False) -> str:
    """Write how many units are covered, in per cent where they are many, and of how many."""
    texts, share = subject.texts, count >= LEAST_FOR_SHARE
    told = value if share else value.scaled(count)
    if not span:
        told = replace(told, lower=told.central, upper=told.central)
    covered = interval(told, texts, decimals=0 if share else _decimals(subject), share=share)
    return say(texts, "units.of", share=covered, count=number(count, texts))


def _no_units(subject: Subject) -> Told | None:
    """Say that no unit asks for a competence, where the tables that would tell of one are there."""
    return None if set(STANDS_ON) & set(subject.missing) else Told(title="heading", notes=("none",))
