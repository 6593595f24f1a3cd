"""What an analyst sees in a notebook: whole tables, numbers for codes, one sentence of error."""

import nbformat
import polars as pl
import pytest
from nbclient import NotebookClient

import workforce as wf
from workforce.errors import ParameterError

CELLS = """
import workforce as wf
wf.check("data")
---
wf.load_inputs("data", region="4027")
---
import os
del os.environ["JPY_SESSION_NAME"]  # As in a batch, where nobody has the notebook open.
wf.load_inputs("data", region="4027")
"""
REGIONS = "region,level,name\n0301,municipality,Oslo\n4026,municipality,Tinn\n"
POPULATION = "region,sex,age,year,persons\n" + "".join(
    f"{region},{sex},{age},2026,{10 + age}\n"
    for region in ("0301", "4026")
    for sex in ("female", "male")
    for age in range(3)
)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (folder / "population.csv").write_text(POPULATION, encoding="utf-8")
    return folder


def test_an_open_notebook_shows_whole_messages_and_an_error_as_one_sentence(data, monkeypatch):
    (data / "population.csv").write_text(POPULATION.replace(",11\n", ",ca. 8\n"), encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", "try.ipynb")
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS.split("---")]
    )
    place = {"metadata": {"path": data.parent}}
    NotebookClient(book, kernel_name="python3", resources=place, allow_errors=True).execute()
    checked, failed, in_a_batch = book.cells
    assert "Write a number, such as 1234.5." in checked.outputs[-1]["data"]["text/html"]
    fold, error = failed.outputs
    assert fold["data"]["text/html"].startswith("<details><summary>Where it was raised</summary>")
    assert "Traceback" in fold["data"]["text/html"]
    assert len(error["traceback"]) == 1
    assert error["traceback"][0].startswith("DataError: data")
    assert "column persons: not a number" in error["traceback"][0]
    (error,) = in_a_batch.outputs
    text = "\n".join(error["traceback"])
    assert "Traceback" in text
    assert "load_inputs" in text


def test_a_number_is_a_code_where_only_one_can_be_meant(data):
    assert wf.load_inputs(data, region=4026)["region"].values.tolist() == ["4026"]
    assert wf.load_inputs(data, region=[301])["region"].values.tolist() == ["0301"]
    for strange in (4027, True):
        with pytest.raises(ParameterError):
            wf.load_inputs(data, region=strange)


def test_lights_of_a_folder_are_a_table_by_its_path(data):
    lights = wf.quality(data, quarter="2026Q4")
    assert isinstance(lights, pl.DataFrame)
    assert set(lights["region"]) <= {"0301", "4026"}
    assert wf.quality(str(data)).columns == lights.columns
