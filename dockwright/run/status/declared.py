"""What a site declares for a box, for `dockwright status` to hold against what it has."""

from __future__ import annotations

from collections.abc import Mapping

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.deploys.box import Box
from dockwright.deploys.leaf.declared import folders_of, leaves_of
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, LeafImage
from dockwright.errors import DockwrightError
from dockwright.status.judged.leaf import Expected


def expected(
    host: Host, here: Box | None, current: Mapping[str, str], notes: list[str]
) -> Expected:
    """What ``host`` is to run.

    Args:
        host: the box.
        here: its data; None: it is in error, which is told elsewhere.
        current: the digest of each image that leaves run, by its name in the registry.
        notes: gets a line where the leaves of the box can't be read.

    Example::

        expected(host, box, {"zenweb:latest": "sha256:…"}, []).jobs  # ['zenweb.web.1']
    """
    if here is None:
        return Expected()
    try:
        with ctx_host.use(host):
            wanted = leaves_of(here) if here.is_in("docker_hosts") else {}
            images = images_of(here)
    except DockwrightError as error:
        notes.append(f"leaves of box {host.name}: not compared: {error}")
        return Expected()
    digests = {leaf: current.get(one.in_registry) for leaf, one in images.items()}
    return Expected(
        jobs=[
            job.name
            for leaf, its in wanted.items()
            for job in its.group.living
            if leaf not in here.settings.of_swarm
        ],
        versions={leaf: one.version for leaf, one in images.items()},
        digests={leaf: digest for leaf, digest in digests.items() if digest is not None},
    )


def images_of(here: Box) -> dict[str, LeafImage]:
    """The image that each leaf of the site runs, but for the registry's, which is built in place.

    Raises:
        DockwrightError: its image folders can't be read.

    Example::

        images_of(this_box())["zenweb"].in_registry  # 'zenweb:latest'
    """
    folders = folders_of(here.settings)
    leaves = [leaf for leaf in folders.leaves if leaf != REGISTRY_LEAF]
    return {leaf: folders.image(leaf, here.registries) for leaf in leaves}
