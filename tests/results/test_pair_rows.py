"""Shared tasks and retraining as rows of results: by their limits, and alike what they rest on."""

from pathlib import Path

import polars as pl
import pytest
import xarray as xr

import workforce as wf
from workforce.contract.results import ROW
from workforce.errors import ParameterError
from workforce.results.pair_rows import BUDGETS, _plan, _terms, pair_rows
from workforce.scenarios.learning_paths import learning_steps
from workforce.scenarios.scenario import apply_scenario
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    """The county, where health care workers and office clerks come to have time to spare."""
    more = {"lever": "recruitment", "percent": 90, "occupations": ["5321", "4110"]}
    found: xr.Dataset = apply_scenario(wf.load_inputs(SAMPLE, region="90", horizon=10), [more])
    return found


@pytest.fixture(scope="module")
def rows(inputs: xr.Dataset) -> pl.DataFrame:
    return pair_rows(inputs, open_folder(SAMPLE), sector="all", scenario="baseline")


@pytest.fixture(scope="module")
def gaps(inputs: xr.Dataset) -> pl.DataFrame:
    """Shortage in the last year by sector and occupation."""
    result = wf.project(inputs)["shortage_fte"].isel(year=-1, region=0, drop=True)
    table: pl.DataFrame = pl.from_pandas(result.to_dataframe(name="gap").reset_index())
    return table.select("sector", "occupation", "gap")


def test_tasks_moved_stay_within_the_shortage_and_the_time_to_spare(rows, gaps):
    pairs = rows.filter(dimension="sharing_pair").rename({"category": "other", "detail": "limit"})
    assert len(pairs) > 0
    moved = pairs.filter(variable="tasks_moved").join(gaps, on=["sector", "occupation"])
    given = moved.group_by("sector", "occupation").agg(pl.col("central").sum(), gap=pl.first("gap"))
    assert (given["central"] <= given["gap"] + 1e-6).all()
    taken = pairs.filter(variable="tasks_taken").join(
        gaps, left_on=["sector", "other"], right_on=["sector", "occupation"]
    )
    spent = taken.group_by("sector", "other").agg(pl.col("central").sum(), gap=pl.first("gap"))
    assert (spent["central"] <= -spent["gap"] + 1e-6).all()
    assert set(pairs["limit"]) <= {"tasks", "shortage", "capacity"}


def test_less_money_retrains_fewer_and_never_costs_more_than_there_is(rows):
    plans = rows.filter(dimension="reskilling_pair").with_columns(
        part=pl.col("detail").cast(pl.Int64)
    )
    cost = dict(
        plans.filter(variable="reskilled_cost").group_by("part").agg(pl.sum("central")).iter_rows()
    )
    persons = dict(
        plans.filter(variable="reskilled_persons")
        .group_by("part")
        .agg(pl.sum("central"))
        .iter_rows()
    )
    assert 0 < persons[25] <= persons[50] < persons[100]
    for part in BUDGETS:
        assert cost[round(part * 100)] <= part * cost[100] + 1e-6
    counts = plans.filter(variable="reskilled_persons")["central"]
    assert (counts == counts.round()).all()


def test_the_rows_are_those_of_a_results_table(rows):
    assert rows.schema == ROW
    assert set(rows["unit"]) == {"FTE", "persons", "NOK", "weeks"}
    assert rows["persons"].min() >= 1
    assert set(rows["year"]) == {2036}


def test_a_sector_has_retraining_within_itself_and_a_wrong_one_is_named(inputs):
    one = pair_rows(inputs, open_folder(SAMPLE), sector="health_care", scenario="baseline")
    assert set(one.filter(dimension="reskilling_pair")["sector"]) == {"health_care"}
    with pytest.raises(ParameterError, match="health_care"):
        pair_rows(inputs, open_folder(SAMPLE), sector="healthcare", scenario="baseline")


def test_a_place_that_lacks_occupations_of_the_tables_has_pairs_of_its_own():
    small = wf.load_inputs(SAMPLE, region="9012", horizon=3)
    rows = pair_rows(small, open_folder(SAMPLE), sector="all", scenario="baseline")
    own = set(wf.project(small)["occupation"].values.astype(str)) | {"all"}
    assert set(rows["occupation"]) <= own


SPARE = {"2142": 2.5, "2341": 49.5, "2352": 27.9, "2422": 35.2, "3412": 10.9, "4110": 12.4,
         "5311": 34.6, "5312": 23.0}  # fmt: skip
SHORT = {"2211": 29.2, "2223": 358.1, "2224": 104.9, "2264": 31.6, "2267": 34.4, "2342": 69.4,
         "2422": 107.2, "2635": 8.4, "3112": 11.0, "3412": 94.1, "4110": 28.4, "5153": 7.5,
         "5311": 103.8, "5321": 470.9, "5329": 487.2, "5411": 35.8, "9112": 10.8}  # fmt: skip


def test_a_county_with_surplus_and_shortage_in_many_occupations_has_a_plan_for_each_budget():
    codes = sorted({*SPARE, *SHORT})
    spare, short = (
        xr.DataArray([some.get(code, 0.0) for code in codes], coords={"occupation": codes})
        for some in (SPARE, SHORT)
    )
    there = pl.col("occupation").is_in(codes) & pl.col("occupation_to").is_in(codes)
    ways = learning_steps(open_folder(SAMPLE).tables["training"]).filter(there)
    rows = _plan((spare, short), _terms(ways, codes), ("90", "all"))
    budgets = {row["detail"] for row in rows if row["variable"] == "reskilled_persons"}
    assert budgets == {f"{part * 100:.0f}" for part in BUDGETS}
