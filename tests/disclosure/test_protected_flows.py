"""Flows made of what is shown: the moves of each sector, lived years, and nothing finer."""

from functools import cache

import polars as pl
import pytest

from workforce.disclosure.flows import KEY, PERIOD, flow_rows, show_flows
from workforce.disclosure.inside import inside
from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import EXITS
from workforce.disclosure.stocks import ShownStaff, show_staff
from workforce.disclosure.tree import place_key
from workforce.sources.tables.files import packaged_folder, read_folder

TOWNS = ["9003", "9010"]
KEYS = {region: place_key(sample_key(), region) for region in TOWNS}
NAMES = ["staff", "staff_flows", "occupations"]


@cache
def made() -> tuple[dict[str, pl.DataFrame], ShownStaff, pl.DataFrame, pl.DataFrame]:
    tables = read_folder(packaged_folder("sample"), NAMES)
    staff = show_staff(tables["staff"], tables["occupations"], KEYS)
    told = show_flows(tables["staff_flows"], staff, KEYS)
    posts = tables["occupations"]
    return tables, staff, told, flow_rows(told, staff, inside(staff, posts), posts)


def by_period(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    return rows.group_by([*KEY, "flow"]).agg(pl.col("persons").sum())


def test_moves_told_of_a_sector_are_within_four_of_the_truth_by_cause_and_origin():
    tables, _, told, _ = made()
    both = told.join(by_period(tables["staff_flows"]), on=[*KEY, "flow"], suffix="_true")
    assert both.height > 50
    assert (both["persons"] - both["persons_true"]).abs().max() < 5


def test_rows_sum_to_what_is_told_and_years_go_on_without_those_who_left():
    tables, staff, told, rows = made()
    both = told.join(by_period(rows), on=[*KEY, "flow"], suffix="_made")
    assert both.height == told.height
    assert (both["persons"] - both["persons_made"]).abs().max() < 1e-6
    cell = ["region", "sector", "occupation", "sex", "age", "year"]
    lived = rows.group_by(cell).agg(pl.col("exposure").max(), same=pl.col("exposure").n_unique())
    assert lived["same"].max() == 1
    true = tables["staff_flows"].filter(pl.col("region").is_in(TOWNS) & (pl.col("year") < 2025))
    sectors = told.select("region", "sector").unique()
    true = true.join(sectors, on=["region", "sector"], how="semi")
    years = true.group_by(cell).agg(pl.col("exposure").max())["exposure"].sum()
    assert lived["exposure"].sum() == pytest.approx(years, rel=0.03)
    assert lived["exposure"].sum() < staff.sectors.filter(pl.col("year") < 2025)["persons"].sum()


def test_a_period_that_is_not_told_has_the_moves_of_one_that_is_per_person():
    tables, staff, told, _ = made()
    one = told.filter(pl.col("first") == 2019)
    posts = tables["occupations"]
    rows = flow_rows(one, staff, inside(staff, posts), posts)
    out = by_period(rows).filter(pl.col("flow").is_in(EXITS))
    out = out.group_by(KEY).agg(pl.col("persons").sum())
    assert set(out["first"]) == {2019, 2022}
    stocks = staff.sectors.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    stocks = stocks.group_by(KEY).agg(stock=pl.col("persons").sum())
    rate = out.join(stocks, on=KEY).with_columns(rate=pl.col("persons") / pl.col("stock"))
    spread = rate.group_by("region", "sector").agg(pl.col("rate").max() - pl.col("rate").min())
    assert spread["rate"].max() < 1e-6


def test_a_period_with_a_year_missing_and_sectors_of_few_are_not_told():
    tables, staff, told, _ = made()
    short = show_flows(tables["staff_flows"].filter(pl.col("year") != 2020), staff, KEYS)
    assert set(short["first"]) == {2022}
    stock = staff.sectors.rename({"year": "first"})
    least = told.select(KEY).unique().join(stock, on=KEY)["persons"].min()
    assert least >= 20
