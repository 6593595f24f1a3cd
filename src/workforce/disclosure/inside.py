"""Rows of staff by sex and single age, made of what is shown and of national patterns alone."""

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.national import BANDS, WOMEN, position_shares, stationary_ages, women
from workforce.disclosure.stocks import OWN, ShownStaff, band_of

ROUNDS = 40
"""Rounds of fitting to occupations and bands in turn; both sum to the same."""
FEW_AGES = (24, 31, 39, 46, 52, 57, 60, 63, 66, 70)
"""Ages that stand for those around them in earlier years, of which only sectors are known."""
POST = ["region", "sector", "occupation"]
STAFF = [*POST, "sex", "age", "year", "persons", "fte"]


def staff_rows(shown: ShownStaff, whole: pl.DataFrame) -> pl.DataFrame:
    """Make the table ``staff`` of a folder from what is shown.

    The latest year of a place has every occupation shown, by sex and single age. In earlier years
    the persons shown of a sector are spread as they are in the latest, over fewer ages.

    Parameters
    ----------
    shown
        From `show_staff`.
    whole
        From `inside`.
    """
    few = at_ages(whole, FEW_AGES)
    latest = shown.sectors.group_by("region").agg(year=pl.col("year").max())
    before = (
        shown.sectors.rename({"persons": "total"})
        .join(latest, on=["region", "year"], how="anti")
        .join(_parts(few), on=["region", "sector"])
        .with_columns(persons=pl.col("total") * pl.col("part"))
    )
    names = [*POST, "sex", "age", "year", "persons"]
    rows = pl.concat([whole.join(latest, on="region").select(names), before.select(names)])
    factors = position_factors(shown, whole)
    return with_fte(rows, factors).select(STAFF).sort([*POST, "year", "sex", "age"])


def inside(shown: ShownStaff, occupations: pl.DataFrame) -> pl.DataFrame:
    """Fit the national ages of each occupation to tables A and B by proportions.

    Returns
    -------
    polars.DataFrame
        region, sector, occupation, sex, age, persons: no whole numbers.
    """
    ages = stationary_ages(occupations).with_columns(band=band_of())
    share = ages.group_by("occupation", "band").agg(share=pl.col("weight").sum())
    cells = shown.cells.select(*POST, "persons").with_row_index("cell")
    fitted = cells.join(share, on="occupation").join(
        shown.bands.rename({"persons": "target"}), on=["region", "sector", "band"]
    )
    fitted = fitted.with_columns(band_id=pl.struct("region", "sector", "band").rank("dense") - 1)
    fitted = fitted.sort("cell", "band").with_columns(persons=_fit(fitted.sort("cell", "band")))
    within = ages.join(share, on=["occupation", "band"]).select(
        "occupation", "band", "age", part=pl.col("weight") / pl.col("share")
    )
    by_age = fitted.join(within, on=["occupation", "band"])
    return by_age.join(sex_shares(occupations), on="occupation").select(
        *POST, "sex", "age", persons=pl.col("persons") * pl.col("part") * pl.col("sex_share")
    )


def _fit(rows: pl.DataFrame) -> Numbers:
    """Persons of each cell and band whose sums are those shown, nearest to the national shares."""
    cell, band = rows["cell"].to_numpy(), rows["band_id"].to_numpy()
    whole, target = rows["persons"].to_numpy(), rows["target"].to_numpy()
    fit: Numbers = whole * rows["share"].to_numpy()
    for _ in range(ROUNDS):
        fit = fit * target / np.bincount(band, fit)[band]
        fit = fit * whole / np.bincount(cell, fit)[cell]
    return fit


def sex_shares(occupations: pl.DataFrame) -> pl.DataFrame:
    """Share of women and of men by occupation, as in the nation."""
    known = women()
    share = [known.get(code, WOMEN) for code in occupations["occupation"]]
    each = occupations.select("occupation").with_columns(women=pl.Series(share, dtype=pl.Float64))
    return pl.concat(
        [
            each.select("occupation", sex=pl.lit("female"), sex_share=pl.col("women")),
            each.select("occupation", sex=pl.lit("male"), sex_share=1.0 - pl.col("women")),
        ]
    )


def at_ages(rows: pl.DataFrame, ages: tuple[int, ...]) -> pl.DataFrame:
    """Gather persons at a few ages, each at the nearest one of its band."""
    return (
        rows.with_columns(age=pl.col("age").replace_strict(nearest(ages), return_dtype=pl.Int64))
        .group_by(*POST, "sex", "age", maintain_order=True)
        .agg(pl.col("persons").sum())
    )


def nearest(ages: tuple[int, ...]) -> dict[int, int]:
    """Of a few ages, the one that stands for each age."""
    found = {}
    for low, high in BANDS.values():
        inner = [age for age in ages if low <= age <= high]
        for age in range(low, high + 1):
            found[age] = min(inner, key=lambda one: (abs(one - age), one))
    return found


def _parts(rows: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("persons").sum().over("region", "sector")
    return rows.with_columns(part=pl.col("persons") / whole).drop("persons")


def position_factors(shown: ShownStaff, whole: pl.DataFrame) -> pl.DataFrame:
    """Compare a place's own FTE per person with the nation's at its ages, where enough are shown.

    Returns
    -------
    polars.DataFrame
        region, sector, factor; 1 where fewer than `OWN` persons are shown.
    """
    expected = (
        _with_share(whole).group_by("region", "sector", maintain_order=True)
        .agg(expected=(pl.col("persons") * pl.col("share")).sum(), heads=pl.col("persons").sum())
    )  # fmt: skip
    own = shown.base_sectors().join(shown.fte, on=["region", "sector"], how="left")
    # More FTE shown than persons would tell that rounding went two ways: no more than one each.
    each = (pl.col("fte").fill_null(0.0) / pl.col("persons")).clip(upper_bound=1.0).round(2)
    own = own.with_columns(each=each).join(expected, on=["region", "sector"])
    factor = pl.col("each") * pl.col("heads") / pl.col("expected")
    told = (pl.col("persons") >= OWN) & (pl.col("each") > 0)
    return own.select("region", "sector", factor=pl.when(told).then(factor).otherwise(1.0))


def with_fte(rows: pl.DataFrame, factors: pl.DataFrame) -> pl.DataFrame:
    """Add agreed FTE: persons, times the national share of their age, times the place's factor."""
    found = _with_share(rows).join(factors, on=["region", "sector"], how="left")
    each = (pl.col("share") * pl.col("factor").fill_null(1.0)).clip(upper_bound=1.0)
    return found.with_columns(fte=pl.col("persons") * each).drop("share", "factor")


def _with_share(rows: pl.DataFrame) -> pl.DataFrame:
    shares = position_shares()
    known = shares["sector"].unique().to_list()
    return (
        rows.with_columns(
            kind=pl.when(pl.col("sector").is_in(known)).then("sector").otherwise(pl.lit(""))
        )
        .join(shares.rename({"sector": "kind"}), on=["kind", "age"], how="left")
        .drop("kind")
    )
