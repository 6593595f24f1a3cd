"""Cells of those in post without the qualification asked for, planned as a table of their own.

They are told in FTE, and whoever is lacking the qualification may be one person: as many persons as
FTE rounded up, at least. Nobody can have less than nothing, so that a hidden figure may be any from
none.
"""

import polars as pl

from workforce.disclosure.margins import UNQUALIFIED


def without_staff(hidden: pl.DataFrame) -> pl.DataFrame:
    """List the cells to hide because their staff are hidden.

    The staff of a post are at least as many as those in it without the qualification, so that the
    one told would narrow the other.

    Parameters
    ----------
    hidden : polars.DataFrame
        Hidden cells of a plan.

    Returns
    -------
    polars.DataFrame
        Columns of a cell.
    """
    staff = hidden.filter(dimension="")
    return staff.select(
        "region",
        "sector",
        "occupation",
        dimension=pl.lit(UNQUALIFIED),
        category=pl.lit(""),
    )


def is_unqualified() -> pl.Expr:
    """Whether a row of results is about those without the qualification."""
    dimension, category = (pl.col(name).cast(pl.String) for name in ("dimension", "category"))
    return ((dimension == "line") & (category == UNQUALIFIED)).fill_null(False)
