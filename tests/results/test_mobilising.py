"""Measures in KS's order, one after another."""

import xarray as xr

from workforce.contract.results import ROW
from workforce.results.mobilising import effect_rows, one_after_another, plan_measures

OWN = {
    "mine": {
        "title": {"nb": "a", "nn": "b", "en": "c"},
        "measures": [
            {"lever": "recruitment", "options": {"percent": 5}, "owner": {"nb": "HR"}},
            {"lever": "productivity", "options": {"percent": 2, "sectors": ["health_care"]}},
            {"lever": "absence", "options": {"points": -0.5}, "deadline": "2028-12-31"},
        ],
    }
}


def test_measures_come_in_the_order_of_ks_and_keep_owner_and_deadline() -> None:
    plan = plan_measures("mine", OWN)
    assert [one.kind for one in plan] == ["mobilise", "develop", "recruit"]
    assert [one.name for one in plan] == ["1_absence", "2_productivity", "3_recruitment"]
    assert plan[0].deadline == "2028-12-31"
    assert plan[2].owner == {"nb": "HR"}
    assert plan[1].sectors == ("health_care",)


def test_each_measure_is_added_to_those_before_it() -> None:
    chosen = one_after_another(plan_measures("mine", OWN))
    assert list(chosen) == ["after_1", "after_2"]
    assert [len(steps) for steps in chosen.values()] == [1, 2]


def test_a_packaged_scenario_has_measures_without_owner() -> None:
    plan = plan_measures("later_retirement", {})
    assert [one.step for one in plan] == [{"lever": "retirement_age", "years": 1}]
    assert plan[0].owner is None
    assert one_after_another(plan_measures("baseline", {})) == {}


def test_without_staff_there_is_no_shortage_to_split() -> None:
    rows = effect_rows(xr.Dataset(), "baseline", [], draws=20, seed=1)
    assert rows.is_empty()
    assert rows.schema == ROW
