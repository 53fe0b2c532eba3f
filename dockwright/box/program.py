"""A program that runs on a box: bytes in, bytes out, each wait with an end.

It is the one place that knows how pyinfra's connections run a program: a channel of the SSH
connection, or a child process for ``@local``. `box.ask` and `box.process` are built on it.
"""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol
from weakref import WeakSet

import gevent
from gevent import subprocess
from gevent.os import make_nonblocking, nb_read, nb_write
from paramiko import Channel
from pyinfra.api.host import Host

from dockwright.box.begun import harmless
from dockwright.box.connection import by_ssh, channel_for, check_has_streams

# What a lost connection gives instead of an exit status.
LOST = -1
_CHUNK = 1 << 16
# Of standard error the last bytes are kept: they say why.
_ERRORS = 1 << 16
_KEEPALIVE = 30  # seconds
Tell = Callable[[bytes], None]


class Program(Protocol):
    """A program that was started on a box.

    Each method that waits takes the seconds it may, and raises TimeoutError behind them.
    """

    def read(self, seconds: float) -> bytes:
        """What it wrote, as soon as there is any; nothing at its end."""

    def at_end(self) -> bool:
        """Whether it has ended, or said something that nobody has read."""

    def errors(self) -> bytes:
        """The last of what it wrote to standard error until now."""

    def feed(self, data: bytes) -> None:
        """Give it ``data`` on standard input; raises OSError where it reads no more."""

    def end_input(self) -> None:
        """Let it find the end of its standard input."""

    def status(self, seconds: float) -> int:
        """Its exit status, or LOST where the connection broke before."""

    def close(self) -> None:
        """Let go of it; what still runs finds its input and output closed."""


class _Errors:
    """The last bytes of a standard error, and a limit for all of it; ``tell`` is told each."""

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self._chunks: deque[bytes] = deque()
        self._size = 0

    def take(self, data: bytes) -> None:
        if self._tell is not None:
            self._tell(data)
        self._chunks.append(data[-_ERRORS:])
        self._size += len(self._chunks[-1])
        while self._size - len(self._chunks[0]) >= _ERRORS:
            self._size -= len(self._chunks.popleft())

    def last(self) -> bytes:
        return b"".join(self._chunks)[-_ERRORS:]


class _Remote:
    """In a channel of the SSH connection."""

    def __init__(self, channel: Channel, combined: bool, tell: Tell | None) -> None:
        self._channel = channel
        self._closed = False
        self._errors = _Errors(tell)
        channel.set_combine_stderr(combined)
        self._reader = None if combined else gevent.spawn(self._read_errors)

    def _read_errors(self) -> None:
        while True:
            try:
                data = self._channel.recv_stderr(_CHUNK)
            except TimeoutError:
                continue  # the limit of a `read` beside it
            except (OSError, EOFError):
                return
            if not data:
                return
            self._errors.take(data)
            gevent.sleep(0)  # one that never ends must not keep others from their turn

    def read(self, seconds: float) -> bytes:
        self._channel.settimeout(max(seconds, 0.001))
        try:
            return self._channel.recv(_CHUNK)
        except TimeoutError as error:
            raise TimeoutError(f"no byte within {seconds:g} s") from error
        finally:
            self._channel.settimeout(None)

    def at_end(self) -> bool:
        channel = self._channel
        return bool(channel.closed or channel.eof_received or channel.recv_ready())

    def errors(self) -> bytes:
        if self._reader is not None and self._channel.eof_received:
            self._reader.join(1)
        return self._errors.last()

    def feed(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                sent = self._channel.send(bytes(view[:_CHUNK]))
            except TimeoutError:
                continue  # the limit of a `read` beside it, which decides how long is too long
            if not sent:
                raise BrokenPipeError("it reads no more")
            view = view[sent:]

    def end_input(self) -> None:
        with suppress(OSError, EOFError):
            self._channel.shutdown_write()

    def status(self, seconds: float) -> int:
        if not self._channel.status_event.wait(seconds):
            raise TimeoutError(f"no end within {seconds:g} s")
        return self._channel.recv_exit_status()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._channel.close()
        if self._reader is not None:
            self._reader.kill(block=False)


class _Child:
    """A child process of this machine."""

    def __init__(self, command: str, combined: bool, tell: Tell | None) -> None:
        with harmless():  # who begins it takes note of what it is
            self._child = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if combined else subprocess.PIPE,
                start_new_session=True,  # a script may end its whole process group
            )
        self._errors = _Errors(tell)
        self._closed = False
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                make_nonblocking(pipe.fileno())
        self._reader = None if combined else gevent.spawn(self._read_errors)

    def _read_errors(self) -> None:
        with suppress(OSError, ValueError):
            while data := nb_read(self._child.stderr.fileno(), _CHUNK):
                self._errors.take(data)
                gevent.sleep(0)

    def read(self, seconds: float) -> bytes:
        with gevent.Timeout(seconds, TimeoutError(f"no byte within {seconds:g} s")):
            data: bytes = nb_read(self._child.stdout.fileno(), _CHUNK)
        return data

    def at_end(self) -> bool:
        return self._child.poll() is not None

    def errors(self) -> bytes:
        if self._reader is not None and self._child.poll() is not None:
            self._reader.join(1)
        return self._errors.last()

    def feed(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[nb_write(self._child.stdin.fileno(), view[:_CHUNK]) :]

    def end_input(self) -> None:
        with suppress(OSError):
            self._child.stdin.close()

    def status(self, seconds: float) -> int:
        try:
            return int(self._child.wait(seconds))
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"no end within {seconds:g} s") from error

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._reader is not None:
            self._reader.kill(block=False)
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        gevent.spawn(self._child.wait)  # or it would stay as a zombie


_open: WeakSet[_Remote | _Child] = WeakSet()


@contextmanager
def program(
    host: Host,
    command: str,
    what: str,
    *,
    combined: bool = False,
    seconds: float = 60,
    tell: Tell | None = None,
    given: bytes | None = None,
) -> Iterator[Program]:
    """Start ``command`` on ``host``, which is connected; leaving the context lets go of it.

    Args:
        host: the box.
        command: for the login's shell, whatever that is: no secret, as `ps` shows it.
        what: what it is for, as an error says it.
        combined: whether standard error goes where standard output does.
        seconds: how long the box may take to start it, once a session of the connection is free.
        tell: told what it writes to standard error, as it comes.
        given: all that it reads, as `box.exec` has it; None: it is fed by the caller.

    Raises:
        DockwrightError: the host is reached neither by SSH nor as ``@local``.
        SSHException, OSError: the connection is gone, or the server refuses another channel.
        TimeoutError: it was not started within ``seconds``.

    Example::

        with program(host, "uname -s", "its kernel") as started:
            started.read(10)
        # b'Linux\\n'
    """
    check_has_streams(host, what)
    made: _Remote | _Child
    if (connector := by_ssh(host)) is None:
        made = _Child(command, combined, tell)
        if given is not None:
            with suppress(OSError):  # it reads no more
                made.feed(given)
            made.end_input()
    else:
        channel = channel_for(connector, command, what, seconds, given=given)
        channel.get_transport().set_keepalive(_KEEPALIVE)
        made = _Remote(channel, combined, tell)
    _open.add(made)
    try:
        yield made
    finally:
        made.close()


@atexit.register
def _close_all() -> None:
    """What is kept for another question is let go of while Python still can.

    Later, in the interpreter's last moments, gevent refuses, and its complaint ends the output.
    """
    for made in [*_open]:
        with suppress(OSError, EOFError):
            made.close()
