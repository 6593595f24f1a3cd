"""Rules that hide a row by what it is and by its own persons, whatever the plan says."""

import polars as pl

from workforce.disclosure.margins import ALL
from workforce.disclosure.rule import Rule
from workforce.disclosure.unqualified import is_unqualified
from workforce.errors import DataError

ABSENCE = ("absence_rate", "short_absence")
"""Variables told only by sector, and for a number of employees of its own."""
AMOUNT_UNITS = ("NOK", "kr")
"""How the unit of an amount begins."""
CAUSES = ("retired", "left_sector", "moved_municipality", "other")
"""Causes of exit that may be told: disability and death are part of other."""
SINGLE_POINTS = ("holders_today", "holders_near_exit")
"""Variables told to the public only as counts by sector, never for one competence."""
NOT_ROUNDED = ("users_path",)
"""Variables that keep the rule of suppression where counts of staff are rounded."""
CONTRIBUTIONS = ("largest", "second_largest")


def require_told_causes(table: pl.DataFrame) -> None:
    """Raise an error where exits come by a cause that may not be told."""
    rows = table.filter(
        (pl.col("dimension").cast(pl.String) == "cause")
        & ~pl.col("category").cast(pl.String).is_in(CAUSES)
    )
    if not rows.is_empty():
        found = ", ".join(sorted(rows["category"].cast(pl.String).unique()))
        raise DataError(
            f"{rows.height} rows give exits by the cause {found}. The causes that are told are "
            f"{', '.join(CAUSES)}; disability and death are part of other. Add them to it."
        )


def small_rows(table: pl.DataFrame, rule: Rule) -> pl.Expr:
    """Say which rows their own persons hide.

    Parameters
    ----------
    table : pl.DataFrame
        Tidy results; amounts may come with the columns ``largest`` and ``second_largest``.
    rule : Rule
        Audience and thresholds.

    Returns
    -------
    Expr
        True where fewer persons than the rule allows stand behind a count, a share, mean or year,
        or an absence, and where an amount is dominated by one contributor.
    """
    persons, hidden = pl.col("persons"), pl.lit(False)
    if rule.min_persons is not None:
        small = (persons > 0) & (persons < rule.min_persons)
        # Counts of staff are rounded instead; what is told of other counts has no rounded one.
        others = pl.col("variable").cast(pl.String).is_in(NOT_ROUNDED)
        others |= pl.col("dimension").cast(pl.String).str.starts_with("competence")
        others |= is_unqualified()
        hidden |= small if rule.method == "suppression" else small & others
    if rule.min_base is not None:
        # A year is not rounded either, and tells of the path of few persons as a share does.
        hidden |= (is_ratio() | is_year()) & (persons > 0) & (persons < rule.min_base)
    absence = pl.col("variable").cast(pl.String).is_in(ABSENCE)
    if rule.min_absence is not None:
        by_post = ~pl.col("occupation").cast(pl.String).is_in([ALL, ""])
        hidden |= absence & (persons > 0) & ((persons < rule.min_absence) | by_post)
    if rule.dominance_percent is not None:
        hidden |= _is_dominated(table, rule.dominance_percent)
    if rule.audience == "public":
        one = ~pl.col("category").cast(pl.String).is_in([ALL, ""])
        hidden |= pl.col("variable").cast(pl.String).is_in(SINGLE_POINTS) & one
    return hidden.fill_null(False)


def is_ratio() -> pl.Expr:
    """Whether a row is a share or a mean, by its unit: a share, a probability or so much per."""
    unit = pl.col("unit").cast(pl.String)
    return (
        unit.str.starts_with("share")
        | unit.str.starts_with("probability")
        | (unit.str.contains(" per ") & ~unit.str.ends_with("per year"))
    )


def is_year() -> pl.Expr:
    """Whether a row tells a year, by its unit."""
    return pl.col("unit").cast(pl.String) == "1 January of the year"


def _is_dominated(table: pl.DataFrame, percent: int) -> pl.Expr:
    r"""Whether an amount lets its second contributor work out the largest: the p% rule.

    With contributions :math:`c_1 \ge c_2 \ge \dots`, the second largest contributor knows
    :math:`c_1` within :math:`T - c_1 - c_2`; the amount is hidden where that is less than p per
    cent of :math:`c_1`. Amounts without contributions are costs at the same rate for everyone:
    there the rule asks for three persons, which the rule for counts goes beyond.
    """
    unit = pl.col("unit").cast(pl.String)
    amount = pl.any_horizontal(unit.str.starts_with(one) for one in AMOUNT_UNITS)
    if not set(CONTRIBUTIONS) <= set(table.columns):
        return amount & (pl.col("persons") > 0) & (pl.col("persons") < 3)
    largest, second = (pl.col(name) for name in CONTRIBUTIONS)
    rest = pl.col("central") - largest - second
    return amount & (rest < largest * (percent / 100.0))
