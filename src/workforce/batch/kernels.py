"""Execute one notebook in a kernel of its own with papermill, and say plainly how it ended."""

import contextlib
import logging
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from workforce.errors import ReportError, WorkforceError

KERNEL_ENVIRONMENT = {
    # Kernels run side by side; threads within them would only take turns on the same processors.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    # What polars no longer needs goes back to the system at once, and not when memory is short.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # Take the kernel of this environment, not one of the same name in the home folder.
    "JUPYTER_PREFER_ENV_PATH": "1",
}
_SILENT = logging.NullHandler()
MAKERS = ("papermill", "nbconvert")
"""What takes long to import and pages are made with."""
NUMBER = re.compile(r"\d([\d.,\s]*\d)?")
SHORT = 300
"""Longest message of an exception to show. [characters]"""


@dataclass(frozen=True)
class Execution:
    """A notebook that ran, and one sentence on what went wrong, empty where nothing did."""

    notebook: Any
    problem: str
    details: str = ""


def import_makers() -> None:
    """Import what pages are made with, but what only checks addresses that no notebook has.

    That is the slowest half of papermill; whoever runs pages from a program may import it after.
    """
    left_out = "rfc3987_syntax"
    absent = left_out not in sys.modules
    if absent:
        sys.modules[left_out] = None  # type: ignore[assignment]
    try:
        for name in MAKERS:
            import_module(name)
    finally:
        if absent:
            del sys.modules[left_out]


def execute(source: Path, parameters: Mapping[str, Any], *, timeout_seconds: float) -> Execution:
    """Execute a notebook to its end, its first error, or the end of its time in seconds.

    papermill reports a notebook as complete after ``sys.exit(0)``, a dead kernel or a timeout, so
    whether each code cell ran is looked up here. The notebook itself is left as it is; parameters
    are what YAML and JSON can hold.
    """
    from jupyter_core.utils import ensure_event_loop
    from nbclient.exceptions import DeadKernelError
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from workforce.batch.provisioner import WarmKernelManager

    started: dict[int, Any] = {}
    deadline = time.monotonic() + timeout_seconds
    folder = Path(tempfile.mkdtemp(prefix="wf-"))
    problem = details = ""
    notebook = None
    try:
        notebook = execute_notebook(
            str(source),
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=120,
            timeout_func=lambda _: max(1, int(deadline - time.monotonic())),
            on_cell_start=lambda cell, cell_index: started.__setitem__(cell_index, cell),
            shutdown_kernel="immediate",
            # papermill's client takes its history from memory; a file would be fought over.
            ipython_hist_file=":memory:",
            config=Config(_connection(folder)),
            kernel_manager_class=WarmKernelManager,
        )
    except PapermillExecutionError as error:
        raised = say_raised(error.ename, error.evalue, parameters.get("audience", ""))
        problem = f"cell {error.cell_index + 1}: {raised}"
        details = "\n".join(error.traceback)
    except TimeoutError:
        problem = (
            f"{_last(started)}: the page took longer than {timeout_seconds:g} seconds "
            "(timeout_seconds)"
        )
    except DeadKernelError:
        problem = (
            f"{_last(started)}: the kernel died: its process ended by itself, or was ended, "
            "as when memory runs out"
        )
    except RuntimeError as error:
        problem = f"{_last(started)}: the kernel failed: {shorten(str(error))}"
    finally:
        # The client leaves a loop, and with it sockets, to a thread that may end before them.
        ensure_event_loop().close()
        shutil.rmtree(folder, ignore_errors=True)
    if notebook is None:
        notebook = _as_far_as_it_came(source, parameters, started)
    problem = problem or _find_unfinished(notebook, parameters.get("audience", ""))
    return Execution(notebook, problem, details)


@contextlib.contextmanager
def kernel_environment(more: Mapping[str, str]) -> Iterator[None]:
    """Set what kernels inherit for as long as a run lasts, and keep to itself what papermill logs.

    So does asyncio, of a kernel that was ended while somebody waited for it.
    """
    for name in ("papermill", "asyncio"):
        logging.getLogger(name).addHandler(_SILENT)
    given = {**KERNEL_ENVIRONMENT, **more}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def say_raised(kind: str, message: str, audience: str) -> str:
    """Say what was raised; a message that is not ours may hold figures, which go to no log.

    The pages of the public know none but protected ones. All of it is in the notebook that failed.
    """
    ours = kind in {"WorkforceError", *(one.__name__ for one in WorkforceError.__subclasses__())}
    if audience == "internal" and not ours:
        message = NUMBER.sub("…", message)
    return f"{kind}: {shorten(message)}"


def shorten(message: str) -> str:
    """Put a message on one line, and end it where it gets long."""
    line = " ".join(message.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def _connection(folder: Path) -> dict[str, Any]:
    """Let a kernel talk over sockets in a folder of its own: ports race, and Windows has only them.

    The name of a socket may have about 100 characters.
    """
    address = str(folder / "k")
    if sys.platform == "win32" or len(address) > 90:
        return {}
    return {"KernelManager": {"transport": "ipc", "ip": address}}


def _last(started: Mapping[int, Any]) -> str:
    return f"cell {max(started) + 1}" if started else "before the first cell"


def _find_unfinished(notebook: Any, audience: str) -> str:
    """Say which code cell did not run, for a notebook that ended without an exception."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and errors[0].ename == "SystemExit":
            return f"cell {number}: SystemExit: sys.exit was called, the rest did not run"
        if errors:
            raised = say_raised(errors[0].ename, errors[0].evalue, audience)
            return f"cell {number}: {raised}"
        if cell.execution_count is None:
            return f"cell {number}: the cell did not run"
    return ""


def _as_far_as_it_came(
    source: Path, parameters: Mapping[str, Any], started: Mapping[int, Any]
) -> Any:
    """Put the cells that were started into the notebook with its parameters, for the analyst."""
    from papermill import execute_notebook

    try:
        notebook = execute_notebook(
            str(source), None, parameters=dict(parameters), prepare_only=True, progress_bar=False
        )
    except OSError as error:
        raise ReportError(f"{source} cannot be read: {error.strerror}.") from error
    for index, cell in started.items():
        notebook.cells[index] = cell
    return notebook
