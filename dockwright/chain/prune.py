"""Which images of an engine are former builds of the chain that nothing needs any more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from dockwright.chain.recipe import BASE_LABEL, BUILT_LABEL, LABEL, NAME_LABEL

_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)
_OURS = re.compile(r"r-[0-9a-f]{12}|sha256-[0-9a-f]{64}")


@dataclass(frozen=True)
class Held:
    """An image that an engine holds; ``tags``, ``digests`` and ``layers`` as it writes them."""

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    layers: tuple[str, ...]
    labels: Mapping[str, str]
    created: datetime | None

    @property
    def group(self) -> str | None:
        """What it is a build of: an image's name, or a base; None for what is not the chain's.

        Labels come down to what is built by hand upon an image of the chain: its names tell it.

        Example:
            >>> moment = datetime(2026, 11, 29, tzinfo=timezone.utc)
            >>> Held("sha256:a", (), (), ("l",), {"dockwright.base": "x"}, moment).group
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
        return all(map(_is_recipes, self.tags))

    @property
    def rank(self) -> tuple[bool, datetime, str]:
        """The higher, the more it is worth keeping: one that can still be named, a newer one."""
        return bool(self.tags or self.digests), self.created or _LONG_AGO, self.id


def superfluous(
    images: Iterable[Held], needed: Collection[str] = (), generations: int = 2
) -> tuple[Held, ...]:
    """The former builds to remove, what was built upon others first.

    Args:
        images: all that the engine holds.
        needed: IDs and digests (``sha256:…``) of what containers run and jobs name.
        generations: builds of each image that stay, the present one among them; from 1.

    Example:
        >>> superfluous([])
        ()
    """
    images = list(images)
    byhand = _by_hand(images)
    upon = set(byhand.values())
    formers: dict[str, list[Held]] = defaultdict(list)
    for image in images:
        if image.group is not None and image.former and image.id not in byhand:
            formers[image.group].append(image)
    found = []
    for builds in formers.values():
        builds.sort(key=lambda image: image.rank, reverse=True)
        # what is built upon by hand stays: its layers are held anyway, and it tells of that
        found += [
            image
            for image in builds[generations - 1 :]
            if not _is_needed(image, needed) and image.id not in upon
        ]
    return tuple(sorted(found, key=lambda image: (len(image.layers), image.id), reverse=True))


def undeclared(
    images: Iterable[Held], declared: Collection[str], needed: Collection[str] = ()
) -> tuple[Held, ...]:
    """The chain's images of no declared name, what was built upon others first.

    What people built upon them by hand stays, and those that it was built upon.

    Args:
        images: all that the engine holds.
        declared: names of images.
        needed: as for `superfluous`.

    Example:
        >>> undeclared([], ["zenweb"])
        ()
    """
    images = list(images)
    byhand = _by_hand(images)
    stay = {*byhand, *byhand.values()}
    found = [
        image
        for image in images
        if LABEL in image.labels and image.group is not None and image.group not in declared
        if image.id not in stay and not _is_needed(image, needed)
    ]
    return tuple(sorted(found, key=lambda image: (len(image.layers), image.id), reverse=True))


def after(images: Iterable[Held], changing: Collection[str]) -> tuple[Held, ...]:
    """``images`` as they will be once other builds of ``changing`` ones have their names.

    Args:
        images: all that the engine holds.
        changing: names of images.

    Example:
        >>> after([], ["zenweb"])
        ()
    """
    return tuple(
        replace(image, tags=tuple(tag for tag in image.tags if _is_recipes(tag)))
        if image.group in changing
        else image
        for image in images
    )


def _is_recipes(tag: str) -> bool:
    return _OURS.fullmatch(tag.rpartition(":")[2]) is not None


def _by_hand(images: Sequence[Held]) -> dict[str, str]:
    """What was built upon an image of the chain and given no name, each with that image.

    It has its labels, and no two builds of the chain are of the same recipe and moment. Of two
    without a name and with the same layers it can't be said which is which: both are taken.
    """
    alike: dict[tuple[str | None, ...], list[Held]] = defaultdict(list)
    for image in images:
        if LABEL in image.labels or BASE_LABEL in image.labels:
            alike[tuple(map(image.labels.get, (LABEL, BUILT_LABEL, BASE_LABEL)))].append(image)
    return {
        image.id: below.id
        for held in alike.values()
        for image in held
        if not image.tags and not image.digests
        for below in held
        if below.id != image.id and image.layers[: len(below.layers)] == below.layers
    }


def _is_needed(image: Held, needed: Collection[str]) -> bool:
    return image.id in needed or any(known.rpartition("@")[2] in needed for known in image.digests)


def _name(reference: str) -> str:
    return re.split("[:@]", reference.rpartition("/")[2])[0]
