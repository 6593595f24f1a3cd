"""Kernels that start warm: forked from a process that has imported what pages need."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workforce.batch.stray import open_stray

ADDRESS = "WORKFORCE_WARM_KERNELS"
"""Environment variable: where the server listens; empty for plain kernels."""
PLAIN = "plain"
"""Value of the variable that asks for plain kernels."""
FORK_SERVER = "workforce.batch.fork_server"
STOP_SECONDS = 5.0


@contextmanager
def warm_kernels() -> Iterator[str]:
    """Serve kernels for as long as a run lasts; gives the address, empty where they are plain.

    The server imports while the run goes on, and whoever asks for a kernel before that waits. Where
    it cannot, the log says so once, and kernels are plain: the pages are the same.
    """
    if os.environ.get(ADDRESS) == PLAIN or sys.platform != "linux":
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="wf-") as folder:
        address = str(Path(folder) / "k")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address)
            listening.listen(128)
            # Nobody but the server listens: where it has ended, whoever asks is refused at once.
            stray = open_stray()
            server = subprocess.Popen(
                [sys.executable, "-P", "-m", FORK_SERVER, str(listening.fileno())],
                stdin=subprocess.PIPE,
                stdout=stray,
                stderr=stray,
                pass_fds=[listening.fileno()],
                start_new_session=True,
                # What its kernels let go of they use again: a page opens no large table.
                env={**os.environ, "_RJEM_MALLOC_CONF": ""},
            )
            os.close(stray)
        try:
            yield address
        finally:
            if server.stdin is not None:
                server.stdin.close()
            try:
                server.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
