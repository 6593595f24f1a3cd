"""Which rows of flows retired under the rules before the pension reform."""

import polars as pl

AGES = (62, 72)  # Ages at which the pension rules differ.
LAST_OLD = 1962  # Last birth year under the rules before the reform of public pensions.
LIMIT_72_YEAR = 2026  # First year of the general age limit of 72.
LIFTED = (70, 71)  # Ages at which the general limit no longer asks anyone to leave.


def birth_year() -> pl.Expr:
    """Birth year of those who have completed the age on 1 January of the year."""
    return pl.col("year") - pl.col("working_age") - 1


def limit_lifted_rows() -> pl.Expr:
    """Rows of 70 and 71 since the general limit became 72, which say nothing of the old rates."""
    return pl.col("working_age").is_between(*LIFTED) & (pl.col("year") >= LIMIT_72_YEAR)


def under_old_rules() -> pl.Expr:
    """Rows whose retirement follows the rules before the reform.

    Under 62, or born to 1962; not at 70 and 71 since the general limit became 72.
    """
    before_reform = (pl.col("working_age") < AGES[0]) | (birth_year() <= LAST_OLD)
    return before_reform & ~limit_lifted_rows()
