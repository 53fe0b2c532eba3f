"""A connection to a registry that is kept for the next question."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import paramiko
import pytest
import urllib3
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector

from dockwright.box import begun, tunnel
from dockwright.box.side_by_side import side_by_side
from dockwright.box.tunnel import pool
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine
from tests.unit.box.registries import asked, certificate, registry


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize("by", ["@local", "ssh"])
def test_the_next_question_has_the_connection_of_the_one_before(here: Here, by: str) -> None:
    with local() as this, registry() as place, registry() as other:
        host = this
        if by == "ssh":
            host = here.over_ssh(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED))
        first = asked(host, place)
        assert asked(host, place) == first
        assert asked(host, other) != first
        assert asked(host, place) == first


def test_one_box_s_connection_is_no_other_box_s() -> None:
    with local("web1") as host, registry() as place:
        other = host.state.inventory.get_host("web1")
        other.connector = LocalConnector(host.state, other)
        assert asked(host, place) != asked(other, place)


@pytest.mark.parametrize("by", ["@local", "ssh"])
def test_with_tls_the_next_question_has_it_where_the_same_ca_vouches_for_it(
    here: Here, by: str
) -> None:
    pem, context = certificate(here.folder)
    with local() as this, registry(context) as place:
        host = this
        if by == "ssh":
            host = here.over_ssh(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED))
        first = pool(host, place, pem, tls=True)
        said = first.request("GET", "/x").data
        first.close()
        again = pool(host, place, pem, tls=True)
        assert again.request("GET", "/x").data == said
        again.close()
        with pytest.raises((urllib3.exceptions.HTTPError, OSError), match="certificate"):
            pool(host, place, None, tls=True).request("GET", "/x")


def test_none_is_kept_once_anything_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    with local() as host, registry() as place:
        first = asked(host, place)
        begun.begins()
        second = asked(host, place)
        assert second != first
        with begun.under_way():
            third = asked(host, place)
            assert third not in (first, second)
        # of one that was made while something was under way nobody knows what it has seen
        assert asked(host, place) not in (first, second, third)


def test_one_that_something_began_beside_is_not_kept() -> None:
    with local() as host, registry() as place:
        connections = pool(host, place, None, tls=False)
        first = connections.request("GET", "/x").data
        begun.begins()
        # within a question it goes on
        assert connections.request("GET", "/x").data == first
        connections.close()
        assert asked(host, place).encode() not in first


def test_it_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with local() as host, registry() as place:
        first = asked(host, place)
        monkeypatch.setattr(tunnel, "HOLDS", 0)
        assert asked(host, place) != first


@pytest.mark.parametrize("by", ["@local", "ssh"])
@pytest.mark.parametrize("then", ["ends", "says more"])
def test_one_that_its_server_has_done_with_is_not_used(here: Here, by: str, then: str) -> None:
    def serve() -> None:
        for number in (1, 2):
            side, _ = server.accept()
            side.recv(1 << 16)
            side.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nx %d" % number)
            time.sleep(0.2)
            if then == "ends":
                side.close()
            else:
                side.sendall(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
                sides.append(side)

    sides: list[socket.socket] = []
    with local() as this, socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        host, place = this, server.getsockname()
        if by == "ssh":
            host = here.over_ssh(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED))
        assert asked(host, place) == "1"
        [[kept]] = tunnel._of_run(host.state).idle.values()
        assert kept.is_connected
        until = time.monotonic() + 10
        while kept.is_connected and time.monotonic() < until:
            time.sleep(0.05)
        assert not kept.is_connected
        assert asked(host, place) == "2"
    for side in sides:
        side.close()


Sides = list[socket.socket]


@contextmanager
def ending(end: Callable[[Sides], object]) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A registry that answers each connection once; at the next question there, it does ``end``."""
    asked_so_far: list[bytes] = []
    sides: Sides = []

    def serve(side: socket.socket) -> None:
        with suppress(OSError):
            while data := side.recv(1 << 16):
                asked_so_far.append(data.split(b" ")[0])
                if side in sides:
                    end([side])
                    return
                sides.append(side)
                side.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nx %d" % len(sides))

    def take() -> None:
        with suppress(OSError):
            while True:
                side, _ = server.accept()
                threading.Thread(target=serve, args=(side,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=take, daemon=True).start()
        try:
            yield server.getsockname(), asked_so_far
        finally:
            for side in sides:
                side.close()


ENDS: dict[str, Callable[[Sides], object]] = {
    "it ends it": lambda sides: sides[0].close(),
    "it says something else": lambda sides: sides[0].sendall(b"what?\r\n"),
    "it says nothing": lambda sides: None,
}


def _ask(stream: socket.socket) -> tuple[str, bool]:
    stream.sendall(b"GET / HTTP/1.1\r\n\r\n")
    said = stream.recv(1000)
    if b"x " not in said:
        raise ConnectionError(f"{said!r}")
    return said.decode()[-1:], True


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("at_once", [False, True])
def test_what_only_reads_is_asked_again_where_the_one_that_was_kept_broke(
    end: str, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tunnel, "SECONDS", 1)

    with local() as host, ending(ENDS[end]) as (place, so_far):
        assert asked(host, place) == "1"
        if at_once:
            connections = pool(host, place, None, tls=False)
            assert connections.on_one(_ask) == "2"
            connections.close()
        else:
            assert asked(host, place) == "2"
        assert so_far == [b"GET"] * 3


def test_several_that_were_kept_and_broke_at_once_are_each_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tunnel, "SECONDS", 1)

    def two(host: Host, place: tuple[str, int]) -> list[str]:
        connections = pool(host, place, None, tls=False)
        try:
            return side_by_side(lambda _: connections.on_one(_ask), range(2), 2)
        finally:
            connections.close()

    with local() as host, ending(ENDS["it says nothing"]) as (place, _):
        assert sorted(two(host, place)) == ["1", "2"]
        assert sorted(two(host, place)) == ["3", "4"]


def test_what_writes_is_not_asked_again() -> None:
    with local() as host, ending(lambda sides: sides[0].close()) as (place, so_far):
        assert asked(host, place) == "1"
        with pytest.raises((urllib3.exceptions.HTTPError, OSError)):
            asked(host, place, by="POST")
        assert so_far == [b"GET", b"POST"]


def test_one_that_its_server_has_ended_meanwhile_is_not_tried() -> None:
    with local() as host, ending(lambda sides: None) as (place, so_far):
        assert asked(host, place) == "1"
        [[kept]] = tunnel._of_run(host.state).idle.values()
        kept.sock.shutdown(socket.SHUT_RD)
        assert asked(host, place) == "2"
        assert so_far == [b"GET"] * 2


@pytest.mark.parametrize("by", ["@local", "ssh"])
def test_a_box_that_is_disconnected_keeps_none(here: Here, by: str) -> None:
    with local() as this, registry() as place:
        host = this
        if by == "ssh":
            host = here.over_ssh(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED))
        asked(host, place)
        [[kept]] = tunnel._of_run(host.state).idle.values()
        host.disconnect()
        assert kept.sock is None
        assert tunnel._of_run(host.state).idle == {}
