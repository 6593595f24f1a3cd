"""Charts of competence: required, held and missing, KS's three-part table, and the drain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate_of,
    only,
    pick,
    shown,
    that_are_drawn,
    that_may_lead,
)
from workforce.reports.charts.shapes import MOST_BARS, Bar, Bars
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import (
    NOTHING,
    column,
    decimals_for,
    few_years,
    least_told,
    name_of,
    said_of,
    side_by_side,
)
from workforce.texts.catalogue import number, say

MEASURES = ("required", "held", "missing", "surplus")
STANDS_ON = ("staff", "competences", "competence_requirement", "competence_holding")
LEAST_FTE = 0.05
"""Less is written as 0.0. [FTE]"""


@chart("gap", *STANDS_ON)
def competence_gap(figures: Figures, subject: Subject) -> Told | None:
    """Draw what is missing of each competence at the horizon, largest first, with intervals.

    What everybody holds is in the table alone.
    """
    texts, year, least = subject.texts, subject.horizon_year, least_told(subject.texts)
    places = places_of(figures, subject)
    rows = balanced({name: _rows(figures, subject, name, year) for name in MEASURES}, places)
    every = _codes(rows.values(), subject)
    required, held = (_by_code(rows[name]) for name in MEASURES[:2])
    missing = at_year(figures, subject, "missing", year)
    some = shown(_rows(figures, subject, "missing", year))
    enough = that_are_drawn(some, figures)
    lack = [
        code
        for code in sorted(enough["category"], key=lambda code: -missing[code].central)
        if missing[code].central >= least and code in required and code in held
    ]
    codes, of_all = lack[:MOST_BARS], "little" if len(lack) <= MOST_BARS else "largest"
    if not every or some.is_empty():
        return None
    names = {
        code: say(texts, "gap.bar", name=name_of(subject, "competence", code),
                  **{name: number(of[code].central, texts, decimals=places)
                     for name, of in (("required", required), ("held", held))})
        for code in codes
    }  # fmt: skip
    leading, said = largest_gap(figures, subject), {}
    # That nothing is missing is said only where nothing is, of few holders neither.
    most = max(value.central for value in missing.values())
    title = "title_few" if most >= least else "heading"
    if leading is not None:
        code, gap = leading
        title = "title" if gap.central >= least else "title_none"
        said = {"name": name_of(subject, "competence", code), **said_of("fte", gap, texts)}
    return Told(
        Bars(
            [Bar(name, missing[code]) for code, name in names.items()],
            say(texts, "by_occupation.axis"), PENS[1], PENS[1], decimals=places,
        ) if codes else None,
        {"chart.competence": [name_of(subject, "competence", code) for code in every]}
        | {name: column(part, every, texts, decimals=places) for name, part in rows.items()},
        said=said,
        title=title,
        notes=("note", *([of_all] * (0 < len(codes) < enough.height)),
               *(["chart.few_in_table"] * (bool(codes) and enough.height < some.height))),
    )  # fmt: skip


@chart("three", *STANDS_ON)
def competence_table(figures: Figures, subject: Subject) -> Told | None:
    """Set out KS's three parts: what is asked, what is held, and what will be missing."""
    texts, base, then = subject.texts, subject.base_year, subject.horizon_year
    places = places_of(figures, subject)
    by_year = {
        year: balanced({name: _rows(figures, subject, name, year) for name in MEASURES}, places)
        for year in (base, then)
    }
    rows = {
        say(texts, f"three.{word}", year=year): by_year[year][name]
        for word, name, year in (
            ("required", "required", then), ("held", "held", base), ("held_then", "held", then),
            ("missing", "missing", then), ("surplus", "surplus", then),
        )
    }  # fmt: skip
    codes = _codes(rows.values(), subject)
    if not codes or not any(shown(part).height for part in rows.values()):
        return None
    table = {"chart.competence": [name_of(subject, "competence", code) for code in codes]}
    if subject.names.kinds:
        table["kind"] = [kind_of(subject, code) for code in codes]
    table |= {
        heading: column(part, codes, texts, decimals=places) for heading, part in rows.items()
    }
    return Told(table=table, title="heading")


@chart("drain", *STANDS_ON)
def competence_drain(figures: Figures, subject: Subject) -> Told | None:
    """Draw the FTE of each competence that leave with their holders in a year.

    The bars are the first year of the projection with its interval; the table has later years too.
    """
    texts, year = subject.texts, subject.base_year
    rows = pick(figures, subject, "competence_drain", sector=subject.sector, dimension="competence")
    first = at_year(figures, subject, "drain", year)
    order = sorted(first, key=lambda code: (not is_formal(subject, code), -first[code].central))
    drawn = {code: name_of(subject, "competence", code) for code in order
             if first[code].central >= least_told(texts)}  # fmt: skip
    if not drawn:
        return None
    top = max(drawn, key=lambda code: first[code].central)
    years = few_years(year, subject.horizon_year - 1)
    places = decimals_for(first[top].central, texts)
    period = say(texts, "chart.per_year")
    return Told(
        Bars(
            [Bar(name, first[code]) for code, name in drawn.items()],
            say(texts, "drain.axis", year=year), positive=PENS[3], negative=PENS[3],
        ),
        side_by_side(
            ["chart.competence", *(f"{one} ({period})" for one in years)],
            [[name, *column(only(rows, code), years, texts, by="year", decimals=places)]
             for code, name in drawn.items()],
        ),
        said={"name": drawn[top], "year": year, **said_of("fte", first[top], texts)},
    )  # fmt: skip


def places_of(figures: Figures, subject: Subject) -> int:
    """Return the decimals of what is required, held and missing, the same in every table."""
    asked = at_year(figures, subject, "required", subject.horizon_year).values()
    return decimals_for(max((one.central for one in asked), default=0.0), subject.texts)


def balanced(parts: Mapping[str, pl.DataFrame], places: int) -> dict[str, pl.DataFrame]:
    """Round the four measures so that what is required is what is held and missing, as printed.

    That is less what is held beyond it. What is required gives way, by a step at most: the others
    are told elsewhere on the page.
    """
    keys = ["occupation", "category", "year"]
    printed = {
        name: rows.with_columns(pl.col("central").round(places)) for name, rows in parts.items()
    }
    whole = printed["held"].select(*keys, held="central")
    for name in ("missing", "surplus"):
        whole = whole.join(printed[name].select(*keys, pl.col("central").alias(name)), on=keys)
    whole = whole.select(*keys, whole=pl.col("held") + pl.col("missing") - pl.col("surplus"))
    found = parts["required"].join(whole, on=keys, how="left", maintain_order="left")
    near = (pl.col("whole") - pl.col("central")).abs() <= 10.0**-places + 1e-9
    told = pl.when(near).then("whole").otherwise("central")
    return {**printed, "required": found.with_columns(central=told).drop("whole")}


def largest_gap(figures: Figures, subject: Subject) -> tuple[str, Estimate] | None:
    """Return the competence most missing at the horizon, and how many FTE; None of too few people.

    None is called so beside one of fewer people that lacks more in the table.
    """
    rows, least = (
        _rows(figures, subject, "missing", subject.horizon_year),
        least_told(subject.texts),
    )
    found = max(_by_code(that_may_lead(rows, figures)).items(),
                key=lambda pair: pair[1].central, default=None)  # fmt: skip
    most = max((one.central for one in _by_code(rows).values()), default=0.0)
    if found is None or (most >= least and found[1].central < max(least, most - least)):
        return None
    return found


def at_year(figures: Figures, subject: Subject, name: str, year: int) -> dict[str, Estimate]:
    """Return the shown figures of a year by competence."""
    return _by_code(_rows(figures, subject, name, year))


def _by_code(rows: pl.DataFrame) -> dict[str, Estimate]:
    """Read the one figure of each competence that has one."""
    one_each = shown(rows.filter(pl.col("category").is_unique()))
    return {str(row["category"]): estimate_of(row) for row in one_each.iter_rows(named=True)}


def _rows(figures: Figures, subject: Subject, name: str, year: int) -> pl.DataFrame:
    return pick(
        figures, subject, f"competence_{name}", sector=subject.sector, dimension="competence",
        year=year,
    )  # fmt: skip


def _codes(parts: Iterable[pl.DataFrame], subject: Subject) -> list[str]:
    """Return the competences that any part asks for or holds, formal ones first, by name."""
    some = [
        part.filter(pl.col("central").is_null() | (pl.col("central") >= LEAST_FTE))["category"]
        for part in parts
    ]
    return sorted(
        {str(code) for codes in some for code in codes},
        key=lambda code: (not is_formal(subject, code), name_of(subject, "competence", code)),
    )


def is_formal(subject: Subject, code: str) -> bool:
    """Whether a competence is a formal qualification; these stand before skills on a page."""
    return subject.names.kinds.get(code, "formal") == "formal"


def kind_of(subject: Subject, code: str) -> str:
    """Name the kind of a competence."""
    kind = subject.names.kinds.get(code)
    return say(subject.texts, f"three.{kind}") if kind else NOTHING
