"""Flows made of what is shown: the moves of each sector, lived years, and nothing finer."""

from functools import cache

import polars as pl
import pytest
from tests.tables import read_folder

from workforce.disclosure.flows import KEY, PERIOD, TOLD, YEARLY, flow_rows, show_flows
from workforce.disclosure.inside import inside
from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import EXITS
from workforce.disclosure.stocks import ShownStaff, show_staff
from workforce.disclosure.tree import place_key
from workforce.sources.tables.files import packaged_folder

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


def by_period(rows: pl.DataFrame, years: int) -> pl.DataFrame:
    rows = rows.with_columns(first=pl.col("year") // years * years, years=pl.lit(years, pl.Int64))
    return rows.group_by([*TOLD, "flow"]).agg(pl.col("persons").sum())


def test_moves_told_of_a_sector_are_within_four_of_the_truth_by_cause_and_origin():
    tables, _, told, _ = made()
    true = pl.concat([by_period(tables["staff_flows"], years) for years in (1, PERIOD)])
    sums = told.group_by([*TOLD, "flow"]).agg(pl.col("persons").sum())
    both = sums.join(true, on=[*TOLD, "flow"], suffix="_true")
    assert set(both["years"]) == {1, PERIOD}
    assert (both["persons"] - both["persons_true"]).abs().max() < 5


def test_large_sectors_are_told_year_by_year_and_no_year_is_told_twice():
    _, staff, told, _ = made()
    years = told.select(TOLD).unique()
    begun = staff.sectors.rename({"year": "first"})
    yearly = years.filter(pl.col("years") == 1).with_columns(pl.col("first") // PERIOD * PERIOD)
    assert yearly.join(begun, on=KEY)["persons"].min() >= YEARLY
    whole = years.filter(pl.col("years") == PERIOD).join(begun, on=KEY)
    assert whole["persons"].max() < YEARLY
    each = years.with_columns(
        year=pl.int_ranges(pl.col("first"), pl.col("first") + pl.col("years"))
    )
    assert each.explode("year").select("region", "sector", "year").is_unique().all()


def test_rows_sum_to_what_is_told_and_years_go_on_without_those_who_left():
    tables, staff, told, rows = made()
    sectors = told.select("region", "sector").unique()
    true = tables["staff_flows"].join(sectors, on=["region", "sector"], how="semi")
    by = ["region", "sector", "flow"]
    a, b = (table.group_by(by).agg(pl.col("persons").sum()).sort(by) for table in (true, rows))
    both = a.join(b, on=by, how="full", coalesce=True, suffix="_made").fill_null(0.0)
    off = (both["persons"] - both["persons_made"]).abs()
    assert (off <= 0.25 * both["persons"] + 12).all()
    assert both["persons_made"].sum() == pytest.approx(both["persons"].sum(), rel=0.04)
    cell = [*by[:2], "occupation", "sex", "age", "year"]
    lived = rows.group_by(cell).agg(pl.col("exposure").max(), same=pl.col("exposure").n_unique())
    assert lived["same"].max() == 1
    years = true.group_by(cell).agg(pl.col("exposure").max())["exposure"].sum()
    assert lived["exposure"].sum() == pytest.approx(years, rel=0.03)
    assert lived["exposure"].sum() < staff.sectors.filter(pl.col("year") < 2026)["persons"].sum()


def test_a_period_that_is_not_told_has_the_moves_of_one_that_is_per_person():
    tables, staff, told, _ = made()
    one = told.filter(pl.col("first") < 2022)
    posts = tables["occupations"]
    rows = flow_rows(one, staff, inside(staff, posts), posts)
    out = by_period(rows, PERIOD).filter(pl.col("flow").is_in(EXITS))
    out = out.group_by(KEY).agg(pl.col("persons").sum())
    assert set(out["first"]) == {2019, 2022, 2025}
    stocks = staff.sectors.filter(pl.col("year") < 2026)
    stocks = stocks.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    stocks = stocks.group_by(KEY).agg(stock=pl.col("persons").sum())
    rate = out.join(stocks, on=KEY).with_columns(rate=pl.col("persons") / pl.col("stock"))
    untold = rate.filter(pl.col("first") > 2019)
    spread = untold.group_by("region", "sector").agg(pl.col("rate").max() - pl.col("rate").min())
    assert spread["rate"].max() < 1e-6


def test_a_period_with_a_year_missing_and_sectors_of_few_are_not_told():
    tables, staff, told, _ = made()
    short = show_flows(tables["staff_flows"].filter(pl.col("year") != 2020), staff, KEYS)
    assert 2019 not in set(short.filter(pl.col("years") == PERIOD)["first"])
    assert 2020 not in set(short["first"])
    stock = staff.sectors.rename({"year": "first"})
    least = told.select(KEY).unique().join(stock, on=KEY)["persons"].min()
    assert least >= 20
