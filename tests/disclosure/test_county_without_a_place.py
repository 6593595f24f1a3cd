"""A county page with twelve municipalities and one with eleven, as when one delivers late."""

from functools import cache

import polars as pl
import pytest
import xarray as xr
from tests.tables import read_folder

from workforce import load_inputs, simulate
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.disclosure.stocks import band_of
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import folder_of

LATE, COUNTY = "9012", "90"
YEAR = 2026


@cache
def true() -> dict[str, pl.DataFrame]:
    names = ["regions", "population", "sectors", "occupations", "staff"]
    return read_folder(packaged_folder("sample"), names)


@cache
def results(*, late: bool, public: bool = True) -> xr.Dataset:
    """Staff of the county's page by sector, occupation and age, in the base year and after."""
    tables = {
        name: table.filter(pl.col("region") != LATE)
        if late and "region" in table.columns
        else table
        for name, table in true().items()
    }
    folder = folder_of(tables)
    if public:
        folder = protect(folder, Rounding(), key=sample_key())
    inputs = load_inputs(folder, region=COUNTY, horizon=1)
    names = ["headcount", "headcount_by_age"]
    return simulate(inputs, ["baseline"], draws=20, seed=1, variables=names)


CELLS = {"headcount": ["sector", "occupation"], "headcount_by_age": ["sector", "age_group"]}


def difference(name: str, *, public: bool) -> pl.DataFrame:
    """The county with all less the county without the late place, by cell of its base year."""
    where = {"scenario": "baseline", "bound": "central", "year": YEAR, "region": COUNTY}
    whole, eleven = (
        results(late=late, public=public)[name].isel(level=0).sel(where) for late in (False, True)
    )
    off = whole - eleven.reindex_like(whole, fill_value=0.0)
    rows = off.to_dataframe("told", dim_order=CELLS[name]).reset_index()[[*CELLS[name], "told"]]
    table = pl.DataFrame(rows.to_dict("list"))
    return table.filter(pl.all_horizontal(pl.col(CELLS[name]) != "all"))


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
