"""Table of where measures free time: by service and occupation, beside who is missing there."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Subject,
    estimate,
    estimate_of,
    of_page,
    pick,
    shown,
)
from workforce.reports.charts.words import NOTHING, interval, name_of, sector_name, spoken
from workforce.texts.catalogue import join_list, number, say

LEAST = 0.05  # FTE; less would be written as 0.0.
MOST = 12  # Occupations; the rest are named in the note.


@chart("freed")
def freed_time(figures: Figures, subject: Subject) -> Told | Chart:
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
    texts, rows = subject.texts, pick(figures, subject, "freed_fte", year=subject.horizon_year)
    rows = of_page(rows, subject)
    if rows.is_empty():
        return SILENT
    known = shown(rows.filter(pl.col("occupation") != "all")).filter(pl.col("central") >= LEAST)
    known = known.sort("central", descending=True)
    more = [_rest(known[MOST:], subject)]
    if known.is_empty():
        return Told(title="heading", more=more)
    posts = list(known[:MOST].iter_rows(named=True))
    table = {"occupation": [name_of(subject, "occupation", one["occupation"]) for one in posts]}
    if known["sector"].n_unique() > 1:
        table["service"] = [sector_name(subject, one["sector"]) for one in posts]
    table["freed"] = [interval(estimate_of(one), texts, decimals=1) for one in posts]
    table["then"] = [_missing(figures, subject, one) for one in posts]
    whole = rows.row(by_predicate=(pl.col("occupation") == "all")
                     & (pl.col("sector") == subject.sector), named=True)  # fmt: skip
    sectors = known["sector"].unique(maintain_order=True)  # the largest first
    services = join_list([sector_name(subject, code) for code in sectors], texts)
    said = {"services": services, **spoken("fte", estimate_of(whole), texts, decimals=1)}
    return Told(table=table, said=said, more=more)


def _missing(figures: Figures, subject: Subject, row: dict[str, object]) -> str:
    """Write how many are missing in the post with all measures."""
    post = {"sector": str(row["sector"]), "occupation": str(row["occupation"])}
    gap = estimate(pick(figures, subject, "missing_fte", year=subject.horizon_year, **post))
    if gap is None:
        return NOTHING
    return interval(gap, subject.texts, decimals=1)


def _rest(rows: pl.DataFrame, subject: Subject) -> str:
    if rows.is_empty():
        return ""
    total = number(float(rows["central"].sum()), subject.texts, decimals=1)
    return say(subject.texts, "freed.rest", count=rows.height, fte=total)
