"""What root does on a box, over pyinfra's connection: it may take long, and is not waited for
for ever.

How long a package takes to install nobody knows; whether the box still answers can be asked. So
what is silent goes on as long as its box answers a question beside it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import gevent
from paramiko import ChannelException, SSHException
from pyinfra.api import StringCommand
from pyinfra.api.host import Host

from dockwright.box.answer import Question
from dockwright.box.ask import ask, command_line, patience
from dockwright.box.begun import under_way as counted
from dockwright.box.channels import NoChannel
from dockwright.box.connection import broke, cut, has_streams, itself
from dockwright.box.exec import MOST
from dockwright.box.privilege import as_root
from dockwright.box.program import LOST, Program, program
from dockwright.errors import BoxError, DockwrightError
from dockwright.text import lines

# Seconds without a byte after which the box is asked whether it still answers.
_SILENCE = 20.0
# Of what is written the end is kept, as it says why.
_KEPT = 1 << 18
_LONGEST = 1 << 16  # bytes of a line
# Nobody's locale, docker context or host has a part in what is done, as in what is asked.
CLEAN = (
    "unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH "
    "DOCKER_API_VERSION DOCKER_DEFAULT_PLATFORM LANGUAGE; export LC_ALL=C DOCKER_CONTEXT=default; "
)


@dataclass(frozen=True)
class Done:
    """What became of a command: its exit ``status`` (LOST: unknown), and the end of its words, by
    lines that a terminal can show.
    """

    status: int
    output: tuple[str, ...]  # of standard output
    errors: tuple[str, ...]  # of standard error

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.status == 0


def do(
    host: Host, command: StringCommand, how: Mapping[str, Any], stdin: bytes | None = None
) -> Done:
    """Run ``command`` on ``host``.

    Args:
        host: the box, which is connected.
        command: a line for `sh`.
        how: pyinfra's arguments that say as whom, where, and with which environment.
        stdin: bytes that it reads; no more than these.

    Raises:
        BoxError: the box stopped answering, or the connection broke.

    Example::

        do(host, StringCommand("cat"), as_root(host), b"x").output  # ('x',)
    """
    what, host = "what it is doing", itself(host)
    if not has_streams(host):
        arguments = {**how, **({} if stdin is None else {"_stdin": stdin.decode()})}
        with counted():
            good, said = host.connector.run_shell_command(command, **arguments)
        return Done(0 if good else 1, tuple(lines(said.stdout)), tuple(lines(said.stderr)))
    line = command_line(host, command.get_raw_value(), how)
    kept = bytearray()
    whole = stdin or b""
    given = whole if len(whole) <= MOST else None  # what is longer is fed to it
    beginning = program(host, line, what, seconds=patience(host), given=given)
    with counted(), _talking(host), beginning as under_way:
        feeding = None if given is not None else gevent.spawn(_feed, under_way, whole)
        try:
            for data in _chunks(host, under_way, what):
                kept += data
                del kept[:-_KEPT]
            status = _status(host, under_way, what)
        finally:
            if feeding is not None:
                feeding.kill()
        errors = under_way.errors()
    return Done(status, tuple(lines(bytes(kept))), tuple(lines(errors)))


def run(
    host: Host, script: str, stdin: bytes | Iterable[bytes], tell: Callable[[str], None]
) -> int:
    """Run ``script`` with root's `sh`; its exit status, or LOST where the connection broke.

    Standard input stays open behind ``stdin`` until the script ends: where it sees its end
    before, this side is gone.

    Args:
        host: the box, which is connected.
        script: shown in the box's list of processes: no secret, nothing long.
        stdin: what it reads, or the pieces of it, each made when the one before is on its way.
        tell: told each line of its output and errors, without the newline.

    Raises:
        BoxError: the box stopped answering.
        DockwrightError: the host is reached neither by SSH nor as ``@local``; or what making a
            piece raised, once the script has ended for want of it.

    Example::

        run(host, "cat", b"x\\n", print)
        # x
        # 0
    """
    with started(host, script) as under_way:
        unmade: list[DockwrightError] = []

        def feed() -> None:
            try:
                _feed(under_way, stdin, end=False)
            except DockwrightError as error:  # of a piece that can't be made
                unmade.append(error)
                under_way.end_input()

        feeding = gevent.spawn(feed)
        try:
            rest = b""
            for data in _chunks(host, under_way, "what it is doing"):
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    tell(_text(line))
                rest = rest[-_LONGEST:]
            if rest:
                tell(_text(rest))
            status = _status(host, under_way, "what it is doing")
            if unmade:
                raise unmade[0]
            return status
        except (SSHException, EOFError, ConnectionError):
            return LOST
        finally:
            feeding.kill()


@contextmanager
def started(host: Host, script: str) -> Iterator[Program]:
    """Start ``script`` with root's `sh`, its errors among its output.

    Raises:
        BoxError: the box does not answer.
        DockwrightError: the host is reached neither by SSH nor as ``@local``.

    Example::

        with started(host, "cat") as under_way:
            under_way.feed(b"x\\n")
    """
    host = itself(host)
    line = command_line(host, f"sh -c {shlex.quote(CLEAN + script)}", as_root(host))
    with counted(), program(host, line, "a script of ours", combined=True) as under_way:
        yield under_way


def _text(line: bytes) -> str:
    return line[:_LONGEST].decode("utf-8", "replace").rstrip("\r")


def _feed(under_way: Program, stdin: bytes | Iterable[bytes], end: bool = True) -> None:
    # a script that ended early says why in its output
    with suppress(OSError, EOFError):
        for piece in [stdin] if isinstance(stdin, bytes) else stdin:
            under_way.feed(piece)
        if end:
            under_way.end_input()


def _chunks(host: Host, under_way: Program, what: str) -> Iterator[bytes]:
    while True:
        try:
            data = under_way.read(_SILENCE)
        except TimeoutError:
            still_answers(host, what)
            continue
        if not data:
            return
        yield data
        gevent.sleep(0)  # one that never ends must not keep others from their turn


def _status(host: Host, under_way: Program, what: str) -> int:
    while True:
        try:
            return under_way.status(_SILENCE)
        except TimeoutError:
            still_answers(host, what)


def still_answers(host: Host, what: str) -> None:
    """Nothing, where the box answers a question.

    Raises:
        BoxError: it does not.

    Example::

        still_answers(host, "its logs")
    """
    try:
        ask(host, Question("echo yes", f"{what}, and whether it is there at all"))
    except BoxError as error:
        # its sessions are all in use: the connection itself is watched by `box.pulse`
        if not isinstance(error.__cause__, NoChannel):
            raise


@contextmanager
def _talking(host: Host) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise BoxError(f"box {host.name}: {error}; see that it is up, and run it again") from error
    except (SSHException, EOFError, ConnectionError) as error:
        # of a connection that stands there may be no session more
        gone = None if isinstance(error, ChannelException) else cut(host)
        raise BoxError(gone or broke(host, error, "what it is doing")) from error
