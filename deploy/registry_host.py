"""The registry hosts: Docker servers with the private registry."""

from dockwright.deploys import registry_host

registry_host()
