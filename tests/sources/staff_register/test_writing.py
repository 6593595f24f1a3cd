"""The files that an import writes."""

import polars as pl
import pytest

from workforce.sources.staff_register.doubts import RULES, SCHEMA
from workforce.sources.staff_register.writing import describe_import, write_register
from workforce.texts.catalogue import load_texts
from workforce.texts.messages import tell_report


def test_no_text_of_a_register_runs_as_a_formula_where_the_files_are_opened(tmp_path):
    staff = {"region": ["9003"], "year": [2026], "occupation": ["=1+1"], "persons": [2]}
    doubt = {"rule": ["-x"], "outcome": ["dropped"], "column": ["@c"], "file": [1], "count": [1]}
    tables = {
        "staff": pl.DataFrame({**staff, "fte": [1.5]}),
        "doubts": pl.DataFrame({**doubt, "rows": [[7]]}),
    }
    written = {path.name: path.read_text("utf-8") for path in write_register(tables, tmp_path)}
    assert written["staff.csv"].splitlines()[1] == "9003,2026,'=1+1,2,1.5"
    assert written["import_doubts.csv"].splitlines()[1] == "'-x,dropped,'@c,1,7"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_doubt_of_a_report_is_told_in_norwegian(language):
    doubts = pl.DataFrame(
        [
            {"rule": name, "outcome": rule.outcome, "column": rule.column or "sex",
             "file": "a.csv", "count": 30, "persons": 1, "rows": [*range(2, 32)]}
            for name, rule in RULES.items()
        ],
        schema=SCHEMA,
    )  # fmt: skip
    english = describe_import({"doubts": doubts})
    told = tell_report(english, load_texts(language))
    same = {line for line in english.split("\n") if line} & {*told.split("\n")}
    assert same == set()
    assert " and " not in told
    assert "10 til\n" in told
    for rule in RULES.values():
        assert rule.text not in told
