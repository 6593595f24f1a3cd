"""Municipal borders: from which years regions are counted within new ones."""

import polars as pl

from workforce.errors import DataError

SUM_SLACK = 1e-9


def find_breaks(changes: pl.DataFrame, *, first_year: int) -> pl.DataFrame:
    """Find from which years regions are counted within new borders, under their latest numbers."""
    if changes.is_empty():
        return pl.DataFrame(schema={"region": pl.String, "year": pl.Int64, "reason": pl.String})
    links = border_links(changes, int(by_first_year(changes)["year"].max()), None)  # type: ignore[arg-type]
    seen = links.select(region="old").unique().with_columns(year=pl.lit(first_year))
    return border_breaks(links, seen)


def border_links(changes: pl.DataFrame, year: int, weights: pl.DataFrame | None) -> pl.DataFrame:
    """Old, new, year and weight of each step up to a year: 1 where a region is not split."""
    links = by_first_year(changes).filter(pl.col("year") <= year)
    parts = pl.len().over("old", "year")
    if weights is None:
        return links.with_columns(weight=pl.when(parts == 1).then(1.0).otherwise(None))
    given = weights.select("old", "new", "year", pl.col("weight").cast(pl.Float64))
    links = links.join(given, on=["old", "new", "year"], how="left").with_columns(
        weight=pl.when(parts == 1).then(1.0).otherwise(pl.col("weight"))
    )
    told = pl.col("weight").is_not_null()
    # A split of which one part is not known is not known.
    links = links.with_columns(
        weight=pl.when(told.all().over("old", "year")).then(pl.col("weight")).otherwise(None)
    )
    total = pl.col("weight").sum().over("old", "year")
    wrong = links.filter(told & (((total - 1.0).abs() > SUM_SLACK) | (pl.col("weight") < 0)))
    if len(wrong):
        codes = ", ".join(sorted(set(wrong["old"].to_list()))[:10])
        raise DataError(
            f"weights: the parts of {codes} do not sum to one, or one is negative. Correct them."
        )
    return links


def by_first_year(changes: pl.DataFrame) -> pl.DataFrame:
    """Date changes by the first 1 January that knows them; a split that keeps a code has it too."""
    first = pl.col("date").dt.year() + (pl.col("date").dt.ordinal_day() > 1).cast(pl.Int32)
    return changes.select("old", "new", year=first.cast(pl.Int64)).unique().sort("year", "old")


def border_breaks(links: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
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
    return _renumber(found, links).sort("region", "year")


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


def _renumber(breaks: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Name breaks by the numbers that their regions have in the end."""
    for when in sorted(links["year"].unique().to_list()):
        step = links.filter(pl.col("year") == when).select("old", "new")
        later = (pl.col("year") < when) & pl.col("region").is_in(step["old"].to_list())
        moved = breaks.filter(later).join(step, left_on="region", right_on="old")
        moved = moved.with_columns(region="new").select(breaks.columns)
        breaks = pl.concat([breaks.filter(~later), moved]).unique(maintain_order=True)
    return breaks
