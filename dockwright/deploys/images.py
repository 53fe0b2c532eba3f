"""The chain of images: built on the builder, pushed to the registry."""

from __future__ import annotations

from dockwright.deploys.base import base_image, build_arguments, check_chain, check_wheelhouses
from dockwright.deploys.box import builder, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.registry_access import check_access, login, trust
from dockwright.operations import image


@deploy("Images")
def images() -> None:
    """Build the chain on the builder, and push what the registry lacks."""
    box = this_box()
    if box.name != builder():
        return
    here = box.settings
    args = build_arguments(box)
    check_chain(box, args)
    check_wheelhouses(box, args)
    check_access(box)
    trust(box)
    base_image(box)
    image.access(name=f"registry {box.registry}", registry=box.registry, login=login(box))
    image.chain(
        name="chain of images",
        path=here.images,
        args=args,
        max_age=here.max_age_days,
        externals=[here.base_image],
        registries=[box.registry],
    )
    image.push(
        name=f"push to {box.registry}",
        registry=box.registry,
        login=login(box),
        path=here.images,
        args=args,
        externals=[here.base_image],
    )
