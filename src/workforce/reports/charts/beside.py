"""A place beside its comparison group, its county and the country, in one small table."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.benchmark import wider_name
from workforce.reports.charts.by_year import shades_of
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import LEAST_FOR_SHARE, SMALL_STAFF, Subject, shown
from workforce.reports.charts.words import NOTHING, name_of
from workforce.texts.catalogue import percent, say

KINDS = {
    "unfilled_share": "observed",
    "older_share": "observed",
    "turnover": "observed",
    "absence_rate": "observed",
    "mean_position": "observed",
    "oldest_growth": "expected",
}
"""What is compared, in order, and which of its figures: as it was counted, or as it is expected."""
OF_MEMBERS = ("oldest_growth", "older_share", "unfilled_share")
LEAST_DIFFERENCE = 0.05
"""A smaller difference, of the other's figure, is about the same."""
LEAST_POINTS = 0.005
"""And one of less than half a percentage point, by which public figures are rounded."""
LEAST_WEIGHT = 0.5
"""Of an own figure that rests on few events; where it weighs less, most would be borrowed."""
Found = Mapping[tuple[str, str], float]
"""Figures by what they are and by place."""


@chart("beside", "staff")
def place_beside(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out what a place has counted beside its comparison group, its county and the country."""
    texts, region = subject.texts, subject.region
    rows = figures.table.filter(dimension="benchmark", scenario=subject.scenario)
    beside = [one for one in rows["region"].unique(maintain_order=True) if one != region]
    found = compared(rows, subject, subject.sector)
    labels = {
        what: say(texts, f"beside.{what}", base=subject.base_year, year=subject.horizon_year,
                  last=subject.base_year - 1)
        for what in KINDS if any((what, place) in found for place in beside)
    }  # fmt: skip
    if not any(place == region for _, place in found) or not beside:
        return SILENT
    names = {region: name_of(subject, "region", region)}
    names |= {code: wider_name(rows, code, subject) for code in beside}
    title, what = _largest_difference(found, region, beside[0])
    values = {code: _written(found.get((what, code)), subject) for code in (region, beside[0])}
    return Told(
        table={
            "what": [*labels.values()],
            **{name: [_written(found.get((one, code)), subject) for one in labels]
               for code, name in names.items()},
        },
        said={
            "what": labels.get(what, ""), "own": values[region], "other": values[beside[0]],
            "place": names[beside[0]],
        },
        title=title,
        prose=True,  # Long names of places stand before each figure on a narrow screen.
    )  # fmt: skip


@chart("members_beside", "staff")
def members_beside(figures: Figures, subject: Subject) -> Told | Chart:
    """Set the municipalities of a wider place beside one another, darker where a figure is large.

    Every column has one scale for all of them.
    """
    texts = subject.texts
    rows = figures.table.filter(dimension="member", scenario=subject.scenario)
    found = compared(rows, subject, subject.sector)
    growth = {code: value for (what, code), value in found.items() if what == "oldest_growth"}
    told = [what for what in OF_MEMBERS if any(one == what for one, _ in found)]
    if len(growth) < 2:
        return SILENT
    order = sorted(rows["region"].unique(), key=lambda code: (-growth.get(code, -1.0), code))
    columns = [[found.get((what, code)) for code in order] for what in told]
    dark = [shades_of([[one or 0.0 for one in column]], 0.001)[0] for column in columns]
    ends = {"most": max(growth, key=lambda code: growth[code]),
            "least": min(growth, key=lambda code: growth[code])}  # fmt: skip
    heads = [say(texts, f"beside.{what}", base=subject.base_year, year=subject.horizon_year)
             for what in told]  # fmt: skip
    return Told(
        table={
            "place": [name_of(subject, "region", code) for code in order],
            **{head: [_written(one, subject) for one in column]
               for head, column in zip(heads, columns, strict=True)},
        },
        said={end: name_of(subject, "region", code) for end, code in ends.items()}
        | {f"{end}_share": _written(growth[code], subject) for end, code in ends.items()},
        shades=list(zip(*dark, strict=True)),
    )  # fmt: skip


def compared(rows: pl.DataFrame, subject: Subject, sector: str) -> dict[tuple[str, str], float]:
    """Read what each place has counted itself in a sector, of enough people for per cent.

    A small place is told in persons on its page, and compares nothing.
    """
    here = shown(
        rows.filter((pl.col("sector") == sector) | (pl.col("variable") == "oldest_growth"))
    )
    weights = {
        (row["category"], row["region"]): row["central"]
        for row in here.filter(variable="benchmark_weight").iter_rows(named=True)
    }
    found = {}
    for what, kind in KINDS.items():
        least = SMALL_STAFF if what == "unfilled_share" else LEAST_FOR_SHARE
        for row in here.filter(variable=what, category=kind).iter_rows(named=True):
            persons = row["persons"] * (row["central"] if what == "older_share" else 1.0)
            own_small = subject.texts.small_place and row["region"] == subject.region
            own = weights.get((what, row["region"]), 1.0) >= LEAST_WEIGHT
            if persons >= least and own and not own_small:
                found[what, row["region"]] = row["central"]
    return found


def _largest_difference(found: Found, own: str, other: str) -> tuple[str, str]:
    """Return the word of the title, and in what the place differs most from the one beside it."""
    pairs = {
        what: (found[what, own], found[what, other])
        for what in KINDS
        if (what, own) in found and (what, other) in found
    }
    apart = {
        what: abs(here - there) / abs(there)
        for what, (here, there) in pairs.items()
        if there and abs(here - there) >= LEAST_POINTS
    }
    what = max(apart, key=lambda one: apart[one], default="")
    if not what or apart[what] < LEAST_DIFFERENCE:
        return "title_same", ""
    here, there = pairs[what]
    return "title_higher" if here > there else "title_lower", what


def _written(value: float | None, subject: Subject) -> str:
    return NOTHING if value is None else percent(value, subject.texts, decimals=1)
