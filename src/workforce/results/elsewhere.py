"""How the method has done in other places, as the back-tests measured it."""

import polars as pl

from workforce.sources.tables.files import national_folder

FILE = "forecast_quality.csv"


def measured_elsewhere() -> pl.DataFrame:
    """Read what the back-tests gave.

    Returns
    -------
    polars.DataFrame
        case, measure, method, group, horizon, value, count; no rows where it was never measured.
    """
    path = national_folder() / FILE
    columns = {"case": pl.String, "measure": pl.String, "method": pl.String, "group": pl.String,
               "horizon": pl.Int64, "value": pl.Float64, "count": pl.Int64}  # fmt: skip
    if not path.is_file():
        return pl.DataFrame(schema=columns)
    return pl.read_csv(path, schema_overrides=columns)
