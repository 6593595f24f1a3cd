"""Find competences that would give hidden occupations back."""

import polars as pl

from workforce.disclosure.margins import ALL, CELL

COMPETENCE = "competence"
"""Dimension of the cells of holders."""


def telling_competences(hidden: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """List the cells of competences that tell of a hidden occupation.

    Those who hold a competence are a sum over occupations, in proportions that may be known. One
    such sum is an equation in the hidden occupations, and a few of them solve it; with the years
    and with what is asked for there are many. So no competence is told of a sector in which an
    occupation that holds or must hold it is hidden, nor of all sectors together.

    Parameters
    ----------
    hidden : polars.DataFrame
        Hidden cells of a plan.
    posts : polars.DataFrame
        sector, occupation and competence: which posts hold or must hold each.

    Returns
    -------
    polars.DataFrame
        Columns of a cell.
    """
    found = hidden.filter(dimension="").join(posts, on=["sector", "occupation"])
    cells = found.select(
        "region",
        "sector",
        occupation=pl.lit(ALL),
        dimension=pl.lit(COMPETENCE),
        category=pl.col("competence"),
    )
    return pl.concat([cells, cells.with_columns(sector=pl.lit(ALL))]).unique().sort(CELL)
