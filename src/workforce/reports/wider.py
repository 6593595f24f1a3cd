"""Say of a group of occupations, or of a wider area, what a place is too small to show."""

from __future__ import annotations

import polars as pl

from workforce.contract.folder import Folder
from workforce.disclosure.protection import Plan, Publishable, protect
from workforce.inputs import base_persons
from workforce.inputs.regions import members
from workforce.reports.charts.figures import Subject, name_of
from workforce.texts.catalogue import join_list, number, say

MOST = 8
"""Occupations named."""


def hidden_notes(
    figures: Publishable, subject: Subject, plan: Plan, folder: Folder
) -> tuple[str, str]:
    """Say what can be said of the staff in occupations that are hidden on a page.

    First the groups of occupations that hold them, where the page has no rows of groups. Of what
    is left, the comparison group, county or nation: the first in which more of them may be shown
    than in any before it.

    Parameters
    ----------
    figures, subject
        The page.
    plan
        Suppression plan of the run.
    folder
        From `open_folder`.

    Returns
    -------
    str, str
        A sentence on groups and one on the wider area; empty where there is nothing to say.
    """
    groups = dict(plan.groups)
    hidden = _hidden_posts(figures, subject, groups)
    if not hidden or figures.audience != "public":
        return "", ""
    regions = folder.tables["regions"]
    base = base_persons(folder, base_year=subject.base_year)
    told = _groups_shown(_counts(base, subject.region, regions), hidden, subject, plan)
    left = [post for post in hidden if groups.get(post) not in told]
    return _of_groups(told, hidden, subject, groups), _of_wider(base, regions, left, subject, plan)


def _of_groups(
    told: dict[str, float], hidden: list[str], subject: Subject, groups: dict[str, str]
) -> str:
    """Write the staff of groups that hold hidden occupations."""
    if not told:
        return ""
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
    return say(
        texts, "disclosure.grouped", region=name_of(subject, "region", subject.region),
        year=subject.base_year, list="; ".join(named),
    )  # fmt: skip


def _of_wider(
    base: pl.DataFrame, regions: pl.DataFrame, posts: list[str], subject: Subject, plan: Plan
) -> str:
    """Write the staff that a wider area has in hidden occupations."""
    here = regions.filter(region=subject.region).row(0, named=True)
    nations = regions.filter(level="nation")["region"].to_list()
    wider = [here.get("comparison_group"), here.get("county"), *nations]
    best: list[tuple[str, float]] = []
    chosen = ""
    for region in dict.fromkeys(code for code in wider if code and code in plan.regions):
        found = _shown(_counts(base, region, regions), region, subject, posts, plan)
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
    base: pl.DataFrame, hidden: list[str], subject: Subject, plan: Plan
) -> dict[str, float]:
    """Count the groups of hidden occupations of the place that the plan lets be shown."""
    groups = dict(plan.groups)
    wide = {group for post in hidden if (group := groups.get(post))}
    if not wide:
        return {}
    own = base.with_columns(pl.col("occupation").cast(pl.String))
    of_group = pl.col("occupation").replace_strict(groups, default=None, return_dtype=pl.String)
    summed = own.with_columns(occupation=of_group).filter(pl.col("occupation").is_in(list(wide)))
    both = pl.concat([own, summed])
    found = _shown(both, subject.region, subject, [*hidden, *sorted(wide)], plan)
    return {code: count for code, count in found if code in wide}


def _counts(base: pl.DataFrame, region: str, regions: pl.DataFrame) -> pl.DataFrame:
    """Take the base persons of a place: its own rows, or those of its municipalities."""
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
