"""What a box is to have room for: its file systems watched, its former builds taken away."""

from __future__ import annotations

from pathlib import Path

from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import Box, builder
from dockwright.deploys.leaf.declared import folders_of
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, LeafImage, registry_images
from dockwright.operations import engine, image


def room(box: Box) -> None:
    """Whether the box has room left is told, by what the site calls little."""
    here = box.settings
    engine.room(name="room on its disks", percent=here.room_percent, gib=here.room_gib)


def former_builds(box: Box) -> None:
    """Builds of the chain that nothing on the box needs any more go, as far as the site says."""
    here = box.settings
    image.prune(
        name="former builds",
        generations=here.build_generations,
        declared=_declared(box) if here.prune_undeclared else None,
        # of leaves that begin only in this run too
        names=sorted({one.reference for one in _run_here(box)}),
    )


def _run_here(box: Box) -> list[LeafImage]:
    """What the leaves run that the box is to have."""
    here = box.settings
    if not box.is_in("docker_hosts") or not Path(here.images).is_dir():
        return []
    folders = folders_of(here)
    leaves = folders.leaves if here.leaves is None else here.leaves
    known = [leaf for leaf in leaves if leaf in folders.leaves and leaf != REGISTRY_LEAF]
    return [folders.image(leaf, box.registries) for leaf in known]


def _declared(box: Box) -> set[str]:
    """Names of the chain's images that the box builds, or runs leaves of."""
    here = box.settings
    names: set[str] = set()
    if box.is_in("registry_hosts"):
        only = [REGISTRY_LEAF]
        chain = check_chain(box, build_arguments(box), registry_images(here.images), only)
        names |= {made.name for made in chain.wanted(only)}
    if box.name == builder() and Path(here.images).is_dir():
        names |= folders_of(here).chain.keys()
    return names | {one.name for one in _run_here(box)}
