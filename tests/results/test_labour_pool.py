"""The labour pool of the sample's county."""

from pathlib import Path

import polars as pl
import pytest

from workforce import load_inputs, project
from workforce.contract.results import ROW
from workforce.inputs.labour_pool import read_labour_pool
from workforce.results.labour_pool import MUNICIPALITIES, with_labour_pool
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
HORIZON = 2


@pytest.fixture(scope="module")
def made():
    inputs = load_inputs(SAMPLE, region="90", horizon=HORIZON)
    keys = dict.fromkeys(ROW, "all") | {"year": 2028}
    numbers = dict.fromkeys(("level", "central", "lower", "upper", "agree", "persons"), 0.8)
    table = pl.DataFrame([keys | numbers], schema=ROW)
    pool = read_labour_pool(open_folder(SAMPLE), "90", base_year=2026, horizon=HORIZON)
    more = with_labour_pool(table, inputs, open_folder(SAMPLE), pool, draws=10, seed=1)
    return inputs, more.tail(more.height - table.height)


def test_nurses_wanted_are_the_need_of_the_county_in_persons_and_the_employers_plans(made):
    inputs, rows = made
    nurses = rows.filter(variable="pool_need_sum", occupation="2223")
    own = project(inputs).isel(region=0).sel(occupation="2223").sum("sector")
    each = own["supply_fte"] / own["headcount"]
    years = [2026, 2027]
    wanted = sum(
        float(own["recruitment_need"].sel(flow_year=y)) / float(each.sel(year=y)) for y in years
    )
    municipal = nurses.filter(category=MUNICIPALITIES)
    assert municipal["central"].item() == pytest.approx(wanted, rel=1e-9)
    assert municipal["lower"].item() < wanted < municipal["upper"].item()
    plans = pl.read_csv(SAMPLE / "other_employers.csv", schema_overrides={"occupation": pl.String})
    asked = plans.filter(pl.col("occupation") == "2223", pl.col("year").is_in(years))
    others = nurses.filter(pl.col("category") != MUNICIPALITIES)
    assert others["central"].sum() == pytest.approx(asked["persons"].sum())
    assert others["lower"].sum() == pytest.approx(asked["persons_low"].sum())


def test_graduates_are_those_who_complete_the_programme(made):
    inputs, rows = made
    found = rows.filter(variable="pool_supply", occupation="2223", category="graduates")
    path = inputs["graduates_path"].sel(education="nursing_bachelor")
    assert found["central"].to_list() == pytest.approx(path.values.tolist())


def test_others_hire_from_outside_work_as_much_to_each_employed(made):
    inputs, rows = made
    row = rows.filter(variable="pool_supply_sum", occupation="2223", category="outside_work")
    recruits = project(inputs)["recruits"].sel(occupation="2223", origin="outside_work")
    heads = float(inputs["staff"].sel(occupation="2223").sum())
    others = 1900 + 60 + 35  # Hospital, care company and foundation of the sample.
    expected = float(recruits.sum()) * (heads + others) / heads
    assert row["central"].item() == pytest.approx(expected)


def test_municipalities_apart_hire_those_they_take_from_one_another_too(made):
    _, rows = made
    apart = rows.filter(variable="pool_need_apart")
    together = rows.filter(variable="pool_need_sum", category=MUNICIPALITIES)
    both = apart.join(together, on="occupation", suffix="_together")
    assert both.filter(pl.col("central") < pl.col("central_together")).is_empty()


def test_where_moves_inside_the_county_are_not_known_those_who_move_change_employer(
    made, protected_sample
):
    _, rows = made
    inputs = load_inputs(protected_sample, region="90", horizon=HORIZON)
    pool = read_labour_pool(protected_sample, "90", base_year=2026, horizon=HORIZON)
    table = rows.head(1)
    public = with_labour_pool(table, inputs, protected_sample, pool, draws=10, seed=1)
    assert public.filter(variable="pool_need_apart").is_empty()
    assert not rows.filter(variable="pool_need_apart").is_empty()
    movers = public.filter(variable="pool_supply_sum", occupation="2223", category="movers")
    flows = project(inputs).isel(region=0).sel(occupation="2223").sum(["sector", "flow_year"])
    recruits = flows["recruits"].sel(origin=["other_sector", "return", "other_municipality"])
    expected = float(flows["exits"].sel(cause="left_sector") + recruits.sum())
    assert movers["central"].item() == pytest.approx(expected)


def test_only_occupations_that_ask_for_an_education_are_told_and_each_row_has_its_persons(made):
    _, rows = made
    codes = set(rows["occupation"])
    assert "2223" in codes
    assert not codes & {"5329", "5312", "9112", "1112"}
    assert rows["persons"].min() > 0
    small = rows.filter(variable="pool_need_sum", occupation="2223", category="foundation")
    assert small["persons"].item() == 35
    assert (rows["lower"] <= rows["upper"]).all()
    assert set(rows["region"]) == {"90"}
