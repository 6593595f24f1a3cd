"""Rows that break no bound and no key, and yet cannot mean what they say, are told by the check."""

import polars as pl
import pytest

from workforce.contract.check import check_tables
from workforce.contract.dictionary import tables
from workforce.scenarios.levers.registry import LEVERS

PEOPLE = pl.DataFrame(
    {
        "region": ["1", "1", "2", "2"] * 2,
        "sex": ["female", "male"] * 4,
        "age": [0] * 8,
        "year": [2025] * 4 + [2026] * 4,
        "persons": [4.0, 5.0, 0.0, 0.0, 4.0, 5.0, 3.0, 2.0],
    }
)
DEATHS = pl.DataFrame(
    {
        "rate": "mortality",
        "region": "1",
        "sex": ["female", "female", "male", "male"],
        "age": [0, 5, 0, 5],
        "year": 2025,
        "value": [0.01, 0.02, 0.01, 0.02],
    }
)
NORMS = pl.DataFrame(
    {
        "sector": "kindergarten",
        "occupation": ["2342", "2342", "5311"],
        "age_from": [0, 3, 0],
        "age_to": [2, 5, 5],
        "kind": ["per_user", "per_user", "per_user_in_all"],
        "ratio": [7.0, 14.0, 3.0],
        "unit": "users",
        "user_hours": [None, None, 900.0],
        "fte_hours": [None, None, 741.0],
    }
)
TRAINING = pl.DataFrame(
    {
        "occupation": "5321", "occupation_to": "2221", "weeks": 100.0, "cost": 0.0, "places": 1.0,
        "feasible": [1], "study_pace": 0.5, "study_share": 0.5, "backfill_price": None,
    }
)  # fmt: skip
SHARING = pl.DataFrame(
    {
        "occupation": "5321", "occupation_to": "2221", "share": [0.1], "output_ratio": 1.0,
        "source": "Assumed",
    }
)  # fmt: skip
MOVES = pl.DataFrame(
    {"occupation": "5321", "occupation_to": "2221", "year": [2025], "persons": 1.0, "exposure": 9.0}
)
ASKED = pl.DataFrame(
    {
        "sector": "care", "occupation": "2221", "competence": ["icu"], "share": 0.5,
        "least_holders": 2.0,
    }
)  # fmt: skip
COSTS = pl.DataFrame(
    {
        "lever": ["absence"], "unit": LEVERS["absence"].cost_unit, "cost": 5e4, "least": -1.0,
        "most": 0.0, "source": "Assumed", "investment": 1e6,
    }
)  # fmt: skip
PLANS = pl.DataFrame(
    {
        "region": "1", "employer": "trust", "occupation": "2221", "year": [2026], "name": "Trust",
        "employer_kind": "hospital_trust", "persons": 40.0, "persons_low": 30.0,
        "persons_high": 50.0, "employed": 400.0, "source": "Plan",
    }
)  # fmt: skip
SOUND = {
    "vital_rates": DEATHS,
    "staffing_norms": NORMS,
    "training": TRAINING,
    "task_sharing": SHARING,
    "mobility": MOVES,
    "competence_requirement": ASKED,
    "measure_costs": COSTS,
    "other_employers": PLANS,
}


def change(name, at=0, **values):
    """Write other values in one row of a sound table."""
    here = pl.int_range(pl.len()) == at
    return SOUND[name].with_columns(
        pl.when(here).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        for column, value in values.items()
    )


def told(name, frame):
    return [
        (problem.column, problem.rows, f"{problem.rule}: {problem.message}")
        for problem in check_tables({name: frame})
    ]


def test_the_tables_mean_something_before_a_row_is_changed():
    for name, frame in SOUND.items():
        assert told(name, frame) == [], name
        assert set(frame.columns) == {column.name for column in tables()[name].columns}


def test_a_place_and_year_of_nobody_is_refused_and_the_year_goes_for_all_places():
    ((column, rows, message),) = told("population", PEOPLE)
    assert (column, rows) == ("persons", (4, 5))
    assert "region=2 year=2025: nobody lives there" in message
    assert "A year goes for all places" in message


def test_a_year_that_a_place_lacks_goes_for_all_places_and_is_not_filled_with_zeros():
    later = PEOPLE.filter((pl.col("region") == "1") | (pl.col("year") == 2026))
    ((_, _, message),) = told("population", later)
    assert "A year goes for all places" in message
    assert "write 0" not in message


def test_one_row_that_is_not_there_is_still_asked_for_with_a_zero():
    later = PEOPLE.filter((pl.col("region") == "1") | (pl.col("year") == 2026))
    ((_, _, message),) = told("population", later.head(-1))
    assert "write 0 where there is nobody" in message


@pytest.mark.parametrize(
    ("name", "row", "values", "column", "words"),
    [
        ("vital_rates", 1, {"value": -0.1}, "value", "cannot be below 0"),
        ("vital_rates", 1, {"value": 0.0}, "value", "must be above 0"),
        ("vital_rates", 1, {"age": 6}, "value", "every combination"),
        ("staffing_norms", 0, {"ratio": 0.0}, "ratio", "leave out what has no norm"),
        ("staffing_norms", 1, {"age_to": 2}, "age_to", "swap them"),
        ("staffing_norms", 1, {"age_from": 2}, "age_from", "an age has two ratios"),
        ("staffing_norms", 1, {"kind": "per_unit"}, "kind", "Give one kind"),
        ("staffing_norms", 2, {"fte_hours": None}, "user_hours", "both, or neither"),
        ("staffing_norms", 2, {"fte_hours": 0.0}, "fte_hours", "hours with users"),
        ("training", 0, {"occupation_to": "5321"}, "feasible", "remove the row"),
        ("training", 0, {"study_pace": 0.0}, "study_pace", "above 0"),
        ("task_sharing", 0, {"occupation_to": "5321"}, "occupation_to", "remove the row"),
        ("task_sharing", 0, {"output_ratio": 0.0}, "output_ratio", "above 0"),
        ("mobility", 0, {"exposure": 0.0}, "exposure", "person-years"),
        ("competence_requirement", 0, {"least_holders": 1.5}, "least_holders", "whole number"),
        ("competence_requirement", 0, {"least_holders": 51.0}, "least_holders", "between 0 and 50"),
        ("measure_costs", 0, {"lever": "abcence"}, "lever", "no such lever"),
        ("measure_costs", 0, {"unit": "day"}, "unit", LEVERS["absence"].cost_unit),
        ("other_employers", 0, {"persons": 20.0}, "persons_low", "correct one"),
        ("other_employers", 0, {"persons": 60.0}, "persons", "correct one"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_column_and_what_to_do(
    name, row, values, column, words
):
    found = told(name, change(name, row, **values))
    assert any(
        where == column and row + 2 in rows and words in text for where, rows, text in found
    ), found


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (DEATHS.filter(pl.col("sex") == "male"), "both sexes"),
        (DEATHS.filter(pl.col("age") == 0), "by age from 0"),
        (DEATHS.with_columns(age=pl.col("age") + 5), "by age from 0"),
        (DEATHS.head(3), "every combination"),
        (DEATHS.with_columns(rate=pl.lit("fertility")), "births per woman"),
    ],
)
def test_vital_rates_that_cannot_be_laid_out_are_refused(frame, words):
    assert any(words in text for _, _, text in told("vital_rates", frame))


def test_two_occupations_cannot_both_make_up_what_the_others_leave():
    frame = NORMS.with_columns(kind=pl.lit("per_user_in_all"))
    ((_, rows, message),) = told("staffing_norms", frame)
    assert rows == (2, 3, 4)
    assert "sector=kindergarten" in message


def test_the_units_of_cost_are_those_of_the_levers():
    frame = pl.concat(
        [
            COSTS.with_columns(lever=pl.lit(name), unit=pl.lit(lever.cost_unit))
            for name, lever in LEVERS.items()
            if lever.cost_unit
        ]
    )
    assert told("measure_costs", frame) == []
    ((_, _, message),) = told("measure_costs", COSTS.with_columns(lever=pl.lit("x")))
    assert all(name in message for name, lever in LEVERS.items() if lever.cost_unit)


def test_inhabitants_of_one_sex_alone_are_refused():
    ((column, rows, message),) = told("population", PEOPLE.filter(sex="female", region="1"))
    assert (column, rows) == ("sex", (2, 3))
    assert "both sexes" in message
