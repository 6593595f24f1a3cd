"""Writes figures and names for the reader: in sentences, in cells and in columns of a table."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import polars as pl

from workforce.contract.about import is_invented
from workforce.contract.figures import Figures
from workforce.contract.names import name_of as name_in
from workforce.contract.results import declared
from workforce.errors import ReportError
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate_of,
    how_known,
    largest,
    shortage_lines,
    shown,
)
from workforce.texts.catalogue import Texts, number, percent, say

Part = TypeVar("Part", bound=Hashable)
NOTHING = "–"
"""Stands in a cell without a figure."""


NATION = ("region", "Norge")
"""What tables call the country, whatever the language of the page."""
MILLION = 1e6
HARDLY_WIDE = 1e-6
"""An interval narrower than this is that of a certain figure, summed in another order."""
HARDLY_FTE = 0.5
"""An effect under this is told as hardly any. [FTE]"""
SURE, LIKELY = 0.9, 0.67
"""Share of the draws from which a figure's side is sure, and likely."""


def certainty(agree: float) -> str:
    """Say how sure a figure's side is by the share of the draws on it: sure, likely or open."""
    # A hair under a whole number of draws is that number.
    share = agree + 1e-9
    return "sure" if share >= SURE else "likely" if share >= LIKELY else "open"


def certainty_word(value: Estimate, texts: Texts) -> str:
    """Write how sure it is that a figure is on its side of zero; empty where no draws tell it."""
    if value.side != "zero" or value.agree is None:
        return ""
    return say(texts, f"chart.{certainty(value.agree)}")


def interval(
    value: Estimate, texts: Texts, *, decimals: int = 0, share: bool = False, sign: bool = False
) -> str:
    """Write an estimate with how sure it is and its interval: "38 (likely, 25 to 52)"."""
    said = spoken("it", value, texts, decimals=decimals, share=share, sign=sign)
    return said["it"] + said["it_span"]


def spoken(
    name: str,
    value: Estimate,
    texts: Texts,
    *,
    decimals: int = 0,
    share: bool = False,
    sign: bool = False,
) -> dict[str, str]:
    """Write an estimate as `interval`, for a sentence: the figure, and the rest by name_span.

    ``name_span`` is in brackets after a space, and empty where the figure is certain.
    """
    write = percent if share else number
    # A part that is rounded so as to add up may leave its interval by a step.
    step = 10.0 ** -(decimals + 2 * share)
    low, high = value.lower, value.upper
    if low - step <= value.central <= high + step:
        certain = high - low < HARDLY_WIDE
        low, high = (value.central,) * 2 if certain else sorted((low, value.central, high))[::2]
    central, lower, upper = (
        write(one, texts, decimals=decimals, sign=sign) for one in (value.central, low, high)
    )
    if lower == central == upper:  # an interval that reads as one figure
        return {name: central, f"{name}_span": ""}
    if share:  # one sign for per cent is enough for both ends
        lower = number(100 * low, texts, decimals=decimals, sign=sign)
    nothing = round(value.central, decimals + 2 * share) == 0
    word = "" if nothing else certainty_word(value, texts)
    if (
        word
        and not (share or decimals or texts.small_place)
        and certainty(value.agree or 0.0) == "sure"
    ):
        # What is surely on its side of zero does not end at nought.
        lower, upper = (
            number(end, texts, decimals=1, sign=sign) if round(end) == 0 != round(end, 1) else told
            for end, told in ((low, lower), (high, upper))
        )
    span = say(
        texts, "chart.span_said" if word else "chart.span", word=word, lower=lower, upper=upper
    )
    return {name: central, f"{name}_span": f" {span}"}


def cell(row: Mapping[str, Any], texts: Texts, *, decimals: int = 0, share: bool = False) -> str:
    """Write one row's figure for a table."""
    if row["central"] is None:
        return NOTHING
    return interval(estimate_of(row), texts, decimals=decimals, share=share)


def persons_told(count: float, figures: Figures, texts: Texts) -> str:
    """Write how many people a cell of the base year has: a rounded one by what it may be."""
    base = figures.rounded_to
    if base is None or not is_between(count, figures):
        return number(count, texts)
    if count < 0.5 * base:
        return say(texts, "chart.persons_under", base=base)
    return say(texts, "chart.persons_between", most=2 * base - 1)


def is_between(count: float, figures: Figures) -> bool:
    """Whether a count of the base year is rounded, and so small that a range tells it."""
    return figures.rounded_to is not None and count <= 1.5 * figures.rounded_to


def table_by_year(
    series: Mapping[str, pl.DataFrame], texts: Texts, *, decimals: int = 0, share: bool = False
) -> pl.DataFrame:
    """Set series side by side, a row for each year, each under the heading that it goes by.

    A heading of flows says their period.
    """
    years = sorted({year for rows in series.values() for year in rows["year"].to_list()})
    columns = {say(texts, "chart.year"): [str(year) for year in years]}
    for heading, rows in series.items():
        if "variable" in rows.columns and any(map(is_flow, rows["variable"].unique())):
            heading = f"{heading} ({say(texts, 'chart.per_year')})"
        columns[heading] = column(rows, years, texts, by="year", decimals=decimals, share=share)
    return pl.DataFrame(columns)


def few_years(first: int, last: int) -> list[int]:
    """Return the first year, the one in the middle and the last, for the columns of a table."""
    return sorted({first, (first + last) // 2, last})


def is_flow(variable: str) -> bool:
    """Whether a variable of the rows is what comes or goes in a year."""
    return variable in declared() and declared()[variable].is_flow


def adding_up(parts: Mapping[Part, float], total: float, *, decimals: int = 0) -> dict[Part, float]:
    """Round parts so that they add up to their total as it is printed: by largest remainder.

    Each part is printed as it is or one step beside it.

    ``parts`` come in an order that decides between remainders alike; where they do not sum to the
    total, a line for the others is lacking.
    """
    steps = {name: value * 10.0**decimals for name, value in parts.items()}
    whole = round(total * 10.0**decimals)
    if abs(sum(steps.values()) - total * 10.0**decimals) > 1.0 + 1e-6:
        raise ReportError(
            f"Parts that sum to {sum(parts.values()):g} stand under a total of {total:g}: "
            "add a line for the others."
        )
    # A hair under a whole step is that step.
    down = {name: math.floor(value + 1e-6) for name, value in steps.items()}
    left = whole - sum(down.values())
    order = sorted(steps, key=lambda name: down[name] - steps[name])
    for place in range(abs(left)):
        name = order[place % len(order)] if left > 0 else order[-1 - place % len(order)]
        down[name] += 1 if left > 0 else -1
    return {name: value / 10.0**decimals for name, value in down.items()}


def years_adding_up(
    parts: Mapping[str, pl.DataFrame], total: pl.DataFrame, *, decimals: int = 0
) -> dict[str, pl.DataFrame]:
    """Round parts of every year so that they add up to the total of the year (`adding_up`).

    Years in which a part or the total is not known stay as they are.
    """
    sums = dict(shown(total).select("year", "central").iter_rows())
    known = {
        name: dict(shown(rows).select("year", "central").iter_rows())
        for name, rows in parts.items()
    }
    printed = {
        year: adding_up(
            {name: by_year[year] for name, by_year in known.items()}, whole, decimals=decimals
        )
        for year, whole in sums.items()
        if all(year in by_year for by_year in known.values())
    }
    return {
        name: rows.with_columns(
            central=pl.coalesce(
                pl.col("year").replace_strict(
                    {year: told[name] for year, told in printed.items()},
                    default=None,
                    return_dtype=pl.Float64,
                ),
                "central",
            )
        )
        for name, rows in parts.items()
    }


def shortage_basis(figures: Figures, subject: Subject) -> str:
    """Say that the shortage of the base year is estimated, or partly; empty where it is counted."""
    known = how_known(shortage_lines(figures, subject))
    if not known:
        return ""
    return say(subject.texts, f"measured.basis{known}", base=str(subject.base_year))


def decimals_for(largest: float, texts: Texts) -> int:
    """Return one decimal for small figures, so that they do not all read as 0 or 1.

    On the page of a small place a tenth of an FTE says nothing, and is not told.
    """
    return 1 if abs(largest) < 10 and not texts.small_place else 0


def decimals_told(value: float, texts: Texts) -> int:
    """Return the decimals of FTE in answers, cards and titles: none beside a need of ten or more.

    What would be nought without its decimal keeps it.
    """
    return 0 if texts.whole_fte and abs(value) >= HARDLY_FTE else decimals_for(value, texts)


def each_year(fte: float, texts: Texts) -> str:
    """Write FTE of each year: fewer than one have a decimal, which makes much of ten years."""
    return number(fte, texts, decimals=int(round(fte, 1) < 1.0))


def least_told(texts: Texts) -> float:
    """Return the smallest figure that is not written as nought."""
    return 0.5 if texts.small_place else 0.05


def table_decimals(rows: pl.DataFrame, texts: Texts) -> int:
    """Return the decimals of a table: those that a title gives the largest of its figures."""
    return decimals_for(largest(shown(rows), "central"), texts)


def sector_name(subject: Subject, sector: str | None = None) -> str:
    """Name the sector of the page, or all sectors together, in the language of the page."""
    code = subject.sector if sector is None else sector
    if code == "all":
        return say(subject.texts, "chart.all_sectors")
    return name_of(subject, "sector", code)


def is_group(subject: Subject, occupation: str) -> bool:
    """Whether a code is that of a group of occupations, which stands for few."""
    return f"group.{occupation}" in subject.texts.entries


def name_of(subject: Subject, dimension: str, code: str) -> str:
    """Name a region, sector, occupation or competence in the language of the page."""
    of_group = f"group.{code}"
    if dimension == "occupation" and of_group in subject.texts.entries:
        return say(subject.texts, of_group)
    name = name_in(subject.names, dimension, code, subject.texts.language)
    if (dimension, name) == NATION:
        return say(subject.texts, "chart.norway")
    return re.sub(r"(?<=\d) (?=\d{3}\b)", "\u00a0", name)  # "under 5 000" stays in one line.


def in_sentence(name: str) -> str:
    """Write a name as within a sentence: its first letter small, unless it begins an acronym."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def of_service(subject: Subject, by: str, name: str) -> str:
    """Write a service area, or an occupation as such, for a sentence that says "in"."""
    said = in_sentence(name)
    return said if by == "sector" else say(subject.texts, "chart.the_occupation", name=said)


def column(
    rows: pl.DataFrame,
    keys: Sequence[object],
    texts: Texts,
    *,
    by: str | Sequence[str] = "category",
    decimals: int | None = None,
    share: bool = False,
    none: str = NOTHING,
) -> list[str]:
    """Write the figures of a column of a table, one for each key in the order of the keys.

    Rows are found by one column, or by several where keys are tuples; there is one of a key at
    most, and ``none`` stands where there is none. Decimals fit the largest when left out.
    """
    places = table_decimals(rows, texts) if decimals is None else decimals
    written = {
        row[by] if isinstance(by, str) else tuple(row[one] for one in by): cell(
            row, texts, decimals=places, share=share
        )
        for row in rows.iter_rows(named=True)
    }
    return [written.get(key, none) for key in keys]


def side_by_side(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """Lay rows of cells, from the top down, out as the columns of a table."""
    cells = list(rows)
    return {heading: [row[place] for row in cells] for place, heading in enumerate(headings)}


def stamp(source: str | None, texts: Texts, *, cell: bool = False) -> str:
    """Say at a figure that it is made up for an example, by its source; empty where it is not."""
    key = "money.invented_cell" if cell else "money.invented"
    return f" ({say(texts, key)})" if source and is_invented(source) else ""


def plain(value: Estimate, texts: Texts) -> str:
    """Write the figure alone, with a decimal where it is small."""
    return number(value.central, texts, decimals=decimals_told(value.central, texts))


def told(value: Estimate, texts: Texts) -> str:
    """Write the figure with its interval, and a decimal where it is small."""
    return interval(value, texts, decimals=decimals_told(value.central, texts))


def said_of(name: str, value: Estimate, texts: Texts) -> dict[str, str]:
    """Write a figure for a sentence as `spoken`, with a decimal where it is small."""
    return spoken(name, value, texts, decimals=decimals_told(value.central, texts))


def place_name(subject: Subject, by: str, code: str) -> str:
    """Name a sector or occupation, all of them, or the others."""
    if code == "others":
        return say(subject.texts, "chart.others")
    if by == "sector":
        return sector_name(subject, code)
    if code == "all":
        return say(subject.texts, "chart.all_occupations")
    return name_of(subject, by, code)
