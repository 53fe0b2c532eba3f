"""A registry host: a Docker server that keeps the site's images."""

from __future__ import annotations

from pyinfra.operations.util import any_changed

from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.docker_host import docker_server
from dockwright.deploys.registry_access import trust
from dockwright.operations import boot, image, registry
from dockwright.site.secrets import registry_password


@deploy("Registry host")
def registry_host() -> None:
    """Make every box of ``registry_hosts`` a Docker server with the private registry."""
    box = this_box()
    if not box.is_in("registry_hosts"):
        return
    here = box.settings
    args = build_arguments(box)
    check_chain(box, args)
    docker_server(box)
    registry.authority(name="certificate authority of the registry")
    server = registry.server(name="registry: settings and storage", tls=here.registry_tls)
    certificate = registry.certificate(
        name="registry: certificate",
        addresses=[str(here.address)],
        hostnames=[here.hostname] if here.hostname else [],
    )
    registry.login(
        name="registry: login", user=here.registry_user, password=registry_password(here)
    )
    image.chain(
        name="registry: image",
        path=here.images,
        only=["registry"],
        args=args,
        max_age=here.max_age_days,
        externals=[here.base_image],
        registries=[box.registry],
    )
    boot.restart(
        name="registry: takes its new settings",
        leaf="registry",
        _if=any_changed(server, certificate),
    )
    boot.job(
        name="registry: boot job",
        leaf="registry",
        procfile=f"{here.images}/registry/Procfile",
        address=str(here.address),
    )
    trust(box)
