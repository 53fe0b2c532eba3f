"""A swarm of boxes: made once, its members as declared, what is gone forgotten.

One name for library users: ``from dockwright.operations import swarm``.
"""

from dockwright.operations.swarm.cluster import cluster, unlocked
from dockwright.operations.swarm.member import member
from dockwright.operations.swarm.only import only

__all__ = ["cluster", "member", "only", "unlocked"]
