"""A box that is to be packaged: small, and without what makes it one machine among others."""

from __future__ import annotations

from pyinfra import host

from dockwright.deploys.box import this_box
from dockwright.deploys.declare import deploy
from dockwright.operations import clean


@deploy("Ready to be packaged")
def package() -> None:
    """Clean every box up and let it forget who it is when it goes down; always a change."""
    box = this_box()
    if box.is_in("docker_hosts", "registry_hosts"):
        # a Vagrant machine's is of it alone (inventories/vagrant.py)
        own = host.data.get("vagrant_known_hosts")
        clean.forget(known_hosts=own, name="goes down without keys, logs and secrets")
        clean.up(name="cleaned up, free space zeroed")
