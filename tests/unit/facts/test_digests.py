"""What a plan asks a registry, by boxes and leaves: a registry on loopback counts."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import gevent
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector

from dockwright.facts import digests as of_site
from dockwright.facts import manifests
from dockwright.facts.digests import ACCESS, digest_in, foresee
from dockwright.registry.login import Login

LOGIN = Login("dockwright", "secret")
_DIGEST = "sha256:" + "a" * 64


class Registry:
    """It has every image but `ACCESS`; ``connections`` are what it was asked by."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.connections: set[tuple[str, int]] = set()
        asked = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                asked.requests.append(self.path)
                asked.connections.add(self.client_address)
                has = "dockwright-access" not in self.path
                self.send_response(200 if has else 404)
                if has:
                    self.send_header("Docker-Content-Digest", _DIGEST)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    made = Registry()
    way = (("127.0.0.1", int(made.place.rpartition(":")[2])), None, False)
    # as an engine with an insecure registry has it
    for module in (manifests, of_site):
        monkeypatch.setattr(module, "way", lambda *_: way)
    yield made
    made.server.shutdown()
    made.server.server_close()


def _boxes(number: int) -> list[Host]:
    inventory = Inventory(([f"web{one}" for one in range(number)], {}))
    state = State(inventory, Config())
    hosts = list(inventory)
    for host in hosts:
        host.connector = LocalConnector(state, host)
    return hosts


def _on_all(hosts: list[Host], place: str, image: str, login: Login = LOGIN) -> set[str | None]:
    """As a plan does it: one operation on all boxes at the same time."""
    asked = [gevent.spawn(digest_in, host, place, image, login) for host in hosts]
    gevent.joinall(asked, raise_error=True)
    return {one.value for one in asked}


def test_one_connection_is_enough_for_all_that_is_foreseen(registry: Registry) -> None:
    [host] = _boxes(1)
    foresee(host.state, registry.place, [f"leaf{number}:latest" for number in range(30)])
    assert digest_in(host, registry.place, "leaf1:latest", LOGIN) == _DIGEST
    # that of ACCESS among them, and none of them twice
    assert len(registry.requests) == len(set(registry.requests)) == 31
    assert len(registry.connections) == 1


@pytest.mark.parametrize("boxes", [1, 3, 10, 25])
@pytest.mark.parametrize("leaves", [4, 10, 30])
def test_a_plan_asks_once_for_all_boxes(registry: Registry, boxes: int, leaves: int) -> None:
    hosts, images = _boxes(boxes), [f"leaf{one}:latest" for one in range(leaves)]
    foresee(hosts[0].state, registry.place, images)
    assert _on_all(hosts, registry.place, ACCESS) == {None}
    for image in images:
        assert _on_all(hosts, registry.place, image) == {_DIGEST}
    assert len(registry.requests) == len(set(registry.requests)) == leaves + 1
    assert len(registry.connections) == 1


def test_what_nobody_foresaw_is_asked_once_too(registry: Registry) -> None:
    hosts = _boxes(5)
    assert _on_all(hosts, registry.place, "other:1.0") == {_DIGEST}
    assert registry.requests == ["/v2/other/manifests/1.0"]


def test_another_login_is_another_question(registry: Registry) -> None:
    hosts = _boxes(2)
    for login in (LOGIN, Login("dockwright", "other")):
        _on_all(hosts, registry.place, "leaf:latest", login)
    assert len(registry.requests) == 2
