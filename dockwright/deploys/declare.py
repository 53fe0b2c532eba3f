"""How a deploy of ours is declared: sudo where the login needs it, errors as one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from pyinfra import host
from pyinfra.api import deploy as pyinfra_deploy
from pyinfra.api.exceptions import OperationError
from pyinfra.context import ctx_host

from dockwright.box.lock import hold
from dockwright.box.privilege import needs_sudo
from dockwright.box.record import keep
from dockwright.box.remembered import remember
from dockwright.errors import DockwrightError
from dockwright.operations.barrier import barrier


def deploy(title: str) -> Callable[[Callable[[], None]], Callable[..., Any]]:
    """pyinfra's ``@deploy(title)``, run as root: with sudo unless the login is root already.

    Example:
        >>> @deploy("Docker server")
        ... def docker_host() -> None: ...  # doctest: +SKIP
    """

    def declare(function: Callable[[], None]) -> Callable[..., Any]:
        @wraps(function)
        def guarded() -> None:
            try:
                # also where pyinfra is run by its own command
                here = ctx_host.get()  # type: ignore[no-untyped-call]
                hold(here)
                keep(here)
                remember(here)
                # also where this box has nothing to do: what follows may need the others' part
                barrier(name="all boxes are ready for it")
                function()
            except DockwrightError as error:
                raise OperationError(str(error)) from error

        inner = pyinfra_deploy(title)(guarded)

        @wraps(function)
        def as_root(**arguments: Any) -> Any:
            arguments.setdefault("_sudo", needs_sudo(host))
            return inner(**arguments)

        return as_root

    return declare
