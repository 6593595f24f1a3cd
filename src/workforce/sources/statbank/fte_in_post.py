"""FTE of care services by education, and of county councils, from the StatBank, without age."""

from collections.abc import Iterable, Sequence

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.errors import MissingDataError, ParameterError, SourceError
from workforce.sources.statbank.care_users import MARKS, lacks_figure
from workforce.sources.statbank.declared import Ask, council_declarations, declarations, newest_year
from workforce.sources.statbank.reading import source_of

UNTOLD = "0000"
"""Occupation, in STYRK-08, of those whose education is another or not known."""
ROUNDING = 1.0  # FTE by which published parts may exceed the published total.
SCHEMA = pl.Schema(
    {"region": pl.String(), "sector": pl.String(), "occupation": pl.String(), "year": pl.Int64(),
     "fte": pl.Float64()}
)  # fmt: skip


def take_care_staff(
    people: pl.DataFrame,
    kostra_figures: pl.DataFrame,
    ask: Ask,
    report: FetchReport,
) -> pl.DataFrame:
    """Take FTE by occupation; what no occupation is told for is the total less the others.

    An occupation that is hidden or missing in a year is part of those not told. A municipality
    and year without a total takes the care FTE close to users among its key figures (table
    12292), which are somewhat fewer, and says so; where they are not there either, it is left out.
    """
    declared = declarations()["fte_in_post"]
    towns = people["region"].unique().sort().to_list()
    years = people["year"].unique().to_list()
    name = "KOKutdanningoms0000"
    try:
        found, fetched = ask(declared, towns)
    except (ParameterError, SourceError) as error:
        rows = _close_to_users(kostra_figures, None)
        if rows.is_empty():
            raise
        report.notes.append(f"fte_in_post: table 12292 was used, all FTE close to users. {error}")
        return rows
    report.sources.append(source_of("fte_in_post", fetched, newest=newest_year(found)))
    found = found.filter(pl.col("year").is_in(years)).rename({name: "occupation"})
    _tell_occupations(found, declared.find[name], report)
    total = found.filter((pl.col("occupation") == "total") & ~lacks_figure())
    gaps = found.filter((pl.col("occupation") == "total") & lacks_figure())
    told = found.filter((pl.col("occupation") != "total") & ~lacks_figure())
    told = told.join(total.select("region", "year"), on=["region", "year"], how="semi")
    rest = _less(total.select("region", "year", total="value"), told)
    over = rest.filter(pl.col("fte") < -ROUNDING)
    if len(over):
        place = over.row(0, named=True)
        raise MissingDataError(
            f"Table {declared.table}: educations of {place['region']} in {place['year']} sum to "
            f"{place['value']:g} FTE, more than the total of {place['total']:g}: they overlap."
        )
    used = _close_to_users(kostra_figures, gaps.select("region", "year"))
    there = {tuple(row) for row in used.select("region", "year").iter_rows()}
    for region, year, mark in gaps.select("region", "year", "status").sort("region", "year").rows():
        instead = (
            "The FTE close to users (table 12292) were taken."
            if (region, year) in there
            else "The year was left out."
        )
        why = MARKS.get(mark, mark)
        report.notes.append(f"fte_in_post: {region} has no total in {year} ({why}). {instead}")
    report.notes.append(
        "fte_in_post: care services as Statistics Norway defines them; occupation follows the "
        "education. A stock of 31 December is that of 1 January after."
    )
    sector = pl.lit(declared.sector)
    parts = [
        told.select("region", sector.alias("sector"), "occupation", "year", fte="value"),
        rest.select(
            "region", sector.alias("sector"), pl.lit(UNTOLD).alias("occupation"), "year",
            # Published parts are rounded, and may exceed the total by as much.
            pl.col("fte").clip(lower_bound=0.0),
        ),
        used,
    ]  # fmt: skip
    return pl.concat([part.cast(dict(SCHEMA)) for part in parts]).sort(  # type: ignore[arg-type]
        "region", "year", "occupation"
    )


def _less(total: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """FTE of each total that no occupation is told for."""
    place = ["region", "year"]
    others = told.group_by(place).agg(pl.col("value").sum())
    left = pl.col("total") - pl.col("value").fill_null(0.0)
    return total.join(others, on=place, how="left").with_columns(fte=left)


def _close_to_users(kostra_figures: pl.DataFrame, where: pl.DataFrame | None) -> pl.DataFrame:
    """FTE close to users of some municipalities and years, or of all where none is named."""
    rows = kostra_figures.filter(pl.col("key_figure") == "care_fte")
    if where is not None:
        rows = rows.join(where, on=["region", "year"], how="semi")
    return rows.select("region", "sector", pl.lit(UNTOLD).alias("occupation"), "year", fte="figure")


def _tell_occupations(found: pl.DataFrame, asked: Iterable[str], report: FetchReport) -> None:
    """Note the occupations that the table does not tell apart."""
    there = set(found["occupation"].unique())
    gone = [name for name in asked if name not in there]
    if gone:
        report.notes.append(
            f"fte_in_post: the table does not tell occupations {', '.join(gone)} apart; they are "
            f"in {UNTOLD}."
        )


def take_council_staff(councils: Sequence[str], ask: Ask, report: FetchReport) -> pl.DataFrame:
    """Take FTE without long leave: those of school leaders, and all others as one."""
    declared = council_declarations()["upper_secondary_staff"]
    found, fetched = ask(declared, councils)
    report.sources.append(source_of("fte_in_post", fetched, newest=newest_year(found)))
    there = found.filter(~lacks_figure()).rename({"ContentsCode": "occupation"})
    place = ["region", "year"]
    total = there.filter(occupation="total").select(*place, total="value")
    told = there.filter(pl.col("occupation") != "total").join(total, on=place, how="semi")
    rest = _less(total, told).select(
        *place, occupation=pl.lit(UNTOLD), value=pl.col("fte").clip(lower_bound=0.0)
    )
    report.notes.append(
        "fte_in_post: upper secondary education of county councils (table 11900). Teachers are not "
        "told by what they teach, and stand with all others but leaders. A stock of the fourth "
        "quarter is that of 1 January after."
    )
    rows = pl.concat([told.select(rest.columns), rest]).select(
        "region", "occupation", "year", sector=pl.lit(declared.sector), fte="value"
    )
    return rows.select(SCHEMA.names()).cast(SCHEMA).sort("region", "year", "occupation")
