"""Who pyinfra is on a host, and how it becomes root there."""

from __future__ import annotations

import os
from typing import Any

from pyinfra.api.host import Host

from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.connection import is_local
from dockwright.box.inside.declaring import pop_global_arguments

# where the login's user number is kept, among what pyinfra keeps of the connection
UID = "dockwright_uid"


def needs_sudo(host: Host) -> bool:
    """Whether root's work on ``host``, which is connected, takes sudo.

    Raises:
        BoxError: the box does not answer.

    Example::

        needs_sudo(host)  # True
    """
    if is_local(host):
        return os.geteuid() != 0
    user = host.data.get("ssh_user")
    if UID not in host.connector_data:
        if user is not None:
            return bool(user != "root")
        # ~/.ssh/config, or paramiko's default, decides who we are there
        host.connector_data[UID] = ask(host, Question("id -u", "its user")).said.strip()
    return bool(host.connector_data[UID] != b"0")


def as_root(host: Host) -> dict[str, Any]:
    """pyinfra's arguments for what root does on ``host``: by sudo where the login is another.

    A password for sudo comes from where pyinfra's own operations take it (``_sudo_password`` of
    the inventory, ``--same-sudo-password``). All that an operation may have said is overridden.

    Raises:
        BoxError: the box does not answer.

    Example::

        as_root(host)["_sudo"]  # True
    """
    sudo = needs_sudo(host)
    arguments, _ = pop_global_arguments(host.state, host, {})
    password = arguments.get("_sudo_password") if sudo else None
    return {
        "_sudo": sudo,
        "_sudo_password": password or "",
        "_sudo_user": "",
        "_su_user": "",
        "_chdir": "",
        "_env": {},
    }
