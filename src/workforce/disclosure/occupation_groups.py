"""Let a group of occupations stand in place of those of its occupations that are hidden."""

import polars as pl

from workforce.disclosure.plan import Plan

FIGURE = ("region", "sector", "dimension", "category", "variable")


def groups_in_place(marked: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Keep a group's row only where it says what its occupations may not.

    In each region and sector, the row of a group is shown where an occupation of it is hidden. A
    group of which no occupation is hidden says nothing new, and one that is hidden itself says
    nothing: its row is dropped. Hidden occupations stay as hidden rows.

    Parameters
    ----------
    marked : pl.DataFrame
        Results with the column ``hidden``.
    plan : Plan
        With the groups.

    Returns
    -------
    pl.DataFrame
    """
    groups = dict(plan.groups)
    wide = sorted(set(groups.values()))
    if not groups or marked.filter(pl.col("occupation").is_in(wide)).is_empty():
        return marked
    post = pl.col("occupation").cast(pl.String)
    keyed = marked.with_columns(
        group=pl.when(post.is_in(wide))
        .then(post)
        .otherwise(post.replace_strict(groups, default=None, return_dtype=pl.String)),
        is_group=post.is_in(wide),
    )
    of_group = [*FIGURE, "group"]
    told = keyed.filter("is_group", ~pl.col("hidden")).select(of_group).unique()
    gone = keyed.filter(~pl.col("is_group"), pl.col("hidden"), pl.col("group").is_not_null())
    needed = gone.select(of_group).unique().join(told, on=of_group, how="semi", nulls_equal=True)
    needed = needed.with_columns(in_place=pl.lit(True))
    keyed = keyed.join(needed, on=of_group, how="left", nulls_equal=True, maintain_order="left")
    kept = keyed.filter(~pl.col("is_group") | pl.col("in_place").fill_null(False))
    return kept.drop("group", "is_group", "in_place")
