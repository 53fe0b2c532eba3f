"""Images of the site's registries that others pushed, signed by hand: `dockwright images sign`.

It says of an image that nobody of the site has built, or of one from before signatures, that the
site may run it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dockwright.box.lock import hold
from dockwright.chain.reference import is_tag
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.registry_access import logins_that_write
from dockwright.deploys.signing import keys_of
from dockwright.errors import DockwrightError, shown
from dockwright.facts.manifests import digests
from dockwright.operations.image.asked import name_of
from dockwright.operations.image.signed import sign_all
from dockwright.registry.login import resolve
from dockwright.registry.signing import SigningKeys
from dockwright.run.inventory import box as connected_box
from dockwright.run.recorded import recorded
from dockwright.terminal import echo


def sign(
    images: Sequence[str],
    name: str | None = None,
    inventory: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Sign ``images`` in every registry of the site that has them.

    Args:
        images: as the registries call them: ``name``, ``name:tag`` or ``name@sha256:…``.
        name: the box through which they are asked; None for the one that builds.
        inventory: as for `dockwright.run.inventory.load`.
        say: told what happens.

    Raises:
        DockwrightError: no such box, a site without signatures, an image that no registry has, or
            a registry that did not take a signature.

    Example::

        sign(["postgres:16"])
    """
    wanted = [whole_name(image) for image in images]
    with connected_box(name, inventory) as host:
        hold(host)
        box = this_box()
        with recorded(host, f"signing of {', '.join(wanted)}", say):
            nowhere = set(wanted)
            for place, source in logins_that_write(box).items():
                keys, login = _keys(box, place), resolve(source)
                has = digests(host, place, wanted, login)
                known = {image: digest for image, digest in has.items() if digest is not None}
                its = [(name_of(image), digest) for image, digest in known.items()]
                sign_all(place, its, login, keys)
                for image, digest in known.items():
                    say(f"{place}/{name_of(image)}@{digest}: signed by {keys.path}")
                nowhere -= known.keys()
            if nowhere:
                raise DockwrightError(
                    f"{', '.join(sorted(nowhere))}: in no registry of the site; push it first"
                )


def _keys(box: Box, place: str) -> SigningKeys:
    keys = keys_of(box, place)
    if keys is None:
        raise DockwrightError(
            f"registry {place}: its images are not signed here; see dockwright_signatures and "
            "dockwright_signing_key"
        )
    return keys


def whole_name(image: str) -> str:
    """``image`` with a tag, where it has neither that nor a digest.

    Raises:
        DockwrightError: it is no name of an image.

    Example:
        >>> whole_name("zenweb"), whole_name("postgres:16")
        ('zenweb:latest', 'postgres:16')
    """
    if "@" in image:
        return image
    name, _, tag = image.rpartition(":")
    if name and is_tag(tag):
        return image
    if not image or ":" in image:
        raise DockwrightError(
            f"image {shown(image)}: not name, name:tag or name@sha256:…, as the registry calls it"
        )
    return f"{image}:latest"
