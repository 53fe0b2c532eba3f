"""What a registry lacks of what another one has, and how it is given that byte by byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dockwright.registry.kept.listing import Listing, Manifest
from dockwright.registry.kept.retention import Pins, pinned_by
from dockwright.value import Value

_TYPE = re.compile(r"[a-z0-9.+/-]{1,200}")
_INDEX = "application/vnd.oci.image.index.v1+json"
_IMAGE = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Lacking(Value):
    """A manifest that a registry lacks, or lacks tags of; ``whole`` is whether it has it not."""

    repository: str
    digest: str
    tags: tuple[str, ...]
    whole: bool = True


def lacking(source: Listing, target: Listing, pins: Pins) -> tuple[Lacking, ...]:
    """The tags of ``source`` that ``target`` lacks, and what somebody needs.

    A tag that the target has stays, whatever it names. What the source itself has not whole is
    left out. Signatures and SBOMs are tags as others are: of an image with the same digest they
    hold.

    Args:
        source: a registry that has images.
        target: the one that is to have them too.
        pins: who needs what.

    Example:
        >>> lacking(Listing(), Listing(), {})
        ()
    """
    found = []
    for repository, revisions in sorted(source.revisions.items()):
        names, theirs = source.names(repository), target.tags.get(repository, {})
        for digest in sorted(revisions, key=lambda one: (source.pushed(repository, one), one)):
            if not is_whole(source, digest):
                continue
            tags = tuple(sorted(tag for tag in names.get(digest, []) if tag not in theirs))
            absent = digest not in target.revisions.get(repository, {})
            if tags or (absent and pinned_by(source, pins, digest)):
                found.append(Lacking(repository, digest, tags, absent))
    return tuple(found)


def is_whole(kept: Listing, digest: str) -> bool:
    """Whether the registry has all that the manifest ``digest`` needs, itself too.

    Example:
        >>> is_whole(Listing(), "sha256:0")
        False
    """
    its = kept.manifests.get(digest)
    return (
        its is not None
        and its.wrong is None
        and all(blob in kept.blobs for blob in its.blobs)
        and all(is_whole(kept, child) for child in its.children)
    )


def order(source: Listing, lacks: Iterable[Lacking]) -> list[str]:
    """What registry-fill is told behind its two registries: its lines.

    Example:
        >>> order(Listing(), [])
        ['end']
    """
    lines: dict[str, None] = {}
    for one in lacks:
        if one.whole:
            lines |= dict.fromkeys(_whole(source, one.repository, one.digest))
        of = type_of(source.manifests[one.digest])
        for tag in one.tags:
            lines[f"tag {one.repository} {tag} {_hex(one.digest)} {of}"] = None
    return [*lines, "end"]


def _whole(source: Listing, repository: str, digest: str) -> Iterable[str]:
    its = source.manifests[digest]
    for child in its.children:
        yield from _whole(source, repository, child)
    for blob in its.blobs:
        yield f"blob {repository} {_hex(blob)}"
    yield f"manifest {repository} {_hex(digest)} {type_of(its)}"


def type_of(its: Manifest) -> str:
    """The media type of a manifest that can be read, by its own word or its shape.

    Example:
        >>> type_of(Manifest("sha256:0", b'{"manifests":[]}'))
        'application/vnd.oci.image.manifest.v1+json'
    """
    said = str(json.loads(its.text).get("mediaType") or "")
    # of a registry that was broken into: no word more
    return said if _TYPE.fullmatch(said) else _INDEX if its.children else _IMAGE


def _hex(digest: str) -> str:
    return digest.partition(":")[2]
