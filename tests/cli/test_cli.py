"""The command line as its users meet it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import workforce
from workforce.batch.params import params_schema
from workforce.cli import app
from workforce.contract.dictionary import tables as workforce_tables
from workforce.errors import MissingDataError
from workforce.sources.tables.files import packaged_folder

SMALL = Path(__file__).parents[1] / "batch" / "small"


def invoke(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_check_says_what_a_folder_suffices_for() -> None:
    code, text = invoke("check", SMALL / "data")
    assert code == 0
    assert "Tables:     regions, population\n" in text
    assert "Enough for: ageing (" in text
    assert "Next:       staff, for " in text
    assert "more: workforce check" in text
    assert "suffices for results of population, not of staff" in text
    assert "Note:       population: the oldest age is 2" in text
    assert len(text.splitlines()) == 7


def test_check_lists_every_table_that_is_not_there_when_asked() -> None:
    code, text = invoke("check", SMALL / "data", "--further")
    assert code == 0
    for name in set(workforce_tables()) - {"regions", "population"}:
        assert name in text


def test_check_ends_with_2_where_tables_are_wrong(tmp_path: Path) -> None:
    folder = shutil.copytree(SMALL / "data", tmp_path / "data")
    path = folder / "population.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",101\n", ",-1\n"), encoding="utf-8")
    code, text = invoke("check", folder)
    assert code == 2
    assert "population.csv, column persons" in text
    assert invoke("check", tmp_path / "none")[0] == 2


def test_check_of_a_params_file_names_measures_without_a_source() -> None:
    code, text = invoke("check", Path(__file__).parents[2] / "params" / "mobilise.yaml")
    assert code == 0
    assert "(turnover): no source of its effect" in text
    assert "(position_share)" not in text
    assert invoke("check", SMALL / "none.yaml")[0] == 2


def test_the_sample_and_the_practice_register_are_copied_as_shipped(
    tmp_path: Path,
) -> None:
    for option, name in (((), "sample"), (("--register",), "practice_register")):
        code, text = invoke("sample", tmp_path / name, *option)
        assert code == 0, text
        shipped = packaged_folder(name)
        copied = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        assert copied == {path.name: path.read_bytes() for path in shipped.iterdir()}
    (tmp_path / "file").write_text("in the way")
    code, text = invoke("sample", tmp_path / "file")
    assert code == 2
    assert "cannot be written" in text


def test_schema_shows_one_table_or_all_or_the_params_file() -> None:
    assert "| `persons` | value | persons |" in invoke("schema", "population")[1]
    assert "## staff_flows" in invoke("schema")[1]
    assert invoke("schema", "params")[1] == params_schema()
    code, text = invoke("schema", "populaton")
    assert code == 2
    assert "populaton" in text


def test_the_version_is_that_of_the_package() -> None:
    assert invoke("--version") == (0, workforce.__version__ + "\n")


def test_an_unknown_option_ends_with_2() -> None:
    assert invoke("run", "--quater", "2026Q4")[0] == 2


def test_every_public_name_can_be_had_from_the_package() -> None:
    for name in workforce.__all__:
        assert getattr(workforce, name) is not None
    assert set(workforce.__all__) <= set(dir(workforce))
    with pytest.raises(AttributeError, match="no attribute 'shortages'"):
        workforce.shortages  # noqa: B018


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = "import sys, workforce; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "polars", "xarray", "pydantic", "papermill", "matplotlib"}
    assert not heavy & set(run.stdout.split())


def test_the_command_line_itself_starts_without_a_heavy_library() -> None:
    code = "import sys, workforce.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "polars", "click", "papermill"} & set(run.stdout.split())


def test_the_processes_of_a_backtest_have_one_thread_each(monkeypatch, tmp_path):
    threads = []

    def measure(*_: object, **__: object) -> None:
        threads.append(os.environ.get("OPENBLAS_NUM_THREADS"))
        raise MissingDataError("Enough.")

    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setattr("workforce.evaluation.quality.measure_quality", measure)
    monkeypatch.setattr("workforce.evaluation.quality.reference_folder", lambda _: tmp_path)
    assert invoke("backtest")[0] == 2
    assert threads == ["1"]
    assert "OPENBLAS_NUM_THREADS" not in os.environ
