"""Have tables show their texts and columns whole, where somebody looks at them in a notebook."""

import os
import sys

import polars as pl

_CHOSEN = "POLARS_FMT_STR_LEN"
_LONGEST_TEXT = 1000
_MOST_ROWS = 60


def shown(table: pl.DataFrame) -> pl.DataFrame:
    """Give back a table; in a notebook tables are from then on shown with their texts whole.

    Somebody who has chosen another length of texts with `polars.Config` keeps it.
    """
    if "ipykernel" in sys.modules and _CHOSEN not in os.environ:
        pl.Config.set_fmt_str_lengths(_LONGEST_TEXT)
        pl.Config.set_tbl_rows(_MOST_ROWS)
        pl.Config.set_tbl_cols(-1)
    return table
