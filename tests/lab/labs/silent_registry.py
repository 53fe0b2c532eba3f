"""Something on a port of this machine that a registry's place leads to, and behaves as told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_DIGEST = "sha256:" + "a" * 64
_ANSWER = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.distribution.manifest.v2+json\r\n"
    f"Docker-Content-Digest: {_DIGEST}\r\nDocker-Distribution-Api-Version: registry/2.0\r\n"
    "Content-Length: {}\r\nConnection: close\r\n\r\n{}"
)
_MANIFEST = (
    '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",'
    f'"config":{{"mediaType":"x","size":2,"digest":"{_DIGEST}"}},"layers":[]}}'
)


def _serve(connection: socket.socket, manner: str, over: threading.Event) -> None:
    with suppress(OSError), connection:
        if manner == "silent":
            over.wait()
            return
        if manner == "HTTP that is none":
            connection.sendall(b"\x16\x03\x01 what do you want?\r\n" * 10)
            return
        asked = connection.recv(65536).decode("latin-1")
        if manner == "a registry":
            body = _MANIFEST if "/manifests/" in asked else "{}"
            told = _ANSWER.format(len(body), "" if asked.startswith("HEAD") else body)
            connection.sendall(told.encode())
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not over.is_set():
            connection.sendall(b"X-A: " + b"a" * 60 + b"\r\n" if "end" in manner else b"x")
            if "second" in manner:
                time.sleep(1)


@contextmanager
def listening(address: str, manner: str) -> Iterator[str]:
    """Listen there on a port of the system's choice; the place as ``host:port``.

    Args:
        address: of this machine.
        manner: ``silent``, ``a byte each second``, ``headers without end``, ``HTTP that is none``,
            or ``a registry``, which has one digest for all.
    """
    over = threading.Event()
    with socket.create_server((address, 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(
                        target=_serve, args=(connection, manner, over), daemon=True
                    ).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"{address}:{server.getsockname()[1]}"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
