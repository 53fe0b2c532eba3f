"""A command begun in a session of SSH, with the end of its input behind it on the same way."""

from __future__ import annotations

from contextlib import suppress

import gevent
from paramiko import Channel


def start(channel: Channel, command: str, reads: bool = True) -> None:
    """Begin ``command``; it is begun once the server has said so.

    Args:
        channel: a session in which nothing has begun.
        command: for the login's shell.
        reads: whether it is given anything to read; else it is told at once that there is nothing,
            and not a round trip later.

    Raises:
        SSHException: the server refuses it, or the connection is gone.

    Example::

        start(budget.session("its user"), "id -u", reads=False)
    """
    if reads:
        channel.exec_command(command)
        return
    starting = gevent.spawn(_raised, channel, command)
    gevent.sleep(0)  # it is sent, and waits for the answer
    with suppress(OSError, EOFError):  # of a connection that is gone the start has the error
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
    except Exception as error:  # noqa: BLE001  raised by who waits
        return error
    return None
