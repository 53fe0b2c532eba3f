"""The whole site: what we want our machines to be."""

from dockwright.deploys import docker_host, images, leaves, registry_host

docker_host()
registry_host()
images()
leaves()
