"""What the tables of a folder must be to one another, and what of them is not used, is told."""

import polars as pl
import pytest

from workforce.contract.between_tables import base_year_of, check_between, notes_between

REGIONS = pl.DataFrame(
    {
        "region": ["90", "9001", "9002"],
        "level": ["county", "municipality", "municipality"],
        "county": [None, "90", "90"],
        "comparison_group": pl.Series([None] * 3, dtype=pl.String),
    }
)
PEOPLE = pl.DataFrame(
    {"region": ["9001", "9002"] * 2, "age": [0, 0, 100, 100], "year": 2026, "persons": 5.0}
)
STAFF = pl.DataFrame(
    {
        "region": ["9001", "9002"], "sector": "care", "occupation": ["2221", "5321"],
        "year": 2026, "persons": 3.0,
    }
)  # fmt: skip
FLOWS = pl.DataFrame(
    {
        "region": "9001", "sector": "care", "occupation": ["2221", "2224", "2224"],
        "flow": ["retired", "retired", "graduate"], "persons": [1.0, 2.0, 3.0],
        "exposure": [9.0, 4.0, 0.0],
    }
)  # fmt: skip
SHARES = pl.DataFrame(
    {"region": ["9001", "9001"], "sector": "care", "year": [2024, 2026], "share": [0.0, 0.8]}
)
SOUND = {
    "regions": REGIONS,
    "population": PEOPLE,
    "staff": STAFF,
    "staff_flows": FLOWS.head(1),
    "service_share": SHARES,
}


def told(**changed):
    found = check_between(SOUND | changed, files={})
    return [(p.table, p.column, p.rows, f"{p.rule}: {p.message}") for p in found]


def test_sound_tables_agree_and_nothing_of_them_is_left_out():
    assert told() == []
    assert notes_between(SOUND) == ()


@pytest.mark.parametrize(
    ("changed", "table", "rows", "words"),
    [
        ({"regions": REGIONS.head(1)}, "regions", (), "There is no municipality"),
        (
            {"population": PEOPLE.filter(pl.col("region") == "9001")},
            "regions", (4,), "no rows of 9002",
        ),
        (
            {"staff": STAFF.with_columns(year=pl.lit(2023))},
            "staff", (), "staff has 2023, population 2026",
        ),
        (
            {"service_share": SHARES.head(1)},
            "service_share", (2,), "nothing of the service",
        ),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_together_are_refused_with_the_row(changed, table, rows, words):
    ((where, _, found, message),) = told(**changed)
    assert (where, found) == (table, rows)
    assert words in message


def test_a_county_without_municipalities_is_named():
    regions = REGIONS.with_columns(county=pl.lit(None, pl.String))
    (note,) = notes_between(SOUND | {"regions": regions})
    assert "no municipality belongs to 90 (county)" in note


def test_flows_of_an_occupation_that_nobody_holds_are_named_with_what_is_left_out():
    (note,) = notes_between(SOUND | {"staff_flows": FLOWS})
    assert "2224" in note
    assert "2 rows of flows (2 exits, 3 recruits) are left out" in note
    one = FLOWS[1:2].with_columns(persons=1.0)
    (note,) = notes_between(SOUND | {"staff_flows": one})
    assert "1 row of flows (1 exit, 0 recruits) is left out" in note


def test_an_exit_from_a_cell_without_person_years_is_told_and_a_recruit_is_not():
    flows = FLOWS.with_columns(exposure=0.0, occupation=pl.lit("2221"))
    (note,) = notes_between(SOUND | {"staff_flows": flows})
    assert "(rows 2, 3): half a year each" in note


def test_service_areas_without_a_count_of_unfilled_posts_are_named_beside_those_that_have_one():
    staff = pl.concat([STAFF, STAFF.with_columns(sector=pl.lit("school"))])
    post = {"occupation": ["2221"], "year": [2026], "line": ["unfilled"], "fte": [0.0]}
    counted = pl.DataFrame({"region": ["9001"], "sector": ["care"], **post})
    (note,) = notes_between(SOUND | {"staff": staff, "shortage": counted})
    assert "on 1 January 2026 for school in 9001: unfilled" in note
    school = counted.with_columns(sector=pl.lit("school"))
    both = pl.concat([counted, school])
    assert notes_between(SOUND | {"staff": staff, "shortage": both}) == ()


def test_places_without_staff_are_named_where_others_have_some():
    (note,) = notes_between(SOUND | {"staff": STAFF.head(1)})
    assert "nobody on 1 January 2026 in 9002" in note


def test_an_open_group_under_100_is_told():
    people = PEOPLE.with_columns(pl.col("age").clip(upper_bound=90))
    (note,) = notes_between(SOUND | {"population": people})
    assert "population: the oldest age is 90" in note


@pytest.mark.parametrize(("staff", "words"), [(2027, "Add the population of 2027"),
                                              (2025, "Add the staff of 2026")])  # fmt: skip
def test_the_year_results_begin_in_is_told_where_tables_end_in_different_years(staff, words):
    people = pl.concat([PEOPLE.with_columns(year=pl.lit(year)) for year in (2025, 2026)])
    hired = pl.concat([STAFF.with_columns(year=pl.lit(year)) for year in (2025, 2026, staff)])
    hired = hired.filter(pl.col("year") <= staff)
    frames = SOUND | {"population": people, "staff": hired}
    (note,) = notes_between(frames)
    assert f"results begin on 1 January {base_year_of(frames)}" in note
    assert words in note


def test_tables_that_are_not_whole_are_passed_over():
    assert check_between({"regions": REGIONS.select("region")}, files={}) == []
    assert notes_between({"population": PEOPLE.select("persons"), "staff": STAFF}) == ()
