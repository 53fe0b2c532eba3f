"""The swarm of a site: its boxes as nodes, as the inventory groups them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyinfra import host, inventory
from pyinfra.api.exceptions import NoGroupError
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.this_run import once
from dockwright.deploys.declare import deploy
from dockwright.errors import SiteError
from dockwright.operations import swarm as operations
from dockwright.operations.barrier import barrier
from dockwright.site.secrets import swarm_unlock_key
from dockwright.site.settings import Settings, validated
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.wanted import WantedNode, WantedSwarm

MANAGERS, WORKERS = "swarm_managers", "swarm_workers"
_ROLES = {MANAGERS: "manager", WORKERS: "worker"}
# what a site says once for its swarm, and not for each box
_OF_SWARM = (
    "swarm_name",
    "swarm_takes_over",
    "swarm_autolock",
    "swarm_unlock_key_command",
    "swarm_data_path_port",
    "swarm_address_pools",
    "swarm_subnet_size",
)


def swarm() -> None:
    """Make the boxes of ``swarm_managers`` and ``swarm_workers`` one swarm; without them, nothing.

    A box of ``docker_hosts`` that was a node and is in neither group leaves.
    """
    if any(_boxes(group) for group in _ROLES):
        _swarm()


@deploy("Swarm")
def _swarm() -> None:
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    wanted, keys, wait = once(run, "the site's swarm", _wanted)
    if wanted.node(str(host.name)) is None:
        return
    operations.unlocked(name="managers are unlocked", wanted=wanted, keys=keys, wait=wait)
    barrier(name="all managers are unlocked")
    operations.cluster(name="the swarm", wanted=wanted, keys=keys, wait=wait)
    barrier(name="the swarm is there")
    operations.only(name="no nodes that are gone", wanted=wanted, keys=keys, wait=wait)
    # an operation for each box, which all others wait for: a vote that goes, goes by itself
    for one in host.loop([node.box for node in wanted.nodes]):  # type: ignore[no-untyped-call]
        barrier(name=f"before node {one}")
        if one == host.name:
            operations.member(name="node of the swarm", wanted=wanted, keys=keys, wait=wait)


def _wanted() -> tuple[WantedSwarm, UnlockKeys, float]:
    """The swarm that the inventory and its data declare, the same one for all boxes of a run."""
    groups = {
        group: {str(box.name): box.data.dict() for box in _boxes(group)}
        for group in (*_ROLES, "docker_hosts")
    }
    wanted, first = declared(groups)
    return wanted, UnlockKeys(key_folder(os.environ), swarm_unlock_key(first)), first.wait_seconds


def declared(
    groups: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> tuple[WantedSwarm, Settings]:
    """The swarm that a site declares, and the settings of its first box.

    Args:
        groups: of the inventory, each with its boxes and their data.

    Raises:
        SiteError: a box is in both groups or has no address, there is no manager, or boxes differ
            in what a swarm has once.

    Example:
        >>> group = {"app1": {"dockwright_address": "10.0.0.5"}}
        >>> declared({"swarm_managers": group})[0].managers
        ('app1',)
    """
    roles: dict[str, str] = {}
    boxes: dict[str, Mapping[str, Any]] = {}
    for group, role in _ROLES.items():
        for name, data in groups.get(group, {}).items():
            if name in roles:
                raise SiteError(
                    f"box {name}: is in {MANAGERS} and in {WORKERS}; a manager runs services too: "
                    "take it out of one of them"
                )
            roles[name], boxes[name] = role, data
    if "manager" not in roles.values():
        raise SiteError(f"inventory: group {MANAGERS} is empty; put a box into it, or three")
    boxes = {**groups.get("docker_hosts", {}), **boxes}
    made = {
        name: _settings(name, boxes[name])
        for name in [*roles, *(box for box in boxes if box not in roles)]
    }
    first = _alike({name: made[name] for name in roles})
    gone = dict.fromkeys(box for here in made.values() for box in here.gone)
    wanted = WantedSwarm(
        first.swarm_name,
        tuple(_node(name, roles.get(name, ""), here) for name, here in made.items()),
        first.swarm_takes_over,
        first.swarm_autolock,
        first.swarm_data_path_port,
        tuple(map(str, first.swarm_address_pools)),
        first.swarm_subnet_size,
        tuple(gone),
    )
    return wanted, first


def key_folder(environment: Mapping[str, str]) -> Path:
    """Where this machine keeps keys of swarms.

    Args:
        environment: of this process.

    Example:
        >>> str(key_folder({"XDG_CONFIG_HOME": "/c"}))
        '/c/dockwright/swarm'
    """
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "dockwright" / "swarm"


def _settings(name: str, data: Mapping[str, Any]) -> Settings:
    made, wrong = validated(data)
    if made is None:
        raise SiteError(f"box {name}: {'; '.join(wrong)}")
    return made


def _alike(members: Mapping[str, Settings]) -> Settings:
    """The data of the first box; what a swarm has once is the same on each."""
    (first, here), *others = members.items()
    for name, other in others:
        for key in _OF_SWARM:
            if getattr(other, key) != getattr(here, key):
                raise SiteError(
                    f"box {name}: dockwright_{key} = {_text(getattr(other, key))}, and "
                    f"{_text(getattr(here, key))} on {first}; a swarm has one: give it for all"
                )
    return here


def _text(value: Any) -> str:
    return str([*map(str, value)]) if isinstance(value, list) else str(value)


def _node(name: str, role: str, here: Settings) -> WantedNode:
    if role and here.address is None:
        raise SiteError(
            f"box {name}: dockwright_address: not given; give the address by which the other nodes "
            "reach it"
        )
    address = "" if here.address is None else str(here.address)
    return WantedNode(name, role, address, here.swarm_availability, here.swarm_labels)


def _boxes(group: str) -> Iterable[Any]:
    try:
        return list(inventory.get_group(group))
    except NoGroupError:
        return []
