"""How an operation of ours is declared: our errors become pyinfra's here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from functools import wraps
from typing import Any, ParamSpec

import gevent
from pyinfra.api import operation as pyinfra_operation
from pyinfra.api.command import PyinfraCommand, StringCommand
from pyinfra.api.exceptions import FactError, OperationError
from pyinfra.api.host import Host
from pyinfra.api.operation import PyinfraOperation
from pyinfra.api.state import State
from pyinfra.connectors.util import CommandOutput, OutputLine
from pyinfra.context import ctx_host, ctx_state
from pyinfra.context import state as current_state

from dockwright.box import log
from dockwright.box.connection import cut, is_cut, over
from dockwright.box.process import do
from dockwright.box.remembered import remember, route
from dockwright.box.shared import ONLY_HERE, only_here
from dockwright.box.this_run import give_up, lose, this_run, why_given_up
from dockwright.commands.no_room import explained
from dockwright.commands.told import Words
from dockwright.errors import Awaited, BoxError, DockwrightError, NotReady, shown

P = ParamSpec("P")
Commands = Generator["PyinfraCommand | StringCommand | str", None, None]


class Call(PyinfraCommand):
    """Run ``function(*args, **kwargs)`` when executed; a DockwrightError fails this box alone.

    pyinfra's own FunctionCommand prints a traceback for any error; this one prints the line.
    ``what`` says in words what it does: ``pull zenweb``.
    """

    def __init__(self, what: str, function: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.what, self.function, self.args, self.kwargs = what, function, args, kwargs
        self.reasons: tuple[str, ...] = ()

    def because(self, reasons: Iterable[str]) -> Call:
        """The same, with what a plan says of it; each reason is one line."""
        self.reasons = tuple(reasons)
        return self

    def told(self) -> Iterator[Words]:
        """Why, and what it does."""
        for reason in self.reasons:
            yield Words(reason, "reason")
        yield Words(self.what)

    def __repr__(self) -> str:
        return f"Call({self.what})"

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
        log.error(host, explained(host, str(error), engine=True))
        return False


class Line(StringCommand):
    """A line for the box's `sh`, run by the way of ours: its words are shown as they may be.

    pyinfra's own reader ends at the first byte that is not UTF-8, and waits for a box for ever.
    """

    @classmethod
    def of(cls, line: StringCommand | str) -> Line:
        """The same line, run by us.

        Example:
            >>> str(Line.of("systemctl daemon-reload"))
            'systemctl daemon-reload'
        """
        if isinstance(line, str):
            return cls(line)
        made = cls(*line.bits, _separator=line.separator, **line.connector_arguments)
        return only_here(made) if hasattr(line, ONLY_HERE) else made

    def execute(
        self, state: State, host: Host, connector_arguments: Any
    ) -> tuple[bool, CommandOutput]:
        arguments = dict(connector_arguments)
        text = arguments.pop("_stdin", None)
        stdin = None if text is None else f"{text}\n".encode("utf-8", "surrogateescape")
        if state.print_input:
            log.info(host, f">>> {self}")
        said: list[OutputLine] = []
        done = do(host, self, arguments, stdin)
        for name, lines in (("stdout", done.output), ("stderr", done.errors)):
            said += [OutputLine(name, line) for line in lines]
        if state.print_output:
            for one in said:
                log.info(host, one.line)
        if not done.ok:
            why = " ".join(done.errors) or f"exit status {done.status}"
            log.failed(host, explained(host, f"{shown(str(self), 60)}: {why}"))
        return done.ok, CommandOutput(said)

    def told(self) -> Iterator[Words]:
        """The line; what is hidden in it is masked."""
        yield Words(str(self))


class Fail(Call):
    """What `fail` makes; ``awaited``: what it lacks, the same run brings."""

    def __init__(self, message: str, *, awaited: bool = False) -> None:
        def failing() -> None:
            raise DockwrightError(message)

        super().__init__(message, failing)
        self.message, self.awaited = message, awaited

    def told(self) -> Iterator[Words]:
        """What is missing."""
        yield Words(self.message, "awaited" if self.awaited else "missing")


def fail(message: str) -> Fail:
    """A command that fails its box with ``message``; before executing it counts as a change."""
    return Fail(message)


def ours(command: PyinfraCommand | StringCommand | str) -> PyinfraCommand:
    """The command, run by us where it is a line for the box's shell.

    Example:
        >>> type(ours("true")).__name__
        'Line'
    """
    is_line = isinstance(command, (str, StringCommand)) and not isinstance(command, Line)
    return Line.of(command) if is_line else command  # type: ignore[arg-type,return-value]


def operation() -> Callable[[Callable[P, Commands]], PyinfraOperation[P]]:
    """pyinfra's ``@operation()``, with our errors as one line.

    While pyinfra prepares, an error ends the run before anything is changed; but a box that gives
    no answer (BoxError) is left out, and the others go on, and what is NotReady is a change to
    come. While it executes, an error fails the one box.

    Example::

        @operation()
        def thing(present: bool = True): ...
    """

    def declare(function: Callable[P, Commands]) -> PyinfraOperation[P]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Commands:
            here: Host = ctx_host.get()  # type: ignore[no-untyped-call]
            if why_given_up(here) is not None:
                return
            # an operation whose errors are ignored leaves such a box in
            if current_state.is_executing and (is_cut(here) or here in this_run(here.state).silent):
                lose(here)
                return
            (route if current_state.is_executing else remember)(here)
            try:
                # of what paramiko raises for a closed connection, pyinfra's facts expect a part
                with over(here):
                    for command in function(*args, **kwargs):
                        yield ours(command)
            except (DockwrightError, FactError) as error:
                broke = cut(here) if isinstance(error, FactError) else None
                said = broke or str(error)
                if current_state.is_executing or isinstance(error, NotReady):
                    yield Fail(said, awaited=isinstance(error, Awaited))
                elif isinstance(error, BoxError):
                    give_up(here, said)
                else:
                    raise OperationError(said) from error

        return pyinfra_operation()(guarded)

    return declare
