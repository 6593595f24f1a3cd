"""How the method has done in other places, as the back-tests measured it."""

import polars as pl

from workforce.sources.tables.files import national_folder

FILE = "forecast_quality.csv"


def measured_elsewhere() -> pl.DataFrame:
    """Read what the back-tests gave; no rows where it was never measured."""
    path = national_folder() / FILE
    texts = dict.fromkeys(("case", "measure", "method", "group", "size"), pl.String)
    columns = {**texts, "horizon": pl.Int64, "value": pl.Float64, "count": pl.Int64}
    if not path.is_file():
        return pl.DataFrame(schema=columns)
    return pl.read_csv(path, schema_overrides=columns).with_columns(pl.col("size").fill_null(""))
