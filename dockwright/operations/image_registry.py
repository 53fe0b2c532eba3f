"""Images between an engine and a registry: push where something is missing, pull by digest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pyinfra import host, logger

from dockwright.chain.graph import order
from dockwright.chain.plan import ancestry
from dockwright.chain.read import read
from dockwright.chain.reference import is_tag
from dockwright.engine import transfer
from dockwright.engine.connect import client, talking
from dockwright.errors import DockwrightError
from dockwright.facts.image import EngineImage, Images
from dockwright.operations.declare import Call, Commands, fail, operation
from dockwright.registry.client import digest
from dockwright.registry.login import Login, LoginSource, resolve


def _say(text: str) -> None:
    logger.info(f"{host.print_prefix}{text}")


@operation()
def access(registry: str, login: LoginSource = None) -> Commands:
    """Make sure that the box's engine may use ``registry``, before anything long begins.

    Args:
        registry: ``host:port``.
        login: who logs in, or a function that says so.

    Raises:
        OperationError: wrong credentials, or no answer.

    Example:
        >>> image.access("192.168.50.20:5000", Login("dockwright", password))  # doctest: +SKIP
    """
    with talking(host):
        # a name that no image has: any answer but a refusal will do
        digest(client(host), f"{registry}/dockwright-access:none", resolve(login))
    host.noop(f"registry {registry} lets us in")
    yield from ()


@operation()
def tag(source: str, target: str) -> Commands:
    """Make ``target`` (``name:tag``) name the image that ``source`` names.

    Raises:
        OperationError: the box has no ``source``, or ``target`` is no ``name:tag``.

    Example:
        >>> image.tag("zenweb:latest", "zenweb:1.0")  # doctest: +SKIP
    """
    repository, _, version = target.rpartition(":")
    # without a tag, what follows a registry's colon is its port
    if not repository or repository.startswith("-") or not is_tag(version):
        raise DockwrightError(f"image {target}: no name:tag; give one such as zenweb:1.0")
    images = host.get_fact(Images)
    if source not in images:
        yield fail(f"image {source}: not on box {host.name}; build or pull it first")
        return
    if target in images and images[target].id == images[source].id:
        host.noop(f"{target} is {source} already")
        return
    yield Call(_tag_all, {target: images[source].id})


def _tag_all(tags: Mapping[str, str]) -> None:
    with talking(host):
        for target, image in tags.items():
            repository, _, name = target.rpartition(":")
            client(host).tag(image, repository, name)


@operation()
def push(
    registry: str,
    login: LoginSource = None,
    path: str = "images",
    only: Collection[str] = (),
    args: Mapping[str, str] | None = None,
    externals: Collection[str] = ("debian:bookworm",),
) -> Commands:
    """Push the chain's images whose tags ``registry`` lacks or has for another image.

    Args:
        registry: ``host:port``.
        login: who logs in, or a function that says so.
        path, only, args, externals: as `image.chain` was given them.

    Raises:
        OperationError: an image is not on the box, or the registry refused.

    Example:
        >>> image.push("192.168.50.20:5000", login)  # doctest: +SKIP
    """
    images = order(read(Path(path)), externals=externals, registries=(registry,), args=args or {})
    wanted = ancestry(images, only)
    there = host.get_fact(Images)
    absent = [
        image.name for image in images if image.name in wanted and not _has(there, image.name)
    ]
    if absent:
        yield fail(f"images {', '.join(absent)}: not on box {host.name}; build them first")
        return
    who = resolve(login)
    missing: list[tuple[str, str, EngineImage]] = []
    with talking(host):
        for image in images:
            if image.name not in wanted:
                continue
            local = there[f"{image.name}:latest"]
            repository = f"{registry}/{image.name}"
            for name in image.tags:
                has = digest(client(host), f"{repository}:{name}", who)
                if has is None or not local.has(repository, has):
                    missing.append((repository, name, local))
    if not missing:
        host.noop(f"registry {registry}: has every tag of {len(wanted)} images")
        return
    yield Call(_push_all, missing, who)


def _has(there: Mapping[str, EngineImage], image: str) -> bool:
    return f"{image}:latest" in there


def _push_all(missing: Sequence[tuple[str, str, EngineImage]], login: Login | None) -> None:
    with talking(host):
        for number, (repository, name, image) in enumerate(missing, 1):
            client(host).tag(image.id, repository, name)
            _, uploaded = transfer.push(client(host), repository, name, login)
            _say(f"{repository}:{name} ({number} of {len(missing)}): {uploaded} layers uploaded")


@operation()
def pull(image: str, registry: str, login: LoginSource = None, version: str = "latest") -> Commands:
    """Have ``registry``'s image ``image:version`` on the box, by its digest, under its own name.

    Args:
        image: its name in the registry, such as ``zenweb``.
        registry: ``host:port``.
        login: who logs in, or a function that says so.
        version: the tag to look up.

    Raises:
        OperationError: the registry lacks it, or refused.

    Example:
        >>> image.pull("zenweb", "192.168.50.20:5000", login)  # doctest: +SKIP
    """
    there = host.get_fact(Images)
    repository = f"{registry}/{image}"
    targets = (f"{repository}:{version}", f"{image}:{version}")
    with talking(host):
        wanted = digest(client(host), targets[0], resolve(login))
    if wanted is None:
        yield fail(f"{targets[0]}: not in the registry; push it first (deploy/images.py)")
        return
    pinned = f"{repository}@{wanted}"
    local = next((known for known in there.values() if pinned in known.digests), None)
    if local is not None and all(there.get(t) == local for t in targets):
        host.noop(f"image {image} is {wanted[:19]} already")
        return
    yield Call(_pull, repository, wanted, targets, resolve(login))


def _pull(repository: str, wanted: str, targets: Sequence[str], login: Login | None) -> None:
    with talking(host):
        transfer.pull(client(host), repository, wanted, login)
        image = str(client(host).inspect_image(f"{repository}@{wanted}")["Id"])  # type: ignore[no-untyped-call]
    _tag_all(dict.fromkeys(targets, image))
    _say(f"{repository}: pulled {wanted[:19]}")
