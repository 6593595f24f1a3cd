"""What is shown of competences, and of moves between occupations: tables that name no place."""

import polars as pl

from workforce.disclosure.flows import PERIOD
from workforce.disclosure.national import AGES
from workforce.disclosure.stocks import OWN, ShownStaff, band_of, rounded
from workforce.disclosure.tree import LEAST_BASE, coins

PAIR = ["occupation", "occupation_to"]
HELD = ["occupation", "competence"]


def mobility_rows(
    mobility: pl.DataFrame, rows: pl.DataFrame, key: bytes, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Make the table ``mobility``: moves of whole periods, rounded, over the staff shown.

    Parameters
    ----------
    mobility
        Rows of the table.
    rows
        Staff made of what is shown, all places.
    key
        Of the tables that name no place.
    base
        [persons]
    """
    here = mobility.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    years = here.group_by("first").agg(n=pl.col("year").n_unique()).filter(pl.col("n") == PERIOD)
    here = here.join(years, on="first", how="semi")
    coin = coins(key, "mobility")
    shown = rounded(here, "persons", ["first"], tuple(PAIR), lambda _: coin, base)
    each = shown.join(pl.DataFrame({"step": range(PERIOD)}), how="cross").with_columns(
        pl.col("persons") / PERIOD, year=pl.col("first") + pl.col("step")
    )
    stock = rows.group_by("occupation", "year").agg(exposure=pl.col("persons").sum().round(2))
    table = each.join(stock, on=["occupation", "year"]).filter(pl.col("exposure") > 0)
    return table.select(*PAIR, "year", "persons", "exposure").sort(*PAIR, "year")


def holding_rows(
    holding: pl.DataFrame,
    staff: pl.DataFrame,
    shown: ShownStaff,
    whole: pl.DataFrame,
    requirement: pl.DataFrame | None,
    key: bytes,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``competence_holding``: holders rounded, over the persons shown.

    Of an occupation by band of age where the band shows `OWN` persons or more, of the occupation
    where it does, and else of all the others together that are asked for the competence.

    Parameters
    ----------
    holding
        Rows of the table.
    staff
        True staff of all places.
    shown, whole
        What is shown of it, and by age.
    requirement
        Of whom each competence is asked; nothing where that table is missing.
    key
        Of the tables that name no place.
    base
        [persons]
    """
    latest = staff.filter(pl.col("persons") > 0).filter(
        pl.col("year") == pl.col("year").max().over("region")
    )
    heads = latest.group_by("occupation", "age").agg(heads=pl.col("persons").sum())
    true = holding.join(heads, on=["occupation", "age"]).with_columns(
        holders=pl.col("heads") * pl.col("share"), band=band_of()
    )
    coin = coins(key, "holders")
    held = rounded(true, "holders", [], ("competence", "occupation", "band"), lambda _: coin, base)
    persons = shown.cells.group_by("occupation").agg(persons=pl.col("persons").sum())
    in_band = whole.with_columns(band=band_of()).sort(
        "region", "sector", "occupation", "sex", "age"
    )
    in_band = in_band.group_by("occupation", "band").agg(in_band=pl.col("persons").sum())
    asked = held.select(HELD).unique()
    if requirement is not None:
        of = requirement.filter(pl.col("share") > 0).select(HELD).unique()
        asked = pl.concat([asked, of]).unique()
    by_post = held.group_by(HELD).agg(pl.col("holders").sum())
    posts = asked.join(persons, on="occupation").join(by_post, on=HELD, how="left")
    posts = posts.sort(HELD).with_columns(pl.col("holders").fill_null(0.0))
    few = pl.col("persons") < OWN
    others = [pl.col(name).filter(few).sum().over("competence") for name in ("holders", "persons")]
    pooled = _share(others[0], pl.when(others[1] > 0).then(others[1]))
    own = _share(pl.col("holders"), pl.col("persons"))
    posts = posts.with_columns(share=pl.when(few).then(pooled).otherwise(own))
    bands = posts.join(in_band, on="occupation").join(
        held.rename({"holders": "held"}), on=[*HELD, "band"], how="left"
    )
    fine = (pl.col("in_band") >= OWN) & ~few
    of_band = _share(pl.col("held").fill_null(0.0), pl.col("in_band"))
    bands = bands.with_columns(share=pl.when(fine).then(of_band).otherwise(pl.col("share")))
    ages = pl.DataFrame({"age": range(AGES[0], AGES[1] + 1)}, schema={"age": pl.Int64})
    table = bands.join(ages.with_columns(band=band_of()), on="band").filter(pl.col("share") > 0)
    return table.select(*HELD, "age", "share").sort(*HELD, "age")


def _share(holders: pl.Expr, persons: pl.Expr) -> pl.Expr:
    return (holders / persons).clip(0.0, 1.0).round(2)
