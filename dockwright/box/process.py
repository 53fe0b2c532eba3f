"""A shell script run as root on a box, over pyinfra's connection: bytes in, lines out."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import gevent
from paramiko import Channel
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector

from dockwright.box.connection import channel_for
from dockwright.box.privilege import needs_sudo
from dockwright.errors import DockwrightError

# What a lost connection gives instead of an exit status.
LOST = -1
_KEEPALIVE = 30  # seconds; without it a box that vanished would be waited for for ever


def run(host: Host, script: str, stdin: bytes, tell: Callable[[str], None]) -> int:
    """Run ``script`` with root's `sh`; its exit status, or LOST where the connection broke.

    Standard input stays open behind ``stdin`` until the script ends: where it sees its end
    before, this side is gone.

    Args:
        host: the box, which is connected.
        script: shown in the box's list of processes: no secret, nothing long.
        stdin: what it reads.
        tell: told each line of its output and errors, without the newline.

    Raises:
        DockwrightError: the host is reached neither by SSH nor as ``@local``.

    Example:
        >>> run(host, "cat", b"x\\n", print)  # doctest: +SKIP
        x
        0
    """
    with started(host, script) as (feed, output, status):
        feeding = gevent.spawn(_feed, feed, stdin)
        try:
            for line in output:
                tell(line.decode("utf-8", "replace").rstrip("\r\n"))
            return status()
        finally:
            feeding.kill()


def _feed(feed: Callable[[bytes], Any], stdin: bytes) -> None:
    # a script that ended early says why in its output
    with suppress(OSError):
        feed(stdin)


Started = tuple[Callable[[bytes], Any], Iterable[bytes], Callable[[], int]]


@contextmanager
def started(host: Host, script: str) -> Iterator[Started]:
    """Start ``script`` with root's `sh`: what feeds it, its lines, and its exit status.

    Leaving the context ends its standard input.

    Raises:
        DockwrightError: the host is reached neither by SSH nor as ``@local``.

    Example:
        >>> with started(host, "cat") as (feed, output, status):  # doctest: +SKIP
        ...     feed(b"x\\n")
    """
    argv = [*(["sudo", "-n"] if needs_sudo(host) else []), "sh", "-c", script]
    connector = host.connector
    if isinstance(connector, SSHConnector):
        channel: Channel = channel_for(connector, shlex.join(argv))
        channel.get_transport().set_keepalive(_KEEPALIVE)
        channel.set_combine_stderr(True)
        try:
            yield channel.sendall, channel.makefile("rb"), channel.recv_exit_status
        finally:
            channel.close()
    elif isinstance(connector, LocalConnector):
        child = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the script may end its whole process group
            env={**os.environ, "LC_ALL": "C"},
        )
        feed: IO[bytes] = child.stdin  # type: ignore[assignment]  # a pipe, since it was asked for
        try:
            yield lambda data: (feed.write(data), feed.flush()), child.stdout or (), child.wait
        finally:
            with suppress(OSError):
                feed.close()
            child.wait()
    else:
        raise DockwrightError(
            f"box {host.name}: reached by {type(connector).__name__}; programs can be run over "
            "SSH or as @local only"
        )
