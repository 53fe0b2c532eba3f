"""The steps between a swarm as it is and as a site wants it; pure.

One closed set, in the order in which they are taken: what brings managers comes before what takes
them. Each is of one box, and a run takes them box after box.
"""

from __future__ import annotations

from dataclasses import dataclass

from dockwright.swarm.state import SwarmNode


@dataclass(frozen=True)
class Begin:
    """The swarm is made on a box."""

    box: str


@dataclass(frozen=True)
class Settle:
    """The swarm's own settings become the site's: its label, and whether it locks itself."""

    label: bool
    autolock: bool | None  # None: as it is


@dataclass(frozen=True)
class Forget:
    """An entry of a node goes that is of no box any more."""

    node: SwarmNode


@dataclass(frozen=True)
class Join:
    """A box joins: after what it was in is left, and its former entries have gone."""

    box: str
    role: str
    former: tuple[SwarmNode, ...] = ()
    leaves: bool = False


@dataclass(frozen=True)
class SetRole:
    """A node is promoted or demoted."""

    box: str
    node: SwarmNode
    role: str


@dataclass(frozen=True)
class SetNode:
    """A node's availability and labels become the site's.

    ``labels`` are to be set, and ``without`` to go; ``availability`` empty: as it is.
    """

    box: str
    node: SwarmNode | None  # None: the one that it is once it has joined
    availability: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leave:
    """A box is emptied, and leaves."""

    box: str
    node: SwarmNode


Step = Begin | Settle | Forget | Join | SetRole | SetNode | Leave


def box_of(step: Step) -> str:
    """The box that a step is of; empty: it is of the swarm.

    Example:
        >>> box_of(Join("app1", "worker")), box_of(Settle(True, None))
        ('app1', '')
    """
    return "" if isinstance(step, Settle | Forget) else step.box
