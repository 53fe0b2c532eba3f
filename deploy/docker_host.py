"""Docker servers, box by box as the inventory groups them."""

from dockwright.deploys import docker_host

docker_host()
