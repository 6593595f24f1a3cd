"""What is borrowed, weighed by the FTE that it is about: hand-computed."""

import numpy as np
import pytest
import xarray as xr

from workforce.contract.about import About, Mark
from workforce.results.borrowing import borrowed_shares

PERSONS = [[40.0, 25.0, 0.0], [0.0, 0.0, 30.0]]
FTE = [[30.0, 20.0, 0.0], [0.0, 0.0, 30.0]]
"""By sector (care, school) and occupation (nurse, helper, teacher): 80 FTE, 95 persons."""


def inputs(*marks, weight=((0.5, 1.0, 0.0), (0.0, 0.0, 0.8))):
    posts = {"region": ["0001"], "sector": ["care", "school"],
             "occupation": ["nurse", "helper", "teacher"]}  # fmt: skip
    persons, fte = np.array([PERSONS]), np.array([FTE])
    share = np.divide(fte, persons, out=np.zeros_like(fte), where=persons > 0)
    whom = {**posts, "sex": ["female"], "working_age": [40]}
    return xr.Dataset(
        {
            "staff": (list(whom), persons[..., None, None]),
            "position_share": (list(whom), share[..., None, None]),
            "exit_weight": (list(posts), np.array([weight])),
        },
        coords=whom,
        attrs={"about": About(borrowed=marks)},
    )


def shares(*marks, **options):
    table = borrowed_shares(inputs(*marks, **options))
    return {
        (row["table"], row["kind"], row["sector"]): row["share"]
        for row in table.iter_rows(named=True)
    }


def test_rates_are_borrowed_by_what_their_weight_leaves():
    found = shares()
    # 30 FTE at a half, 20 at nothing, 30 at a fifth: 15 + 0 + 6 of 80.
    assert found == {
        ("staff_flows", "borrowed", "all"): pytest.approx(21 / 80),
        ("staff_flows", "borrowed", "care"): pytest.approx(15 / 50),
        ("staff_flows", "borrowed", "school"): pytest.approx(6 / 30),
    }


def test_a_folder_without_flows_borrows_all_of_them():
    found = shares(Mark("exit_rate", "0001", "", "x"), weight=((0.0,) * 3, (0.0,) * 3))
    assert found["staff_flows", "borrowed", "all"] == 1.0
    assert found["staff_flows", "borrowed", "school"] == 1.0


def test_a_mark_of_a_sector_counts_for_its_fte():
    found = shares(Mark("use_rate", "0001", "school", "x"))
    assert found["service_use", "borrowed", "all"] == pytest.approx(30 / 80)
    assert found["service_use", "borrowed", "school"] == 1.0
    assert ("service_use", "borrowed", "care") not in found


def test_a_part_of_a_sector_counts_by_that_part():
    found = shares(Mark("measured_shortage_partly", "0001", "care", "x", share=0.25))
    assert found["shortage", "borrowed", "all"] == pytest.approx(12.5 / 80)
    assert found["shortage", "borrowed", "care"] == pytest.approx(0.25)


def test_what_is_imputed_is_counted_apart_and_never_twice():
    found = shares(
        Mark("use_rate", "0001", "care", "x", share=0.4),
        Mark("use_rate_partly", "0001", "", "x", imputed=True),
        Mark("short_absence", "0001", "school", "x", imputed=True),
    )
    assert found["service_use", "borrowed", "all"] == pytest.approx(20 / 80)
    assert found["service_use", "imputed", "all"] == pytest.approx((0.6 * 50 + 30) / 80)
    assert found["absence", "imputed", "all"] == pytest.approx(30 / 80)
    assert ("absence", "borrowed", "all") not in found


def test_marks_of_other_places_and_of_inhabitants_do_not_count():
    found = shares(Mark("use_rate", "0002", "care", "x"), Mark("mortality", "0001", "", "x"))
    assert {table for table, _, _ in found} == {"staff_flows"}
