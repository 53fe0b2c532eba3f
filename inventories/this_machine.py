"""This machine alone: Docker server, registry and builder in one (run as root or with sudo)."""

import socket

_address = socket.gethostbyname(socket.gethostname())
_data = {"dockwright_address": _address, "dockwright_hostname": socket.gethostname()}

docker_hosts = [("@local", _data)]
registry_hosts = ["@local"]
builders = ["@local"]
