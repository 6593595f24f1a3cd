"""What may stand in rows of results, and the message where something else does."""

import polars as pl
import pytest

from workforce.contract.dictionary import tables, variables
from workforce.contract.figures import Figures, keep_figures
from workforce.contract.results import ROW, declared, labels, require_declared
from workforce.errors import DataError

EXITS = {
    "scenario": "baseline", "region": "9006", "sector": "all", "occupation": "2223",
    "dimension": "cause", "category": "retired", "detail": "", "variable": "exits",
    "unit": "persons", "year": 2027, "level": 0.8, "central": 3.0, "lower": 2.0, "upper": 4.0,
    "persons": 60.0,
}  # fmt: skip


def rows(*changed):
    return pl.DataFrame([EXITS | one for one in changed], schema=ROW)


def test_every_result_of_the_dictionary_is_declared_and_nothing_that_has_no_meaning():
    results = {name for name, one in variables().items() if one.role == "result"}
    assert results <= set(declared())
    assert set(declared()) <= set(variables())


def test_kinds_periods_and_persons_are_of_the_few_there_are():
    for one in declared().values():
        assert one.kind in {"count", "share", "mean", "amount", "rate", "year"}, one.name
        assert one.period in {"stock", "year", "quarter", "whole_period"}, one.name
        assert set(one.persons) <= {"nobody", "staff", "staff_of_age", "holders", "users", "told"}


def test_a_flow_of_the_dictionary_is_declared_by_year():
    for name, one in declared().items():
        if "flow_year" in variables()[name].dims:
            assert one.period == "year", name


def test_dimensions_of_rows_are_told_in_the_dictionary_and_their_labels_are_there():
    used = {dimension for one in declared().values() for dimension in one.dimensions}
    assert used == set(labels())
    for dimension, parts in labels().items():
        assert not dimension or variables()[dimension].role == "dimension", dimension
        for part in parts:
            table, dot, column = part.partition(".")
            if dot:
                assert tables()[table].column(column) is not None, part


def test_rows_as_declared_are_taken_and_all_others_refused_in_one_message():
    require_declared(rows({}))
    wrong = rows(
        {"variable": "leavers"},
        {"category": "died"},
        {"detail": "62_plus"},
        {"dimension": "origin"},
        {"unit": "people"},
        {"central": -1.0},
        {"lower": 5.0},
    )
    with pytest.raises(DataError) as error:
        require_declared(wrong)
    told = str(error.value)
    for line in (
        "variable leavers: not declared (1 rows)",
        "variable exits, column category: no label of cause: 'died' (1 rows)",
        "variable exits, column detail: no label of cause: '62_plus' (1 rows)",
        "variable exits, column dimension: not among those declared (cause): 'origin' (1 rows)",
        "variable exits, column unit: other than persons: 'people' (1 rows)",
        "variable exits, column central: below 0.0 (1 rows)",
        "variable exits, column lower: above upper (1 rows)",
    ):
        assert line in told


def test_the_store_of_a_run_refuses_rows_that_are_not_declared(tmp_path):
    keep_figures(Figures(rows({}), "internal"), tmp_path / "kept.parquet")
    with pytest.raises(DataError, match="variable leavers: not declared"):
        keep_figures(Figures(rows({"variable": "leavers"}), "internal"), tmp_path / "no.parquet")
    assert not (tmp_path / "no.parquet").exists()


def test_a_table_with_other_columns_is_told_what_it_lacks():
    with pytest.raises(DataError, match="it lacks detail, and it has part"):
        require_declared(rows({}).rename({"detail": "part"}))
