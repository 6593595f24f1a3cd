"""Tables of what helps occupations that are short: shared tasks, persons to retrain, freed time."""

from __future__ import annotations

from dataclasses import replace

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
from workforce.reports.charts.words import (
    NOTHING,
    adding_up,
    decimals_told,
    interval,
    least_told,
    name_of,
    said_of,
    sector_name,
)
from workforce.texts.catalogue import join_list, number, percent, say

ALL_MONEY = 100  # Per cent of the cost of the whole plan.
MOST = 12  # Occupations; the rest are named in the note.


@chart("sharing", "task_sharing")
def shared_tasks(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Set out which occupation may help which, how much that gives, and what binds."""
    if "staff" in subject.missing:
        return SILENT
    texts, year = subject.texts, subject.horizon_year
    moved = _pairs(figures, subject, "tasks_moved", "sharing_pair")
    if moved.is_empty():
        lacking = "task_sharing" in subject.missing
        return None if lacking else Told(title="heading", notes=("none",))
    taken = _pairs(figures, subject, "tasks_taken", "sharing_pair")
    keys = ["sector", "occupation", "other", "what"]
    known = shown(moved).join(taken.select(*keys, taken="central"), on=keys)
    known = known.filter(pl.col("central") >= least_told(texts))
    if known.is_empty():
        return Told(title="heading", notes=("none_told",))
    post = ["sector", "occupation"]
    net = pick(figures, subject, "shortage_fte", scenario="baseline", year=year)
    known = (
        known.with_columns(given=pl.col("central").sum().over(post))
        .join(net.select(*post, short="central"), on=post, how="left")
        .sort("central", descending=True)
    )
    pairs = list(known.iter_rows(named=True))
    return Told(
        table={
            "service": [sector_name(subject, one["sector"]) for one in pairs],
            "short": [name_of(subject, "occupation", one["occupation"]) for one in pairs],
            "helper": [name_of(subject, "occupation", one["other"]) for one in pairs],
            "moved": [number(one["central"], texts, decimals=1) for one in pairs],
            "taken": [number(one["taken"], texts, decimals=1) for one in pairs],
            "left": [_left(one["short"], one["given"], subject) for one in pairs],
            "binds": [say(texts, f"sharing.limit_{one['what']}") for one in pairs],
        },
        said={"fte": number(float(known["central"].sum()), texts, decimals=1)},
    )


@chart("moves", "training")
def best_moves(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Set out who may be retrained for what, the cost, what less money gives, and what binds."""
    if "staff" in subject.missing:
        return SILENT
    texts = subject.texts
    persons = _pairs(figures, subject, "reskilled_persons", "reskilling_pair")
    if persons.is_empty() and "training" in subject.missing:
        return None
    keys = ["occupation", "other", "what"]
    for name in ("cost", "weeks"):
        found = _pairs(figures, subject, f"reskilled_{name}", "reskilling_pair")
        persons = persons.join(found.select(*keys, pl.col("central").alias(name)), on=keys)
    known = shown(persons)
    whole = known.filter(what=str(ALL_MONEY)).sort(
        "central", "occupation", descending=[True, False]
    )
    if whole.is_empty():
        return Told(title="heading", notes=("none",))
    pairs = list(whole.iter_rows(named=True))
    return Told(
        table={
            "from": [name_of(subject, "occupation", one["occupation"]) for one in pairs],
            "to": [name_of(subject, "occupation", one["other"]) for one in pairs],
            **{
                head: [number(one[name] / unit, texts) for one in pairs]
                for head, name, unit in (("persons", "central", 1), ("weeks", "weeks", 1),
                                         ("cost", "cost", 1000))
            },
        },
        said={
            "persons": number(float(whole["central"].sum()), texts),
            "cost": number(float(whole["cost"].sum()) / 1e6, texts, decimals=1),
        },
        more=[_less_money(known, subject), _binding(figures, subject)],
    )  # fmt: skip


def _pairs(figures: Figures, subject: Subject, variable: str, dimension: str) -> pl.DataFrame:
    """Rows of pairs of the page, with the other occupation and what is said of them."""
    rows = figures.table.filter(
        pl.col("region") == subject.region,
        pl.col("scenario") == subject.scenario,
        pl.col("variable") == variable,
        pl.col("dimension") == dimension,
    )
    return of_page(rows, subject).with_columns(other="category", what="detail")


def _left(short: float | None, given: float, subject: Subject) -> str:
    texts = subject.texts
    if short is None:
        return NOTHING
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
        say(texts, f"moves.limit_{one['category']}", more=number(one["central"], texts))
        for one in rows.iter_rows(named=True)
        if one["central"] is not None and one["central"] >= 0.5
    ]
    return " ".join(said)


@chart("freed")
def freed_time(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the FTE that measures free, by service and occupation, and what it meets there."""
    if "staff" in subject.missing:
        return SILENT
    texts, rows = subject.texts, pick(figures, subject, "freed_fte", year=subject.horizon_year)
    rows = of_page(rows, subject)
    if rows.is_empty():
        return SILENT
    known = shown(rows.filter(pl.col("occupation") != "all"))
    known = known.filter(pl.col("central") > 0).sort("central", descending=True)
    whole = estimate_of(rows.row(by_predicate=(pl.col("occupation") == "all")
                                 & (pl.col("sector") == subject.sector), named=True))  # fmt: skip
    # With those not shown they add up to the total in the title.
    some, places = dict(enumerate(known["central"])), decimals_told(whole.central, texts)
    printed = adding_up({**some, "rest": whole.central - sum(some.values())}, whole.central,
                        decimals=places)  # fmt: skip
    told = [place for place in some if printed[place] > 0]
    if not told:
        return SILENT
    known = known[told]
    more = [_rest(known[MOST:], subject)]
    posts = list(known[:MOST].iter_rows(named=True))
    table = {"occupation": [name_of(subject, "occupation", one["occupation"]) for one in posts]}
    if known["sector"].n_unique() > 1:
        table["service"] = [sector_name(subject, one["sector"]) for one in posts]
    table["freed"] = [
        interval(replace(estimate_of(one), central=printed[place]), texts, decimals=places)
        for place, one in zip(told, posts, strict=False)
    ]
    table["then"] = [_missing(figures, subject, one, places) for one in posts]
    sectors = known["sector"].unique(maintain_order=True)  # the largest first
    services = join_list([sector_name(subject, code) for code in sectors], texts)
    said = {"services": services, **said_of("fte", whole, texts)}
    return Told(table=table, said=said, more=more)


def _missing(figures: Figures, subject: Subject, row: dict[str, object], places: int) -> str:
    """Write how many are missing in the post with all measures."""
    post = {"sector": str(row["sector"]), "occupation": str(row["occupation"])}
    gap = estimate(pick(figures, subject, "missing_fte", year=subject.horizon_year, **post))
    if gap is None:
        return NOTHING
    return interval(gap, subject.texts, decimals=places)


def _rest(rows: pl.DataFrame, subject: Subject) -> str:
    if rows.is_empty():
        return ""
    total = number(float(rows["central"].sum()), subject.texts, decimals=1)
    return say(subject.texts, "freed.rest", count=rows.height, fte=total)
