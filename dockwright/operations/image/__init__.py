"""Images: the base, the chain built upon it, and their way to and from a registry.

One name for library users: ``from dockwright.operations import image``.
"""

from dockwright.operations.image.access import access, tag
from dockwright.operations.image.alike import alike
from dockwright.operations.image.base import base
from dockwright.operations.image.chain import chain
from dockwright.operations.image.external import external
from dockwright.operations.image.mirror import mirror
from dockwright.operations.image.prune import prune
from dockwright.operations.image.pull import pull
from dockwright.operations.image.push import push

__all__ = ["access", "alike", "base", "chain", "external", "mirror", "prune", "pull", "push", "tag"]
