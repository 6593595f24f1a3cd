"""How forecasts of staff made again have held, pooled over the municipalities of a folder."""

from collections.abc import Sequence

import polars as pl

from workforce.contract.folder import Folder, some_tables
from workforce.results.hindsight import MADE_AGAIN, OBSERVED, hindsight, start_year

OURS, NO_CHANGE = "ours", "no_change"


def staff_errors(
    folder: Folder, *, regions: Sequence[str], base_year: int, draws: int, seed: int
) -> pl.DataFrame:
    """Forecast the staff of every place again, each by itself, and pool what it missed, by sector.

    No rows where the folder has too few years.
    """
    tables = some_tables(folder, "population", "staff")
    start = start_year(tables, base_year)
    if start is None:
        return pool_errors(pl.DataFrame(schema=_PAIR), horizon=0)
    rows = pl.concat(
        hindsight(folder, region=region, base_year=base_year, draws=draws, seed=seed)
        for region in regions
    ).filter(pl.col("variable") == "headcount")
    keys = ["region", "sector"]
    said = rows.filter(pl.col("scenario") == MADE_AGAIN).select(*keys, "central", "lower", "upper")
    came = rows.filter(pl.col("scenario") == OBSERVED).select(*keys, actual="central")
    first = tables["staff"].filter(pl.col("year") == start)
    persons = pl.col("persons").sum().cast(pl.Float64)
    by_sector = first.group_by(keys).agg(before=persons)
    whole = first.group_by("region").agg(before=persons).with_columns(sector=pl.lit("all"))
    before = pl.concat([by_sector, whole.select(by_sector.columns)])
    pairs = said.join(came, on=keys, validate="1:1").join(before, on=keys, validate="1:1")
    return pool_errors(pairs.select(list(_PAIR)), horizon=base_year - start)


_PAIR = {
    "sector": pl.String,
    **dict.fromkeys(["central", "lower", "upper", "actual", "before"], pl.Float64),
}


def pool_errors(pairs: pl.DataFrame, *, horizon: int) -> pl.DataFrame:
    """Pool forecasts, outcomes and the staff it began with by sector.

    ``wape``, the sum of absolute errors over the sum of outcomes, and ``bias`` with signs, of ours
    and of no change; ``coverage``, the share of outcomes within our interval.
    """
    total = pl.col("actual").sum()
    measures = {
        (method, measure): error.sum() / total
        for method, column in ((OURS, "central"), (NO_CHANGE, "before"))
        for measure, error in (
            ("wape", (pl.col(column) - pl.col("actual")).abs()),
            ("bias", pl.col(column) - pl.col("actual")),
        )
    }
    inside = pl.col("actual").is_between(pl.col("lower") - 1e-9, pl.col("upper") + 1e-9)
    measures[OURS, "coverage"] = inside.mean()
    return pl.concat(
        pairs.group_by(group="sector")
        .agg(value=value, count=pl.len().cast(pl.Int64))
        .sort("group")
        .with_columns(
            horizon=pl.lit(horizon, dtype=pl.Int64), method=pl.lit(method), measure=pl.lit(measure)
        )
        .select("group", "horizon", "method", "measure", "value", "count")
        for (method, measure), value in measures.items()
    )
