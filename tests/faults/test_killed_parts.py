"""Processes of a run that are killed, run out of memory or hang: the others finish their work."""

import os
import resource
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

import nbformat
import pytest

from workforce.batch import figures, provisioner
from workforce.batch import kernels as kernels_module
from workforce.batch.figures import Made, Needed, made_aside
from workforce.batch.kernels import execute, kernel_environment
from workforce.batch.no_network import no_network
from workforce.batch.stray import STRAY
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.results.asked import Asked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal")

ASKED = Asked(
    page="ageing", region="0001", scenario="baseline", base_year=2026, horizon=2, draws=20, seed=1,
    quarter="2026Q4",
)  # fmt: skip
WORKER = """
import json, os, signal, sys, time
for line in sys.stdin:
    for page in json.loads(line)["pages"]:
        if page["path"].endswith("1.parquet"):
            os.kill(os.getpid(), signal.SIGKILL)
        if page["path"].endswith("2.parquet"):
            time.sleep(99)
        if page["path"].endswith("3.parquet"):
            os.write(2, b"thread panicked at 13 persons")
            os.abort()
        print(json.dumps({"problem": "", "details": "", "projections": 1}), flush=True)
"""


def notebook(path: Path, *cells: str) -> Path:
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell("audience = ''", metadata={"tags": ["parameters"]})]
    made.cells += [nbformat.v4.new_code_cell(textwrap.dedent(cell)) for cell in cells]
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(made, path)
    return path


def make(tmp_path: Path, *regions: Sequence[str], seconds: float) -> dict[str, str]:
    """Have figures of regions made by one process; gives what went wrong, by name."""
    came: SimpleQueue[Made] = SimpleQueue()
    needed = [
        [Needed(ASKED, tmp_path / f"{name}.parquet", "") for name in some] for some in regions
    ]
    making = made_aside(
        needed, came.put, data=tmp_path, audience="public", run=tmp_path, seconds=seconds, workers=1
    )
    with making:
        found = [came.get(timeout=60) for name in chain(*regions)]
    return {made.path.stem: made.problem for made in found}


def test_a_process_of_figures_that_is_killed_or_hangs_costs_the_figures_it_was_making_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(STRAY, str(tmp_path / "libraries.log"))
    start = figures._start

    def stub() -> subprocess.Popen[str]:
        with monkeypatch.context() as patch:
            script = tmp_path / "worker"
            script.write_text(f"#!{sys.executable}\n{WORKER}", encoding="utf-8")
            script.chmod(0o700)
            patch.setattr(sys, "executable", str(script))
            return start()

    monkeypatch.setattr(figures, "_start", stub)
    came = make(tmp_path, ("0", "1", "4"), ("2",), ("3", "5"), ("6",), seconds=1)
    assert "ended by itself, or was ended" in came["1"]
    assert "took longer than 1 seconds" in came["2"]
    assert "ended by itself" in came["3"]
    assert [came[name] for name in ("0", "4", "5", "6")] == [""] * 4
    # What a library says as it goes down may hold figures: it is kept, and not in the log.
    assert "13 persons" not in "".join(capfd.readouterr())
    assert (tmp_path / "libraries.log").read_text() == "thread panicked at 13 persons"
    assert (tmp_path / "libraries.log").stat().st_mode & 0o007 == 0


def test_figures_for_which_memory_does_not_suffice_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    start = figures._start

    def poor() -> subprocess.Popen[str]:
        resource.setrlimit(resource.RLIMIT_AS, (200 << 20, limits[1]))
        try:
            return start()
        finally:
            resource.setrlimit(resource.RLIMIT_AS, limits)

    monkeypatch.setattr(figures, "_start", poor)
    monkeypatch.setenv(STRAY, str(tmp_path / "libraries.log"))
    assert "as when memory runs out" in make(tmp_path, ("0",), seconds=60)["0"]


def test_pages_are_made_after_the_process_of_warm_kernels_was_killed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    provisioner._say_plain.cache_clear()
    kills = notebook(
        tmp_path / "kills.ipynb", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
        "import time\ntime.sleep(60)",
    )  # fmt: skip
    page = notebook(tmp_path / "page.ipynb", "import os\nprint(os.getppid())")
    with warm_kernels() as address, kernel_environment({ADDRESS: address}):
        assert execute(kills, {}, timeout_seconds=5).problem
        made = execute(page, {}, timeout_seconds=60)
    assert made.problem == ""
    assert made.notebook.cells[-1].outputs[0].text.strip() == str(os.getpid())
    assert [one.message for one in caplog.records if one.name == "workforce"] != []


SOCKETS = """
import json, os, pathlib, stat
from ipykernel.connect import get_connection_file
file = pathlib.Path(get_connection_file())
told = json.loads(file.read_text())
folder = pathlib.Path(told["ip"]).parent
others = stat.S_IRWXG | stat.S_IRWXO
print(told["transport"], bool(told["key"]), file.stat().st_mode & others)
print(folder.stat().st_mode & others, folder.owner() == file.owner(), len(list(folder.iterdir())))
"""
HUNGRY = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
import numpy as np
persons = np.ones((20_000, 20_000))
"""
SAYS = """
import os, sys
os.write(2, b"library: 13 persons\\n")
"""
REACHES = """
import socket, urllib.request
told = []
for reach in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.create_connection(("2001:db8::1", 80), timeout=1),
    lambda: urllib.request.urlopen("http://data.ssb.no", timeout=1),
    lambda: socket.getaddrinfo("data.ssb.no", 443),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9)),
):
    try:
        reach()
        told.append("reached")
    except OSError as error:
        told.append(str(error))
print(told.count("reached"), sum("reaches no other machine" in one for one in told))
here = socket.create_server(("127.0.0.1", 0))
socket.create_connection(here.getsockname()).close()
"""


@pytest.fixture(scope="module", params=["warm", "plain"])
def kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """Kernels of both kinds."""
    if request.param == "plain":
        with kernel_environment({ADDRESS: ""}):
            yield
    else:
        with warm_kernels() as address, kernel_environment({ADDRESS: address}):
            yield


@pytest.mark.usefixtures("kernels")
def test_a_notebook_reaches_no_other_machine_talks_by_the_owners_sockets_and_is_told_of_memory(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STRAY, str(tmp_path / "libraries.log"))
    page = notebook(tmp_path / "page.ipynb", REACHES, SOCKETS, SAYS, HUNGRY)
    made = execute(page, {"audience": "internal"}, timeout_seconds=60)
    reached, sockets = (made.notebook.cells[number].outputs[0].text for number in (2, 3))
    assert reached == "0 5\n"
    # Connection file and sockets are the owner's alone, and who talks there needs the key.
    assert sockets == "ipc True 0\n0 True 5\n"
    # The message of a library may hold figures, and goes to logs without them.
    assert made.problem.startswith("cell 6: ")
    assert "MemoryError: Unable to allocate … GiB" in made.problem
    assert not any(letter.isdigit() for letter in made.problem.partition(": ")[2])
    said = "".join(capfd.readouterr())
    assert "13 persons" not in said
    if (address := os.environ[ADDRESS]) != "":
        assert Path(address).parent.stat().st_mode & 0o077 == 0


def test_where_sockets_have_no_room_kernels_talk_over_this_machines_ports_with_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, "")
    monkeypatch.setattr(kernels_module, "_connection", lambda _: {})
    code = (
        SOCKETS.split("folder =")[0] + "\nprint(told['transport'], told['ip'], bool(told['key']))"
    )
    with no_network():
        made = execute(notebook(tmp_path / "page.ipynb", code), {}, timeout_seconds=60)
    assert made.problem == ""
    assert made.notebook.cells[-1].outputs[0].text == "tcp 127.0.0.1 True\n"
