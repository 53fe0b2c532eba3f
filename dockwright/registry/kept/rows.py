"""What a registry keeps, as rows: by image, by build, and as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dockwright.registry.beside import is_beside_an_image
from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import Gone, Pins, freed, pinned_by, superfluous


@dataclass(frozen=True)
class ImageRow:
    """An image: how many builds and tags it has, its bytes, and those that no other image needs."""

    image: str
    builds: int
    tags: int
    size: int
    own: int
    pinned: int  # builds that something needs
    pushed: float


@dataclass(frozen=True)
class BuildRow:
    """A build of an image; ``own`` are the bytes that go with it, as no other manifest needs them.

    ``beside`` are the tags of its signatures and SBOM, ``pinned`` says who needs it.
    """

    digest: str
    tags: tuple[str, ...]
    beside: tuple[str, ...]
    size: int
    own: int
    pushed: float
    pinned: tuple[str, ...]


@dataclass(frozen=True)
class Usage:
    """What a registry takes: bytes of what is named, of what nobody names, and of its disk."""

    images: int
    builds: int
    blobs: int
    size: int
    shared: int  # bytes that are there once, and would be more often if nothing was shared
    unnamed: int  # of what a collection frees as it stands
    uploads: int
    retention: int  # bytes more that go by the site's retention
    going: int  # builds that it takes away
    free: int
    disk: int


def image_rows(kept: Listing, pins: Pins) -> tuple[ImageRow, ...]:
    """A row an image, the largest first.

    Example:
        >>> image_rows(Listing(), {})
        ()
    """
    shares = _shares(kept)
    rows = []
    for repository, revisions in kept.revisions.items():
        files = kept.files(revisions)
        builds = _builds(kept, repository)
        rows.append(
            ImageRow(
                image=repository,
                builds=len(builds),
                tags=sum(not is_beside_an_image(tag) for tag in kept.tags.get(repository, {})),
                size=sum(files.values()),
                own=sum(size for one, size in files.items() if shares[one] <= {repository}),
                pinned=sum(bool(pinned_by(kept, pins, digest)) for digest in builds),
                pushed=max((kept.pushed(repository, digest) for digest in revisions), default=0.0),
            )
        )
    return tuple(sorted((row for row in rows if row.size), key=lambda row: (-row.size, row.image)))


def build_rows(kept: Listing, pins: Pins, repository: str) -> tuple[BuildRow, ...]:
    """A row a build of ``repository``, the newest first.

    Raises:
        KeyError: there is no such repository.

    Example::

        build_rows(kept, {}, "web")[0].tags  # ('latest', 'r-0123456789ab')
    """
    names, every = kept.names(repository), kept.tags.get(repository, {})
    users: dict[str, int] = {}
    for revisions in kept.revisions.values():
        for digest in revisions:
            for one in kept.files([digest]):
                users[one] = users.get(one, 0) + 1
    rows = []
    for digest in _builds(kept, repository):
        files = kept.files([digest])
        beside = [tag for tag in every if tag.startswith(f"{digest.replace(':', '-', 1)}.")]
        rows.append(
            BuildRow(
                digest=digest,
                tags=tuple(sorted(names.get(digest, []))),
                beside=tuple(sorted(beside)),
                size=sum(files.values()),
                own=sum(size for one, size in files.items() if users[one] == 1),
                pushed=kept.pushed(repository, digest),
                pinned=pinned_by(kept, pins, digest),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.pushed, row.digest)))


def usage(kept: Listing, pins: Pins, generations: int | None, grace: float = 3600) -> Usage:
    """The registry as a whole.

    Args:
        kept, pins, generations, grace: as `dockwright.registry.kept.retention.superfluous`.

    Example:
        >>> usage(Listing(disk=10, free=4), {}, None).free
        4
    """
    gone = superfluous(kept, pins, generations, grace)
    now, then = freed(kept, (), grace), freed(kept, gone, grace)
    built = [digest for repository in kept.revisions for digest in _builds(kept, repository)]
    each, once = [sum(kept.files([one]).values()) for one in built], kept.files(built)
    return Usage(
        images=len([one for one in kept.revisions if kept.revisions[one]]),
        builds=len(each),
        blobs=len(kept.blobs),
        size=kept.size,
        shared=max(sum(each) - sum(once.values()), 0),
        unnamed=now.size,
        uploads=len(kept.uploads),
        retention=then.size - now.size,
        going=len(builds_of(gone)),
        free=kept.free,
        disk=kept.disk,
    )


def builds_of(gone: Iterable[Gone]) -> list[Gone]:
    """Those of ``gone`` that are images, without what stands beside them.

    Example:
        >>> builds_of([])
        []
    """
    return [one for one in gone if one.whole and not any(map(is_beside_an_image, one.tags))]


def fields(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for programs.

    Example:
        >>> fields([])
        []
    """
    return [asdict(row) for row in rows]


def _builds(kept: Listing, repository: str) -> list[str]:
    """Its manifests but for signatures, SBOMs, and parts of others."""
    names = kept.names(repository)
    revisions = kept.revisions.get(repository, {})
    known = [kept.manifests[one] for one in revisions if one in kept.manifests]
    parts = {child for one in known for child in one.children}
    return [
        digest
        for digest in revisions
        if names.get(digest) or digest not in parts
        if not names.get(digest) or not all(map(is_beside_an_image, names[digest]))
    ]


def _shares(kept: Listing) -> Mapping[str, set[str]]:
    """By blob the repositories that need it."""
    found: dict[str, set[str]] = {}
    for repository, revisions in kept.revisions.items():
        for one in kept.files(revisions):
            found.setdefault(one, set()).add(repository)
    return found
