"""What boxes need and no registry of the site has; which of them have it, and how it comes back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from dockwright.chain.engine_image import EngineImage
from dockwright.chain.recipe import LABEL
from dockwright.chain.reference import parse, tag_of
from dockwright.chain.registry_name import registry_name
from dockwright.errors import DockwrightError
from dockwright.registry.beside import is_beside_an_image
from dockwright.registry.kept.filling import is_whole
from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import Gone, Pins
from dockwright.value import Value

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_RECIPE = re.compile(r"(?:sha256:)?([0-9a-f]{12})[0-9a-f]*")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TRIES = 2  # boxes that are tried in one way: what they have is the same
# an image's name below its registry, and its digest
_Key = tuple[str, str]


@dataclass(frozen=True)
class Holder(Value):
    """A box whose engine has an image, and the ID that it has there."""

    box: str
    id: str


@dataclass(frozen=True)
class Lost(Value):
    """An image that somebody needs, and no registry of the site has.

    ``repository`` is its name there, empty where no box holds it and so nobody knows; ``tags`` are
    those that it had, as far as the site has a use for them.
    """

    repository: str
    digest: str
    who: tuple[str, ...]
    holders: tuple[Holder, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As a registry is asked for it.

        Example:
            >>> Lost("web", "sha256:0", ()).name
            'web@sha256:0'
        """
        return f"{self.repository}@{self.digest}" if self.repository else self.digest


@dataclass(frozen=True)
class Way(Value):
    """How an image may come back from a box.

    ``blobs``: what its engine saves is put into the registry as it is; ``push``: it pushes by
    itself, as the site lets it write; ``load``: one that may is given what it saves, and pushes it.
    """

    how: Literal["blobs", "push", "load"]
    holder: Holder


def lost(
    pins: Pins,
    registries: Sequence[tuple[str, Listing]],
    engines: Mapping[str, Collection[EngineImage]],
    declared: Collection[str] = (),
    caches: Collection[str] = (),
) -> tuple[Lost, ...]:
    """What is pinned, and in no registry; what boxes hold first, by name, then what none does.

    A container pins the ID that its image has on the engine: the digest is the one that the engine
    has it by. What a box says of itself is taken at its word here: a digest is held against what
    comes, and nothing is signed by that.

    Args:
        pins: who needs what.
        registries: those of the site with what they keep; the first one is to be filled.
        engines: the images of each box.
        declared: what leaves are declared to run, ``name:tag``: tags that are worth having.
        caches: names below which a registry keeps what others have.

    Example:
        >>> at = "r.test:5000/web@sha256:" + "0" * 64
        >>> image = EngineImage("sha256:1", digests=(at,))
        >>> [one] = lost({"sha256:1": ("web1: job web.web.1",)},
        ...              [("r.test:5000", Listing())], {"web1": [image]})
        >>> one.repository, one.holders
        ('web', (Holder(box='web1', id='sha256:1'),))
    """
    places = [place for place, _ in registries]
    listings = [kept for _, kept in registries]
    held: dict[_Key, dict[str, EngineImage]] = {}
    for box, images in engines.items():
        for image in images:
            for key in _names(image, places, caches):
                held.setdefault(key, {})[box] = image
    who = _needed(pins, held, listings)
    found = [
        Lost(*key, who[key], tuple(Holder(box, of.id) for box, of in its.items()))
        for key, its in sorted(held.items())
        if key in who and not any(_has(kept, *key) for kept in listings)
    ]
    tags = _tags({(one.repository, one.digest): held[one.repository, one.digest] for one in found},
                 places, declared, listings[0])  # fmt: skip
    named = [replace(one, tags=tags.get((one.repository, one.digest), ())) for one in found]
    return (*named, *_held_by_none(pins, listings, engines))


def ways(one: Lost, pushers: Sequence[str]) -> tuple[Way, ...]:
    """How ``one`` may come back, the surest way to its digest first.

    An engine whose images have their manifest's digest for an ID keeps them as they were packed
    (containerd's store); any other one packs them anew as it pushes, and has the same digest where
    it is the packer that they had.

    Args:
        one: what is lost.
        pushers: the boxes that may write to the registry, the builder first.

    Example:
        >>> one = Lost("web", "sha256:0", (), (Holder("web1", "sha256:1"),))
        >>> [way.how for way in ways(one, ["hub"])], ways(one, [])
        (['load'], ())
    """
    as_it_was = [holder for holder in one.holders if holder.id == one.digest]
    own = [holder for box in pushers for holder in one.holders if holder.box == box]
    others = [holder for holder in one.holders if holder not in own] if pushers else []
    return (
        *(Way("blobs", holder) for holder in as_it_was[:_TRIES]),
        *(Way("push", holder) for holder in own),
        *(Way("load", holder) for holder in others[:_TRIES]),
    )


def aside(
    pushed: Collection[tuple[str, str]], before: Listing, now: Listing, pins: Pins
) -> tuple[Gone, ...]:
    """What engines left in a registry by pushing: the tags, and what nobody asked for.

    Args:
        pushed: names, and the digests that these should have had; each under that digest's tag.
        before, now: what the registry had before and has.
        pins: who needs what.

    Example:
        >>> aside([("web", "sha256:0")], Listing(), Listing(), {})
        ()
    """
    gone = []
    for name, digest in sorted(pushed):
        tag = tag_of(digest)
        its = now.tags.get(name, {}).get(tag)
        if its is None or its.digest is None or tag in before.tags.get(name, {}):
            continue
        others = [one for one in now.names(name).get(its.digest, []) if one != tag]
        stays = (
            its.digest == digest
            or its.digest in before.revisions.get(name, {})
            # by itself: who needs it by its settings has never named it so
            or bool(others or its.digest in pins)
        )
        gone.append(Gone(name, its.digest, (tag,), "was pushed aside", not stays))
    return tuple(gone)


def _names(image: EngineImage, places: Sequence[str], caches: Collection[str]) -> Iterable[_Key]:
    for text in image.digests:
        name = _in(text, places)
        digest = text.rpartition("@")[2]
        if name is not None and _DIGEST.fullmatch(digest):
            first, _, rest = name.partition("/")
            if not rest or first not in caches:
                yield name, digest


def _in(text: str, places: Sequence[str]) -> str | None:
    """The name of an image, as a box says it, in the registries ``places``."""
    try:
        reference = parse(text)
    except DockwrightError:
        return None
    names = (registry_name(place).image(reference) for place in places)
    return next((name for name in names if name is not None), None)


def _needed(
    pins: Pins, held: Mapping[_Key, Mapping[str, EngineImage]], listings: Sequence[Listing]
) -> dict[_Key, tuple[str, ...]]:
    """Who needs each of ``held``: by its digest, or by an ID that is to be had by no other one."""
    ids = {key: tuple(dict.fromkeys(of.id for of in its.values())) for key, its in held.items()}
    met = {its.config for kept in listings for its in kept.manifests.values()}
    for key, its in ids.items():
        if key[1] in pins or any(_has(kept, *key) for kept in listings):
            met |= {*its}
    who: dict[_Key, tuple[str, ...]] = {}
    for key, its in sorted(ids.items()):
        by_id = [text for one in its for text in pins.get(one, ())]
        if key[1] in pins:
            who[key] = tuple(dict.fromkeys([*pins[key[1]], *by_id]))
        elif by_id and not met & {*its}:
            who[key] = tuple(dict.fromkeys(by_id))
            met |= {*its}
    return who


def _has(kept: Listing, repository: str, digest: str) -> bool:
    return digest in kept.revisions.get(repository, {}) and is_whole(kept, digest)


def _tags(
    found: Mapping[_Key, Mapping[str, EngineImage]],
    places: Sequence[str],
    declared: Collection[str],
    target: Listing,
) -> dict[_Key, tuple[str, ...]]:
    """The tags of each: its recipe's, and those that leaves are declared to run.

    Of several images with one tag the newest has it; one that the registry has stays as it is.
    """
    wanted: dict[_Key, list[tuple[datetime, str]]] = {}
    for (name, digest), its in found.items():
        for image in its.values():
            for tag in _tags_of(image, name, places, declared):
                if tag not in target.tags.get(name, {}):
                    at = image.created or _LONG_AGO
                    wanted.setdefault((name, tag), []).append((at, digest))
    made: dict[_Key, tuple[str, ...]] = {}
    for (name, tag), candidates in sorted(wanted.items()):
        key = name, max(candidates)[1]
        made[key] = (*made.get(key, ()), tag)
    return made


def _tags_of(
    image: EngineImage, name: str, places: Sequence[str], declared: Collection[str]
) -> Iterable[str]:
    if (recipe := _RECIPE.fullmatch(image.labels.get(LABEL, ""))) is not None:
        yield f"r-{recipe[1]}"
    for text in image.tags:
        tag = text.rpartition(":")[2]
        is_declared = f"{name}:{tag}" in declared and not is_beside_an_image(tag)
        if is_declared and _in(text, places) == name:
            yield tag


def _held_by_none(
    pins: Pins, listings: Sequence[Listing], engines: Mapping[str, Collection[EngineImage]]
) -> Iterable[Lost]:
    known = {image.id for images in engines.values() for image in images}
    known |= {
        text.rpartition("@")[2]
        for images in engines.values()
        for image in images
        for text in image.digests
    }
    for kept in listings:
        known |= {digest for digest in kept.manifests if is_whole(kept, digest)}
        known |= {its.config for its in kept.manifests.values() if its.config is not None}
    for digest in sorted(pins.keys() - known):
        yield Lost("", digest, pins[digest])
