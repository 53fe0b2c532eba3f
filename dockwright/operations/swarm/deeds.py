"""What is done to a swarm: by the engines' own interface, so that no token is ever an argument.

Tokens and keys are asked for where they are used, and go from one engine to the other through this
process alone: nothing logs or keeps them. Who calls it: commands of this room, as they execute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, cast

import gevent
from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.box.other_host import connected
from dockwright.engine.client import client, talking, worker
from dockwright.errors import DockwrightError
from dockwright.swarm.state import SITE_LABEL, SwarmNode
from dockwright.swarm.wanted import WantedNode, WantedSwarm

_EVERY = 0.5  # seconds
_OFTEN = 10  # times that a change of others may come between
_RUNS = ("running", "starting", "preparing", "ready")


def begin(host: Host, wanted: WantedSwarm, node: WantedNode) -> None:
    """Make the swarm on ``host``."""
    spec = {
        "Name": "default",
        "Labels": {SITE_LABEL: wanted.site},
        "EncryptionConfig": {"AutoLockManagers": wanted.autolock},
    }
    with talking(host):
        worker(host).init_swarm(
            advertise_addr=node.address,
            listen_addr=node.listens,
            swarm_spec=spec,
            default_addr_pool=list(wanted.pools) or None,
            subnet_size=wanted.subnet_size,
            data_path_port=wanted.data_path_port,
        )


def settle(manager: str, wanted: WantedSwarm, autolock: bool | None) -> None:
    """Have the swarm labelled as the site's, and lock itself or not."""
    host = connected(manager)
    with talking(host):
        engine = worker(host)

        def once() -> None:
            has = engine.inspect_swarm()
            spec = dict(has["Spec"])
            spec["Labels"] = {**(spec.get("Labels") or {}), SITE_LABEL: wanted.site}
            if autolock is not None:
                spec["EncryptionConfig"] = {"AutoLockManagers": autolock}
            engine.update_swarm(has["Version"]["Index"], swarm_spec=spec)

        _in_sequence(once)


def swarm_id(manager: str) -> str:
    """The ID of the swarm that the box ``manager`` manages."""
    host = connected(manager)
    with talking(host):
        return str(client(host).info()["Swarm"]["Cluster"]["ID"])


def unlock_key(manager: str) -> str:
    """The key that unlocks managers, as one that is not locked says it; empty: there is none."""
    host = connected(manager)
    with talking(host):
        return str(client(host).get_unlock_key().get("UnlockKey") or "")


def unlock(host: Host, key: str) -> None:
    """Unlock the manager on ``host``."""
    with talking(host):
        worker(host).unlock_swarm(key)


def join(
    host: Host, manager: str, node: WantedNode, former: Collection[SwarmNode], wait: float
) -> None:
    """Have ``host`` in the swarm of ``manager``; its former entries go first.

    Args:
        host: the box, which is in no swarm that counts: it leaves what it is in.
        manager: a box that says how the swarm is.
        node: what it is to be.
        former: its entries.
        wait: seconds within which it must be a node that is up.
    """
    at = connected(manager)
    # all that may be missing is asked for before anything is left
    with talking(at):
        managers = worker(at)
        role = "Manager" if node.role == "manager" else "Worker"
        token = managers.inspect_swarm()["JoinTokens"][role]
        remote = [one["Addr"] for one in managers.info()["Swarm"]["RemoteManagers"] or ()]
    with talking(host):
        engine = worker(host)
        if engine.info()["Swarm"]["LocalNodeState"] != "inactive":
            engine.leave_swarm(force=True)
    for entry in former:
        forget(manager, entry, wait)
    with talking(host):
        engine.join_swarm(remote, token, listen_addr=node.listens, advertise_addr=node.address)
    _until(f"box {host.name}: is no node that is up", at, wait, lambda: _is_up(host, at, node))


def _is_up(host: Host, at: Host, node: WantedNode) -> bool:
    its = worker(host).info()["Swarm"]["NodeID"]
    entry = worker(at).inspect_node(its) if its else {}
    if entry.get("Status", {}).get("State") != "ready":
        return False
    return node.role != "manager" or _reachability(entry) == "reachable"


def _reachability(entry: Any) -> str:
    return str((entry.get("ManagerStatus") or {}).get("Reachability", ""))


def set_role(manager: str, node: SwarmNode, role: str, wait: float) -> None:
    """Promote or demote ``node``, and wait until it has its vote, or none."""
    at = connected(manager)
    wanted = "reachable" if role == "manager" else ""
    with talking(at):
        _change(at, node.id, lambda spec: spec.update(Role=role))
    _until(
        f"node {node.box}: is no {role} yet", at, wait,
        lambda: _reachability(worker(at).inspect_node(node.id)) == wanted,
    )  # fmt: skip


def set_node(
    manager: str, node: str, availability: str, labels: dict[str, str], without: Collection[str]
) -> None:
    """Have the node of the ID ``node`` available and labelled so; other labels stay."""

    def change(spec: dict[str, Any]) -> None:
        has = {k: v for k, v in (spec.get("Labels") or {}).items() if k not in without}
        spec["Labels"] = {**has, **labels}
        if availability:
            spec["Availability"] = availability

    at = connected(manager)
    with talking(at):
        _change(at, node, change)


def own_node(host: Host) -> str:
    """The ID of the node that ``host`` is."""
    with talking(host):
        return str(client(host).info()["Swarm"]["NodeID"])


def forget(manager: str, node: SwarmNode, wait: float) -> None:
    """Have the entry of a node gone, and its vote before; what it ran begins elsewhere."""
    at = connected(manager)
    if node.is_manager or node.role == "manager":
        set_role(manager, node, "worker", wait)
    with talking(at):
        worker(at).remove_node(node.id, force=True)


def leave(host: Host, manager: str, node: SwarmNode, wait: float) -> None:
    """Have ``host`` out of the swarm: what it runs begins elsewhere, then its vote goes, then it.

    Args:
        host: the box.
        manager: another box, which says how the swarm is.
        node: its entry.
        wait: seconds that its tasks may take to end.
    """
    at = connected(manager)
    set_node(manager, node.id, "drain", {}, ())
    with talking(at):
        _until(
            f"node {node.box}: still runs tasks of services", at, wait,
            lambda: not _tasks(worker(at), node.id),
        )  # fmt: skip
    if node.is_manager or node.role == "manager":
        set_role(manager, node, "worker", wait)
    with talking(host):
        # its own engine may not know yet that it is no manager any more
        worker(host).leave_swarm(force=True)
    with talking(at):
        worker(at).remove_node(node.id, force=True)


def _tasks(engine: sdk.APIClient, node: str) -> list[Any]:
    return [
        one
        for one in engine.tasks({"node": node})  # type: ignore[no-untyped-call]
        if one["Status"]["State"] in _RUNS
    ]


def _change(at: Host, node: str, change: Callable[[dict[str, Any]], None]) -> None:
    engine = worker(at)

    def once() -> None:
        entry = engine.inspect_node(node)
        spec = dict(entry["Spec"])
        change(spec)
        engine.update_node(node, entry["Version"]["Index"], cast(Any, spec))

    _in_sequence(once)


def _in_sequence(once: Callable[[], None]) -> None:
    """Do ``once``, and again where somebody else changed the same thing meanwhile."""
    for _ in range(_OFTEN):
        try:
            once()
        except sdk.APIError as error:
            if "out of sequence" not in str(error):
                raise
            gevent.sleep(_EVERY)
        else:
            return
    once()


def _until(why: str, at: Host, seconds: float, holds: Callable[[], bool]) -> None:
    """Wait until it holds; what an engine refuses meanwhile, as without a leader, may pass."""
    until = time.monotonic() + seconds
    said = ""
    while True:
        try:
            with talking(at):
                if holds():
                    return
        except DockwrightError as error:
            said = f": {error}"
        if time.monotonic() > until:
            raise DockwrightError(f"{why} after {seconds:g} s{said}; see its engine's log")
        gevent.sleep(_EVERY)
