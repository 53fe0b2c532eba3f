"""The leaves: pulled by digest, and run by boot jobs, or as services of the site's swarm."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from pyinfra import host

from dockwright.deploys.box import Box, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.leaf.data import data_elsewhere
from dockwright.deploys.leaf.declared import (
    PASSWORD,
    BoxLeaf,
    folders_of,
    leaves_of,
    leaves_of_site,
)
from dockwright.deploys.leaf.members import members_of_site
from dockwright.deploys.leaf.service import of_swarm, pause, serve
from dockwright.deploys.leaf_box import leaf_box
from dockwright.deploys.leaf_folders import REGISTRY_LEAF
from dockwright.deploys.registry_access import check_access, logins, no_others, trust
from dockwright.deploys.room import former_builds
from dockwright.facts.digests import foresee
from dockwright.operations import boot, image, password, service
from dockwright.operations.barrier import barrier
from dockwright.places import PASSWORDS
from dockwright.registry.login import LoginSource
from dockwright.site.moment import since
from dockwright.site.settings import addresses
from dockwright.switching.roll_out import part_of, settle


@deploy("Leaves")
def leaves() -> None:
    """Run on every Docker host the leaves that it is to run, by default all of them."""
    box = this_box()
    members_of_site()
    if not box.is_in("docker_hosts"):
        return
    site = leaves_of_site()
    swarm = of_swarm(box, site)
    its = leaves_of(box, swarm.further)
    _foresee(box)
    check_access(box)
    trust(box)
    others = logins(box)
    login = others.pop(box.registry)
    # the same loop on every box, which leaves out what it does not run: pyinfra tells operations
    # by their place, and would take the first leaves of two boxes for one operation
    declared = swarm.declared([*its, *([REGISTRY_LEAF] if box.is_in("registry_hosts") else [])])
    for leaf in host.loop(site.leaves):  # type: ignore[no-untyped-call]
        if leaf in swarm.leaves:
            if box.name in site.boxes[leaf]:
                _needs(box, leaf)
            if swarm.acts:
                serve(box, leaf, its[leaf], swarm, site.boxes[leaf], login, others)
        else:
            if swarm.acts:
                pause(leaf, site.boxes[leaf])
            if swarm.nodes:
                barrier(name=f"{leaf} is in nobody's way")
            if leaf in its:
                _leaf(box, leaf, its, declared, login, others)
        if leaf in site.needed:
            # boxes that share no leaf do not wait for each other else
            barrier(name=f"{leaf} has had its turn")
    on_boxes = swarm.boot(site.boxes)
    boot.only(name="no leaves but those declared", leaves=declared, declared_on=on_boxes)
    if swarm.acts:
        service.only(
            name="no services but those declared",
            leaves=sorted(swarm.leaves),
            wait=box.settings.wait_seconds,
        )
    no_others(box)
    former_builds(box)
    settle("every leaf is up")


def _foresee(box: Box) -> None:
    """All leaves of the site, so that the first box that asks a registry does so for all."""
    folders = folders_of(box.settings)
    its = [folders.image(leaf, box.registries) for leaf in leaves_of_site().leaves
           if leaf in folders.leaves]  # fmt: skip
    for place in box.registries:
        foresee(host.state, place, [image.in_registry for image in its])


def _needs(box: Box, leaf: str) -> None:
    """What ``leaf`` needs on its box, as its folder says."""
    # a folder may lie in another one
    folder = Path(folders_of(box.settings).leaves[leaf].path).parent
    for needed in leaf_box(leaf, folder):
        part_of(leaf, needed)


def _leaf(
    box: Box,
    leaf: str,
    leaves_here: Mapping[str, BoxLeaf],
    declared: Collection[str],
    login: LoginSource,
    others: Mapping[str, LoginSource],
) -> None:
    """One leaf of ``box``, which runs ``leaves_here``; where it fails, the others go on."""
    here, made = box.settings, leaves_here[leaf]
    after = here.after.get(leaf, [])
    folders = folders_of(here)
    its = folders.image(leaf, box.registries)
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
    _needs(box, leaf)
    secrets = {}
    if made.wants_password:
        secrets[PASSWORD] = f"{PASSWORDS}/{leaf}.password"
        kept = password.kept(
            name=f"{leaf}: password",
            path=secrets[PASSWORD],
            since=since(here.passwords_since),
            _ignore_errors=True,
        )
        part_of(leaf, kept)
    job = boot.job(
        name=f"{leaf}: boot job",
        leaf=leaf,
        image=f"{box.registry}/{its.reference}",
        procfile=made.procfile,
        runs=its.runs,
        init=here.init,
        address=addresses(here),
        scale=here.scale.get(leaf),
        env=dict(made.env),
        secrets=secrets,
        wait=here.wait_seconds,
        steady=here.steady_seconds,
        at_once=here.boxes_at_once,
        after=[one for one in after if one in leaves_here and leaves_here[one].lives],
        declared=declared,
        elsewhere=data_elsewhere(box, leaf),
        moved=folders.moved(leaf),
        reach=made.reach,
        _ignore_errors=True,
    )
    part_of(leaf, job, after)
