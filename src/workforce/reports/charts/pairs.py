"""Tables of what helps occupations that are short: shared tasks, and persons to retrain."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import absent
from workforce.reports.charts.figures import Subject, pick
from workforce.reports.charts.words import name_of, sector_name
from workforce.texts.catalogue import join_list, number, percent, say

ALL_MONEY = 100  # Per cent of the cost of the whole plan.


def shared_tasks(figures: Figures, subject: Subject) -> Chart:
    """Set out which occupation may help which, how much that gives, and what binds.

    Parameters
    ----------
    figures
        Protected figures, with the rows of `workforce.results.pair_rows`.
    subject
        The page.
    """
    if "staff" in subject.missing:
        return SILENT
    texts, year = subject.texts, subject.horizon_year
    moved = _pairs(figures, subject, "tasks_moved", "sharing_pair")
    if moved.is_empty() and "task_sharing" in subject.missing:
        return absent(subject, "sharing", "task_sharing")
    if moved.is_empty():
        note = say(texts, "sharing.none", year=year)
        return Chart(None, say(texts, "sharing.heading"), note, None, note)
    taken = _pairs(figures, subject, "tasks_taken", "sharing_pair")
    keys = ["sector", "occupation", "other", "what"]
    known = moved.join(taken.select(*keys, taken="central"), on=keys)
    known = known.filter(pl.col("central").is_not_null()).sort("central", descending=True)
    note = say(texts, "sharing.note")
    if known.is_empty():
        return Chart(None, say(texts, "sharing.heading"), note, None, note)
    short = _short(figures, subject)
    given = known.group_by("sector", "occupation").agg(pl.col("central").sum())
    total = {(one[0], one[1]): one[2] for one in given.iter_rows()}
    table = pl.DataFrame(
        {
            say(texts, "sharing.service"): sector_name(subject, one["sector"]),
            say(texts, "sharing.short"): name_of(subject, "occupation", one["occupation"]),
            say(texts, "sharing.helper"): name_of(subject, "occupation", one["other"]),
            say(texts, "sharing.moved"): number(one["central"], texts, decimals=1),
            say(texts, "sharing.taken"): number(one["taken"], texts, decimals=1),
            say(texts, "sharing.left", year=year): _left(
                short.get((one["sector"], one["occupation"])),
                total[one["sector"], one["occupation"]],
                subject,
            ),
            say(texts, "sharing.binds"): say(texts, f"sharing.limit_{one['what']}"),
        }
        for one in known.iter_rows(named=True)
    )
    title = say(
        texts,
        "sharing.title",
        sector=sector_name(subject),
        year=year,
        fte=number(float(known["central"].sum()), texts, decimals=1),
    )
    return Chart(None, title, title, table, note)


def best_moves(figures: Figures, subject: Subject) -> Chart:
    """Set out who may be retrained for what, at what cost, what less money gives, and what binds.

    Parameters
    ----------
    figures
        Protected figures, with the rows of `workforce.results.pair_rows`.
    subject
        The page.
    """
    if "staff" in subject.missing:
        return SILENT
    texts, year = subject.texts, subject.horizon_year
    persons = _pairs(figures, subject, "reskilled_persons", "reskilling_pair")
    if persons.is_empty() and "training" in subject.missing:
        return absent(subject, "moves", "training")
    if persons.is_empty():
        note = say(texts, "moves.none", year=year)
        return Chart(None, say(texts, "moves.heading"), note, None, note)
    keys = ["occupation", "other", "what"]
    for name in ("cost", "weeks"):
        found = _pairs(figures, subject, f"reskilled_{name}", "reskilling_pair")
        persons = persons.join(found.select(*keys, pl.col("central").alias(name)), on=keys)
    known = persons.filter(pl.col("central").is_not_null())
    whole = known.filter(what=str(ALL_MONEY)).sort(
        "central", "occupation", descending=[True, False]
    )
    note = " ".join(
        part
        for part in (
            say(texts, "moves.note", year=year),
            _less_money(known, subject),
            _binding(figures, subject),
        )
        if part
    )
    if whole.is_empty():
        note = say(texts, "moves.none", year=year)
        return Chart(None, say(texts, "moves.heading"), note, None, note)
    table = pl.DataFrame(
        {
            say(texts, "moves.from"): name_of(subject, "occupation", one["occupation"]),
            say(texts, "moves.to"): name_of(subject, "occupation", one["other"]),
            say(texts, "moves.persons"): number(one["central"], texts),
            say(texts, "moves.weeks"): number(one["weeks"], texts),
            say(texts, "moves.cost"): number(one["cost"], texts),
        }
        for one in whole.iter_rows(named=True)
    )
    title = say(
        texts,
        "moves.title",
        sector=sector_name(subject),
        persons=number(float(whole["central"].sum()), texts),
        cost=number(float(whole["cost"].sum()) / 1e6, texts, decimals=1),
    )
    return Chart(None, title, title, table, note)


def _pairs(figures: Figures, subject: Subject, variable: str, dimension: str) -> pl.DataFrame:
    """Rows of pairs of the page, with the other occupation and what is said of them."""
    rows = figures.table.filter(
        pl.col("region") == subject.region,
        pl.col("scenario") == subject.scenario,
        pl.col("variable") == variable,
        pl.col("dimension") == dimension,
    )
    if subject.sector != "all":
        rows = rows.filter(sector=subject.sector)
    return rows.with_columns(other="category", what="detail")


def _short(figures: Figures, subject: Subject) -> dict[tuple[str, str], float]:
    """Shortage at the horizon without measures, by sector and occupation, where it is shown."""
    rows = figures.table.filter(
        pl.col("region") == subject.region,
        pl.col("scenario") == "baseline",
        pl.col("variable") == "shortage_fte",
        pl.col("dimension") == "",
        pl.col("year") == subject.horizon_year,
        pl.col("central").is_not_null(),
    )
    found = rows.select("sector", "occupation", "central").iter_rows()
    return {(sector, code): value for sector, code, value in found}


def _left(short: float | None, given: float, subject: Subject) -> str:
    texts = subject.texts
    if short is None:
        return "–"
    before, after = (number(value, texts, decimals=1) for value in (short, max(short - given, 0.0)))
    return say(texts, "sharing.from_to", before=before, after=after)


def _less_money(known: pl.DataFrame, subject: Subject) -> str:
    """Say how many could be retrained for parts of the money."""
    texts = subject.texts
    parts = sorted({int(one) for one in known["what"]} - {ALL_MONEY})
    said = [
        say(
            texts,
            "moves.less",
            share=percent(part / 100, texts, decimals=0),
            persons=number(float(known.filter(what=str(part))["central"].sum()), texts),
        )
        for part in parts
    ]
    return say(texts, "moves.with_less", list=join_list(said, texts)) if said else ""


def _binding(figures: Figures, subject: Subject) -> str:
    rows = pick(
        figures,
        subject,
        "reskilled_more",
        sector=subject.sector,
        occupation="all",
        dimension="reskilling_limit",
        year=subject.horizon_year,
    )
    texts = subject.texts
    said = [
        say(texts, f"moves.limit_{one['category']}", more=number(one["central"], texts, decimals=1))
        for one in rows.iter_rows(named=True)
        if one["central"] is not None
    ]
    return " ".join(said)
