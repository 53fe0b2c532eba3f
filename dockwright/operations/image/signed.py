"""Signing what a registry has: who pushes an image vouches for it.

A signature is made on this machine and put beside the image through the box that pushes, which is
never told the key.
"""

from __future__ import annotations

from collections.abc import Collection

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.commands.declare import Call, Commands
from dockwright.facts.signatures import Pinned, sign, unsigned
from dockwright.registry.login import Login
from dockwright.registry.signing import SigningKeys, keep


def to_sign(
    box: Host, registry: str, images: Collection[Pinned], login: Login | None, keys: SigningKeys
) -> list[Pinned]:
    """Those of ``images`` that the present key has not signed.

    Example::

        to_sign(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, keys)
    """
    return unsigned(box, registry, images, login, keys.public[:1])


def signing(
    registry: str, images: Collection[Pinned], login: Login | None, keys: SigningKeys
) -> Commands:
    """The command that signs ``images``.

    Example::

        yield from signing("192.168.50.20:5000", [("zenweb", "sha256:…")], login, keys)
    """
    names = list(dict.fromkeys(name for name, _ in images))
    log.changes(host, changed_images(("~", name, f"signed in {registry}") for name in names))
    yield Call(
        f"sign {', '.join(names)} in {registry}", sign_all, registry, images, login, keys
    ).because(f"{registry}/{name}: not signed by {keys.path}" for name in names)


def sign_all(
    registry: str, images: Collection[Pinned], login: Login | None, keys: SigningKeys
) -> None:
    """Sign ``images``; a new key is written first. For a Call.

    Raises:
        SiteError: the key can't be kept.
        NotReady: the registry took no signature.

    Example::

        sign_all("192.168.50.20:5000", [("zenweb", "sha256:…")], login, keys)
    """
    keep(keys)
    sign(host, registry, images, login, keys.private)
