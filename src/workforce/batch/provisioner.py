"""Kernels of a run: forked by its server of warm ones, and plain where it is not there."""

import json
import logging
import os
import select
import signal
import socket
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from workforce.batch.stray import open_stray
from workforce.batch.warm_kernels import ADDRESS, PLAIN

START_SECONDS = 120.0
"""Seconds to wait for the server, which may be importing still."""
LAUNCHER = "ipykernel_launcher"
ENDED = "the server of warm kernels has ended"
log = logging.getLogger("workforce")


class WarmKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel is forked, or plain where that cannot or need not be."""

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        self.kernel_id = self.kernel_id or str(uuid4())
        self.provisioner = self.provisioner or WarmProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        started: tuple[list[str], dict[str, Any]] = await super()._async_pre_start_kernel(**kw)
        return started


class WarmProvisioner(LocalProvisioner):
    """Ask the server of warm kernels for one; a plain one where it does not answer."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel: the command tells its connection file, as for a plain one."""
        address = os.environ.get(ADDRESS, "")
        if address in ("", PLAIN):
            return await self._launch_plain(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or Path.cwd())
        try:
            kernel = _ask(address, _arguments(cmd), kwargs.get("env") or dict(os.environ), folder)
        except OSError as error:
            # An end of the server is met as a reset, a refusal or silence, and is told once.
            _say_plain(ENDED if isinstance(error, ConnectionError) else str(error))
            return await self._launch_plain(cmd, **kwargs)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info

    async def _launch_plain(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel that imports by itself, and keep what libraries write out of the log."""
        cmd = [cmd[0], "-P", "-m", "workforce.batch.plain_kernel", *_arguments(cmd)]
        stray = open_stray()
        try:
            return await super().launch_kernel(
                cmd, **{**kwargs, "stdout": subprocess.DEVNULL, "stderr": stray}
            )
        finally:
            os.close(stray)


class Forked:
    """A kernel that another process forked, as far as a manager asks what a child of its own tells.

    ``end`` can be read from when the process has ended, also when its number has been given anew.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, end: int) -> None:
        self.pid = pid
        self.end = end
        self.ended = False

    def poll(self) -> int | None:
        """Give None for as long as the kernel lives."""
        if not self.ended and select.select([self.end], [], [], 0)[0]:
            self.ended = True
            os.close(self.end)
        return 1 if self.ended else None

    def wait(self) -> int:
        """Wait until it has ended."""
        if not self.ended:
            select.select([self.end], [], [])
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.end, number)

    def terminate(self) -> None:
        """End it."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _arguments(cmd: list[str]) -> list[str]:
    """Give what a kernel is told beside how it is started."""
    if LAUNCHER not in cmd:
        raise RuntimeError(
            f"The kernel python3 of this environment is started by {' '.join(cmd[:3])}, and a run "
            f"knows {LAUNCHER} alone. Install ipykernel anew."
        )
    return cmd[cmd.index(LAUNCHER) + 1 :]


def _ask(address: str, arguments: list[str], environment: dict[str, str], folder: str) -> Forked:
    """Ask the server for a kernel."""
    request = {"arguments": arguments, "environment": environment, "folder": folder}
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(START_SECONDS)
        asking.connect(address)
        asking.sendall(json.dumps(request).encode() + b"\n")
        told, ends, _, _ = socket.recv_fds(asking, 32, 1)
        if not ends:
            raise ConnectionError(ENDED)
        return Forked(int(told), ends[0])


@cache
def _say_plain(reason: str) -> None:
    """Say once why kernels are plain."""
    log.warning("Kernels start one by one, which takes longer: %s.", reason)
