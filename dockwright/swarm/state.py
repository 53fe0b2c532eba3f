"""What a box says of the swarm that it is in: values; pure.

A manager says of all nodes how they are. Of any other box, a locked manager among them, its own
certificate says which swarm it is of: swarm writes the swarm's ID into it as the organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dockwright.value import Value

# Labels of a node: the box it is, as the inventory names it, and which further ones are the site's.
BOX_LABEL = "dockwright.box"
OURS_LABEL = "dockwright.labels"
# A label of the swarm: whose it is.
SITE_LABEL = "dockwright.site"


@dataclass(frozen=True)
class SwarmNode(Value):
    """A node, as a manager has it.

    Example:
        >>> SwarmNode("q3d2", "m1", labels={"dockwright.box": "app1"}).box
        'app1'
    """

    id: str
    hostname: str = ""
    role: str = "worker"  # or manager, as it is to be; `is_manager` says whether it is one
    availability: str = "active"  # or pause, or drain
    labels: dict[str, str] = field(default_factory=dict)
    state: str = "ready"  # or down, disconnected, unknown
    address: str = ""
    reachability: str = ""  # of managers alone: reachable, unreachable or unknown
    leads: bool = False
    engine: str = ""  # its version

    @property
    def box(self) -> str:
        """The inventory's name of the box that it is; the node's own where nobody labelled it."""
        return self.labels.get(BOX_LABEL) or self.hostname

    @property
    def is_manager(self) -> bool:
        """Whether it has a vote."""
        return bool(self.reachability)


@dataclass(frozen=True)
class SwarmCluster(Value):
    """A swarm as its managers have it."""

    id: str
    labels: dict[str, str] = field(default_factory=dict)
    autolock: bool = False
    data_path_port: int = 4789
    pools: tuple[str, ...] = ()
    subnet_size: int = 24


@dataclass(frozen=True)
class SwarmState(Value):
    """What one box says.

    Example:
        >>> SwarmState(state="active", control=True).is_member
        True
    """

    engine: str = "none"  # ready, stopped, silent or none, as `dockwright.engine.place` has it
    state: str = "inactive"  # or pending, active, error, locked
    node: str = ""  # its ID
    address: str = ""  # the one that it told the others
    control: bool = False  # whether it is a manager that is not locked
    error: str = ""  # the engine's word, such as that there is no leader
    swarm: str = ""  # the ID of the one it is in
    managers: tuple[str, ...] = ()  # ``address:port`` of those that it knows
    cluster: SwarmCluster | None = None  # of a manager that can be asked
    nodes: tuple[SwarmNode, ...] = ()  # the same
    begins: float | None = None  # its certificate, in seconds since 1970
    ends: float | None = None
    now: float = 0.0  # by the box's own clock

    @property
    def is_member(self) -> bool:
        """Whether it is in a swarm, though it may not reach it."""
        return self.state != "inactive"

    @property
    def answers(self) -> bool:
        """Whether it is a manager that says how the swarm is."""
        return self.cluster is not None

    def node_of(self, box: str) -> SwarmNode | None:
        """The node that ``box`` is, by the inventory's name; of two, the one that is up.

        Example:
            >>> SwarmState(nodes=(SwarmNode("a", "m1"),)).node_of("m1").id
            'a'
        """
        found = [one for one in self.nodes if one.box == box]
        return min(found, key=lambda one: one.state != "ready", default=None)


def votes(nodes: Sequence[SwarmNode]) -> tuple[int, int]:
    """How many managers there are, and how many of them are reached.

    Example:
        >>> votes([SwarmNode("a", reachability="reachable"), SwarmNode("b")])
        (1, 1)
    """
    managers = [one for one in nodes if one.is_manager]
    return len(managers), sum(one.reachability == "reachable" for one in managers)


def quorum(managers: int) -> int:
    """How many of ``managers`` a swarm needs to take a change.

    Example:
        >>> [quorum(number) for number in (1, 2, 3, 4, 5)]
        [1, 2, 2, 3, 3]
    """
    return managers // 2 + 1
