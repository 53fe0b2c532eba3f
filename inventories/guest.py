"""The Vagrant machine we are in, for deploy/provision.sh: DOCKWRIGHT_ROLE says what it is for.

Addresses and names are the Vagrantfile's, as on the machine outside.
"""

import os
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.vagrant import vagrantfile

_role = os.environ.get("DOCKWRIGHT_ROLE", "docker_host")
try:
    _settings = vagrantfile.VagrantSettings.read(Path(), os.environ)
except DockwrightError as error:
    raise SystemExit(f"Error: {error}") from error
_box = [("@local", vagrantfile.data(_role, _settings))]

docker_hosts = _box if _role == "docker_host" else []
registry_hosts = _box if _role == "registry_host" else []
