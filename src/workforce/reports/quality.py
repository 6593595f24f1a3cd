"""How far figures can be trusted: a light for each table, and how earlier forecasts came out."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.quality import (
    BORROWED_FROM,
    DIMENSION,
    JUDGED,
    KINDS,
    LIGHTS,
    MOST_BORROWED,
    PROJECTION,
)
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.quality import Judged, population_judged, staff_judged
from workforce.reports.charts.words import name_of
from workforce.reports.flow_evidence import evidence_line, evidence_of
from workforce.reports.page import KeyFigure
from workforce.texts.catalogue import Texts, join_list, number, percent, say

if TYPE_CHECKING:
    from workforce.contract.figures import Figures
    from workforce.reports.charts.figures import Subject

NEXT = {"age": "fetch", "edition": "fetch", "revision": "wait"}
"""What to do about a light that is not green, by its check; to check the figures, for others."""


@chart("quality")
def lights(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out a light and its reasons for each table that the page rests on.

    No figure about staff is shown but the shares of the FTE that are borrowed, which are protected:
    a reason names a sector and a year at the most.
    """
    texts, judged = subject.texts, figures.facts.lights
    of_staff = "staff" not in subject.missing
    lent = _lent_by_weight(figures, subject) if of_staff else _lent(figures, texts)
    evidence = evidence_of(figures, subject)
    if evidence is not None:
        light = "yellow" if evidence.is_little else "green"
        told = light, evidence_line(evidence, texts)
        lent["staff_flows"] = [told, *lent.get("staff_flows", [])]
    rows: dict[str, list[str]] = {"table": [], "light": [], "reason": []}
    for table in JUDGED:
        own = judged.filter(pl.col("table") == table)
        borrowed = lent.get(table, [])
        if own.is_empty() and not borrowed:
            continue
        found = [(row["light"], _reason(row, subject)) for row in own.iter_rows(named=True)]
        worst = max((light for light, _ in [*found, *borrowed]), key=LIGHTS.index)
        # A green check says nothing beside a yellow or a red one; what is borrowed is always told.
        said = [text for light, text in found if text and (light != "green" or worst == "green")]
        said += [text for _, text in borrowed]
        rows["table"].append(say(texts, f"quality.tables.{table}"))
        rows["light"].append(say(texts, f"quality.lights.{worst}"))
        doubted = [
            str(row["check"]) for row in own.iter_rows(named=True) if row["light"] != "green"
        ]
        todo = [NEXT.get(check, "check") for check in doubted]
        few = table == "staff_flows" and evidence is not None and evidence.years > 0
        todo += ["few" if few else "deliver"] * any(light != "green" for light, _ in borrowed)
        said += [say(texts, _of_table(f"next_{one}", table, texts)) for one in todo]
        rows["reason"].append(" ".join(dict.fromkeys(said)))
    if not rows["light"]:
        return SILENT
    more = [_note(figures, subject)]
    return Told(table=rows, title="caption", notes=(), more=more, prose=True)


def _of_table(key: str, table: str, texts: Texts) -> str:
    """Give the key of a text of the table alone, or else of every table."""
    own = f"quality.{key}_{table}"
    return own if own in texts.entries else f"quality.{key}"


def _lent_by_weight(figures: Figures, subject: Subject) -> dict[str, list[tuple[str, str]]]:
    """Say by table what part of the FTE has borrowed or imputed figures, with its light."""
    texts = subject.texts
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _shares(figures, subject).iter_rows(named=True):
        kind = str(row["variable"]).removesuffix("_share")
        if kind == "borrowed" and row["central"] == 1.0:
            told = "yellow", say(texts, "quality.borrowed_wholly")
        else:
            share = percent(row["central"], texts, decimals=0)
            light = "yellow" if row["central"] >= MOST_BORROWED else "green"
            told = light, say(texts, f"quality.{kind}_share", share=share)
        found.setdefault(str(row["category"]), []).append(told)
    return found


def _lent(figures: Figures, texts: Texts) -> dict[str, list[tuple[str, str]]]:
    """Say by table that something was borrowed or imputed, where no staff is there to weigh it."""
    if not figures.facts.has_posts:
        return {}
    kinds: dict[str, str] = {}
    for one in figures.facts.borrowed:
        table = BORROWED_FROM.get(one.variable.removesuffix("_partly"))
        if table and kinds.get(table) != "borrowed_wholly":
            kinds[table] = "imputed" if one.imputed else "borrowed_wholly"
    return {table: [("yellow", say(texts, f"quality.{kind}"))] for table, kind in kinds.items()}


def _shares(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Take the protected shares of the page, one row for each table and kind."""
    return figures.table.filter(
        pl.col("dimension") == DIMENSION,
        pl.col("variable").is_in([f"{kind}_share" for kind in KINDS]),
        pl.col("scenario") == subject.scenario,
        pl.col("region") == subject.region,
        pl.col("sector") == subject.sector,
    )


def _reason(row: dict[str, object], subject: Subject) -> str:
    """Tell what a check found; a green check tells the newest year only."""
    texts = subject.texts
    check, light, year = str(row["check"]), str(row["light"]), row["year"]
    if light == "green" and row["table"] == PROJECTION:
        return say(texts, "quality.joins", year=int(str(year)) - 1)
    if light == "green":
        key = _of_table("newest", str(row["table"]), texts)
        return say(texts, key, year=int(str(year))) if check == "age" else ""
    sector = name_of(subject, "sector", str(row["sector"])) if row["sector"] else ""
    key = f"quality.{check}_sector" if sector else f"quality.{check}"
    values: dict[str, str | int] = {"year": int(str(year)), "before": int(str(year)) - 1}
    if sector:
        values["sector"] = sector
    text = say(texts, key, **values)
    if light == "red" and row["accepted"]:
        text += " " + say(texts, "quality.accepted", reason=str(row["accepted"]))
    return text


def _note(figures: Figures, subject: Subject) -> str:
    """Say how much of the FTE has borrowed figures, and what red means on a page that is out."""
    texts, lights = subject.texts, figures.facts.lights
    parts = []
    shown = _shares(figures, subject)
    for kind in KINDS:
        rows = shown.filter(pl.col("variable") == f"{kind}_share")
        listed = [
            f"{say(texts, f'quality.tables.{table}')} {percent(share, texts, decimals=0)}"
            for table, share in rows.select("category", "central").iter_rows()
        ]
        if listed:
            parts.append(say(texts, f"quality.{kind}_note", tables=join_list(listed, texts)))
        if rows.filter(category="staff_flows").filter(pl.col("central") < 1.0).height:
            parts.append(say(texts, "quality.borrowed_in_part"))
    red = lights.filter(pl.col("light") == "red")
    if red.height:
        is_accepted = (red["accepted"] != "").all()
        parts.append(say(texts, "quality.red_note" if is_accepted else "quality.red_unaccepted"))
    return " ".join(parts)


def quality_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return the key figures on how earlier forecasts, made again, came out."""
    bands, staff = population_judged(figures, subject), staff_judged(figures, subject)
    found = [*_inside(bands, subject, "judged_bands"), *_miss(bands, subject)]
    return [*found, *_inside(staff, subject, "judged_staff")]


def _inside(judged: list[Judged], subject: Subject, label: str) -> list[KeyFigure]:
    texts = subject.texts
    if not judged:
        return []
    inside = number(sum(one.inside for one in judged), texts)
    told = say(texts, "figure.of", inside=inside, count=number(len(judged), texts))
    return [KeyFigure(say(texts, f"figure.{label}", year=subject.base_year), told)]


def _miss(judged: list[Judged], subject: Subject) -> list[KeyFigure]:
    if not judged:
        return []
    middle = median(abs(one.forecast.central / one.outcome - 1) for one in judged)
    label = say(subject.texts, "figure.judged_miss", year=subject.base_year)
    return [KeyFigure(label, percent(middle, subject.texts, decimals=1))]
