"""Sessions kept for the next use are given back where somebody else waits for one."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyinfra.api.host import Host

from dockwright.box import channels
from dockwright.box.channels import Budget, budget_of
from dockwright.box.connection import by_ssh
from dockwright.box.idle import IdlePool, give_back_files
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _idle(pool: IdlePool) -> int:
    """How many of its connections are open, and used by nobody."""
    assert pool.pool is not None
    return sum(one is not None and one.sock is not None for one in pool.pool.queue)


def _budget(host: Host) -> Budget:
    connector = by_ssh(host)
    assert connector is not None
    found = budget_of(connector)
    assert found is not None
    return found


def test_an_idle_connection_is_kept_until_somebody_waits(here: Here, port: int) -> None:
    host = here.over_ssh(Server(keys=(KEY,)))
    pool = IdlePool(host, "127.0.0.1", port=port, maxsize=3)
    pool.request("GET", "/")
    assert _idle(pool) == 1
    taken = [_budget(host).session(f"number {one}") for one in range(channels.MOST)]
    with pytest.raises(channels.NoChannel):
        _budget(host).session("one more", waits=0.1)
    assert _idle(pool) == 0
    for session in taken:
        session.close()
    # and it works on with a new one
    assert pool.request("GET", "/").status == 200


def test_what_is_used_while_somebody_waits_is_not_kept_behind_it(here: Here, port: int) -> None:
    host = here.over_ssh(Server(keys=(KEY,)))
    pool = IdlePool(host, "127.0.0.1", port=port, maxsize=3)
    pool.request("GET", "/")
    taken = [_budget(host).session(f"number {one}") for one in range(channels.MOST)]
    waiting = threading.Thread(target=_budget(host).session, args=("one more",))
    waiting.start()
    until = time.monotonic() + 5
    while not _budget(host).is_waited_for and time.monotonic() < until:
        time.sleep(0.01)
    pool.request("GET", "/")
    assert _idle(pool) == 0
    for session in taken:
        session.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_box_that_is_this_machine_has_nobody_who_waits(port: int) -> None:
    with local() as host:
        pool = IdlePool(host, "127.0.0.1", port=port, maxsize=2)
        for _ in range(3):
            pool.request("GET", "/")
        assert _idle(pool) == 1
        pool.give_back()
        assert _idle(pool) == 0


def test_files_of_a_connection_are_counted_once(here: Here) -> None:
    connector = by_ssh(here.over_ssh(Server(keys=(KEY,))))
    assert connector is not None
    give_back_files(connector)
    kept = vars(connector)["dockwright_files"]
    give_back_files(connector)
    assert vars(connector)["dockwright_files"] is kept
