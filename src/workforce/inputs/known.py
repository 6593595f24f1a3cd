"""What was known on an earlier 1 January: a forecast made again must not see what came after."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.packed import note_read

FLOWS = ("staff_flows", "vital_rates", "mobility", "graduates")
STOCKS = (
    *("population", "staff", "shortage", "service_use", "service_share"),
    *("service_units", "funded_posts", "fte_in_post", "kostra_figures", "part_time"),
)
QUARTERLY = ("absence", "vacancies", "national_vacancies")


def known_on(tables: Mapping[str, pl.DataFrame], base_year: int) -> dict[str, pl.DataFrame]:
    """Keep what was known on 1 January of an earlier base year.

    Stocks up to that day and flows of the years before it. An official projection is left out: the
    table does not say when it was made. Nothing is taken away where the base year is the latest 1
    January, and what does not carry a time is kept.
    """
    if base_year >= int(tables["population"]["year"].max()):  # type: ignore[arg-type]
        return dict(tables)
    # Whether a table is there at all depends on its rows.
    note_read(tables)
    kept = {}
    for name, table in tables.items():
        if name == "population_projection":
            continue
        if name in FLOWS:
            table = table.filter(pl.col("year") < base_year)
        elif name in STOCKS:
            table = table.filter(pl.col("year") <= base_year)
        elif name in QUARTERLY:
            quarter = pl.col("quarter").cast(pl.String)
            table = table.filter(quarter.str.slice(0, 4).cast(pl.Int64) < base_year)
        if len(table):
            kept[name] = table
    return kept
