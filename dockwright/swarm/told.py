"""What a person should know of a swarm that is as declared: nodes, votes, certificates; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from dockwright.swarm.ours import States
from dockwright.swarm.state import SwarmState, quorum, votes
from dockwright.swarm.wanted import WantedSwarm
from dockwright.ways_out import WayOut, way_out

_TWO = 2
# Of a certificate's time: swarm renews one by itself once half of it is over, and before 4/5 are.
LATE = 0.15


def reminders(wanted: WantedSwarm, view: SwarmState, mended: Collection[str] = ()) -> Iterator[str]:
    """Of the swarm, each in a line.

    Args:
        wanted: what the site wants.
        view: what a manager says.
        mended: boxes that this run puts right, of which nothing is to be said.

    Example:
        >>> from dockwright.swarm.wanted import WantedNode
        >>> pair = tuple(WantedNode(box, "manager", "10.0.0.1") for box in "ab")
        >>> [line[:49] for line in reminders(WantedSwarm("corp", pair), SwarmState("ready"))]
        ['swarm: two managers bear no more than one does: t']
    """
    if len(wanted.managers) == _TWO:
        yield (
            "swarm: two managers bear no more than one does: the swarm takes no change while "
            "either is away; declare one, or three"
        )
    managers, reached = votes(view.nodes)
    if reached < managers:
        spare = reached - quorum(managers)
        more = f"{spare} more may be lost" if spare > 0 else "no more may be lost"
        yield f"swarm: {reached} of {managers} managers are reached; {more}"
    for node in view.nodes:
        if node.box in wanted.gone or node.box in mended:
            continue
        one = wanted.node(node.box)
        if one is None:
            what = "is up" if node.state == "ready" else f"is {node.state}"
            yield (
                f"swarm: node {node.box} ({node.address}) {what}, and no box of the inventory is "
                f"it; {way_out(WayOut.FORGET_NODE, box=node.box)}"
            )
        elif node.state != "ready":
            yield f"swarm: node {node.box} is {node.state}"
        elif one.address and node.address not in (one.address, "0.0.0.0"):  # noqa: S104
            yield (
                f"swarm: node {node.box}: the others know it by {node.address}, and its address "
                f"is {one.address}; let it leave and join again: `docker swarm leave` there"
            )


def certificate_reminders(states: States) -> Iterator[str]:
    """Nodes' own certificates that swarm has not renewed in time, each in a line."""
    for box, its in states.items():
        if not its.is_member or its.begins is None or its.ends is None:
            continue
        left = its.ends - its.now
        if left < LATE * (its.ends - its.begins):
            day = datetime.fromtimestamp(its.ends, UTC).strftime("%Y-%m-%d")
            said = f"ended on {day}" if left <= 0 else f"ends on {day}"
            yield (
                f"box {box}: its certificate of the swarm {said}, and was not renewed by itself; "
                "see its engine's log, or let it leave and join again: `docker swarm leave` there"
            )
