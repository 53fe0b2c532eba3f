"""What a registry says of a manifest, asked over a connection that is there."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import urllib3

from dockwright.box.tunnel import pool
from dockwright.chain.registry_name import registry_name
from dockwright.facts import manifests
from dockwright.facts.manifests import _at_once, _head, _NotByTunnel, known_by, way
from tests.unit.box.boxes import local

DIGEST = "sha256:" + "a" * 64


class Registry(ThreadingHTTPServer):
    """Answers with one status after the other, the last one for ever."""

    statuses: list[int]
    asked = 0


class Handler(BaseHTTPRequestHandler):
    server: Registry
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        statuses = self.server.statuses
        status = statuses[min(self.server.asked, len(statuses) - 1)]
        self.server.asked += 1
        self.send_response(status)
        if status == 200:
            self.send_header("Docker-Content-Digest", DIGEST)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def head(registry: Registry) -> str | None:
    name = registry_name(f"127.0.0.1:{registry.server_port}")
    with urllib3.HTTPConnectionPool("127.0.0.1", registry.server_port) as connections:
        return _head(connections, name, "zenweb:latest", None)


@pytest.mark.parametrize("statuses", [[200], [500, 200], [503, 500, 200]])
def test_a_registry_that_fails_for_a_moment_is_asked_again(
    registry: Registry, statuses: list[int]
) -> None:
    registry.statuses = statuses
    assert head(registry) == DIGEST
    assert registry.asked == len(statuses)


def test_one_that_goes_on_failing_is_not_asked_for_ever(registry: Registry) -> None:
    registry.statuses = [500]
    with pytest.raises(_NotByTunnel, match="500"):
        head(registry)
    assert registry.asked == 3


def test_of_several_at_once_those_with_another_answer_are_left_to_be_asked_again(
    registry: Registry,
) -> None:
    registry.statuses = [200, 500, 404, 401, 200]
    images = [f"leaf{number}:latest" for number in range(5)]
    with local() as host:
        connections = pool(host, ("127.0.0.1", registry.server_port), None, tls=False)
        name = registry_name(f"127.0.0.1:{registry.server_port}")
        known = _at_once(connections, name, images, None)
        assert known == {images[0]: DIGEST, images[2]: None, images[4]: DIGEST}
        # one alone is no fewer round trips so
        assert _at_once(connections, name, images[:1], None) == {}
    assert registry.asked == 5


@pytest.mark.parametrize(("status", "answer"), [(404, None)])
def test_what_is_not_there_is_asked_once(
    registry: Registry, status: int, answer: str | None
) -> None:
    registry.statuses = [status]
    assert head(registry) is answer
    assert registry.asked == 1


def test_a_registry_whose_ca_the_site_knows_is_asked_by_tls_whatever_the_engine_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def insecure(host: object) -> tuple[str, ...]:
        asked.append(host)
        return ("10.0.0.2:5000",)

    monkeypatch.setattr(manifests, "insecure_on", insecure)
    with local() as host:
        place = ("10.0.0.2", 5000)
        assert way(host, "10.0.0.2:5000") == (place, None, False)
        known_by(host.state, "10.0.0.2:5000", lambda: "its CA")
        assert way(host, "10.0.0.2:5000/team") == (place, "its CA", True)
        assert len(asked) == 1
        # one that has none yet is as the engine knows it
        known_by(host.state, "10.0.0.2:5000", lambda: None)
        assert way(host, "10.0.0.2:5000") == (place, None, False)
