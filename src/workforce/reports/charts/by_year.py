"""Heat maps: what is missing and who retires, by service or occupation and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import DARKEST, SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Subject,
    estimate_of,
    only,
    pick,
    shown,
    that_are_drawn,
)
from workforce.reports.charts.words import (
    LIKELY,
    NOTHING,
    adding_up,
    certainty_word,
    decimals_for,
    least_told,
    name_of,
    of_service,
    sector_name,
)
from workforce.texts.catalogue import number, say

MOST_COLUMNS = 6
"""So many columns are read on a phone without moving the table."""
MOST_ROWS = 10


@chart("by_year", "staff")
def shortage_by_year(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Set out what is missing in each service from year to year, darker where it is more."""
    if subject.sector != "all":
        return SILENT
    texts, then = subject.texts, subject.horizon_year
    rows = pick(figures, subject, "missing_fte", occupation="all")
    rows = shown(rows.filter(pl.col("sector") != "all"))
    last = that_are_drawn(rows.filter(year=then), figures)
    if last.is_empty():
        return None
    order = rows.filter(year=then).sort("central", "sector", descending=[True, False])["sector"]
    years = years_told(subject)
    places = decimals_for(float(rows["central"].max() or 0.0), texts)  # type: ignore[arg-type]
    found = {(row["sector"], row["year"]): row for row in rows.iter_rows(named=True)}
    values = [[found.get((code, year)) for year in years] for code in order]
    cells = [
        [
            NOTHING if one is None else _bracketed(number(one["central"], texts, decimals=places),
                                                   one["agree"])
            for one in row
        ]
        for row in values
    ]  # fmt: skip
    top = last.sort("central", descending=True).row(0, named=True)
    value = estimate_of(top)
    word = certainty_word(value, texts)
    said = {
        "name": sector_name(subject, top["sector"]),
        "fte": number(value.central, texts, decimals=places),
        "sure": f" ({word})" if word else "",
    }
    return Told(
        table=_table("chart.sector", [sector_name(subject, one) for one in order],
                     [str(year) for year in years], cells),
        said=said,
        title="title" if top["central"] >= least_told(texts) else "title_none",
        notes=("note", *["bracketed"] * any("(" in one for row in cells for one in row)),
        shades=shades_of([[round(one["central"], places) if one else 0.0 for one in row]
                          for row in values], least_told(texts)),
    )  # fmt: skip


@chart("retiring", "staff", "staff_flows")
def retirement_wave(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Set out who is expected to retire, by service or occupation and by years together."""
    texts, by = subject.texts, "sector" if subject.sector == "all" else "occupation"
    rows = shown(only(pick(figures, subject, "exits", dimension="cause"), "retired"))
    whole = rows.filter(sector=subject.sector, occupation="all")
    parts = rows.filter(pl.col(by) != "all", **(
        {"occupation": "all"} if by == "sector" else {"sector": subject.sector}
    ))  # fmt: skip
    if whole.is_empty() or parts.is_empty():
        return None
    years = whole["year"].sort().to_list()
    step = ceil(len(years) / (MOST_COLUMNS - 1))
    spans = [years[place : place + step] for place in range(0, len(years), step)]
    sums = {code: float(part["central"].sum()) for (code,), part in parts.group_by(by)}
    leading = that_are_drawn(parts.filter(year=subject.base_year), figures)[by].to_list()
    order = sorted(leading, key=lambda code: (-sums[code], code))[:MOST_ROWS]
    table = [_persons(parts, whole, by, order, span) for span in spans]
    table.append([sum(row) for row in zip(*table, strict=True)])  # As printed, both ways.
    names = [sector_name(subject, one) if by == "sector" else name_of(subject, by, one)
             for one in order]  # fmt: skip
    names += [say(texts, "chart.others"), say(texts, "by_occupation.whole")]
    keep = [place for place in range(len(names)) if any(column[place] for column in table)]
    values = [[column[place] for column in table] for place in keep]
    heads = [_span(span) for span in spans] + [say(texts, "retiring.in_all", span=_span(years))]
    persons = table[-1]
    shades = shades_of([row[:-1] for row in values[:-1]], 0.5)
    return Told(
        table=_table(f"chart.{by}", [names[place] for place in keep], heads,
                     [[number(one, texts) for one in row] for row in values]),
        said={
            "span": _span(years), "persons": number(persons[-1], texts),
            "name": of_service(subject, by, names[0]), "most": number(persons[0], texts),
        },
        shades=[*([*row, 0] for row in shades), [0] * len(heads)],
    )  # fmt: skip


def years_told(subject: Subject) -> list[int]:
    """Return years from the base year to the horizon, both among them, as few as fit."""
    first, last = subject.base_year, subject.horizon_year
    step = ceil((last - first) / (MOST_COLUMNS - 1))
    return [first, *sorted(year for year in range(last, first, -step))]


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _persons(
    parts: pl.DataFrame, whole: pl.DataFrame, by: str, order: Sequence[str], years: Sequence[int]
) -> list[float]:
    """Return persons of some years, whole and adding up: of each, of the others, and in all."""
    here = parts.filter(pl.col("year").is_in(years))
    each = dict(here.group_by(by).agg(pl.col("central").sum()).iter_rows())
    total = float(whole.filter(pl.col("year").is_in(years))["central"].sum())
    found = {code: each.get(code, 0.0) for code in order}
    printed = adding_up(found | {"": total - sum(found.values())}, total)
    return [*printed.values(), float(round(total))]


def _bracketed(written: str, agree: float | None) -> str:
    """Put a figure in brackets where it is open whether anything is missing."""
    return written if agree is None or agree + 1e-9 >= LIKELY else f"({written})"


def shades_of(values: Sequence[Sequence[float]], least: float) -> list[list[int]]:
    """Return how dark each cell is: in equal steps up to the largest of all."""
    most = max((value for row in values for value in row), default=0.0)
    return [
        [ceil(DARKEST * value / most) if value >= least else 0 for value in row] for row in values
    ]


def _table(
    first: str, names: Sequence[str], heads: Sequence[str], cells: Sequence[Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    """Lay rows out as columns, the names before them."""
    return {first: names} | {
        head: [row[place] for row in cells] for place, head in enumerate(heads)
    }
