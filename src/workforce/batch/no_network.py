"""No network in a run: its processes reach no other machine, whatever a library or notebook tries.

An audit hook holds what Python itself does. Programs that a notebook starts, and libraries that
call the system by themselves, are held by the namespace of a container or a service.
"""

import errno
import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TO_ADDRESS = ("socket.connect", "socket.sendto", "socket.sendmsg")
"""Events of a socket that is to reach an address: a path, or a host and a port."""
TO_NAME = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
"""Events of a name that a server of names would be asked for."""
_runs: list[None] = []
_hooked: list[None] = []


def forbid_network() -> None:
    """Refuse other machines in this process from now on; nothing can take that back."""
    sys.addaudithook(_refuse)


@contextmanager
def no_network() -> Iterator[None]:
    """Refuse other machines in this process for as long as a run lasts."""
    if not _hooked:
        _hooked.append(None)
        sys.addaudithook(_refuse_in_run)
    _runs.append(None)
    try:
        yield
    finally:
        _runs.pop()


def _refuse_in_run(event: str, given: tuple[Any, ...]) -> None:
    if _runs:
        _refuse(event, given)


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    """Raise where an event of the interpreter would reach another machine."""
    if event in TO_ADDRESS:
        address = given[1]
        # Addresses of other kinds are paths, and what the machine says to itself.
        host = address[0] if isinstance(address, tuple) and len(address) in (2, 4) else None
    elif event in TO_NAME:
        host = given[0]
    else:
        return
    if host is not None and not _is_here(host):
        raise PermissionError(
            errno.EACCES, "a run reaches no other machine: fetch what it needs before it begins"
        )


def _is_here(host: str | bytes) -> bool:
    """Whether a host is this machine, told without asking anybody."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
