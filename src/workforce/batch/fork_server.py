"""Fork kernels from a process that has imported what pages need, and never used it.

`workforce.batch.warm_kernels` runs it with the number of a socket that listens, and a pipe of the
run as standard input: when the run ends, however it ends, this process and every kernel that it
made end too.
"""

import datetime as dt
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from workforce.batch.no_network import forbid_network
from workforce.batch.plain_kernel import without_debugger
from workforce.batch.stray import open_stray
from workforce.contract.councils import COUNCIL
from workforce.contract.facts import Facts
from workforce.contract.names import LANGUAGES
from workforce.reports.charts.chart import draw_ahead
from workforce.texts.catalogue import date, load_texts, number

IMPORTED = (
    *("numpy", "polars", "matplotlib.pyplot", "matplotlib.backends.backend_agg"),
    *("matplotlib_inline.backend_inline", "IPython", "ipykernel.ipkernel", "ipykernel.kernelapp"),
    *("workforce.reports.charts", "workforce.reports.findings", "workforce.reports.notebook"),
    *("workforce.results.figures", "ipykernel.debugger", "IPython.extensions.storemagic", "psutil"),
    *("sqlite3", "numpy.random", "tornado.platform.asyncio", "IPython.core.debugger"),
    *("IPython.core.oinspect", "IPython.core.completerlib", "IPython.core.magics.execution"),
    *("IPython.core.logger", "matplotlib.style.core", "matplotlib.backends.backend_svg"),
    *("polars._utils.parquet", "email.parser"),
)
"""What takes long to import of a kernel, and of what a page shows its figures with."""
IDLE = ("jemalloc_bg_thd", "polars-ooc-clea")
"""Threads of a library that was imported and not used; a child can do without them."""
SELDOM = (100_000, 50, 100)
"""How seldom a kernel looks for what nobody holds: it lives for a page."""
LONGEST = 1 << 20
"""Bytes that a request may have; an environment is much of it."""


def serve(listening: socket.socket) -> None:
    """Import, then fork a kernel for every connection, until standard input ends."""
    without_debugger()
    for name in IMPORTED:
        importlib.import_module(name)
    for language in LANGUAGES:  # What is read of texts and locales is there in every kernel.
        texts = load_texts(language)
        for employer in (Facts.employer, COUNCIL):
            load_texts(language, employer=employer)
        number(1.5, texts, decimals=1)
        date(dt.date(2026, 1, 1), texts)
    draw_ahead()
    # A thread at work holds locks that no child could ever open.
    if busy := sorted(set(_threads()) - set(IDLE)):
        sys.exit(f"after the imports the threads {', '.join(busy)} are at work")
    gc.collect()
    gc.freeze()
    with selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin.fileno(), selectors.EVENT_READ)
        waiting.register(listening, selectors.EVENT_READ)
        kernels: dict[int, int] = {}
        while True:
            for key, _ in waiting.select():
                if key.fileobj is listening:
                    made = _answer(listening.accept()[0], waiting, listening)
                    if made is not None:
                        kernels[made[0]] = made[1]
                        waiting.register(made[0], selectors.EVENT_READ)
                elif key.fd in kernels:
                    waiting.unregister(key.fd)
                    os.waitpid(kernels.pop(key.fd), 0)
                    os.close(key.fd)
                elif not os.read(key.fd, 1):
                    for kernel in kernels.values():
                        os.killpg(kernel, signal.SIGKILL)
                    return


def _threads() -> list[str]:
    """Name the threads of this process beside its first."""
    tasks = Path("/proc/self/task")
    own = str(os.getpid())
    return [(one / "comm").read_text().strip() for one in tasks.iterdir() if one.name != own]


def _answer(
    asked: socket.socket, waiting: selectors.BaseSelector, listening: socket.socket
) -> tuple[int, int] | None:
    """Fork the kernel that is asked for, and give what tells of its end, and its number."""
    with asked:
        asked.settimeout(5.0)
        try:
            request = _read(asked)
        except (OSError, ValueError):
            return None  # Whoever asked has gone.
        child = os.fork()
        if child == 0:
            asked.close()
            listening.close()
            waiting.close()
            _become_kernel(request)
        # The child may not have come to it yet, and is to be ended as a group from the first.
        os.setpgid(child, child)
        end = os.pidfd_open(child)
        try:
            socket.send_fds(asked, [str(child).encode()], [end])
        except OSError:
            os.killpg(child, signal.SIGKILL)
        return end, child


def _read(asked: socket.socket) -> dict[str, Any]:
    text = b""
    while not text.endswith(b"\n"):
        part = asked.recv(LONGEST)
        if not part or len(text) > LONGEST:
            raise ValueError("the request is not whole")
        text += part
    found: dict[str, Any] = json.loads(text)
    return found


def _become_kernel(request: dict[str, Any]) -> None:
    """Be the kernel of one notebook, and end with it."""
    status = 1
    try:
        os.setpgid(0, 0)
        gc.set_threshold(*SELDOM)
        os.environ.clear()
        os.environ.update(request["environment"])
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.dup2(open_stray(), 2)
        os.environ["JPY_PARENT_PID"] = str(os.getppid())
        os.chdir(request["folder"])
        forbid_network()
        import numpy as np
        from ipykernel.kernelapp import IPKernelApp

        random.seed()
        np.random.seed()  # noqa: NPY002
        app: Any = IPKernelApp.instance()
        app.initialize(request["arguments"])
        # Imported before there was a shell, matplotlib does not know of it.
        app.shell.enable_matplotlib("inline")
        app.start()
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
