"""FTE in upper secondary education of county councils from the StatBank, without age."""

from collections.abc import Sequence

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.sources.statbank.care_staff import SCHEMA, UNTOLD
from workforce.sources.statbank.care_users import lacks_figure
from workforce.sources.statbank.declared import Ask, council_declarations, newest_year
from workforce.sources.statbank.fetched_record import source_of


def take_council_staff(councils: Sequence[str], ask: Ask, report: FetchReport) -> pl.DataFrame:
    """Take FTE without long leave: those of school leaders, and all others as one.

    A county council and year without a total is left out, and so is what leaders it has.
    """
    declared = council_declarations()["upper_secondary_staff"]
    found, fetched = ask(declared, councils)
    report.sources.append(source_of("fte_in_post", fetched, newest=newest_year(found)))
    there = found.filter(~lacks_figure()).rename({"ContentsCode": "occupation"})
    place = ["region", "year"]
    total = there.filter(occupation="total").select(*place, total="value")
    told = there.filter(pl.col("occupation") != "total").join(total, on=place, how="semi")
    others = told.group_by(place).agg(pl.col("value").sum())
    rest = total.join(others, on=place, how="left").select(
        *place,
        occupation=pl.lit(UNTOLD),
        value=(pl.col("total") - pl.col("value").fill_null(0.0)).clip(lower_bound=0.0),
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
