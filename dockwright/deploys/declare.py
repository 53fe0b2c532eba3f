"""How a deploy of ours is declared: sudo where the login needs it, errors as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from pyinfra.api import deploy as pyinfra_deploy
from pyinfra.api.exceptions import OperationError
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.box.absent import why_absent
from dockwright.box.connection import by_ssh, no_delay
from dockwright.box.inside.declaring import declare_quickly
from dockwright.box.lock import hold
from dockwright.box.privilege import needs_sudo
from dockwright.box.record import keep
from dockwright.box.remembered import remember
from dockwright.box.this_run import give_up, why_given_up
from dockwright.deploys.away import leave_out_away
from dockwright.deploys.older import refuse_older
from dockwright.errors import BoxError, DockwrightError
from dockwright.operations.barrier import barrier


def deploy(title: str) -> Callable[[Callable[[], None]], Callable[..., Any]]:
    """pyinfra's ``@deploy(title)``, run as root: with sudo unless the login is root already.

    Example::

        @deploy("Docker server")
        def docker_host() -> None: ...
    """

    def declare(function: Callable[[], None]) -> Callable[..., Any]:
        @wraps(function)
        def guarded() -> None:
            # also where pyinfra is run by its own command
            here = ctx_host.get()  # type: ignore[no-untyped-call]
            with _one_line(here):
                hold(here)
                keep(here)
                refuse_older(here)
                remember(here)
                # also where this box has nothing to do: what follows may need the others' part
                barrier(name="all boxes are ready for it")
                function()

        inner = pyinfra_deploy(title)(guarded)

        @wraps(function)
        def as_root(**arguments: Any) -> Any:
            here = ctx_host.get()  # type: ignore[no-untyped-call]
            declare_quickly()
            # pyinfra's own command has connected it, and it is to say nothing slowly
            if (connector := by_ssh(here)) is not None:
                no_delay(connector)
            with _one_line(here):
                leave_out_away(here.state)
                if why_absent(here) is None and why_given_up(here) is None:
                    arguments.setdefault("_sudo", needs_sudo(here))
                    return inner(**arguments)
            return None

        return as_root

    return declare


@contextmanager
def _one_line(here: Host) -> Iterator[None]:
    """A box that gives no answer is left out; any other error ends the run, as one line."""
    try:
        yield
    except BoxError as error:
        give_up(here, str(error))
    except DockwrightError as error:
        raise OperationError(str(error)) from error
