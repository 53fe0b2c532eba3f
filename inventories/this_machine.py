"""This machine alone: Docker server, registry and builder in one; as root, or as a sudo user."""

import getpass
import os
import socket

_user = os.environ.get("SUDO_USER") or getpass.getuser()
_name = socket.gethostname()


def _address() -> str:
    """Where other machines reach this one: the address its way out begins with."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks the routes
            return str(probe.getsockname()[0])
        except OSError:
            raise SystemExit(
                "Error: this machine has no route out; write its private address into "
                "inventories/this_machine.py"
            ) from None


_data = {
    "dockwright_address": _address(),
    "dockwright_hostname": _name,
    "dockwright_admin_user": None if _user == "root" else _user,
}

docker_hosts = [("@local", _data)]
registry_hosts = ["@local"]
builders = ["@local"]
