"""What the boxes of a site are to run, for its picture; none of them is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.job import Group
from dockwright.box.absent import left_out
from dockwright.deploys.box import Box, builder, this_box
from dockwright.deploys.leaf.declared import folders_of, leaves_of
from dockwright.picture.site import SiteBox, SiteLeaf
from dockwright.run.inventory import load


def boxes_of(inventory: str | None, skip: Sequence[str] = ()) -> list[SiteBox]:
    """The boxes of a site in its inventory's order, with the containers that each is to run.

    Args:
        inventory, skip: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: no such inventory, or the site's data is in error.

    Example::

        boxes_of("inventories/lab.py")[0].leaves[0].job  # 'projectwiki.web.1'
    """
    with load(inventory, skip) as loaded:
        run: State = ctx_state.get()  # type: ignore[no-untyped-call]
        found = []
        for host in loaded:
            if str(host.name) not in left_out(run):
                with ctx_host.use(host):
                    found.append(_box(this_box(), builder()))
        return found


def _box(here: Box, building: str) -> SiteBox:
    address = here.settings.address
    docker = here.is_in("docker_hosts")
    leaves = leaves_of(here) if docker else {}
    keeps = [place for place, name in here.registries.items() if name == here.name]
    return SiteBox(
        name=here.name,
        address="" if address is None else str(address),
        registry=keeps[0] if keeps else "",
        pulls=(here.registry,) if docker else (),
        builds=here.name == building,
        leaves=tuple(leaf for its in leaves.values() for leaf in _leaves(here, its.group)),
    )


def _leaves(here: Box, group: Group) -> Iterator[SiteLeaf]:
    image = folders_of(here.settings).image(group.leaf, here.registries).in_registry
    for job in group.living:
        yield SiteLeaf(group.leaf, job.name, image, tuple(map(str, job.ports)))
