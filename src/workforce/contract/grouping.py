"""Occupations of few people stand in their group on a page: which rows of results are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

OTHERS = "other_"
"""Begins the code of a group some of whose occupations stand by themselves."""
JOINT = "+"
"""Joins the codes of occupations in the label of their sum."""
OF_STUDENTS = "education"
"""Dimension of rows on students, who are nobody's staff."""
TOLD = ("region", "sector", "dimension", "variable")
"""What a row is about beside its occupation: students have occupations too, and no group."""
PAIRS = ("sharing_pair", "reskilling_pair")
"""Dimensions of rows that tell of two occupations, the other one first in the category."""


def sums_of(groupings: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """List the sums that groupings (group by occupation) ask for, each once, by its label.

    A group of one occupation is that occupation, and no sum.
    """
    found = {members for groups in groupings for members in _members(groups).values()}
    return {_label(members): members for members in sorted(found) if len(members) > 1}


def in_groups(table: pl.DataFrame, groups: Mapping[str, str], *, hide: bool) -> pl.DataFrame:
    """Show sums as groups, and leave out the occupations that stand in one of them.

    Sums that are no group of this page leave. With ``hide`` occupations without a group leave, too,
    and the pairs that name them.
    """
    post = pl.col("occupation")
    sums = table["occupation"].unique().drop_nulls().str.extract("(.*[+].*)").drop_nulls()
    named = {_label(members): group for group, members in _members(groups).items()}
    own = {label: named[label] for label in sums if label in named}
    hidden = post.is_in(set(sums) - set(own))
    table = table.lazy().filter(~hidden).with_columns(post.replace(own)).collect()
    few = post.is_in(list(groups)).fill_null(False)
    if hide:
        pairs = pl.col("dimension").is_in(PAIRS) & pl.col("category").is_in(list(groups))
        return table.filter(~few | (pl.col("dimension") == OF_STUDENTS), ~pairs.fill_null(False))
    told = table.filter(post.is_in(set(groups.values()))).select(TOLD, group="occupation").unique()
    if told.is_empty():
        return table
    group = post.replace_strict(dict(groups), default=None, return_dtype=pl.String)
    keys: dict[str, Any] = {"left_on": [*TOLD, group], "right_on": [*TOLD, "group"]}
    return table.join(told, **keys, how="anti", nulls_equal=True, maintain_order="left")


def _members(groups: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in sorted(groups):
        found.setdefault(groups[code], []).append(code)
    return {group: tuple(codes) for group, codes in found.items()}


def _label(members: tuple[str, ...]) -> str:
    return JOINT.join(members)
