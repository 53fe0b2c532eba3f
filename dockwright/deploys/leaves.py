"""The leaves: pulled by digest, and run by boot jobs."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from pyinfra import host

from dockwright.boot.collisions import check_ports
from dockwright.boot.env import asked
from dockwright.boot.group import group
from dockwright.chain.read import read
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.registry_access import check_access, logins, trust
from dockwright.errors import DockwrightError
from dockwright.operations import boot, image, password

REGISTRY_LEAF = "registry"  # runs on the registry host, from its own image
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
    here = box.settings
    others = logins(box)
    login = others.pop(box.registry)
    kept = [*procfiles, *([REGISTRY_LEAF] if box.is_in("registry_hosts") else [])]
    boot.only(name="no leaves but those declared", leaves=kept)
    for leaf in host.loop(list(procfiles)):  # type: ignore[no-untyped-call]
        image.pull(
            name=f"{leaf}: image",
            image=leaf,
            registry=box.registry,
            login=login,
            others=others,
        )
        procfile = f"{here.images}/{leaf}/Procfile"
        env = environment(box, leaf, procfiles[leaf], procfile)
        secrets = {}
        if PASSWORD in asked(procfiles[leaf], procfile) and PASSWORD not in env:
            secrets[PASSWORD] = f"{_KEPT}/{leaf}.password"
            password.kept(name=f"{leaf}: password", path=secrets[PASSWORD])
        boot.job(
            name=f"{leaf}: boot job",
            leaf=leaf,
            image=f"{box.registry}/{leaf}:latest",
            procfile=procfile,
            address=None if here.address is None else str(here.address),
            scale=here.scale.get(leaf),
            env=env,
            secrets=secrets,
            wait=here.wait_seconds,
            steady=here.steady_seconds,
            at_once=here.boxes_at_once,
        )
    image.prune(name="former builds")


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

    Example:
        >>> leaves_of(this_box())  # doctest: +SKIP
        {'zenweb': 'web: docker run -p 11001:11001 zenweb'}
    """
    here = box.settings
    known = {
        source.name: source for source in read(Path(here.images)) if source.procfile is not None
    }
    wanted = here.leaves
    if wanted is None:
        wanted = [leaf for leaf in known if leaf != REGISTRY_LEAF]
    groups, procfiles = [], {}
    for key, named in (("scale", here.scale), ("env", here.env)):
        for leaf in named:
            _check_leaf(leaf, key, known, box)
    for leaf in [*wanted, *([REGISTRY_LEAF] if box.is_in("registry_hosts") else [])]:
        _check_leaf(leaf, "leaves", known, box)
        text = known[leaf].procfile or ""
        source = str(Path(known[leaf].path).with_name("Procfile"))
        groups.append(
            group(
                leaf,
                text,
                source,
                address=None if here.address is None else str(here.address),
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
