"""Which manifests of a registry nobody needs, and what a collection then frees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from dockwright.chain.engine_image import is_recipes
from dockwright.registry.beside import is_beside_an_image
from dockwright.registry.kept.listing import Listing
from dockwright.value import Value

# who needs an image, in words, by the digest of its manifest or of its settings
Pins = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Gone(Value):
    """A manifest that is to go from a repository, with those of its tags that go, and why."""

    repository: str
    digest: str
    tags: tuple[str, ...]
    why: str
    whole: bool = True  # False: only the tags go, as others stay


def pinned_by(kept: Listing, pins: Pins, digest: str) -> tuple[str, ...]:
    """Who needs the manifest ``digest``: by itself, by its settings, or by what it names.

    Example:
        >>> pinned_by(Listing(), {"sha256:0": ("box web1: job web.web.1",)}, "sha256:0")
        ('box web1: job web.web.1',)
    """
    who: dict[str, None] = {}
    todo, seen = [digest], set[str]()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        who |= dict.fromkeys(pins.get(one, ()))
        if one in kept.manifests:
            its = kept.manifests[one]
            who |= dict.fromkeys(pins.get(its.config or "", ()))
            todo += its.children
    return tuple(who)


def superfluous(
    kept: Listing, pins: Pins, generations: int | None, grace: float = 3600
) -> tuple[Gone, ...]:
    """The manifests that nobody needs, each with its tags; signatures and SBOMs go with theirs.

    What stays: what a box has or may go back to, what another tag than a recipe's names, the
    newest builds of each image, what was pushed of late, and what those name.

    Args:
        kept: what the registry keeps.
        pins: who needs what.
        generations: builds of each image that stay, the present one among them, from 1; None: all.
        grace: seconds for which stays whatever was pushed.

    Example:
        >>> superfluous(Listing(), {}, 3)
        ()
    """
    found: list[Gone] = []
    for repository in sorted(kept.revisions.keys() | kept.tags.keys()):
        found += _of_repository(kept, repository, pins, generations, kept.now - grace)
    return tuple(found)


def removed(kept: Listing, repository: str, tag: str) -> tuple[Gone, ...]:
    """What goes where a person removes ``tag``: the manifest too, where no other tag names it.

    Raises:
        KeyError: the repository has no such tag.

    Example::

        removed(kept, "web", "r-0123456789ab")[0].whole  # True
    """
    digest = kept.tags[repository][tag].digest or ""
    others = [one for one in kept.names(repository).get(digest, []) if one != tag]
    if others or not _own_way(kept, repository, digest):
        return (Gone(repository, digest, (tag,), "its tag", whole=False),)
    whole = Gone(repository, digest, (tag,), "its last tag")
    return (whole, *_beside(kept, repository, {digest}, 0.0))


def _own_way(kept: Listing, repository: str, digest: str) -> bool:
    """Whether no other manifest of the repository names it."""
    return not any(
        digest in kept.manifests[other].children
        for other in kept.revisions.get(repository, {})
        if other in kept.manifests
    )


def _of_repository(
    kept: Listing, repository: str, pins: Pins, generations: int | None, since: float
) -> Iterable[Gone]:
    names = kept.names(repository)
    revisions = kept.revisions.get(repository, {})
    beside = {digest for digest, its in names.items() if its and all(map(is_beside_an_image, its))}
    images = [digest for digest in revisions if digest not in beside]

    def newness(digest: str) -> tuple[float, str]:
        return kept.pushed(repository, digest), digest

    builds = sorted((one for one in images if names.get(one)), key=newness, reverse=True)
    newest = builds if generations is None else builds[:generations]

    def stays(digest: str) -> bool:
        its = [tag for tag in names.get(digest, []) if not is_beside_an_image(tag)]
        return (
            digest in newest
            or any(not is_recipes(tag) for tag in its)
            or kept.pushed(repository, digest) > since
            or bool(pinned_by(kept, pins, digest))
        )

    staying = set(filter(stays, images))
    staying |= kept.files(staying).keys() & set(images)
    going = [digest for digest in images if digest not in staying]
    for digest in sorted(going, key=newness):
        tags = tuple(sorted(names.get(digest, [])))
        why = "no tag names it" if not tags else f"older than the newest {generations} builds"
        yield Gone(repository, digest, tags, f"{why}, and nothing needs it")
    yield from _beside(kept, repository, set(going), since)


def _beside(kept: Listing, repository: str, going: Set[str], since: float) -> Iterable[Gone]:
    """The tags of signatures and SBOMs of what goes, or went before; and their manifests."""
    names, stay = kept.names(repository), kept.revisions.get(repository, {}).keys() - going
    for digest, tags in sorted(names.items()):
        if digest in going:
            continue
        late = tuple(
            tag
            for tag in sorted(tags)
            if is_beside_an_image(tag) and (of := _image_of(tag)) not in stay
            if of in going or kept.tags[repository][tag].time <= since
        )
        if late:
            yield Gone(repository, digest, late, "its image is gone", len(late) == len(tags))


def _image_of(tag: str) -> str:
    return tag.partition(".")[0].replace("-", ":", 1)


@dataclass(frozen=True)
class Freed(Value):
    """What a collection takes from the disk: blobs, uploads that were broken off, and bytes."""

    blobs: frozenset[str] = frozenset()
    uploads: int = 0
    size: int = 0


def freed(kept: Listing, gone: Iterable[Gone], grace: float = 3600) -> Freed:
    """What a collection frees once ``gone`` is gone.

    Args:
        kept: what the registry keeps.
        gone: of `superfluous`.
        grace: seconds for which stays whatever was written.

    Example:
        >>> freed(Listing(now=9000, blobs={}), []).size
        0
    """
    went = {(one.repository, one.digest) for one in gone if one.whole}
    needed: set[str] = set()
    for repository, revisions in kept.revisions.items():
        for digest in revisions:
            if (repository, digest) not in went:
                needed.add(digest)
                if digest in kept.manifests:
                    needed |= kept.manifests[digest].mentions
    since = kept.now - grace
    blobs = {
        digest: one.size
        for digest, one in kept.blobs.items()
        if digest not in needed and one.time <= since
    }
    uploads = [one.size for one in kept.uploads if one.time <= since]
    return Freed(frozenset(blobs), len(uploads), sum(blobs.values()) + sum(uploads))


def order(kept: Listing, gone: Iterable[Gone], grace: float | None) -> str:
    """What registry-collect is told: its lines.

    Args:
        kept: what the registry keeps, as it was listed.
        gone: what is to go.
        grace: seconds; None: nothing is taken from the disk yet.

    Example:
        >>> order(Listing(now=9000.5), [], 3600)
        'since 9000\\nsweep 3600\\nend\\n'
    """
    lines = [f"since {int(kept.now)}"]
    for one in gone:
        hex_digits = one.digest.partition(":")[2]
        lines += [f"untag {one.repository} {tag} {hex_digits}" for tag in one.tags]
        if one.whole:
            lines.append(f"remove {one.repository} {hex_digits}")
    if grace is not None:
        lines.append(f"sweep {int(grace)}")
    return "\n".join([*lines, "end", ""])
