"""Services of Docker Swarm: a leaf as them, those of no other leaf, and a leaf that leaves them."""

from dockwright.operations.service.leaf import leaf as leaf
from dockwright.operations.service.only import only as only
from dockwright.operations.service.pause import pause as pause
