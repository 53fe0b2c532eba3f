"""A Docker server: the engine and all that a box needs around it."""

from __future__ import annotations

from typing import Any

from dockwright.chain.registry_name import registry_name
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.room import room
from dockwright.deploys.updates import behind, by_itself
from dockwright.operations import certificate, clean, engine, hosts, journal


@deploy("Docker server")
def docker_host() -> None:
    """Make every box of ``docker_hosts`` and ``registry_hosts`` a Docker server."""
    box = this_box()
    if box.is_in("docker_hosts", "registry_hosts"):
        docker_server(box)


def docker_server(box: Box) -> None:
    """The operations themselves, for the deploys that begin with a Docker server."""
    here = box.settings
    room(box)
    certificate.authorities(name="CA certificates of the site", pems=box.certificates())
    engine.package(
        name="Docker Engine", version=here.engine_version, init=here.init,
        registries=[*box.registries],
    )  # fmt: skip
    engine.config(name="daemon.json", settings=daemon_settings(box))
    engine.service(
        name="Docker Engine runs, and comes up with the machine",
        restart=here.engine_restart,
        restarted_by="dockwright_engine_restart = True",
        wait=here.wait_seconds,
    )
    if here.admin_user:
        engine.user(name=f"{here.admin_user} may use docker", user=here.admin_user)
    hosts.entries(name="/etc/hosts knows the boxes", entries=box.hosts)
    if here.prune_volumes:
        engine.volumes(name="volumes that no container has")
    journal.bound(name="bound of the journal", gib=here.journal_gib)
    by_itself(box)
    behind(box)
    if here.clean_up:
        clean.up(name="clean up before packaging")


def daemon_settings(box: Box) -> dict[str, Any]:
    """The site's keys of daemon.json; an engine speaks plain HTTP only where it is told to."""
    keys = dict(box.settings.daemon)
    if not box.settings.registry_tls:
        listed = [*keys.get("insecure-registries", ())]
        listed += [registry_name(place).domain for place in box.registries]
        keys["insecure-registries"] = list(dict.fromkeys(listed))
    return keys
