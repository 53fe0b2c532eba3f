"""Whether an image of a registry is signed by the site, and putting signatures there.

A deploy says once a run by whose keys images of a registry are to be signed (`accept`); who takes
an image from there asks `is_signed` first. It is asked through a box's SSH connection, and judged
on this machine: neither the registry nor the box is believed. An image that was found signed stays
so for the run, as a digest names one image and no other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import itself
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import PerRun
from dockwright.facts.beside import Beside, at_once, kept_by, talking_to
from dockwright.registry.beside import digest_of, manifest, tag_of_signatures
from dockwright.registry.login import Login
from dockwright.registry.signature import (
    document,
    is_signed_by,
    names_sbom,
    public_key,
    signatures,
    signed,
)

# by registry, the public keys of which one must have signed
_accepted: PerRun[dict[str, tuple[str, ...]]] = PerRun(dict)
# an image's name in a registry, and its digest
Pinned = tuple[str, str]
# what was found signed, and by which of several keys; the digest of the SBOM that it names, if any
_seen: PerRun[dict[tuple[tuple[str, ...], Pinned], str | None]] = PerRun(dict)


def accept(run: State, registry: str, keys: Collection[str], keeper: str | None = None) -> None:
    """From now on, images of ``registry`` are taken where one of ``keys`` signed them.

    Args:
        run: the run.
        registry: ``host[:port][/path]``.
        keys: public keys, as PEM.
        keeper: the box of the inventory that runs the registry.

    Example::

        accept(state, "192.168.50.20:5000", ["-----BEGIN PUBLIC KEY-----…"])
    """
    _accepted.of(run)[registry] = tuple(keys)
    if keeper is not None:
        kept_by(run, registry, keeper)


def accept_instead(run: State, former: Collection[str], present: Collection[str]) -> None:
    """The same of all registries for which ``former`` were accepted.

    Example::

        accept_instead(state, former.public, present.public)
    """
    accepted = _accepted.of(run)
    for registry, keys in accepted.items():
        if keys == tuple(former):
            accepted[registry] = tuple(present)


def is_signed(host: Host, registry: str, name: str, digest: str, login: Login | None) -> bool:
    """Whether ``name@digest`` of ``registry`` is signed as its images are to be, if they are.

    Raises:
        NotReady: the registry can't be asked.

    Example::

        is_signed(host, "192.168.50.20:5000", "zenweb", "sha256:…", login)
    """
    keys = _accepted.of(itself(host).state).get(registry)
    return keys is None or not unsigned(host, registry, [(name, digest)], login, keys)


def unsigned(
    host: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: Collection[str],
) -> list[Pinned]:
    """Those of ``images`` that none of ``keys`` signed.

    Args:
        host: the box that asks.
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: for the registry.
        keys: public keys, as PEM.

    Raises:
        NotReady: the registry can't be asked.

    Example::

        unsigned(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, [key])
    """
    known = sboms(host, registry, images, login, keys)
    return [image for image in dict.fromkeys(images) if image not in known]


def sboms(
    host: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: Collection[str],
) -> dict[Pinned, str | None]:
    """Of ``images`` those that one of ``keys`` signed, each with the digest of its SBOM.

    That is what the signature names; None where it names none. It is asked by no question more.

    Raises:
        NotReady: as `unsigned`, whose arguments it has.

    Example::

        sboms(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, [key])
    """
    host, wanted = itself(host), tuple(keys)
    seen = _seen.of(host.state)
    every = list(dict.fromkeys(images))
    open_ones = [image for image in every if (wanted, image) not in seen]
    if open_ones:

        def ask(talk: Beside) -> list[tuple[bool, str | None]]:
            talk.ask_ahead((name, tag_of_signatures(digest)) for name, digest in open_ones)
            return side_by_side(
                lambda image: _signature(talk, *image, wanted), open_ones, at_once(open_ones)
            )

        answers = talking_to(host, registry, login, ask)
        for image, (is_good, sbom) in zip(open_ones, answers, strict=True):
            if is_good:
                seen[wanted, image] = sbom
    return {image: seen[wanted, image] for image in every if (wanted, image) in seen}


def sign(
    host: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    key: str,
    described: Mapping[Pinned, str] | None = None,
) -> None:
    """Put a signature by ``key`` beside each of ``images``; those of others stay.

    Args:
        host: the box that puts them there; it is not told the key.
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: one that writes.
        key: a private key, as PEM.
        described: the digests of SBOMs that are kept beside them, which the signatures name; where
            there is none, the one that a former signature by the key named, if that is there.

    Raises:
        NotReady: the registry did not take one.

    Example::

        sign(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, key)
    """

    def put(talk: Beside) -> None:
        every = list(dict.fromkeys(images))
        side_by_side(
            lambda image: _sign(talk, *image, key, (described or {}).get(image)),
            every,
            at_once(every),
        )

    talking_to(itself(host), registry, login, put)
    seen = _seen.of(itself(host).state)
    for known in [one for one in seen if one[1] in images]:
        del seen[known]  # what it names now is asked for again


def _signature(
    talk: Beside, name: str, digest: str, keys: Collection[str]
) -> tuple[bool, str | None]:
    """Whether one of ``keys`` signed it, and the SBOM that it named then."""
    is_good = False
    for one in signatures(talk.manifest(name, tag_of_signatures(digest)) or b""):
        # what we would write ourselves need not be fetched
        ours = document(f"{talk.registry}/{name}", digest, one.sbom)
        text = ours if one.digest == digest_of(ours) else talk.blob(name, one.digest)
        if text is not None and is_signed_by(tuple(keys), one, text, name, digest):
            if names_sbom(one, text):
                return True, one.sbom
            is_good = True
    return is_good, None


def _sign(talk: Beside, name: str, digest: str, key: str, sbom: str | None) -> None:
    own, others, former = [public_key(key, "signing key")], [], None
    for one in signatures(talk.manifest(name, tag_of_signatures(digest)) or b""):
        its = document(f"{talk.registry}/{name}", digest, one.sbom)
        if is_signed_by(own, one, its, name, digest):
            former = one.sbom or former
        else:
            others.append(one.entry)
    # one that is gone from there is named no more: who pushes the image then keeps it anew
    if sbom is None and former and digest_of(talk.manifest(name, former) or b"") == former:
        sbom = former
    text = document(f"{talk.registry}/{name}", digest, sbom)
    # the first are looked at
    whole, settings = manifest([signed(key, text, sbom=sbom).entry, *others])
    talk.put(name, tag_of_signatures(digest), whole, [text, settings])
