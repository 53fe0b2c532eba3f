"""Whether all that a registry has names for is there, and is what its digest says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dockwright.registry.kept.listing import Listing
from dockwright.value import Value


@dataclass(frozen=True)
class Flaw(Value):
    """What is wrong with an image of a registry: ``where`` is its ``name:tag`` or digest."""

    where: str
    what: str


def flaws(kept: Listing, changed: Mapping[str, str] | None = None) -> tuple[Flaw, ...]:
    """All that would keep an image from being pulled as it was pushed.

    Args:
        kept: what the registry keeps.
        changed: by digest of a blob the SHA-256 that its content has, where that is another one,
            or `unreadable`; None: contents were not read.

    Example:
        >>> flaws(Listing(revisions={"web": {"sha256:0": 0.0}}))[0].what
        'its manifest is not there'
    """
    changed = changed or {}
    found = dict.fromkeys(_of_tags(kept))
    for repository, revisions in sorted(kept.revisions.items()):
        for digest in sorted(revisions):
            names = kept.names(repository).get(digest) or [digest]
            for what in _of_manifest(kept, repository, digest, changed):
                found |= dict.fromkeys(Flaw(_called(repository, one), what) for one in names)
    named = {one for digest in kept.manifests for one in kept.manifests[digest].mentions}
    for digest in sorted(changed.keys() - named - kept.manifests.keys()):
        found[Flaw(digest, "its content is another, and no image needs it")] = None
    return tuple(found)


def _of_tags(kept: Listing) -> Iterable[Flaw]:
    for repository, tags in sorted(kept.tags.items()):
        for tag, its in sorted(tags.items()):
            if its.digest is None:
                yield Flaw(f"{repository}:{tag}", "its file says no digest; push it again")
            elif its.digest not in kept.revisions.get(repository, {}):
                yield Flaw(f"{repository}:{tag}", f"its manifest {its.digest} is not there")


def _of_manifest(
    kept: Listing, repository: str, digest: str, changed: Mapping[str, str]
) -> Iterable[str]:
    if digest not in kept.manifests:
        yield "its manifest is not there"
        return
    its = kept.manifests[digest]
    if its.wrong is not None:
        yield f"its manifest {its.wrong}"
        return
    links = None if kept.links is None else kept.links.get(repository, frozenset())
    for blob, size in its.blobs.items():
        if blob not in kept.blobs:
            yield f"{blob} is not there"
        elif blob in changed:
            yield f"{blob} is {changed[blob]} by its content"
        elif kept.blobs[blob].size != size:
            yield f"{blob} has {kept.blobs[blob].size} bytes and not {size}"
        elif links is not None and blob not in links:
            yield f"{blob} is no layer of {repository}, and can't be pulled from there"
    for child in its.children:
        if child not in kept.revisions.get(repository, {}):
            yield f"its part {child} is not there"


def _called(repository: str, name: str) -> str:
    return f"{repository}{'@' if name.startswith('sha256:') else ':'}{name}"
