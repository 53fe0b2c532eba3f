"""HTTP to a registry as a box reaches it: through the SSH connection that pyinfra holds.

A connection to a registry takes three round trips to make: a channel, TLS, and what is asked. So
one that is whole is kept for the next question of its run, by the same way and with the same CA.
No longer than an answer would be: once anything has begun that may change a box (`box.begun`), and
after 30 seconds, the next question makes its own, so that what a registry shows and lets in is
looked at anew. One that broke meanwhile, a question that only reads is put to another one.
"""

from __future__ import annotations

import io
import queue
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

import urllib3
from paramiko import Channel, SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State
from urllib3.util.ssltransport import SSLTransport
from urllib3.util.wait import wait_for_read

from dockwright.box import begun
from dockwright.box.connection import by_ssh, is_local, itself, no_streams
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import PerRun
from dockwright.registry.pipelined import Request, Response, all_of, answers

T = TypeVar("T")
Open = Callable[[], Any]
Key = tuple[Host, tuple[str, int], "str | None", bool]
SECONDS = 10  # without a byte: a question for headers is answered at once
HOLDS = 30  # seconds that a connection is kept, as an answer is
# A registry looks the password up anew for each question, which takes it some milliseconds: a
# connection more for so many, and so many connections at most.
_OF_ONE, _SHARES = 32, 4
_MOST = 8  # connections to a registry that one question has at a time
_READS = ("GET", "HEAD")


def pool(host: Host, place: tuple[str, int], certificate: str | None, tls: bool) -> RegistryPool:
    """Connections to the registry at ``place`` that begin on ``host``; close it after a question.

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

    return RegistryPool((host, place, certificate, tls), open_one)


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
    """One to a registry, and when it was made: after what had begun by then."""

    open: Open
    mark: begun.Mark | None = None
    at = 0.0

    def connect(self) -> None:
        self.mark, self.at = begun.mark(), time.monotonic()
        self.sock = self.open()

    @property
    def is_connected(self) -> bool:
        return self.sock is not None and _is_quiet(self.sock)

    @property
    def may_be_kept(self) -> bool:
        is_new = self.mark is not None and self.mark.holds() and time.monotonic() - self.at < HOLDS
        return is_new and self.is_connected


def _is_quiet(stream: Any) -> bool:
    """Whether its other side has neither ended it, nor said what nobody asked."""
    if isinstance(stream, _Secured):
        if stream.sslobj.pending() or stream.incoming.pending:
            return False
        stream = stream.socket
    if isinstance(stream, Channel):
        is_open = not (stream.closed or stream.eof_received)
        return is_open and not stream.recv_ready() and stream.get_transport().is_active()
    return not wait_for_read(stream, timeout=0.0)


class _Kept(BaseStateCallback):
    """The connections of a run that nobody uses now, and a listener for the end of its boxes."""

    def __init__(self) -> None:
        self.idle: dict[Key, list[_Connection]] = {}

    def host_disconnect(self, state: State, host: Host) -> None:  # type: ignore[override]
        for key in [key for key in self.idle if key[0] is host]:
            for one in self.idle.pop(key):
                with suppress(SSHException, EOFError, OSError):  # it is gone with the box's own
                    one.close()


_kept: PerRun[_Kept] = PerRun(_Kept)


def _of_run(run: State) -> _Kept:
    if (kept := _kept.known(run)) is None:
        kept = _kept.of(run)
        run.add_callback_handler(kept)  # type: ignore[no-untyped-call]
    return kept


class RegistryPool(urllib3.HTTPConnectionPool):
    """The connections of one question, that `pool` makes; they are kept where it is closed."""

    def __init__(self, key: Key, open_one: Open) -> None:
        name, port = key[1]
        super().__init__(name, port, timeout=SECONDS, maxsize=_MOST, retries=False)
        self._open = open_one
        self._kept = _of_run(key[0].state).idle.setdefault(key, [])
        self._has_kept = False

    @property
    def server(self) -> str:
        """Its host and port, as the header Host has them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def at_once(
        self, questions: Sequence[Request], headers: Mapping[str, str], most: int = 0
    ) -> dict[Request, Response]:
        """What the registry says to ``questions`` in one round trip, as far as it does.

        Args:
            questions: what is asked.
            headers: of each question.
            most: bytes of a text that is read; a longer one is not among the answers.

        Raises:
            OSError, SSHException: there is no connection, or what came is no answer.
        """
        shares = min(_SHARES, 1 + len(questions) // _OF_ONE)
        parts = [questions[number::shares] for number in range(shares)]

        def ask(part: Sequence[Request]) -> list[Response]:
            return self.on_one(
                lambda stream: all_of(answers(stream, self.server, part, headers, most), part)
            )

        found = side_by_side(ask, parts, shares)
        # they end where the registry ends the connection
        return {
            question: answer
            for part, said in zip(parts, found, strict=True)
            for question, answer in zip(part, said, strict=False)
            if answer.text is not None
        }

    def on_one(self, ask: Callable[[Any], tuple[T, bool]]) -> T:
        """What ``ask`` makes of a connection by itself: it only reads.

        Args:
            ask: given a stream, it says what it found, and whether that takes further questions;
                it may be called again, where the first one was kept and is broken.

        Raises:
            OSError, SSHException: there is none.
        """

        def once() -> T:
            connection: Any = self._get_conn()
            try:
                if connection.sock is None:
                    connection.connect()
                found, goes_on = ask(connection.sock)
            except BaseException:
                connection.close()
                raise
            if not goes_on:
                connection.close()
            self._put_conn(connection)
            return found

        return self._again(once, (SSHException, EOFError, OSError))

    def urlopen(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        def once() -> Any:
            return super(RegistryPool, self).urlopen(method, url, *args, **kwargs)

        if method not in _READS:
            return once()
        return self._again(once, (urllib3.exceptions.HTTPError, SSHException, EOFError, OSError))

    def _again(self, once: Callable[[], T], trouble: tuple[type[Exception], ...]) -> T:
        """What ``once`` says; it is asked again where what was kept may have been broken."""
        try:
            return once()
        except trouble:
            if not self._has_kept:
                raise
        # none that was there is tried again, and of several that broke at once each is replaced
        for one in [*self._idle(), *self._kept]:
            one.close()
        self._kept.clear()
        return once()

    def close(self) -> None:
        """Keep what the next question can use; close the others."""
        for one in self._idle():
            if one.may_be_kept:
                self._kept.append(one)
            else:
                one.close()
        super().close()

    def _idle(self) -> list[_Connection]:
        found: list[_Connection | None] = []
        with suppress(queue.Empty):
            while self.pool is not None:
                found.append(self.pool.get(block=False))
        return [one for one in found if one is not None]

    def _new_conn(self) -> _Connection:
        while self._kept:
            one = self._kept.pop()
            if one.may_be_kept:
                self._has_kept = True
                return one
            one.close()
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
