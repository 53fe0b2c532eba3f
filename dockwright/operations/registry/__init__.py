"""The registry's host: CA, certificate, logins and settings; and the Docker hosts' trust in it.

One name for library users: ``from dockwright.operations import registry``.
"""

from dockwright.operations.registry.authority import authority, certificate
from dockwright.operations.registry.catalogue import catalogue
from dockwright.operations.registry.login import login
from dockwright.operations.registry.only import only
from dockwright.operations.registry.reload import reload
from dockwright.operations.registry.renewal import renewal
from dockwright.operations.registry.server import server
from dockwright.operations.registry.switch import switch
from dockwright.operations.registry.timer import timer
from dockwright.operations.registry.trust import trust

__all__ = [
    "authority",
    "catalogue",
    "certificate",
    "login",
    "only",
    "reload",
    "renewal",
    "server",
    "switch",
    "timer",
    "trust",
]
