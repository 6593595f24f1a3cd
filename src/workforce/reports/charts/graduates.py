"""Who is being educated: the graduates that programmes give, and when."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, pick
from workforce.reports.charts.words import NOTHING, adding_up, name_of
from workforce.texts.catalogue import Texts, join_list, number, percent, say

LEAST_REST = 0.005  # A smaller share of a programme reads as none.
LEAST_CHANGE = 0.05  # A smaller change in graduates a year is about as before.


@dataclass(frozen=True)
class _Programme:
    """A programme with its graduates, in persons."""

    code: str
    leads_to: str
    years: int
    completion: float
    before: float  # A year, of the five years before the base year.
    ahead: float  # A year, until the horizon.
    total: float  # Until the horizon.
    begun: float  # Those of them who already study.


@chart("graduates")
def graduates_to_come(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the graduates of each programme until the horizon, and who of them already studies.

    Figures are for all employers in the area of the table, so a page of one sector has none.
    """
    texts = subject.texts
    found = _programmes(figures, subject)
    if not found or subject.sector != "all":
        return SILENT
    ahead, before = (sum(getattr(one, name) for one in found) for name in ("ahead", "before"))
    change = ahead / before - 1 if before > 0 else 0.0
    way = "more" if change > LEAST_CHANGE else "fewer" if change < -LEAST_CHANGE else "same"
    names = [one.leads_to for one in found]
    leads_to = [
        f"{name} ({names[:place].count(name) + 1})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]
    counts = {name: _with_sum([getattr(one, name) for one in found], texts)
              for name in ("before", "ahead", "total", "begun")}  # fmt: skip
    years = [number(one.years, texts) for one in found]
    shares = [percent(one.completion, texts, decimals=0) for one in found]
    return Told(
        table={
            "leads_to": [*leads_to, say(texts, "by_occupation.whole")],
            **counts,
            "years": [*years, NOTHING],
            "completion": [*shares, NOTHING],
        },
        said={
            "ahead": number(ahead, texts),
            "before": number(before, texts),
            "last": subject.horizon_year - 1,
        },
        title=f"title_{way}",
    )


def _with_sum(counts: list[float], texts: Texts) -> list[str]:
    """Write counts that add up to their sum as printed, and the sum."""
    whole = sum(counts)
    parts = adding_up(dict(enumerate(counts)), whole)
    return [number(one, texts) for one in (*parts.values(), whole)]


def _programmes(figures: Figures, subject: Subject) -> list[_Programme]:
    """Programmes of the page's scenario, those with most graduates first."""
    path, before, completion, years, share = (
        pick(figures, subject, name, sector="all", dimension="education")
        for name in ("graduates_path", "graduates_before", "programme_completion",
                     "programme_years", "education_share")
    )  # fmt: skip
    found = []
    for (code,), rows in path.group_by("category", maintain_order=True):
        length, completing, lately = (
            float(table.filter(pl.col("category") == code)["central"].item())
            for table in (years, completion, before)
        )
        # Who begins in a year graduates so many years later, so these began before the base year.
        begun = rows.filter(pl.col("year") < subject.base_year + length)["central"].sum()
        total = float(rows["central"].sum())
        led_to = share.filter(pl.col("category") == code)
        names, mean = _occupations(led_to, subject), total / rows.height
        found.append(
            _Programme(
                str(code), names, round(length), completing, lately, mean, total, float(begun)
            )
        )
    return sorted(found, key=lambda one: (-one.total, one.code))


def _occupations(led_to: pl.DataFrame, subject: Subject) -> str:
    """Name the occupations of a programme, with their shares where there are several."""
    rows = led_to.sort("central", "occupation", descending=[True, False]).iter_rows(named=True)
    names = [(name_of(subject, "occupation", row["occupation"]), row["central"]) for row in rows]
    if len(names) == 1 and names[0][1] > 1 - 1e-9:
        return names[0][0]
    texts = subject.texts
    told = [f"{name} ({percent(part, texts, decimals=0)})" for name, part in names]
    rest = 1.0 - sum(part for _, part in names)
    if rest >= LEAST_REST:  # Occupations that nobody has here.
        share = percent(rest, texts, decimals=0)
        told.append(say(texts, "graduates.elsewhere", share=share))
    return join_list(told, texts)
