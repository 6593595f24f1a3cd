"""Flows made of what is shown: the moves of each sector, lived years, and nothing finer."""

from functools import cache

import polars as pl
import pytest
from tests.tables import read_folder

from workforce.disclosure.flow_rows import flow_rows
from workforce.disclosure.flows import (
    CAME,
    KEY,
    LEFT,
    PERIOD,
    YOUNG,
    ShownFlows,
    show_flows,
)
from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import EXITS, ORIGINS
from workforce.disclosure.stocks import ShownStaff, show_staff
from workforce.disclosure.tree import place_key
from workforce.sources.tables.files import packaged_folder

TOWNS = ["9003", "9010"]
KEYS = {region: place_key(sample_key(), region) for region in TOWNS}
NAMES = ["staff", "staff_flows", "occupations"]
SECTOR = ["region", "sector"]


@cache
def made() -> tuple[dict[str, pl.DataFrame], ShownStaff, ShownFlows, pl.DataFrame]:
    tables = read_folder(packaged_folder("sample"), NAMES)
    tables["staff_flows"] = tables["staff_flows"].with_columns(
        pl.col("flow").cast(pl.String), first=pl.col("year") // PERIOD * PERIOD
    )
    staff = show_staff(tables["staff"], KEYS)
    told = show_flows(tables["staff_flows"].drop("first"), staff, KEYS)
    return tables, staff, told, flow_rows(told, staff, tables["occupations"])


def persons(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    return rows.group_by(by).agg(pl.col("persons").sum()).sort(by)


def test_moves_told_of_a_sector_are_within_four_of_the_truth_by_cause_origin_and_age():
    tables, _, told, _ = made()
    young = pl.when(pl.col("age") < YOUNG).then(pl.lit(CAME[0])).otherwise(pl.lit(CAME[1]))
    way = pl.when(pl.col("flow").is_in(EXITS)).then(pl.lit(LEFT)).otherwise(young)
    true = tables["staff_flows"]
    both_ways = pl.concat([persons(true, *KEY, "flow"),
                           persons(true.with_columns(flow=way), *KEY, "flow")])  # fmt: skip
    both = persons(told.moves, *KEY, "flow").join(both_ways, on=[*KEY, "flow"], suffix="_true")
    assert set(both["flow"]) == {*EXITS, *ORIGINS, LEFT, *CAME}
    assert (both["persons"] - both["persons_true"]).abs().max() < 5
    posts = told.moves.filter(pl.col("post") != "")
    by_post = persons(true.with_columns(flow=way, post=pl.col("occupation")), *KEY, "post", "flow")
    both = posts.join(by_post, on=[*KEY, "post", "flow"], suffix="_true")
    assert both.height == posts.height > 10
    assert (both["persons"] - both["persons_true"]).abs().max() < 5


def test_periods_are_told_when_they_are_over_and_no_year_is_told_twice():
    tables, staff, told, _ = made()
    assert set(told.moves["first"]) == {2019, 2022}
    short = tables["staff_flows"].drop("first").filter(pl.col("year") > 2022)
    late = show_flows(short, staff, KEYS).moves.select("first", "years").unique()
    assert late.rows() == [(2023, 2)]
    gap = tables["staff_flows"].drop("first").filter(pl.col("year") != 2020)
    assert set(show_flows(gap, staff, KEYS).moves["first"]) == {2022}


def test_sectors_of_few_are_not_told():
    _, staff, told, _ = made()
    stock = staff.sectors.rename({"year": "first"})
    assert told.moves.select(KEY).unique().join(stock, on=KEY)["persons"].min() >= 20


def test_as_many_come_as_the_stocks_shown_ask_for_so_that_roundings_do_not_add_up():
    _, staff, _, rows = made()
    moved = persons(rows.with_columns(out=pl.col("flow").is_in(EXITS)), *SECTOR, "out")
    net = moved.group_by(SECTOR).agg(
        net=pl.when(pl.col("out")).then(-pl.col("persons")).otherwise(pl.col("persons")).sum()
    )
    first, last = (
        staff.sectors.filter(pl.col("year") == year).drop("year") for year in (2019, 2026)
    )
    both = net.join(first, on=SECTOR).join(last, on=SECTOR, suffix="_last")
    grown = both["persons_last"] - both["persons"]
    assert both.height > 5
    assert both["net"].to_list() == pytest.approx(grown.to_list(), abs=0.01)


def test_rows_sum_to_what_is_told_and_years_go_on_without_those_who_left():
    tables, staff, told, rows = made()
    sectors = told.moves.select(SECTOR).unique()
    true = tables["staff_flows"].join(sectors, on=SECTOR, how="semi")
    a, b = (persons(table, *SECTOR, "flow") for table in (true, rows))
    both = a.join(b, on=[*SECTOR, "flow"], how="full", coalesce=True, suffix="_made")
    both = both.with_columns(pl.col("persons", "persons_made").fill_null(0.0))
    off = (both["persons"] - both["persons_made"]).abs()
    assert (off <= 0.25 * both["persons"] + 12).all()
    assert both["persons_made"].sum() == pytest.approx(both["persons"].sum(), rel=0.04)
    cell = [*SECTOR, "occupation", "sex", "age", "year"]
    lived = rows.group_by(cell).agg(pl.col("exposure").max(), same=pl.col("exposure").n_unique())
    assert lived["same"].max() == 1
    years = true.group_by(cell).agg(pl.col("exposure").max())["exposure"].sum()
    assert lived["exposure"].sum() == pytest.approx(years, rel=0.03)
    assert lived["exposure"].sum() < staff.sectors.filter(pl.col("year") < 2026)["persons"].sum()


def test_young_ones_come_as_many_as_are_told():
    _, _, told, rows = made()
    came = rows.filter(pl.col("flow").is_in(ORIGINS))
    moves = told.moves.filter(pl.col("flow").is_in(CAME))
    young = moves.group_by(SECTOR).agg(
        told=pl.col("persons").filter(pl.col("flow") == CAME[0]).sum() / pl.col("persons").sum()
    )
    of_rows = came.group_by(SECTOR).agg(
        made=pl.col("persons").filter(pl.col("age") < YOUNG).sum() / pl.col("persons").sum()
    )
    both = young.join(of_rows, on=SECTOR)
    assert (both["told"] - both["made"]).abs().max() < 0.08


def test_a_period_that_is_not_told_has_the_exits_of_one_that_is_per_person():
    tables, staff, told, _ = made()
    one = ShownFlows(told.moves.filter(pl.col("first") < 2022), told.years)
    rows = flow_rows(one, staff, tables["occupations"])
    out = rows.filter(pl.col("flow").is_in(EXITS)).with_columns(
        first=pl.col("year") // PERIOD * PERIOD
    )
    out = persons(out, *KEY)
    assert set(out["first"]) == {2019, 2022, 2025}
    stocks = staff.sectors.filter(pl.col("year") < 2026)
    stocks = stocks.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    rate = out.join(persons(stocks, *KEY), on=KEY, suffix="_stock")
    rate = rate.with_columns(rate=pl.col("persons") / pl.col("persons_stock"))
    spread = rate.group_by(SECTOR).agg(pl.col("rate").max() - pl.col("rate").min())
    # By occupation it is the same to the digit; of the sector what it is made up of changes.
    assert spread["rate"].max() < 0.01
