"""What the shortage may become: when it comes, what else could happen, and what norms ask for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    how_known,
    interval,
    name_of,
    of_known_posts,
    pick,
    sector_name,
    shortage_basis,
    shortage_lines,
    shown,
    spoken,
    table_decimals,
    whole,
)
from workforce.reports.charts.shapes import Bar, draw_bars
from workforce.reports.charts.shortage import SURPLUS, scenario_name
from workforce.reports.charts.style import PENS
from workforce.texts.catalogue import Texts, percent, say

ALTERNATIVES = (
    "no_recruitment",
    "exits_replaced",
    "retirement_high",
    "retirement_low",
    "healthy_ageing",
)
"""What else could happen, besides the observed inflow that goes on."""
SOURCES = ("population", "behaviour", "chance", "assumptions")
MOST_SURE = 0.95


def alternatives(figures: Figures, subject: Subject) -> Chart:
    """Draw the shortage at the horizon if recruitment, retirement or health go another way."""
    texts, found = subject.texts, []
    for name in (subject.scenario, *ALTERNATIVES):
        rows = whole(figures, subject, "missing_fte", scenario=name)
        value = estimate(rows, year=subject.horizon_year)
        if value is not None:
            found.append((name, value))
    if not found or found[0][0] != subject.scenario:
        return absent(subject, "alternatives", "staff")
    if len(found) < 2:
        return SILENT
    by = dict(found)
    said = {"sector": sector_name(subject), "year": str(subject.horizon_year)}
    for name in (subject.scenario, "no_recruitment", "exits_replaced"):
        if name in by:
            key = "own" if name == subject.scenario else name
            said |= spoken(key, by[name], texts, decimals=decimals_for(by[name].central))
    complete = {"no_recruitment", "exits_replaced"} <= set(by)
    told = "title_borrowed" if "staff_flows" in subject.missing else "title"
    title = say(texts, f"alternatives.{told if complete else 'heading'}", **said)
    named = [(scenario_name(subject, name), value) for name, value in found]
    places = max((decimals_for(value.central) for _, value in found), default=0)
    listed = "; ".join(f"{label}: {interval(v, texts, decimals=places)}" for label, v in named)
    table = pl.DataFrame(
        {
            say(texts, "alternatives.what"): [label for label, _ in named],
            say(texts, "by_occupation.axis"): [
                interval(value, texts, decimals=places) for _, value in named
            ],
        }
    )
    return Chart(
        draw_bars(
            [Bar(label, value) for label, value in named], texts,
            x=say(texts, "by_occupation.axis"), positive=PENS[1], negative=SURPLUS,
        ),
        title,
        say(texts, "by_occupation.alt", title=title, list=listed),
        table,
        say(texts, "alternatives.note"),
    )  # fmt: skip


def first_shortage(figures: Figures, subject: Subject) -> Chart:
    """Tell the first year of shortage and how sure it is, by sector or occupation."""
    texts = subject.texts
    by = "sector" if subject.sector == "all" else "occupation"
    within = pl.col("occupation") == "all" if by == "sector" else pl.col("sector") == subject.sector
    rows = pick(figures, subject, "first_shortage_year").filter(within)
    rows = of_known_posts(figures, subject, rows)
    years = {code: estimate(rows.filter(pl.col(by) == code)) for code in _codes(rows, by)}
    chances = pick(figures, subject, "shortage_chance", year=subject.horizon_year).filter(within)
    chance = dict(shown(chances).select(by, "central").iter_rows())
    lead = years.get("all")
    if lead is None or "all" not in chance:
        return absent(subject, "first_shortage", "staff")
    tight = pick(figures, subject, "tightness", year=subject.horizon_year)
    kept = {code: year for code, year in years.items() if year is not None and code in chance}
    table = pl.DataFrame(
        {
            say(texts, f"chart.{by}"): [_name(subject, by, code) for code in kept],
            say(texts, "first_shortage.year"): [
                _year(year, subject) + _span(year, subject) for year in kept.values()
            ],
            say(texts, "first_shortage.chance", year=subject.horizon_year): [
                _chance(chance[code], texts) for code in kept
            ],
            say(texts, "first_shortage.tightness", year=subject.horizon_year): [
                _tightness(tight, subject, by, code) for code in kept
            ],
        }
    )
    kind = _kind(lead.central, subject)
    known = how_known(shortage_lines(figures, subject)) if kind == "now" else ""
    title = say(
        texts, f"first_shortage.title_{kind}{known}", sector=sector_name(subject),
        first=f"{lead.central:.0f}{_span(lead, subject)}", year=str(subject.horizon_year),
        chance=_chance(chance["all"], texts),
    )  # fmt: skip
    notes = [
        say(texts, "first_shortage.note"),
        shortage_basis(figures, subject),
    ]
    return Chart(None, title, title, table, " ".join(note for note in notes if note))


def norms(figures: Figures, subject: Subject) -> Chart:
    """Set the FTE that staffing norms ask for beside need and staff, where a norm is known."""
    texts = subject.texts
    rows = pick(figures, subject, "norm_fte").filter(
        (pl.col("occupation") != "all") & (pl.col("sector") != "all")
    )
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    asked = rows.filter(pl.col("central") > 0).select("sector", "occupation").unique()
    pairs = sorted(asked.iter_rows())
    if not pairs:
        return SILENT
    ends = (subject.base_year, subject.horizon_year)
    columns: dict[str, list[str]] = {
        say(texts, "norms.post"): [
            f"{sector_name(subject, sector)}: {name_of(subject, 'occupation', occupation)}"
            for sector, occupation in pairs
        ]
    }
    places = table_decimals(rows)
    for variable in ("norm_fte", "demand_fte", "supply_fte"):
        found = pick(figures, subject, variable)
        for year in ends:
            at = found.filter(pl.col("year") == year)
            by = {(r["sector"], r["occupation"]): r for r in at.iter_rows(named=True)}
            head = say(texts, f"norms.{variable}", year=year)
            columns[head] = [
                cell(by[pair], texts, decimals=places) if pair in by else "–" for pair in pairs
            ]
    title = say(texts, "norms.title", year=subject.horizon_year)
    return Chart(None, title, title, pl.DataFrame(columns), say(texts, "norms.note"))


def _codes(rows: pl.DataFrame, by: str) -> list[str]:
    """Codes in the order of the table, the whole last."""
    codes: list[str] = rows[by].unique(maintain_order=True).to_list()
    return [*(code for code in codes if code != "all"), *(["all"] if "all" in codes else [])]


def _name(subject: Subject, by: str, code: str) -> str:
    if by == "sector":
        return sector_name(subject, code)
    if code == "all":
        return say(subject.texts, "chart.all_occupations")
    return name_of(subject, by, code)


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
        level=percent(value.level, subject.texts, decimals=0), upper=f"{value.upper:.0f}",
    )  # fmt: skip
    return f" {said}"


def _chance(share: float, texts: Texts) -> str:
    """Write a chance; a limited number of draws is never sure."""
    if share > MOST_SURE:
        return say(texts, "first_shortage.over", chance=percent(MOST_SURE, texts, decimals=0))
    if share < 1 - MOST_SURE:
        return say(texts, "first_shortage.under", chance=percent(1 - MOST_SURE, texts, decimals=0))
    return percent(share, texts, decimals=0)


def _tightness(rows: pl.DataFrame, subject: Subject, by: str, code: str) -> str:
    place = (
        (pl.col("sector") == code) & (pl.col("occupation") == "all")
        if by == "sector"
        else (pl.col("sector") == subject.sector) & (pl.col("occupation") == code)
    )
    found: Sequence[dict[str, object]] = rows.filter(place).to_dicts()
    return _share(found[0], subject.texts) if len(found) == 1 else "–"


def _share(row: dict[str, object], texts: Texts) -> str:
    return cell(row, texts, decimals=1, share=True)


def width_sources(figures: Figures, subject: Subject) -> Chart:
    """Tell how much of the width of the shortage's interval comes from each source."""
    texts = subject.texts
    rows = pick(figures, subject, "width_share", dimension="width_source", scenario="baseline")
    rows = rows.filter(pl.col("occupation") == "all")
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    by = {(r["sector"], r["category"]): r["central"] for r in rows.iter_rows(named=True)}
    sectors = [code for code in _codes(rows, "sector") if by[code, SOURCES[0]] is not None]
    if subject.sector not in sectors:
        return absent(subject, "width", "staff")
    largest = max(SOURCES, key=lambda source: by[subject.sector, source])
    table = {say(texts, "chart.sector"): [sector_name(subject, code) for code in sectors]}
    for source in SOURCES:
        table[say(texts, f"width.{source}")] = [
            percent(max(by[code, source], 0.0), texts, decimals=0) for code in sectors
        ]
    title = say(
        texts, "width.title", sector=sector_name(subject), year=subject.horizon_year,
        source=say(texts, f"width.{largest}_in"),
        share=percent(by[subject.sector, largest], texts, decimals=0),
    )  # fmt: skip
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "width.note"))
