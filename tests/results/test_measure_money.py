"""Money of measures as rows: what is known, whose wages, and where the costs come from."""

from pathlib import Path

import pytest

from workforce.contract.results import require_declared
from workforce.inputs import load_inputs
from workforce.results.measure_money import cost_sources, money_rows, wage_basis
from workforce.results.mobilising import plan_measures
from workforce.scenarios.money import measure_money

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
OWN = {
    "mine": {
        "measures": [
            {"lever": "absence", "options": {"points": -0.5}},
            {"lever": "turnover", "source": {"nb": "Budsjett"},
             "options": {"points": -1, "cost": 10}},
            {"lever": "staffing_standard", "options": {"percent": -1}},
        ]
    }
}  # fmt: skip
PLAN = plan_measures("mine", OWN)


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9012", horizon=2)


def test_what_is_known_of_the_money_has_a_row_and_what_is_not_has_none(inputs) -> None:
    rows = money_rows(inputs, "mine", PLAN, missing=10.0)
    require_declared(rows)
    money = rows.filter(variable="measure_money")
    found = measure_money(inputs, {one.name: [one.step] for one in PLAN}, year=2028)
    for one in PLAN[:2]:
        price = money.filter(category=one.name, detail="price")["central"].item()
        assert price == pytest.approx(float(found["price"].sel(measure=one.name)))
    untold = money.filter(category=PLAN[2].name)
    assert set(untold["detail"]) >= {"wages", "bought"}
    assert not {"running", "price", "net"} & set(untold["detail"])
    prices = dict(rows.filter(variable="gap_money").select("category", "central").iter_rows())
    assert 10 * 600_000 < prices["own"] < 10 * 1_100_000
    share = rows.filter(variable="gap_bought_share")["central"].item()
    dearer = prices["bought"] / (share * prices["own"])
    assert 1.9 < dearer < 2.1, "half at 2.5 times own staff, half at 1.75 times pay without pension"


def test_where_nobody_counted_what_is_bought_there_is_no_net_of_those_not_recruited() -> None:
    council = load_inputs(SAMPLE, region="9000", horizon=2)
    more = {"lever": "recruitment", "options": {"percent": 30}}
    plan = plan_measures("mine", {"mine": {"measures": [more]}})
    money = money_rows(council, "mine", plan).filter(variable="measure_money")
    hiring = dict(money.filter(category="hiring").select("detail", "central").iter_rows())
    assert hiring["price"] < 0.0
    assert "net" not in set(money["detail"])


def test_where_a_cost_comes_from_is_told_by_lever_and_by_measure(inputs) -> None:
    sources = cost_sources(inputs, PLAN)
    assert sources["1_absence"] == sources["absence"]
    assert "fictional" in sources["absence"]
    assert sources["2_turnover"] == "Budsjett"
    assert "3_staffing_standard" not in sources
    assert wage_basis(inputs) == "national"


def test_wages_of_occupations_that_a_place_has_nobody_in_tell_nothing_of_its_money(inputs) -> None:
    some = inputs.isel(occupation=slice(0, 3))
    assert wage_basis(some) == "national"
