"""What need and staff grow by in the occupations that come to lack people."""

import polars as pl
import xarray as xr

from workforce.contract.grouping import JOINT
from workforce.results.rows import lay_rows

BY_PART = {"need": "demand_fte", "staff": "supply_fte"}


def lacking_rows(inputs: xr.Dataset, own: pl.DataFrame, *, scenario: str) -> pl.DataFrame:
    """Sum the growth of need and of staff over occupations with less staff than need at the end.

    Of each sector, and of all, on the central path; ``today`` is what they lack in the base year,
    and ``need_of_all`` what the need of a sector grows by in those that lack of all. ``own`` are
    the rows of the page.
    """
    base = int(inputs.attrs["base_year"])
    horizon = base + int(inputs.attrs["horizon"])
    post = pl.col("occupation")
    rows = own.filter(
        pl.col("scenario") == scenario, pl.col("dimension") == "", post != "all",
        ~post.str.contains(JOINT, literal=True),
    )  # fmt: skip
    ends = rows.group_by("sector", "occupation", maintain_order=True).agg(
        pl.col("central").filter(variable=variable, year=year).first().alias(f"{part}{year}")
        for part, variable in BY_PART.items()
        for year in (base, horizon)
    )
    of_all = pl.col("sector") == "all"
    lacking = ends.filter(pl.col(f"need{horizon}") > pl.col(f"staff{horizon}"))
    lack_of_all = ends.filter(~of_all).join(lacking.filter(of_all), on="occupation", how="semi")
    summed = [("need", "need", lacking), ("staff", "staff", lacking),
              ("need_of_all", "need", lack_of_all)]  # fmt: skip
    grown = [
        some.group_by("sector", maintain_order=True)
        .agg(central=(pl.col(f"{part}{horizon}") - pl.col(f"{part}{base}")).sum())
        .with_columns(category=pl.lit(category))
        for category, part, some in summed
    ]
    today = rows.filter(variable="missing_fte", year=base).join(
        lacking, on=["sector", "occupation"], how="semi"
    )
    grown.append(
        today.group_by("sector", maintain_order=True)
        .agg(pl.col("central").sum())
        .with_columns(category=pl.lit("today"))
    )
    return lay_rows(
        pl.concat(grown), inputs, scenario=scenario, year=horizon, variable="lacking_change",
        dimension="lacking_part", region=str(inputs["region"].item()), occupation="all",
    )  # fmt: skip
