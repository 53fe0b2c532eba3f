"""A box as a node of the swarm: joined, promoted or demoted, labelled, drained; or out of it."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Call, Commands, operation
from dockwright.errors import Awaited, DockwrightError, NotReady
from dockwright.operations.swarm import deeds
from dockwright.operations.swarm.decided import Decided, check_engine, decided
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.state import BOX_LABEL, OURS_LABEL
from dockwright.swarm.steps import Begin, Join, Leave, SetNode, SetRole
from dockwright.swarm.wanted import WantedSwarm

_WAIT = 60.0
_QUIET = {BOX_LABEL, OURS_LABEL}


@operation()
def member(wanted: WantedSwarm, keys: UnlockKeys, wait: float = _WAIT) -> Commands:
    """Have the box in the swarm as ``wanted`` says, or out of it.

    One whose engine was wiped joins again, and its former entry goes. One that leaves is emptied
    before. A box that is in another swarm is refused. Declare it on a box after the other, behind
    a `barrier` each: managers first.

    Args:
        wanted: the site's swarm; the box is one of its nodes, by the inventory's name.
        keys: of a swarm that locks itself.
        wait: seconds within which a box is a node that is up, and its tasks end where it leaves.

    Raises:
        DockwrightError: it is in another swarm, or the swarm would lose the majority of managers.

    Example::

        swarm.member(wanted, keys)
    """
    box = str(host.name)
    one = wanted.node(box)
    if one is None:
        raise DockwrightError(f"box {box}: is no node of swarm {wanted.site}; name it among them")
    now = decided(host, wanted, keys, wait)
    if now.ours.awaits:
        raise Awaited(f"waits for {', '.join(now.ours.locked)} to be unlocked")
    if one.role:
        check_engine(host, now.states.get(box))
    steps = now.of_box(box)
    if not steps:
        host.noop(f"is a {one.role} as declared" if one.role else "is not in the swarm")
        return
    for step in steps:
        if isinstance(step, Join):
            log.changes(host, [Change("+", f"node {box}", (step.role, *_again(step)))])
            yield Call(f"{box} joins as a {step.role}", _join, host, wanted, now, step, wait)
        elif isinstance(step, SetRole):
            log.changes(host, [Change("~", f"node {box}", (f"{step.node.role}→{step.role}",))])
            # one that gives its own vote up would not say how it went
            manager = now.manager_but(box) if step.role == "worker" else now.ours.manager
            _check_other(box, manager)
            yield Call(
                f"{box} becomes a {step.role}", deeds.set_role, manager, step.node, step.role, wait
            )
        elif isinstance(step, SetNode):
            if told := _told(step):
                log.changes(host, [Change("~", f"node {box}", told)])
            yield Call(f"labels and availability of {box}", _set_node, host, now, step)
        elif isinstance(step, Leave):
            log.changes(host, [Change("-", f"node {box}", ("emptied before",))])
            manager = now.manager_but(box)
            _check_other(box, manager)
            yield Call(f"{box} leaves the swarm", deeds.leave, host, manager, step.node, wait)


def _again(step: Join) -> list[str]:
    if step.former:
        return ["in the place of its former entry"]
    return ["after it left what it was in"] if step.leaves else []


def _told(step: SetNode) -> tuple[str, ...]:
    """What is to be seen of it: a new node's labels of ours are no news."""
    had = {} if step.node is None else step.node.labels
    labels = [
        f"label {key}={text}"
        for key, text in step.labels
        if key not in _QUIET or (step.node is not None and key == BOX_LABEL)
    ]
    labels += [f"label {key} goes" for key in step.without if key != OURS_LABEL]
    if step.availability:
        was = "" if step.node is None else f"{step.node.availability}→"
        labels.append(f"{was}{step.availability}")
    if not labels and had:
        labels.append("labels")
    return tuple(labels)


def _join(on: Host, wanted: WantedSwarm, now: Decided, step: Join, wait: float) -> None:
    node = wanted.node(step.box)
    manager = _manager(now, wanted)
    if node is not None:
        deeds.join(on, manager, node, step.former, wait)


def _set_node(on: Host, now: Decided, step: SetNode) -> None:
    # the box that makes the swarm asks itself
    manager = now.ours.manager or _begun(now)
    node = deeds.own_node(on) if step.node is None else step.node.id
    deeds.set_node(manager, node, step.availability, dict(step.labels), step.without)


def _manager(now: Decided, wanted: WantedSwarm) -> str:
    if not now.ours.manager:
        raise NotReady(
            f"swarm {wanted.site}: there is none to join; let {_begun(now) or 'its first manager'} "
            "have its part in the run"
        )
    return now.ours.manager


def _begun(now: Decided) -> str:
    return next((step.box for step in now.steps if isinstance(step, Begin)), "")


def _check_other(box: str, manager: str) -> None:
    if not manager:
        raise NotReady(f"box {box}: no other manager of the swarm gives an answer; bring one up")
