"""Services of leaves that are not to be services any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pyinfra import host
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Call, Commands, operation
from dockwright.engine.health import Patience
from dockwright.engine.service import Manager
from dockwright.facts.service import Services
from dockwright.service.networks import closed_network
from dockwright.switching.roll_out import NO_LEAVES, failures
from dockwright.switching.services import put_back, take_away


@operation()
def only(leaves: Collection[str], wait: float = 60) -> Commands:
    """Have services of no other leaves than ``leaves``; those of others, and their secrets, go.

    Services that somebody else made are left alone. While a leaf has failed in the run none goes;
    one that was to become boot jobs, and failed, is a service again.

    Args:
        leaves: names of all leaves that are to be services.
        wait: seconds that tasks have to end, and to be up where they are put back.

    Example::

        service.only(["zenweb"])
    """
    has = host.get_fact(Services)
    others = [one for one in has.services if one.leaf not in leaves]
    secrets = sorted(name for name, leaf in has.secrets.items() if leaf not in leaves)
    if not others and not secrets:
        host.noop("no services of other leaves")
        return
    names = [one.name for one in others]
    log.reason(host, f"not declared any more: {', '.join(names or secrets)}")
    if failed := failures(host.state).keys() - NO_LEAVES:
        log.info(host, f"they stay until {', '.join(sorted(failed))} is up")
        back = [one.name for one in others if one.leaf in failed and not one.running]
        if back:
            yield Call(f"put back {', '.join(back)}", _back, back, wait)
        return
    changes = [Change("-", f"service {name}") for name in names]
    log.changes(host, [*changes, *(Change("-", f"secret {name}") for name in secrets)])
    networks = [closed_network(name) for name in names]
    what = f"remove {', '.join([*names, *(f'secret {name}' for name in secrets)])}"
    yield Call(what, _away, names, secrets, networks, wait)


def _away(
    names: Collection[str], secrets: Collection[str], networks: Collection[str], wait: float
) -> None:
    here: Host = ctx_host.get()  # type: ignore[no-untyped-call]
    take_away(here, [*names], wait)
    manager = Manager(here)
    for secret in secrets:
        manager.no_secret(secret)
    for network in networks:
        manager.no_network(network)


def _back(names: Sequence[str], wait: float) -> None:
    here: Host = ctx_host.get()  # type: ignore[no-untyped-call]
    put_back(here, names, Patience(wait))
