"""A fact of another host of the inventory, asked while a host is being provisioned."""

from __future__ import annotations

from typing import Any, TypeVar

from gevent.lock import RLock
from pyinfra.api.exceptions import NoHostError
from pyinfra.api.host import Host
from pyinfra.context import state

from dockwright.box.fact import Fact
from dockwright.box.foreseen.asker import for_others
from dockwright.box.privilege import as_root
from dockwright.box.reach import NotReached, reach
from dockwright.box.secret import get_unseen
from dockwright.box.shared import asked_of
from dockwright.box.this_run import PerRun, why_given_up
from dockwright.errors import BoxError, DockwrightError, NotReady

T = TypeVar("T")

# Two hosts may ask the same third one at once; a second connection would displace the first.
_connecting = RLock()
# A run waits for a box that is down once, not at every question.
_down: PerRun[dict[Host, str]] = PerRun(dict)


class Unreachable(NotReady):
    """The other host does not answer; what is known of it from before may still do."""


def from_host(host_name: str, fact: type[Fact[T]], *args: Any) -> T:
    """What ``fact`` says of the host ``host_name``, which ``--limit`` may have left out.

    It is asked as root: by sudo where the user of the connection is another. The answer is
    not printed at any verbosity, since it may hold a secret. Hosts that ask the same at the same
    time, or before a command begins there, have one answer.

    Args:
        host_name: the host as the inventory names it, such as ``registry``.
        fact: a fact class, with its ``args``, which can be hashed.

    Raises:
        DockwrightError: no such host in the inventory.
        Unreachable: it is down, or its address is wrong.

    Example::

        from_host("registry", Authority).texts["certificate"]  # '-----BEGIN CERTIFICATE-----…'
    """
    other = connected(host_name)

    def ask() -> T:
        # all of them given: a fact inherits what it is not given from the operation that `other`
        # may be in the midst of
        with for_others():
            return get_unseen(other, fact, *args, **as_root(other))

    try:
        return asked_of(other, (fact, args), ask)
    except BoxError as error:
        raise Unreachable(str(error)) from error


def connected(host_name: str) -> Host:
    """The host of the inventory that is called so, connected.

    Raises:
        DockwrightError: no such host in the inventory.
        Unreachable: it is down, or its address is wrong.

    Example::

        connected("registry")
    """
    other = _find(host_name)
    with _connecting:
        _connect(other)
    return other


def _find(host_name: str) -> Host:
    inventory = state.inventory
    try:
        other_host: Host = inventory.get_host(host_name)
    except NoHostError as error:
        known = ", ".join(host.name for host in inventory)
        raise DockwrightError(
            f"host {host_name}: not in the inventory, which has {known}; name one of them"
        ) from error
    return other_host


def _connect(other: Host) -> None:
    down = _down.of(other.state)
    if (why := why_given_up(other)) is not None:
        down.setdefault(other, why)
    if other not in down:
        try:
            reach(other, reason="asked by another host")
        except NotReached as error:
            down[other] = str(error)
    if other in down:
        raise Unreachable(down[other])
