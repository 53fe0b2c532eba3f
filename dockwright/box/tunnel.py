"""HTTP to a registry as a box reaches it: through the SSH connection that pyinfra holds."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host
from urllib3.util.ssltransport import SSLTransport

from dockwright.box.connection import by_ssh, is_local, itself, no_streams
from dockwright.box.side_by_side import side_by_side
from dockwright.registry.pipelined import Request, Response, answers

Open = Callable[[], Any]
# A registry looks the password up anew for each question, which takes it some milliseconds: a
# connection more for so many, and so many connections at most.
_OF_ONE, _MOST = 32, 4
SECONDS = 10  # without a byte: a question for headers is answered at once


def pool(host: Host, place: tuple[str, int], certificate: str | None, tls: bool) -> RegistryPool:
    """Connections to the registry at ``place`` that begin on ``host``.

    The box's sshd must allow forwarding.

    Args:
        host: the box, connected.
        place: its host, without brackets, and port.
        certificate: PEM of the CA that vouches for it besides this machine's own.
        tls: False for plain HTTP.

    Example::

        pool(host, ("10.0.0.2", 5000), pem, tls=True).request("GET", "/v2/")
    """
    host = itself(host)  # opened from greenlets that have no current one

    def secured(context: ssl.SSLContext) -> Any:
        plain = _stream(host, place)
        plain.settimeout(SECONDS)
        try:
            return _Secured(plain, context, server_hostname=place[0])
        except BaseException:
            plain.close()
            raise

    def open_one() -> Any:
        if not tls:
            plain = _stream(host, place)
            plain.settimeout(SECONDS)
            return plain
        if certificate is not None:
            with suppress(ssl.SSLCertVerificationError):
                return secured(_trusting(certificate, besides=False))
        return secured(_trusting(certificate))

    return RegistryPool(place[0], place[1], open_one)


# this machine's own CAs take 20 ms to load: they are where that of the site does not do
@lru_cache(maxsize=16)
def _trusting(certificate: str | None, besides: bool = True) -> ssl.SSLContext:
    """A context that trusts ``certificate``, and where ``besides`` this machine's own CAs."""
    context = ssl.create_default_context(cadata=None if besides else certificate)
    if besides and certificate is not None:
        context.load_verify_locations(cadata=certificate)
    return context


def _stream(host: Host, place: tuple[str, int]) -> Any:
    if is_local(host):
        return socket.create_connection(place, timeout=SECONDS)
    if (connector := by_ssh(host)) is None:
        raise OSError(no_streams(host, "a registry"))
    transport = connector.client.get_transport() if connector.client else None
    if transport is None:
        raise SSHException("not connected")
    return transport.open_channel("direct-tcpip", place, ("127.0.0.1", 0), timeout=SECONDS)


class _Connection(urllib3.connection.HTTPConnection):
    open: Open

    def connect(self) -> None:
        self.sock = self.open()


class RegistryPool(urllib3.HTTPConnectionPool):
    """The connections that `pool` makes."""

    def __init__(self, name: str, port: int, open_one: Open) -> None:
        super().__init__(name, port, timeout=SECONDS, maxsize=8, retries=False)
        self._open = open_one

    def at_once(
        self, questions: Sequence[Request], headers: Mapping[str, str], most: int = 0
    ) -> dict[Request, Response]:
        """What the registry says to ``questions`` in one round trip, as far as it does.

        Args:
            questions: what is asked.
            headers: of each question.
            most: bytes of a body that is read.

        Raises:
            OSError, SSHException: there is no connection, or what came is no answer.
        """
        connections = min(_MOST, 1 + len(questions) // _OF_ONE)
        parts = [questions[number::connections] for number in range(connections)]
        found = side_by_side(lambda part: self._answers(part, headers, most), parts, connections)
        return {question: answer for part in found for question, answer in part}

    def _answers(
        self, questions: Sequence[Request], headers: Mapping[str, str], most: int
    ) -> list[tuple[Request, Response]]:
        stream = self._open()
        try:
            name = f"[{self.host}]" if ":" in self.host else self.host
            said = answers(stream, f"{name}:{self.port}", questions, headers, most)
            # they end where the registry ends the connection
            return list(zip(questions, said, strict=False))
        finally:
            stream.close()

    def _new_conn(self) -> _Connection:
        made = _Connection(self.host, self.port, timeout=SECONDS)
        made.open = self._open
        return made


class _Secured(SSLTransport):
    """TLS over a channel, which lacks what urllib3's own ``makefile`` asks of a socket."""

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))


class _Reading(io.RawIOBase):
    def __init__(self, transport: SSLTransport) -> None:
        self._transport = transport

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return int(self._transport.recv_into(buffer) or 0)
