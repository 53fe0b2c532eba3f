"""What of a chain is to be built, and why: the images as declared against an engine's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Literal

from dockwright.chain.engine_image import EngineImage
from dockwright.chain.image import Image
from dockwright.chain.recipe import BESIDE_LABEL, LABEL, PARTS_LABEL, changes, is_beside
from dockwright.errors import DockwrightError

PULLED = "the registry has its recipe"


@dataclass(frozen=True)
class Step:
    """An image, what is done about it, and why.

    ``fresh`` says that the engine's cache must not be used: with it the build of an image that
    is too old would end in the very same image.
    """

    image: Image
    action: Literal["none", "name", "pull", "build"]
    reason: str
    fresh: bool = False


def ancestry(images: Sequence[Image], only: Collection[str] = ()) -> frozenset[str]:
    """The names of ``only`` and of all they are built from; of all images where it is empty.

    Raises:
        DockwrightError: no image of such a name.

    Example:
        >>> ancestry([], [])
        frozenset()
    """
    by_name = {image.name: image for image in images}
    lineage: set[str] = set()
    waiting = list(only or by_name)
    while waiting:
        name = waiting.pop()
        if name not in by_name:
            close = get_close_matches(name, sorted(by_name), 1)
            hint = f"did you mean {close[0]}?" if close else f"images: {', '.join(by_name)}"
            raise DockwrightError(f"image {name}: no such image in the chain; {hint}")
        if name not in lineage:
            lineage.add(name)
            waiting += by_name[name].parents
    return frozenset(lineage)


def plan(
    images: Sequence[Image],
    present: Mapping[str, EngineImage],
    *,
    externals: Mapping[str, EngineImage] | None = None,
    now: datetime,
    max_age: timedelta | None = None,
    only: Collection[str] = (),
    force: Collection[str] | bool = (),
    available: Collection[str] = (),
) -> tuple[Step, ...]:
    """One step for each wanted image, in build order.

    An image is pulled where it is absent or changed, the registry has its recipe, and no parent
    is built. What the registry has may be older than ``max_age``, or stand on another build of
    its parent: pull first, then plan again from what is there. One that only lacks a name is
    given it.

    Args:
        images: the chain, as `dockwright.chain.graph.order` gives it.
        present: what the engine has, by image name.
        externals: what it has of the images from outside, by their names.
        now: this moment, with its zone.
        max_age: after which an image right above an external base is stale; None for never.
        only: these images and their ancestors; empty means all.
        force: images to build though they are current, or True for all.
        available: names of images whose recipe's tag the registry has.

    Raises:
        DockwrightError: ``only`` or ``force`` names no image of the chain.

    Example:
        >>> plan([], {}, now=datetime(2026, 1, 1))
        ()
    """
    wanted = ancestry(images, only)
    forced = wanted if force is True else frozenset(force or ())
    if forced:
        ancestry(images, forced)
    below = {**(externals or {}), **present}
    touched: dict[str, str] = {}
    steps = []
    for image in images:
        if image.name not in wanted:
            continue
        here = present.get(image.name)
        old = _too_old(image, here, now, max_age)
        fresh = old or image.name in forced
        why = _why(image, here, touched)
        on_another = "" if why or here is None else _on_another(image, here, below)
        if why and not fresh and image.name in available and not _on_a_built_one(image, touched):
            touched[image.name] = "pulled"
            steps.append(Step(image, "pull", PULLED))
        elif reason := (
            why
            or on_another
            or (f"older than {_span(max_age)}" if old else "")
            or ("asked for" if fresh else "")
        ):
            touched[image.name] = "rebuilt"
            steps.append(Step(image, "build", reason, fresh))
        elif lacking := _lacking(image, here):
            steps.append(Step(image, "name", f"lacks the name {lacking[0]}"))
        else:
            steps.append(Step(image, "none", "current"))
    return tuple(steps)


def old(
    images: Sequence[Image],
    present: Mapping[str, EngineImage],
    now: datetime,
    age: timedelta = timedelta(days=30),
) -> dict[str, int]:
    """The images right above an external base that lack its updates, each with its age in days.

    Args:
        images: the chain.
        present: what the engine has, by image name.
        now: this moment, with its zone.
        age: from which on they count as old.

    Example:
        >>> old([], {}, datetime(2026, 1, 1))
        {}
    """
    return {
        image.name: (now - here.created).days
        for image in images
        if (here := present.get(image.name)) is not None
        and here.created is not None
        and _too_old(image, here, now, age)
    }


def _why(image: Image, here: EngineImage | None, touched: Mapping[str, str]) -> str:
    """Why the image is not the one that its recipe says."""
    if here is None:
        return "absent"
    above = [name for name in image.parents if name in touched]
    if here.labels.get(LABEL) != image.recipe.digest:
        own = changes(here.labels.get(PARTS_LABEL, ""), image.recipe.parts)
        if own or not above:
            # not its own: a parent that is current here, and was not where this one was built
            return own or "parent changed"
    return f"parent {above[0]} {touched[above[0]]}" if above else ""


def _lacking(image: Image, here: EngineImage | None) -> list[str]:
    """The names that the image is to have and has not: they name another one, or none."""
    if here is None:
        return []
    return [name for name in image.references if name not in here.tags]


def _on_another(image: Image, here: EngineImage, below: Mapping[str, EngineImage]) -> str:
    base = below.get(image.base or "")
    if base is not None and here.layers[: len(base.layers)] != base.layers:
        return f"not built on the {image.base} that is here"
    label = here.labels.get(BESIDE_LABEL, "")
    for name in image.beside:
        if name in below and not is_beside(label, name, below[name].layers):
            return f"not built with the {name} that is here"
    return ""


def _on_a_built_one(image: Image, touched: Mapping[str, str]) -> bool:
    return any(touched.get(name) == "rebuilt" for name in image.parents)


def _too_old(
    image: Image, here: EngineImage | None, now: datetime, max_age: timedelta | None
) -> bool:
    # of one that does not say when it was made nobody knows that it is old
    if here is None or here.created is None or max_age is None or not image.upon_others:
        return False
    return now - here.created > max_age


def _span(age: timedelta | None) -> str:
    return f"{age.days} days" if age is not None and age.days else str(age)
