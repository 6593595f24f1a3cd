"""The files that an import writes."""

import polars as pl

from workforce.sources.staff_register.writing import write_register


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
