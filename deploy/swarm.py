"""The swarm of the boxes in groups swarm_managers and swarm_workers."""

from dockwright.deploys import swarm

swarm()
