"""A leaf's services put up: each as declared and healthy before the next one, else put back.

Swarm itself puts back a service whose new tasks fail; what is new, and so has nothing to go back
to, is taken away again. Where boot jobs of the leaf hold a port or data that it needs, they stop
just before, and start again where it fails.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box import log
from dockwright.box.other_host import connected
from dockwright.box.privilege import as_root
from dockwright.box.process import do
from dockwright.engine.health import Patience
from dockwright.engine.service import Manager
from dockwright.errors import DockwrightError
from dockwright.inits.init import INITS
from dockwright.registry.login import Login, LoginSource, resolve
from dockwright.service.convergence import MOST_FAILURES, Convergence, ended, progress, why
from dockwright.service.spec import LEAF, PROCESS, Service
from dockwright.switching.former import line_of
from dockwright.switching.roll_out import check_may_switch

_EVERY = 0.5  # seconds between two looks
_TOLD = 5.0  # seconds between two words on how far it is
# Swarm waits so long for a task that never began, for its port's sake, before it puts another there
_STALLS = 90.0
_DOWN = 30.0  # seconds within which tasks end, beside what they are given for it


@dataclass(frozen=True)
class Standing:
    """Boot jobs of a leaf that a box has: the init's name, and the units."""

    box: str
    init: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class ServicePlan:
    """How a leaf's services get to what is declared.

    ``changing`` are names of services to be made or changed, ``fresh`` those of them that are not
    there; ``gone`` are services, ``secrets`` and ``networks`` that go at the end; ``label`` is the
    node, by its ID, that keeps the leaf's data, with the label's key; ``stops`` are boot jobs that
    can't run beside it.
    """

    leaf: str
    wanted: tuple[Service, ...]
    changing: frozenset[str]
    fresh: frozenset[str] = frozenset()
    gone: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    label: tuple[str, str] | None = None
    stops: tuple[Standing, ...] = ()


def serve(
    state: State, host: Host, plan: ServicePlan, login: LoginSource, patience: Patience
) -> None:
    """Have the services of a leaf as ``plan`` says.

    Args:
        state: of the run.
        host: the manager.
        plan: what is to be done.
        login: by which its nodes pull.
        patience: seconds that each task is given.

    Raises:
        DockwrightError: a task does not come up; what was there runs again.

    Example::

        serve(state, host, plan, login, Patience())
    """
    check_may_switch(state, plan.leaf, str(host.name), op=host.current_op_hash)
    manager, who = Manager(host), resolve(login)
    if plan.label is not None:
        manager.label(*plan.label, "here")
    begun: list[Service] = []
    try:
        for standing in plan.stops:
            _say(standing, stop=True)
        for one in plan.wanted:
            if one.name in plan.changing:
                begun.insert(0, one)
                _put_up(manager, one, who, one.name in plan.fresh, patience)
    except DockwrightError as error:
        after = _back(manager, plan, begun, patience)
        said = f"box {host.name}: {plan.leaf}: {error}\n{plan.leaf}: {after}"
        raise DockwrightError(said) from error
    take_away(host, plan.gone, patience.wait)
    for name in plan.secrets:
        manager.no_secret(name)
    for name in plan.networks:
        manager.no_network(name)


def scale_down(host: Host, names: Mapping[str, float]) -> None:
    """Have no tasks of some services, which stay to be put back.

    Args:
        host: the manager.
        names: of services, each with the seconds that its tasks have to end.

    Raises:
        DockwrightError: tasks do not end.

    Example::

        scale_down(host, {"rails_web": 10})
    """
    manager = Manager(host)
    for name in names:
        manager.scale(name, 0)
    for name, seconds in names.items():
        _until_none(manager, name, seconds)


def put_back(host: Host, names: Sequence[str], patience: Patience) -> None:
    """Have services as they were before their last update, and wait until they are up.

    Args:
        host: the manager.
        names: of services.
        patience: seconds that their tasks are given.

    Raises:
        DockwrightError: their tasks do not come up.

    Example::

        put_back(host, ["rails_web"], Patience())
    """
    manager = Manager(host)
    for name in names:
        manager.back(name)
        _until_back(manager, name, patience)


def take_away(host: Host, names: Sequence[str], seconds: float) -> None:
    """Have no such services, and none of their tasks.

    Args:
        host: the manager.
        names: of services.
        seconds: that tasks have to end.

    Raises:
        DockwrightError: tasks do not end.

    Example::

        take_away(host, ["rails_web"], 60)
    """
    # of a service that is removed nobody says which tasks still run
    scale_down(host, dict.fromkeys(names, seconds))
    for name in names:
        Manager(host).remove(name)


def _put_up(
    manager: Manager, one: Service, login: Login | None, fresh: bool, patience: Patience
) -> None:
    labels = {LEAF: one.leaf, PROCESS: one.process}
    if one.closed is not None:
        manager.closed(one.closed, labels)
    if one.secret is not None:
        manager.secret(one.secret, one.text, labels)
    before = ended([] if fresh else manager.tasks(one.name))
    if fresh:
        manager.create(one.spec, login)
    else:
        manager.update(one.name, one.spec, login)
    _until_up(manager, one, before, fresh, patience)


def _until_up(
    manager: Manager, one: Service, before: frozenset[str], fresh: bool, patience: Patience
) -> None:
    began = told = time.monotonic()
    stayed: float | None = None
    most = (patience.wait + patience.steady) * max(1, one.replicas)
    while True:
        service = manager.service(one.name)
        if service is None:
            raise DockwrightError(f"service {one.name}: was removed meanwhile")
        tasks, now = manager.tasks(one.name), time.monotonic()
        its = progress(service, tasks, before)
        if its.done:
            stayed = now if stayed is None else stayed
            # Swarm itself watches an update; what is new it does not
            if not fresh or now - stayed >= patience.steady:
                break
        else:
            stayed = None
        if its.back or (fresh and len(its.failures) >= MOST_FAILURES) or now - began > most:
            raise DockwrightError(_why(manager, one, its, now - began))
        if now - told > _TOLD:
            told = now
            far = f"{its.up}/{its.wanted}, {now - began:.0f} s"
            log.info(manager.host, f"waiting for {one.name}, {far}")
        time.sleep(_EVERY)
    log.info(manager.host, f"{one.name}: up after {time.monotonic() - began:.1f} s")


def _why(manager: Manager, one: Service, its: Convergence, seconds: float) -> str:
    image = one.spec["TaskTemplate"]["ContainerSpec"]["Image"]
    head = f"image {image}: service {one.name}: "
    if not its.failures:
        waits = f": {its.waits}" if its.waits else ""
        return f"{head}{its.up} of {its.wanted} tasks are up after {seconds:.0f} s{waits}"
    task: Mapping[str, Any] = its.failures[0]
    node = manager.node_name(str(task.get("NodeID", "")))
    said = "".join(f"\n    {line}" for line in manager.last_lines(str(task["ID"])))
    return f"{head}task on {node} {why(task)}; its last lines:{said or ' none'}"


def _back(manager: Manager, plan: ServicePlan, begun: Sequence[Service], patience: Patience) -> str:
    """Put back what there was, and say how that went."""
    had = [one for one in begun if one.name not in plan.fresh]
    try:
        for one in begun:
            if one.name in plan.fresh:
                take_away(manager.host, [one.name], _DOWN)
                if one.secret is not None:
                    manager.no_secret(one.secret)
                continue
            its = _now(manager, one.name)
            if its is not None and not its.update.startswith("rollback"):
                manager.back(one.name)
        for one in had:
            _until_back(manager, one.name, patience)
    except DockwrightError as error:
        return f"could not be put back: {error}"
    for standing in plan.stops:
        try:
            _say(standing, stop=False)
        except DockwrightError as error:
            return f"its boot jobs could not be started again: {error}"
    if plan.stops:
        return "its service is taken away, and its boot jobs run again"
    if had:
        return "Swarm has put back what ran before, and it is up"
    return "its service is taken away; what ran before runs on"


def _until_back(manager: Manager, name: str, patience: Patience) -> None:
    until = time.monotonic() + patience.wait + _STALLS
    while True:
        its = _now(manager, name)
        if its is None or (its.all_up and its.update != "rollback_started"):
            return
        if time.monotonic() > until or its.update == "rollback_paused":
            raise DockwrightError(f"service {name}: {its.up} of {its.wanted} tasks are up")
        time.sleep(_EVERY)


def _now(manager: Manager, name: str) -> Convergence | None:
    service = manager.service(name)
    return None if service is None else progress(service, manager.tasks(name), frozenset())


def _say(standing: Standing, *, stop: bool) -> None:
    box, init = connected(standing.box), INITS[standing.init]
    for argv in init.say(init.stop if stop else init.start, standing.units):
        done = do(box, line_of(argv), as_root(box))
        if not done.ok:
            words = " ".join(done.errors) or f"exit status {done.status}"
            raise DockwrightError(f"box {box.name}: {' '.join(argv)}: failed: {words}")


def _until_none(manager: Manager, name: str, seconds: float) -> None:
    until = time.monotonic() + seconds + _DOWN
    while _has_tasks(manager, name):
        if time.monotonic() > until:
            raise DockwrightError(f"service {name}: its tasks do not end within {seconds:g} s")
        time.sleep(_EVERY)


def _has_tasks(manager: Manager, name: str) -> bool:
    states = {str(one["Status"]["State"]) for one in manager.tasks(name)}
    return bool(states & {"starting", "running", "ready", "preparing"})
