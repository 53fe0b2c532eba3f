"""The SSH connection that pyinfra holds to a box: its channels, and what to say when it breaks."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import gevent
from paramiko import Channel, ChannelException, SSHException
from pyinfra.api.host import Host
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.context import ContextObject, ctx_host

from dockwright.box.causes import login
from dockwright.box.channels import budget_of
from dockwright.box.this_run import this_run
from dockwright.errors import DockwrightError


def itself(host: Host) -> Host:
    """pyinfra's object for the host that ``host`` stands for.

    What a deploy imports as ``host`` is the current one of its greenlet, and nobody in another.

    Example::

        itself(host).name  # 'docker'
    """
    if isinstance(host, ContextObject):
        current: Host = ctx_host.get()  # type: ignore[no-untyped-call]
        return current
    return host


@contextmanager
def over(host: Host) -> Iterator[None]:
    """Turn what pyinfra's connection to ``host`` raises when it breaks into one line of ours.

    Example::

        with over(host):
            host.run_shell_command("true")
    """
    try:
        yield
    except ChannelException as error:
        raise DockwrightError(no_session(host, error)) from error
    except (SSHException, EOFError, OSError) as error:
        # what the system says of files has a number; paramiko's closed socket has none
        numbered = isinstance(error, OSError) and error.errno is not None
        if numbered and not isinstance(error, ConnectionError):
            raise
        raise DockwrightError(broke(host, str(error) or type(error).__name__)) from error


def broke(host: Host, why: str) -> str:
    """The line for a connection of ``host`` that broke.

    Example::

        broke(host, "reset by peer")
        # 'box docker: the connection to it broke (reset by peer); see that it is up, …'
    """
    # one that was ended since nobody answered has been told
    return this_run(host.state).silent.get(host) or (
        f"box {host.name}: the connection to it broke ({why}); see that it is up, and run it again"
    )


def no_session(host: Host, error: ChannelException) -> str:
    """The line for a connection that stands, and whose server opens no further session.

    Example::

        no_session(host, ChannelException(2, "Connect failed"))
        # 'box docker: its SSH server opens no further session (Connect failed); raise MaxSessions…'
    """
    return f"box {host.name}: {login.no_session(error)}"


def cut(host: Host, seconds: float = 1) -> str | None:
    """What to say of a command of ``host`` that failed; None where SSH still stands.

    Args:
        host: the box.
        seconds: how long to wait: the end of a command is heard a moment before that of the
            connection.

    Example::

        cut(host) is None  # True
    """
    if not isinstance(host.connector, SSHConnector):
        return None
    until = time.monotonic() + seconds
    while not is_cut(host):
        if time.monotonic() >= until:
            return None
        gevent.sleep(0.1)
    return broke(host, "gone in the midst of a command")


def is_cut(host: Host) -> bool:
    """Whether pyinfra's SSH connection was there, and is not any more.

    Example::

        is_cut(host)  # False
    """
    client = getattr(host.connector, "client", None)
    transport = client.get_transport() if client else None
    return transport is not None and not transport.is_active()


def channel_for(
    connector: SSHConnector,
    command: str,
    what: str,
    seconds: float | None = None,
    terminal: tuple[str, int, int] | None = None,
) -> Channel:
    """A channel of pyinfra's SSH connection in which ``command`` runs.

    Args:
        connector: pyinfra's, which is connected.
        command: for the login's shell.
        what: what it is for, as an error says it where no session comes free.
        seconds: how long it may take once it is its turn; None: any time.
        terminal: a terminal's name, columns and lines, where it is to have one.

    Raises:
        NoChannel: no session of the connection came free.
        SSHException: the connection is gone, or the server refuses the first session.
        TimeoutError: it was not started within ``seconds``.

    Example::

        channel_for(host.connector, "id -u", "its user").makefile().read()  # b'1000\\n'
    """
    transport = connector.client.get_transport() if connector.client else None
    budget = budget_of(connector)
    if transport is None or budget is None:
        raise SSHException("not connected")
    if not transport.is_active():
        raise SSHException("the connection is gone")
    no_delay(connector)
    channel = budget.session(what, lambda: _within(seconds))
    try:
        with _within(seconds):
            if terminal is not None:
                channel.get_pty(*terminal)
            channel.exec_command(command)
    except BaseException:  # a limit of time, too
        channel.close()
        raise
    return channel


def _within(seconds: float | None) -> gevent.Timeout:
    return gevent.Timeout(seconds, TimeoutError(f"not started within {seconds or 0:g} s"))


def no_delay(connector: SSHConnector) -> None:
    """Send what there is at once: Nagle and delayed ACK cost 40 ms a request otherwise.

    Example::

        no_delay(host.connector)
    """
    transport = connector.client.get_transport() if connector.client else None
    if transport is not None and isinstance(transport.sock, socket.socket):
        with suppress(OSError):  # it has been closed: who uses it will say so
            transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
