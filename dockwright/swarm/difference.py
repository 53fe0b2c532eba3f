"""What is to be done for a swarm to be as a site wants it, and what would break it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dockwright.errors import DockwrightError
from dockwright.swarm.ours import OurSwarm, States
from dockwright.swarm.state import OURS_LABEL, SITE_LABEL, SwarmNode, SwarmState, quorum, votes
from dockwright.swarm.steps import Begin, Forget, Join, Leave, SetNode, SetRole, Settle, Step
from dockwright.swarm.wanted import WantedNode, WantedSwarm


def difference(wanted: WantedSwarm, states: States, ours: OurSwarm) -> tuple[Step, ...]:
    """The steps, in their order; none where all is as wanted.

    Boxes that give no answer have no step, and stay what they are.

    Args:
        wanted: what the site wants.
        states: what boxes say, by box.
        ours: which swarm is the site's; one that waits for a key has no step that is known.

    Raises:
        DockwrightError: the swarm would lose its quorum, or has what can't be changed.

    Example:
        >>> wanted = WantedSwarm("corp", (WantedNode("a", "manager", "10.0.0.1"),))
        >>> difference(wanted, {"a": SwarmState("ready")}, OurSwarm())[0]
        Begin(box='a')
    """
    if ours.awaits:
        return ()
    if not ours.manager:
        return tuple(_from_nothing(wanted, states))
    view = states[ours.manager]
    steps = [*_of_swarm(wanted, view)]
    gone = [one for one in view.nodes if one.box in wanted.gone]
    steps += [Forget(one) for one in gone]
    for one in wanted.nodes:
        if one.box in states:
            steps += _of_box(one, states[one.box], view, ours.id)
    _check_quorum(steps, view)
    return tuple(steps)


def _from_nothing(wanted: WantedSwarm, states: States) -> Iterator[Step]:
    unsure = [box for box in wanted.managers if box in states and is_unsure(states[box])]
    if unsure:
        raise DockwrightError(
            f"box {unsure[0]}: its engine does not run, and whether it is in the swarm is not "
            "known; start it before one is made on another box"
        )
    first = next((box for box in wanted.managers if box in states), None)
    if first is None:
        raise DockwrightError(
            f"swarm {wanted.site}: none of its managers {', '.join(wanted.managers)} gives an "
            "answer; a swarm begins with one of them"
        )
    yield Begin(first)
    for one in wanted.members:
        if one.box in states:
            if one.box != first:
                # in none that is known, and so in none that it could be left for
                yield Join(one.box, one.role, leaves=states[one.box].is_member)
            yield _new(one)


def is_unsure(its: SwarmState) -> bool:
    """Whether a box has an engine that does not say what it is in.

    Example:
        >>> is_unsure(SwarmState("stopped")), is_unsure(SwarmState("none"))
        (True, False)
    """
    return its.engine not in ("ready", "none")


def _of_swarm(wanted: WantedSwarm, view: SwarmState) -> Iterator[Step]:
    cluster = view.cluster
    if cluster is None:
        return
    fixed = (
        ("data path port", cluster.data_path_port, wanted.data_path_port),
        ("address pools", ", ".join(cluster.pools), ", ".join(wanted.pools) or None),
        ("subnet size", cluster.subnet_size, wanted.subnet_size),
    )
    for what, has, wants in fixed:
        if wants is not None and has != wants:
            raise DockwrightError(
                f"swarm {wanted.site}: {what} {wants}: it was made with {has}, which stays; "
                "declare that, or make the swarm anew"
            )
    labels = cluster.labels.get(SITE_LABEL) != wanted.site
    locks = wanted.autolock if cluster.autolock != wanted.autolock else None
    if labels or locks is not None:
        yield Settle(labels, locks)


def _of_box(one: WantedNode, its: SwarmState, view: SwarmState, swarm: str) -> Iterator[Step]:
    if is_unsure(its):
        return  # whoever would do something there says why not
    its_own = its.swarm == swarm and its.is_member
    node = next((node for node in view.nodes if its_own and node.id == its.node), None)
    if not one.role:
        if node is not None:
            yield Leave(one.box, node)
        return
    # a worker without its certificate is one by the list of the managers
    if node is None and its.is_member and not its.swarm:
        node = next((node for node in view.nodes if node.id and node.id == its.node), None)
    former = tuple(other for other in view.nodes if _is_former(other, one.box, node))
    if node is None:
        if its.engine == "none" and former:
            return  # its engine is not there to be asked
        yield Join(one.box, one.role, former, leaves=its.is_member)
        yield _new(one)
        return
    for other in former:
        yield Forget(other)
    if node.role != one.role:
        yield SetRole(one.box, node, one.role)
    yield from _settings(one, node)


def _is_former(other: SwarmNode, box: str, node: SwarmNode | None) -> bool:
    """Whether an entry is of what ``box`` was, before it was wiped or left by itself."""
    if node is not None and other.id == node.id:
        return False
    # a name alone may be another machine's, which is up
    return other.box == box and (bool(other.labels.get("dockwright.box")) or other.state != "ready")


def _new(one: WantedNode) -> SetNode:
    availability = "" if one.availability == "active" else one.availability
    return SetNode(one.box, None, availability, tuple(one.all_labels.items()))


def _settings(one: WantedNode, node: SwarmNode) -> Iterator[SetNode]:
    wants = one.all_labels
    labels = tuple((key, text) for key, text in wants.items() if node.labels.get(key) != text)
    were = [label for label in node.labels.get(OURS_LABEL, "").split(",") if label]
    # a label of others that has become ours, and is so no more, is gone all the same
    without = tuple(
        label for label in [*were, OURS_LABEL] if label in node.labels and label not in wants
    )
    availability = one.availability if node.availability != one.availability else ""
    if labels or without or availability:
        yield SetNode(one.box, node, availability, labels, without)


def _check_quorum(steps: Sequence[Step], view: SwarmState) -> None:
    """Raise where a step takes a manager without which no majority is left."""
    managers, reached = votes(view.nodes)
    for step in steps:
        if isinstance(step, SetRole) and step.role == "manager":
            managers, reached = managers + 1, reached + 1
            continue
        going: tuple[SwarmNode, ...] = ()
        if isinstance(step, SetRole | Forget | Leave):
            going = (step.node,)
        elif isinstance(step, Join):
            going = step.former
        for node in going:
            if node.is_manager:
                managers -= 1
                reached -= node.reachability == "reachable"
                if reached < quorum(managers) or not managers:
                    raise DockwrightError(
                        f"node {node.box}: without it {reached} of {managers} managers would be "
                        "reached, and the swarm would take no change any more; bring back those "
                        f"that are away ({_away(view, node)}), or add managers first"
                    )
        if isinstance(step, Join) and step.role == "manager":
            managers, reached = managers + 1, reached + 1


def _away(view: SwarmState, node: SwarmNode) -> str:
    away = [
        one.box
        for one in view.nodes
        if one.is_manager and one.reachability != "reachable" and one.id != node.id
    ]
    return ", ".join(away) or "none is"
