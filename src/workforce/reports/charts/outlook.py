"""What the shortage may become: when it comes, what else could happen, and what norms ask for."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.measures import ALTERNATIVES
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    Estimate,
    Subject,
    estimate,
    how_known,
    of_known_posts,
    of_page,
    pick,
    shortage_lines,
    shown,
    since_when,
    whole,
)
from workforce.reports.charts.shapes import Bar, Bars
from workforce.reports.charts.shortage import SURPLUS, scenario_name
from workforce.reports.charts.style import PENS
from workforce.reports.charts.words import (
    SURE,
    adding_up,
    column,
    decimals_told,
    interval,
    name_of,
    place_name,
    sector_name,
    shortage_basis,
    spoken,
    table_decimals,
)
from workforce.texts.catalogue import Texts, percent, say

SOURCES = ("population", "behaviour", "chance", "assumptions")
MOST_SURE = 0.95
LIMITS = ("no_recruitment", "exits_replaced")
"""Alternatives that are limits to read the others by."""
NOTED = {
    "retirement": ("retirement_high", "retirement_low"),
    "ageing": ("healthy_ageing",),
    "positions": ("positions_grow",),
}
"""Alternatives that a note explains, where they are there."""


@chart("alternatives", "staff")
def alternatives(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw the shortage at the horizon if recruitment, retirement or health go another way."""
    texts = subject.texts
    found: dict[str, Estimate] = {}
    for name in (subject.scenario, *ALTERNATIVES):
        rows = whole(figures, subject, "missing_fte", scenario=name)
        if (value := estimate(rows, year=subject.horizon_year)) is not None:
            found[name] = value
    if subject.scenario not in found:
        return None
    if len(found) < 2:
        return SILENT
    own = found[subject.scenario]
    found = {
        name: value
        for name, value in found.items()
        if name in (subject.scenario, *LIMITS) or not _is_as(value, own)
    }
    places = decimals_told(own.central, texts)
    said = spoken("own", own, texts, decimals=places)
    limits = [name for name in LIMITS if name in found]
    for name in limits:
        said |= spoken(name, found[name], texts, decimals=places)
    with_flows = "title_borrowed" if "staff_flows" in subject.missing else "title"
    bars = [Bar(scenario_name(subject, name), value) for name, value in found.items()]
    axis = say(texts, "by_occupation.axis")
    return Told(
        Bars(bars, axis, PENS[1], SURPLUS, decimals=places, most_listed=None),
        {
            "what": [bar.label for bar in bars],
            axis: [interval(bar.value, texts, decimals=places) for bar in bars],
        },
        said=said,
        title=with_flows if len(limits) == 2 else "heading",
        alt="by_occupation.alt",
        notes=("note", *(f"note_{name}" for name, of in NOTED.items() if set(of) & set(found))),
    )


def _is_as(one: Estimate, other: Estimate) -> bool:
    """Whether an alternative changes nothing here, as one on care where there is none."""
    ends = zip(
        (one.central, one.lower, one.upper), (other.central, other.lower, other.upper), strict=True
    )
    return all(abs(a - b) < 1e-9 for a, b in ends)


@chart("first_shortage", "staff")
def first_shortage(figures: Figures, subject: Subject) -> Told | None:
    """Tell the first year of shortage and how sure it is, by sector or occupation."""
    texts = subject.texts
    by = "sector" if subject.sector == "all" else "occupation"
    within = pl.col("occupation") == "all" if by == "sector" else pl.col("sector") == subject.sector
    rows = pick(figures, subject, "first_shortage_year").filter(within)
    rows = of_known_posts(figures, subject, rows)
    years = {code: estimate(rows.filter(pl.col(by) == code)) for code in _codes(rows, by)}
    chances, tight = (
        pick(figures, subject, name, year=subject.horizon_year).filter(within)
        for name in ("shortage_chance", "tightness")
    )
    chance = dict(shown(chances).select(by, "central").iter_rows())
    need = pick(figures, subject, "demand_fte", year=subject.horizon_year).filter(within)
    many = need.filter(pl.col("central") >= LEAST_FOR_SHARE)[by].to_list()
    tight = tight.filter(pl.col(by).is_in(many))
    lead = years.get("all")
    if lead is None or "all" not in chance:
        return None
    kept = {code: year for code, year in years.items() if year is not None and code in chance}
    kind = _kind(lead.central, subject)
    known = how_known(shortage_lines(figures, subject)) if kind == "now" else ""
    spans = any(year.is_uncertain for year in kept.values())
    every, missing = (
        pick(figures, subject, name).filter(within) for name in ("shortage_chance", "missing_fte")
    )
    sure = [
        since_when(every.filter(one), missing.filter(one), SURE, subject)
        for one in (pl.col(by) == code for code in kept)
    ]
    first = {
        "first_shortage.year": [
            _year(year, subject) + _span(year, subject) for year in kept.values()
        ]
    }
    if len(kept) > 1 and all(_kind(year.upper, subject) == "now" for year in kept.values()):
        first = {}  # The title says it of them all.
    return Told(
        table={
            f"chart.{by}": [place_name(subject, by, code) for code in kept],
            **first,
            "first_shortage.chance": [_chance(chance[code], texts) for code in kept],
            **(
                {"tightness": column(tight, list(kept), texts, by=by, decimals=1, share=True)}
                if tight.height
                else {}
            ),
            **(
                {
                    "first_shortage.sure": [
                        say(texts, "first_shortage.not_sure") if year is None else str(year)
                        for year in sure
                    ]
                }
                if any(sure)
                else {}
            ),
        },
        said={
            "first": f"{lead.central:.0f}{_span(lead, subject)}",
            "chance": _chance(chance["all"], texts),
        },
        title=f"title_{kind}{known}",
        notes=(
            "note",
            *(["few_needed"] * (0 < tight.height < len(kept))),
            *(["none_sure"] * (not any(sure))),
            *(["note_first"] if first else []),
            *(["note_years"] if spans else []),
        ),
        more=[shortage_basis(figures, subject)],
    )


@chart("norms")
def norms(figures: Figures, subject: Subject) -> Told | Chart:
    """Set the FTE that staffing norms ask for beside need and staff, where a norm is known."""
    texts = subject.texts
    rows = pick(figures, subject, "norm_fte").filter(
        (pl.col("occupation") != "all") & (pl.col("sector") != "all")
    )
    rows = of_page(rows, subject)
    asked = rows.filter(pl.col("central") > 0).select("sector", "occupation").unique()
    pairs = sorted(asked.iter_rows())
    if not pairs:
        return SILENT
    table = {
        "post": [
            f"{sector_name(subject, sector)}: {name_of(subject, 'occupation', occupation)}"
            for sector, occupation in pairs
        ]
    }
    for variable in ("norm_fte", "demand_fte", "supply_fte"):
        for year in (subject.base_year, subject.horizon_year):
            table[say(texts, f"norms.{variable}", year=year)] = column(
                pick(figures, subject, variable, year=year), pairs, texts,
                by=("sector", "occupation"), decimals=table_decimals(rows, texts),
            )  # fmt: skip
    return Told(table=table)


@chart("width", "staff")
def width_sources(figures: Figures, subject: Subject) -> Told | None:
    """Tell how much of the width of the shortage's interval comes from each source."""
    texts = subject.texts
    rows = pick(figures, subject, "width_share", dimension="width_source", scenario="baseline")
    rows = of_page(rows.filter(pl.col("occupation") == "all"), subject)
    by = {(r["sector"], r["category"]): r["central"] for r in rows.iter_rows(named=True)}
    sectors = [code for code in _codes(rows, "sector") if by[code, SOURCES[0]] is not None]
    if subject.sector not in sectors:
        return None
    most = max(SOURCES, key=lambda source: by[subject.sector, source])
    shares = {code: _whole_shares({one: by[code, one] for one in SOURCES}) for code in sectors}
    return Told(
        table={"chart.sector": [sector_name(subject, code) for code in sectors]}
        | {
            source: [percent(shares[code][source], texts, decimals=0) for code in sectors]
            for source in SOURCES
        },
        said={
            "source": say(texts, f"width.{most}_in"),
            "share": percent(shares[subject.sector][most], texts, decimals=0),
        },
    )


def _whole_shares(parts: Mapping[str, float]) -> dict[str, float]:
    """Round shares to whole per cent that make up a hundred; one below zero counts as nothing."""
    above = {name: max(share, 0.0) for name, share in parts.items()}
    whole = sum(above.values()) or 1.0
    return adding_up({name: one / whole for name, one in above.items()}, 1.0, decimals=2)


def _codes(rows: pl.DataFrame, by: str) -> list[str]:
    """Codes in the order of the table, the whole last."""
    codes: list[str] = rows[by].unique(maintain_order=True).to_list()
    return [*(code for code in codes if code != "all"), *(["all"] if "all" in codes else [])]


def _kind(year: float, subject: Subject) -> str:
    """Whether a first year is here already, comes, or lies beyond the period."""
    if year > subject.horizon_year:
        return "none"
    return "now" if year <= subject.base_year else "then"


def _year(value: Estimate, subject: Subject) -> str:
    """Write the first year of the central path: a year, or words."""
    kind = _kind(value.central, subject)
    if kind == "then":
        return f"{value.central:.0f}"
    return say(subject.texts, f"first_shortage.{kind}", year=subject.base_year)


def _span(value: Estimate, subject: Subject) -> str:
    """Write the years of the draws; one that lies beyond the period is told in words."""
    if not value.is_uncertain:
        return ""
    kind = "open_span" if _kind(value.upper, subject) == "none" else "span"
    said = say(
        subject.texts, f"first_shortage.{kind}", lower=f"{value.lower:.0f}",
        upper=f"{value.upper:.0f}",
    )  # fmt: skip
    return f" {said}"


def _chance(share: float, texts: Texts) -> str:
    """Write a chance; a limited number of draws is never sure."""
    if share > MOST_SURE:
        return say(texts, "first_shortage.over", chance=percent(MOST_SURE, texts, decimals=0))
    if share < 1 - MOST_SURE:
        return say(texts, "first_shortage.under", chance=percent(1 - MOST_SURE, texts, decimals=0))
    return percent(share, texts, decimals=0)
