"""Signing what a registry has: who pushes an image vouches for it.

A signature is made on this machine and put beside the image through the box that pushes, which is
never told the key. It names the image's SBOM, where one is kept: who has signed has said what is
inside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pyinfra import host
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.commands.declare import Call, Commands
from dockwright.facts.image import EngineImage
from dockwright.facts.signatures import Pinned, accept_instead, sign, unsigned
from dockwright.facts.signatures import sboms as signed_sboms
from dockwright.operations.image.asked import name_of, not_signed, remark
from dockwright.operations.image.described import describe, described
from dockwright.registry.login import Login
from dockwright.registry.signing import SigningKeys, keep
from dockwright.sbom.document import Described


def to_sign(
    box: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: SigningKeys,
    sboms: bool = False,
) -> dict[Pinned, str]:
    """Those of ``images`` that the present key is still to sign, and why.

    With ``sboms`` also those whose signature names no SBOM, or one that the registry has not.

    Example::

        to_sign(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, keys)
    """
    known = signed_sboms(box, registry, images, login, keys.public[:1], is_kept=sboms)
    why = {}
    for image in dict.fromkeys(images):
        if image not in known:
            why[image] = f"not signed by {keys.path}"
        elif sboms and known[image] is None:
            why[image] = "its signature names no SBOM that is kept there"
    return why


def signing(
    registry: str,
    why: Mapping[Pinned, str],
    login: Login | None,
    keys: SigningKeys,
    inside: Mapping[Pinned, Described] | None = None,
) -> Commands:
    """The command that signs images, and keeps the SBOMs of those that are ``inside`` the box.

    Args:
        registry: ``host[:port][/path]``.
        why: the images, each with the reason, as `to_sign` has them.
        login: one that writes.
        keys: what signs.
        inside: the box's images of which an SBOM is kept.

    Example::

        yield from signing("192.168.50.20:5000", {("zenweb", "sha256:…"): "…"}, login, keys)
    """
    names = list(dict.fromkeys(name for name, _ in why))
    log.changes(host, changed_images(("~", name, f"signed in {registry}") for name in names))
    its = {image: of for image, of in (inside or {}).items() if image in why}
    yield Call(
        f"sign {', '.join(names)} in {registry}", sign_all, registry, list(why), login, keys, its
    ).because(f"{registry}/{name}: {reason}" for (name, _), reason in why.items())


def sign_all(
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: SigningKeys,
    inside: Mapping[Pinned, Described] | None = None,
) -> None:
    """Sign ``images``; a new key is written first, and SBOMs are kept. For a Call.

    Args:
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: one that writes.
        keys: what signs.
        inside: those of which the box has the image, and an SBOM is to be kept.

    Raises:
        SiteError: the key can't be kept.
        NotReady: the registry took no signature.

    Example::

        sign_all("192.168.50.20:5000", [("zenweb", "sha256:…")], login, keys)
    """
    present = keep(keys)
    if present is not keys:
        accept_instead(host.state, keys.public, present.public)
    kept = describe(registry, inside, login) if inside else {}
    sign(host, registry, images, login, present.private, kept)


def held_of(
    tagged: Iterable[tuple[str, Sequence[str], EngineImage]],
    known: Mapping[str, str | None],
) -> dict[Pinned, Described]:
    """What the registry has of the box's very images, of ``known``.

    Args:
        tagged: names with their tags, and the box's image.
        known: the digest that the registry has for each ``name:tag``.

    Example::

        held_of([("zenweb", ["latest"], image)], {"zenweb:latest": "sha256:…"})
    """
    return {
        (name, digest): described(local)
        for name, tags, local in tagged
        for tag in tags
        if (digest := known[f"{name}:{tag}"]) is not None and local.has_digest(digest)
    }


def without_planted(
    registry: str,
    tagged: Iterable[tuple[str, Sequence[str], EngineImage]],
    known: Mapping[str, str | None],
    login: Login | None,
    keys: SigningKeys,
) -> dict[str, str | None]:
    """``known`` without what is neither the box's own nor signed: it makes room.

    Args:
        registry: ``host[:port][/path]``.
        tagged, known: as `held_of` is given them.
        login: for the registry.
        keys: what is to have signed.

    Example::

        without_planted("192.168.50.20:5000", tagged, known, login, keys)
    """
    others = {
        (name, digest): f"{name}:{tag}"
        for name, tags, local in tagged
        # the first is called latest, and has the last word
        for tag in reversed(tags)
        if (digest := known[f"{name}:{tag}"]) is not None and not local.has_digest(digest)
    }
    planted = {*unsigned(host, registry, list(others), login, keys.public)}
    for one in planted:
        remark(not_signed(registry, others[one], one[1]), "the box's own takes its place")
    return {
        image: None if (name_of(image), digest) in planted else digest
        for image, digest in known.items()
    }
