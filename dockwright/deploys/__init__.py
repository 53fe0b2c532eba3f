"""Deploys: what a box of a site is to be, put together from operations.

Each is called from a pyinfra deploy file, where the inventory has the groups ``docker_hosts``
and ``registry_hosts``; on a box outside its group a deploy does nothing.
"""

from dockwright.deploys.docker_host import docker_host
from dockwright.deploys.images import images
from dockwright.deploys.leaves import leaves
from dockwright.deploys.package import package
from dockwright.deploys.registry_host import registry_host
from dockwright.deploys.swarm import swarm
from dockwright.deploys.updates import updates
from dockwright.site.ways_out import SITE
from dockwright.ways_out import speak

__all__ = ["docker_host", "images", "leaves", "package", "registry_host", "swarm", "updates"]

speak(SITE)
