"""What a registry keeps, as values: blobs, the manifests among them, and the names of these."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dockwright.registry.beside import digest_of
from dockwright.value import Value

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# layers that a registry need not have: of Windows, fetched from where they say
_ELSEWHERE = ("foreign", "nondistributable")


@dataclass(frozen=True)
class Blob(Value):
    """A file of the registry: its bytes, and when it was written (seconds since 1970)."""

    size: int
    time: float


@dataclass(frozen=True)
class BegunUpload(Value):
    """What a push has begun to send: its bytes, and when the last of them came."""

    repository: str
    id: str
    size: int
    time: float


@dataclass(frozen=True)
class Tag(Value):
    """A name of a manifest, and since when; ``digest`` is None where its file says none."""

    digest: str | None
    time: float


@dataclass(frozen=True)
class Manifest:
    """A manifest by its text.

    Example:
        >>> Manifest("sha256:0", b'{"config":{"digest":"sha256:c","size":2},"layers":[]}').blobs
        {'sha256:c': 2}
    """

    digest: str
    text: bytes = field(repr=False)

    @cached_property
    def _read(self) -> tuple[dict[str, int], tuple[str, ...], str | None]:
        whole = json.loads(self.text)
        parts = [whole["config"]] if "config" in whole else []
        parts += [
            one
            for one in whole.get("layers", [])
            if not any(word in str(one.get("mediaType")) for word in _ELSEWHERE)
        ]
        blobs = {str(one["digest"]): int(one["size"]) for one in parts}
        children = tuple(str(one["digest"]) for one in whole.get("manifests", []))
        return blobs, children, str(whole["config"]["digest"]) if "config" in whole else None

    @property
    def wrong(self) -> str | None:
        """Why it can't be read; None where it can."""
        if digest_of(self.text) != self.digest:
            return f"is {digest_of(self.text)[:19]}… by its content"
        try:
            blobs, children, _ = self._read
        except (ValueError, LookupError, TypeError, AttributeError):
            return "can't be read"
        return None if blobs or children else "names nothing"

    @property
    def blobs(self) -> Mapping[str, int]:
        """The bytes of settings and layers, by digest; none of one that can't be read."""
        return self._or_nothing()[0]

    @property
    def children(self) -> tuple[str, ...]:
        """The manifests that it names, where it is of several platforms."""
        return self._or_nothing()[1]

    @property
    def config(self) -> str | None:
        """The digest of its settings, which an engine calls the image's ID."""
        return self._or_nothing()[2]

    @property
    def mentions(self) -> frozenset[str]:
        """All in it that looks like a digest: more than what it needs, and never less."""
        return frozenset(_DIGEST.findall(self.text.decode("utf-8", "replace")))

    def _or_nothing(self) -> tuple[dict[str, int], tuple[str, ...], str | None]:
        try:
            return self._read
        except (ValueError, LookupError, TypeError, AttributeError):
            return {}, (), None


@dataclass(frozen=True)
class Listing(Value):
    """All that a registry keeps; times and ``now`` are its box's, in seconds since 1970."""

    now: float = 0.0
    blobs: Mapping[str, Blob] = field(default_factory=dict)
    # what could be read of them; what a repository has and is not here is lost
    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    # by repository the manifests that it has, each with when it was pushed last
    revisions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, Tag]] = field(default_factory=dict)
    uploads: tuple[BegunUpload, ...] = ()
    # by repository the blobs that may be pulled by its name, where that was asked
    links: Mapping[str, frozenset[str]] | None = None
    free: int = 0  # bytes of its disk that are left
    disk: int = 0  # bytes of its disk

    @property
    def size(self) -> int:
        """The bytes of all blobs and uploads."""
        blobs = sum(one.size for one in self.blobs.values())
        return blobs + sum(one.size for one in self.uploads)

    def names(self, repository: str) -> Mapping[str, list[str]]:
        """The tags of each manifest of ``repository``."""
        found: dict[str, list[str]] = {}
        for tag, its in self.tags.get(repository, {}).items():
            if its.digest is not None:
                found.setdefault(its.digest, []).append(tag)
        return found

    def pushed(self, repository: str, digest: str) -> float:
        """When the manifest was pushed last, or was given a tag."""
        times = [its.time for its in self.tags.get(repository, {}).values() if its.digest == digest]
        return max([self.revisions.get(repository, {}).get(digest, 0.0), *times])

    def files(self, digests: Iterable[str]) -> Mapping[str, int]:
        """The bytes of all that the manifests ``digests`` need, each blob once, themselves too."""
        needed: dict[str, int] = {}
        todo = list(digests)
        while todo:
            one = todo.pop()
            if one in needed:
                continue
            needed[one] = self.blobs[one].size if one in self.blobs else 0
            if one in self.manifests:
                needed |= self.manifests[one].blobs
                todo += self.manifests[one].children
        return needed
