"""A registry of a test's own on loopback, and what one asks it."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.box.tunnel import pool


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.path} by {self.client_address[1]}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def registry(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, int]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "127.0.0.1", server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> tuple[str, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that vouches for itself, and a server's side with it."""
    words = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=registry", "-days", "2")
    subprocess.run(
        ["openssl", *words, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "tls.key",
         "-out", folder / "crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "crt", folder / "tls.key")
    return (folder / "crt").read_text(), context


def asked(host: Host, place: tuple[str, int], path: str = "/x", by: str = "GET") -> str:
    """By which connection a question of its own was answered."""
    connections = pool(host, place, None, tls=False)
    try:
        return connections.request(by, path).data.decode().rpartition(" ")[2]
    finally:
        connections.close()
