"""The boxes of a lab (`dockwright lab up`); DOCKWRIGHT_LAB says which, by default `lab`."""

from dockwright import lab
from dockwright.errors import DockwrightError

try:
    _boxes = lab.inventory()
except DockwrightError as error:
    raise SystemExit(f"Error: {error}") from error

docker_hosts = [box for box in _boxes if box[0] != "registry"]
registry_hosts = [box for box in _boxes if box[0] == "registry"]
builders = [box for box in _boxes if box[0] == "docker"]
