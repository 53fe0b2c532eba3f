"""Updates of the boxes' packages, one box after the other; and those that a box does by itself."""

from __future__ import annotations

from pyinfra import host

from dockwright.deploys.box import Box, boxes, this_box
from dockwright.deploys.declare import deploy
from dockwright.operations import updates as operations
from dockwright.switching.roll_out import UPDATES, part_of


@deploy("Updates")
def updates() -> None:
    """Upgrade what is behind on every box of the site, each with its leaves up before the next."""
    box = this_box()
    if not box.is_in("docker_hosts", "registry_hosts"):
        return
    here = box.settings
    # an operation for each box, which all others wait for: pyinfra's own _serial has no order
    listed = [*boxes("docker_hosts"), *boxes("registry_hosts")]
    order = list(dict.fromkeys(str(one.name) for one in listed))
    for name in host.loop(order):  # type: ignore[no-untyped-call]
        if name == box.name:
            upgraded = operations.packages(
                name="updates of packages",
                which=here.updates,
                engine=here.update_engine,
                wait=here.wait_seconds,
                steady=here.steady_seconds,
            )
            part_of(UPDATES, upgraded)
    by_itself(box)


def by_itself(box: Box) -> None:
    """Whether the box installs security updates by itself is as its data says."""
    here = box.settings
    operations.unattended(
        name="updates by itself", present=here.unattended_updates, engine=here.update_engine
    )


def behind(box: Box) -> None:
    """A plan tells what the box is behind."""
    operations.behind(name="what is behind", way="`dockwright apply deploy/updates.py`")
