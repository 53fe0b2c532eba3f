"""A registry host: a Docker server that keeps the site's images."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from dockwright.chain.declared import Chain
from dockwright.chain.registry_name import registry_name
from dockwright.deploys.base import (
    base_image,
    build_arguments,
    build_secrets,
    check_chain,
)
from dockwright.deploys.box import Box, boxes, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.docker_host import docker_server
from dockwright.deploys.leaf.declared import reach_of
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, registry_images
from dockwright.deploys.registry_access import (
    logins_that_write,
    no_others,
    registry_host_is_part_of_this_run,
    trust,
    trust_again,
)
from dockwright.deploys.room import former_builds
from dockwright.deploys.signing import keys_of
from dockwright.operations import boot, image, registry
from dockwright.operations.barrier import barrier
from dockwright.registry import places
from dockwright.site.moment import since
from dockwright.site.secrets import registry_password
from dockwright.site.settings import addresses


@deploy("Registry host")
def registry_host() -> None:
    """Make every box of ``registry_hosts`` a Docker server with the private registry."""
    registry_host_is_part_of_this_run()
    box = this_box()
    keeps, uses = box.is_in("registry_hosts"), box.is_in("registry_hosts", "docker_hosts")
    if keeps:
        _authority(box)
    # what one box does is in order only behind an operation that all have
    barrier(name="each registry has its CA")
    if uses:
        trust_again(box)
    barrier(name="each box trusts the CAs of the registries as they are")
    if keeps:
        _registry(box)
    barrier(name="each registry shows its certificate")
    if uses:
        trust_again(box)


def _authority(box: Box) -> None:
    """The box as a Docker server, with a CA."""
    docker_server(box)
    registry.authority(
        name="certificate authority of the registry",
        since=since(box.settings.registry_ca_since),
    )


def _registry(box: Box) -> None:
    """The registry of the box."""
    images = registry_images(box.settings.images)
    chain = check_chain(box, build_arguments(box), images, [REGISTRY_LEAF])
    caches = {name: one.upstream for name, one in box.settings.registry_cache.items()}
    _next_authorities(box)
    registry.server(
        name="registry: settings and storage", tls=box.settings.registry_tls, caches=caches
    )
    _certificate(box)
    _logins(box)
    _image(box, chain)
    _job(box, f"{images}/{REGISTRY_LEAF}/Procfile", caches)
    registry.reload(name="registry: shows its certificate", leaf=REGISTRY_LEAF)
    former_builds(box)
    trust(box)
    _its_own_image(box, chain)
    registry.timer(name="registry: tidied by itself", when=box.settings.registry_timer)
    no_others(box)


def _next_authorities(box: Box) -> None:
    """Of each registry that the box keeps, the CA that takes over."""
    for place in _kept_by(box):
        registry.switch(
            name="registry: the next certificate authority in its place",
            registry=place,
            hosts=names_of_boxes() if box.settings.registry_tls else [],
        )


def _certificate(box: Box) -> None:
    """The certificate that clients are shown, and what renews it before it ends."""
    here = box.settings
    registry.certificate(
        name="registry: certificate",
        addresses=addresses(here) or [],
        hostnames=names_of(box),
    )
    registry.renewal(
        name="registry: its certificate is renewed in time",
        addresses=addresses(here) or [],
        hostnames=names_of(box),
        present=here.registry_tls,
    )


def _logins(box: Box) -> None:
    """Who may push, and who may only pull."""
    here = box.settings
    registry.login(
        name="registry: login",
        user=here.registry_user,
        password=registry_password(here),
        since=since(here.passwords_since),
    )
    registry.login(
        name="registry: login that reads", reader=True, since=since(here.passwords_since)
    )


def _image(box: Box, chain: Chain) -> None:
    """What the registry runs, built here: there is nowhere yet to pull it from."""
    here = box.settings
    needed = chain.wanted([REGISTRY_LEAF])
    base_image(box, here.refresh)
    image.chain(
        name="registry: image",
        path=chain,
        only=[REGISTRY_LEAF],
        # all else is rebuilt because its parent is
        force=[one.name for one in needed if here.refresh and one.upon_others],
        max_age=here.max_age_days,
        secrets=build_secrets(box),
        parallel=here.build_parallel,
        cache=here.build_cache_gib,
        refreshed_by="deploy/registry_host.py with `--data dockwright_refresh=True`",
    )


def _job(box: Box, procfile: str, caches: Mapping[str, str]) -> None:
    """The registry runs, and with the settings that it has by now."""
    here = box.settings
    boot.job(
        name="registry: boot job",
        leaf=REGISTRY_LEAF,
        procfile=procfile,
        init=here.init,
        address=addresses(here),
        host_ports=box.registry_ports,
        reach=reach_of(box, procfile, caches.values()),
        wait=here.wait_seconds,
        steady=here.steady_seconds,
        at_once=here.boxes_at_once,
    )
    # after its job: one that publishes on an address that is gone would not come up with them
    boot.restart(
        name="registry: takes its new settings",
        leaf=REGISTRY_LEAF,
        files=[places.CONFIG, places.FRONT, *([places.CACHES] if caches else [])],
        wait=here.wait_seconds,
        steady=here.steady_seconds,
    )


def _its_own_image(box: Box, chain: Chain) -> None:
    """The registry's image in it: the builder then has it from here, and builds it not again."""
    for place in _kept_by(box):
        image.push(
            name="registry: its own image in it",
            registry=place,
            login=logins_that_write(box)[place],
            path=chain,
            only=[REGISTRY_LEAF],
            absent=True,
            keeper=box.name,
            keys=keys_of(box, place),
            sboms=box.settings.sboms,
        )


def _kept_by(box: Box) -> list[str]:
    """The registries, by name, that the box runs."""
    return [place for place, keeper in box.registries.items() if keeper == box.name]


def names_of_boxes() -> list[str]:
    """All boxes that come to the site's registries."""
    every = [*boxes("docker_hosts"), *boxes("registry_hosts")]
    return list(dict.fromkeys(str(one.name) for one in every))


def names_of(box: Box) -> list[str]:
    """The names by which clients may call the registry: its box's, and the one the site gives."""
    host_part = registry_name(box.registry).address()[0]
    try:
        ip_address(host_part)
    except ValueError:
        return list(dict.fromkeys(filter(None, [box.settings.hostname, host_part])))
    return [box.settings.hostname] if box.settings.hostname else []
