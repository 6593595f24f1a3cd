"""Text that a spreadsheet would run as a formula, made harmless before it is written."""

import polars as pl

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula, full-width forms included."""


def defuse(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def defused(table: pl.DataFrame) -> pl.DataFrame:
    """Defuse every text of a table that is to be a CSV file; numbers stay numbers."""
    texts = [name for name, kind in table.schema.items() if _is_text(kind)]
    return table.with_columns(
        pl.when(pl.col(name).cast(pl.String).str.slice(0, 1).is_in(FORMULA_STARTS))
        .then("'" + pl.col(name).cast(pl.String))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in texts
    )


def _is_text(kind: pl.DataType) -> bool:
    return kind == pl.String or isinstance(kind, (pl.Categorical, pl.Enum))
