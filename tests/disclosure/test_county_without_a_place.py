"""A county page with twelve municipalities and one with eleven, as when one delivers late."""

from functools import cache

import polars as pl
import pytest
from tests.disclosure.finished import finished, table_of
from tests.reports.read_back import Read, number_of
from tests.tables import read_folder

from workforce.contract.figures import Figures
from workforce.disclosure.stocks import band_of
from workforce.sources.tables.files import packaged_folder

LATE, COUNTY = "9012", "90"
YEAR = 2026
BANDS = {"Under 35 years": "under_35", "35–54 years": "35_54", "55–61 years": "55_61",
         "62 years and over": "62_plus"}  # fmt: skip


@cache
def true() -> dict[str, pl.DataFrame]:
    names = ["regions", "population", "sectors", "occupations", "staff"]
    return read_folder(packaged_folder("sample"), names)


@cache
def page(*, late: bool, public: bool) -> tuple[Read, Figures]:
    """The county's finished page on ageing, and the figures that are handed on with it."""
    tables = {
        name: table.filter(pl.col("region") != LATE)
        if late and "region" in table.columns
        else table
        for name, table in true().items()
    }
    return finished("ageing", COUNTY, tables, public=public)


def printed(read: Read) -> pl.DataFrame:
    """Persons by service area and band of age, as they stand in the page's table."""
    head, *rows = table_of(read, *BANDS).table
    codes = dict(true()["sectors"].select("name_en", "sector").iter_rows())
    cells = [
        (codes[row[0]], band, number_of(row[head.index(name)], "en")[0])
        for row in rows if row[0] in codes for name, band in BANDS.items()
    ]  # fmt: skip
    return pl.DataFrame(cells, ["sector", "age_group", "told"], orient="row")


def handed_on(figures: Figures) -> pl.DataFrame:
    """Persons by service area and occupation, as they stand in the page's figures."""
    rows = figures.table.filter(variable="headcount", year=YEAR, scenario="baseline", region=COUNTY)
    rows = rows.filter(pl.col("sector") != "all", pl.col("occupation") != "all")
    return rows.select("sector", "occupation", told="central")


CELLS = {"printed": ["sector", "age_group"], "handed on": ["sector", "occupation"]}


def difference(name: str, *, public: bool) -> pl.DataFrame:
    """The county with all less the county without the late place, by cell of its base year."""
    (all_read, all_figures), (read, figures) = (page(late=late, public=public)
                                                for late in (False, True))  # fmt: skip
    if name == "printed":
        whole, eleven = printed(all_read), printed(read)
    else:
        whole, eleven = handed_on(all_figures), handed_on(figures)
    both = whole.join(eleven, on=CELLS[name], how="left", suffix="_late")
    return both.with_columns(pl.col("told") - pl.col("told_late").fill_null(0.0))


def counted(name: str) -> pl.DataFrame:
    """True counts of the late place in the same cells."""
    here = true()["staff"].filter((pl.col("region") == LATE) & (pl.col("year") == YEAR))
    here = here.with_columns(age_group=band_of())
    return here.group_by(CELLS[name]).agg(true=pl.col("persons").sum())


@pytest.mark.parametrize("name", CELLS)
def test_a_county_page_less_the_one_before_a_place_delivered_tells_what_the_place_shows(name):
    told = difference(name, public=True)
    few = counted(name).filter(pl.col("true").is_between(1, 4)).join(told, on=CELLS[name])
    assert few.height > 10
    # Nothing but multiples of five, of which none is the count itself.
    assert (told["told"] - (told["told"] / 5.0).round() * 5.0).abs().max() < 0.01
    assert ((few["told"] - few["true"]).abs() < 0.5).sum() == 0


@pytest.mark.parametrize("name", CELLS)
def test_internal_pages_of_a_county_would_give_the_late_place_away(name):
    """The attack finds every small count where people are not protected."""
    told = difference(name, public=False).join(counted(name), on=CELLS[name])
    few = told.filter(pl.col("true").is_between(1, 4))
    assert few.height > 10
    assert (few["told"] - few["true"]).abs().max() < 1e-6
