"""What can go wrong while pages are made: one message each, and the other pages finish."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner, Result

from workforce.batch import making
from workforce.batch.kernels import Execution, execute
from workforce.cli import app
from workforce.contract.places import fresh

SMALL = Path(__file__).parents[1] / "batch" / "small"
FULL = Path("/dev/full")
PARAMS = """\
title: Small county
data: data
notebooks: notebooks
quarter: 2026Q4
seed: 1
draws: 20
horizon: 2
workers: 3
reports:
  - notebook: ageing
    regions: municipalities
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run seven places, of which two are sound, with a disk that is full for two of the others."""
    folder = shutil.copytree(SMALL, tmp_path_factory.mktemp("faults") / "small")
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    arguments = ["run", str(folder / "params.yaml"), "--out", str(folder / "out")]
    with pytest.MonkeyPatch.context() as patch:
        if FULL.exists():
            # A device that says at every write that there is no space left.
            patch.setattr(
                making, "fresh", lambda path: FULL if path.name.startswith(".0005") else fresh(path)
            )
            notebook = folder / "notebooks" / "ageing.ipynb"
            text = notebook.read_text(encoding="utf-8")
            full = f"'{FULL}' if region == '0006' else results"
            notebook.write_text(text.replace("parquet(results)", f"parquet({full})"), "utf-8")
        return CliRunner().invoke(app, arguments)


def reason(result: Result, region: str) -> str:
    line = next(
        line for line in result.output.splitlines() if line.startswith(f"  {region}-ageing")
    )
    return line.split(": ", 1)[1]


def test_the_other_pages_finish_and_the_run_says_that_some_failed(
    result: Result, folder: Path
) -> None:
    assert result.exit_code == 1
    pages = sorted(p.parent.name for p in (folder / "out" / "reports").rglob("ageing-*.html"))
    assert pages == ["0001", "0007"] if FULL.exists() else ["0001", "0005", "0006", "0007"]
    assert f"Open {folder / 'out' / 'reports' / '2026Q4' / 'index.html'}" in result.output


def test_a_notebook_that_raises_is_told_with_cell_kind_and_message(result: Result) -> None:
    told = reason(result, "0002")
    assert told == "cell 4: ValueError: the year 2031 is beyond the projection"
    assert "Traceback" not in result.output


def test_a_notebook_that_leaves_early_is_no_success(result: Result) -> None:
    assert reason(result, "0003") == "cell 4: SystemExit: sys.exit was called, the rest did not run"


def test_a_dead_kernel_is_told_with_the_cell_that_it_died_in(result: Result) -> None:
    assert reason(result, "0004").startswith("cell 4: the kernel died")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, which Linux has")
def test_a_full_disk_is_told_as_such(result: Result) -> None:
    assert reason(result, "0005").startswith("the disk is full: ")
    assert "No space left on device" in reason(result, "0006")


def test_nothing_half_written_is_left(result: Result, folder: Path) -> None:
    left = [p.name for p in (folder / "out").rglob("*") if "part" in p.name]
    assert left == []
    failed = {p.name[:4] for p in (folder / "out" / "runs" / "2026Q4" / "failed").iterdir()}
    assert {"0002", "0003", "0004"} <= failed


def test_the_notebook_that_failed_is_kept_as_far_as_it_came(result: Result, folder: Path) -> None:
    kept = folder / "out" / "runs" / "2026Q4" / "failed" / "0002-ageing-all-baseline-nb.ipynb"
    text = kept.read_text(encoding="utf-8")
    assert "the year 2031 is beyond the projection" in text
    assert 'region = \\"0002\\"' in text


def test_the_index_names_the_pages_that_failed_and_not_why(result: Result, folder: Path) -> None:
    index = (folder / "out" / "reports" / "2026Q4" / "index.html").read_text(encoding="utf-8")
    assert "Feilvik" in index
    assert "2031" not in index


def test_a_page_that_takes_too_long_is_stopped(folder: Path) -> None:
    notebook = folder / "notebooks" / "slow.ipynb"
    text = (folder / "notebooks" / "ageing.ipynb").read_text(encoding="utf-8")
    notebook.write_text(text.replace("os._exit(1)", "__import__('time').sleep(99)"), "utf-8")
    execution = execute(notebook, {"region": "0004"}, timeout_seconds=4)
    assert "the page took longer than 4 seconds" in execution.problem
    assert len(execution.notebook.cells) == 6


HANGS = """
import os, pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
pathlib.Path({pid!r}).write_text(str(os.getpid()))
while True:
    time.sleep(99)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks for a process by its number")
def test_a_cell_that_hangs_costs_its_page_alone_and_its_kernel_is_gone(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others, pid, hung = making.execute, tmp_path / "pid", tmp_path / "hung.ipynb"
    cell = nbformat.v4.new_code_cell(HANGS.format(pid=str(pid)))
    given = nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]})
    made = nbformat.v4.new_notebook(cells=[given, cell])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(made, hung)

    def hangs(source: Path, parameters: Any, *, timeout_seconds: float) -> Execution:
        if parameters["region"] == "0001":
            return others(source, parameters, timeout_seconds=timeout_seconds)
        return execute(hung, {}, timeout_seconds=5)

    monkeypatch.setattr(making, "execute", hangs)
    out = tmp_path / "out"
    command = ["run", str(stubbed / "params.yaml"), "--out", str(out)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    told = "the page took longer than 5 seconds (timeout_seconds)"
    assert reason(result, "0007").endswith(told)
    status = json.loads((out / "runs" / "2026Q4" / "status.json").read_text(encoding="utf-8"))
    assert [status[name] for name in ("state", "through", "done", "failed")] == ["ended", 2, 1, 1]
    assert (out / "reports" / "2026Q4" / "0001" / "ageing-all-baseline-nb.html").is_file()
    if pid.exists():  # On a very busy machine the kernel has not begun when its time is over.
        assert not Path(f"/proc/{pid.read_text()}/stat").exists()
    monkeypatch.setattr(making, "execute", others)
    again = CliRunner().invoke(app, command)
    assert (again.exit_code, "1/2] unchanged 0001" in again.output) == (0, True)
