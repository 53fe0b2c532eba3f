"""Entries of nodes that are no box's any more: gone by the site's word, or left behind by one."""

from __future__ import annotations

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Call, Commands, operation
from dockwright.errors import Awaited
from dockwright.operations.swarm import deeds
from dockwright.operations.swarm.decided import acts, decided
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.steps import Forget
from dockwright.swarm.wanted import WantedSwarm


@operation()
def only(wanted: WantedSwarm, keys: UnlockKeys, wait: float = 60) -> Commands:
    """Have no entries of nodes that ``wanted.gone`` names, nor former ones of boxes that joined anew.

    It is declared on every box; one of them does it. Any other node that is no box's is told by
    `cluster`, and stays.

    Args:
        wanted: the site's swarm.
        keys: of a swarm that locks itself.
        wait: seconds within which a manager that goes has given up its vote.

    Raises:
        DockwrightError: the swarm would lose the majority of its managers.

    Example::

        swarm.only(wanted, keys)
    """  # noqa: E501
    now = decided(host, wanted, keys, wait)
    if now.ours.awaits:
        raise Awaited(f"waits for {', '.join(now.ours.locked)} to be unlocked")
    steps = [step for step in now.steps if isinstance(step, Forget)]
    if not steps or not acts(host, wanted):
        host.noop("no entries of nodes that are gone")
        return
    for step in steps:
        node = step.node
        log.changes(host, [Change("-", f"node {node.box}", (node.state, node.address))])
        yield Call(f"forget node {node.box}", deeds.forget, now.ours.manager, node, wait)
