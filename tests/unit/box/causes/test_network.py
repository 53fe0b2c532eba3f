"""Causes on the way to a box: its name, its address, its greeting, a jump host."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko.ssh_exception import IncompatiblePeer, NoValidConnectionsError

from dockwright.box.causes import Asked, line, network
from tests.ssh_server import Server, closed_port
from tests.unit.box.causes.here import KEY, Here, check, config, jump, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def _http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.0 400 Bad Request\r\n" * 200)


def _full(here: Here) -> int:
    """A port whose queue is full: the system takes no further connection, and says nothing."""
    listening = here.servers.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _ in range(4):
        waiting = here.servers.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(listening.getsockname())
    return int(listening.getsockname()[1])


FORBIDDEN = paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
UNREACHED = paramiko.OPEN_FAILED_CONNECT_FAILED

# name of the cause: what is asked for; what is said behind `box docker: `, with * for what varies
CAUSES: dict[str, tuple[Callable[[Here], dict[str, Any]], str]] = {
    "it is let in": (lambda here: {"ssh_port": here.port()}, "connected"),
    "a name that nobody knows": (
        lambda here: {"ssh_hostname": "gone.invalid"},
        # a machine without a name server says so
        "no * (gone.invalid); *ssh_hostname*",
    ),
    "no name at all": (
        lambda here: {"ssh_hostname": "a..b"},
        "no host name (a..b); correct ssh_hostname",
    ),
    "connection refused": (
        lambda here: {"ssh_port": closed_port()},
        "connection refused (127.0.0.1:*); start its SSH server, or correct ssh_port",
    ),
    "time runs out": (
        lambda here: {"ssh_port": _full(here), "seconds": 1},
        "no answer (127.0.0.1:*, 1 s); see that it is up, its address, and the firewalls between",
    ),
    "no greeting": (
        lambda here: {"ssh_port": here.greeting(lambda connection: None), "seconds": 1},
        "connected, and no SSH server greets (127.0.0.1:*, 1 s); see that its SSH server is not "
        "stuck, and ssh_port",
    ),
    "closed before the greeting": (
        lambda here: {"ssh_port": here.greeting(socket.socket.close)},
        "the connection is closed before an SSH server greets (127.0.0.1:*); see the log of its "
        "SSH server, and ssh_port",
    ),
    "no SSH server": (
        lambda here: {"ssh_port": here.greeting(_http)},
        "what answers is no SSH server (127.0.0.1:*); correct ssh_port",
    ),
    "a jump host that refuses": (
        lambda here: config(here, f"Host 127.*\n  ProxyJump me@localhost:{closed_port()}\n"),
        "jump host localhost: connection refused (localhost:*); start its SSH server, or correct "
        "its Port in HOME/config",
    ),
    "a jump host that forbids forwarding": (
        lambda here: jump(here, Server(keys=(KEY,), forwards=FORBIDDEN)),
        "jump host localhost forbids forwarding (to 127.0.0.1:*); allow it there with "
        "AllowTcpForwarding, or take another ProxyJump",
    ),
    "a jump host that does not reach it": (
        lambda here: jump(here, Server(keys=(KEY,), forwards=UNREACHED)),
        "jump host localhost does not reach it (127.0.0.1:*: Connect failed); see that it is up, "
        "and its address as the jump host knows it",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_its_own_words(here: Here, cause: str) -> None:
    check(here, CAUSES[cause])


def test_no_route_is_told_with_the_system_s_word() -> None:
    # no machine can be relied upon to have none: the exception is made as paramiko makes it
    none = OSError(errno.EHOSTUNREACH, "No route to host")
    error = NoValidConnectionsError({("192.0.2.1", 22): none})
    assert line(error, Asked("docker", "192.0.2.1")) == (
        "box docker: no route to it (192.0.2.1:22: No route to host); see its address, and the "
        "network of this machine"
    )


def test_a_name_server_that_does_not_answer_is_not_a_name_that_nobody_knows() -> None:
    error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert line(error, Asked("docker", "docker.example")).startswith(
        "box docker: no name server answers (docker.example); see /etc/resolv.conf"
    )


def test_where_it_does_not_answer_the_way_out_is_the_caller_s() -> None:
    asked = Asked("docker", "192.0.2.1", absent="start it, or leave it out with --limit")
    assert line(TimeoutError("timed out"), asked) == (
        "box docker: no answer (192.0.2.1:22, 10 s); start it, or leave it out with --limit"
    )


def _asked(**more: Any) -> Asked:
    return Asked("docker", "192.0.2.1", **more)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(111, "refused"), "connection refused"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no route to it"),
        (OSError(errno.ENOENT, "No such file or directory"), None),
        (ValueError("refused"), None),
        # of several addresses the one that answers at all tells more
        (NoValidConnectionsError({
            ("::1", 22): OSError(errno.ENETUNREACH, "Network is unreachable"),
            ("127.0.0.1", 22): ConnectionRefusedError(111, "refused"),
        }), "connection refused"),
    ],
)  # fmt: skip
def test_no_server_and_no_way_are_two_causes(error: Exception, said: str | None) -> None:
    found = network.refused(error, _asked())
    assert found is said is None or (found is not None and found.startswith(f"{said} ("))


def test_time_that_runs_out_is_told_with_how_long_it_was() -> None:
    assert network.silence(TimeoutError(), _asked(port=2222, seconds=2.5)) == (
        "no answer (192.0.2.1:2222, 2.5 s); see that it is up, its address, and the firewalls "
        "between"
    )
    assert network.silence(OSError(), _asked()) is None


def test_a_server_that_is_too_old_is_told_as_such() -> None:
    found = network.greeting(IncompatiblePeer("no acceptable kex algorithm"), _asked())
    assert found is not None
    assert "no method in common" in found
    assert "no acceptable kex algorithm" in found


@pytest.mark.parametrize(
    ("code", "said"), [(1, "jump host j forbids forwarding"), (2, "jump host j does not reach it")]
)
def test_a_jump_host_that_lets_nobody_through(code: int, said: str) -> None:
    error = paramiko.ChannelException(code, "no\x1b[2J")
    found = network.forwarding([ValueError(), error], ("j", 22, "me"), _asked())
    assert found is not None
    assert found.startswith(said)
    assert found.isprintable()
    assert network.forwarding([ValueError()], ("j", 22, "me"), _asked()) is None
    assert network.hop([ValueError()]) is None
