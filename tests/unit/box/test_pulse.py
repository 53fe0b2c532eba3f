"""A box that stands still is told of, and its connection ended: a wire on loopback is cut."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import gevent
import pytest
from pyinfra.api.host import Host

from dockwright.box.connection import broke, is_cut
from dockwright.box.pulse import watch
from dockwright.box.this_run import this_run
from tests.ssh_server import Server, answering, serving
from tests.unit.box.boxes import KEY, Here, local, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


class Wire:
    """What passes bytes on to a port, until it is cut: then both sides stay open and silent."""

    def __init__(self, port: int) -> None:
        self.port, self.cut = port, threading.Event()

    def greet(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self.port))
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                if not self.cut.is_set():
                    other.sendall(data)


@pytest.fixture
def wire(here: Here) -> Wire:
    return Wire(here.ends.enter_context(serving(Server(keys=(KEY,)))))


def _watched(here: Here, wire: Wire) -> Host:
    port = here.ends.enter_context(answering(wire.greet))
    host = here.reached(here.unreached(ssh_port=port, dockwright_answer_seconds=0.4))
    watch(host)
    return host


def _within(seconds: float, host: Host) -> bool:
    until = time.monotonic() + seconds
    while not is_cut(host) and time.monotonic() < until:
        gevent.sleep(0.05)
    return is_cut(host)


def test_a_server_that_answers_keeps_its_connection(here: Here, wire: Wire) -> None:
    host = _watched(here, wire)
    assert not _within(2, host)
    assert host not in this_run(host.state).silent


def test_one_that_stands_still_is_told_of_and_ends_what_waits_for_it(
    here: Here, wire: Wire
) -> None:
    host = _watched(here, wire)
    wire.cut.set()
    assert _within(10, host)
    why = this_run(host.state).silent[host]
    assert why.startswith("box docker: no answer of its SSH server for 0.4 s, and its connection")
    # who comes upon it has this line, and no other
    assert broke(host, EOFError()) == why


def test_a_connection_is_watched_once_and_one_without_ssh_not_at_all(
    here: Here, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = _watched(here, wire)
    monkeypatch.setattr("dockwright.box.pulse.gevent.spawn", lambda *_: pytest.fail("again"))
    watch(host)
    with local() as this:
        watch(this)
    watch(here.unreached())
