"""The dictionary and the tables composed from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from workforce.contract.description import describe_tables
from workforce.contract.dictionary import tables, variables
from workforce.contract.sense import rules_of
from workforce.errors import ParameterError

DOCS = Path(__file__).parents[2] / "docs"


def test_every_variable_has_a_unit_and_a_description_that_ends_in_a_full_stop():
    for variable in variables().values():
        assert variable.unit, variable.name
        assert variable.description.endswith("."), variable.name
        assert variable.role in {"dimension", "attribute", "measure", "input", "result"}


def test_dimensions_of_inputs_and_results_are_dimensions_of_the_dictionary():
    known = variables()
    for variable in known.values():
        for dim in variable.dims:
            assert known[dim].role == "dimension", f"{variable.name} has {dim}"


def test_lower_bounds_are_below_upper_bounds():
    for variable in variables().values():
        if variable.lower is not None and variable.upper is not None:
            assert variable.lower < variable.upper, variable.name


def test_every_table_has_a_key_and_foreign_keys_name_columns_that_exist():
    for table in tables().values():
        assert table.key, table.name
        for column in table.columns:
            if column.refers_to:
                other, name = column.refers_to
                assert tables()[other].column(name) is not None, (table.name, column.name)


def test_rules_about_rows_name_columns_of_their_table():
    for table in tables().values():
        for column in table.columns:
            for rule in column.rules:
                kind, _, other = rule.partition(":")
                assert kind in {"dense", "consecutive", "sums_to_one", "same_over"}
                if kind in {"sums_to_one", "same_over"}:
                    assert other in table.key


def test_ages_of_staff_are_working_ages_and_those_of_inhabitants_are_not():
    assert tables()["staff"].column("age").variable.name == "working_age"
    assert tables()["population"].column("age").variable.name == "age"


def test_page_of_tables_in_the_docs_is_the_one_the_dictionary_gives():
    written = (DOCS / "tables.md").read_text(encoding="utf-8")
    assert written == describe_tables()


def test_the_page_of_tables_tells_what_rows_and_folders_are_refused_for():
    page = describe_tables()
    for table in tables():
        for rule in rules_of(table):
            assert f"- `{rule.column}`, {rule.name}. " in page
    assert "nobody in `staff` holds an occupation of `staff_flows`: its rows are left out" in page


def test_description_of_one_table_leaves_the_others_out():
    page = describe_tables(["absence"])
    assert "## absence" in page
    assert "## staff" not in page
    with pytest.raises(ParameterError, match="no table staf"):
        describe_tables(["staf"])


def test_reading_the_dictionary_and_a_file_imports_neither_pandera_nor_pandas():
    code = (
        "import sys, workforce.contract.check\n"
        "import workforce.sources.tables.folder, workforce.contract.names\n"
        "from workforce.contract.dictionary import tables; tables()\n"
        "sys.exit(any(name in sys.modules for name in ('pandera', 'pandas', 'python_calamine')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
