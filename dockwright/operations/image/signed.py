"""Signing what a registry has: who pushes an image vouches for it.

A signature is made on this machine and put beside the image through the box that pushes, which is
never told the key.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.commands.declare import Call, Commands
from dockwright.facts.signatures import sign, unsigned
from dockwright.registry.login import Login
from dockwright.registry.signing import SigningKeys, keep


def to_sign(
    box: Host, registry: str, images: Mapping[str, str], login: Login | None, keys: SigningKeys
) -> dict[str, str]:
    """Those of ``images`` that the present key has not signed; names by digest, as there.

    Example::

        to_sign(host, "192.168.50.20:5000", {"sha256:…": "zenweb"}, login, keys)
    """
    lacking = unsigned(box, registry, images, login, keys.public[:1])
    return {digest: images[digest] for digest in lacking}


def signing(
    registry: str, images: Mapping[str, str], login: Login | None, keys: SigningKeys
) -> Commands:
    """The command that signs ``images``, names by digest.

    Example::

        yield from signing("192.168.50.20:5000", {"sha256:…": "zenweb"}, login, keys)
    """
    names = list(dict.fromkeys(images.values()))
    log.changes(host, changed_images(("~", name, f"signed in {registry}") for name in names))
    yield Call(
        f"sign {', '.join(names)} in {registry}", sign_all, registry, images, login, keys
    ).because(f"{registry}/{name}: not signed by {keys.path}" for name in names)


def sign_all(
    registry: str, images: Mapping[str, str], login: Login | None, keys: SigningKeys
) -> None:
    """Sign ``images``, names by digest; a new key is written first. For a Call.

    Raises:
        SiteError: the key can't be kept.
        NotReady: the registry took no signature.

    Example::

        sign_all("192.168.50.20:5000", {"sha256:…": "zenweb"}, login, keys)
    """
    keep(keys)
    sign(host, registry, images, login, keys.private)
