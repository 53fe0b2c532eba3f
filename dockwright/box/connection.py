"""The connection that pyinfra holds to a box: by which connector, its channels, and what to say
when it breaks.

It is the one module that tells pyinfra's connectors apart. Over SSH, where ``@vagrant`` and a jump
host lead to as well, all is to be had, and so it is on this machine (``@local``). Of any other that
runs commands (``@docker``, ``@podman``, ``@chroot``, ``@dockerssh``) facts and lines of operations
are, by pyinfra's own means, and no lock is taken; what needs a stream of bytes, such as the
engine, is refused with the connector's name.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import gevent
from paramiko import Channel, ChannelException, SSHException
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.context import ContextObject, ctx_host

from dockwright.box.causes import login
from dockwright.box.channels import budget_of
from dockwright.box.exec import start
from dockwright.box.this_run import this_run
from dockwright.errors import DockwrightError, shown

# A connection's own thread logs a traceback where a box goes away; whoever asked has the error, and
# where nobody listens to a logger, Python prints what it logs.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

AGAIN = "see that it is up, and run it again"
_LONGEST = 200  # letters of why it broke
# Seconds after which what reads from a connection looks whether its keepalive is due.
_LOOKS = 2.0


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


def by_ssh(host: Host) -> SSHConnector | None:
    """pyinfra's connector to ``host`` where that is SSH; None where it is another.

    Example::

        by_ssh(host) is None  # False
    """
    connector = host.connector
    return connector if isinstance(connector, SSHConnector) else None


def is_local(host: Host) -> bool:
    """Whether ``host`` is this machine: ``@local``.

    Example::

        is_local(host)  # False
    """
    return isinstance(host.connector, LocalConnector)


def has_streams(host: Host) -> bool:
    """Whether programs can be run on ``host`` with a stream of bytes to each and from it.

    Example::

        has_streams(host)  # True
    """
    return by_ssh(host) is not None or is_local(host)


def check_has_streams(host: Host, what: str) -> None:
    """Make sure of that.

    Args:
        host: the box.
        what: what it is needed for, as the error says it.

    Raises:
        DockwrightError: it is reached by another connector; by which.

    Example::

        check_has_streams(host, "its engine")
    """
    if not has_streams(host):
        raise DockwrightError(no_streams(host, what))


def no_streams(host: Host, what: str) -> str:
    """The line for a box that is reached by another connector of pyinfra's.

    Example::

        no_streams(host, "its engine")
        # 'box web: reached by @docker; its engine can be reached over SSH or as @local only'
    """
    return (
        f"box {host.name}: reached by {name_of(host)}; {what} can be reached over SSH or as "
        "@local only"
    )


def name_of(host: Host) -> str:
    """The connector of ``host`` as an inventory has it.

    Example::

        name_of(host)  # '@ssh'
    """
    return f"@{type(host.connector).__name__.removesuffix('Connector').lower()}"


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
        raise DockwrightError(broke(host, error)) from error


def broke(host: Host, why: BaseException | str = "", what: str = "", way: str = AGAIN) -> str:
    """The line for a connection of ``host`` that broke, or gave no channel.

    Args:
        host: the box.
        why: what was raised, or its words; empty where nobody knows.
        what: what it was asked about.
        way: the way out.

    Example::

        broke(host, "reset by peer")
        # 'box docker: the connection to it broke (reset by peer); see that it is up, …'
    """
    # one that was ended since nobody answered has been told
    if (silent := this_run(host.state).silent.get(host)) is not None:
        return silent
    if isinstance(why, ChannelException):  # the connection stands
        return no_session(host, why)
    words = shown(str(why), _LONGEST) or (type(why).__name__ if why else "")
    about = f", asked about {what}" if what else ""
    said = f" ({words})" if words else ""
    return f"box {host.name}: the connection to it broke{about}{said}; {way}"


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
    if by_ssh(host) is None:
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
    given: bytes | None = None,
) -> Channel:
    """A channel of pyinfra's SSH connection in which ``command`` runs.

    Args:
        connector: pyinfra's, which is connected.
        command: for the login's shell.
        what: what it is for, as an error says it where no session comes free.
        seconds: how long it may take once it is its turn; None: any time.
        terminal: a terminal's name, columns and lines, where it is to have one.
        given: all that it reads, as `box.exec` has it; None: the caller sends it.

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
    budget.spare.prepare()
    try:
        with _within(seconds):
            if terminal is not None:
                channel.get_pty(*terminal)
            start(channel, command, given)
    except BaseException:  # a limit of time, too
        channel.close()
        raise
    return channel


def _within(seconds: float | None) -> gevent.Timeout:
    return gevent.Timeout(seconds, TimeoutError(f"not started within {seconds or 0:g} s"))


def no_delay(connector: SSHConnector) -> None:
    """Send what there is at once: Nagle and delayed ACK cost 40 ms a request otherwise.

    Nor does it wake up for nothing: paramiko does ten times a second, of each of a hundred boxes.
    Of a connection through jump hosts, that to each of them too.

    Example::

        no_delay(host.connector)
    """
    transport = connector.client.get_transport() if connector.client else None
    while transport is not None:
        way = transport.sock
        if isinstance(way, socket.socket):
            with suppress(OSError):  # it has been closed: who uses it will say so
                way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                way.settimeout(_LOOKS)
        # behind a jump host it is a channel of the connection to that one
        transport = way.get_transport() if isinstance(way, Channel) else None
