"""The leaves on the Docker hosts: pulled by digest, run by boot jobs."""

from dockwright.deploys import leaves

leaves()
