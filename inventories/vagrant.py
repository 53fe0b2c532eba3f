"""The running machines of the Vagrantfile here: those called …registry… run the registry."""

from dockwright import vagrant
from dockwright.errors import DockwrightError

try:
    _boxes = vagrant.inventory()
except DockwrightError as error:
    raise SystemExit(f"Error: {error}") from error

docker_hosts = vagrant.group(_boxes, "docker")
registry_hosts = vagrant.group(_boxes, "registry")
builders = docker_hosts[:1]
