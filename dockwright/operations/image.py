"""Images: the base, the chain built upon it, and their way to and from a registry.

One name for library users: ``from dockwright.operations import image``.
"""

from dockwright.operations.image_alike import alike
from dockwright.operations.image_base import base
from dockwright.operations.image_chain import chain
from dockwright.operations.image_external import external
from dockwright.operations.image_mirror import mirror
from dockwright.operations.image_prune import prune
from dockwright.operations.image_pull import pull
from dockwright.operations.image_push import push
from dockwright.operations.image_registry import access, tag

__all__ = ["access", "alike", "base", "chain", "external", "mirror", "prune", "pull", "push", "tag"]
