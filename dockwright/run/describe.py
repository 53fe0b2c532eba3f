"""The commands of an operation, told without running them: ours tell of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyinfra.api.command import (
    FileUploadCommand,
    FunctionCommand,
    PyinfraCommand,
    StringCommand,
)

from dockwright.commands.told import WholeFile, Words, told_of


def described(command: PyinfraCommand, mode: int | None = None) -> Iterator[WholeFile | Words]:
    """What ``command`` would do; a HiddenValue in it is masked.

    Args:
        command: of an operation, ours or pyinfra's.
        mode: access bits that the operation gives what it uploads; None where it says none.

    Example:
        >>> list(described(StringCommand("systemctl", "daemon-reload")))
        [Words(line='systemctl daemon-reload', of='command')]
    """
    if hasattr(command, "told"):
        yield from told_of(command)
    elif isinstance(command, FileUploadCommand):
        yield WholeFile(command.dest, _source(command), mode)
    elif isinstance(command, FunctionCommand):
        yield Words(f"call {getattr(command.function, '__name__', command.function)}")
    else:
        yield Words(str(command) if isinstance(command, StringCommand) else repr(command))


def _source(command: FileUploadCommand) -> str:
    if isinstance(command.src, str):
        content: str | bytes = Path(command.src).read_bytes()
    else:
        command.src.seek(0)
        content = command.src.read()
        command.src.seek(0)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content
