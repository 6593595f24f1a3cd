"""Bad tables by the thousand: each refused with a message that names the cell, none a crash.

``BAD_TABLES=10000 uv run pytest tests/sources/test_bad_tables.py -s`` runs ten thousand and counts
them by fault; a hundred are run without it.
"""

import contextlib
import csv
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.tables.bad_tables import FAULTS, LISTS, Bad, bad_tables, sound_rows, write_bad

from workforce.contract.dictionary import tables
from workforce.contract.problems import describe_problems
from workforce.errors import WorkforceError
from workforce.sources.tables.files import read_table
from workforce.sources.tables.folder import open_folder

EXAMPLES = int(os.environ.get("BAD_TABLES", "100"))
seen: Counter[str] = Counter()


def write_sound(name: str, folder: Path) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        header = [column.name for column in tables()[name].columns]
        csv.writer(file).writerows([header, *sound_rows(name)])


@pytest.fixture(scope="module")
def lists(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    for name in LISTS:
        write_sound(name, folder)
    return folder


def test_the_tables_are_sound_before_a_fault_is_planted(lists, tmp_path):
    for name in tables():
        write_sound(name, tmp_path)
    report = open_folder(tmp_path).report
    assert describe_problems(report.problems) == "0 problems in the tables:"
    assert set(report.present) == set(tables())


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 1000,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(bad=bad_tables(), data=st.data())
def test_each_bad_table_is_refused_and_the_message_names_the_cell(lists, bad, data):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in lists_of(bad.table):
            shutil.copy(lists / f"{name}.csv", folder)
        file = write_bad(data.draw, bad, folder)
        told = refusal(folder, file, bad.table)
    seen[bad.fault] += 1
    assert told, f"accepted: {bad}"
    assert any(names_the_cell(problem, file, bad) for problem in told), f"{bad}\n{told}"


def lists_of(table: str) -> set[str]:
    """Name the tables that the codes of a table refer to."""
    return {c.refers_to[0] for c in tables()[table].columns if c.refers_to} - {table}


def refusal(folder: Path, file: str, table: str) -> list[tuple[str, str, tuple[int, ...], str]]:
    """Give file, column, rows and words of every problem; nothing but our own errors is met."""
    report = open_folder(folder).report
    if not report.problems:
        return []
    with contextlib.suppress(WorkforceError):
        read_table(folder / file, table)
    return [
        (problem.file, problem.column, problem.rows, f"{problem.rule} {problem.message}")
        for problem in report.problems
    ]


def names_the_cell(problem: tuple[str, str, tuple[int, ...], str], file: str, bad: Bad) -> bool:
    place, column, rows, message = problem
    return (
        place.startswith(file)
        and (not bad.column or bad.column in column.split(", "))
        and (bad.row is None or bad.row in rows)
        and all(word in f"{column} {message}" for word in bad.words)
    )


def test_every_kind_of_fault_was_met():
    if EXAMPLES >= 10_000:
        print(f"\n{sum(seen.values())} bad tables refused")
        print(*(f"{count:6} {fault}" for fault, count in seen.most_common()), sep="\n")
        assert set(seen) == set(FAULTS)
