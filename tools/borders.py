"""Bring a series to the borders of one year, or say that it cannot be done."""

from dataclasses import dataclass

import polars as pl

from workforce.errors import DataError
from workforce.sources.statbank.known_codes import by_first_year, renumber

SUM_SLACK = 1e-9
MOST_OFF = 0.05  # A share of a split that is further than this from the observed is not believed.


@dataclass(frozen=True)
class Redrawn:
    """A table at the borders of one year, and what changed on the way.

    Parameters
    ----------
    table
        The table at the borders of the year, summed over what was merged.
    not_comparable
        Rows of former regions that were split and whose parts are not known, as they came; the
        sum of these and of ``table`` is the sum of what came in.
    breaks
        region, year, reason (``merged``, ``split``, ``split_unknown``): from that year on the
        series of the region is counted within new borders. A new number alone is no break.
    """

    table: pl.DataFrame
    not_comparable: pl.DataFrame
    breaks: pl.DataFrame


def redraw_borders(
    table: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    value: str,
    year: int,
    weights: pl.DataFrame | None = None,
) -> Redrawn:
    """Bring figures of former regions to the borders of 1 January of a year.

    Parameters
    ----------
    table : polars.DataFrame
        region, year (a stock on 1 January), ``value`` and any further key columns.
    changes : polars.DataFrame
        old, new, date, as `statbank.klass.read_changes` gives them.
    value : str
        Column to sum: persons, users, FTE; never a rate.
    year : int
        Year of the borders.
    weights : polars.DataFrame, optional
        old, new, year, weight of what was split in that year, such as `observed_weights` gives.

    Returns
    -------
    Redrawn

    Raises
    ------
    DataError
        Weights of a split that do not sum to one or are negative.
    """
    links = _links(changes, year)
    if weights is not None:
        links = _weighted(links, weights)
    keys = [column for column in table.columns if column not in (value, "region")]
    current = table.with_columns(pl.col(value).cast(pl.Float64))
    lost = current.clear()
    for when in sorted(links["year"].unique().to_list()):
        step = links.filter(pl.col("year") == when).drop("year")
        old = set(step["old"])
        touched = pl.col("region").is_in(list(old)) & (pl.col("year") < when)
        before, kept = current.filter(touched), current.filter(~touched)
        unknown = step.filter(pl.col("weight").is_null())["old"].unique().to_list()
        lost = pl.concat([lost, before.filter(pl.col("region").is_in(unknown))])
        moved = (
            before.filter(~pl.col("region").is_in(unknown))
            .join(step, left_on="region", right_on="old", how="inner")
            .with_columns(pl.col(value) * pl.col("weight"), region=pl.col("new"))
            .select(current.columns)
        )
        current = (
            pl.concat([kept, moved])
            .group_by("region", *keys, maintain_order=True)
            .agg(pl.col(value).sum())
            .select(table.columns)
        )
    seen = table.select("region", "year").unique()
    return Redrawn(current, lost, _breaks(links, seen))


def _weighted(links: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Set the weights of what was split; of which one part is not known, none is."""
    given = weights.select("old", "new", "year", given=pl.col("weight").cast(pl.Float64))
    split = ["old", "year"]
    links = links.join(given, on=["old", "new", "year"], how="left").with_columns(
        weight=pl.coalesce("weight", "given")
    )
    total, least = pl.col("weight").sum().over(split), pl.col("weight").min().over(split)
    links = links.drop("given").with_columns(
        weight=pl.when(pl.col("weight").is_not_null().all().over(split)).then("weight")
    )
    wrong = links.filter(
        pl.col("weight").is_not_null() & (((total - 1.0).abs() > SUM_SLACK) | (least < 0))
    )
    if len(wrong):
        codes = ", ".join(sorted(set(wrong["old"].to_list()))[:10])
        raise DataError(
            f"weights: the parts of {codes} do not sum to one, or one is negative. Correct them."
        )
    return links


def observed_weights(changes: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Share out a split by the inhabitants that its parts have right after it.

    A part that also took in others does not show how many came from which: then no weight is
    known, and none is given for any part of that split.

    Parameters
    ----------
    changes : polars.DataFrame
        old, new, date.
    population : polars.DataFrame
        region, year, persons on 1 January, at the borders of each year.

    Returns
    -------
    polars.DataFrame
        old, new, year, weight; null where it is not known.
    """
    links = by_first_year(changes)
    origins = links.group_by("new", "year").agg(origins=pl.col("old").n_unique())
    people = population.group_by("region", "year").agg(pl.col("persons").sum())
    parts = (
        links.filter(pl.len().over("old", "year") > 1)
        .join(origins, on=["new", "year"], how="left")
        .join(people, left_on=["new", "year"], right_on=["region", "year"], how="left")
    )
    known = (pl.col("origins") == 1) & pl.col("persons").is_not_null()
    whole = known.all().over("old", "year")
    share = pl.col("persons") / pl.col("persons").sum().over("old", "year")
    return parts.select(
        "old", "new", "year", weight=pl.when(whole).then(share).otherwise(None)
    ).sort("year", "old", "new")


def doubtful_weights(
    weights: pl.DataFrame, changes: pl.DataFrame, population: pl.DataFrame
) -> pl.DataFrame:
    """Hold given weights of splits against what is observed right after.

    The sum over the parts is right whatever the weights, so totals do not show a wrong one.

    Parameters
    ----------
    weights : polars.DataFrame
        old, new, year, weight, as somebody gives them.
    changes, population : polars.DataFrame
        As for `observed_weights`.

    Returns
    -------
    polars.DataFrame
        old, new, year, weight, observed, for every weight more than `MOST_OFF` from the observed
        share, or that cannot be held against anything (observed is null).
    """
    seen = observed_weights(changes, population).rename({"weight": "observed"})
    both = weights.join(seen, on=["old", "new", "year"], how="inner")
    off = (pl.col("weight") - pl.col("observed")).abs() > MOST_OFF
    return both.filter(off | pl.col("observed").is_null()).sort("year", "old", "new")


def _links(changes: pl.DataFrame, year: int) -> pl.DataFrame:
    """Old, new, year and weight of each step up to a year: 1 where a region is not split."""
    alone = pl.len().over("old", "year") == 1
    return (
        by_first_year(changes)
        .filter(pl.col("year") <= year)
        .with_columns(weight=pl.when(alone).then(1.0))
    )


def _breaks(links: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Tell from which year a region of the table is counted within new borders."""
    origins = pl.col("old").n_unique().over("new", "year")
    parts = pl.col("new").n_unique().over("old", "year")
    reason = (
        pl.when((parts > 1) & pl.col("weight").is_null().any().over("new", "year"))
        .then(pl.lit("split_unknown"))
        .when(parts > 1)
        .then(pl.lit("split"))
        .when(origins > 1)
        .then(pl.lit("merged"))
    )
    rank = {"split_unknown": 0, "split": 1, "merged": 2}
    marked = links.with_columns(reason=reason).filter(pl.col("reason").is_not_null())
    first = _first_years(seen, links)
    found = (
        marked.join(first, on="old", how="inner")
        .filter(pl.col("first") < pl.col("year"))
        .with_columns(rank=pl.col("reason").replace_strict(rank, return_dtype=pl.Int8))
        .sort("new", "year", "rank")
        .unique(["new", "year"], keep="first", maintain_order=True)
        .select(region="new", year="year", reason="reason")
    )
    return renumber(found, links).sort("region", "year")


def _first_years(seen: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Find the first year of figures of each region, or of those that it came from."""
    first = {
        region: int(year)
        for region, year in seen.group_by("region").agg(pl.col("year").min()).iter_rows()
    }
    for old, new, when in links.sort("year").select("old", "new", "year").iter_rows():
        if first.get(old, when) < when:
            first[new] = min(first.get(new, when), first[old])
    return pl.DataFrame(
        {"old": list(first), "first": list(first.values())},
        schema={"old": pl.String, "first": pl.Int64},
    )
