"""A command on a box whose output goes to standard output as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from shlex import quote

from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector

from dockwright.box.connection import channel_for
from dockwright.box.privilege import needs_sudo
from dockwright.box.process import LOST
from dockwright.errors import DockwrightError

_KEEPALIVE = 30  # seconds; without it a box that vanished would be followed for ever


def stream(host: Host, line: str) -> None:
    """Run ``line`` on ``host`` as root and pass on what it writes, until it or its reader ends.

    Args:
        host: connected, over SSH or as ``@local``.
        line: for the box's shell.

    Raises:
        DockwrightError: it failed, or the box is reached in another way.

    Example:
        >>> stream(host, "journalctl --follow")  # doctest: +SKIP
    """
    command = f"{'sudo -n ' if needs_sudo(host) else ''}sh -c {quote(line)}"
    if isinstance(host.connector, SSHConnector):
        try:
            status = _over_ssh(host.connector, command)
        except SSHException as error:
            raise DockwrightError(
                f"box {host.name}: {line}: {error}; see that it is up, and run it again"
            ) from error
    elif isinstance(host.connector, LocalConnector):
        status = subprocess.run(["sh", "-c", command], check=False).returncode
    else:
        raise DockwrightError(
            f"box {host.name}: reached by {type(host.connector).__name__}; "
            "its output can be had over SSH or as @local only"
        )
    if status == LOST:
        raise DockwrightError(f"box {host.name}: {line}: the connection broke; run it again")
    if status != 0:
        raise DockwrightError(f"box {host.name}: {line}: exit status {status}; see above")


def _over_ssh(connector: SSHConnector, command: str) -> int:
    channel = channel_for(connector, command)
    try:
        channel.get_transport().set_keepalive(_KEEPALIVE)
        channel.set_combine_stderr(True)
        while data := channel.recv(65536):
            if not _written(data):
                return 0
        return int(channel.recv_exit_status())
    finally:
        channel.close()


def _written(data: bytes) -> bool:
    """Whether somebody still reads: `| head` may have enough."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # nothing may be flushed at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True
