"""Tables of the ways in: learning paths to occupations that are short, and to management posts."""

from __future__ import annotations

import math

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import absent
from workforce.reports.charts.figures import (
    Subject,
    estimate,
    how_known,
    occupation_gaps,
    only,
    pick,
    shortage_lines,
    shown,
)
from workforce.reports.charts.words import cell, interval, is_group, name_of
from workforce.texts.catalogue import number, percent, say

BEST = 3  # Ways to each occupation.
MOST = 8  # Occupations.
LEAST_SHORT = 0.05
MANAGERS = "1"  # STYRK-08's first group: managers.
WAYS = ("weeks", "calendar_weeks", "cost", "total_cost", "fte_lost", "places", "similarity",
        "learning_gap")  # fmt: skip


def ways_in(figures: Figures, subject: Subject) -> Chart:
    """Set out the best ways of learning into each occupation that is short at the horizon."""
    short = _short(figures, subject)
    ways = _ways(figures, subject)
    title = say(subject.texts, "ways.heading")
    if ways.is_empty():
        return absent(subject, "ways", "training")
    short = dict(list(short.items())[:MOST])
    ways = _somebody(ways, figures, subject)
    best = _best(ways.filter(pl.col("occupation").is_in(list(short))), short)
    if best.is_empty():
        note = say(subject.texts, "ways.none")
        return Chart(None, title, note, None, note)
    table = _table(best, figures, subject)
    return Chart(None, title, title, table, say(subject.texts, "ways.note"))


def ways_to_lead(figures: Figures, subject: Subject) -> Chart:
    """Set out the ways of learning into management posts; nothing where the service has none."""
    ways = _ways(figures, subject)
    if ways.is_empty():
        return SILENT
    ways = _somebody(ways, figures, subject)
    best = ways.filter(pl.col("occupation").str.starts_with(MANAGERS))
    if best.is_empty():
        return SILENT
    best = _best(best, dict.fromkeys(best["occupation"].unique().sort().to_list(), 0.0))
    title = say(subject.texts, "ways.lead")
    return Chart(None, title, title, _table(best, figures, subject),
                 say(subject.texts, "ways.lead_note"))  # fmt: skip


def unqualified(figures: Figures, subject: Subject) -> Chart:
    """Set out posts filled without the qualification, and what qualifying those in them takes."""
    texts = subject.texts
    rows = only(shortage_lines(figures, subject), "unqualified")
    if rows.is_empty() and not {"staff", "shortage"} & set(subject.missing):
        told = say(texts, "unqualified.not_counted")
        return Chart(None, say(texts, "unqualified.heading"), told, None, told)
    known = how_known(rows, "unqualified")
    whole = estimate(rows.filter(pl.col("occupation") == "all"))
    rows = rows.filter(pl.col("occupation") != "all")
    some = shown(rows).filter(pl.col("central") >= LEAST_SHORT).sort("central", descending=True)
    if some.is_empty():
        return absent(subject, "unqualified", "shortage")
    ways = _ways(figures, subject)
    table: dict[str, list[str]] = {
        say(texts, f"unqualified.{name}"): []
        for name in ("occupation", "fte", "way", "weeks", "cost", "lost", "places")
    }
    for row in some.iter_rows(named=True):
        fte, own = float(row["central"]), pl.DataFrame()
        if not ways.is_empty():
            own = _best(ways.filter(pl.col("occupation") == row["occupation"]),
                        {row["occupation"]: 0.0})  # fmt: skip
        way = own.row(0, named=True) if own.height else None
        cells = [name_of(subject, "occupation", row["occupation"]), number(fte, texts, decimals=1)]
        if is_group(subject, row["occupation"]):
            cells += ["–"] * 5
        elif way is None:
            cells += [say(texts, "unqualified.no_way"), "–", "–", "–", "–"]
        else:
            price = way["total_cost"] if way["total_cost"] is not None else way["cost"]
            persons = math.ceil(fte)
            cells += [
                _way_name(way, subject),
                number(way["calendar_weeks"], texts),
                number(price * persons, texts),
                number(way["fte_lost"] * persons, texts, decimals=1),
                number(way["places"], texts),
            ]
        for column, text in zip(table.values(), cells, strict=True):
            column.append(text)
    title = say(texts, "unqualified.heading")
    if whole is not None:
        title = say(
            texts, f"unqualified.title{known}", fte=number(whole.central, texts, decimals=1)
        )
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "unqualified.note"))


def _short(figures: Figures, subject: Subject) -> dict[str, float]:
    """Return occupations short at the horizon and by how many FTE, largest first."""
    rows = occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)
    rows = rows.filter(pl.col("central") >= LEAST_SHORT)
    found = rows.sort("central", descending=True).select("occupation", "central").iter_rows()
    return {code: fte for code, fte in found if not is_group(subject, code)}


def _ways(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Ways as one row each: occupation, origin, via and their figures."""
    frames = [
        pick(figures, subject, f"way_{name}", sector=subject.sector, dimension="way").select(
            "occupation", origin="category", via="detail", name=pl.lit(name), value="central"
        )
        for name in WAYS
    ]
    rows = pl.concat(frames)
    if rows.is_empty():
        return rows
    wide = rows.pivot("name", index=["occupation", "origin", "via"], values="value")
    missing = [name for name in WAYS if name not in wide.columns]
    return wide.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing)


def _somebody(ways: pl.DataFrame, figures: Figures, subject: Subject) -> pl.DataFrame:
    """Keep the ways that begin where somebody works; where that is hidden, somebody does."""
    persons = pick(figures, subject, "headcount", sector=subject.sector, year=subject.base_year)
    nobody = persons.filter(pl.col("central") == 0)["occupation"].to_list()
    return ways.filter(~pl.col("origin").is_in(nobody))


def _best(ways: pl.DataFrame, short: dict[str, float]) -> pl.DataFrame:
    """Keep the best ways to each occupation, by total cost, then likeness; occupations in order."""
    if ways.is_empty():
        return ways
    order = {code: place for place, code in enumerate(short)}
    return (
        ways.with_columns(
            place=pl.col("occupation").replace_strict(order, return_dtype=pl.Int64),
            price=pl.coalesce("total_cost", "cost"),
        )
        .sort("place", "price", "similarity", descending=[False, False, True], nulls_last=True)
        .group_by("occupation", maintain_order=True)
        .head(BEST)
    )


def _way_name(way: dict[str, object], subject: Subject) -> str:
    """Name where a way begins, and what it goes by."""
    origin = name_of(subject, "occupation", str(way["origin"]))
    if not way["via"]:
        return origin
    by = name_of(subject, "occupation", str(way["via"]))
    return say(subject.texts, "ways.via", origin=origin, via=by)


def _table(best: pl.DataFrame, figures: Figures, subject: Subject) -> pl.DataFrame:
    """Write ways for the reader, a row each."""
    texts = subject.texts
    persons = pick(figures, subject, "headcount", sector=subject.sector, year=subject.base_year)
    moves = {
        name: pick(figures, subject, f"move_{name}", sector=subject.sector, dimension="way")
        for name in ("probability", "weight")
    }
    headings = ("to", "short", "from", "persons", "weeks", "total", "places", "alike", "moves")
    table: dict[str, list[str]] = {say(texts, f"ways.{name}"): [] for name in headings}
    gaps = occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year)
    for way in best.iter_rows(named=True):
        employed = persons.filter(pl.col("occupation") == way["origin"])
        short = estimate(gaps.filter(pl.col("occupation") == way["occupation"]))
        price = way["total_cost"] if way["total_cost"] is not None else way["cost"]
        cells = [
            name_of(subject, "occupation", way["occupation"]),
            interval(short, texts, decimals=1) if short is not None else
            "–",
            _way_name(way, subject),
            cell(employed.row(0, named=True), texts) if employed.height == 1 else "–",
            say(texts, "ways.weeks_lost", weeks=number(way["calendar_weeks"], texts),
                fte=number(way["fte_lost"], texts, decimals=2)),
            number(price, texts),
            number(way["places"], texts),
            _alike(way, subject),
            _moves(moves, way, subject),
        ]  # fmt: skip
        for column, text in zip(table.values(), cells, strict=True):
            column.append(text)
    return pl.DataFrame(table)


def _alike(way: dict[str, object], subject: Subject) -> str:
    """Write how alike two occupations are, and how many competences there are to learn."""
    if way["similarity"] is None or way["learning_gap"] is None:
        return "–"
    texts = subject.texts
    return say(texts, "ways.like", share=percent(float(str(way["similarity"])), texts, decimals=0),
               gap=number(float(str(way["learning_gap"])), texts, decimals=1))  # fmt: skip


def _moves(moves: dict[str, pl.DataFrame], way: dict[str, object], subject: Subject) -> str:
    """Write how many go this way in a year already, and the weight of what was seen."""
    own = (pl.col("occupation") == way["occupation"]) & (pl.col("category") == way["origin"])
    found = {name: rows.filter(own) for name, rows in moves.items()}
    if way["via"] or any(rows.height != 1 for rows in found.values()):
        return "–"
    chance, weight = (found[name]["central"][0] for name in ("probability", "weight"))
    if chance is None or weight is None:
        return "–"
    texts = subject.texts
    return say(texts, "ways.seen", share=percent(chance, texts, decimals=1),
               weight=percent(weight, texts, decimals=0))  # fmt: skip
