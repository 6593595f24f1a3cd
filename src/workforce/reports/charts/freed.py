"""Table of where measures free time: by service and occupation, beside who is missing there."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    interval,
    name_of,
    occupation_gaps,
    pick,
    sector_name,
    shown,
    spoken,
)
from workforce.texts.catalogue import join_list, number, say

LEAST = 0.05  # FTE; less would be written as 0.0.
MOST = 12  # Occupations; the rest are named in the note.


def freed_time(figures: Figures, subject: Subject) -> Chart:
    """Set out the FTE that measures free, by service and occupation, and what it meets there.

    Parameters
    ----------
    figures
        Protected figures, with the rows of `workforce.results.freed`.
    subject
        The page.
    """
    if "staff" in subject.missing:
        return SILENT
    texts, year = subject.texts, subject.horizon_year
    rows = pick(figures, subject, "freed_fte", year=year)
    if subject.sector != "all":
        rows = rows.filter(sector=subject.sector)
    if rows.is_empty():
        return SILENT
    posts = rows.filter(pl.col("occupation") != "all")
    known = shown(posts).filter(pl.col("central") >= LEAST).sort("central", descending=True)
    note = f"{say(texts, 'freed.note')} {_rest(known[MOST:], subject)}".strip()
    if known.is_empty():
        return Chart(None, say(texts, "freed.heading"), note, None, note)
    several = known["sector"].n_unique() > 1
    table = pl.DataFrame(
        {
            say(texts, "freed.occupation"): name_of(subject, "occupation", one["occupation"]),
            **(
                {say(texts, "freed.service"): sector_name(subject, one["sector"])}
                if several
                else {}
            ),
            say(texts, "freed.freed"): interval(_read(one), texts, decimals=1),
            say(texts, "freed.then", year=year): _missing(figures, subject, one),
        }
        for one in known[:MOST].iter_rows(named=True)
    )
    title = _title(rows, known, subject)
    return Chart(None, title, title, table, note)


def _title(rows: pl.DataFrame, known: pl.DataFrame, subject: Subject) -> str:
    """Tell the whole, and the services with the largest first."""
    texts = subject.texts
    whole = rows.filter(pl.col("occupation") == "all", sector=subject.sector)
    sectors = known["sector"].unique(maintain_order=True).to_list()
    names = [sector_name(subject, sector) for sector in sectors]
    said = spoken("fte", _read(whole.row(0, named=True)), texts, decimals=1)
    return say(
        texts, "freed.title", year=subject.horizon_year, services=join_list(names, texts), **said
    )


def _read(row: dict[str, object]) -> Estimate:
    central, lower, upper, level = (
        float(str(row[name])) for name in ("central", "lower", "upper", "level")
    )
    return Estimate(central, lower, upper, level)


def _missing(figures: Figures, subject: Subject, row: dict[str, object]) -> str:
    """Write how many are missing in the post with all measures; below 0 they are to spare."""
    sector, code = str(row["sector"]), str(row["occupation"])
    gaps = occupation_gaps(figures, subject, sector, year=subject.horizon_year)
    gap = estimate(gaps.filter(pl.col("occupation") == code))
    if gap is None:
        return "–"
    return interval(gap, subject.texts, decimals=1)


def _rest(rows: pl.DataFrame, subject: Subject) -> str:
    if rows.is_empty():
        return ""
    total = number(float(rows["central"].sum()), subject.texts, decimals=1)
    return say(subject.texts, "freed.rest", count=rows.height, fte=total)
