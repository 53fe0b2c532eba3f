"""A program of a box at this terminal: keys and screen are its own until it ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import gevent
from gevent import subprocess
from gevent.select import select
from paramiko import Channel, SSHException
from pyinfra.api.host import Host

from dockwright.box.ask import command_line
from dockwright.box.begun import begins
from dockwright.box.connection import broke, by_ssh, channel_for, check_has_streams, itself, over
from dockwright.box.privilege import as_root
from dockwright.box.program import LOST
from dockwright.errors import DockwrightError

_CHUNK = 1 << 16


def session(host: Host, command: str) -> int:
    """Run ``command`` as root at the terminal of standard input; its exit status.

    What it writes is shown as it is: it is the person's own session there.

    Args:
        host: connected, over SSH or as ``@local``.
        command: for `sh`; no secret.

    Raises:
        DockwrightError: the connection broke, or the box is reached in another way.

    Example::

        session(host, "docker exec -it zenweb.web.1 sh")  # 0
    """
    host = itself(host)
    begins()
    line = command_line(host, command, as_root(host))
    check_has_streams(host, "a terminal of it")
    if (connector := by_ssh(host)) is None:
        return int(subprocess.call(["/bin/sh", "-c", line]))
    with over(host):
        terminal = (os.environ.get("TERM", "vt100"), *_size())
        channel = channel_for(connector, line, "this terminal", terminal=terminal)
    with over(host), _raw(channel):
        keys = gevent.spawn(_keys, channel)
        try:
            while data := channel.recv(_CHUNK):
                os.write(sys.stdout.fileno(), data)
            status = channel.recv_exit_status()
        finally:
            keys.kill()
            channel.close()
    if status == LOST:
        raise DockwrightError(broke(host, way="see that it is up"))
    return status


def _size() -> tuple[int, int]:
    size = shutil.get_terminal_size()
    return size.columns, size.lines


@contextmanager
def _raw(channel: Channel) -> Iterator[None]:
    """Every key goes to the box, Ctrl-C too, and so does a change of the terminal's size."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def resized() -> None:
        with suppress(SSHException, OSError):
            channel.resize_pty(*_size())

    watching = gevent.signal_handler(signal.SIGWINCH, resized)
    try:
        tty.setraw(descriptor)
        yield
    finally:
        watching.cancel()
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _keys(channel: Channel) -> None:
    descriptor = sys.stdin.fileno()
    with suppress(OSError, EOFError):
        while True:
            select([descriptor], [], [])
            data = os.read(descriptor, _CHUNK)
            if not data:
                channel.shutdown_write()
                return
            channel.sendall(data)
