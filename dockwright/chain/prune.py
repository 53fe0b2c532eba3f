"""Which images of an engine are former builds of the chain that nothing needs any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dockwright.chain.engine_image import EngineImage, is_recipes
from dockwright.chain.recipe import BASE_LABEL, BUILT_LABEL, LABEL


def superfluous(
    images: Iterable[EngineImage], needed: Collection[str] = (), generations: int = 2
) -> tuple[EngineImage, ...]:
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
    formers: dict[str, list[EngineImage]] = defaultdict(list)
    for image in images:
        if image.group is not None and image.former and image.id not in byhand:
            formers[image.group].append(image)
    surplus = []
    for builds in formers.values():
        builds.sort(key=lambda image: image.rank, reverse=True)
        # what is built upon by hand stays: its layers are held anyway, and it tells of that
        surplus += [
            image
            for image in builds[generations - 1 :]
            if not _is_needed(image, needed) and image.id not in upon
        ]
    return tuple(sorted(surplus, key=lambda image: (len(image.layers), image.id), reverse=True))


def undeclared(
    images: Iterable[EngineImage], declared: Collection[str], needed: Collection[str] = ()
) -> tuple[EngineImage, ...]:
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
    surplus = [
        image
        for image in images
        if LABEL in image.labels and image.group is not None and image.group not in declared
        if image.id not in stay and not _is_needed(image, needed)
    ]
    return tuple(sorted(surplus, key=lambda image: (len(image.layers), image.id), reverse=True))


def after(images: Iterable[EngineImage], changing: Collection[str]) -> tuple[EngineImage, ...]:
    """``images`` as they will be once other builds of ``changing`` ones have their names.

    Args:
        images: all that the engine holds.
        changing: names of images.

    Example:
        >>> after([], ["zenweb"])
        ()
    """
    return tuple(
        replace(image, tags=tuple(tag for tag in image.tags if is_recipes(tag)))
        if image.group in changing
        else image
        for image in images
    )


def _by_hand(images: Sequence[EngineImage]) -> dict[str, str]:
    """What was built upon an image of the chain and given no name, each with that image.

    It has its labels, and no two builds of the chain are of the same recipe and moment. Of two
    without a name and with the same layers it can't be said which is which: both are taken.
    """
    alike: dict[tuple[str | None, ...], list[EngineImage]] = defaultdict(list)
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


def _is_needed(image: EngineImage, needed: Collection[str]) -> bool:
    return image.id in needed or any(known.rpartition("@")[2] in needed for known in image.digests)
