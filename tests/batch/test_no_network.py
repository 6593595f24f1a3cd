"""A run reaches this machine and no other, and gives the network back when it is over."""

import socket

import pytest

from workforce.batch.no_network import _refuse_in_run, no_network


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "2001:db8::1", "data.ssb.no", b"data.ssb.no", "fe80::1%eth0", "10.0.0.1"]
)
def test_other_machines_are_refused_by_name_and_address_while_a_run_lasts(host: str) -> None:
    with no_network(), no_network():
        for reach in (
            lambda: socket.getaddrinfo(host, 443),
            lambda: _refuse_in_run("socket.connect", (None, (host, 443))),
            lambda: _refuse_in_run("socket.sendto", (None, (host, 443, 0, 0))),
        ):
            with pytest.raises(PermissionError, match="a run reaches no other machine"):
                reach()
    _refuse_in_run("socket.connect", (None, (host, 443)))


def test_this_machine_and_sockets_that_are_files_are_reached(tmp_path_factory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "k")
    with no_network(), socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()).close()
        socket.create_connection(("localhost", here.getsockname()[1])).close()
        with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as asking:
            listening.bind(path)
            listening.listen()
            asking.connect(path)
