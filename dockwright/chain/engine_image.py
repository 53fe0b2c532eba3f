"""An image as an engine has it: one record for plans, for pruning and for what is pulled or pushed.

The fact `dockwright.facts.image` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dockwright.chain.recipe import BASE_LABEL, LABEL, NAME_LABEL
from dockwright.chain.reference import parse
from dockwright.value import Value

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_OURS = re.compile(r"r-[0-9a-f]{12}|sha256-[0-9a-f]{64}")


@dataclass(frozen=True)
class EngineImage(Value):
    """An image of an engine; what is known of it is as the engine writes it."""

    id: str  # sha256:…
    tags: tuple[str, ...] = ()  # name:tag
    digests: tuple[str, ...] = ()  # name@sha256:…, of the registries that it came from or went to
    layers: tuple[str, ...] = ()  # RootFS.Layers, the lowest first
    labels: Mapping[str, str] = field(default_factory=dict)  # of its configuration, by their keys
    created: datetime | None = None  # None: the engine does not tell
    architecture: str = ""  # of the processor, such as amd64

    def has(self, repository: str, digest: str) -> bool:
        """Whether ``repository`` has the image under ``digest``; it may have several.

        Example::

            image.has("192.168.50.20:5000/zenweb", "sha256:…")  # True
        """
        return f"{repository}@{digest}" in self.digests

    def has_only_elsewhere(self, digest: str, name: str, registries: Iterable[str]) -> bool:
        """Whether it has ``digest`` by names of registries, and of none of ``registries``.

        It is then of a registry that had another name, and what is known of it goes with that.

        Example::

            image.has_only_elsewhere("sha256:…", "zenweb", ["192.168.50.20:5000"])  # False
        """
        its = [known for known in self._of_registries if known.endswith(f"@{digest}")]
        ours = {f"{one}/{name}@{digest}" for one in registries}
        # the hub's names have no registry in them, and stay
        stay = any(known in ours or parse(known).domain is None for known in its)
        return bool(its) and not stay

    def has_digest(self, digest: str) -> bool:
        """Whether any registry has the image under ``digest``.

        Example::

            image.has_digest("sha256:…")  # True
        """
        return any(known.endswith(f"@{digest}") for known in self.digests)

    def digest_in(self, repository: str) -> str | None:
        """Its digest in ``host:port/name``, or None where it never went there or came from.

        Example::

            image.digest_in("192.168.50.20:5000/zenweb")  # 'sha256:…'
        """
        for known in self._of_registries:
            name, _, digest = known.partition("@")
            if name == repository:
                return digest
        return None

    @property
    def _of_registries(self) -> tuple[str, ...]:
        """The digests that a registry had it by.

        In containerd's store an image's ID is its manifest's digest, and each of its names has
        that: where there is no registry in one, no registry may have had it.
        """
        own = f"@{self.id}"
        return tuple(
            known
            for known in self.digests
            if not known.endswith(own) or parse(known).domain is not None
        )

    @property
    def group(self) -> str | None:
        """What it is a build of: an image's name, or a base; None for what is not the chain's.

        Labels come down to what is built by hand upon an image of the chain: its names tell it.

        Example:
            >>> EngineImage("sha256:a", layers=("l",), labels={"dockwright.base": "x"}).group
            'x'
        """
        if LABEL not in self.labels:
            # what was bootstrapped is one layer
            return self.labels.get(BASE_LABEL) if len(self.layers) == 1 else None
        names = {_name(reference) for reference in (*self.tags, *self.digests)}
        name = self.labels.get(NAME_LABEL) or next(iter(sorted(names)), "")
        return name if names <= {name} else None

    @property
    def former(self) -> bool:
        """Whether no tag but that of its own recipe or digest names it.

        Such a tag stays with a build for ever: its being there says nothing of a need.
        """
        return all(map(is_recipes, self.tags))

    @property
    def rank(self) -> tuple[bool, datetime, str]:
        """The higher, the more it is worth keeping: one that can still be named, a newer one."""
        return bool(self.tags or self.digests), self.created or _LONG_AGO, self.id


def is_recipes(tag: str) -> bool:
    """Whether a ``name:tag`` is that of a recipe or digest, which stays with a build for ever.

    Example:
        >>> is_recipes("web:r-0123456789ab")
        True
    """
    return _OURS.fullmatch(tag.rpartition(":")[2]) is not None


def _name(reference: str) -> str:
    return re.split("[:@]", reference.rpartition("/")[2])[0]
