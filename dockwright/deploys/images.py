"""The chain of images: built on the builder, pushed to the registry."""

from __future__ import annotations

from dockwright.chain.external import familiar
from dockwright.deploys.base import (
    base_image,
    build_arguments,
    build_secrets,
    check_chain,
    check_wheelhouses,
    externals,
)
from dockwright.deploys.box import builder, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.leaf.declared import images_of_others
from dockwright.deploys.registry_access import check_access, logins, no_others, trust
from dockwright.operations import image


@deploy("Images")
def images() -> None:
    """Build the chain on the builder, and push what the registries lack."""
    box = this_box()
    if box.name != builder():
        return
    here = box.settings
    args = build_arguments(box)
    chain = check_chain(box, args)
    check_wheelhouses(box, args)
    check_access(box)
    trust(box)
    base = familiar(here.base_image)
    outside = {name for made in chain for name in made.external_parents}
    if base in map(familiar, outside):
        base_image(box, here.refresh)
    for place, login in logins(box).items():
        image.access(name=f"registry {place}", registry=place, login=login)
    others = sorted(name for name in outside if familiar(name) != base)
    if others:
        image.external(name="images of others", images=others, registries=logins(box))
    image.chain(
        name="chain of images",
        path=here.images,
        args=args,
        # all else is rebuilt because its parent is
        force=[made.name for made in chain if here.refresh and made.external_parents],
        max_age=here.max_age_days,
        externals=externals(box),
        registries=box.registries,
        registry=box.registry,
        login=logins(box)[box.registry],
        secrets=build_secrets(box),
        parallel=here.build_parallel,
        builder=here.builder,
    )
    for place, login in logins(box).items():
        image.push(
            name=f"push to {place}",
            registry=place,
            login=login,
            path=here.images,
            args=args,
            externals=externals(box),
            registries=box.registries,
        )
    run = images_of_others(box)
    for place, login in logins(box).items() if run else ():
        image.mirror(
            name=f"images of others that leaves run, in {place}",
            images=run,
            registry=place,
            login=login,
        )
    no_others(box)
    image.prune(name="former builds")
