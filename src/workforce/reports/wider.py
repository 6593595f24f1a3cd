"""Say of a group of occupations, or of a wider area, what a place is too small to show."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from workforce.inputs import base_persons
from workforce.inputs.regions import members
from workforce.reports.charts.figures import Subject, name_of
from workforce.reports.disclosure import Plan, Publishable, protect
from workforce.reports.texts import join_list, number, say
from workforce.sources.files import read_folder

MOST = 8
"""Occupations named."""


def group_note(figures: Publishable, subject: Subject, plan: Plan, data: str | Path) -> str:
    """Give the staff of the groups that hold occupations hidden on a page, where it has no groups.

    Parameters
    ----------
    figures, subject
        The page.
    plan
        Suppression plan of the run.
    data
        Folder of tables.

    Returns
    -------
    str
        A sentence; empty where nothing is hidden, or no group of it is shown in the plan.
    """
    if figures.audience != "public":
        return ""
    groups = dict(plan.groups)
    told = _groups_shown(figures, subject, plan, data)
    hidden = _hidden_posts(figures, subject, groups)
    texts = subject.texts
    named = [
        say(
            texts, "disclosure.group_one", group=name_of(subject, "occupation", group),
            count=number(count, texts, decimals=0),
            members=join_list(
                [name_of(subject, "occupation", one) for one in hidden if groups.get(one) == group],
                texts,
            ),
        )
        for group, count in told.items()
    ]  # fmt: skip
    if not named:
        return ""
    return say(
        texts, "disclosure.grouped", region=name_of(subject, "region", subject.region),
        year=subject.base_year, list="; ".join(named),
    )  # fmt: skip


def wider_note(figures: Publishable, subject: Subject, plan: Plan, data: str | Path) -> str:
    """Give the staff of the comparison group, county or nation in occupations hidden on a page.

    The first of these is taken in which more of them may be shown than in any before it. An
    occupation whose group is shown on the page, or in the sentence of `group_note`, is not named.

    Parameters
    ----------
    figures, subject
        The page.
    plan
        Suppression plan of the run.
    data
        Folder of tables.

    Returns
    -------
    str
        A sentence; empty where nothing is hidden or no wider area can show it.
    """
    groups = dict(plan.groups)
    posts = _hidden_posts(figures, subject, groups)
    if not posts or figures.audience != "public":
        return ""
    told = _groups_shown(figures, subject, plan, data)
    posts = [post for post in posts if groups.get(post) not in told]
    regions = read_folder(data, ["regions"])["regions"]
    here = regions.filter(region=subject.region).row(0, named=True)
    nations = regions.filter(level="nation")["region"].to_list()
    wider = [here.get("comparison_group"), here.get("county"), *nations]
    best: list[tuple[str, float]] = []
    chosen = ""
    for region in dict.fromkeys(code for code in wider if code and code in plan.regions):
        found = _shown(_counts(region, regions, subject, data), region, subject, posts, plan)
        if len(found) > len(best):
            best, chosen = found, region
    if not best:
        return ""
    texts = subject.texts
    named = [
        say(texts, "disclosure.wider_one", occupation=name_of(subject, "occupation", post),
            count=number(count, texts, decimals=0))
        for post, count in best[:MOST]
    ]  # fmt: skip
    return say(
        texts, "disclosure.wider", region=name_of(subject, "region", subject.region),
        wider=name_of(subject, "region", chosen), year=subject.base_year, list=", ".join(named),
    )  # fmt: skip


def _hidden_posts(figures: Publishable, subject: Subject, groups: dict[str, str]) -> list[str]:
    rows = figures.table.filter(
        pl.col("occupation") != "all",
        region=subject.region,
        sector=subject.sector,
        variable="headcount",
        year=subject.base_year,
        dimension="",
    )
    shown = set(rows.filter(~pl.col("hidden"))["occupation"])
    hidden = rows.filter("hidden")["occupation"].unique().sort().to_list()
    return [post for post in hidden if groups.get(post) not in shown]


def _groups_shown(
    figures: Publishable, subject: Subject, plan: Plan, data: str | Path
) -> dict[str, float]:
    """Count the groups of hidden occupations of the place that the plan lets be shown."""
    groups = dict(plan.groups)
    hidden = _hidden_posts(figures, subject, groups)
    wide = {group for post in hidden if (group := groups.get(post))}
    if not wide:
        return {}
    regions = read_folder(data, ["regions"])["regions"]
    base = _counts(subject.region, regions, subject, data)
    own = base.with_columns(pl.col("occupation").cast(pl.String))
    of_group = pl.col("occupation").replace_strict(groups, default=None, return_dtype=pl.String)
    summed = own.with_columns(occupation=of_group).filter(pl.col("occupation").is_in(list(wide)))
    both = pl.concat([own, summed])
    found = _shown(both, subject.region, subject, [*hidden, *sorted(wide)], plan)
    return {code: count for code, count in found if code in wide}


def _counts(region: str, regions: pl.DataFrame, subject: Subject, data: str | Path) -> pl.DataFrame:
    """Count the base persons of a place: its own rows, or those of its municipalities."""
    base = base_persons(data, base_year=subject.base_year)
    own = base.filter(region=region)
    return own if own.height else base.filter(pl.col("region").is_in(members(regions, region)))


def _shown(
    base: pl.DataFrame, region: str, subject: Subject, posts: list[str], plan: Plan
) -> list[tuple[str, float]]:
    """Protect the counts of a wider area like all others, and keep those shown."""
    here = base if subject.sector == "all" else base.filter(sector=subject.sector)
    counts = here.filter(pl.col("occupation").is_in(posts)).group_by("occupation")
    persons = pl.col("persons")
    table = counts.agg(persons.sum()).select(
        pl.lit("baseline").alias("scenario"),
        pl.lit(region).alias("region"),
        pl.lit(subject.sector).alias("sector"),
        pl.col("occupation").cast(pl.String),
        pl.lit("").alias("dimension"),
        pl.lit("").alias("category"),
        pl.lit("headcount").alias("variable"),
        pl.lit("persons").alias("unit"),
        pl.lit(subject.base_year).alias("year"),
        pl.lit(0.8).alias("level"),
        *(persons.alias(name) for name in ("central", "lower", "upper", "persons")),
    )
    shown = protect(table, plan.rule, plan=plan).table.filter(~pl.col("hidden"))
    return list(shown.select("occupation", "central").sort("occupation").iter_rows())
