"""This machine alone: Docker server, registry and builder in one; as root, or as a sudo user."""

import getpass
import os
import socket

_user = os.environ.get("SUDO_USER") or getpass.getuser()
_name = socket.gethostname()
_data = {
    # where other machines reach this one; set it by hand where the name says otherwise
    "dockwright_address": socket.gethostbyname(_name),
    "dockwright_hostname": _name,
    "dockwright_admin_user": None if _user == "root" else _user,
}

docker_hosts = [("@local", _data)]
registry_hosts = ["@local"]
builders = ["@local"]
