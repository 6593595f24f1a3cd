"""Rows of staff by sex and single age, made of what is shown and of national patterns alone."""

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.national import BANDS, WOMEN, position_shares, stationary_ages, women
from workforce.disclosure.stocks import OWN, ShownStaff, band_of

ROUNDS = 40
"""Rounds of fitting to occupations and bands in turn; both sum to the same."""
LEAST = 0.01
"""Persons that a post may have in every band of its sector, so that none is without ages."""
NOBODY = 1e-6
"""Persons below which an age is left out."""
FEW_AGES = (24, 31, 39, 46, 52, 57, 60, 63, 66, 70)
"""Ages that stand for those around them in earlier years, of which only sectors are known."""
POST = ["region", "sector", "occupation"]
SECTOR = ["region", "sector"]
UNDER = [*SECTOR, "post"]
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


def base_ages(shown: ShownStaff, occupations: pl.DataFrame) -> pl.DataFrame:
    """Ages of the latest year, as `inside` gives them."""
    posts = base_posts(shown)
    latest = shown.latest()
    bands, aged = (table.join(latest, on=["region", "year"]) for table in (shown.bands, shown.aged))
    return inside(posts, bands, aged, occupations)


def base_posts(shown: ShownStaff) -> pl.DataFrame:
    """Persons by occupation in the latest year; those that show few share the post ""."""
    large = pl.col("persons") >= OWN
    return shown.cells.select(
        *POST, "persons", post=pl.when(large).then(pl.col("occupation")).otherwise(pl.lit(""))
    )


def inside(
    posts: pl.DataFrame, bands: pl.DataFrame, aged: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    """Fit the national ages of each occupation to tables A and B by proportions.

    Parameters
    ----------
    posts
        region, sector, occupation, persons, and post: the occupation where its own bands are
        known, "" for the others of the sector.
    bands, aged
        Persons by region, sector and band, and by occupation besides where they are known.
    occupations
        With limit groups and groups.

    Returns
    -------
    polars.DataFrame
        region, sector, occupation, sex, age, persons: no whole numbers.
    """
    ages = stationary_ages(occupations).with_columns(band=band_of())
    share = ages.group_by("occupation", "band").agg(share=pl.col("weight").sum())
    fitted = posts.with_row_index("cell").join(share, on="occupation")
    fitted = fitted.join(_targets(posts, bands, aged), on=[*UNDER, "band"], how="left")
    whole = bands.rename({"persons": "in_band"})
    fitted = fitted.join(whole, on=["region", "sector", "band"]).with_columns(
        pl.col("target").fill_null(0.0).clip(lower_bound=LEAST),
        target_id=pl.struct(*UNDER, "band").rank("dense") - 1,
        band_id=pl.struct("region", "sector", "band").rank("dense") - 1,
    )
    fitted = fitted.sort("cell", "band")
    fitted = fitted.with_columns(persons=_fit(fitted))
    within = ages.join(share, on=["occupation", "band"]).select(
        "occupation", "band", "age", part=pl.col("weight") / pl.col("share")
    )
    by_age = fitted.join(within, on=["occupation", "band"])
    by_age = by_age.join(sex_shares(occupations), on="occupation").select(
        *POST, "sex", "age", persons=pl.col("persons") * pl.col("part") * pl.col("sex_share")
    )
    return by_age.filter(pl.col("persons") > NOBODY)


def _targets(posts: pl.DataFrame, bands: pl.DataFrame, aged: pl.DataFrame) -> pl.DataFrame:
    """Persons of each post by band: its own, and what these leave of the sector's."""
    own = posts.filter(pl.col("post") != "").select(UNDER).unique()
    aged = aged.rename({"occupation": "post", "persons": "target"}).join(own, on=UNDER, how="semi")
    by = ["region", "sector", "band"]
    taken = aged.group_by(by).agg(taken=pl.col("target").sum())
    rest = pl.col("persons") - pl.col("taken").fill_null(0.0)
    others = bands.join(taken, on=by, how="left").with_columns(
        post=pl.lit(""), target=rest.clip(lower_bound=0.0)
    )
    names = [*UNDER, "band", "target"]
    return pl.concat([aged.select(names), others.select(names)])


def _fit(rows: pl.DataFrame) -> Numbers:
    """Persons of each cell and band whose sums are those shown, nearest to the national shares."""
    cell, whole = rows["cell"].to_numpy(), rows["persons"].to_numpy()
    fit: Numbers = whole * rows["share"].to_numpy()
    # What is known of large occupations first; then the sums of the sector, which are nearer.
    for asked, group in (("target", "target_id"), ("in_band", "band_id")):
        target, band = rows[asked].to_numpy(), rows[group].to_numpy()
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

    Of occupations that show `OWN` persons or more by themselves, of the others of a sector together
    where these do, else as in the sector, and of sectors that show fewer all together.

    Returns
    -------
    polars.DataFrame
        region, sector, occupation, factor; 1 where fewer than `OWN` persons are shown.
    """
    expected = (
        _with_share(whole).group_by(POST, maintain_order=True)
        .agg(expected=(pl.col("persons") * pl.col("share")).sum())
    )  # fmt: skip
    posts = base_posts(shown).join(expected, on=POST).join(shown.fte, on=SECTOR, how="left")
    large = shown.large_fte.rename({"fte": "own"})
    posts = posts.join(large, on=POST, how="left").with_columns(pl.col("fte", "own").fill_null(0.0))
    posts = posts.sort(POST)
    alone = pl.col("post") != ""
    heads, usual = (pl.col(name).sum().over(UNDER) for name in ("persons", "expected"))
    fte = (
        pl.when(alone)
        .then(pl.col("own"))
        .otherwise(pl.col("fte") - pl.col("own").sum().over(SECTOR))
    )
    of_sector = _each(pl.col("fte"), pl.col("persons").sum().over(SECTOR))
    sector = (
        of_sector * pl.col("persons").sum().over(SECTOR) / pl.col("expected").sum().over(SECTOR)
    )
    enough = pl.col("persons").sum().over(SECTOR) >= OWN
    posts = posts.with_columns(
        factor=pl.when((heads >= OWN) & (fte > 0)).then(_each(fte, heads) * heads / usual)
        .when(enough & (pl.col("fte") > 0)).then(sector)
    )  # fmt: skip
    # The service areas of a place that are too small by themselves, together.
    small = ~enough
    once = pl.int_range(pl.len()).over(SECTOR) == 0
    both = ("persons", "expected")
    heads, usual = (pl.col(name).filter(small).sum().over("region") for name in both)
    fte = pl.col("fte").filter(small & once).sum().over("region")
    together = pl.when((heads >= OWN) & (fte > 0)).then(_each(fte, heads) * heads / usual)
    rest = pl.when(small).then(together)
    return posts.select(*POST, factor=pl.coalesce(pl.col("factor"), rest, 1.0))


def _each(fte: pl.Expr, persons: pl.Expr) -> pl.Expr:
    """FTE of one: more than one each would tell that rounding went two ways."""
    return (fte / persons).clip(upper_bound=1.0).round(2)


def with_fte(rows: pl.DataFrame, factors: pl.DataFrame) -> pl.DataFrame:
    """Add agreed FTE: persons, times the national share of their age, times the place's factor."""
    found = _with_share(rows).join(factors, on=POST, how="left")
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
