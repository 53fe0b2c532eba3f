"""Who pyinfra is on a host: root already, or somebody who needs sudo."""

from __future__ import annotations

import os

from pyinfra.api import StringCommand
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector

_UID = "dockwright_uid"


def needs_sudo(host: Host) -> bool:
    """Whether root's work on ``host``, which is connected, takes sudo.

    Example:
        >>> needs_sudo(host)  # doctest: +SKIP
        True
    """
    if isinstance(host.connector, LocalConnector):
        return os.geteuid() != 0
    user = host.data.get("ssh_user")
    if user is not None:
        return bool(user != "root")
    # ~/.ssh/config, or paramiko's default, decides who we are there
    if _UID not in host.connector_data:
        _, output = host.run_shell_command(StringCommand("id", "-u"))
        host.connector_data[_UID] = output.stdout.strip()
    return bool(host.connector_data[_UID] != "0")
