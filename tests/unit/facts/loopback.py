"""A registry on loopback: what it is asked by, what it has, and a box that asks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector

# the digest that it says each image has
ANY = "sha256:" + "a" * 64


class Registry:
    """Manifests by name and tag, and blobs by digest, as the distribution's API has them.

    ``instead`` gives another status for a path, where it is to.
    """

    def __init__(self) -> None:
        self.manifests: dict[str, dict[str, bytes]] = {}
        self.blobs: dict[str, bytes] = {}
        self.sent = b""  # of the blob that is being sent by pieces
        self.requests: list[str] = []
        self.logins: set[str | None] = set()
        self.connections: set[tuple[str, int]] = set()
        self.instead: Callable[[str], int | None] = lambda path: None
        asked = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = asked.get(self.path)
                self.answer(status, body)

            def do_HEAD(self) -> None:
                status, _ = asked.get(self.path)
                self.answer(status, b"", **{"Docker-Content-Digest": ANY})

            def do_POST(self) -> None:
                asked.note(self)
                self.answer(202, b"", Location=f"{urlsplit(self.path).path}here?state=1")

            def do_PATCH(self) -> None:
                asked.sent += self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(202, b"", Location=f"{urlsplit(self.path).path}?state=2")

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(asked.put(self.path, body), b"")

            def answer(self, status: int, body: bytes, **headers: str) -> None:
                asked.note(self)
                self.send_response(asked.instead(self.path) or status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def note(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append(f"{request.command} {request.path}")
        self.logins.add(request.headers.get("Authorization"))
        self.connections.add(request.client_address)

    def get(self, path: str) -> tuple[int, bytes]:
        url = urlsplit(path)
        name, _, rest = url.path.removeprefix("/v2/").rpartition("/")
        if url.path == "/v2/_catalog":
            query = parse_qs(url.query)
            last, most = query.get("last", [""])[0], int(query["n"][0])
            names = [one for one in sorted(self.manifests) if one > last][:most]
            return 200, json.dumps({"repositories": names}).encode()
        if rest == "list":
            tags = self.manifests.get(name.removesuffix("/tags"))
            return (404, b"") if tags is None else (200, json.dumps({"tags": [*tags]}).encode())
        if name.endswith("/manifests"):
            found = self.manifests.get(name.removesuffix("/manifests"), {}).get(rest)
        else:
            found = self.blobs.get(rest)
        return (404, b"") if found is None else (200, found)

    def put(self, path: str, body: bytes) -> int:
        url = urlsplit(path)
        if "/manifests/" in url.path:
            name, _, tag = url.path.removeprefix("/v2/").partition("/manifests/")
            self.manifests.setdefault(name, {})[tag] = body
            return 201
        digest = parse_qs(url.query)["digest"][0]
        body, self.sent = self.sent + body, b""
        if digest != f"sha256:{sha256(body).hexdigest()}":
            return 400
        self.blobs[digest] = body
        return 201

    def blob(self, body: bytes) -> str:
        digest = f"sha256:{sha256(body).hexdigest()}"
        self.blobs[digest] = body
        return digest


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> Iterator[Registry]:
    """It listens, and ``modules`` know it without TLS, as an engine with an insecure one has it."""
    made = Registry()
    for module in modules:
        monkeypatch.setattr(module, "way", lambda *_: (("127.0.0.1", made.port), None, False))
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()


def box(name: str = "web1") -> Host:
    """A box that is this machine, which nobody has asked anything."""
    inventory = Inventory(([name], {}))
    state = State(inventory, Config())
    host: Host = inventory.get_host(name)
    host.connector = LocalConnector(state, host)
    return host
