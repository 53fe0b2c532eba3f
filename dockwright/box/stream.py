"""A byte stream to a program of a box, as an HTTP client takes a socket: each wait has an end."""

from __future__ import annotations

import base64
import io
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import Any

from paramiko import ChannelException
from pyinfra.api.host import Host

from dockwright.box import unanswered
from dockwright.box.answer import PATH, Cut
from dockwright.box.ask import command_line, login, patience, telling
from dockwright.box.connection import broke, itself
from dockwright.box.deadline import Deadline
from dockwright.box.privilege import as_root
from dockwright.box.program import Program, Tell, program
from dockwright.errors import BoxError

# Bytes that may stand before the stream: what a login's shell prints.
_BEFORE = 1 << 20
_COMMAND = (
    "env -i LC_ALL=C HOME=/nonexistent DOCKER_CONFIG=/nonexistent PATH={path} "
    "sh -c 'eval \"$(printf %s {script} | base64 -d)\"' {title}"
)
_READY = """ready() {{ printf '\\n%s%s %s\\n' {a} {b} "${{1-}}"; }}
"""


@dataclass(frozen=True)
class Limits:
    """``seconds`` without a byte after which ``still_answers`` is called, which raises where it is
    not worth waiting on; ``most`` seconds without a byte in all. Without it ``seconds`` is all.
    ``waiting`` is entered for each wait.
    """

    seconds: float
    still_answers: Callable[[], None] | None = None
    most: float = 0.0
    waiting: Callable[[], AbstractContextManager[object]] = nullcontext


class Stream:
    """Bytes to a program and from it; made by `dial`."""

    def __init__(self, under_way: Program, held: ExitStack, rest: bytes, limits: Limits) -> None:
        self._program, self._held, self._rest, self._limits = under_way, held, rest, limits
        self._readers = 0
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether another request can go over it."""
        return not self._closed and not self._rest and not self._program.at_end()

    def sendall(self, data: bytes) -> None:
        """Send all of ``data``; raises OSError where the other side reads no more."""
        self._program.feed(bytes(data))

    def end(self) -> None:
        """Let the other side find the end of what it reads."""
        self._program.end_input()

    def recv(self, most: int) -> bytes:
        """Up to ``most`` bytes; nothing at the end.

        Raises:
            TimeoutError: there were none for too long.
        """
        data = self._rest or self._read()
        self._rest = data[most:]
        return data[:most]

    def _read(self) -> bytes:
        limits, began = self._limits, time.monotonic()
        while True:
            try:
                with limits.waiting():
                    return self._program.read(limits.seconds)
            except TimeoutError:
                waited = time.monotonic() - began
                if limits.still_answers is None or waited >= limits.most:
                    raise
                limits.still_answers()

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """What an HTTP response is read from; it outlives `close`."""
        self._readers += 1
        return io.BufferedReader(_Reading(self))

    def status(self) -> int:
        """The program's exit status, once it has ended; LOST where the connection broke."""
        return self._program.status(self._limits.seconds)

    def settimeout(self, _: float | None) -> None:
        """Nothing: the stream has limits of its own."""

    def close(self) -> None:
        """Let go of the program, once nobody reads from it any more."""
        self._closed = True
        self.let_go()

    def let_go(self, readers: int = 0) -> None:
        """Take note that ``readers`` more have gone."""
        self._readers -= readers
        if self._closed and self._readers <= 0:
            self._held.close()


class _Reading(io.RawIOBase):
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.let_go(readers=1)
        super().close()


def dial(
    host: Host, script: str, what: str, limits: Limits, tell: Tell | None = None
) -> tuple[str, Stream]:
    """Start ``script`` as root on ``host``; what it is ready with, and the stream from there on.

    Args:
        host: the box, which is connected.
        script: it calls ``ready WORDS`` once, and what it reads and writes then is the stream;
            what was printed before is no part of it.
        what: as for a question.
        limits: of the stream; the start has those of a question.
        tell: told what it writes to standard error, as it comes.

    Raises:
        BoxError: the box does not answer.

    Example::

        dial(host, "ready; cat", "itself", Limits(60))[0]  # ''
    """
    host = itself(host)
    limit = patience(host)
    mark = secrets.token_hex(16)
    text = _READY.format(a=mark[:16], b=mark[16:]) + script
    how = as_root(host)
    command = _COMMAND.format(
        path=PATH,
        script=base64.b64encode(text.encode()).decode(),
        title=f"dockwright-{what.split()[-1]}",
    )
    line = command_line(host, command, how)
    with ExitStack() as holding:
        try:
            under_way = holding.enter_context(program(host, line, what, seconds=limit, tell=tell))
            deadline = Deadline(limit)
            with telling(host, what):
                words, rest = _begun(under_way, f"{mark} ".encode(), deadline)
        except TimeoutError:
            raise BoxError(unanswered.late(str(host.name), what, limit)) from None
        except ChannelException as error:
            raise BoxError(broke(host, error)) from error
        except Cut as error:
            said = under_way.errors()
            raise BoxError(
                unanswered.none(str(host.name), login(host), what, str(error), said, None, how)
            ) from error
        return words, Stream(under_way, holding.pop_all(), rest, limits)
    raise AssertionError("not reached")


def _begun(under_way: Program, mark: bytes, deadline: Deadline) -> tuple[str, bytes]:
    received = b""
    while True:
        _, separator, behind = received.partition(mark)
        words, whole, rest = behind.partition(b"\n")
        if separator and whole:
            return words.decode("utf-8", "replace"), rest
        data = under_way.read(deadline.left())
        received += data
        if not data or len(received) > _BEFORE:
            raise Cut("no answer in what it said")
