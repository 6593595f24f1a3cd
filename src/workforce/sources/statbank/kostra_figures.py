"""Key figures of KOSTRA on care and school, and vacancies in the country, from the StatBank."""

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.errors import MissingDataError, ParameterError, SourceError
from workforce.sources.statbank.care_users import lacks_figure
from workforce.sources.statbank.declared import Ask, declarations, newest_year
from workforce.sources.statbank.reading import source_of

SCHEMA = pl.Schema(
    {"region": pl.String(), "sector": pl.String(), "key_figure": pl.String(), "year": pl.Int64(),
     "figure": pl.Float64()}
)  # fmt: skip
PER_CENT = 100.0


def take_kostra_figures(people: pl.DataFrame, ask: Ask, report: FetchReport) -> pl.DataFrame:
    """Take the key figures that a report shows; a table that cannot be had is told and left out."""
    towns = people["region"].unique().sort().to_list()
    parts = [pl.DataFrame(schema=SCHEMA)]
    for name in ("care_figures", "school_figures"):
        declared = declarations()[name]
        try:
            found, fetched = ask(declared, towns)
        except (ParameterError, SourceError) as error:
            report.notes.append(f"kostra_figures: {declared.about} were left out. {error}")
            continue
        report.sources.append(source_of("kostra_figures", fetched, newest=newest_year(found)))
        found = found.filter(pl.col("year").is_in(people["year"].unique().to_list()))
        gaps = found.filter(lacks_figure())
        if len(gaps):
            report.notes.append(
                f"kostra_figures: {len(gaps)} of {len(found)} figures of table {declared.table} "
                "are hidden or missing and have no row."
            )
        there = found.filter(~lacks_figure())
        parts.append(
            there.select(
                "region", pl.lit(declared.sector).alias("sector"),
                pl.col("ContentsCode").alias("key_figure"), "year",
                pl.col("value").cast(pl.Float64).alias("figure"),
            )
        )  # fmt: skip
    return pl.concat(parts).sort("region", "sector", "key_figure", "year")


def take_national_vacancies(ask: Ask, report: FetchReport) -> pl.DataFrame:
    """Take vacancy rates of the country for the sectors whose industries the table has.

    With v vacancies and a share s of jobs and vacancies in each industry i, the rate of a sector
    is sum(v_i) / sum(v_i / s_i).
    """
    declared = declarations()["national_vacancies"]
    found, fetched = ask(declared, [])
    there = found.filter(~lacks_figure())
    both = there.filter(pl.col("ContentsCode") == "LedigeStillinger").join(
        there.filter(pl.col("ContentsCode") == "LedigeStillingerPros"),
        on=["NACE2007", "quarter"],
        suffix="_share",
    )
    both = both.filter(pl.col("value_share") > 0).with_columns(
        jobs=pl.col("value") / (pl.col("value_share") / PER_CENT)
    )
    parts = []
    for sector, industries in declared.sectors.items():
        own = both.filter(pl.col("NACE2007").is_in(list(industries)))
        # An industry that lacks a quarter would tilt the sum.
        whole = pl.col("NACE2007").n_unique().over("quarter") == len(industries)
        sums = own.filter(whole).group_by("quarter").agg(pl.col("value", "jobs").sum())
        parts.append(
            sums.select(
                pl.lit(sector).alias("sector"), "quarter",
                (pl.col("value") / pl.col("jobs")).alias("vacancy_rate"),
            )
        )  # fmt: skip
    rates = pl.concat(parts).sort("sector", "quarter")
    if rates.is_empty():
        raise MissingDataError(f"Table {declared.table} has no figures of any industry asked for.")
    report.sources.append(source_of("national_vacancies", fetched))
    return rates
