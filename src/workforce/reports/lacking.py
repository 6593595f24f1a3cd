"""Pick what lacks most at the horizon, services and occupations, and what has more than needed."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    estimate_of,
    occupation_gaps,
    pick,
    shown,
    that_may_lead,
)
from workforce.reports.charts.shortage import LEAST_SURPLUS, sorted_estimates

MOST_OF_SERVICES = 0.67
"""Part of what services lack that those named as lacking most have together."""


def page_figure(figures: Figures, subject: Subject, variable: str, year: int) -> Estimate | None:
    """Return a figure of the page's sector, all occupations together."""
    rows = pick(figures, subject, variable, sector=subject.sector, occupation="all")
    return estimate(rows, year=year)


def occupations(figures: Figures, subject: Subject) -> list[tuple[str, Estimate]]:
    """Return the shortages at the horizon of occupations that may lead, largest first."""
    rows = occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)
    return sorted_estimates(that_may_lead(rows, figures), "occupation")


def most_over(figures: Figures, subject: Subject, least: float) -> tuple[str, Estimate] | None:
    """Return the occupation with most more than needed where so many draws say so, and that."""
    found = [one for one in occupations(figures, subject) if (one[1].agree or 0.0) >= least]
    if not found or found[-1][1].central > -LEAST_SURPLUS:
        return None
    return found[-1][0], found[-1][1].scaled(-1.0)


def lacking_services(
    figures: Figures, subject: Subject, *, on_balance: bool = False
) -> list[tuple[str, Estimate]]:
    """Return the services that lack most of what services lack at the horizon, largest first.

    Of a page on one service, that. With ``on_balance`` without those that have more over than they
    lack.
    """
    rows, over = (
        pick(figures, subject, name, occupation="all", year=subject.horizon_year)
        for name in ("missing_fte", "surplus_fte")
    )
    of = pl.col("sector") == subject.sector
    rows = shown(rows.filter(pl.col("sector") != "all" if subject.sector == "all" else of))
    rows = rows.sort("central", "sector", descending=[True, False])
    before = pl.col("central").cum_sum() - pl.col("central")
    count = rows.filter(before < MOST_OF_SERVICES * pl.col("central").sum()).height
    # Of several that lack as much, as it is printed, none is named before the others.
    printed = [round(fte) for fte in rows["central"]]
    same = [at for at in range(1, count + 1) if printed[at - 1 : at] != printed[at : at + 1]]
    some = rows.head(max(same, default=count))
    if on_balance:
        more = over.select("sector", over="central")
        some = some.join(more, on="sector", how="left", maintain_order="left").filter(
            pl.col("central") > pl.col("over").fill_null(0.0)
        )
    return [(row["sector"], estimate_of(row)) for row in some.iter_rows(named=True)]
