"""Which leaves the boxes of a site are to run, with what they are given: read and checked.

Called by `dockwright.deploys.leaves`, before it declares any operation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.boot.collisions import check_data, check_ports
from dockwright.boot.env import asked
from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.order import in_order
from dockwright.boot.reach import Reach
from dockwright.box.this_run import once
from dockwright.deploys.box import Box, boxes
from dockwright.deploys.leaf.reach import filled, opened, written
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, LeafFolders, leaf_folders
from dockwright.errors import DockwrightError
from dockwright.site.settings import Settings, addresses, settings

# A leaf whose writes need a login asks for these with `--env NAME` in its Procfile.
USER, PASSWORD = "DOCKWRIGHT_USER", "DOCKWRIGHT_PASSWORD"


@dataclass(frozen=True)
class SiteLeaves:
    """All ``leaves`` that some box of ``docker_hosts`` runs, each behind those that it comes after.

    ``needed`` are those that others come after, ``boxes`` those that are to run each leaf.
    """

    leaves: tuple[str, ...]
    needed: frozenset[str]
    boxes: Mapping[str, tuple[str, ...]]


def leaves_of_site() -> SiteLeaves:
    """The leaves of all boxes, in an order that is the same on each of them.

    Raises:
        DockwrightError: a box's data is in error, or leaves come after each other in a ring.

    Example::

        leaves_of_site().leaves  # ('db', 'api')
    """
    return once(ctx_state.get(), "leaves of the site", _leaves_of_site)  # type: ignore[no-untyped-call]


def _leaves_of_site() -> SiteLeaves:
    names: dict[str, tuple[str, ...]] = {}
    after: dict[str, set[str]] = {}
    for other in boxes("docker_hosts"):
        here = settings(other.data.dict(), str(other.name))
        for leaf in _wanted(here, folders_of(here).leaves):
            names[leaf] = (*names.get(leaf, ()), str(other.name))
        for leaf, needed in here.after.items():
            after.setdefault(leaf, set()).update(needed)
    order = in_order(names, after, "dockwright_after")
    return SiteLeaves(order, frozenset().union(*after.values()), names)


def folders_of(here: Settings) -> LeafFolders:
    """The image folders of a box's site, read once a run, with what it runs of them once more.

    Example::

        folders_of(this_box().settings).leaves["zenweb"].procfile
    """
    state: State = ctx_state.get()  # type: ignore[no-untyped-call]
    key = ("leaves in", here.images, *here.own)
    folders = once(state, key, lambda: leaf_folders(here.images, here.own))
    return folders.with_runs(here.runs)


def images_of_others(box: Box) -> list[str]:
    """The images of others that leaves of the site run, as an engine lists them.

    Args:
        box: the one that builds, whose image folders they are.

    Example::

        images_of_others(this_box())  # ['postgres:16']
    """
    names, docker = set(), boxes("docker_hosts")
    for here in (box.settings, *(settings(one.data.dict(), str(one.name)) for one in docker)):
        if here.images != box.settings.images:
            continue
        folders = folders_of(here)
        names |= {folders.image(leaf, box.registries).external for leaf in folders.leaves}
    return sorted(name for name in names if name is not None)


def _wanted(here: Settings, known: Collection[str]) -> list[str]:
    """The leaves that a box with these settings is to run, checked by nobody yet."""
    if here.leaves is not None:
        return list(here.leaves)
    return [leaf for leaf in known if leaf != REGISTRY_LEAF]


@dataclass(frozen=True)
class BoxLeaf:
    """A leaf as a box is to run it."""

    procfile: str  # its path
    group: Group  # its jobs
    env: Mapping[str, str] = field(repr=False)  # what the site gives its containers
    wants_password: bool  # one that nobody gave: it is kept on the box
    reach: Reach | None = None  # what it may reach, where its folder says that

    @property
    def lives(self) -> bool:
        """Whether a process of it lives on, for other leaves to wait for."""
        return any(job.lives for job in self.group.jobs)


def leaves_of(box: Box, further: Collection[str] = ()) -> dict[str, BoxLeaf]:
    """The leaves ``box`` is to run, by name; checked, their ports too.

    Args:
        box: which.
        further: leaves that it sees to for other boxes.

    Raises:
        DockwrightError: an unknown leaf, a Procfile no job can be made from, two leaves on
            one port.

    Example::

        leaves_of(this_box())["zenweb"].group.jobs[0].name  # 'zenweb.web.1'
    """
    here = box.settings
    folders = folders_of(here)
    known = folders.leaves
    wanted = [*_wanted(here, known), *further]
    groups: list[Group] = []
    leaves: dict[str, BoxLeaf] = {}
    for key, named in (("scale", here.scale), ("env", here.env)):
        for leaf in named:
            _check_leaf(leaf, key, known, box)
    for leaf in here.fresh:
        _check_leaf(leaf, "fresh", known, box)
    for leaf in here.runs_on:
        _check_leaf(leaf, "runs_on", known, box)
    for leaf, needed in here.after.items():
        for one in (leaf, *needed):
            _check_leaf(one, "after", {*known, *leaves_of_site().leaves}, box)
    keeps = box.is_in("registry_hosts")
    if REGISTRY_LEAF in wanted and not keeps:
        raise DockwrightError(
            f"box {box.name}: dockwright_leaves: {REGISTRY_LEAF}: runs on the boxes of group "
            "registry_hosts; put the box there, or leave it out"
        )
    for leaf in dict.fromkeys([*wanted, *([REGISTRY_LEAF] if keeps else [])]):
        _check_leaf(leaf, "leaves", known, box)
        source = _procfile(folders, leaf)
        names = asked(known[leaf].procfile or "", source)
        env = _env(here, leaf, names)
        reach = reach_of(box, source)
        ports = box.registry_ports if leaf == REGISTRY_LEAF else None
        groups.append(_group(here, folders, leaf, box.registries, ports, reach))
        if leaf != REGISTRY_LEAF:
            wants = PASSWORD in names and PASSWORD not in env
            leaves[leaf] = BoxLeaf(source, groups[-1], env, wants, reach)
    check_ports(groups, box.name)
    check_data(groups, {name: run.leaf for name, run in here.runs.items()}, box.name)
    return leaves


def reach_of(box: Box, procfile: str, upstreams: Iterable[str] = ()) -> Reach | None:
    """What the leaf with this Procfile may reach; None where its folder says nothing of that.

    Args:
        box: that runs it.
        procfile: the Procfile's path.
        upstreams: URLs of registries that it may reach besides.

    Raises:
        DockwrightError: a line of the folder's file says nothing, or names what the site has not.

    Example::

        reach_of(this_box(), "images/zenweb/Procfile")  # Reach(targets=(), …)
    """
    reaches = opened(written(procfile), upstreams)
    if reaches is None:
        return None
    needed = {one.leaf for one in reaches.named if one.leaf is not None}
    site = leaves_of_site().boxes if needed else {}
    groups = {
        leaf: _groups_of(leaf, on, box.registries) if leaf in needed else {}
        for leaf, on in site.items()
    }
    return filled(box, reaches, groups)


def _groups_of(
    leaf: str, on: Collection[str], registries: Mapping[str, str | None]
) -> dict[str, Group]:
    """The jobs of ``leaf`` on each of the boxes that run it."""
    groups = {}
    for other in boxes("docker_hosts"):
        if str(other.name) in on:
            here = settings(other.data.dict(), str(other.name))
            folders = folders_of(here)
            if leaf in folders.leaves:
                groups[str(other.name)] = _group(here, folders, leaf, registries)
    return groups


def _group(
    here: Settings,
    folders: LeafFolders,
    leaf: str,
    registries: Mapping[str, str | None],
    host_ports: Mapping[int, int] | None = None,
    reach: Reach | None = None,
) -> Group:
    text, source = folders.leaves[leaf].procfile or "", _procfile(folders, leaf)
    return group(
        leaf,
        text,
        source,
        runs=folders.image(leaf, registries).runs,
        address=addresses(here),
        scale=here.scale.get(leaf),
        moved=folders.moved(leaf),
        # the password itself is asked from the box when its job is made
        env={PASSWORD: "", **_env(here, leaf, asked(text, source))},
        host_ports=host_ports,
        reach=reach,
    )


def _procfile(folders: LeafFolders, leaf: str) -> str:
    return str(Path(folders.leaves[leaf].path).with_name("Procfile"))


def _env(here: Settings, leaf: str, names: Collection[str]) -> dict[str, str]:
    env = dict(here.env.get(leaf, {}))
    if USER in names:
        env.setdefault(USER, here.leaf_user)
    return env


def _check_leaf(leaf: str, key: str, known: Collection[str], box: Box) -> None:
    if leaf in known:
        return
    close = get_close_matches(leaf, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"leaves: {', '.join(known)}"
    raise DockwrightError(
        f"box {box.name}: dockwright_{key}: {leaf}: no image folder of that name with a Procfile "
        f"in {box.settings.images}; {hint}"
    )
