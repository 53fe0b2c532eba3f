"""The SBOM that a registry keeps beside an image, and keeping one there.

Where images are signed, the signature names the digest of the image's SBOM: no other one is
believed, whatever stands under its tag.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyinfra.api.host import Host

from dockwright.box.connection import itself
from dockwright.box.side_by_side import side_by_side
from dockwright.errors import NotReady
from dockwright.facts.beside import Beside, at_once, talking_to
from dockwright.facts.signatures import Pinned, sboms
from dockwright.registry.beside import digest_of, manifest, sbom_entry, sbom_layer, tag_of_sbom
from dockwright.registry.login import Login
from dockwright.ways_out import WayOut, way_out

_LARGEST = 64 << 20  # bytes of an SBOM; that of a thousand packages takes 1 MB
_WHAT = "SBOMs"


def keep_sboms(
    host: Host, registry: str, texts: Mapping[Pinned, bytes], login: Login | None
) -> dict[Pinned, str]:
    """Have an SBOM beside each image in ``registry``; the digests of their manifests there.

    Args:
        host: the box that puts them there.
        registry: ``host[:port][/path]``.
        texts: by an image's name in the registry and its digest, CycloneDX's JSON.
        login: one that writes.

    Raises:
        NotReady: the registry did not take one.

    Example::

        keep_sboms(host, "192.168.50.20:5000", {("zenweb", "sha256:…"): b"{…}"}, login)
    """

    def put(talk: Beside) -> dict[Pinned, str]:
        kept = {}
        for (name, digest), text in texts.items():
            whole, settings = manifest([sbom_entry(text)])
            # made of the same image it is the same, whoever made it
            if talk.manifest(name, tag_of_sbom(digest)) != whole:
                talk.put(name, tag_of_sbom(digest), whole, [text, settings])
            kept[name, digest] = digest_of(whole)
        return kept

    return talking_to(itself(host), registry, login, put, _WHAT, WayOut.NO_SBOMS) if texts else {}


def kept_sboms(
    host: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: Collection[str] | None,
) -> dict[Pinned, bytes | NotReady]:
    """The SBOMs that ``registry`` keeps beside ``images``, of those that have one.

    Args:
        host: the box that asks.
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: for the registry.
        keys: public keys, as PEM, one of which has signed the image together with its SBOM; None
            where images are not signed.

    Returns:
        By image CycloneDX's JSON, or the error of one that is not what was kept.

    Raises:
        NotReady: the registry can't be asked.

    Example::

        kept_sboms(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, None)
    """
    wanted: dict[Pinned, str | None] = dict.fromkeys(images)
    if keys is not None:
        named = sboms(host, registry, images, login, keys)
        wanted = {image: sbom for image, sbom in named.items() if sbom is not None}

    def ask(talk: Beside) -> dict[Pinned, bytes | NotReady]:
        every = list(wanted)
        answers = side_by_side(
            lambda image: _kept(talk, *image, wanted[image]), every, at_once(every)
        )
        return {image: text for image, text in zip(every, answers, strict=True) if text is not None}

    return talking_to(itself(host), registry, login, ask, _WHAT, WayOut.NO_SBOMS) if wanted else {}


def _kept(talk: Beside, name: str, digest: str, wanted: str | None) -> bytes | NotReady | None:
    whole = talk.manifest(name, wanted or tag_of_sbom(digest))
    if whole is None and wanted is None:
        return None
    layer = None if whole is None else sbom_layer(whole)
    if whole is None or layer is None or (wanted is not None and digest_of(whole) != wanted):
        return _other(talk.registry, name, digest)
    text = talk.blob(name, layer[0], _LARGEST)
    if text is None or digest_of(text) != layer[0]:
        return _other(talk.registry, name, digest)
    return text


def _other(registry: str, name: str, digest: str) -> NotReady:
    again = way_out(WayOut.DESCRIBE_AGAIN, image=f"{name}@{digest}")
    return NotReady(
        f"registry {registry}: {name}@{digest[:19]}: its SBOM is gone from there, or another one "
        f"than was kept; see who writes there, and {again}"
    )
