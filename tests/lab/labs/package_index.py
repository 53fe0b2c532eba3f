"""A package index of the tests' own, over https with a CA that nobody else knows."""

import functools
import http.server
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DAY = ("-days", "1", "-newkey", "rsa:2048", "-nodes", "-x509")


def authority(folder: Path, address: str) -> Path:
    """Make a CA and a certificate of ``address`` in ``folder``; return the CA's certificate."""
    ca, key = folder / "index-ca.crt", folder / "index-ca.key"
    subject = ("-subj", "/CN=index of the tests")
    _openssl(*_DAY, *subject, "-keyout", str(key), "-out", str(ca))
    _openssl(
        *_DAY, "-subj", f"/CN={address}", "-CA", str(ca), "-CAkey", str(key),
        "-addext", f"subjectAltName=IP:{address}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-keyout", str(folder / "server.key"), "-out", str(folder / "server.crt"),
    )  # fmt: skip
    return ca


def _openssl(*options: str) -> None:
    subprocess.run(["openssl", "req", *options], check=True, capture_output=True)


def lay_out(folder: Path, wheels: Path) -> None:
    """Lay ``wheels`` out in ``folder`` as the simple repository API has them.

    Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
    """
    for wheel in wheels.glob("*.whl"):
        project = folder / "simple" / wheel.name.split("-")[0].lower().replace("_", "-")
        project.mkdir(parents=True, exist_ok=True)
        (project / wheel.name).symlink_to(wheel)


@contextmanager
def served(folder: Path, certificates: Path, address: str) -> Iterator[str]:
    """Serve ``folder`` at ``address``; give the URL it has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer((address, 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"https://{address}:{server.server_address[1]}"
        finally:
            server.shutdown()
