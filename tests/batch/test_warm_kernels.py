"""Kernels forked from a process that has imported: what they show is what plain ones show."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workforce.batch import provisioner
from workforce.batch.kernels import Execution, execute, kernel_environment
from workforce.batch.warm_kernels import ADDRESS, warm_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

PAGE = """\
import polars as pl
import matplotlib.pyplot as plt
staff = pl.DataFrame({"sector": ["care", "school"] * 500, "fte": [0.5] * 1000})
sums = staff.group_by("sector").agg(pl.col("fte").sum()).sort("sector")
print(sums.rows())
for row in sums.iter_rows():
    plt.figure(figsize=(2, 1))
    plt.bar(*row)
    plt.show()
figure = plt.figure(figsize=(2, 1))
plt.plot([1, 2]);
"""


def notebook(path: Path, *cells: str) -> Path:
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell("region = ''", metadata={"tags": ["parameters"]})]
    made.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(made, path)
    return path


def outputs(execution: Execution) -> list[Any]:
    assert execution.problem == ""
    found = [output for cell in execution.notebook.cells for output in cell.get("outputs", [])]
    loaded: list[Any] = json.loads(json.dumps(found))
    return loaded


@pytest.fixture(scope="module")
def warm() -> Iterator[None]:
    with warm_kernels() as address, kernel_environment({ADDRESS: address}):
        yield


def parent_of(execution: Execution) -> str:
    """Read the number of the process that made the kernel."""
    return str(outputs(execution)[0]["text"])


@pytest.mark.usefixtures("warm")
def test_a_forked_kernel_shows_what_a_plain_one_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = notebook(tmp_path / "page.ipynb", PAGE)
    forked = outputs(execute(page, {}, timeout_seconds=60))
    monkeypatch.setenv(ADDRESS, "")
    plain = outputs(execute(page, {}, timeout_seconds=60))
    assert forked == plain
    assert sum("image/png" in output.get("data", {}) for output in forked) == 3


@pytest.mark.usefixtures("warm")
def test_a_thread_that_ran_a_page_leaves_no_socket_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[asyncio.AbstractEventLoop] = []
    new = asyncio.new_event_loop
    monkeypatch.setattr(asyncio, "new_event_loop", lambda: made.append(new()) or made[-1])
    page = notebook(tmp_path / "page.ipynb", "1 + 1")
    thread = threading.Thread(target=execute, args=(page, {}), kwargs={"timeout_seconds": 60})
    thread.start()
    thread.join()
    assert made
    assert all(loop.is_closed() for loop in made)


@pytest.mark.usefixtures("warm")
def test_kernels_are_children_of_one_server_and_draw_numbers_of_their_own(tmp_path: Path) -> None:
    page = notebook(
        tmp_path / "page.ipynb",
        "import os, random\nimport numpy as np\nprint(os.getppid())",
        "print(random.random(), np.random.random(), region, os.getcwd())",
    )
    first = execute(page, {"region": "9001"}, timeout_seconds=60)
    other = execute(page, {"region": "9001"}, timeout_seconds=60)
    assert parent_of(first) == parent_of(other) != str(os.getpid())
    assert outputs(first)[1] != outputs(other)[1]
    assert f"9001 {Path.cwd()}" in outputs(first)[1]["text"]


@pytest.mark.usefixtures("warm")
def test_a_forked_kernel_that_dies_or_takes_too_long_is_told(tmp_path: Path) -> None:
    dies = notebook(tmp_path / "dies.ipynb", "import os, signal\nos.kill(os.getpid(), 9)")
    assert "the kernel died" in execute(dies, {}, timeout_seconds=60).problem
    slow = notebook(tmp_path / "slow.ipynb", "import time\ntime.sleep(99)")
    assert "took longer than 3 seconds" in execute(slow, {}, timeout_seconds=3).problem


def test_where_no_server_answers_kernels_are_plain_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    provisioner._say_plain.cache_clear()
    page = notebook(tmp_path / "page.ipynb", "import os\nprint(os.getppid())")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/bin/false")
        with warm_kernels() as address, kernel_environment({ADDRESS: address}):
            patch.undo()
            made = [execute(page, {}, timeout_seconds=60) for _ in range(2)]
    assert [parent_of(one).strip() for one in made] == [str(os.getpid())] * 2
    told = [record for record in caplog.records if record.name == "workforce"]
    assert len(told) == 1


def test_kernels_end_with_the_run_that_asked_for_them(tmp_path: Path) -> None:
    number = tmp_path / "number"
    page = notebook(
        tmp_path / "page.ipynb",
        f"import os, pathlib, time\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))",
        "time.sleep(99)",
    )
    script = f"""
from pathlib import Path
from workforce.batch.kernels import execute, kernel_environment
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
with warm_kernels() as address, kernel_environment({{ADDRESS: address}}):
    execute(Path({str(page)!r}), {{}}, timeout_seconds=90)
"""
    run = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, ADDRESS: ""})
    try:
        kernel = _wait_for(lambda: int(number.read_text()) if number.exists() else None)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    _wait_for(lambda: None if _lives(kernel) else True)


def _wait_for(look: Any) -> Any:
    for _ in range(600):
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def _lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
