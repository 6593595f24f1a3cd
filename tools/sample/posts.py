"""Posts and people: the three lines of measured shortage, posts that are funded, and norms."""

import numpy as np
import polars as pl

from tools.sample.geography import BASE_YEAR, FIRST_YEAR, MUNICIPALITIES

UNFILLED = {
    "2211": 0.070, "2223": 0.060, "2224": 0.050, "2264": 0.020, "2267": 0.020, "2341": 0.015,
    "2342": 0.030, "2352": 0.030, "2635": 0.030, "2142": 0.050, "3112": 0.040, "5321": 0.030,
    "5411": 0.010, "2422": 0.010, "1112": 0.010, "5329": 0.005, "3412": 0.012, "5153": 0.008,
}  # fmt: skip
"""Posts unfilled after search, per FTE in post, by occupation."""
UNQUALIFIED = {
    "2223": 0.020, "2224": 0.060, "2341": 0.055, "2342": 0.090, "2352": 0.120, "2635": 0.070,
    "5321": 0.050, "3112": 0.040, "3412": 0.080,
}  # fmt: skip
"""Posts filled without the qualification asked for, per FTE in post."""
AGENCY = {"2211": 0.040, "2223": 0.030, "2224": 0.010, "5321": 0.012, "5329": 0.004, "2635": 0.020}
"""Hours bought from agencies and overtime, per FTE in post."""
LINES = {"unfilled": UNFILLED, "unqualified": UNQUALIFIED, "agency_overtime": AGENCY}
YEAR_LEVEL = {
    2019: 0.90, 2020: 0.95, 2021: 1.00, 2022: 1.20, 2023: 1.25, 2024: 1.10, 2025: 1.00, 2026: 1.00,
}  # fmt: skip
"""Shortage against the base year; it rose to 2023 and has fallen since."""
LAST_FUNDED = 2030
FUNDED_GROWTH = {
    "health_care": 0.008, "primary_school": -0.006, "kindergarten": 0.002, "administration": -0.005,
}  # fmt: skip
"""Yearly growth of funded posts in the economic plan."""


def shortage_table(employed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Table `shortage`: FTE by line, larger where few live.

    Parameters
    ----------
    employed
        Table `staff`.
    rng
        Random numbers.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, year, line, fte. A line of no FTE in a sector is one row of
        0, which says that it was counted; beside others such rows are left out.
    """
    in_post = fte_in_post(employed)
    remote = {m.code: (20_000 / m.inhabitants) ** 0.12 for m in MUNICIPALITIES}
    parts = []
    for line, rates in LINES.items():
        rows = in_post.filter(pl.col("occupation").is_in(list(rates))).with_columns(
            level=pl.col("occupation").replace_strict(rates)
            * pl.col("region").replace_strict(remote)
            * pl.col("year").replace_strict(YEAR_LEVEL),
            line=pl.lit(line),
        )
        spread = pl.Series("spread", rng.gamma(8.0, 1 / 8.0, rows.height))
        parts.append(rows.with_columns(fte=(pl.col("fte") * pl.col("level") * spread).round(1)))
    keys = ["region", "sector", "occupation", "year", "line"]
    place = ["region", "sector", "year", "line"]
    lacking = pl.concat(parts).filter(pl.col("fte") > 0).select(*keys, "fte")
    counted = in_post.group_by("region", "sector", "year").agg(pl.col("occupation").min())
    counted = counted.join(pl.DataFrame({"line": list(LINES)}), how="cross")
    none = counted.join(lacking, on=place, how="anti").with_columns(fte=pl.lit(0.0))
    return pl.concat([lacking, none.select(*keys, "fte")]).sort(keys)


def fte_in_post(employed: pl.DataFrame) -> pl.DataFrame:
    """FTE by municipality, sector, occupation and year.

    Parameters
    ----------
    employed
        Table `staff`.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, year, fte.
    """
    keys = ["region", "sector", "occupation", "year"]
    return employed.group_by(keys).agg(pl.col("fte").sum()).sort(keys)


def funded_posts_table(employed: pl.DataFrame, shortage: pl.DataFrame) -> pl.DataFrame:
    """Table `funded_posts`: staff and unfilled posts so far, then the economic plan.

    Parameters
    ----------
    employed
        Table `staff`.
    shortage
        Table `shortage`.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, year, fte.
    """
    keys = ["region", "sector", "occupation", "year"]
    unfilled = shortage.filter(pl.col("line") == "unfilled").select(*keys, unfilled="fte")
    so_far = (
        fte_in_post(employed)
        .join(unfilled, on=keys, how="left")
        .with_columns(fte=pl.col("fte") + pl.col("unfilled").fill_null(0.0))
        .drop("unfilled")
    )
    base = so_far.filter(pl.col("year") == BASE_YEAR).with_columns(
        growth=pl.col("sector").replace_strict(FUNDED_GROWTH, default=0.0)
    )
    planned = [
        base.with_columns(
            year=pl.lit(year, dtype=pl.Int64),
            fte=pl.col("fte") * (1 + pl.col("growth")) ** (year - BASE_YEAR),
        ).select(so_far.columns)
        for year in range(BASE_YEAR + 1, LAST_FUNDED + 1)
    ]
    table = pl.concat([so_far.filter(pl.col("year") >= FIRST_YEAR), *planned])
    return table.with_columns(pl.col("fte").round(2)).sort(keys)


def staffing_norms_table() -> pl.DataFrame:
    """Table `staffing_norms`: the norms for kindergartens and for teaching.

    Pedagognorm: 7 children under three and 14 from three per pedagogical leader, a child more
    asks for another full post in the kindergarten. Bemanningsnorm: 3 and 6 children per employee
    in all, leaders among them. Laerernorm: 15 pupils per teacher in years 1 to 4, 20 in years 5
    to 10, hour by hour in ordinary teaching: a pupil has about 720 hours a year in years 1 to 4
    and 798 in 5 to 7 (5,272 in all), 874 in 8 to 10 (2,622); a full post teaches 741 hours in
    years 1 to 7 and 656 in 8 to 10 (Utdanningsdirektoratet). Age on 1 January is year of school
    and five.

    Returns
    -------
    pl.DataFrame
        sector, occupation, age_from, age_to, kind, ratio, unit, user_hours, fte_hours.
    """
    rows = [
        ("kindergarten", "2342", 0, 2, "per_unit", 7.0, "children", None, None),
        ("kindergarten", "2342", 3, 5, "per_unit", 14.0, "children", None, None),
        ("kindergarten", "5311", 0, 2, "per_user_in_all", 3.0, "children", None, None),
        ("kindergarten", "5311", 3, 5, "per_user_in_all", 6.0, "children", None, None),
        ("primary_school", "2341", 6, 9, "per_user", 15.0, "pupils", 720.0, 741.0),
        ("primary_school", "2341", 10, 12, "per_user", 20.0, "pupils", 798.0, 741.0),
        ("primary_school", "2341", 13, 15, "per_user", 20.0, "pupils", 874.0, 656.0),
    ]
    columns = [
        "sector", "occupation", "age_from", "age_to", "kind", "ratio", "unit", "user_hours",
        "fte_hours",
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")
