"""Who leaves by how long they have been employed: told in the report of an import, and no table."""

import polars as pl

from workforce.sources.staff_register.moves import DAYS_IN_YEAR, WHO

LONGER = (1, 3, 5)
"""Whole years from which a group of those employed for longer begins."""
FEWEST = 20
"""Counts under this get no percentage. [persons]"""


def tenure_table(heads: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Count by length of employment who is no longer employed in the region a year later."""
    then = there.select("person", "region", pl.col("year") - 1, stays=pl.lit(True))
    followed = then.select("region", "year").unique()
    begun = pl.col("start").min().over("person", "region")
    years = (pl.col("day") - begun).dt.total_days() / DAYS_IN_YEAR
    tenure: pl.Expr = pl.lit(0)
    for least in LONGER:
        tenure = pl.when(years >= least).then(pl.lit(least)).otherwise(tenure)
    return (
        heads.with_columns(tenure=tenure)
        .filter(begun.is_not_null())
        .join(followed, on=["region", "year"], how="semi")
        .join(then.unique(), on=WHO, how="left")
        .group_by("region", "sector", "tenure")
        .agg(persons=pl.col("stays").is_null().sum(), exposure=pl.len())
        .sort("region", "sector", "tenure")
    )


def describe_tenure(tenure: pl.DataFrame) -> list[str]:
    """Tell who left by length of employment, and by sector of those in their first year."""
    if tenure.is_empty():
        return []
    lines = [
        "## Who leaves, by how long they have been employed",
        "",
        "Those there on a 1 January, from the earliest start in the extracts, and who of them was",
        "no longer employed in the region on the next. Who came and left between is not seen. The",
        "share of the first year is the option `first_year` of the measure `onboarding`.",
        "",
        "| region | sector | years employed | persons | left within a year |",
        "|---|---|---|---|---|",
    ]
    whole = tenure.group_by("region", "tenure").agg(pl.col("persons", "exposure").sum())
    first = tenure.filter(pl.col("tenure") == 0)
    rows = pl.concat([whole.with_columns(sector=pl.lit("all")), first], how="diagonal_relaxed")
    names = dict(zip((0, *LONGER), ("under 1", "1 to 2", "3 to 4", "5 and more"), strict=True))
    order = [pl.col("region"), pl.col("sector") != "all", pl.col("sector"), pl.col("tenure")]
    for row in rows.sort(order).iter_rows(named=True):
        share = row["persons"] / row["exposure"]
        left = f"{row['persons']} ({share:.0%})" if row["exposure"] >= FEWEST else row["persons"]
        lines.append(
            f"| {row['region']} | {row['sector']} | {names[row['tenure']]} "
            f"| {row['exposure']} | {left} |"
        )
    return [*lines, ""]
