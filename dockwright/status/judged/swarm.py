"""What of a box's swarm is not well: the box's own part; and all of it, as the leader says it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from dockwright.status.rows import Remark
from dockwright.swarm.state import SwarmState, quorum, votes
from dockwright.swarm.told import LATE
from dockwright.ways_out import WayOut, way_out


def of_swarm(its: SwarmState) -> Iterator[Remark]:
    """Remarks of a box that is in a swarm; nodes that are down are the leader's to tell.

    Example:
        >>> [one.severity for one in of_swarm(SwarmState("ready", "locked"))]
        ['wrong']
    """
    if its.state == "locked":
        yield Remark("wrong", f"its swarm is locked: {way_out(WayOut.UNLOCK_MANAGER)}")
    elif its.control and not its.answers:
        yield Remark("wrong", f"its swarm takes no change: {its.error or 'it says not why'}")
    elif its.state != "active":
        yield Remark("wrong", f"its swarm: {its.state}: {its.error or 'it says not why'}")
    yield from _certificate(its)
    if not any(node.leads and node.id == its.node for node in its.nodes):
        return
    managers, reached = votes(its.nodes)
    if reached < managers:
        spare = reached - quorum(managers)
        more = f"{spare} more may be lost" if spare > 0 else "no more may be lost"
        yield Remark("due", f"{reached} of {managers} managers of its swarm are reached: {more}")
    for node in its.nodes:
        if node.state != "ready":
            yield Remark("due", f"node {node.box} of its swarm is {node.state}")


def _certificate(its: SwarmState) -> Iterator[Remark]:
    if its.begins is None or its.ends is None:
        return
    left = its.ends - its.now
    until = datetime.fromtimestamp(its.ends, UTC)
    way = "swarm renews it by itself: see the engine's log"
    if left <= 0:
        yield Remark("wrong", f"its certificate of the swarm ended on {until:%Y-%m-%d}: {way}")
    elif left < LATE * (its.ends - its.begins):
        yield Remark("due", f"its certificate of the swarm ends on {until:%Y-%m-%d}: {way}")
