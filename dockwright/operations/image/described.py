"""Keeping an SBOM beside each image that is pushed: what is inside is told by who pushes it.

It is made of the box's own image: dpkg's word of its packages is read out on the box, and written
as CycloneDX on this machine.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box.connection import itself
from dockwright.box.this_run import PerRun
from dockwright.chain.engine_image import EngineImage
from dockwright.engine.inside import inside
from dockwright.errors import DockwrightError
from dockwright.facts.sboms import keep_sboms
from dockwright.facts.signatures import Pinned
from dockwright.operations.image.asked import remark
from dockwright.registry.login import Login
from dockwright.sbom.document import Described, document

# by the image's ID: several registries keep the same
_made: PerRun[dict[str, bytes]] = PerRun(dict)


def described(image: EngineImage) -> Described:
    """What an SBOM says of the image that it is of.

    Example:
        >>> described(EngineImage("sha256:1")).image
        'sha256:1'
    """
    return Described(image.id, image.created, image.architecture)


def sbom_of(box: Host, image: Described) -> bytes:
    """The SBOM of an image of ``box``; it is made once in a run.

    Raises:
        DockwrightError: its files can't be read, or this Python has not the packages for it.

    Example::

        sbom_of(host, described(images_on(host)["zenweb:latest"]))
    """
    made = _made.of(itself(box).state)
    if image.image not in made:
        made[image.image] = document(inside(box, image.image), image)
    return made[image.image]


def describe(
    registry: str, images: Mapping[Pinned, Described], login: Login | None
) -> dict[Pinned, str]:
    """Keep SBOMs of ``images`` in ``registry``; the digests of those that are kept. For a Call.

    An image is pushed and signed though its SBOM could not be made or kept: a person is told.

    Args:
        registry: ``host[:port][/path]``.
        images: the box's images, by their name in the registry and their digest.
        login: one that writes.

    Example::

        describe("192.168.50.20:5000", {("zenweb", "sha256:…"): of}, login)
    """
    texts = {}
    for (name, digest), image in images.items():
        try:
            texts[name, digest] = sbom_of(host, image)
        except DockwrightError as error:
            remark(f"image {name}: its SBOM could not be made ({error})", "it is pushed without")
    try:
        return keep_sboms(host, registry, texts, login)
    except DockwrightError as error:
        remark(str(error), "images are pushed without their SBOMs")
        return {}
