"""The chain of images: built on the builder, pushed to the registry."""

from __future__ import annotations

from collections.abc import Mapping

from dockwright.chain.external import familiar
from dockwright.deploys.base import (
    base_image,
    build_arguments,
    build_secrets,
    check_chain,
    check_wheelhouses,
)
from dockwright.deploys.box import builder, this_box
from dockwright.deploys.declare import deploy
from dockwright.deploys.leaf.declared import images_of_others
from dockwright.deploys.registry_access import (
    check_access,
    logins,
    logins_that_write,
    no_others,
    trust,
)
from dockwright.deploys.room import former_builds
from dockwright.deploys.signing import keys_of
from dockwright.operations import image
from dockwright.registry.login import LoginSource
from dockwright.switching.roll_out import IMAGES, part_of, settle


@deploy("Images")
def images() -> None:
    """Build the chain on the builder, and push what the registries lack.

    An image that can't be built stops what is built upon it, and its leaf: all else goes on.
    """
    box = this_box()
    if box.name != builder():
        return
    here = box.settings
    chain = check_chain(box, build_arguments(box))
    check_wheelhouses(chain, box)
    check_access(box)
    trust(box)
    places = logins(box)
    base = familiar(here.base_image)
    outside = {name for made in chain.images for name in made.external_parents}
    if base in map(familiar, outside):
        part_of(IMAGES, base_image(box, here.refresh, _ignore_errors=True))
    for place, login in places.items():
        image.access(name=f"registry {place}", registry=place, login=login, needed=False)
    others = sorted(name for name in outside if familiar(name) != base)
    if others:
        brought = image.external(
            name="images of others", images=others, registries=places, _ignore_errors=True
        )
        part_of(IMAGES, brought)
    built = image.chain(
        name="chain of images",
        path=chain,
        # all else is rebuilt because its parent is
        force=[made.name for made in chain.images if here.refresh and made.upon_others],
        max_age=here.max_age_days,
        registry=box.registry,
        login=places[box.registry],
        others=_but(box.registry, places),
        secrets=build_secrets(box),
        parallel=here.build_parallel,
        cache=here.build_cache_gib,
        _ignore_errors=True,
    )
    part_of(IMAGES, built)
    for place, login in logins_that_write(box).items():
        pushed = image.push(
            name=f"push to {place}",
            registry=place,
            login=login,
            keeper=box.registries[place],
            keys=keys_of(box, place),
            sboms=here.sboms,
            path=chain,
            others=_but(place, places),
            _ignore_errors=True,
        )
        part_of(IMAGES, pushed)
    run = images_of_others(box)
    for place, login in logins_that_write(box).items() if run else ():
        mirrored = image.mirror(
            name=f"images of others that leaves run, in {place}",
            images=run,
            registry=place,
            login=login,
            keys=keys_of(box, place),
            sboms=here.sboms,
            others=_but(place, places),
            _ignore_errors=True,
        )
        part_of(IMAGES, mirrored)
    if here.registries_alike and len(places) > 1:
        part_of(
            IMAGES,
            image.alike(
                name="each registry has what the others have",
                registries=logins_that_write(box),
                _ignore_errors=True,
            ),
        )
    no_others(box)
    former_builds(box)
    # leaves of this box that do not hang on what failed have their turn first
    settle("the images are built, and in the registries")


def _but(place: str, places: Mapping[str, LoginSource]) -> dict[str, LoginSource]:
    return {other: login for other, login in places.items() if other != place}
