"""Round trips of a run, counted at a proxy that delays each direction."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import paramiko
import pytest

from dockwright.box import begun
from dockwright.box.fact import fact_of
from dockwright.box.reach import reach
from dockwright.box.this_run import LOOK, this_run
from dockwright.box.tunnel import pool
from dockwright.facts.content import Content
from tests.bench.proxy import Proxy
from tests.ssh_server import Server, serving
from tests.unit.box.boxes import KEY, Here, this_machine

DELAY, FACTS = 0.05, 20


class Nothing(BaseHTTPRequestHandler):
    """A registry that has nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setenv("XDG_CACHE_HOME", f"{tmp_path}/cache")
    # the server's programs are this process's own here
    monkeypatch.setattr(begun, "_STARTS", frozenset())
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def test_twenty_questions_that_were_foreseen_are_one(here: Here) -> None:
    texts = {}
    for number in range(FACTS):
        path = here.folder / f"file {number}"
        path.write_text(f"its text {number}")
        path.chmod(0o644)
        texts[str(path)] = f"its text {number}"
    took = []
    port = here.server(seconds=0)
    with Proxy(("127.0.0.1", port), DELAY) as proxy:
        for _ in range(2):
            proxy.reset()
            began = time.monotonic()
            host = here.unreached(ssh_port=proxy.port)
            this_run(host.state).purpose = LOOK
            host.state.current_deploy_filename = "deploy.py"
            reach(host)
            connected = proxy.round_trips
            assert {path: fact_of(host, Content, path).text for path in texts} == texts
            took.append((connected, proxy.round_trips - connected, time.monotonic() - began))
            host.disconnect()
    (connects, alone, slow), (again, foreseen, fast) = took
    assert abs(connects - again) <= 1  # its first question is a part of it
    # a session for the next question is opened while one is asked
    assert FACTS <= alone <= FACTS + 3
    assert foreseen <= 2
    assert slow - fast > 0.8 * (alone - foreseen) * DELAY


def test_a_registry_that_is_asked_again_is_one_more(here: Here) -> None:
    with (
        serving(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED)) as port,
        Proxy(("127.0.0.1", port), DELAY) as proxy,
        ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as registry,
    ):
        Thread(target=registry.serve_forever, daemon=True).start()
        host = here.reached(here.unreached(ssh_port=proxy.port))
        before, took = proxy.round_trips, []
        for _ in range(3):
            connections = pool(host, ("127.0.0.1", registry.server_port), None, tls=False)
            assert connections.request("GET", "/v2/").status == 404
            connections.close()
            took.append(proxy.round_trips - before)
        registry.shutdown()
    assert took == [2, 3, 4]
