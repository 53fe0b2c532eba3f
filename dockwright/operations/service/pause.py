"""A leaf that becomes boot jobs: its services let go of what both would hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pyinfra import host
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import expect
from dockwright.facts.service import Services
from dockwright.operations.boot.ports import pause_of
from dockwright.service.mounts import written
from dockwright.service.state import SwarmService
from dockwright.switching.services import scale_down

_SECOND = 10**9


@operation()
def pause(leaf: str, boxes: Collection[str] = ()) -> Commands:
    """Have no tasks of the leaf's services where its boot jobs could not begin beside them.

    Those are what both write, and ports of nodes. Its services stay, and `service.only` takes them
    away once the boot jobs are up, or has their tasks back.

    Args:
        leaf: its name.
        boxes: those that are to have its boot jobs.

    Example::

        service.pause("rails", ["docker1"])
    """
    its = host.get_fact(Services).of_leaf(leaf)
    running = [one for one in its if one.running and _holds(one)]
    if not running:
        host.noop(f"{leaf} has no services that hold what its boot jobs need")
        return
    for box in boxes:
        expect(box, [pause_of(leaf)])
    names = {one.name: _seconds(one) for one in running}
    log.reason(host, f"{leaf}: becomes boot jobs: its services stop first, and stay until then")
    log.changes(host, [Change("~", f"service {name}", ("no tasks",)) for name in names])
    yield Call(f"no tasks of {', '.join(names)}", _down, names)


def _down(names: Mapping[str, float]) -> None:
    here: Host = ctx_host.get()  # type: ignore[no-untyped-call]
    scale_down(here, names)


def _container(one: SwarmService) -> Mapping[str, Any]:
    its: Mapping[str, Any] = (one.spec.get("TaskTemplate") or {}).get("ContainerSpec") or {}
    return its


def _holds(one: SwarmService) -> bool:
    ports = (one.spec.get("EndpointSpec") or {}).get("Ports") or ()
    fixed = any(port.get("PublishedPort") for port in ports)
    return fixed or written(_container(one).get("Mounts") or ())


def _seconds(one: SwarmService) -> float:
    return int(_container(one).get("StopGracePeriod") or 0) / _SECOND
