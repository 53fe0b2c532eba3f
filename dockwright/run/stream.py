"""A command on a box whose output goes to standard output as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from shlex import quote

from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector

from dockwright.engine.privilege import needs_sudo
from dockwright.errors import DockwrightError


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
    try:
        if isinstance(host.connector, SSHConnector):
            status = _over_ssh(host.connector, command)
        elif isinstance(host.connector, LocalConnector):
            status = subprocess.run(["sh", "-c", command], check=False).returncode
        else:
            raise DockwrightError(
                f"box {host.name}: reached by {type(host.connector).__name__}; "
                "its output can be had over SSH or as @local only"
            )
    except BrokenPipeError:  # `| head` has enough; nothing may be flushed at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if status != 0:
        raise DockwrightError(f"box {host.name}: {line}: exit status {status}; see above")


def _over_ssh(connector: SSHConnector, command: str) -> int:
    transport = connector.client.get_transport() if connector.client else None
    if transport is None:
        raise BrokenPipeError
    channel = transport.open_session()
    try:
        channel.set_combine_stderr(True)
        channel.exec_command(command)
        while data := channel.recv(65536):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        return int(channel.recv_exit_status())
    finally:
        channel.close()
