"""Images between an engine and a registry: access, tags, and pull by digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyinfra import host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change, Sign, became, short
from dockwright.box.shared import only_here
from dockwright.chain.reference import is_fixed, is_tag, tag_of
from dockwright.engine import transfer
from dockwright.engine.build import name
from dockwright.engine.client import client, talking, worker
from dockwright.errors import DockwrightError
from dockwright.facts.digests import ACCESS, digest_in
from dockwright.facts.image import EngineImage, images_on
from dockwright.facts.registries import images_line
from dockwright.operations.declare import Call, Commands, fail, operation
from dockwright.operations.expected import ENGINE, check_settled, expect
from dockwright.operations.registries import remember
from dockwright.registry.client import Refused
from dockwright.registry.login import Login, LoginSource, resolve


def _say(text: str) -> None:
    log.info(host, text)


@operation()
def access(registry: str, login: LoginSource = None) -> Commands:
    """Make sure that the box's engine may use ``registry``, before anything long begins.

    Args:
        registry: ``host[:port][/path]``.
        login: who logs in, or a function that says so.

    Raises:
        OperationError: wrong credentials, or no answer.

    Example::

        image.access("192.168.50.20:5000", Login("dockwright", password))
    """
    digest_in(host, registry, ACCESS, resolve(login))
    host.noop(f"registry {registry} lets us in")
    yield from ()


@operation()
def tag(source: str, target: str) -> Commands:
    """Make ``target`` (``name:tag``) name the image that ``source`` names.

    Raises:
        OperationError: the box has no ``source``, or ``target`` is no ``name:tag``.

    Example::

        image.tag("zenweb:latest", "zenweb:1.0")
    """
    repository, _, version = target.rpartition(":")
    # without a tag, what follows a registry's colon is its port
    if not repository or repository.startswith("-") or not is_tag(version):
        raise DockwrightError(f"image {target}: no name:tag; give one such as zenweb:1.0")
    images = images_on(host)
    if source not in images:
        yield fail(f"image {source}: not on box {host.name}; build or pull it first")
        return
    if target in images and images[target].id == images[source].id:
        host.noop(f"{target} is {source} already")
        return
    log.changes(host, [_named(target, images[source], images)])
    call = Call(f"name {source} {target}", give_names, images[source].id, [target])
    yield call.because([f"{target} does not name {source}"])


def give_names(image: str, tags: Sequence[str]) -> None:
    """Give ``image`` its ``tags`` (``name:tag``), in their order; what a Call runs.

    Example::

        give_names("sha256:…", ["zenweb:1.0"])
    """
    with talking(host):
        name(client(host), image, tags)


@operation()
def pull(
    image: str,
    registry: str,
    login: LoginSource = None,
    version: str = "latest",
    others: Mapping[str, LoginSource] | None = None,
) -> Commands:
    """Have ``registry``'s image ``image:version`` on the box, by its digest, under its own name.

    Args:
        image: its name in the registry, such as ``zenweb``.
        registry: ``host[:port][/path]``.
        login: who logs in, or a function that says so.
        version: the tag to look up, or a digest: ``sha256:…``, under which the box then has the
            tag ``sha256-…``.
        others: registries of the site that are asked, in their order, where ``registry`` is
            down, with their logins; the first one that answers decides. They may lag behind:
            where ``registry`` gave the box an image, that one stays.

    Raises:
        OperationError: the registry lacks it, or refused, or none of them answers.

    Example::

        image.pull("zenweb", "192.168.50.20:5000", login)
    """
    check_settled(str(host.name), [ENGINE])
    # what a digest names, or a recipe's tag, is there or comes; it does not become another one
    if not is_fixed(version):
        check_settled(registry, [image], then=str(host.name))
    there = images_on(host)
    tag, by_digest = tag_of(version), version.startswith("sha256:")
    targets = (f"{registry}/{image}:{tag}", f"{image}:{tag}")
    asked = {registry: login, **({} if targets[0] in there else others or {})}
    try:
        place, who, wanted = _first(asked, f"{image}{'@' if by_digest else ':'}{version}")
    except Refused:
        raise
    except DockwrightError as error:
        if not others or targets[0] not in there:
            raise
        _say(str(error))
        host.noop(f"registry {registry} is down; the image {image} that is here stays")
        return
    if wanted is None:
        check_settled(registry, [image], then=str(host.name))
        yield fail(
            f"{place}/{image}:{version}: not in the registry; push it (deploy/images.py), "
            f"or, of others, `dockwright images mirror {image}:{version}`"
        )
        return
    # whichever registry it came from, what has the digest is the image
    local = next((known for known in there.values() if known.has_digest(wanted)), None)
    if local is not None and all(there.get(target) == local for target in targets):
        host.noop(f"image {image} is {wanted[:19]} already")
        return
    expect(str(host.name), [f"{image}:{tag}" if is_fixed(version) else image])
    if local is not None:
        wrong = [target for target in targets if there.get(target) != local]
        log.changes(host, [_named(target, local, there) for target in wrong])
        call = Call(f"name {short(wanted)} {', '.join(wrong)}", give_names, local.id, targets)
        if place == registry and not local.has(f"{registry}/{image}", wanted):
            # its manifest alone, as its layers are here: jobs are pinned to the name it has there
            call = Call(f"pull {image}", pull_as, f"{place}/{image}", wanted, targets, who)
        yield only_here(call).because(f"{target} does not name {wanted[:19]}" for target in wrong)
    else:
        had = there.get(targets[0])
        former = None if had is None else had.digest_in(f"{registry}/{image}")
        sign: Sign = "+" if had is None else "~"
        log.changes(host, [Change(sign, f"image {image}", (became(former, wanted),))])
        call = Call(f"pull {image}", pull_as, f"{place}/{image}", wanted, targets, who)
        yield only_here(call).because([f"{place}/{image}@{wanted[:19]} is not on box {host.name}"])
    yield only_here(remember(images_line(registry)))


def _named(name: str, image: EngineImage, images: Mapping[str, EngineImage]) -> Change:
    former = images.get(name)
    sign: Sign = "+" if former is None else "~"
    return Change(sign, f"name {name}", (became(None if former is None else former.id, image.id),))


def _first(
    registries: Mapping[str, LoginSource], image: str
) -> tuple[str, Login | None, str | None]:
    """The first of ``registries`` that answers, its login, and the digest it has for ``image``."""
    down: list[DockwrightError] = []
    for place, source in registries.items():
        try:
            # who is down may also be the box that keeps the login
            who = resolve(source)
            return place, who, digest_in(host, place, image, who)
        except Refused:
            raise
        except DockwrightError as error:
            down.append(error)
            if len(registries) > 1:
                _say(str(error))
    raise down[0]


def pull_as(repository: str, wanted: str, targets: Sequence[str], login: Login | None) -> None:
    """Pull ``repository@wanted``, and give it the names ``targets``; what a Call runs.

    Example::

        pull_as("192.168.50.20:5000/web", digest, ["web:latest"], login)
    """
    box = ctx_host.get()  # type: ignore[no-untyped-call]

    def say(far: str) -> None:
        log.step(box, f"{repository}: {far} pulled")

    with talking(host):
        transfer.pull(worker(box), repository, wanted, login, say)
        name(client(host), f"{repository}@{wanted}", targets)
    log.step(box, f"{repository}: pulled {short(wanted)}")
