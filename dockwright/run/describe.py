"""The commands of an operation, told without running them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyinfra.api.command import (
    FileUploadCommand,
    FunctionCommand,
    PyinfraCommand,
    StringCommand,
)

from dockwright.operations.boot_switch import Switch
from dockwright.operations.declare import Call, Fail
from dockwright.operations.script import Script
from dockwright.operations.write import Write


@dataclass(frozen=True)
class Text:
    """A whole file that a command would write; ``mode`` None and ``owner`` empty: as they are."""

    path: str
    text: str
    mode: int | None = None
    owner: str = ""


@dataclass(frozen=True)
class Told:
    """One thing that would happen: a command's line, why, or what is missing for it as yet."""

    line: str
    kind: str = "command"


def described(command: PyinfraCommand, mode: int | None = None) -> Iterator[Text | Told]:
    """What ``command`` would do; a HiddenValue in it is masked.

    Args:
        command: of an operation.
        mode: access bits that the operation gives what it uploads; None where it says none.

    Example:
        >>> list(described(StringCommand("systemctl", "daemon-reload")))
        [Told(line='systemctl daemon-reload', kind='command')]
    """
    if isinstance(command, Switch):
        for step in command.steps:
            yield from described(step)
        jobs = ", ".join(command.goal.jobs)
        yield Told(f"wait until {jobs} is up, else put the former jobs back")
    elif isinstance(command, Write):
        yield Text(command.path, command.text, command.mode, command.owner)
    elif isinstance(command, Script):
        if command.writes is not None:
            yield Text(command.writes, command.stdin or "")
        yield Told(command.what)
    elif isinstance(command, Fail):
        yield Told(command.message, "missing")
    elif isinstance(command, Call):
        for reason in command.reasons:
            yield Told(reason, "reason")
        yield Told(command.function.__name__.strip("_").replace("_", " "))
    elif isinstance(command, FunctionCommand):
        yield Told(f"call {getattr(command.function, '__name__', command.function)}")
    elif isinstance(command, FileUploadCommand):
        yield Text(command.dest, _source(command), mode)
    else:
        yield Told(str(command) if isinstance(command, StringCommand) else repr(command))


def _source(command: FileUploadCommand) -> str:
    if isinstance(command.src, str):
        found: str | bytes = Path(command.src).read_bytes()
    else:
        command.src.seek(0)
        found = command.src.read()
        command.src.seek(0)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else found
