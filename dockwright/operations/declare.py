"""How an operation of ours is declared: our errors become pyinfra's here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import wraps
from typing import Any, ParamSpec

import gevent
from pyinfra import logger
from pyinfra.api import operation as pyinfra_operation
from pyinfra.api.command import PyinfraCommand, StringCommand
from pyinfra.api.exceptions import FactError, OperationError
from pyinfra.api.host import Host
from pyinfra.api.operation import PyinfraOperation
from pyinfra.api.output import format_text
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state
from pyinfra.context import state as current_state

from dockwright.box.connection import cut, over
from dockwright.errors import DockwrightError, NotReady

P = ParamSpec("P")
Commands = Generator["PyinfraCommand | StringCommand | str", None, None]


class Call(PyinfraCommand):
    """Run ``function(*args, **kwargs)`` when executed; a DockwrightError fails this box alone.

    pyinfra's own FunctionCommand prints a traceback for any error; this one prints the line.
    """

    def __init__(self, function: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.function, self.args, self.kwargs = function, args, kwargs
        self.reasons: tuple[str, ...] = ()

    def because(self, reasons: Iterable[str]) -> Call:
        """The same, with what a plan says of it; each reason is one line."""
        self.reasons = tuple(reasons)
        return self

    def __repr__(self) -> str:
        return f"Call({self.function.__name__})"

    def execute(self, state: State, host: Host, connector_arguments: Any) -> bool:
        def run() -> DockwrightError | None:
            # a greenlet of its own has its own current host and state
            with ctx_state.use(state), ctx_host.use(host):
                try:
                    with over(host):
                        self.function(*self.args, **self.kwargs)
                except DockwrightError as error:
                    return error
            return None

        error = gevent.spawn(run).get()
        if error is None:
            return True
        logger.error(f"{host.print_prefix}{format_text(str(error), 'red')}")
        return False


class Fail(Call):
    """What `fail` makes."""

    def __init__(self, message: str) -> None:
        def failing() -> None:
            raise DockwrightError(message)

        super().__init__(failing)
        self.message = message


def fail(message: str) -> Fail:
    """A command that fails its box with ``message``; before executing it counts as a change."""
    return Fail(message)


def operation() -> Callable[[Callable[P, Commands]], PyinfraOperation[P]]:
    """pyinfra's ``@operation()``, with our errors as one line.

    While pyinfra prepares, an error ends the run before anything is changed (NotReady alone
    is a change to come); while it executes, it fails the one box.

    Example:
        >>> @operation()
        ... def thing(present: bool = True): ...  # doctest: +SKIP
    """

    def declare(function: Callable[P, Commands]) -> PyinfraOperation[P]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Commands:
            try:
                # of what paramiko raises for a closed connection, pyinfra's facts expect a part
                with over(ctx_host.get()):  # type: ignore[no-untyped-call]
                    yield from function(*args, **kwargs)
            except (DockwrightError, FactError) as error:
                broke = cut(ctx_host.get()) if isinstance(error, FactError) else None  # type: ignore[no-untyped-call]
                said = broke or str(error)
                if not current_state.is_executing and not isinstance(error, NotReady):
                    raise OperationError(said) from error
                yield fail(said)

        return pyinfra_operation()(guarded)

    return declare
