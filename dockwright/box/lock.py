"""One run at a time on a box: a lock that ends with the connection of who holds it.

The box keeps the lock (flock) in a process of the holder's own SSH connection. It ends when the
holder lets go or dies, and the kernel frees the lock; nothing is left to clear. It says a byte
now and then, so that the lock of a machine that vanished from the network is free once TCP gives
up (a quarter of an hour).
"""

from __future__ import annotations

import atexit
import getpass
import os
import socket
from contextlib import ExitStack
from secrets import token_hex
from shlex import quote

from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box import unanswered
from dockwright.box.answer import Cut
from dockwright.box.ask import login, patience, telling
from dockwright.box.begun import harmless
from dockwright.box.connection import broke, cut, has_streams
from dockwright.box.deadline import Deadline
from dockwright.box.process import started
from dockwright.box.program import Program
from dockwright.box.this_run import PerRun, this_run
from dockwright.errors import BoxError, DockwrightError, shown
from dockwright.scripts import text

PATH = "/run/dockwright.lock"
_MOST = 1 << 20  # bytes that may stand before its answer
_SHOWN = 1000
# Nobody but the shell that waits keeps descriptor 9: a child that outlives it would hold the lock.
_SCRIPT = "\n" + text("box/lock").replace("@PATH@", PATH)
_held: PerRun[dict[Host, ExitStack]] = PerRun(dict)


def hold(host: Host) -> None:
    """Hold the lock of ``host``, which is connected, until `let_go`, or its connection ends.

    A run of pyinfra that holds it already keeps it; one that only looks on takes none; nor is
    there one for a host that is reached neither by SSH nor as ``@local``.

    Raises:
        BoxError: the box does not answer.
        DockwrightError: another run holds it; who, and since when.

    Example::

        hold(host)
    """
    run = host.state
    if not this_run(run).purpose.locks or not has_streams(host):
        return
    mine = _held.of(run)
    if host in mine:
        return
    limit, mark = patience(host), token_hex(16)
    with ExitStack() as holding:
        try:
            deadline = Deadline(limit)
            script = _SCRIPT.replace("@FIRST@", mark[:16]).replace("@LAST@", mark[16:])
            script = script.replace("@WHO@", quote(me()))
            with harmless():  # other boxes may have been asked by now
                asked = holding.enter_context(started(host, script))
            with telling(host, "its lock"):
                said = _answer(asked, mark, deadline)
        except Cut as error:
            raise BoxError(_no_answer(host, error)) from error
        except TimeoutError:
            raise BoxError(unanswered.late(str(host.name), "its lock", limit)) from None
        except (SSHException, EOFError, OSError) as error:
            raise BoxError(broke(host, error, "its lock")) from error
        if said == "held":
            mine[host] = holding.pop_all()
            this_run(run).farewells.append(_let_go_of)
            return
    who = shown(said.removeprefix("taken").strip())
    raise DockwrightError(
        f"box {host.name}: locked by {who or 'another run'}; wait until that run ends"
    )


def is_held(host: Host) -> bool:
    """Whether this run holds the lock of ``host``.

    Example::

        is_held(host)  # True
    """
    return host in (_held.known(host.state) or {})


def _answer(asked: Program, mark: str, deadline: Deadline) -> str:
    """The words behind the mark; raises Cut, with the end of what it said, where it has none."""
    received = b""
    while len(received) < _MOST:
        _, separator, behind = received.partition(f"{mark} ".encode())
        words, whole, _ = behind.partition(b"\n")
        if separator and whole:
            return words.decode("utf-8", "replace").strip()
        data = asked.read(deadline.left())
        if not data:
            raise Cut("no answer in what it said", received[-_SHOWN:])
        received += data
    raise Cut(f"it says more than {_MOST >> 20} MiB", b"")


def _no_answer(host: Host, error: Cut) -> str:
    if (gone := cut(host, seconds=0.3)) is not None:
        return gone
    why, said = error.args
    return unanswered.none(
        str(host.name), login(host), f"its lock {PATH}", why, said, None, {"_sudo": True}
    )


def _let_go_of(host: Host) -> None:
    stack = _held.of(host.state).pop(host, None)
    if stack is not None:
        stack.close()


def let_go(run: State) -> None:
    """Let go of every lock that this run of pyinfra holds.

    Example::

        let_go(state)
    """
    for stack in (_held.take(run) or {}).values():
        stack.close()


@atexit.register
def _let_go_of_all() -> None:
    """What pyinfra itself began is let go of while Python still can close a connection.

    Later, in the interpreter's last moments, gevent refuses, and its complaint ends the output.
    """
    for run in _held.runs():
        let_go(run)


def me() -> str:
    """Who runs this: ``user@machine (process N)``.

    Example:
        >>> me().partition("@")[0] != ""
        True
    """
    user = os.environ.get("SUDO_USER") or getpass.getuser()
    return f"{user}@{socket.gethostname()} (process {os.getpid()})"
