"""Where boxes come from, by the names that inventories of earlier versions import."""

from dockwright import lab as lab
from dockwright import vagrant as vagrant
