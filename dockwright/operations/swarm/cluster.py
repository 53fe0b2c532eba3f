"""The swarm itself: unlocked, made, labelled as the site's, and its key kept."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.this_run import PerRun, note
from dockwright.commands.declare import Call, Commands, operation
from dockwright.errors import Awaited, DockwrightError
from dockwright.operations.swarm import deeds
from dockwright.operations.swarm.decided import Decided, acts, check_engine, decided
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.ours import short_id
from dockwright.swarm.steps import Begin, Settle, box_of
from dockwright.swarm.told import certificate_reminders, reminders
from dockwright.swarm.wanted import WantedNode, WantedSwarm
from dockwright.ways_out import WayOut, way_out

_WAIT = 60.0
# of each run, the boxes that make a swarm in it: one
_makers: PerRun[set[str]] = PerRun(set)


@operation()
def unlocked(wanted: WantedSwarm, keys: UnlockKeys, wait: float = _WAIT) -> Commands:
    """Have a manager that was started anew unlocked, where the swarm locks itself.

    Args:
        wanted: the site's swarm.
        keys: those that are known; a manager that is not locked knows the key too.
        wait: seconds that managers may take to find a leader.

    Raises:
        DockwrightError: no key is known; or a box is in a swarm that is not the site's.

    Example::

        swarm.unlocked(wanted, keys)
    """
    now = decided(host, wanted, keys, 0 if host.state.is_executing else wait)
    box = str(host.name)
    if box not in now.ours.locked:
        host.noop("is not locked")
        return
    log.changes(host, [Change("~", f"node {box}", ("locked→unlocked",))])
    yield Call(f"unlock node {box}", _unlock, host, now, keys)


def _unlock(on: Host, now: Decided, keys: UnlockKeys) -> None:
    key = deeds.unlock_key(now.ours.manager) if now.ours.manager else keys.key(now.ours.id)
    if not key:
        raise DockwrightError(
            f"box {on.name}: its swarm {short_id(now.ours.id)} is locked, and its key is not "
            f"known here; {way_out(WayOut.UNLOCK_SWARM)}"
        )
    deeds.unlock(on, key)


@operation()
def cluster(wanted: WantedSwarm, keys: UnlockKeys, wait: float = _WAIT) -> Commands:
    """Have the site's swarm: made on the first manager where there is none, its settings as wanted.

    It is declared on every box; one of them does it. The key of a swarm that locks itself is kept
    on this machine, where the site gives none.

    Args:
        wanted: the site's swarm.
        keys: where its key is kept.
        wait: seconds that managers may take to find a leader.

    Raises:
        DockwrightError: a box is in another swarm, the swarm was made with other fixed settings,
            or a step of this run would leave it without a majority of managers.

    Example::

        swarm.cluster(WantedSwarm("corp", (WantedNode("app1", "manager", "10.0.0.5"),)), keys)
    """
    box, makers = str(host.name), _makers.of(host.state)
    try:
        now = decided(host, wanted, keys, wait)
    except DockwrightError:
        # one that another box is just making has no label of the site's for a moment
        if not makers - {box}:
            raise
        host.noop("is another box's to see to")
        return
    if now.ours.awaits:
        raise Awaited(f"waits for {', '.join(now.ours.locked)} to be unlocked")
    steps = [step for step in now.steps if isinstance(step, Begin) and step.box == box]
    makers.update(step.box for step in steps)
    settles = [step for step in now.steps if isinstance(step, Settle)]
    one = wanted.node(box)
    if steps and one is not None:
        check_engine(host, now.states.get(box))
        details = (one.listens, *(["locks itself"] if wanted.autolock else []))
        log.changes(host, [Change("+", f"swarm {wanted.site}", details)])
        yield Call(f"make the swarm {wanted.site}", _begin, host, wanted, one, keys)
    elif now.view is not None and acts(host, wanted):
        mended = {box_of(step) for step in now.steps}
        told = [*reminders(wanted, now.view, mended), *certificate_reminders(now.states)]
        for line in told:
            note(host.state, line)
        yield from _settled(host, now, settles, wanted, keys)
    else:
        host.noop("is another box's to see to")


def _begin(on: Host, wanted: WantedSwarm, node: WantedNode, keys: UnlockKeys) -> None:
    deeds.begin(on, wanted, node)
    if wanted.autolock:
        _keep(str(on.name), keys)


def _settled(
    on: Host, now: Decided, steps: list[Settle], wanted: WantedSwarm, keys: UnlockKeys
) -> Commands:
    manager = now.ours.manager
    for step in steps:
        details = [f"dockwright.site={wanted.site}"] if step.label else []
        if step.autolock is not None:
            details.append("locks itself" if step.autolock else "does not lock itself")
        log.changes(on, [Change("~", f"swarm {short_id(now.ours.id)}", tuple(details))])
        yield Call("settings of the swarm", deeds.settle, manager, wanted, step.autolock)
    is_ours = wanted.autolock and not keys.given
    if is_ours and (steps or keys.kept(now.ours.id) != deeds.unlock_key(manager)):
        log.changes(on, [Change("~", "the key of the swarm", ("kept on this machine",))])
        yield Call("keep the key of the swarm on this machine", _keep, manager, keys)
    elif not steps:
        host.noop("the swarm is as wanted")


def _keep(manager: str, keys: UnlockKeys) -> None:
    if not keys.given:
        keys.keep(deeds.swarm_id(manager), deeds.unlock_key(manager))
