"""The whole site: what we want our machines to be."""

from dockwright.deploys import docker_host, images, leaves, registry_host, swarm

docker_host()
registry_host()
swarm()
images()
leaves()
