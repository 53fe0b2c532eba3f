"""A command begun in a session of SSH, with its whole input behind it on the same way."""

from __future__ import annotations

from contextlib import suppress

import gevent
from paramiko import Channel, SSHException

# Bytes of an input that is sent so: a session takes more, before its server has said anything. One
# of OpenSSH's takes none until its command has begun, and what is sent waits for that; only the end
# of an input is on its way at once.
MOST = 1 << 15


def start(channel: Channel, command: str, given: bytes | None = None) -> None:
    """Begin ``command``; it is begun once the server has said so.

    Args:
        channel: a session in which nothing has begun.
        command: for the login's shell.
        given: all that it reads, `MOST` bytes at the most: it is sent as soon as the server takes
            it; None: what it reads comes from the caller, when the command has begun.

    Raises:
        SSHException: the server refuses it, or the connection is gone.

    Example::

        start(budget.session("its user"), "id -u", given=b"")
    """
    if given is None:
        channel.exec_command(command)
        return
    starting = gevent.spawn(_raised, channel, command)
    gevent.sleep(0)  # it is sent, and waits for the answer
    with suppress(OSError, EOFError):  # of a connection that is gone the start has the error
        channel.sendall(given)
        channel.shutdown_write()
    try:
        error = starting.get()
    except BaseException:  # a limit of time
        starting.kill(block=False)
        raise
    if error is not None:
        raise error


def _raised(channel: Channel, command: str) -> Exception | None:
    # gevent prints a traceback for whatever leaves a greenlet
    try:
        channel.exec_command(command)
    except (SSHException, OSError, EOFError) as error:  # raised by who waits
        return error
    return None
