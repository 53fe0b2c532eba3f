"""The chain of images: built on a box's engine in the order its Dockerfiles say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from pyinfra import host, logger

from dockwright.chain.archive import archive
from dockwright.chain.dockerfile import understand
from dockwright.chain.graph import Image, Source, order
from dockwright.chain.plan import Present, Step, plan
from dockwright.chain.read import read
from dockwright.engine.build import Recipe, build
from dockwright.engine.connect import client, talking
from dockwright.facts.image import EngineImage, Images
from dockwright.operations.declare import Call, Commands, operation


@operation()
def chain(
    path: str = "images",
    only: Collection[str] = (),
    force: Collection[str] | bool = (),
    args: Mapping[str, str] | None = None,
    max_age: int | None = 30,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
) -> Commands:
    """Build what is stale of the chain under ``path``, parents before children.

    Args:
        path: folder of the image folders, on the machine pyinfra runs on.
        only: these images and their ancestors; empty means all.
        force: images to build though they are current, or True for all of them.
        args: build arguments; each image is given those that its Dockerfile declares.
        max_age: days after which an image right above the base is built again, or None.
        externals: images the chain may begin with; they must be on the box (`image.base`).
        registries: ``host:port`` whose images are the chain's own.

    Raises:
        OperationError: no build order (a cycle, an unknown parent, …), or a build failed; the
            former tags then stay.

    Example:
        >>> image.chain(path="images", only=["registry"])  # doctest: +SKIP
    """
    sources = read(Path(path))
    images = order(sources, externals=externals, registries=registries, args=args or {})
    there = host.get_fact(Images)
    steps = plan(
        images,
        {image.name: _present(there[tag]) for image in images if (tag := _tag(image)) in there},
        externals={name: _present(there[name]) for name in externals if name in there},
        now=datetime.now(timezone.utc),
        max_age=None if max_age is None else timedelta(days=max_age),
        only=only,
        force=force,
    )
    stale = [step for step in steps if step.action == "build"]
    if not stale:
        host.noop(f"chain {path}: {len(steps)} images are current")
        return
    yield Call(_build_all, stale, {source.name: source for source in sources})


def _tag(image: Image) -> str:
    return f"{image.name}:latest"


def _present(image: EngineImage) -> Present:
    return Present(image.id, image.labels, image.layers, image.created)


def _build_all(steps: Sequence[Step], sources: Mapping[str, Source]) -> None:
    def say(text: str) -> None:
        logger.info(f"{host.print_prefix}{text}")

    engine = client(host)
    for number, step in enumerate(steps, 1):
        image, source = step.image, sources[step.image.name]
        say(f"{image.name} ({number} of {len(steps)}): {step.reason}")
        recipe = Recipe(
            image=image.name,
            path=source.path,
            lines=understand(source.text, source.path, dict(image.args)).lines,
            dockerfile=source.dockerfile,
            context=archive(source.dockerfile, source.text, source.context),
            args=dict(image.args),
            labels=image.labels(),
            # latest comes last: where it is, the others are
            tags=[f"{image.name}:{tag}" for tag in reversed(image.tags)],
            fresh=step.fresh,
        )
        with talking(host):
            build(engine, recipe, say)
