"""The leaves: pulled by digest, and run by boot jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pyinfra import host
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.boot.collisions import check_ports
from dockwright.boot.env import asked
from dockwright.boot.group import group
from dockwright.boot.order import in_order
from dockwright.boot.procfile import parse
from dockwright.box.this_run import once
from dockwright.deploys.box import Box, boxes, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.leaf_box import leaf_box
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, LeafFolders, leaf_folders
from dockwright.deploys.registry_access import check_access, logins, trust
from dockwright.errors import DockwrightError
from dockwright.operations import boot, image, password
from dockwright.operations.barrier import barrier
from dockwright.operations.roll_out import part_of, settled
from dockwright.registry.login import LoginSource
from dockwright.site.settings import Settings, addresses, settings

# A leaf whose writes need a login asks for these with `--env NAME` in its Procfile.
USER, PASSWORD = "DOCKWRIGHT_USER", "DOCKWRIGHT_PASSWORD"
_KEPT = "/etc/dockwright/leaves"


@deploy("Leaves")
def leaves() -> None:
    """Run on every Docker host the leaves that it is to run, by default all of them."""
    box = this_box()
    if not box.is_in("docker_hosts"):
        return
    procfiles = leaves_of(box)
    check_access(box)
    trust(box)
    others = logins(box)
    login = others.pop(box.registry)
    # the same loop on every box, which leaves out what it does not run: pyinfra tells operations
    # by their place, and would take the first leaves of two boxes for one operation
    site = leaves_of_site()
    declared = [*procfiles, *([REGISTRY_LEAF] if box.is_in("registry_hosts") else [])]
    for leaf in host.loop(site.leaves):  # type: ignore[no-untyped-call]
        if leaf in procfiles:
            _leaf(box, leaf, procfiles, declared, login, others)
        if leaf in site.needed:
            # boxes that share no leaf do not wait for each other else
            barrier(name=f"{leaf} has had its turn")
    boot.only(name="no leaves but those declared", leaves=declared, declared_on=site.boxes)
    image.prune(name="former builds")
    settled(name="every leaf is up")


def _leaf(
    box: Box,
    leaf: str,
    procfiles: Mapping[str, str],
    declared: Collection[str],
    login: LoginSource,
    others: Mapping[str, LoginSource],
) -> None:
    """One leaf of ``box``, which runs those of ``procfiles``; where it fails, the others go on."""
    here, text = box.settings, procfiles[leaf]
    after = here.after.get(leaf, [])
    folders = _folders(here.images)
    # a folder may lie in another one
    folder = Path(folders.leaves[leaf].path).parent
    procfile = str(folder / "Procfile")
    its = folders.image(leaf, box.registries)
    pulled = image.pull(
        name=f"{leaf}: image",
        image=its.name,
        registry=box.registry,
        login=login,
        version=its.version,
        others=others,
        _ignore_errors=True,
    )
    part_of(leaf, pulled)
    for made in leaf_box(leaf, folder):
        part_of(leaf, made)
    env = environment(box, leaf, text, procfile)
    secrets = {}
    if PASSWORD in asked(text, procfile) and PASSWORD not in env:
        secrets[PASSWORD] = f"{_KEPT}/{leaf}.password"
        kept = password.kept(name=f"{leaf}: password", path=secrets[PASSWORD], _ignore_errors=True)
        part_of(leaf, kept)
    job = boot.job(
        name=f"{leaf}: boot job",
        leaf=leaf,
        image=f"{box.registry}/{its.reference}",
        procfile=procfile,
        runs=its.runs,
        address=addresses(here),
        scale=here.scale.get(leaf),
        env=env,
        secrets=secrets,
        wait=here.wait_seconds,
        steady=here.steady_seconds,
        at_once=here.boxes_at_once,
        after=[other for other in after if other in procfiles and _lives(procfiles[other])],
        declared=declared,
        _ignore_errors=True,
    )
    part_of(leaf, job, after)


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
        for leaf in _wanted(here, _folders(here.images).leaves):
            names[leaf] = (*names.get(leaf, ()), str(other.name))
        for leaf, needed in here.after.items():
            after.setdefault(leaf, set()).update(needed)
    return SiteLeaves(in_order(names, after), frozenset().union(*after.values()), names)


def _folders(images: str) -> LeafFolders:
    """The image folders in ``images``; read once a run."""
    state: State = ctx_state.get()  # type: ignore[no-untyped-call]
    return once(state, ("leaves in", images), lambda: leaf_folders(images))


def _wanted(here: Settings, known: Collection[str]) -> list[str]:
    """The leaves that a box with these settings is to run, checked by nobody yet."""
    if here.leaves is not None:
        return list(here.leaves)
    return [leaf for leaf in known if leaf != REGISTRY_LEAF]


def _lives(procfile: str) -> bool:
    """Whether a leaf has a process that lives on, for others to wait for."""
    return any(process.lives for process in parse(procfile, "Procfile"))


def environment(box: Box, leaf: str, procfile: str, source: str) -> dict[str, str]:
    """What the site gives the leaf's containers; the user of its login where it asks for one."""
    given = dict(box.settings.env.get(leaf, {}))
    if USER in asked(procfile, source):
        given.setdefault(USER, box.settings.leaf_user)
    return given


def leaves_of(box: Box) -> dict[str, str]:
    """The Procfiles of the leaves ``box`` is to run, by leaf; checked, their ports too.

    Raises:
        DockwrightError: an unknown leaf, a Procfile no job can be made from, two leaves on
            one port.

    Example::

        leaves_of(this_box())  # {'zenweb': 'web: docker run -p 11001:11001 zenweb'}
    """
    here = box.settings
    folders = _folders(here.images)
    known = folders.leaves
    wanted = _wanted(here, known)
    groups, procfiles = [], {}
    for key, named in (("scale", here.scale), ("env", here.env)):
        for leaf in named:
            _check_leaf(leaf, key, known, box)
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
        text = known[leaf].procfile or ""
        source = str(Path(known[leaf].path).with_name("Procfile"))
        groups.append(
            group(
                leaf,
                text,
                source,
                runs=folders.image(leaf, box.registries).runs,
                address=addresses(here),
                scale=here.scale.get(leaf),
                # the password itself is asked from the box when its job is made
                env={PASSWORD: "", **environment(box, leaf, text, source)},
            )
        )
        if leaf != REGISTRY_LEAF:
            procfiles[leaf] = text
    check_ports(groups, box.name)
    return procfiles


def _check_leaf(leaf: str, key: str, known: Collection[str], box: Box) -> None:
    if leaf in known:
        return
    close = get_close_matches(leaf, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"leaves: {', '.join(known)}"
    raise DockwrightError(
        f"box {box.name}: dockwright_{key}: {leaf}: no image folder of that name with a Procfile "
        f"in {box.settings.images}; {hint}"
    )
