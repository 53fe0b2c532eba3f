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
from collections.abc import Iterable
from contextlib import ExitStack
from shlex import quote
from weakref import WeakKeyDictionary, WeakSet

from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector

from dockwright.box.process import started
from dockwright.errors import DockwrightError

PATH = "/run/dockwright.lock"
# Nobody but the shell that waits keeps descriptor 9: a child that outlives it would hold the lock.
_SCRIPT = f"""
umask 077
exec 9>>{PATH} || exit 1
if ! flock -n 9; then echo "taken $(cat {PATH})"; exit; fi
printf '%s since %s\\n' "$who" "$(date -u '+%F %T UTC')" >{PATH}
echo held
while sleep 20; do echo; done 9>&- &
cat >/dev/null 9>&-
kill $!
"""
_held: WeakKeyDictionary[State, dict[Host, ExitStack]] = WeakKeyDictionary()
_onlookers: WeakSet[State] = WeakSet()


def hold(host: Host) -> None:
    """Hold the lock of ``host``, which is connected, until `let_go`, or its connection ends.

    A run of pyinfra that holds it already keeps it; one that only looks on takes none; nor is
    there one for a host that is reached neither by SSH nor as ``@local``.

    Raises:
        DockwrightError: another run holds it; who, and since when.

    Example:
        >>> hold(host)  # doctest: +SKIP
    """
    run = host.state
    if run in _onlookers or not isinstance(host.connector, (SSHConnector, LocalConnector)):
        return
    mine = _held.setdefault(run, {})
    if host in mine:
        return
    with ExitStack() as holding:
        try:
            _, output, _ = holding.enter_context(started(host, f"who={quote(me())}{_SCRIPT}"))
            said = _answer(line.decode("utf-8", "replace").strip() for line in output)
        except (SSHException, OSError) as error:
            raise DockwrightError(
                f"box {host.name}: {PATH}: {str(error) or type(error).__name__}; run it again"
            ) from error
        if said == "held":
            mine[host] = holding.pop_all()
            return
    word, _, who = said.partition(" ")
    if word == "taken":
        raise DockwrightError(
            f"box {host.name}: locked by {who or 'another run'}; wait until that run ends"
        )
    raise DockwrightError(f"box {host.name}: {PATH}: {said}; is sudo in order there?")


def _answer(lines: Iterable[str]) -> str:
    """The line that says how it went; sudo may say before that it cannot resolve the host."""
    line = "no answer"
    for line in lines:
        if line.partition(" ")[0] in ("held", "taken"):
            break
    return line


def look_on(run: State) -> None:
    """Take no locks in this run of pyinfra: it changes nothing.

    Example:
        >>> look_on(state)  # doctest: +SKIP
    """
    _onlookers.add(run)


def let_go(run: State) -> None:
    """Let go of every lock that this run of pyinfra holds.

    Example:
        >>> let_go(state)  # doctest: +SKIP
    """
    for stack in _held.pop(run, {}).values():
        stack.close()


@atexit.register
def _let_go_of_all() -> None:
    """What pyinfra itself began is let go of while Python still can close a connection.

    Later, in the interpreter's last moments, gevent refuses, and its complaint ends the output.
    """
    for run in list(_held):
        let_go(run)


def me() -> str:
    """Who runs this: ``user@machine (process N)``.

    Example:
        >>> me().partition("@")[0] != ""
        True
    """
    user = os.environ.get("SUDO_USER") or getpass.getuser()
    return f"{user}@{socket.gethostname()} (process {os.getpid()})"
