"""Tables are checked against the dictionary, and every problem is told at once."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.check import check_tables
from workforce.contract.columns import nearest_code
from workforce.contract.dictionary import tables
from workforce.contract.problems import describe_problems
from workforce.contract.rows import check_rows

REGIONS = pl.DataFrame(
    {
        "region": ["0301", "4020", "40"],
        "level": ["municipality", "municipality", "county"],
        "name": ["Oslo", "Midt-Telemark", "Telemark"],
        "county": [None, "40", None],
    }
)
SECTORS = pl.DataFrame(
    {"sector": ["care", "school"], "name_nb": ["a", "b"], "name_nn": ["a", "b"]}
).with_columns(name_en="name_nb")
OCCUPATIONS = pl.DataFrame(
    {
        "occupation": ["2221", "5321"],
        "name_nb": ["Sykepleier", "Helsefagarbeider"],
        "name_nn": ["Sjukepleiar", "Helsefagarbeidar"],
        "name_en": ["Nurse", "Health care worker"],
        "group": ["care", "care"],
        "qualification": ["bachelor", "certificate"],
        "limit_group": ["65", "65"],
    }
)


def every(**labels):
    frame = pl.DataFrame({"": [0]})
    for name, values in labels.items():
        frame = frame.join(pl.DataFrame({name: list(values)}), how="cross")
    return frame.drop("")


POPULATION = every(
    region=["0301", "4020"], sex=["female", "male"], age=range(4), year=[2025, 2026]
).with_columns(persons=pl.lit(7.0))
STAFF = every(
    region=["0301"], sector=["care"], occupation=["2221", "5321"], sex=["female"], age=[40, 41]
).with_columns(year=2026, persons=4.0, fte=3.2)
FLOWS = every(
    region=["0301"], sector=["care"], occupation=["2221"], sex=["female"], age=[40, 41],
    year=[2025], flow=["retired", "other", "graduate"],
).with_columns(persons=0.5, exposure=pl.col("age").cast(pl.Float64))  # fmt: skip

SOUND = {
    "regions": REGIONS,
    "population": POPULATION,
    "sectors": SECTORS,
    "occupations": OCCUPATIONS,
    "staff": STAFF,
    "staff_flows": FLOWS,
}


def broken(table, row, column, value):
    """Put a value in one cell of the sound tables."""
    cell = pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value)).otherwise(column)
    return {**SOUND, table: SOUND[table].with_columns(cell.alias(column))}


def one_problem(found):
    problems = check_tables(found, files={name: f"{name}.csv" for name in found})
    assert len(problems) == 1, problems
    return problems[0]


def test_sound_tables_have_no_problems():
    assert check_tables(SOUND) == []


def test_negative_headcount_is_refused_with_its_row():
    problem = one_problem(broken("population", 3, "persons", -2.0))
    assert (problem.rule, problem.column, problem.rows) == ("negative", "persons", (5,))
    assert "-2" in problem.message


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_missing_or_endless_figure_is_refused_once(value):
    problem = one_problem(broken("staff", 0, "fte", value))
    assert (problem.rule, problem.column, problem.rows) == ("missing value", "fte", (2,))


def test_unknown_occupation_comes_with_the_nearest_known_code():
    problem = one_problem(broken("staff", 1, "occupation", "2222"))
    assert (problem.rule, problem.rows) == ("unknown code", (3,))
    assert "'2222' (did you mean '2221'?)" in problem.message


def test_region_that_lost_its_leading_zero_is_found_again():
    assert nearest_code("301", ["3010", "0301"]) == "0301"
    assert nearest_code(" 0301", ["0301"]) == "0301"
    assert nearest_code("zzz", ["0301"]) is None


def test_unknown_region_is_not_told_again_as_missing_rows_of_that_region():
    found = check_tables(broken("population", 0, "region", "301"))
    assert [problem.rule for problem in found] == ["unknown code", "missing rows"]
    assert found[1].count == 1
    assert "region=0301 sex=female age=0 year=2025" in found[1].message


def test_age_of_staff_beyond_the_open_group_is_out_of_bounds():
    problem = one_problem(broken("staff", 3, "age", 81))
    assert (problem.rule, problem.rows) == ("out of bounds", (5,))
    assert "between 14 and 80" in problem.message
    assert "open group" in problem.message


def test_same_cell_twice_is_refused_with_both_rows():
    doubled = pl.concat([POPULATION, POPULATION.slice(2, 1)])
    problem = one_problem({**SOUND, "population": doubled})
    assert (problem.rule, problem.count, problem.rows) == ("duplicate rows", 2, (4, 34))


def test_the_same_cell_twice_is_found_among_more_labels_than_whole_numbers_can_tell_apart():
    many, table = range(2_000), tables()["staff"]
    codes = ("region", "sector", "occupation", "sex")
    labels = {name: [str(one) for one in many] for name in codes}
    frame = pl.DataFrame({**labels, "age": many, "year": many})
    twice = pl.concat([frame, frame.slice(7, 1)])
    found = {problem.rule: problem for problem in check_rows(twice, table, file="staff")}
    assert found["duplicate rows"].rows == (9, 2_002)


def test_missing_combination_is_named():
    short = POPULATION.filter(~((pl.col("age") == 2) & (pl.col("sex") == "male")))
    problem = one_problem({**SOUND, "population": short})
    assert (problem.rule, problem.count) == ("missing rows", 4)
    assert "region=0301 sex=male age=2 year=2025" in problem.message
    assert "all with sex=male, age=2" in problem.message


def test_year_or_age_left_out_everywhere_is_a_gap():
    later = POPULATION.with_columns(pl.col("year").replace({2025: 2024}))
    problem = one_problem({**SOUND, "population": later})
    assert (problem.rule, problem.column) == ("gaps", "year")
    assert "Region 0301 lacks year 2025" in problem.message
    grown = POPULATION.filter(pl.col("age") > 0)
    problem = one_problem({**SOUND, "population": grown})
    assert (problem.rule, problem.column) == ("gaps", "age")


def test_exposure_must_be_the_same_for_every_flow_of_a_cell():
    problem = one_problem(broken("staff_flows", 1, "exposure", 39.0))
    assert (problem.column, problem.count, problem.rows) == ("exposure", 3, (2, 3, 4))
    assert "age=40" in problem.message


def test_shares_of_an_education_that_do_not_sum_to_one_are_told_with_their_sum():
    graduates = pl.DataFrame(
        {
            "education": ["nurse", "care"],
            "year": [2025, 2025],
            "intake": [10.0, 20.0],
            "completion_rate": [0.8, 0.7],
            "study_years": [3.0, 2.0],
            "entry_age_low": [22, 19],
            "entry_age_high": [30, 25],
        }
    )
    shares = pl.DataFrame(
        {
            "education": ["nurse", "nurse", "care"],
            "occupation": ["2221", "5321", "5321"],
            "share": [0.9, 0.02, 1.0],
        }
    )
    found = {**SOUND, "graduates": graduates, "education_occupations": shares}
    problem = one_problem(found)
    assert (problem.rule, problem.count, problem.rows) == ("shares do not sum to one", 1, (2, 3))
    assert "nurse sums to 0.92" in problem.message
    third = [1 / 3, 1 / 3, 1 / 3]
    sound = shares.with_columns(
        pl.Series("share", third), education=pl.lit("nurse"),
        occupation=pl.Series(["2221", "5321", "2223"]),
    )  # fmt: skip
    more = pl.concat([OCCUPATIONS, OCCUPATIONS[:1].with_columns(occupation=pl.lit("2223"))])
    assert check_tables({**found, "education_occupations": sound, "occupations": more}) == []


def test_youngest_age_above_the_oldest_is_refused():
    costs = pl.DataFrame(
        {
            "lever": ["inclusion"],
            "unit": ["persons a year"],
            "cost": [5e4],
            "least": [3.0],
            "most": [2.0],
        }
    ).with_columns(source=pl.lit("own"))
    problem = one_problem({"measure_costs": costs})
    assert (problem.column, problem.rule, problem.rows) == ("least", "above most", (2,))


def test_fte_without_persons_is_refused():
    problem = one_problem(broken("staff", 2, "persons", 0.0))
    assert (problem.rule, problem.column, problem.rows) == ("FTE without persons", "fte", (4,))


def test_code_that_means_the_sum_or_cannot_be_in_a_file_name_is_refused():
    for code in ("all", "health & care", "../x"):
        named = SECTORS.with_columns(sector=pl.Series([code, "care"]))
        problem = one_problem({"sectors": named})
        assert (problem.rule, problem.column, problem.rows) == ("not a code", "sector", (2,))


def test_group_that_means_the_sum_or_another_occupation_is_refused():
    for group in ("all", "5321"):
        named = OCCUPATIONS.with_columns(group=pl.Series([group, "care"]))
        problem = one_problem({"occupations": named})
        assert (problem.rule, problem.column, problem.rows) == ("not a group", "group", (2,))
    own = OCCUPATIONS.with_columns(group=pl.Series(["2221", "care"]))
    assert check_tables({"occupations": own}) == []


def test_misspelt_column_is_told_as_missing_and_as_unknown_with_the_right_name():
    found = check_tables({**SOUND, "staff": STAFF.rename({"persons": "perosns"})})
    assert [(problem.rule, problem.column) for problem in found] == [
        ("missing column", "persons"),
        ("unknown column", "perosns"),
    ]
    assert "Rename it to persons" in found[1].message


def test_column_of_the_wrong_kind_and_table_without_rows_or_name_are_told():
    wrong = STAFF.with_columns(pl.col("year").cast(pl.String))
    assert [p.rule for p in check_tables({**SOUND, "staff": wrong})] == ["wrong kind"]
    assert [p.rule for p in check_tables({**SOUND, "staff": STAFF.clear()})] == ["no rows"]
    problem = one_problem({**SOUND, "staf": STAFF})
    assert problem.rule == "unknown table"
    assert "'staff'" in problem.message


def test_foreign_key_is_checked_against_codes_known_from_elsewhere():
    alone = {"regions": REGIONS, "staff": STAFF}
    assert check_tables(alone) == []
    known = {("sectors", "sector"): ["school"], ("occupations", "occupation"): ["2221", "5321"]}
    found = check_tables(alone, known=known)
    assert [(problem.rule, problem.column) for problem in found] == [("unknown code", "sector")]


def test_all_problems_of_all_tables_are_in_one_message():
    found = broken("population", 3, "persons", -2.0)
    found["staff"] = STAFF.with_columns(fte=pl.lit(None, dtype=pl.Float64))
    found["occupations"] = OCCUPATIONS.with_columns(limit_group=pl.lit("67"))
    files = {"population": "population.csv", "staff": "staff.xlsx"}
    message = describe_problems(check_tables(found, files=files))
    assert message.startswith("3 problems in the tables:")
    assert "population.csv, column persons: negative (1) [WF-207]\n  row: 5" in message
    assert "staff.xlsx, column fte: missing value (4) [WF-206]\n  rows: 2, 3, 4, 5" in message
    assert "limit_group: unknown code (2)" in message


def bad_values(column):
    """Values that the dictionary does not allow in a column."""
    values = [None]
    variable = column.variable
    if column.codes or column.refers_to:
        values.append("no such code")
    if variable.dtype == "number":
        values += [float("nan"), float("-inf")]
    if variable.lower is not None:
        values.append(variable.lower - 1)
    if variable.upper is not None:
        values.append(variable.upper + 1)
    return values


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_broken_cell_anywhere_is_refused_with_file_column_and_row(data):
    table = data.draw(st.sampled_from(sorted(SOUND)))
    frame = SOUND[table]
    required = [c.name for c in tables()[table].columns if c.required]
    name = data.draw(st.sampled_from(required))
    row = data.draw(st.integers(0, frame.height - 1))
    value = data.draw(st.sampled_from(bad_values(tables()[table].column(name))))
    whole = frame.schema[name].is_integer() and value is not None
    found = broken(table, row, name, int(value) if whole else value)
    message = describe_problems(check_tables(found, files={name: f"{name}.csv" for name in found}))
    blocks = message.split("\n\n")
    told = [b for b in blocks if b.startswith(f"{table}.csv, column {name}: ")]
    assert any(f"\n  row: {row + 2}\n" in block for block in told), message


@settings(max_examples=30, deadline=None)
@given(
    regions=st.lists(st.from_regex(r"[0-9]{4}", fullmatch=True), min_size=1, unique=True),
    first=st.integers(1990, 2030),
    years=st.integers(1, 3),
    oldest=st.integers(0, 5),
    persons=st.floats(1e-6, 1e6),
)
def test_whole_population_is_accepted_and_any_row_left_out_is_missed(
    regions, first, years, oldest, persons
):
    named = pl.DataFrame({"region": regions, "name": regions}).with_columns(
        level=pl.lit("municipality")
    )
    population = every(
        region=regions, sex=["female", "male"], age=range(oldest + 1),
        year=range(first, first + years),
    ).with_columns(persons=pl.lit(persons))  # fmt: skip
    assert check_tables({"regions": named, "population": population}) == []
    if len(regions) > 1 and oldest and years > 1:
        rules = {p.rule for p in check_tables({"regions": named, "population": population[1:]})}
        assert rules == {"missing rows"}
