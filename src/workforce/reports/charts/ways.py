"""Tables of the ways in: learning paths to occupations that are short, and to management posts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
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
from workforce.reports.charts.recruitment import OTHERS, line_adding_up
from workforce.reports.charts.words import (
    HARDLY_FTE,
    LIKELY,
    NOTHING,
    adding_up,
    column,
    in_sentence,
    is_between,
    is_group,
    name_of,
    persons_told,
    plain,
    sector_name,
    side_by_side,
)
from workforce.texts.catalogue import number, percent, say

BEST = 3  # Ways to each occupation.
MOST = 8  # Occupations.
LEAST_SHORT = 0.05
MANAGERS = "1"  # STYRK-08's first group: managers.
WAYS = ("weeks", "calendar_weeks", "cost", "total_cost", "fte_lost", "places", "similarity",
        "learning_gap")  # fmt: skip


@chart("ways", "training")
def ways_in(figures: Figures, subject: Subject) -> Told | None:
    """Set out the best ways of learning into each occupation that is short at the horizon."""
    ways = _ways(figures, subject)
    if ways.is_empty():
        return None
    short = dict(list(_short(figures, subject).items())[:MOST])
    ways = ways.filter(pl.col("occupation").is_in(list(short)))
    best = _best(_somebody(ways, figures, subject), short)
    if best.is_empty():
        return Told(title="heading", notes=("none" if ways.is_empty() else "nobody",))
    return Told(table=_table(best, figures, subject), title="heading")


@chart("ways")
def ways_to_lead(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the ways of learning into management posts; nothing where the service has none."""
    ways = _ways(figures, subject)
    if ways.is_empty():
        return SILENT
    ways = _somebody(ways, figures, subject)
    best = ways.filter(pl.col("occupation").str.starts_with(MANAGERS))
    if best.is_empty():
        return SILENT
    best = _best(best, dict.fromkeys(best["occupation"].unique().sort().to_list(), 0.0))
    return Told(table=_table(best, figures, subject), title="lead", notes=("lead_note",))


@chart("leaders", "staff")
def leaders(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out staff per leader, leaders of 55 and over, and how many leave a year, by service."""
    texts = subject.texts
    rows = {
        name: pick(figures, subject, name, occupation="all", year=subject.base_year)
        for name in ("leaders", "staff_per_leader", "leaders_aged", "leaders_leaving")
    }
    if subject.sector != "all":
        rows = {name: own.filter(sector=subject.sector) for name, own in rows.items()}
    sectors = rows["leaders"]["sector"].unique().sort().to_list()
    if not sectors:
        return SILENT
    if len(sectors) == 2:
        sectors.remove("all")  # It is the same as the only service that has leaders.
    sectors.sort(key=lambda code: code == "all")
    counts = {
        name: dict(rows[name].select("sector", "central").iter_rows())
        for name in ("leaders", "leaders_aged")
    }
    few = {code for code, count in counts["leaders"].items() if is_between(count, figures)}
    heads = {
        name: [persons_told(own[code], figures, texts) for code in sectors]
        for name, own in counts.items()
    }
    per, leaving = (
        dict(
            rows[name].filter(~pl.col("sector").is_in(few)).select("sector", "central").iter_rows()
        )
        for name in ("staff_per_leader", "leaders_leaving")
    )
    if "all" in leaving and len(leaving) == len(sectors):
        whole = leaving.pop("all")
        leaving = {**adding_up(leaving, whole), "all": whole}

    def cells(found: Mapping[str, float]) -> list[str]:
        return [number(found[code], texts) if code in found else NOTHING for code in sectors]

    return Told(
        table={
            "sector": [sector_name(subject, code) for code in sectors],
            "leaders": heads["leaders"],
            "staff_per_leader": cells(per),
            "leaders_aged": heads["leaders_aged"],
            "leaders_leaving": cells(leaving),
        },
        title="heading",
        notes=("note",),
    )


@chart("unqualified", "shortage")
def unqualified(figures: Figures, subject: Subject) -> Told | None:
    """Set out posts filled without the qualification, and what qualifying those in them takes."""
    texts = subject.texts
    rows = only(shortage_lines(figures, subject), "unqualified")
    if rows.is_empty() and not {"staff", "shortage"} & set(subject.missing):
        return Told(title="heading", notes=("not_counted",))
    known = how_known(rows, "unqualified")
    whole = estimate(rows.filter(pl.col("occupation") == "all"))
    some = shown(line_adding_up(rows)).filter(
        ~pl.col("occupation").is_in(["all", OTHERS]), pl.col("central") >= LEAST_SHORT
    )
    if some.is_empty():
        return None
    ways, lines, places = _ways(figures, subject), [], 0 if texts.small_place else 1
    for code, fte in some.sort("central", descending=True).select("occupation", "central").rows():
        own = ways if ways.is_empty() else _best(ways.filter(occupation=code), {code: 0.0})
        cells = [say(texts, "unqualified.no_way"), *[NOTHING] * 4]
        if is_group(subject, code):
            cells[0] = NOTHING
        elif own.height:
            way, persons = own.row(0, named=True), max(math.ceil(round(fte, places)), 1)
            cells = [
                _way_name(way, subject),
                number(way["calendar_weeks"], texts),
                number(_price(way) * persons / 1000, texts),
                number(way["fte_lost"] * persons, texts, decimals=1),
                number(way["places"], texts),
            ]
        about = [name_of(subject, "occupation", code), number(fte, texts, decimals=places)]
        lines.append([*about, *cells])
    if whole is not None and len(lines) > 1:
        total = number(whole.central, texts, decimals=places)
        lines.append([say(texts, "by_occupation.whole"), total, *[NOTHING] * 5])
    heads = ("occupation", "fte", "way", "weeks", "cost", "lost", "places")
    return Told(
        table=side_by_side(heads, lines),
        said={} if whole is None else {"fte": plain(whole, texts)},
        title="heading" if whole is None else f"title{known}",
    )


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
    """Keep the ways that begin where somebody works here; where that is not known, all."""
    persons = pick(figures, subject, "headcount", sector="all", year=subject.base_year)
    some = persons.filter(pl.col("central").is_null() | (pl.col("central") > 0))["occupation"]
    return ways if some.is_empty() else ways.filter(pl.col("origin").is_in(some.to_list()))


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


def _way_name(way: dict[str, Any], subject: Subject, lacking: Collection[str] = ()) -> str:
    """Name where a way begins, and what it goes by; an origin that is ``lacking`` is marked."""
    origin = name_of(subject, "occupation", way["origin"])
    if way["origin"] in lacking:
        origin = say(subject.texts, "ways.itself_short", origin=origin)
    if not way["via"]:
        return origin
    by = in_sentence(name_of(subject, "occupation", way["via"]))
    return say(subject.texts, "ways.via", origin=origin, via=by)


def _price(way: dict[str, Any]) -> float:
    return float(way["cost"] if way["total_cost"] is None else way["total_cost"])


def _table(best: pl.DataFrame, figures: Figures, subject: Subject) -> dict[str, list[str]]:
    """Write ways for the reader, a row each."""
    texts, ways = subject.texts, list(best.iter_rows(named=True))
    persons = pick(figures, subject, "headcount", sector=subject.sector, year=subject.base_year)
    gaps = pick(figures, subject, "missing_fte", sector=subject.sector, year=subject.horizon_year)
    gaps = gaps.filter(pl.col("occupation").is_in(best["occupation"].to_list()))
    moves = {
        name: pick(figures, subject, f"move_{name}", sector=subject.sector, dimension="way")
        for name in ("probability", "weight")
    }
    short = occupation_gaps(figures, subject, subject.sector, year=subject.horizon_year).filter(
        pl.col("central") >= HARDLY_FTE, pl.col("agree").fill_null(1.0) >= LIKELY
    )
    lacking = short["occupation"].to_list()
    to, origins = best["occupation"].to_list(), best["origin"].to_list()
    lost = [
        say(texts, "ways.weeks_lost", weeks=number(way["calendar_weeks"], texts),
            fte=number(way["fte_lost"], texts, decimals=2))
        for way in ways
    ]  # fmt: skip
    return {
        # Both ends stand first, where a narrow page has the heading of the row.
        "way": [
            say(
                texts,
                "ways.to_from",
                to=name_of(subject, "occupation", way["occupation"]),
                origin=in_sentence(_way_name(way, subject, lacking)),
            )
            for way in ways
        ],
        "short": column(gaps, to, texts, by="occupation"),
        "persons": column(persons, origins, texts, by="occupation", decimals=0),
        "weeks": lost,
        "total": [number(_price(way) / 1000, texts) for way in ways],
        "places": [number(way["places"], texts) for way in ways],
        "alike": [_alike(way, subject) for way in ways],
        "moves": [_moves(moves, way, subject) for way in ways],
    }


def _alike(way: dict[str, Any], subject: Subject) -> str:
    """Write how alike two occupations are, and how many competences there are to learn."""
    if way["similarity"] is None or way["learning_gap"] is None:
        return NOTHING
    texts = subject.texts
    return say(texts, "ways.like", share=percent(way["similarity"], texts, decimals=0),
               gap=number(way["learning_gap"], texts, decimals=1))  # fmt: skip


def _moves(moves: dict[str, pl.DataFrame], way: dict[str, Any], subject: Subject) -> str:
    """Write how many go this way in a year already, and the weight of what was seen."""
    own = (pl.col("occupation") == way["occupation"]) & (pl.col("category") == way["origin"])
    found = {name: rows.filter(own) for name, rows in moves.items()}
    if way["via"] or any(rows.height != 1 for rows in found.values()):
        return NOTHING
    chance, weight = (found[name]["central"][0] for name in ("probability", "weight"))
    if chance is None or weight is None:
        return NOTHING
    texts = subject.texts
    return say(texts, "ways.seen", share=percent(chance, texts, decimals=1),
               weight=percent(weight, texts, decimals=0))  # fmt: skip
