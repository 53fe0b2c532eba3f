"""Swarms as boxes say they are, for the tests of this room."""

from dataclasses import replace

from dockwright.swarm.state import SITE_LABEL, SwarmCluster, SwarmNode, SwarmState
from dockwright.swarm.wanted import WantedNode, WantedSwarm

ID = "nyp66jbgaeyml8qan5ipbuvfc"
NOBODY = SwarmState("ready")
ADDRESS = {box: f"10.0.0.{number}" for number, box in enumerate(("m1", "m2", "m3", "w1", "w2"), 1)}


def wanted(managers: str, workers: str = "", leavers: str = "", **how: object) -> WantedSwarm:
    roles = (("manager", managers), ("worker", workers), ("", leavers))
    nodes = tuple(
        WantedNode(box, role, ADDRESS.get(box, "10.0.0.9"))
        for role, its in roles
        for box in its.split()
    )
    return WantedSwarm("corp", nodes, **how)  # type: ignore[arg-type]


def node(box: str, role: str = "worker", **how: object) -> SwarmNode:
    labels = {"dockwright.box": box}
    made = SwarmNode(f"id-{box}", box, role, labels=labels, address=ADDRESS.get(box, "10.0.0.9"))
    if role == "manager":
        made = replace(made, reachability="reachable")
    return replace(made, **how)  # type: ignore[arg-type]


def states(
    *nodes: SwarmNode, label: str | None = "corp", swarm: str = ID, **cluster: object
) -> dict[str, SwarmState]:
    """What the boxes say of which ``nodes`` are; each manager knows all."""
    labels = {} if label is None else {SITE_LABEL: label}
    its = replace(SwarmCluster(swarm, labels), **cluster)  # type: ignore[arg-type]
    said = {}
    for one in nodes:
        state = SwarmState("ready", "active", one.id, one.address, swarm=swarm)
        if one.is_manager and one.reachability == "reachable":
            state = replace(state, control=True, cluster=its, nodes=nodes)
        said[one.box] = state
    return said


def locked(box: str, swarm: str = ID) -> SwarmState:
    return SwarmState("ready", "locked", f"id-{box}", error="Swarm is encrypted", swarm=swarm)
