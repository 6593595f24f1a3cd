"""Wrong input: one clear message, exit code 2, and nothing is run or written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.cli import app

SMALL = Path(__file__).parents[1] / "batch" / "small"
STAFF = "region,sector,occupation,sex,age,year,persons,fte\n"


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def write_staff(folder: Path, row: str) -> None:
    (folder / "data" / "staff.csv").write_text(STAFF + row, encoding="utf-8")


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a misspelt field": (
        lambda folder: replace(folder / "params.yaml", "regions:", "regoins:"),
        "params.yaml, line 11, reports[0].regoins: there is no such field. Did you mean 'regions'?",
    ),
    "a misspelt parameter": (
        lambda folder: replace(
            folder / "params.yaml", '"0007"]', '"0007"]\n    parameters: {horison: 3}'
        ),
        "the notebook ageing.ipynb has no parameter 'horison'.",
    ),
    "a place that is not there": (
        lambda folder: replace(folder / "params.yaml", '"0007"', '"0008"'),
        "reports[0].regions: there is no '0008'.",
    ),
    "a title with a colon": (
        lambda folder: replace(folder / "params.yaml", "title: ", "title: Kommune: "),
        "A text with a colon in it stands in quotes.",
    ),
    "a tab": (
        lambda folder: replace(folder / "params.yaml", "    regions:", "\tregions:"),
        "Begin lines with spaces, not with tabs.",
    ),
    "a missing notebook": (
        lambda folder: (folder / "notebooks" / "ageing.ipynb").unlink(),
        "there is no notebook 'ageing'",
    ),
    "a missing table": (
        lambda folder: (folder / "data" / "population.csv").unlink(),
        "population",
    ),
    "a missing folder of tables": (
        lambda folder: shutil.rmtree(folder / "data"),
        "is not there",
    ),
    "a missing params file": (
        lambda folder: (folder / "params.yaml").unlink(),
        "params.yaml is not there. Check the path.",
    ),
    "a negative headcount": (
        lambda folder: write_staff(folder, "0001,health_care,2223,female,40,2026,-3,2.5\n"),
        "staff.csv, column persons",
    ),
    "an unknown occupation": (
        lambda folder: write_staff(folder, "0001,health_care,9999,female,40,2026,3,2.5\n"),
        "staff.csv, column occupation",
    ),
    "a table that is no table": (
        lambda folder: (folder / "data" / "population.csv").write_bytes(b"\xff\xfe\x00"),
        "population.csv",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_input_is_told_and_nothing_is_run(fault: str, tmp_path: Path) -> None:
    folder = shutil.copytree(SMALL, tmp_path / "small")
    make, told = FAULTS[fault]
    make(folder)
    arguments = ["run", str(folder / "params.yaml"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert told in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()
