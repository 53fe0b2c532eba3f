"""Registries of a site made alike: the others are given what one has, pushed by hand too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pyinfra import host
from pyinfra.context import ctx_host

from dockwright import sdk
from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import ENGINE, check_settled
from dockwright.engine import transfer
from dockwright.engine.client import talking, worker
from dockwright.errors import Awaited, BoxError, DockwrightError
from dockwright.facts.catalogue import catalogue
from dockwright.facts.digests import ACCESS
from dockwright.facts.image import images_on
from dockwright.operations.image.asked import ask_one, tell
from dockwright.registry.beside import is_beside_an_image
from dockwright.registry.client import Refused
from dockwright.registry.login import Login, LoginSource


@dataclass(frozen=True)
class Copy:
    """A tag of an image that a registry is to have as another one has it."""

    name: str  # below the path of either registry
    tag: str
    source: str  # the registry that has it: host[:port][/path]
    target: str  # the one that lacks it


@operation()
def alike(registries: Mapping[str, LoginSource]) -> Commands:
    """Have each of ``registries`` have all tags that one of them has; through the box's engine.

    A tag that is there stays, whatever it names: of the chain's own, `image.push` decides. One
    that does not answer is told of, and given what it lacks by the next run that finds it up.

    Args:
        registries: ``host[:port][/path]`` with their logins; the first that has a tag gives it.

    Raises:
        OperationError: one refused, or does not list what it has.

    Example::

        image.alike({"192.168.50.20:5000": login, "192.168.50.21:5000": login})
    """
    check_settled(str(host.name), [ENGINE])
    logins: dict[str, Login | None] = {}
    has: dict[str, dict[str, tuple[str, ...]]] = {}
    for place, source in registries.items():
        try:
            logins[place], _ = ask_one(place, source, [ACCESS])
        except (Refused, Awaited, BoxError):
            raise
        except DockwrightError as error:
            tell({place: error}, "the next run that finds it up gives it what it lacks")
            continue
        has[place] = {
            # a signature is of the registry that it is in; who pushes to the other signs there
            name: tuple(tag for tag in tags if not is_beside_an_image(tag))
            for name, tags in catalogue(host, place, logins[place]).items()
        }
    copies = lacking(has)
    if not copies:
        host.noop(f"registries {', '.join(has)}: each has what the others have")
        return
    log.changes(
        host,
        changed_images(("+", f"{one.name}:{one.tag}", f"in {one.target}") for one in copies),
    )
    names = ", ".join(dict.fromkeys(one.name for one in copies))
    yield Call(f"copy {names} from registry to registry", _copy_all, copies, logins).because(
        f"{one.target}/{one.name}: lacks {one.tag}, which {one.source} has" for one in copies
    )


def lacking(has: Mapping[str, Mapping[str, Sequence[str]]]) -> list[Copy]:
    """What each registry lacks of what the others have; ``has`` is by registry and name the tags.

    Example:
        >>> lacking({"a.test:1": {"web": ["1", "2"]}, "b.test:1": {"web": ["2"]}})
        [Copy(name='web', tag='1', source='a.test:1', target='b.test:1')]
    """
    sources: dict[tuple[str, str], str] = {}
    for place, names in has.items():
        for name, tags in names.items():
            for tag in tags:
                sources.setdefault((name, tag), place)
    return [
        Copy(name, tag, source, target)
        for target, names in has.items()
        for (name, tag), source in sources.items()
        if tag not in names.get(name, ())
    ]


def _copy_all(copies: Sequence[Copy], logins: Mapping[str, Login | None]) -> None:
    box = ctx_host.get()  # type: ignore[no-untyped-call]
    engine, before = worker(host), images_on(host)
    with talking(host):
        for one in copies:
            source, target = f"{one.source}/{one.name}", f"{one.target}/{one.name}"
            transfer.pull(engine, source, one.tag, logins[one.source])
            engine.tag(f"{source}:{one.tag}", target, one.tag)
            digest, _ = transfer.push(engine, target, one.tag, logins[one.target])
            log.step(box, f"{target}:{one.tag}: {digest[:19]}")
            for name in (f"{source}:{one.tag}", f"{target}:{one.tag}"):
                if name not in before:
                    # an image that something hangs on only loses the name
                    with suppress(sdk.APIError):
                        engine.remove_image(name)
