"""The registry's next CA in the place of the present one, once every host trusts both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyinfra import host
from pyinfra.context import ctx_state

from dockwright.box import log
from dockwright.box.absent import why_absent
from dockwright.box.change import Change
from dockwright.box.other_host import Unreachable, from_host
from dockwright.box.this_run import note
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.errors import Awaited
from dockwright.facts.registry import Authority, Files, Trust
from dockwright.registry import certificate as certificates
from dockwright.registry import openssl, places

# Days ahead of the present one's end from which nobody is waited for any more.
_LAST_DAYS = 7
_ITS = (places.AUTHORITY_CERTIFICATE, places.FORMER_AUTHORITY)


def follows(found: Files) -> bool:
    """Whether the next CA of a host, as `Authority` has it, may take the present one's place.

    Example:
        >>> follows(Files())
        False
    """
    if found.exposed(places.NEXT_KEY, places.AUTHORITY):
        return False
    return certificates.why_new_authority(found.pair("next")) is None or _is_cut_off(found)


def _is_cut_off(found: Files) -> bool:
    """Whether its key has the place already, as a run that was cut off leaves it."""
    texts = found.texts
    return not texts.get("next-public") and certificates.is_key_of(
        texts.get("public"), texts.get("next")
    )


@operation()
def switch(registry: str, hosts: Sequence[str]) -> Commands:
    """The next CA that `authority` made takes the present one's place, once all hosts trust it.

    A host that trusts no CA for the registry as yet is given both with the first one. One that
    is away, or does not answer, is waited for, and told of, until a week before the present CA
    ends.

    Args:
        registry: ``host[:port][/path]``, as images are named by it.
        hosts: names of all Docker hosts that use the registry, as the inventory has them.

    Example::

        registry.switch("192.168.50.20:5000", ["docker", "registry"])
    """
    name = str(host.name)
    if is_changing(name, [places.AUTHORITY_CERTIFICATE]):
        host.noop("the CA is made anew, and none is to follow")
        return
    if is_changing(name, [places.NEXT_AUTHORITY]):
        expect(name, _ITS)
        check_settled(name, [places.NEXT_AUTHORITY])
    found = host.get_fact(Authority)
    following = found.texts.get("next")
    if not following or not follows(found):
        host.noop("no other CA of the registry is to follow")
        return
    good = certificates.why_new_authority(found.pair()) is None
    last = certificates.ends_within(found.texts.get("certificate"), found.pair().now, _LAST_DAYS)
    if good and not last and (waiting := list(_waiting(registry, hosts, following))):
        note(
            host.state,
            f"the next CA of registry {registry} waits for {'; '.join(waiting)}: it takes the "
            "present one's place by the first run that finds it trusted there",
        )
        host.noop(f"the next CA waits for {'; '.join(waiting)}")
        return
    log.changes(host, [Change("~", "the registry's CA", ("the next one takes its place",))])
    expect(name, _ITS)
    yield openssl.switch()


def _waiting(registry: str, hosts: Sequence[str], following: str) -> Iterator[str]:
    """The hosts that do not trust it yet, each with why.

    Raises:
        Awaited: one that the same run brings to trust it.
    """
    run = ctx_state.get()  # type: ignore[no-untyped-call]
    path = places.trusted(registry)
    for name in hosts:
        if is_changing(name, [path]):
            expect(str(host.name), _ITS)
            check_settled(name, [path])
        other = run.inventory.get_host(name)
        if (why := why_absent(other)) is not None:
            yield f"box {name} ({why})"
            continue
        try:
            trusted = from_host(name, Trust, registry).texts.get("certificate")
        except Unreachable as error:
            yield str(error)
            continue
        if not trusted or certificates.among(following, trusted):
            continue
        if not run.is_executing and run.is_host_in_limit(other):
            expect(str(host.name), _ITS)
            raise Awaited(f"waits for box {name} to trust the next CA")
        yield f"box {name} (not part of this run)"
