"""Who leads, counted by hand: staff per leader, those of 55 and over, and who leaves."""

from pathlib import Path

import numpy as np
import pytest

from workforce.inputs import load_inputs
from workforce.results.leaders import leader_rows

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_staff_per_leader_is_that_of_services_whose_leaders_are_seen() -> None:
    inputs = load_inputs(SAMPLE, region="9006", horizon=1)
    staff = inputs["staff"] * 0.0
    aged = {"sex": "female", "working_age": 60, "region": "9006"}
    young = aged | {"working_age": 40}
    for sector, occupation, age, persons in (
        ("administration", "1112", aged, 2.0),
        ("administration", "1112", young, 3.0),
        ("administration", "4110", young, 20.0),
        ("health_care", "2223", young, 100.0),
    ):
        staff.loc[age | {"sector": sector, "occupation": occupation}] = persons
    rate = inputs["exit_rate"] * 0.0
    rate.loc[{"cause": "left_sector", "working_age": 60}] = -np.log(0.5)
    rows = leader_rows(inputs.assign(staff=staff, exit_rate=rate), "baseline")
    found = {row["variable"]: row["central"] for row in rows.filter(sector="all").to_dicts()}
    assert found == pytest.approx(
        {"leaders": 5.0, "leaders_aged": 2.0, "leaders_leaving": 1.0, "staff_per_leader": 4.0}
    )
    assert rows.filter(sector="health_care").is_empty(), "nobody is seen to lead there"


def test_without_staff_or_leaders_there_are_no_rows() -> None:
    inputs = load_inputs(SAMPLE, region="9006", horizon=1)
    assert leader_rows(inputs.drop_vars("staff"), "baseline").is_empty()
    nobody = inputs.assign(staff=inputs["staff"] * 0.0)
    assert leader_rows(nobody, "baseline").is_empty()
