"""Leaves that a site runs on its swarm: which, and which manager sees to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pyinfra import host, inventory
from pyinfra.api.exceptions import NoGroupError

from dockwright.box.absent import no_part
from dockwright.deploys.box import Box, boxes
from dockwright.deploys.leaf.declared import PASSWORD, BoxLeaf, SiteLeaves, folders_of
from dockwright.deploys.leaf_folders import REGISTRY_LEAF
from dockwright.errors import SiteError
from dockwright.operations import image, password, service
from dockwright.places import PASSWORDS
from dockwright.registry.login import LoginSource
from dockwright.switching.roll_out import part_of

_MANAGERS, _WORKERS = "swarm_managers", "swarm_workers"


@dataclass(frozen=True)
class OfSwarm:
    """What a box has to do with the site's swarm.

    ``leaves`` are those of the site that are to be services; ``acts`` says whether this box is
    the manager that sees to them; ``nodes`` are all boxes of the swarm, none where there is none.
    """

    leaves: frozenset[str] = frozenset()
    acts: bool = False
    nodes: tuple[str, ...] = ()

    @property
    def further(self) -> frozenset[str]:
        """The leaves that this box sees to, whichever boxes are to run them."""
        return self.leaves if self.acts else frozenset()

    def declared(self, leaves: Collection[str]) -> list[str]:
        """Those of ``leaves`` that are boot jobs."""
        return [leaf for leaf in leaves if leaf not in self.leaves]

    def boot(self, boxes: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
        """The boxes of each leaf that is boot jobs, of ``boxes`` of each leaf."""
        return {leaf: on for leaf, on in boxes.items() if leaf not in self.leaves}


def of_swarm(box: Box, site: SiteLeaves) -> OfSwarm:
    """What ``box`` has to do with the swarm.

    Args:
        box: which.
        site: the leaves of all boxes.

    Raises:
        SiteError: a leaf is to be services, and there is no manager; or the registry is.

    Example::

        of_swarm(this_box(), leaves_of_site()).leaves  # frozenset({'rails'})
    """
    named = managers()
    wanted = box.settings.of_swarm
    if wanted and not named:
        raise SiteError(
            f"box {box.name}: dockwright_runs_on: {wanted[0]}: swarm: no box of docker_hosts is "
            f"in group {_MANAGERS}; put one there, or three, or leave the leaf on boot jobs"
        )
    if REGISTRY_LEAF in wanted:
        raise SiteError(
            f"box {box.name}: dockwright_runs_on: {REGISTRY_LEAF}: swarm: nodes pull from it; "
            "leave it on boot jobs"
        )
    away = no_part(host.state)
    acting = next((name for name in named if name not in away), None)
    its = frozenset(leaf for leaf in wanted if leaf in site.leaves)
    return OfSwarm(its, acting == box.name, nodes())


def pause(leaf: str, on: Collection[str]) -> None:
    """The operation of a leaf that is boot jobs of boxes ``on``, and may be services as yet."""
    paused = service.pause(
        name=f"{leaf}: its services let go", leaf=leaf, boxes=on, _ignore_errors=True
    )
    part_of(leaf, paused)


def serve(
    box: Box,
    leaf: str,
    made: BoxLeaf,
    swarm: OfSwarm,
    on: Collection[str],
    login: LoginSource,
    others: Mapping[str, LoginSource],
) -> None:
    """The operations of a leaf that is to be services, on the manager that sees to them."""
    here = box.settings
    its = folders_of(here).image(leaf, box.registries)
    pulled = image.pull(
        name=f"{leaf}: image",
        image=its.name,
        registry=box.registry,
        login=login,
        version=its.version,
        others=others,
        at_once=here.pulls_at_once,
        _ignore_errors=True,
    )
    part_of(leaf, pulled)
    asked = asked_for(box, leaf, made)
    for path in asked["secrets"].values():
        kept = password.kept(name=f"{leaf}: password", path=path, _ignore_errors=True)
        part_of(leaf, kept)
    served = service.leaf(
        name=f"{leaf}: services",
        login=login,
        boxes=list(on),
        nodes=list(swarm.nodes),
        wait=here.wait_seconds,
        **asked,
        _ignore_errors=True,
    )
    part_of(leaf, served, here.after.get(leaf, []))


def asked_for(box: Box, leaf: str, made: BoxLeaf) -> dict[str, Any]:
    """What is asked for of a leaf as services, by the fields of `LeafTerms`.

    Args:
        box: the manager that sees to it.
        leaf: its name.
        made: the leaf as it is declared there.

    Example::

        asked_for(this_box(), "rails", leaves_of(this_box(), ["rails"])["rails"])["image"]
    """
    here, folders = box.settings, folders_of(box.settings)
    its = folders.image(leaf, box.registries)
    return {
        "leaf": leaf,
        "image": f"{box.registry}/{its.reference}",
        "procfile": made.procfile,
        "runs": its.runs,
        "scale": here.scale.get(leaf, {}),
        "env": dict(made.env),
        "secrets": {PASSWORD: f"{PASSWORDS}/{leaf}.password"} if made.wants_password else {},
        "placed": here.placed.get(leaf, {}),
        "drivers": here.volume_drivers,
        "one_at_a_time": leaf in here.one_at_a_time,
        "steady": here.steady_seconds,
        "moved": folders.moved(leaf),
        "reach": made.reach,
    }


def managers() -> list[str]:
    """The boxes that manage the site's swarm and run leaves, in the inventory's order.

    Example::

        managers()  # ['docker1', 'docker2', 'docker3']
    """
    docker = {str(one.name) for one in boxes("docker_hosts")}
    return [name for name in _group(_MANAGERS) if name in docker]


def nodes() -> tuple[str, ...]:
    """All boxes of the site's swarm.

    Example::

        nodes()  # ('docker1', 'docker2', 'docker3', 'docker4')
    """
    return tuple(dict.fromkeys([*_group(_MANAGERS), *_group(_WORKERS)]))


def _group(name: str) -> list[str]:
    try:
        return [str(one.name) for one in inventory.get_group(name)]
    except NoGroupError:
        return []
