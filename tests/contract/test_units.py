"""Figures in another unit than their column's are refused, with both readings."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables import read_folder

from workforce.contract.check import check_tables
from workforce.contract.dictionary import tables
from workforce.contract.units import USUAL, check_fte_each, check_units

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FIGURES = sorted({usual.table for usual in USUAL} - {"national_vacancies"})


@pytest.fixture(scope="module")
def sample() -> dict[str, pl.DataFrame]:
    found = read_folder(SAMPLE, [*FIGURES, "staff"])
    return {**found, "staff": found["staff"].filter(pl.col("region").is_in(["9003", "9004"]))}


def told(name: str, frame: pl.DataFrame, column: str) -> str:
    """Give what is said of a column, all problems in one text."""
    found = check_tables({name: frame})
    return "\n".join(f"{p.rule}: {p.message}" for p in found if p.column == column)


def test_figures_of_the_sample_are_usual_in_their_units(sample):
    for name, frame in sample.items():
        assert check_units(frame, tables()[name], file=name) == []
    assert check_fte_each(sample["staff"], tables()["staff"], file="staff") == []


@pytest.mark.parametrize(
    ("table", "column", "factor", "reading"),
    [
        ("absence", "absence_rate", 0.01, "read as shares divided by 100 once more"),
        ("vacancies", "vacancy_rate", 0.01, "read as shares divided by 100 once more"),
        ("service_share", "share", 0.01, "read as shares divided by 100 once more"),
        ("graduates", "completion_rate", 0.01, "read as shares divided by 100 once more"),
        (
            "competence_requirement",
            "share",
            0.01,
            "read as shares divided by 100 once more it is 1",
        ),
        ("competence_holding", "share", 0.01, "read as shares divided by 100 once more"),
        ("training", "study_pace", 0.01, "read as shares divided by 100 once more it is 0.75"),
        ("training", "study_share", 0.01, "read as shares divided by 100 once more it is 0.2"),
        ("task_sharing", "share", 0.01, "read as shares divided by 100 once more it is 0.15"),
        ("task_sharing", "output_ratio", 100.0, "read as per cent it is 0.9"),
        ("training", "cost", 0.001, "read as thousands of NOK"),
        ("training", "backfill_price", 0.001, "read as thousands of NOK"),
        ("training", "backfill_price", 1 / 12, "read as NOK a month"),
        ("measure_costs", "cost", 0.001, "read as thousands of NOK it is 3.25e+05"),
        ("vital_rates", "value", 1000.0, "read as per 1000"),
        ("staffing_norms", "user_hours", 1 / 38, "read as hours of a user a week beside"),
        ("staffing_norms", "fte_hours", 1 / 38, "beside hours of an FTE a week it is 1.0"),
    ],
)
def test_another_unit_is_refused_with_both_readings(sample, table, column, factor, reading):
    frame = sample[table].with_columns(pl.col(column) * factor)
    message = told(table, frame, "user_hours" if column == "fte_hours" else column)
    assert "unit contradicted: The " in message
    assert "the unit of the column, that is not usual" in message
    assert reading in message


@pytest.mark.parametrize(
    ("table", "column"), [("absence", "absence_rate"), ("vacancies", "vacancy_rate")]
)
def test_rates_under_one_per_cent_written_as_per_cent_are_refused(sample, table, column):
    frame = sample[table].with_columns(pl.lit(0.85).alias(column))
    assert "read as per cent it is 0.0085" in told(table, frame, column)


def test_a_norm_in_fte_per_user_is_refused_with_the_users_that_it_means(sample):
    frame = sample["staffing_norms"].with_columns(ratio=1.0 / pl.col("ratio"))
    message = told("staffing_norms", frame, "ratio")
    assert "of sector kindergarten (4 figures above 0) is 0.1548" in message
    assert "read as FTE per user it is" in message


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("absence", "absence_rate"),
        ("vacancies", "vacancy_rate"),
        ("service_share", "share"),
        ("graduates", "completion_rate"),
        ("training", "study_pace"),
        ("task_sharing", "share"),
    ],
)
def test_per_cent_in_a_column_of_shares_is_told_with_both_readings(sample, table, column):
    frame = sample[table].with_columns(pl.lit(8.5).alias(column))
    message = told(table, frame, column)
    assert "Read as a share 8.5 is 850 %, read as per cent it is 0.085" in message


def test_shares_and_per_cents_in_one_column_point_to_the_other_rows(sample):
    last = pl.int_range(pl.len()) >= pl.len() - 3
    frame = sample["absence"].with_columns(
        absence_rate=pl.when(last).then(8.5).otherwise("absence_rate")
    )
    assert "see the other rows too: one under 1 passes" in told("absence", frame, "absence_rate")


@pytest.mark.parametrize(
    ("factor", "reading"),
    [(0.01, "read as FTE divided by 100"), (100.0, "read as per cent of a post, 0.")],
)
def test_staff_with_next_to_no_fte_or_many_posts_each_are_refused(sample, factor, reading):
    frame = sample["staff"].with_columns(pl.col("fte") * factor)
    message = told("staff", frame, "fte")
    assert "unit contradicted" in message
    assert reading in message
    assert "from 0.02 to 1.5 FTE each" in message


def test_one_sector_in_another_unit_is_named_alone(sample):
    one = (pl.col("sector") == "technical") & (pl.col("year") == 2026)
    frame = sample["staff"].with_columns(pl.when(one).then(pl.col("fte") / 100).otherwise("fte"))
    message = told("staff", frame, "fte")
    assert "sector technical, 2026" in message
    assert "sector health_care" not in message


def test_sectors_of_few_are_judged_together(sample):
    here = (pl.col("region") == "9003") & (pl.col("year") == 2026)
    few = sample["staff"].filter(here).group_by("sector").head(1)
    frame = few.with_columns(persons=pl.lit(4.0), fte=pl.lit(0.03))
    assert "region 9003, sector all, 2026: 0.18 FTE for 24 persons" in told("staff", frame, "fte")


@given(st.floats(0.03, 1.4), st.integers(1, 400))
def test_staff_with_usual_fte_each_are_never_refused(each, persons):
    frame = pl.DataFrame(
        {
            "region": ["9003"], "sector": ["culture"], "occupation": ["2622"], "sex": ["female"],
            "age": [40], "year": [2026], "persons": [float(persons)], "fte": [each * persons],
        }
    )  # fmt: skip
    assert told("staff", frame, "fte") == ""


def test_every_column_with_another_reading_is_one_of_the_tables():
    for usual in USUAL:
        table = tables()[usual.table]
        named = [usual.column, usual.over, usual.by, (usual.where or ("",))[0]]
        assert all(table.column(name) for name in named if name)
